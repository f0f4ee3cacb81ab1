from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd
import pytest

from data_access.indicators import newest_period
from data_access.peers import peer_indicators, peers_of
from data_access.regions import roots
from data_access.snapshot import Snapshot

Fill = Callable[..., Snapshot]

ON = date(2026, 11, 20)
SECOND, THIRD = date(2026, 4, 1), date(2026, 7, 1)
ENTRIES = [
    {"id": "published", "level": "county", "frequency": "quarter"},
    {"id": "late", "level": "county", "frequency": "quarter", "direction": "down", "position": 1},
    {"id": "own", "level": "county", "frequency": "quarter", "position": 2},
]


def counties(parent: str | None) -> list[dict[str, Any]]:
    return [
        *([{"code": "F", "level": "prefecture"}] if parent else []),
        *({"code": code, "level": "county", "parent_code": parent} for code in ("C", "D", "E", "G")),
        {"code": "T", "level": "township", "parent_code": "C"},
        {"code": "X", "level": "township", "parent_code": parent},
    ]


def rows(key: str, period: date, figures: dict[str, float | None]) -> list[dict[str, Any]]:
    return [
        {"region_code": code, "indicator": key, "period": period, "numerator": number, "denominator": 100.0}
        for code, number in figures.items()
    ]


OBSERVED = [
    *rows("published", SECOND, {"C": 80.0, "D": 90.0, "E": 70.0}),
    *rows("published", THIRD, {"C": 88.0, "D": 88.0, "E": 95.0, "G": None}),
    *rows("late", THIRD, {"C": 5.0, "D": 3.0}),
    *rows("own", THIRD, {"C": 5.0, "D": None}),
]


@pytest.mark.parametrize("parent", [None, "F"])
def test_a_county_stands_among_those_under_the_same_parent_or_under_none(fill: Fill, parent: str | None):
    snapshot = fill(region=counties(parent), indicator=ENTRIES, observation=OBSERVED)
    table = peers_of(snapshot, "C", "published", ON)
    assert table["code"].tolist() == ["E", "C", "D", "G"]
    assert table["rank"].fillna(0).tolist() == [1, 2, 2, 0]
    assert table["value"].fillna(0).tolist() == pytest.approx([95.0, 88.0, 88.0, 0.0])
    assert table["before"].fillna(0).tolist() == pytest.approx([70.0, 80.0, 90.0, 0.0])
    assert table["rank_before"].fillna(0).tolist() == [3, 2, 1, 0]
    assert set(table["period"]) == {THIRD}
    assert set(table["period_before"]) == {SECOND}
    assert (table.at[1, "numerator"], table.at[1, "denominator"]) == (88.0, 100.0)


def test_less_is_better_where_the_dictionary_says_so(fill: Fill):
    table = peers_of(fill(region=counties(None), indicator=ENTRIES, observation=OBSERVED), "C", "late", ON)
    assert table["code"].tolist()[:2] == ["D", "C"]
    assert table["before"].isna().all()


def test_an_earlier_day_shows_what_was_known_then(fill: Fill):
    snapshot = fill(region=counties(None), indicator=ENTRIES, observation=OBSERVED)
    table = peers_of(snapshot, "C", "published", date(2026, 5, 1))
    assert set(table["period"]) == {SECOND}
    assert table["code"].tolist() == ["D", "C", "E", "G"]
    assert pd.isna(table["period_before"]).all()


def test_only_what_a_peer_has_too_can_be_compared(fill: Fill):
    snapshot = fill(region=counties(None), indicator=ENTRIES, observation=OBSERVED)
    assert peer_indicators(snapshot, "C", ON) == ["published", "late"]
    assert peer_indicators(snapshot, "G", ON) == []
    assert peer_indicators(snapshot, "C", date(2026, 1, 1)) == []
    assert peer_indicators(snapshot, "nowhere", ON) == []
    assert peers_of(snapshot, "G", "published", ON).empty


def test_figures_of_peers_move_neither_the_first_region_nor_the_newest_day(fill: Fill):
    days = [{"region_code": "T", "indicator": "daily", "period": ON, "numerator": 1.0, "denominator": 1.0}]
    own = [*ENTRIES, {"id": "daily", "level": "township", "frequency": "day", "position": 3}]
    snapshot = fill(region=counties(None), indicator=own, observation=[*OBSERVED, *days])
    assert roots(snapshot)[0].code == "C"
    assert newest_period(snapshot) == ON
