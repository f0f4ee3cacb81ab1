"""What pages read of the observations, against a slow, obvious recomputation from the collected rows."""

import math
from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_access.indicators import (
    children_of,
    dictionary,
    figures_of,
    matrix_of,
    newest_period,
    ranks_of,
    reporting_of,
    shortfalls,
    trend_of,
)
from data_access.lights import light_of
from data_access.periods import earlier, last_day
from data_access.snapshot import Snapshot

Fill = Callable[..., Snapshot]

# V4 lies directly in the county: a level is skipped.
PARENTS = {"C": None, "T1": "C", "T2": "C", "V1": "T1", "V2": "T1", "V3": "T2", "V4": "C"}
LEVELS = {"C": "county", "T1": "township", "T2": "township"} | dict.fromkeys(["V1", "V2", "V3", "V4"], "village")
REGIONS = [{"code": code, "parent_code": parent, "level": LEVELS[code]} for code, parent in PARENTS.items()]

INDICATORS: dict[str, dict[str, Any]] = {
    "enrolled": {},
    "late": {"direction": "down", "amber_points": 2.0},
    "income": {"unit": "元", "factor": 1.0},
    "cases": {"unit": "户", "factor": 1.0, "denominator_name": None, "direction": "down"},
    "survey": {"level": "township", "frequency": "quarter"},
}
MONTHS = [date(2024, 9, 1), date(2025, 8, 1), date(2025, 9, 1), date(2025, 10, 1)]
QUARTERS = [date(2024, 7, 1), date(2025, 4, 1), date(2025, 7, 1)]


class Row(NamedTuple):
    numerator: float | None
    denominator: float | None
    plan: float | None


class World(NamedTuple):
    """What was handed in: figures by region, indicator and period; targets by indicator, level and first day."""

    collected: dict[tuple[str, str, date], Row]
    targets: dict[tuple[str, str, date], float]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    villages, townships = (
        st.sampled_from([c for c in LEVELS if LEVELS[c] == level]) for level in ("village", "township")
    )
    of_villages = st.sampled_from([key for key, entry in INDICATORS.items() if "level" not in entry])
    cells = st.tuples(villages, of_villages, st.sampled_from(MONTHS)) | st.tuples(
        townships, st.just("survey"), st.sampled_from(QUARTERS)
    )
    amounts = st.sampled_from([None, 0.0, 2.0, 7.0, 8.0, 10.0])
    rows = st.builds(Row, amounts, st.sampled_from([None, 0.0, 8.0, 10.0]), amounts)
    collected = draw(st.dictionaries(cells, rows, min_size=8, max_size=40))
    days = st.sampled_from([date(2024, 1, 1), date(2025, 9, 1), date(2025, 9, 15)])
    keys = st.tuples(st.sampled_from(list(INDICATORS)), st.sampled_from(["county", "township", "village"]), days)
    return World(
        {cell: row._replace(denominator=None) if cell[1] == "cases" else row for cell, row in collected.items()},
        draw(st.dictionaries(keys, st.sampled_from([0.0, 1.0, 50.0, 100.0]), max_size=8)),
    )


def filled(fill: Fill, world: World) -> Snapshot:
    names = ("region_code", "indicator", "period", *Row._fields)
    return fill(
        region=REGIONS,
        indicator=[{"id": key, "position": n, **entry} for n, (key, entry) in enumerate(INDICATORS.items())],
        indicator_target=[
            {"indicator": key, "level": level, "since": since, "target": target}
            for (key, level, since), target in world.targets.items()
        ],
        observation=[dict(zip(names, (*cell, *row), strict=True)) for cell, row in world.collected.items()],
    )


def is_within(code: str, region: str) -> bool:
    return code == region or (PARENTS[code] is not None and is_within(PARENTS[code], region))  # type: ignore[arg-type]


class Figure(NamedTuple):
    numerator: float | None
    denominator: float | None
    plan: float | None
    reports: int


def figure(world: World, region: str, key: str, period: date) -> Figure | None:
    """The sum of what was collected within a region; None where nothing was."""
    rows = [row for cell, row in world.collected.items() if cell[1:] == (key, period) and is_within(cell[0], region)]
    if not rows:
        return None
    done = [row.numerator for row in rows if row.numerator is not None]
    # What is planned for and knows nothing else is no part of a rate, unless nothing is.
    parts = [row for row in rows if key != "cases" and (row.numerator, row.denominator) != (None, None)] or rows
    bases, plans = [row.denominator for row in parts], [row.plan for row in parts]
    return Figure(
        sum(done) if done else None,
        None if None in bases else sum(bases),  # type: ignore[arg-type]
        None if None in plans else sum(plans),  # type: ignore[arg-type]
        len(done),
    )


def over(key: str, number: float | None, found: Figure) -> float | None:
    base = 1.0 if key == "cases" else found.denominator
    return number / base * float(INDICATORS[key].get("factor", 100.0)) if number is not None and base else None


def value(world: World, region: str, key: str, period: date) -> float | None:
    found = figure(world, region, key, period)
    return over(key, found.numerator, found) if found else None


def period_of(world: World, region: str, key: str, on: date, complete_from: float) -> date | None:
    """The newest period that enough units have reported, else the newest one that any has."""
    level = INDICATORS[key].get("level", "village")
    units = sum(LEVELS[code] == level and is_within(code, region) for code in LEVELS)
    past = {period: figure(world, region, key, period) for period in MONTHS + QUARTERS if period <= on}
    reported = {period: found for period, found in past.items() if found and found.numerator is not None}
    complete = [p for p, found in reported.items() if found.reports / units >= complete_from - 1e-9]
    return max(complete or reported, default=None)


def expected(world: World, within: str, regions: list[str], key: str, on: date, complete_from: float) -> list[Any]:
    """The rows of some regions at the period that holds for the region they lie within."""
    entry = {"unit": "%", "direction": "up", "frequency": "month", "amber_points": 10.0, **INDICATORS[key]}
    sign = 1 if entry["direction"] == "up" else -1
    period = period_of(world, within, key, on, complete_from)
    values = {code: value(world, code, key, period) if period else None for code in regions}
    rows = []
    for code, own in values.items():
        found = figure(world, code, key, period) if period else None
        figures = found._asdict() if found else dict.fromkeys(Figure._fields)
        planned = over(key, found.plan, found) if found else None
        since = [
            day for of, level, day in world.targets if (of, level) == (key, LEVELS[code]) and period and day <= period
        ]
        target = world.targets[key, LEVELS[code], max(since)] if since else None
        wanted = target if planned is None else planned
        gap = minus(own, wanted)
        if gap is not None and entry["unit"] != "%":
            gap = gap / wanted * 100 if wanted else 100.0 * ((gap > 0) - (gap < 0))
        gap = None if gap is None else gap * sign
        before = {"month": 1, "quarter": 3}[entry["frequency"]]
        changes = {
            name: minus(own, value(world, code, key, months_before(period, months))) if period else None
            for name, months in (("change", before), ("year_change", 12))
        }
        better = [v for v in values.values() if own is not None and v is not None and v * sign > own * sign]
        rows.append(
            {"code": code, "indicator": key, "period": period, "value": own, "plan_value": planned, "target": target}
            | {
                "gap": gap,
                "light": light(found, own, gap, entry["amber_points"], planned is not None),
                **figures,
                **changes,
            }
            | {"rank": None if own is None else len(better) + 1}
        )
    return rows


def minus(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one - other


def light(found: Figure | None, value: float | None, gap: float | None, amber_points: float, planned: bool) -> str:
    if value is None:
        return "none" if found and found[:2] == (0, 0) else "grey"
    if gap is None:
        return "none"
    reached = round(gap, 1 if planned else 6) >= 0
    return "green" if reached else "amber" if round(gap, 1) >= -amber_points else "red"


def months_before(period: date, months: int) -> date:
    years, month = divmod(period.year * 12 + period.month - 1 - months, 12)
    return date(years, month + 1, 1)


def assert_rows(table: pd.DataFrame, rows: list[dict[str, Any]]) -> None:
    found = table.astype(object).where(table.notna(), None).to_dict("records")
    assert [row["code"] for row in found] == [row["code"] for row in rows]
    for got, wanted in zip(found, rows, strict=True):
        for name, expected_value in wanted.items():
            close = pytest.approx(expected_value) if isinstance(expected_value, float) else expected_value
            assert got[name] == close, (wanted["code"], wanted["indicator"], name)


days = st.sampled_from([date(2020, 1, 1), date(2025, 8, 31), date(2025, 9, 1), date(2025, 11, 22)])
shares = st.sampled_from([0.25, 0.5, 0.7, 1.0])
KEYS = tuple(INDICATORS)


def below(region: str) -> list[str]:
    return [code for code, parent in PARENTS.items() if parent == region]


regions = st.sampled_from(["C", "T1", "V4"])
keys = st.sampled_from(KEYS)


def by_rank(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: row["rank"] or math.inf)


@given(worlds(), regions, keys, days, shares)
@settings(max_examples=20)
def test_figures_of_a_region_and_its_children(fill: Fill, world: World, region: str, key: str, on: date, share: float):
    snapshot = filled(fill, world)
    own = [expected(world, region, [region], each, on, share)[0] for each in KEYS]
    assert_rows(figures_of(snapshot, region, on, share), own)

    children = below(region)
    every = {each: expected(world, region, children, each, on, share) for each in KEYS}
    in_order = [rows[n] for n in range(len(children)) for rows in every.values()]
    assert_rows(matrix_of(snapshot, region, KEYS, on, share), in_order)
    assert_rows(children_of(snapshot, region, key, on, share), by_rank(every[key]))


@given(worlds(), regions, keys, days, shares, st.sampled_from(["township", "village"]))
@settings(max_examples=15)
def test_figures_of_the_units_of_a_level(
    fill: Fill, world: World, region: str, key: str, on: date, share: float, level: str
):
    units = [code for code in LEVELS if LEVELS[code] == level and is_within(code, region)]
    rows = expected(world, region, units, key, on, share)
    assert_rows(children_of(filled(fill, world), region, key, on, share, level), by_rank(rows))


@given(worlds(), st.sampled_from(["T1", "V1", "V4"]), days, shares)
@settings(max_examples=15)
def test_ranks_among_siblings(fill: Fill, world: World, region: str, on: date, share: float):
    snapshot = filled(fill, world)
    parent = PARENTS[region]
    assert parent is not None
    places = []
    for key in KEYS:
        rows = expected(world, parent, below(parent), key, on, share)
        own = next(row["rank"] for row in rows if row["code"] == region)
        places += [(key, own, sum(row["rank"] is not None for row in rows))] if own is not None else []
    assert list(ranks_of(snapshot, region, on, share).itertuples(index=False, name=None)) == places


def test_the_top_and_an_unknown_region_have_no_siblings(fill: Fill):
    snapshot = filled(fill, world_of(V1=Row(1.0, 10.0, None)))
    assert ranks_of(snapshot, "C", ON, 0.5).empty
    assert ranks_of(snapshot, "nowhere", ON, 0.5).empty


@given(worlds(), regions, days | st.none(), days | st.none())
@settings(max_examples=12)
def test_a_trend_holds_every_period_with_a_row(
    fill: Fill, world: World, region: str, since: date | None, until: date | None
):
    snapshot = filled(fill, world)
    for key in KEYS:
        rows = [
            (period, *found, over(key, found.numerator, found), over(key, found.plan, found))
            for period in sorted(MONTHS + QUARTERS)
            if (since is None or period >= since) and (until is None or period <= until)
            if (found := figure(world, region, key, period))
        ]
        trend = trend_of(snapshot, region, key, since, until)
        columns = ["period", "numerator", "denominator", "plan", "reports", "value", "plan_value"]
        assert list(trend.columns) == columns
        read = trend.astype(object).where(trend.notna(), None).itertuples(index=False, name=None)
        assert list(read) == [pytest.approx(row) for row in rows]


def world_of(**figures: Row) -> World:
    """One month's figures of the indicator "enrolled"."""
    return World({(code, "enrolled", MONTHS[-1]): row for code, row in figures.items()}, {})


ON = date(2025, 11, 22)


def test_not_reported_is_neither_zero_nor_ranked(fill: Fill):
    snapshot = filled(fill, world_of(V1=Row(0.0, 10.0, None), V2=Row(None, 10.0, None)))
    children = children_of(snapshot, "T1", "enrolled", ON, 0.5).set_index("code")
    assert children.loc["V1", "value"] == 0
    assert children.loc["V1", "rank"] == 1
    assert math.isnan(children.loc["V2", "value"])
    assert math.isnan(children.loc["V2", "rank"])
    assert children.loc["V2", "light"] == "grey"
    # The base of the region counts the village that is still silent.
    assert figures_of(snapshot, "T1", ON, 0.5).iloc[0]["denominator"] == 20


def test_a_rate_without_its_base_is_not_taken_for_a_count(fill: Fill):
    snapshot = filled(fill, world_of(V1=Row(5.0, 10.0, None), V2=Row(5.0, None, None)))
    own = figures_of(snapshot, "T1", ON, 0.5).iloc[0]
    assert own["numerator"] == 10
    assert math.isnan(own["value"])


def test_a_share_of_units_that_is_whole_is_enough(fill: Fill):
    # 0.55 x 100 is 55.00000000000001 in binary.
    villages = [f"V{n}" for n in range(100)]
    older, newer = date(2025, 9, 1), date(2025, 10, 1)
    snapshot = fill(
        region=[
            {"code": "C", "level": "county"},
            *({"code": v, "level": "village", "parent_code": "C"} for v in villages),
        ],
        indicator=[{"id": "enrolled"}],
        observation=[
            {"region_code": v, "indicator": "enrolled", "period": period, "numerator": 1.0, "denominator": 1.0}
            for period, n in ((older, 100), (newer, 55))
            for v in villages[:n]
        ],
    )
    assert figures_of(snapshot, "C", ON, 0.55).iloc[0]["period"] == newer
    assert figures_of(snapshot, "C", ON, 0.56).iloc[0]["period"] == older


def test_daily_figures_are_compared_with_a_week_before(fill: Fill):
    done = {date(2025, 11, 14): 1.0, date(2025, 11, 15): 2.0, date(2025, 11, 21): 3.0, date(2025, 11, 22): 6.0}
    snapshot = fill(
        region=[{"code": "V", "level": "village"}],
        indicator=[{"id": "visited", "frequency": "day"}],
        observation=[
            {"region_code": "V", "indicator": "visited", "period": day, "numerator": n, "denominator": 10.0}
            for day, n in done.items()
        ],
    )
    assert figures_of(snapshot, "V", ON, 0.5).iloc[0]["change"] == pytest.approx(40.0)
    assert newest_period(snapshot) == ON


def test_ties_share_a_rank(fill: Fill):
    # The same rate of different bases.
    rows = {"T1": Row(8.0, 10.0, None), "T2": Row(4.0, 5.0, None), "V4": Row(1.0, 10.0, None)}
    world = world_of(V1=rows["T1"], V3=rows["T2"], V4=rows["V4"])
    children = children_of(filled(fill, world), "C", "enrolled", ON, 0.1)
    assert list(children[["code", "rank"]].itertuples(index=False, name=None)) == [("T1", 1), ("T2", 1), ("V4", 3)]


def test_a_plan_goes_before_the_target_in_force(fill: Fill):
    world = World(
        {
            ("V1", "enrolled", MONTHS[-1]): Row(6.0, 10.0, 5.0),
            ("V2", "enrolled", MONTHS[-1]): Row(6.0, 10.0, None),
        },
        {
            ("enrolled", "village", date(2024, 1, 1)): 40.0,
            ("enrolled", "village", date(2025, 10, 1)): 90.0,
            ("enrolled", "village", date(2025, 10, 2)): 95.0,
            ("enrolled", "township", date(2024, 1, 1)): 1.0,
        },
    )
    children = children_of(filled(fill, world), "T1", "enrolled", ON, 0.5).set_index("code")
    assert children["target"].to_dict() == {"V1": 90.0, "V2": 90.0}
    assert children["gap"].to_dict() == pytest.approx({"V1": 10.0, "V2": -30.0})


@pytest.mark.parametrize(
    ("gap", "light"),
    [
        (3.0, "green"),
        (0.0, "green"),
        (-0.04, "green"),
        (-0.06, "amber"),
        (-9.9, "amber"),
        (-10.0, "amber"),
        (-10.04, "amber"),
        (-10.06, "red"),
        (-80.0, "red"),
        (math.nan, "none"),
    ],
)
def test_lights_against_a_plan(gap: float, light: str):
    lights = light_of(pd.Series([gap, gap]), 10.0, pd.Series([True, False]), pd.Series([True, True]))
    assert list(lights) == [light, "grey"]


@pytest.mark.parametrize(
    ("gap", "light"), [(0.0, "green"), (-1e-9, "green"), (-0.012, "amber"), (-10.04, "amber"), (-10.06, "red")]
)
def test_a_target_is_reached_by_the_last_one_only(gap: float, light: str):
    assert list(light_of(pd.Series([gap]), 10.0, pd.Series([True]), pd.Series([False]))) == [light]


def test_lights_take_each_row_s_own_tolerance():
    gaps = pd.Series([-3.0, -3.0], index=[7, 9])
    yes = pd.Series([True, True], index=[7, 9])
    lights = light_of(gaps, pd.Series([2.0, 5.0], index=[7, 9]), yes, yes)
    assert lights.to_dict() == {7: "red", 9: "amber"}


@pytest.mark.parametrize(
    ("frequency", "period", "last", "before", "year"),
    [
        ("day", date(2025, 11, 22), date(2025, 11, 22), date(2025, 11, 15), date(2024, 11, 22)),
        ("week", date(2025, 11, 17), date(2025, 11, 23), date(2025, 11, 10), date(2024, 11, 18)),
        ("month", date(2025, 1, 1), date(2025, 1, 31), date(2024, 12, 1), date(2024, 1, 1)),
        ("month", date(2024, 2, 1), date(2024, 2, 29), date(2024, 1, 1), date(2023, 2, 1)),
        ("quarter", date(2025, 1, 1), date(2025, 3, 31), date(2024, 10, 1), date(2024, 1, 1)),
        ("year", date(2025, 1, 1), date(2025, 12, 31), date(2024, 1, 1), date(2024, 1, 1)),
    ],
)
def test_periods_end_and_are_compared(frequency: str, period: date, last: date, before: date, year: date):
    assert last_day(period, frequency) == last
    assert earlier(period, frequency) == (before, year)


def test_the_dictionary_is_in_the_order_of_groups_and_positions(fill: Fill):
    snapshot = fill(
        indicator_group=[{"id": "second", "position": 2, "name": "收入"}, {"id": "first", "position": 1}],
        indicator=[
            {"id": "c", "group_id": "second", "position": 0, "denominator_name": None},
            {"id": "b", "group_id": "first", "position": 2},
            {"id": "a", "group_id": "first", "position": 2},
            {"id": "d", "group_id": "first", "position": 1},
        ],
    )
    entries = dictionary(snapshot)
    assert list(entries) == ["d", "a", "b", "c"]
    assert (entries["c"].group_name, entries["c"].denominator_name, entries["a"].factor) == ("收入", None, 100.0)


def test_an_empty_database_has_no_figures(fill: Fill):
    snapshot = fill()
    assert newest_period(snapshot) is None
    assert dictionary(snapshot) == {}
    assert figures_of(snapshot, "C", ON, 0.5).empty
    assert children_of(snapshot, "C", "enrolled", ON, 0.5).empty
    assert reporting_of(snapshot, "C", ON, 0.5) is None


def test_regions_and_indicators_without_figures_are_grey(fill: Fill):
    world = World({}, {("enrolled", "township", date(2024, 1, 1)): 100.0})
    children = children_of(filled(fill, world), "C", "enrolled", ON, 0.5)
    assert list(children["light"]) == ["grey"] * 3
    assert children["period"].isna().all()


@pytest.mark.parametrize(
    ("months", "day", "newest"),
    [
        ([date(2025, 9, 1)], None, date(2025, 9, 30)),
        ([date(2025, 9, 1), date(2025, 11, 1)], date(2025, 11, 29), date(2025, 11, 29)),
        ([date(2025, 12, 1)], date(2025, 11, 29), date(2025, 12, 31)),
        ([], date(2025, 11, 29), date(2025, 11, 29)),
    ],
)
def test_the_cut_off_is_the_newest_day_that_a_figure_speaks_of(
    fill: Fill, months: list[date], day: date | None, newest: date
):
    cells = [("month", month) for month in months] + ([("day", day)] if day else [])
    snapshot = fill(
        region=[{"code": "V", "level": "village"}],
        indicator=[{"id": "month"}, {"id": "day", "frequency": "day"}],
        observation=[
            *({"region_code": "V", "indicator": key, "period": period, "numerator": 1.0} for key, period in cells),
            # Planned for, not reported: no cut-off.
            {"region_code": "V", "indicator": "day", "period": date(2026, 1, 5), "numerator": None, "plan": 1.0},
        ],
    )
    assert newest_period(snapshot) == newest


def test_shortfalls_say_what_is_missing_and_where(fill: Fill):
    world = World(
        {
            ("V1", "enrolled", MONTHS[-1]): Row(6.0, 10.0, None),
            ("V3", "enrolled", MONTHS[-1]): Row(10.0, 10.0, None),
            ("V4", "enrolled", MONTHS[-1]): Row(8.0, 20.0, 10.0),
        },
        {("enrolled", level, date(2024, 1, 1)): 100.0 for level in ("township", "village")},
    )
    snapshot = filled(fill, world)
    missing = shortfalls(children_of(snapshot, "C", "enrolled", ON, 0.1), dictionary(snapshot)["enrolled"])
    assert list(missing[["code", "missing", "share"]].itertuples(index=False, name=None)) == [
        ("T1", 4.0, pytest.approx(4 / 6)),
        ("V4", 2.0, pytest.approx(2 / 6)),
    ]


def test_reporting_counts_the_villages_of_the_newest_figures(fill: Fill):
    world = World(
        {
            ("V1", "enrolled", MONTHS[-2]): Row(6.0, 10.0, None),
            ("V1", "late", MONTHS[-1]): Row(6.0, 10.0, None),
            ("V2", "late", MONTHS[-1]): Row(6.0, 10.0, None),
            ("V1", "income", MONTHS[-1]): Row(6.0, 10.0, None),
            ("T1", "survey", QUARTERS[-1]): Row(6.0, 10.0, None),
        },
        {},
    )
    assert reporting_of(filled(fill, world), "C", ON, 0.1) == (2, 4)
