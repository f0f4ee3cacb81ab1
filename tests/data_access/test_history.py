"""An indicator through its periods, against a slow recomputation from the collected rows."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_access.history import history_of, periods_of_children, townships_of
from data_access.periods import earlier, up_to
from data_access.snapshot import Snapshot
from tests.data_access.test_indicators import (
    INDICATORS,
    LEVELS,
    World,
    below,
    figure,
    filled,
    is_within,
    light,
    minus,
    months_before,
    over,
    value,
    worlds,
)

Fill = Callable[..., Snapshot]
UNTIL = {"month": date(2025, 10, 1), "quarter": date(2025, 7, 1)}
LENGTH = {"month": 1, "quarter": 3}


def frequency_of(key: str) -> str:
    return str(INDICATORS[key].get("frequency", "month"))


def cell(world: World, code: str, key: str, period: date) -> dict[str, Any]:
    """One region's figure of one period, as a page must show it."""
    entry = {"unit": "%", "direction": "up", "amber_points": 10.0, **INDICATORS[key]}
    found = figure(world, code, key, period)
    own, planned = value(world, code, key, period), over(key, found.plan, found) if found else None
    since = [day for of, level, day in world.targets if (of, level) == (key, LEVELS[code]) and day <= period]
    target = world.targets[key, LEVELS[code], max(since)] if since else None
    wanted = target if planned is None else planned
    gap = minus(own, wanted)
    if gap is not None and entry["unit"] != "%":
        gap = gap / wanted * 100 if wanted else 100.0 * ((gap > 0) - (gap < 0))
    gap = None if gap is None else gap * (1 if entry["direction"] == "up" else -1)
    shade = light(found, own, gap, entry["amber_points"], planned is not None)
    figures = found._asdict() if found else {"numerator": None, "denominator": None, "plan": None, "reports": None}
    return {"code": code, "period": period, "value": own, "plan_value": planned, "target": target, **figures} | {
        "gap": gap,
        "light": shade,
    }


def expected(world: World, codes: list[str], key: str, count: int) -> list[dict[str, Any]]:
    frequency = frequency_of(key)
    periods = [months_before(UNTIL[frequency], LENGTH[frequency] * back) for back in range(count - 1, -1, -1)]
    rows = [cell(world, code, key, period) for code in codes for period in periods]
    first = min((row["period"] for row in rows if row["numerator"] is not None), default=date.max)
    return [row for row in rows if row["period"] >= first]


def assert_same(table: pd.DataFrame, rows: list[dict[str, Any]]) -> None:
    found = table.astype(object).where(table.notna(), None).to_dict("records")
    assert [(row["code"], row["period"]) for row in found] == [(row["code"], row["period"]) for row in rows]
    for got, wanted in zip(found, rows, strict=True):
        for name, own in wanted.items():
            assert got[name] == (pytest.approx(own) if isinstance(own, float) else own), (wanted, name)


keys, counts = st.sampled_from(list(INDICATORS)), st.sampled_from([1, 3, 14])


@given(worlds(), st.sampled_from(["C", "T1", "V4"]), keys, counts)
@settings(max_examples=20)
def test_every_child_has_a_cell_for_every_period(fill: Fill, world: World, region: str, key: str, count: int):
    table = periods_of_children(filled(fill, world), region, key, UNTIL[frequency_of(key)], count)
    assert_same(table, expected(world, below(region), key, count))


@given(worlds(), keys, counts)
@settings(max_examples=20)
def test_every_village_of_the_county_has_one_too(fill: Fill, world: World, key: str, count: int):
    table = periods_of_children(filled(fill, world), "C", key, UNTIL[frequency_of(key)], count, "village")
    villages = [code for code in LEVELS if LEVELS[code] == "village" and is_within(code, "C")]
    assert_same(table, expected(world, villages, key, count))


@given(worlds(), st.sampled_from(list(LEVELS)), keys, counts)
@settings(max_examples=20)
def test_a_regions_own_line_has_last_years_beside_it(fill: Fill, world: World, region: str, key: str, count: int):
    table = history_of(filled(fill, world), region, key, UNTIL[frequency_of(key)], count)
    rows = expected(world, [region], key, count)
    assert_same(
        table, [row | {"last_year": value(world, region, key, months_before(row["period"], 12))} for row in rows]
    )


def test_weeks_begin_on_mondays_and_last_years_is_fifty_two_weeks_before(fill: Fill):
    monday = date(2026, 11, 23)
    weeks = [monday - timedelta(weeks=n) for n in (0, 2, 52)]
    snapshot = fill(
        region=[{"code": "V", "level": "village"}],
        indicator=[{"id": "held", "frequency": "week"}],
        observation=[
            {"region_code": "V", "indicator": "held", "period": week, "numerator": n, "denominator": 4.0}
            for n, week in enumerate(weeks, 1)
        ],
    )
    table = history_of(snapshot, "V", "held", monday, 4)
    assert table["period"].tolist() == [monday - timedelta(weeks=n) for n in (2, 1, 0)]
    assert table["light"].tolist() == ["none", "grey", "none"]
    assert table["last_year"].fillna(-1).tolist() == [-1, -1, 75]


def test_a_ledger_speaks_of_every_place_from_its_first_entry_on(fill: Fill):
    months = [date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)]
    tree = (("C", None, "county"), ("T", "C", "township"), ("V1", "T", "village"), ("V2", "T", "village"))
    snapshot = fill(
        region=[{"code": code, "parent_code": parent, "level": level} for code, parent, level in tree],
        indicator=[{"id": "open", "level": "any", "denominator_name": None, "unit": "个", "factor": 1.0}],
        observation=[
            {"region_code": code, "indicator": "open", "period": month, "numerator": 2.0, "denominator": None}
            for code in ("C", "T", "V1")
            for month in months[1:]
        ],
    )
    table = periods_of_children(snapshot, "T", "open", months[-1], 12)
    assert table["period"].tolist() == months[1:] * 2
    assert table["value"].tolist() == [2, 2, 0, 0]
    assert history_of(snapshot, "V2", "open", months[-1], 12)["value"].tolist() == [0, 0]


def test_villages_are_told_with_their_township(fill: Fill):
    tree = (("C", None, "county"), ("T", "C", "township"), ("V1", "T", "village"), ("V2", "C", "village"))
    snapshot = fill(region=[{"code": code, "parent_code": parent, "level": level} for code, parent, level in tree])
    assert townships_of(snapshot, "C")[["code", "township"]].to_numpy().tolist() == [["V1", "T"]]


@pytest.mark.parametrize("frequency", ["day", "week", "month", "quarter", "year"])
def test_periods_follow_each_other_without_a_gap(frequency):
    last = {"week": date(2026, 11, 23), "quarter": date(2026, 10, 1), "year": date(2026, 1, 1)}.get(
        frequency, date(2026, 11, 1)
    )
    periods = up_to(last, frequency, 6)
    assert periods[-1] == last
    assert len(set(periods)) == 6
    if frequency != "day":  # a day is compared with the week before
        assert [earlier(day, frequency)[0] for day in periods[1:]] == periods[:-1]
