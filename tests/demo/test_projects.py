"""What the page about projects is to find, before anybody has handed it in."""

from itertools import pairwise

import pandas as pd
import pytest

from demo.campaign import BEHIND
from demo.places import COUNTY
from demo.project_files import project_workbooks
from demo.projects import (
    AHEAD_TOWNSHIP,
    LAST_DAY,
    LIBRARY,
    LIBRARY_TOWNSHIP,
    PAID_TOWNSHIP,
    UNPAID_TOWNSHIP,
    YEARS,
    built_by,
)

pytestmark = pytest.mark.xdist_group("demo")

TODAY = pd.Timestamp(LAST_DAY)


@pytest.fixture(scope="module")
def projects(county):
    return county.projects.projects


@pytest.fixture(scope="module")
def flows(county):
    return county.projects.flows


@pytest.fixture(scope="module")
def shares(projects, flows):
    """By this year's projects: township, what is paid of the allocation, and what is built."""
    newest = flows[flows["month"] == TODAY].groupby("code")[["allocated", "paid"]].sum()
    own = projects[projects["year"] == TODAY.year].set_index("code")
    built = own["finished"].notna().where(own["finished"].notna(), built_by(own, TODAY)).astype(float)
    return own[["township", "investment"]].assign(paid=newest["paid"] / newest["allocated"], built=built)


def test_one_township_has_its_102_projects_and_the_county_some_640(projects):
    assert (projects["township"] == LIBRARY_TOWNSHIP).sum() == LIBRARY == 102
    assert 630 <= len(projects) <= 650
    assert set(projects["year"]) == set(YEARS)
    assert (projects["region"] == COUNTY[0]).any()
    assert projects["code"].is_unique
    assert projects["name"].is_unique


def test_nothing_is_reached_after_the_newest_day_or_before_what_goes_before(projects):
    gates = ["listed", "approved", "tendered", "started", "finished", "accepted", "settled", "handed_over"]
    days = projects[gates]
    assert days.max().max() <= TODAY
    for earlier, later in pairwise(gates[3:]):
        both = days.dropna(subset=later)
        assert (both[earlier] <= both[later]).all()
    assert days.loc[projects["year"] == YEARS[-1], "started"].isna().all()


def test_what_the_levels_give_is_what_a_project_costs(projects):
    given = projects[["central", "provincial", "prefecture", "county"]].sum(axis=1)
    assert ((given - projects["investment"]).abs() <= 200).all()


def test_money_goes_from_allocated_to_disbursed_to_paid_and_never_back(flows):
    assert (flows["paid"] <= flows["disbursed"]).all()
    assert (flows["disbursed"] <= flows["allocated"]).all()
    totals = flows.sort_values("month").groupby(["document", "code"])[["disbursed", "paid"]].diff().dropna()
    assert (totals >= 0).all(axis=None)
    newest = flows.sort_values("month").drop_duplicates(["document", "code"], keep="last")
    assert (newest.groupby("document")["allocated"].sum() <= newest.groupby("document")["issued"].first()).all()


def test_payment_is_behind_the_year_and_slower_from_the_county(flows):
    newest = flows[flows["month"] == TODAY].groupby("source")[["allocated", "paid"]].sum()
    rate = newest["paid"] / newest["allocated"]
    assert newest["paid"].sum() / newest["allocated"].sum() == pytest.approx(0.71, abs=0.04)
    assert rate.idxmin() == "county"
    by_month = flows[flows["year"] == 2025].groupby("month")["paid"].sum()
    assert by_month.is_monotonic_increasing
    assert by_month.iloc[0] == 0


def test_one_township_is_paid_before_its_works_and_one_works_before_it_is_paid(shares):
    by_township = shares.groupby("township")
    paid, built = by_township["paid"].mean(), by_township["built"].mean()
    apart = (paid - built).drop("")
    assert apart.idxmax() == PAID_TOWNSHIP
    assert apart[PAID_TOWNSHIP] > 0
    assert apart.idxmin() == UNPAID_TOWNSHIP
    assert paid.drop("").nsmallest(3).index.isin([UNPAID_TOWNSHIP, *BEHIND]).all()


def test_one_project_is_paid_far_ahead_of_its_works(shares):
    ahead = (shares["paid"] - shares["built"]).sort_values()
    assert shares.at[ahead.index[-1], "township"] == AHEAD_TOWNSHIP
    assert ahead.iloc[-1] > 0.5
    assert ahead.iloc[-2] < 0.4


def test_some_are_late_and_some_lack_papers_mostly_where_little_goes_on(projects, county):
    late = projects[(projects["planned_finish"] < TODAY) & projects["finished"].isna()]
    assert 25 < len(late) < 60
    assert late["township"].value_counts().head(3).index.isin([*BEHIND, PAID_TOWNSHIP]).all()
    assert (late["year"] == 2025).any()
    gates = county.projects.gates
    lacking = gates[gates["missing"] != ""]
    assert 0.02 < len(lacking) / len(gates) < 0.08
    assert lacking["reached"].notna().all()


def test_works_grow_and_are_told_of_while_they_last(county, projects):
    works = county.projects.progress.merge(projects[["code", "started", "finished"]], on="code")
    assert works["share"].between(0, 1).all()
    assert (works["started"] <= works["day"]).all()
    assert (works.sort_values("day").groupby("code")["share"].diff().dropna() >= 0).all()


def test_the_workbooks_say_units_and_days_each_in_its_way(county):
    books = project_workbooks(county.projects)
    assert list(books) == ["项目库", "资金台账 2025年", "资金台账 2026年"]
    assert [sheet.name for sheet in books["项目库"]] == ["项目库", "项目节点", "形象进度"]
    assert (len(books["资金台账 2025年"]), len(books["资金台账 2026年"])) == (12, 11)
    last, this = books["资金台账 2025年"][0], books["资金台账 2026年"][0]
    assert "截至日期" in last.table
    assert "下达金额(万元)" in last.table
    assert "截至日期" not in this.table
    assert this.filled_by.endswith("单位：万元")
