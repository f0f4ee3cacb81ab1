from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Engine

from data_access.campaign import Campaign, campaign_on
from data_access.database import writing
from data_access.gaps import gaps_of, worst_by_group
from data_access.indicators import dictionary, figures_of
from data_access.rollups.campaigns import refresh_tasks
from data_access.snapshot import Snapshot

Fill = Callable[..., Snapshot]

ON = date(2025, 11, 22)
START = date(2025, 11, 1)
COUNTY = [
    {"code": "C", "level": "county"},
    *({"code": code, "level": "village", "parent_code": "C"} for code in ("V1", "V2", "V3")),
]


def world(
    entries: dict[str, dict[str, Any]], figures: dict[str, dict[date, list[float | None]]], targets: dict[str, float]
) -> dict[str, Any]:
    """Three villages' numerators over 100 each, by indicator and month."""
    return {
        "region": COUNTY,
        "indicator": [{"id": key, "position": n, **entry} for n, (key, entry) in enumerate(entries.items())],
        "indicator_target": [
            {"indicator": key, "level": level, "since": date(2024, 1, 1), "target": target}
            for key, target in targets.items()
            for level in ("county", "village")
        ],
        "observation": [
            {"region_code": f"V{n}", "indicator": key, "period": period, "numerator": done, "denominator": 100.0}
            for key, by_month in figures.items()
            for period, row in by_month.items()
            for n, done in enumerate(row, start=1)
        ],
    }


OCTOBER, SEPTEMBER = date(2025, 10, 1), date(2025, 9, 1)


def gaps(snapshot: Snapshot, campaign: Campaign | None = None, silent_days: int = 7) -> list[tuple[Any, ...]]:
    table = gaps_of(snapshot, "C", ON, 0.5, campaign, silent_days)
    return list(table[["kind", "indicator", "light", "places"]].itertuples(index=False, name=None))


def test_gaps_are_told_apart_the_most_urgent_first(fill: Fill):
    snapshot = fill(
        **world(
            {"good": {}, "hidden": {}, "fell": {}, "amber": {}, "red": {"amber_points": 2.0}, "silent": {}, "free": {}},
            {
                "good": {OCTOBER: [90.0, 90.0, 90.0]},
                "hidden": {OCTOBER: [100.0, 100.0, 70.0]},
                "fell": {SEPTEMBER: [99.0, 99.0, 99.0], OCTOBER: [95.0, 95.0, 95.0]},
                "amber": {OCTOBER: [84.0, 84.0, 100.0]},
                "red": {OCTOBER: [85.0, 85.0, 88.0]},
                "silent": {OCTOBER: [None, None, None]},
                "free": {OCTOBER: [1.0, 1.0, 1.0]},
            },
            {"good": 90.0, "hidden": 90.0, "fell": 90.0, "amber": 95.0, "red": 90.0, "silent": 90.0},
        )
    )
    assert gaps(snapshot) == [
        ("behind", "red", "red", 3),
        ("fell", "fell", "green", 0),
        ("behind", "amber", "amber", 2),
        ("hidden", "hidden", "green", 1),
    ]
    table = gaps_of(snapshot, "C", ON, 0.5, None, 7).set_index("indicator")
    assert table.loc["red", "urgency"] == pytest.approx(2.0)
    assert table.loc["fell", ["change", "gap"]].tolist() == pytest.approx([-4.0, 5.0])


def test_a_part_is_told_with_its_whole_and_alone_where_there_is_none(fill: Fill):
    figures: dict[date, list[float | None]] = {OCTOBER: [50.0] * 3}
    ids = ("funds.paid", "funds.paid.county", "other.paid.county")
    snapshot = fill(**world({key: {} for key in ids}, dict.fromkeys(ids, figures), dict.fromkeys(ids, 100.0)))
    assert [row[1] for row in gaps(snapshot)] == ["funds.paid", "other.paid.county"]
    entries, own = dictionary(snapshot), figures_of(snapshot, "C", ON, 0.5)
    assert list(worst_by_group(own, entries, None)["indicator"]) == ["funds.paid"]


def test_a_fall_is_a_rise_where_less_is_better(fill: Fill):
    figures: dict[date, list[float | None]] = {SEPTEMBER: [5.0] * 3, OCTOBER: [8.0] * 3}
    entries = {"up": {}, "down": {"direction": "down"}}
    snapshot = fill(**world(entries, {"up": figures, "down": figures}, {"up": 1.0, "down": 20.0}))
    assert gaps(snapshot) == [("fell", "down", "green", 0)]


def test_villages_silent_for_longer_are_counted(fill: Fill, shared: Engine):
    campaign = {"id": "2025", "start_on": START, "end_on": START + timedelta(days=60)}
    task = {"id": "w", "campaign_id": "2025", "start_on": START, "deadline": START + timedelta(days=60), "position": 1}
    reports = [("V1", START), ("V2", date(2025, 11, 14)), ("V2", START), ("V3", date(2025, 11, 22))]
    snapshot = fill(
        region=COUNTY,
        campaign=[campaign],
        campaign_task=[task],
        task_target=[{"task_id": "w", "region_code": code, "target": 0.001} for code in ("V1", "V2", "V3")],
        task_report=[{"task_id": "w", "region_code": v, "reported_on": day, "done": 1.0} for v, day in reports],
    )
    with writing(shared) as connection:
        refresh_tasks(connection, ["w"])
    running = campaign_on(snapshot, ON)
    assert gaps(snapshot, running, silent_days=7) == [("silent", None, "grey", 2)]
    assert gaps(snapshot, running, silent_days=8) == [("silent", None, "grey", 1)]
    # Within the first days nobody has been silent for so long.
    assert gaps(snapshot, running, silent_days=22) == []


def test_nothing_known_is_no_gap(fill: Fill):
    assert gaps(fill()) == []
    assert gaps(fill(region=COUNTY, indicator=[{"id": "enrolled"}])) == []


def test_each_group_shows_its_worst_indicator_or_its_lead(fill: Fill):
    filled = world(
        {"a1": {"group_id": "a"}, "a2": {"group_id": "a"}, "b1": {"group_id": "b"}, "b2": {"group_id": "b"}, "c1": {}},
        {
            "a1": {OCTOBER: [50.0] * 3},
            "a2": {OCTOBER: [40.0] * 3},
            "b1": {OCTOBER: [10.0] * 3},
            "b2": {OCTOBER: [90.0] * 3},
        },
        {"a1": 100.0, "a2": 100.0, "b1": 100.0, "b2": 100.0},
    )
    snapshot = fill(indicator_group=[{"id": "a"}, {"id": "b"}, {"id": "group"}], **filled)
    entries, figures = dictionary(snapshot), figures_of(snapshot, "C", ON, 0.5)
    assert list(worst_by_group(figures, entries, None)["indicator"]) == ["b1", "a2", "c1"]
    worst = worst_by_group(figures, entries, "b2")
    assert list(worst["indicator"]) == ["b2", "a2", "c1"]
    pd.testing.assert_index_equal(worst.columns, figures.columns)
