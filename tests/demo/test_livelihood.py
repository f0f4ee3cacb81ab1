import pandas as pd
import pytest

from demo.campaign import BEHIND
from demo.livelihood import (
    ASKED_THERE,
    CAMPAIGN_START,
    HARDLY_ASKED,
    HOLIDAY_WEEK,
    MONTHS,
    SLACKENED,
    SLACKENED_FROM,
    UNSOLD,
    WAVE,
    WEEKS,
)

pytestmark = pytest.mark.xdist_group("demo")


@pytest.fixture
def of(county, villages):
    """Return the complete rows of one indicator, with the township of each."""
    together = pd.concat(county.livelihood, ignore_index=True)
    together["township"] = together["code"].map(villages.set_index("code")["township"])

    def rows(indicator):
        these = together[together["indicator"] == indicator]
        assert not these.duplicated(["code", "period"]).any()
        return these.dropna(subset="numerator")

    return rows


@pytest.fixture
def rate(of):
    def of_rows(indicator, **where):
        rows = of(indicator)
        for column, wanted in where.items():
            rows = rows[rows[column].isin(wanted)]
        return rows["numerator"].sum() / rows["denominator"].sum()

    return of_rows


def test_shares_are_shares_and_counts_are_not_negative(county):
    for figures in county.livelihood:
        assert (figures["numerator"].dropna() >= 0).all()
        shares = figures[figures["indicator"] != "governance.team_days"].dropna(subset=["numerator", "denominator"])
        assert (shares["numerator"] <= shares["denominator"]).all()


def test_a_clean_up_is_held_or_not_on_each_monday(of, rate):
    held = of("environment.cleanup")
    assert (held["period"].dt.day_of_week == 0).all()
    assert held["period"].nunique() == WEEKS
    assert set(held["numerator"]) == {0, 1}
    assert rate("environment.cleanup", period=[HOLIDAY_WEEK]) < 0.5 < rate("environment.cleanup")
    since = held["period"][held["period"] >= SLACKENED_FROM].unique()
    assert rate("environment.cleanup", township=[SLACKENED], period=since) < 0.45


def test_produce_is_sold_as_planned_but_in_two_townships(of):
    unsold = of("industry.unsold")
    assert unsold["period"].min() == CAMPAIGN_START
    last = unsold[unsold["period"] == unsold["period"].max()].groupby("township")[["numerator", "plan"]].sum()
    behind = last[last["numerator"] > last["plan"]]
    assert set(behind.index) == set(UNSOLD)
    value = of("industry.unsold_value").set_index(["code", "period"])["numerator"]
    tonnes = unsold.set_index(["code", "period"])["numerator"]
    both = pd.concat([value, tonnes], axis=1, keys=["value", "tonnes"]).dropna()
    assert (both.loc[both["tonnes"] == 0, "value"] == 0).all()


def test_two_townships_lag_in_what_the_teams_do(rate):
    october = [pd.Timestamp("2026-10-01")]
    assert rate("governance.visits", township=BEHIND, period=october) < rate("governance.visits", period=october) - 0.05
    assert rate("governance.training", township=BEHIND) < rate("governance.training") - 0.03
    assert 18 < rate("governance.team_days") < 23


def test_workers_lie_in_three_places_and_all_of_them_are_somewhere(county):
    jobs = county.workplaces
    known = jobs.dropna(subset=["total", "planned"])
    assert (known["outside"] + known["in_province"] + known["in_county"] == known["total"]).all()
    assert (jobs["filled"].dropna() <= jobs["planned"].dropna()).all()
    assert jobs.loc[jobs["planned"].notna(), "period"].nunique() == MONTHS


def test_nine_persons_of_one_township_were_asked_in_the_last_wave(county):
    names = county.regions.set_index("code")["name"]
    wave = county.survey[county.survey["period"] == WAVE].assign(name=lambda rows: rows["code"].map(names))
    few = wave[wave["denominator"] < 30]
    assert few[["name", "numerator", "denominator"]].to_numpy().tolist() == [[HARDLY_ASKED, ASKED_THERE, ASKED_THERE]]
