"""Every figure behind the income page, in every place and month of the demo county, against its households."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Engine, or_, select

from data_access.households_at_risk import households_at_risk
from data_access.income import (
    children_income,
    distribution_of,
    distribution_over_time,
    income_change_by_source,
    income_summary,
    newest_month,
    sources_over_time,
    the_few,
)
from data_access.indicators import dictionary, figures_of, newest_period
from data_access.schema import income_band, observation
from data_access.snapshot import Snapshot, latest
from data_access.writing import frame
from tests.data_access.slow_county import BAND, KEY, SHARES, SOURCES, Slow

# One worker reads the households once for all tests of this group.
pytestmark = pytest.mark.xdist_group("households")

EARLIER = date(2026, 3, 15)
MORE_IS_BETTER = {
    "mean": True,
    "median": True,
    "p10": True,
    "below_line": False,
    "fell": False,
    "transfer_share": False,
}


@pytest.fixture(scope="module")
def snapshot(demo_engine: Engine) -> Snapshot:
    return latest(demo_engine)


@pytest.fixture(scope="module")
def on(snapshot: Snapshot) -> date:
    newest = newest_period(snapshot)
    assert newest
    return newest


def year_before(month: date) -> date:
    return month.replace(year=month.year - 1)


def assert_quantiles(shown: pd.DataFrame, exact: pd.DataFrame) -> None:
    """A quantile from bands lies in the band of the household that it stands for."""
    floor = exact[list(SHARES)].to_numpy(dtype=float) // BAND * BAND
    found = shown[list(SHARES)].to_numpy(dtype=float)
    assert floor.size
    assert ((found > floor) & (found <= floor + BAND)).all()


def test_all_places_are_looked_at(slow: Slow):
    assert slow.places["level"].value_counts().to_dict() == {"village": 236, "township": 14, "county": 1}


def test_every_observation_is_the_sum_of_its_households(demo_engine: Engine, slow: Slow):
    ids = or_(
        observation.c.indicator.like("income.%"),
        observation.c.indicator.like("guarantee.%"),
        observation.c.indicator == "monitoring.reviewed",
    )
    with demo_engine.connect() as connection:
        stored = frame(connection, select(observation).where(ids, observation.c.numerator.is_not(None)))
    # Before the months that households were reviewed in, the office handed in the villages' totals.
    is_total = (stored["indicator"] == "monitoring.reviewed") & (stored["period"] < slow.reviews["month"].min())
    stored = stored[~is_total].astype({"numerator": float, "denominator": float, "reports": int})
    wanted = slow.figures.drop(columns="value")
    assert len(wanted) > 230_000
    pd.testing.assert_frame_equal(stored.set_index(KEY).sort_index().drop(columns="plan"), wanted, rtol=1e-12)


def test_every_band_holds_its_households(demo_engine: Engine, slow: Slow):
    with demo_engine.connect() as connection:
        stored = frame(connection, select(income_band))
    assert len(slow.bands) > 190_000
    pd.testing.assert_frame_equal(stored.set_index(slow.bands.index.names).sort_index(), slow.bands)


@pytest.mark.parametrize("day", [None, EARLIER], ids=["newest", "earlier"])
def test_every_card(slow: Slow, snapshot: Snapshot, on: date, day: date | None):
    until = day or on
    shown = pd.concat([figures_of(snapshot, place, until, 0.5).assign(region_code=place) for place in slow.some])
    wanted = slow.figures.loc[slow.some].reset_index()
    wanted = wanted[wanted["period"] <= until].drop_duplicates(KEY[:2], keep="last")
    if day:
        # Which months an office's totals were handed in for, households cannot tell.
        wanted = wanted[wanted["indicator"] != "monitoring.reviewed"]
    both = wanted.merge(shown, on=KEY[:2], suffixes=("", "_shown"))
    assert len(both) == len(wanted) >= 30 * len(slow.some)
    assert (both["period"] == both["period_shown"]).all()
    assert (both["numerator"] == both["numerator_shown"]).all()
    factor = both["indicator"].map({key: entry.factor for key, entry in dictionary(snapshot).items()})
    assert np.allclose(both["value"] * factor, both["value_shown"], rtol=1e-12)
    before = [(row.region_code, row.indicator, year_before(row.period)) for row in both.itertuples()]
    change = (both["value"] - slow.figures["value"].reindex(before).to_numpy()) * factor
    is_total = both["indicator"] == "monitoring.reviewed"
    assert change[~is_total].notna().sum() >= 24 * len(slow.some)
    assert np.allclose(change[~is_total], both.loc[~is_total, "year_change"], rtol=1e-9, atol=1e-9, equal_nan=True)


def test_the_newest_month_is_that_of_the_households(slow: Slow, snapshot: Snapshot, on: date):
    assert {newest_month(snapshot, place, on) for place in slow.places.index} == {slow.months[-1]}
    assert {newest_month(snapshot, place, EARLIER) for place in slow.places.index} == {EARLIER.replace(day=1)}


def test_the_distribution_of_every_place_and_month(slow: Slow, snapshot: Snapshot):
    means = slow.figures["value"].xs("income.per_capita", level="indicator")
    members = slow.bands.groupby(["region_code", "period"])[["households", "persons"]].sum()
    for place in slow.places.index:
        table = distribution_over_time(snapshot, place, slow.months[-1], len(slow.months)).set_index("period")
        assert table.index.tolist() == slow.months[11:]
        assert np.allclose(table["mean"], means[place], rtol=1e-12)
        assert (table[["households", "persons"]] == members.loc[place]).all(axis=None)
        assert_quantiles(table, slow.quantiles.loc[place].loc[table.index])


def test_the_bands_of_every_place(slow: Slow, snapshot: Snapshot):
    for place in slow.places.index:
        for month in (slow.months[-1], slow.months[-13]):
            table = distribution_of(snapshot, place, month)
            assert (table["band_floor"].to_numpy()[1:] == table["until"].to_numpy()[:-1]).all()
            # Bands of a few persons are joined: each still holds exactly those between its ends.
            wanted = slow.bands.loc[(place, month)]
            own = pd.cut(wanted.index, [*table["band_floor"], table["until"].iloc[-1]], right=False)
            held = wanted.groupby(own, observed=False).sum()
            assert (held.to_numpy() == table[["households", "persons"]].to_numpy()).all()
            assert not table["persons"].between(1, 4).any()


@pytest.mark.parametrize("day", [None, EARLIER], ids=["newest", "earlier"])
def test_mean_and_quantiles_beside_those_of_a_year_before(slow: Slow, snapshot: Snapshot, on: date, day: date | None):
    month = slow.months[-1] if day is None else day.replace(day=1)
    for place in slow.some:
        table = income_summary(snapshot, place, day or on).set_index("measure")
        for column, then in (("value", month), ("year_before", year_before(month))):
            mean = slow.figures["value"].get((place, "income.per_capita", then), np.nan)
            assert table.at["mean", column] == pytest.approx(mean, rel=1e-12, nan_ok=True)
            if mean == mean:
                assert_quantiles(table[[column]].T, slow.quantiles.loc[[(place, then)]])
        change = table["value"] - table["year_before"]
        assert np.allclose(table["change"], change, equal_nan=True)
        assert np.allclose(table["change_percent"], change / table["year_before"] * 100, equal_nan=True)


def test_the_sources_and_the_steps_of_every_place(slow: Slow, snapshot: Snapshot, on: date):
    wide = slow.figures["value"].unstack("indicator")
    for place in slow.places.index:
        table = sources_over_time(snapshot, place, slow.months[-1], len(slow.months)).set_index("period")
        assert table.index.tolist() == slow.months[11:]
        wanted = wide.loc[place].loc[table.index]
        for source in SOURCES:
            assert np.allclose(table[source], wanted[f"income.{source}"], rtol=1e-12)
        assert np.allclose(table["net"], wanted["income.per_capita"], rtol=1e-12)
        assert np.allclose(table["transfer_share"], wanted["income.transfer_share"] * 100, rtol=1e-9)
        steps = income_change_by_source(snapshot, place, on).set_index("step")["value"]
        then, now = wanted.loc[slow.months[-13]], wanted.loc[slow.months[-1]]
        added = {source: now[f"income.{source}"] - then[f"income.{source}"] for source in SOURCES}
        added["business_cost"] *= -1
        ends = {"before": then["income.per_capita"], "now": now["income.per_capita"]}
        assert steps.to_dict() == pytest.approx(ends | added, rel=1e-9, abs=1e-6)


def test_every_child_of_every_place(slow: Slow, snapshot: Snapshot, on: date):
    month, before = slow.months[-1], slow.months[-13]
    newest = slow.figures.xs(month, level="period").unstack("indicator")
    means = slow.figures["value"].xs("income.per_capita", level="indicator").xs(before, level="period")
    members = slow.bands.xs(month, level="period").groupby("region_code")["households"].sum()
    asked = [(place, None, slow.children(place)) for place in slow.inner]
    for place, level, codes in [*asked, ("990101", "village", slow.villages("990101"))]:
        table = children_income(snapshot, place, on, level).set_index("code")
        assert table.index.tolist() == codes
        own, counted = newest["value"].loc[codes], newest["numerator"].loc[codes]
        assert (table["households"] == members[codes]).all()
        assert np.allclose(table["mean"], own["income.per_capita"], rtol=1e-12)
        assert np.allclose(table["mean_before"], means[codes], rtol=1e-12)
        assert np.allclose(table["mean_change"], (own["income.per_capita"] / means[codes] - 1) * 100, rtol=1e-9)
        for name, key in (("below_line", "below_line"), ("fell", "fell_20"), ("transfer_share", "transfer_share")):
            assert np.allclose(table[name], own[f"income.{key}"] * 100, rtol=1e-9)
        assert (table["below_line_households"] == counted["income.below_line"]).all()
        assert (table["fell_households"] == counted["income.fell_20"]).all()
        assert_quantiles(table, slow.quantiles.loc[[(code, month) for code in codes]])
        for name, is_more in MORE_IS_BETTER.items():
            shown = table[name].to_numpy()
            ahead = shown[None, :] > shown[:, None] + 1e-8 if is_more else shown[None, :] < shown[:, None] - 1e-8
            assert table[f"{name}_rank"].tolist() == (ahead.sum(axis=1) + 1).tolist()


@pytest.mark.parametrize("fall", [10, 20, 30])
def test_the_few_of_every_place(slow: Slow, snapshot: Snapshot, on: date, fall: int):
    months = slow.months[-12:]
    counted = slow.figures["numerator"].unstack("period").reindex(columns=months)
    fell = counted.xs(f"income.fell_{fall}", level="indicator")
    below = counted.xs("income.below_line", level="indicator")
    both_years = slow.has_both_years.loc[months[-1]].groupby(slow.homes["village"]).sum()
    for place in slow.inner:
        table = the_few(snapshot, place, on, 1_000, fall).set_index("code")
        own = pd.DataFrame({"fell": fell[months[-1]], "below_line": below[months[-1]]}).loc[slow.villages(place)]
        own = own[(own > 0).any(axis=1)].sort_values(["fell", "below_line"], ascending=False, kind="stable")
        pd.testing.assert_frame_equal(table[["fell", "below_line"]], own, check_names=False)
        assert np.allclose(table["fell_share"], own["fell"] / both_years[own.index] * 100)
        assert [np.array(row, float).tolist() for row in table["trend"]] == [
            pytest.approx(row, nan_ok=True) for row in fell.loc[own.index].to_numpy().tolist()
        ]
        assert the_few(snapshot, place, on, 3, fall)["code"].tolist() == own.index[:3].tolist()


def test_the_households_at_risk(slow: Slow, snapshot: Snapshot, on: date):
    month = slow.months[-1]
    now, before = slow.each.loc[month], slow.each.shift(12).loc[month]
    below = now < slow.lines[month.year]
    chosen = below | slow.has_fallen(20).loc[month]
    for place in slow.some:
        codes = slow.villages(place)
        listed = the_few(snapshot, place, on, 5)["code"].tolist() if len(codes) > 1 else codes
        homes = slow.homes.index[slow.homes["village"].isin(listed)]
        table = households_at_risk(snapshot, place, on, 100_000)
        assert table["change_percent"].is_monotonic_increasing
        # Their numbers are masked; together the rest tells each of them.
        wanted = pd.DataFrame(
            {
                "income": now,
                "income_before": before,
                "persons": slow.members_now.loc[month],
                "change_percent": (now / before - 1) * 100,
                "is_below_line": below,
                "village": slow.homes["village"].map(slow.places["name"]),
            }
        ).loc[homes[chosen[homes]]]
        shown = table[wanted.columns].astype({"is_below_line": bool})
        order = ["village", "income", "income_before"]
        pd.testing.assert_frame_equal(
            shown.sort_values(order, ignore_index=True),
            wanted.sort_values(order, ignore_index=True),
            check_dtype=False,
            check_column_type=False,
            rtol=1e-9,
        )
        assert table["household"].str.fullmatch(r"9901\*{8}\d{4}").all()
