import pandas as pd
import pytest

from demo.indicators import BY_HOUSEHOLD, MONTHS

pytestmark = pytest.mark.xdist_group("demo")

MONTHLY = "monitoring.reviewed environment.toilets employment.workers governance.publicity"


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
    by_household = {"monitoring.reviewed": BY_HOUSEHOLD}
    assert all(periods.at[name, "nunique"] == MONTHS - by_household.get(name, 0) for name in MONTHLY.split())
    assert set(periods.loc[MONTHLY.split(), "max"].dt.strftime("%Y-%m")) == {"2026-08", "2026-10", "2026-11"}
    assert periods.loc["satisfaction.rate", "nunique"] == 12


def test_every_figure_is_of_a_known_region_and_stands_once(figures, county):
    assert figures["code"].isin(county.regions["code"]).all()
    assert not figures.duplicated(["indicator", "code", "period"]).any()


def test_no_numerator_is_negative_and_shares_stay_within_one(figures):
    assert (figures["numerator"].dropna() >= 0).all()
    assert (figures["denominator"].dropna() > 0).all()
    shares = figures[~figures["indicator"].isin(["employment.workers"])]
    assert shares["value"].dropna().between(0, 1).all()


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
