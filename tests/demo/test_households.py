"""What the pages about income and guarantees are to find, before anybody has handed it in."""

import numpy as np
import pandas as pd
import pytest

from data_access.imports.kinds.households import has_right_check_digit
from demo.gaps import LAST_DAY
from demo.households import DROUGHT_TOWNSHIP, FLOOD, FLOOD_TOWNSHIPS, LINES, REVIEWED_MONTHS, tail_village
from demo.indicators import DROP_OUT_TOWNSHIP, GAP_VILLAGES, MONTHS

pytestmark = pytest.mark.xdist_group("demo")


@pytest.fixture(scope="module")
def net(county):
    """Net income in yuan by household and month."""
    income = county.households.income
    return (
        sum(income[name].astype(float) for name in ("wage", "business", "property", "transfer"))
        - income["business_cost"]
    )


@pytest.fixture(scope="module")
def years(net, county):
    """Per-capita net income of the last twelve months, and of the twelve before, by household."""
    persons = county.households.members_year
    return net[:, -12:].sum(axis=1) / persons, net[:, -24:-12].sum(axis=1) / persons


def test_there_are_as_many_households_as_in_the_villages(county, villages):
    counts = county.households.register["village"].value_counts(sort=False).sort_index()
    assert counts.tolist() == villages["households"].tolist()
    assert {matrix.shape[1] for matrix in county.households.income.values()} == {MONTHS}


def test_nobody_is_real_and_every_number_is_well_formed(county):
    register = county.households.register
    assert register["id_number"].str.startswith("990101").all()
    assert register["id_number"].sample(500, random_state=1).map(has_right_check_digit).all()
    assert register["code"].is_unique


def test_income_is_at_a_believable_level_and_grows(net, county):
    persons = county.households.members_year.sum()
    now, before = net[:, -12:].sum() / persons, net[:, -24:-12].sum() / persons
    assert 13_500 < now < 16_500
    assert now / before - 1 == pytest.approx(0.089, abs=0.02)


def test_the_plan_of_a_village_is_a_rise_on_its_income_of_a_year_before(net, county, villages):
    plan = county.plan.pivot(index="period", columns="code", values="plan")[villages["code"]]
    assert plan.index.equals(pd.date_range("2026-01", "2026-12", freq="MS"))
    village = county.households.register["village"].to_numpy()
    for month, row in plan.iterrows():
        end = county.households.months.get_loc(month - pd.DateOffset(years=1))
        before = np.bincount(village, net[:, end - 11 : end + 1].sum(axis=1))
        assert np.allclose(row, before * 1.09, atol=50)


def test_few_households_are_under_the_line_or_fell(years):
    now, before = years
    assert 0.001 < (now < LINES[2026]).mean() < 0.03
    assert 0.001 < (now <= before * 0.8).mean() < 0.02


def test_wages_are_low_in_the_month_of_the_new_year_and_harvests_high_in_autumn(county):
    months = county.households.months.month
    wage, business = (county.households.income[name].sum(axis=0) for name in ("wage", "business"))
    assert wage[months == 2].max() < wage[months == 4].min()
    assert business[months == 10].min() > 1.5 * business[months == 3].max()


def test_one_village_is_green_by_its_mean_and_loses_a_quarter_of_its_households(years, county, villages):
    now, before = years
    village = county.households.register["village"].to_numpy()
    persons = county.households.members_year
    tail = village == tail_village(villages)
    mean_now, mean_before = (np.average(each[tail], weights=persons[tail]) for each in (now, before))
    assert mean_now / mean_before > 1.05
    fell = pd.Series(now <= before * 0.8).groupby(village).mean()
    assert fell.idxmax() == tail_village(villages)
    assert fell.max() > 0.2


def test_the_drought_and_the_flood_are_seen_where_they_were(county, villages):
    business = county.households.income["business"]
    township = villages["township"].to_numpy()[county.households.register["village"]]
    dry = township == DROUGHT_TOWNSHIP
    autumn = business[:, -4:].sum(axis=1)
    year_before = business[:, -16:-12].sum(axis=1)
    assert autumn[dry].sum() / year_before[dry].sum() < 0.6
    assert autumn[~dry].sum() / year_before[~dry].sum() > 0.95
    at = county.households.months.get_loc(f"{FLOOD}-01")
    flooded = np.isin(township, FLOOD_TOWNSHIPS)
    assert business[flooded, at].sum() / business[flooded, at - 1].sum() < 0.5


def test_insurance_lapses_in_january_and_drop_outs_gather_in_one_township(county, villages):
    gaps = county.gaps
    medical = gaps[gaps["item"] == "medical"]
    assert (medical["found"].dt.month == 1).mean() > 0.9
    register = county.households.register.set_index("code")
    open_now = gaps[gaps["cleared"].isna()]
    schools = open_now[open_now["item"] == "education"]
    at = register.loc[schools["code"], "village"].to_numpy()
    assert set(villages["township"].iloc[at]) == {DROP_OUT_TOWNSHIP}
    assert len(set(at)) <= GAP_VILLAGES
    assert gaps["cleared"].dropna().max() <= pd.Timestamp(LAST_DAY)
    assert not gaps.duplicated(["code", "item", "found"]).any()


def test_no_gap_has_more_persons_than_the_item_applies_to(county):
    register = county.households.register.set_index("code").loc[county.gaps["code"]]
    most = register["persons"].where((county.gaps["item"] != "education").to_numpy(), register["children"])
    assert (county.gaps["persons"].to_numpy() <= most.to_numpy()).all()
    assert (county.gaps["persons"] > 0).all()


def test_the_late_township_has_no_review_of_the_newest_month(county, villages):
    village = county.households.register["village"].to_numpy()
    late = (villages["township"] == "凤鸣乡").to_numpy()[village]
    assert not county.households.reviewed[REVIEWED_MONTHS[-1]][late].any()
    assert county.households.reviewed[REVIEWED_MONTHS[0]].mean() > 0.95
