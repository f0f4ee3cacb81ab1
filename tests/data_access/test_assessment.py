"""Scores against a slow, obvious recomputation from the collected rows, item by item."""

import math
from collections.abc import Callable, Iterator
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_access import assessment
from data_access.assessment import lights_of, marks_of, month_before, moved_by, score_over_time, scores_of
from data_access.snapshot import Snapshot
from settings import Assessment, Settings
from tests.data_access.test_indicators import (
    INDICATORS,
    LEVELS,
    REGIONS,
    Row,
    World,
    figure,
    filled,
    is_within,
    period_of,
    value,
    worlds,
)

Fill = Callable[..., Snapshot]

PARTS = [{"id": "p", "name": "部分", "name_en": "Part"}]
ITEMS: list[dict[str, Any]] = [
    {"indicator": "enrolled", "weight": 3, "zero": 20, "full": 90},
    {"indicator": "late", "weight": 2, "zero": 80, "full": 10, "levels": {"township": {"zero": 50, "full": 0}}},
    {"indicator": "income", "weight": 4, "zero": -10, "full": 30, "measure": "growth"},
    {
        "indicator": "cases",
        "weight": 1,
        "zero": 9,
        "full": 1,
        "measure": "plan",
        "levels": {"village": {"zero": 150, "full": 50, "weight": 5}},
    },
    {
        "indicator": "survey",
        "weight": 2,
        "zero": 0,
        "full": 100,
        "levels": {"county": {"zero": 0, "full": 1, "weight": 0}},
    },
    {"indicator": "planned", "weight": 7, "zero": 0, "full": 1},
]
LIGHTS: list[dict[str, Any]] = [
    {"id": "good", "name": "好", "name_en": "Good", "indicators": ["enrolled", "late", "planned"]},
    {"id": "up", "name": "升", "name_en": "Up", "indicators": ["income"]},
]


def rules(items: list[dict[str, Any]] = ITEMS, **more: Any) -> Assessment:
    table = {"parts": PARTS, "items": [{"part": "p", **item} for item in items], "lights": LIGHTS, **more}
    return Assessment.model_validate(table)


@pytest.fixture(autouse=True, scope="module")
def _rules() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assessment, "settings", lambda: Settings(assessment=rules()))
        yield


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Callable[[Assessment], None]:
    return lambda table: monkeypatch.setattr(assessment, "settings", lambda: Settings(assessment=table))


def plain(indicator: str, weight: float) -> dict[str, Any]:
    return {"indicator": indicator, "weight": weight, "zero": 0, "full": 100}


def own_scale(item: dict[str, Any], level: str) -> dict[str, Any]:
    return {**item, **item.get("levels", {}).get(level, {})}


def measured(world: World, place: str, item: dict[str, Any], period: date | None) -> tuple[float | None, bool]:
    """What the scale speaks of, and whether the place says that there is nothing of it."""
    key = item["indicator"]
    found = figure(world, place, key, period) if period else None
    if found is None or period is None:
        return None, False
    nothing = found.numerator == 0 and found.denominator == 0
    now = value(world, place, key, period)
    measure = item.get("measure", "value")
    if measure == "plan":
        return (found.numerator / found.plan * 100 if found.numerator is not None and found.plan else None), nothing
    if measure == "growth":
        before = value(world, place, key, period.replace(year=period.year - 1))
        if now is None or before is None or (INDICATORS[key].get("unit", "%") != "%" and before <= 0):
            return None, nothing
        is_rate = INDICATORS[key].get("unit", "%") == "%"
        return (now - before if is_rate else (now - before) / before * 100), nothing
    return now, nothing


def slow_marks(world: World, on: date, complete_from: float, level: str) -> dict[str, dict[str, tuple[str, Any]]]:
    """By place and item: its state, and weight and share of full marks where it counts."""
    order = list(dict.fromkeys(["province", "prefecture", "county", "township", "village"]))
    places = [code for code in LEVELS if LEVELS[code] == level]
    marks: dict[str, dict[str, tuple[str, Any]]] = {place: {} for place in places}
    for item in ITEMS:
        key, scale = item["indicator"], own_scale(item, level)
        if scale["weight"] == 0:
            continue
        if key not in INDICATORS:
            for place in places:
                marks[place][key] = ("unknown", scale["weight"])
            continue
        period = period_of(world, "C", key, on, complete_from)
        known = {place: measured(world, place, item, period) for place in places}
        is_wider = order.index(INDICATORS[key].get("level", "village")) < order.index(level)
        for place, (number, nothing) in known.items():
            if number is not None:
                share = (number - scale["zero"]) / (scale["full"] - scale["zero"])
                marks[place][key] = ("counted", (scale["weight"], min(max(share, 0.0), 1.0)))
            elif is_wider:
                marks[place][key] = ("wider", scale["weight"])
            elif not any(n is not None or none for n, none in known.values()):
                marks[place][key] = ("nobody", scale["weight"])
            else:
                marks[place][key] = ("none" if nothing else "unreported", scale["weight"])
    return marks


def slow_scores(world: World, on: date, complete_from: float, level: str) -> dict[str, tuple[Any, Any, Any]]:
    """By place: score, share of the weight reported, rank."""
    scores: dict[str, tuple[float | None, float | None]] = {}
    for place, items in slow_marks(world, on, complete_from, level).items():
        counted = [mark for state, mark in items.values() if state == "counted"]
        weight = sum(w for w, _ in counted)
        asked = weight + sum(mark for state, mark in items.values() if state == "unreported")
        score = 100 * sum(w * share for w, share in counted) / weight if weight else None
        scores[place] = (score, weight / asked if asked else None)
    ranked = {
        place: float(np.round(score, 1))
        for place, (score, reported) in scores.items()
        if score is not None and reported is not None and reported >= 0.6 - 1e-9
    }
    return {
        place: (*known, 1 + sum(other > ranked[place] for other in ranked.values()) if place in ranked else None)
        for place, known in scores.items()
    }


def same(got: Any, wanted: Any) -> bool:
    if wanted is None or got is None or got != got:
        return wanted is None and (got is None or got != got)
    return math.isclose(got, wanted, rel_tol=1e-9, abs_tol=1e-9)


ON = st.sampled_from([date(2025, 8, 31), date(2025, 10, 1), date(2025, 11, 20)])


@settings(max_examples=15)
@given(world=worlds(), on=ON, complete_from=st.sampled_from([0.3, 0.5, 1.0]))
def test_scores_are_those_of_a_slow_recomputation(fill: Fill, world: World, on: date, complete_from: float):
    snapshot = filled(fill, world)
    for level in ("county", "township", "village"):
        now = slow_scores(world, on, complete_from, level)
        then = slow_scores(world, month_before(on), complete_from, level)
        table = scores_of(snapshot, "C", on, complete_from, level)
        assert set(table["code"]) == set(now)
        for row in table.itertuples(index=False):
            score, reported, rank = now[row.code]
            before, _, rank_before = then[row.code]
            assert same(row.score, score)
            assert same(row.reported, reported)
            assert same(row.rank, rank)
            assert same(row.before, before)
            assert same(row.rank_before, rank_before)
            assert same(row.change, score - before if score is not None and before is not None else None)
            assert same(row.rank_change, rank_before - rank if rank and rank_before else None)
        ranks = table["rank"].fillna(99).tolist()
        assert ranks == sorted(ranks)


@settings(max_examples=10)
@given(world=worlds(), on=ON)
def test_points_are_between_none_and_full_and_add_up_to_the_score_and_its_change(fill: Fill, world: World, on: date):
    snapshot = filled(fill, world)
    for level in ("township", "village"):
        marks = marks_of(snapshot, "C", on, 0.5, level)
        wanted = slow_marks(world, on, 0.5, level)
        assert [(r.code, r.indicator, r.state) for r in marks.itertuples()] == [
            (place, key, state) for place, items in wanted.items() for key, (state, _) in items.items()
        ]
        scores = scores_of(snapshot, "C", on, 0.5, level).set_index("code")
        for code, own in marks.groupby("code"):
            counted = own[own["state"] == "counted"]
            assert counted["share"].between(0, 1).all()
            assert own.loc[own["state"] != "counted", ["share", "points", "lost"]].isna().all(axis=None)
            score, change = scores.loc[code, "score"], scores.loc[code, "change"]
            moved = moved_by(snapshot, code, on, 0.5)
            assert moved["moved"].abs().tolist() == sorted(moved["moved"].abs(), reverse=True)
            if len(counted):
                assert counted["points"].sum() == pytest.approx(score)
                assert counted["points"].sum() + counted["lost"].sum() == pytest.approx(100)
                assert 0 <= score <= 100 + 1e-9
                assert moved["now"].sum() == pytest.approx(score)
            if change == change:
                assert moved["moved"].sum() == pytest.approx(change, abs=1e-9)


@settings(max_examples=6)
@given(world=worlds(), on=ON)
def test_a_place_scores_the_same_seen_from_its_county_and_from_its_township(fill: Fill, world: World, on: date):
    snapshot = filled(fill, world)
    whole = scores_of(snapshot, "C", on, 0.5, "village").set_index("code")["score"]
    for township in ("T1", "V4"):
        own = scores_of(snapshot, township, on, 0.5, "village").set_index("code")["score"]
        assert set(own.index) == {code for code in LEVELS if LEVELS[code] == "village" and is_within(code, township)}
        pd.testing.assert_series_equal(own.sort_index(), whole.loc[sorted(own.index)])


def villages(fill: Fill, by_indicator: dict[str, list[float | None]]) -> Snapshot:
    """Four villages with numerators over 100 in October, and no other figure."""
    codes = ["V1", "V2", "V3", "V4"]
    collected = {
        (code, key, date(2025, 10, 1)): Row(number, None if key == "cases" else 100.0, None)
        for key, numbers in by_indicator.items()
        for code, number in zip(codes, numbers, strict=True)
        if number is not None
    }
    return filled(fill, World(collected, {}))


NOVEMBER = date(2025, 11, 20)


@given(
    numbers=st.lists(st.floats(-50, 250), min_size=4, max_size=4),
    scale=st.tuples(st.floats(0, 100), st.floats(0, 100)).filter(lambda ends: abs(ends[0] - ends[1]) > 0.01),
)
@settings(max_examples=8)
def test_nearer_to_full_marks_never_scores_less(fill: Fill, numbers: list[float], scale: tuple[float, float]):
    zero, full = scale
    item = {"indicator": "enrolled", "weight": 1, "zero": zero, "full": full}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assessment, "settings", lambda: Settings(assessment=rules([item])))
        snapshot = villages(fill, {"enrolled": list(numbers)})
        scores = scores_of(snapshot, "C", NOVEMBER, 0.5, "village").set_index("code")["score"]
    order = sorted(zip(numbers, ("V1", "V2", "V3", "V4"), strict=True), reverse=full < zero)
    ordered = [scores[code] for _, code in order]
    assert all(one <= other + 1e-9 for one, other in pairwise(ordered))
    for number, code in order:
        if number == full:
            assert scores[code] == 100


def test_an_item_without_a_figure_counts_neither_as_none_nor_as_full(fill: Fill, use):
    use(rules([plain("enrolled", 3), plain("late", 1)]))
    snapshot = villages(fill, {"enrolled": [80.0, 80.0, None, 80.0], "late": [40.0, None, 90.0, 40.0]})
    table = scores_of(snapshot, "C", NOVEMBER, 0.5, "village").set_index("code")
    assert table["score"].to_dict() == pytest.approx({"V1": 70.0, "V2": 80.0, "V3": 90.0, "V4": 70.0})
    assert table["reported"].to_dict() == pytest.approx({"V1": 1.0, "V2": 0.75, "V3": 0.25, "V4": 1.0})
    # V3's ninety stand on a quarter of the weight: it has a score and no rank. Ties share theirs.
    assert table["rank"].fillna(0).to_dict() == {"V2": 1, "V1": 2, "V4": 2, "V3": 0}
    assert table.index[-1] == "V3"


def test_scores_that_read_the_same_share_a_rank(fill: Fill, use):
    use(rules([plain("enrolled", 3)]))
    snapshot = villages(fill, {"enrolled": [80.01, 79.98, 79.9, 85.0]})
    table = scores_of(snapshot, "C", NOVEMBER, 0.5, "village").set_index("code")
    assert table["rank"].to_dict() == {"V4": 1, "V1": 2, "V2": 2, "V3": 4}


def test_a_small_place_carries_a_caution(fill: Fill, use):
    use(rules(small_households=200))
    sizes = {"V1": 199, "V2": 200, "V3": None, "V4": 5000}
    snapshot = fill(region=[{**row, "households": sizes.get(str(row["code"]), 9000)} for row in REGIONS])
    table = scores_of(snapshot, "C", NOVEMBER, 0.5, "village").set_index("code")
    assert table["is_small"].to_dict() == {"V1": True, "V2": False, "V3": False, "V4": False}
    assert table["score"].isna().all()
    assert table["rank"].isna().all()


def test_a_ledger_without_entries_is_nothing_here_and_no_fault(fill: Fill, use):
    use(rules([plain("fixed", 3), plain("enrolled", 1)]))
    month = date(2025, 10, 1)
    rows = [
        {"region_code": code, "indicator": "fixed", "period": month, "numerator": 1.0, "denominator": 4.0}
        for code in ("C", "T1", "V1")
    ]
    rows += [
        {"region_code": code, "indicator": "enrolled", "period": month, "numerator": 50.0, "denominator": 100.0}
        for code in ("V1", "V2")
    ]
    entries = [{"id": "fixed", "level": "any"}, {"id": "enrolled", "position": 1}]
    snapshot = fill(region=REGIONS, indicator=entries, observation=rows)
    marks = marks_of(snapshot, "C", NOVEMBER, 0.5, "village").set_index(["code", "indicator"])["state"]
    assert marks["V1", "fixed"] == "counted"
    assert marks["V2", "fixed"] == "none"
    table = scores_of(snapshot, "C", NOVEMBER, 0.5, "village").set_index("code")
    assert table.loc["V1", ["score", "reported"]].tolist() == pytest.approx([(3 * 25 + 50) / 4, 1.0])
    assert table.loc["V2", ["score", "reported"]].tolist() == pytest.approx([50.0, 1.0])


def test_the_score_over_time_is_the_score_of_each_month(fill: Fill, use):
    use(rules([plain("enrolled", 3)]))
    rows = {
        ("V1", "enrolled", date(2025, month, 1)): Row(float(done), 100.0, None)
        for month, done in ((8, 20), (9, 30), (10, 50))
    }
    snapshot = filled(fill, World(rows, {}))
    table = score_over_time(snapshot, "V1", date(2025, 10, 31), 0.1, 6)
    assert table["period"].tolist() == [date(2025, 8, 30), date(2025, 9, 30), date(2025, 10, 31)]
    assert table["value"].tolist() == pytest.approx([20.0, 30.0, 50.0])
    assert score_over_time(snapshot, "nowhere", NOVEMBER, 0.1, 6).empty
    assert moved_by(snapshot, "nowhere", NOVEMBER, 0.1).empty


def test_a_light_is_as_good_as_its_worst_indicator(fill: Fill):
    month, before = date(2025, 10, 1), date(2024, 10, 1)
    rows = {
        ("V1", "enrolled", month): Row(95.0, 100.0, None),
        ("V1", "late", month): Row(30.0, 100.0, None),
        ("V1", "income", month): Row(95.0, 10.0, None),
        ("V1", "income", before): Row(100.0, 10.0, None),
    }
    targets = {("enrolled", "county", date(2024, 1, 1)): 90.0, ("late", "county", date(2024, 1, 1)): 29.0}
    lights = lights_of(filled(fill, World(rows, targets)), "C", NOVEMBER, 0.1).set_index("id")
    # "late" is one point over a target that less is better of, and its amber reaches two.
    good = lights.loc["good"]
    assert (good["light"], good["indicator"], good["basis"]) == ("amber", "late", "target")
    assert good["gap"] == pytest.approx(-1.0)
    assert (good["numerator"], good["denominator"], good["known"], good["silent"]) == (30.0, 100.0, 2, 1)
    # Income has no target: five percent less than a year before is amber.
    assert lights.loc["up", ["light", "indicator", "basis"]].tolist() == ["amber", "income", "year"]
    assert lights.loc["up", "gap"] == pytest.approx(-5.0)


def test_a_light_of_which_nothing_is_known_is_grey(fill: Fill):
    for rows in ({"region": REGIONS}, {"region": REGIONS, "indicator": [{"id": "enrolled"}, {"id": "income"}]}):
        lights = lights_of(fill(**rows), "C", NOVEMBER, 0.5)
        assert lights["light"].tolist() == ["grey", "grey"]
        assert lights["indicator"].isna().all()
        assert lights["silent"].tolist() == [3, 1]


def test_a_light_whose_indicators_have_no_aim_and_no_year_before_is_grey_but_not_silent(fill: Fill):
    rows = {("V1", key, date(2025, 10, 1)): Row(95.0, 100.0, None) for key in ("enrolled", "late")}
    lights = lights_of(filled(fill, World(rows, {})), "C", NOVEMBER, 0.1)
    assert lights.loc[0, ["light", "known", "silent"]].tolist() == ["grey", 0, 1]


def test_the_month_before_is_the_same_day_or_the_last():
    assert month_before(date(2026, 3, 31)) == date(2026, 2, 28)
    assert month_before(date(2026, 1, 15)) == date(2025, 12, 15)
