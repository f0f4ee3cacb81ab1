"""The checks of figures against a slow, obvious recomputation, unit by unit."""

import math
import statistics
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_access import assessment, trust
from data_access.periods import earlier
from data_access.snapshot import Snapshot
from data_access.trust import failed_checks, trust_of
from settings import Assessment, Settings, Trust

Fill = Callable[..., Snapshot]

VILLAGES = {"V1": "T1", "V2": "T1", "V3": "T1", "V4": "T2", "V5": "T2"}
REGIONS: list[dict[str, Any]] = [
    {"code": "C", "level": "county"},
    *({"code": code, "level": "township", "parent_code": "C"} for code in ("T1", "T2")),
    *({"code": code, "level": "village", "parent_code": parent} for code, parent in VILLAGES.items()),
]
INDICATORS: dict[str, dict[str, Any]] = {
    "share": {},
    "against": {},
    "stock": {"unit": "户", "factor": 1.0, "denominator_name": None},
    "survey": {"level": "township"},
}
NOW = date(2025, 10, 1)
MONTHS = [NOW]
while len(MONTHS) < 13:
    MONTHS.insert(0, earlier(MONTHS[0], "month")[0])
ON = date(2025, 10, 31)

RULES = Assessment.model_validate(
    {
        "parts": [{"id": "p", "name": "部分", "name_en": "Part"}],
        "items": [{"indicator": key, "part": "p", "weight": 1, "zero": 0, "full": 1} for key in INDICATORS],
        "lights": [],
    }
)
TRUST = Trust(jump_deviations=4, least_jump=5, copied_periods=3, may_exceed=("against",))

#: Numerator and denominator by unit, indicator and month.
World = dict[tuple[str, str, date], tuple[float | None, float | None]]


@pytest.fixture(autouse=True, scope="module")
def _rules() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for module in (assessment, trust):
            patch.setattr(module, "settings", lambda: Settings(assessment=RULES, trust=TRUST))
        yield


def filled(fill: Fill, world: World) -> Snapshot:
    return fill(
        region=REGIONS,
        indicator=[{"id": key, "position": n, **entry} for n, (key, entry) in enumerate(INDICATORS.items())],
        observation=[
            {"region_code": code, "indicator": key, "period": month, "numerator": numerator, "denominator": denominator}
            for (code, key, month), (numerator, denominator) in world.items()
        ],
    )


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Figures that mostly creep upwards, with leaps, copies, gaps and impossible ones among them."""
    world: World = {}
    for key, entry in INDICATORS.items():
        units = ["T1", "T2"] if entry.get("level") else list(VILLAGES)
        for code in units:
            number = draw(st.sampled_from([5.0, 40.0, 60.0]))
            for month in MONTHS:
                step = draw(st.sampled_from(["creep"] * 5 + ["stay", "leap", "gap", "blank"]))
                number += {"creep": draw(st.sampled_from([1.0, 2.0])), "leap": 45.0}.get(step, 0.0)
                if step != "gap":
                    base = None if key == "stock" else 100.0
                    world[code, key, month] = (None if step == "blank" else number, base)
            if draw(st.booleans()):
                world[code, key, NOW] = (number, None if key == "stock" else 100.0)
    return world


def median(numbers: list[float]) -> float:
    return statistics.median(numbers) if numbers else math.nan


def value(world: World, code: str, key: str, month: date) -> float | None:
    numerator, denominator = world.get((code, key, month), (None, None))
    if numerator is None:
        return None
    return numerator if key == "stock" else numerator / (denominator or math.nan) * 100


def move(world: World, code: str, key: str, at: int) -> float | None:
    before, after = (value(world, code, key, MONTHS[n]) for n in (at - 1, at))
    if before is None or after is None:
        return None
    return (after - before) / before * 100 if key == "stock" else after - before


def slow_jumps(world: World, key: str, units: list[str]) -> dict[str, bool]:
    """Whether a unit's last move is in proportion, of those that have enough moves."""
    moves = {code: [move(world, code, key, at) for at in range(1, 13)] for code in units}
    common = [median([m for code in units if (m := moves[code][at]) is not None]) for at in range(12)]
    own = {code: [None if m is None else m - c for m, c in zip(moves[code], common, strict=True)] for code in units}
    past = {code: [m for m in own[code][:-1] if m is not None] for code in units}
    away = {code: [abs(m - median(past[code])) for m in past[code]] for code in units}
    pooled = median([each for code in units for each in away[code]])
    passed = {}
    for code in units:
        latest = own[code][-1]
        if latest is not None and len(past[code]) >= 6 and abs(common[-1]) <= 5:
            base = world[code, key, MONTHS[-2]][0] if key == "stock" else world[code, key, NOW][1]
            limit = max(4 * 1.4826 * max(median(away[code]), pooled), 5.0, 2 / (base or 1) * 100)
            passed[code] = abs(latest - median(past[code])) <= limit
    return passed


def slow_copies(world: World, key: str, units: list[str]) -> dict[str, bool]:
    """Whether a unit's figure has moved in three months, of those with figures neither nearly none nor nearly all."""
    last = {code: [world.get((code, key, month), (None, None)) for month in MONTHS[-3:]] for code in units}
    whole = [code for code in units if all(numerator is not None for numerator, _ in last[code])]
    copied = [code for code in whole if len(set(last[code])) == 1]
    if len(whole) - len(copied) < 0.75 * len(whole):
        return {}
    ends = {code: last[code][-1] for code in whole}
    return {
        code: code not in copied
        for code, (numerator, denominator) in ends.items()
        if numerator is not None and numerator >= 10 and (denominator is None or denominator - numerator >= 10)
    }


def slow_checks(world: World) -> dict[tuple[str, str, str], bool]:
    """Every check that is run, by unit, indicator and name: whether it is passed."""
    checks: dict[tuple[str, str, str], bool] = {}
    for key, entry in INDICATORS.items():
        units = ["T1", "T2"] if entry.get("level") else list(VILLAGES)
        for code in units:
            now = value(world, code, key, NOW)
            if any(value(world, code, key, month) is not None for month in MONTHS):
                checks[code, key, "stale"] = now is not None
            if now is not None and key in ("share", "survey"):
                checks[code, key, "impossible"] = now <= 100
        checks |= {(code, key, "jump"): passed for code, passed in slow_jumps(world, key, units).items()}
        checks |= {(code, key, "copied"): passed for code, passed in slow_copies(world, key, units).items()}
    return checks


@settings(max_examples=20)
@given(world=worlds())
def test_the_checks_are_those_of_a_slow_recomputation(fill: Fill, world: World):
    for key, entry in INDICATORS.items():  # all units report now, but for one of the villages
        for code in ["T1", "T2"] if entry.get("level") else ["V1", "V2", "V3", "V4"]:
            if world.get((code, key, NOW), (None, None))[0] is None:
                world[code, key, NOW] = (50.0, None if key == "stock" else 100.0)
    snapshot = filled(fill, world)
    wanted = slow_checks(world)
    failed = failed_checks(snapshot, "C", ON, 0.5)
    got = {(r.code, r.indicator, r.check) for r in failed.itertuples(index=False)}
    assert got == {which for which, passed in wanted.items() if not passed}
    for code, level in (("C", "county"), ("C", "township"), ("C", "village"), ("T1", "village"), ("V4", "village")):
        for row in trust_of(snapshot, code, ON, 0.5, level).itertuples(index=False):
            own = [passed for (unit, *_), passed in wanted.items() if row.code in ("C", unit, VILLAGES.get(unit))]
            assert (row.checked, row.failed) == (len(own), own.count(False))
            assert row.passed == pytest.approx(own.count(True) / len(own))


def steady(**changed: Any) -> World:
    """Five villages whose share rises by a point a month, each at its own height; then what is changed."""
    world: World = {
        (code, "share", month): (50.0 + 2 * n + at, 100.0)
        for n, code in enumerate(VILLAGES)
        for at, month in enumerate(MONTHS)
    }
    for code, rows in changed.items():
        world |= {(code, "share", month): row for month, row in rows.items()}
    return world


def found(fill: Fill, world: World) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = failed_checks(filled(fill, world), "C", ON, 0.5).to_dict("records")
    return rows


def test_figures_that_creep_are_believed(fill: Fill):
    assert found(fill, steady()) == []


def test_a_leap_is_doubted_with_its_figures(fill: Fill):
    (row,) = found(fill, steady(V2={NOW: (95.0, 100.0)}))
    assert (row["code"], row["township"], row["indicator"], row["check"], row["period"]) == (
        "V2", "T1", "share", "jump", NOW,
    )  # fmt: skip
    assert (row["numerator"], row["denominator"], row["value"]) == (95.0, 100.0, pytest.approx(95.0))
    assert (row["before"], row["usual"]) == (pytest.approx(63.0), pytest.approx(5.0))


def test_a_leap_of_all_is_a_new_year_and_not_doubted(fill: Fill):
    assert found(fill, steady(**{code: {NOW: (3.0, 100.0)} for code in VILLAGES})) == []


def test_a_leap_of_two_persons_is_none(fill: Fill):
    assert found(fill, steady(V2={month: (float(month == NOW) * 2, 8.0) for month in MONTHS})) == []
    (row,) = found(fill, steady(V2={month: (float(month == NOW) * 3, 8.0) for month in MONTHS}))
    assert row["check"] == "jump"


def test_more_than_all_is_impossible(fill: Fill):
    (row,) = found(fill, steady(V3={month: (100.0 + (month == NOW), 100.0) for month in MONTHS}))
    assert (row["code"], row["check"], row["numerator"], row["denominator"]) == ("V3", "impossible", 101.0, 100.0)


def test_the_same_figure_again_and_again_is_doubted_unless_it_is_nearly_none_or_all(fill: Fill):
    (row,) = found(fill, steady(V3=dict.fromkeys(MONTHS[-3:], (64.0, 100.0))))
    assert (row["check"], row["since"], row["usual"]) == ("copied", MONTHS[-3], 3.0)
    for numerator in (0.0, 9.0, 91.0, 100.0):
        assert found(fill, steady(V3=dict.fromkeys(MONTHS, (numerator, 100.0)))) == []


def test_who_has_fallen_silent_is_named_with_the_last_report_and_who_never_spoke_is_not(fill: Fill):
    world = steady(V1={NOW: (None, 100.0), MONTHS[-2]: (None, None)})
    (row,) = found(fill, {cell: figure for cell, figure in world.items() if cell[0] != "V5"})
    assert (row["code"], row["check"], row["since"]) == ("V1", "stale", MONTHS[-3])


def test_all_at_exactly_a_hundred_percent_is_doubted(fill: Fill, monkeypatch: pytest.MonkeyPatch):
    keys = [f"s{n}" for n in range(5)]
    items = [{"indicator": key, "part": "p", "weight": 1, "zero": 0, "full": 1} for key in keys]
    table = Assessment.model_validate({"parts": RULES.model_dump()["parts"], "items": items, "lights": []})
    monkeypatch.setattr(assessment, "settings", lambda: Settings(assessment=table))
    done = {"V1": dict.fromkeys(keys, 100.0), "V2": {**dict.fromkeys(keys, 100.0), "s4": 99.0}}
    snapshot = fill(
        region=REGIONS,
        indicator=[{"id": key, "position": n} for n, key in enumerate(keys)],
        observation=[
            {"region_code": code, "indicator": key, "period": NOW, "numerator": number, "denominator": 100.0}
            for code, row in done.items()
            for key, number in row.items()
        ],
    )
    (row,) = failed_checks(snapshot, "C", ON, 0.1).to_dict("records")
    assert (row["code"], row["check"], row["usual"]) == ("V1", "perfect", 5.0)
    assert pd.isna(row["indicator"])


def test_nothing_reported_is_nothing_to_check(fill: Fill):
    snapshot = fill(region=REGIONS)
    assert failed_checks(snapshot, "C", ON, 0.5).empty
    table = trust_of(snapshot, "C", ON, 0.5, "village")
    assert table["checked"].tolist() == [0] * 5
    assert table["passed"].isna().all()
