import numpy as np
import pandas as pd
import pytest

from demo.campaign import LATE
from demo.indicators import DROP_OUT_TOWNSHIP, GAP_VILLAGES, MONITORED_HOUSEHOLDS, MONTHS

pytestmark = pytest.mark.xdist_group("demo")

MONTHLY = (
    "income.per_capita income.wage_share guarantee.education guarantee.medical guarantee.housing guarantee.water "
    "monitoring.reviewed monitoring.stock funds.paid funds.projects_finished environment.toilets environment.cleanup "
    "employment.workers governance.publicity"
)


@pytest.fixture
def of(figures):
    """Return the rows of one indicator."""
    return lambda indicator: figures[figures["indicator"] == indicator]


@pytest.fixture
def in_month(of):
    """Return the complete rows of one indicator in one month."""

    def rows(indicator, month):
        these = of(indicator)
        return these[these["period"] == pd.Timestamp(month)].dropna(subset="numerator")

    return rows


@pytest.fixture
def total(of):
    """Return the county's sums by period, of rows that are complete."""
    return lambda indicator: (
        of(indicator).dropna(subset="numerator").groupby("period")[["numerator", "denominator"]].sum()
    )


def test_there_are_thirty_six_months_and_twelve_quarters(figures):
    periods = figures.groupby("indicator")["period"].agg(["nunique", "max"])
    assert set(periods.index) == {*MONTHLY.split(), "satisfaction.rate"}
    assert (periods.loc[MONTHLY.split(), "nunique"] == MONTHS).all()
    assert set(periods.loc[MONTHLY.split(), "max"].dt.strftime("%Y-%m")) == {"2026-10", "2026-11"}
    assert periods.loc["satisfaction.rate", "nunique"] == 12


def test_every_figure_is_of_a_known_region_and_stands_once(figures, county):
    assert figures["code"].isin(county.regions["code"]).all()
    assert not figures.duplicated(["indicator", "code", "period"]).any()


def test_no_numerator_is_negative_and_shares_stay_within_one(figures):
    assert (figures["numerator"].dropna() >= 0).all()
    assert (figures["denominator"].dropna() > 0).all()
    shares = figures[~figures["indicator"].isin(["income.per_capita", "employment.workers"])]
    assert shares["value"].dropna().between(0, 1).all()


def test_income_grows_by_nine_percent_a_year_from_believable_levels(in_month, total):
    county = total("income.per_capita").eval("numerator / denominator")
    assert county["2026-10-01"] / county["2025-10-01"] - 1 == pytest.approx(0.089, abs=0.012)
    latest = in_month("income.per_capita", "2026-10")["value"]
    assert latest.median() == pytest.approx(14_900, rel=0.06)
    assert latest.between(11_000, 19_500).mean() > 0.99


def test_one_village_grows_rich_oddly(of):
    by_village = of("income.per_capita").pivot_table(index="code", columns="period", values="value")
    jump = by_village["2026-10-01"] / by_village["2026-06-01"] - 1
    assert (jump > 0.2).sum() == 1
    assert jump.nlargest(2).iloc[1] < 0.1


def test_wages_are_part_of_the_same_net_income(of):
    keys = ["code", "period"]
    both = (
        of("income.wage_share")
        .merge(of("income.per_capita"), on=keys, suffixes=("_wage", "_net"))
        .dropna(subset="numerator_net")
    )
    assert (both["denominator_wage"] == both["numerator_net"]).all()


def test_enrolment_dips_every_january(total):
    missing = total("guarantee.medical").eval("1 - numerator / denominator")
    assert (missing[missing.index.month == 1] > 0.03).all()
    assert (missing[missing.index.month >= 4] < 0.002).all()


@pytest.mark.parametrize("item", ["medical", "housing", "water"])
def test_few_villages_hold_nearly_all_gaps(in_month, item):
    latest = in_month(f"guarantee.{item}", "2026-10")
    missing = (latest["denominator"] - latest["numerator"]).nlargest(GAP_VILLAGES)
    assert missing.sum() == (latest["denominator"] - latest["numerator"]).sum()
    assert missing.sum() >= 8


def test_drop_outs_gather_in_one_township(of, villages):
    latest = of("guarantee.education").dropna(subset="numerator")
    latest = latest[latest["period"] >= pd.Timestamp("2026-03")]
    absent = (latest["denominator"] - latest["numerator"]).groupby(latest["code"]).max()
    assert set(villages.set_index("code")["township"][absent[absent > 0].index]) == {DROP_OUT_TOWNSHIP}


def test_eleven_hundred_households_are_under_monitoring(total, of):
    stock = total("monitoring.stock")["numerator"]
    assert stock.iloc[-1] == pytest.approx(MONITORED_HOUSEHOLDS, rel=0.08)
    assert stock.between(1_000, 1_350).all()
    assert of("monitoring.stock")["denominator"].isna().all()
    assert of("monitoring.stock")["numerator"].notna().all()


def test_late_villages_have_no_review_for_the_last_month(in_month, villages):
    latest = set(in_month("monitoring.reviewed", "2026-11")["code"])
    assert not latest & set(villages.loc[villages["township"] == LATE, "code"])
    assert 0.75 * len(villages) < len(latest) < 0.9 * len(villages)


def test_payment_begins_anew_each_january_and_follows_a_twelfth_a_month(of):
    paid = of("funds.paid").dropna(subset="numerator").sort_values(["code", "period"])
    month = paid["period"].dt.month
    assert np.allclose(paid["plan"], paid["denominator"] * month / 12, atol=0.01)
    assert (paid.loc[month == 1, "value"] < 0.15).all()
    within_a_year = paid.groupby([paid["code"], paid["period"].dt.year])["numerator"].diff()
    assert (within_a_year.dropna() >= 0).all()
    assert (paid.groupby([paid["code"], paid["period"].dt.year])["denominator"].nunique() == 1).all()


def test_finished_projects_do_not_become_unfinished_within_a_year(of):
    done = of("funds.projects_finished").dropna(subset="numerator").sort_values(["code", "period"])
    assert (done.groupby([done["code"], done["period"].dt.year])["numerator"].diff().dropna() >= 0).all()


def test_mondays_are_those_of_the_calendar(of):
    held = of("environment.cleanup").groupby("period")["denominator"].unique()
    assert held[pd.Timestamp("2026-08-01")].tolist() == [5]
    assert held[pd.Timestamp("2026-02-01")].tolist() == [4]


def test_workers_are_compared_with_the_same_month_a_year_before(of):
    workers = of("employment.workers")
    before = workers.assign(period=workers["period"] + pd.DateOffset(years=1))
    both = workers.merge(before, on=["code", "period"], suffixes=("", "_before")).dropna(subset="numerator_before")
    assert len(both)
    assert (both["denominator"] == both["numerator_before"]).all()


def test_satisfaction_is_asked_of_townships_in_small_samples(of, county):
    asked = of("satisfaction.rate")
    assert set(asked["code"]) == set(county.regions.loc[county.regions["level"] == "township", "code"])
    assert asked["denominator"].between(30, 120).all()


def test_some_months_never_came_and_some_cells_were_left_blank(figures):
    assert 0.0002 < figures["numerator"].isna().mean() < 0.003
    assert 36 * 236 * 0.97 < (figures["indicator"] == "environment.toilets").sum() < 36 * 236
