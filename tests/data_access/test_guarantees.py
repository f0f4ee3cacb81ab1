"""The questions about guarantees, in a county of four households."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import Engine

from data_access.database import writing
from data_access.guarantees import gap_ages, gap_flow, guarantee_matrix, missing_by_village, open_gaps
from data_access.rollups import households
from data_access.snapshot import Snapshot

TREE = {"C": None, "T1": "C", "T2": "C", "V1": "T1", "V2": "T1", "V3": "T2"}
ON = date(2026, 3, 31)
GAPS = [
    ("a", "medical", date(2026, 1, 10), 2, date(2026, 2, 20)),
    ("b", "medical", date(2026, 1, 20), 3, None),
    ("c", "medical", date(2026, 3, 26), 1, None),
    ("c", "water", date(2025, 11, 1), 1, None),
    ("d", "water", date(2026, 2, 1), 4, date(2026, 3, 31)),
]


@pytest.fixture
def county(shared: Engine, fill: Callable[..., Snapshot]) -> Snapshot:
    levels = {"C": "county", "T": "township", "V": "village"}
    homes = {"a": "V1", "b": "V1", "c": "V2", "d": "V3"}
    names = ("household_code", "item", "found_on", "persons", "cleared_on")
    said = {"problem": "未参保", "measure": "动员", "owner": "李某", "office": None}
    snapshot = fill(
        region=[{"code": c, "level": levels[c[0]], "parent_code": p} for c, p in TREE.items()],
        household=[{"code": h, "region_code": v} for h, v in homes.items()],
        guarantee_base=[{"household_code": h, "item": i, "persons": 5} for h in homes for i in ("medical", "water")],
        guarantee_gap=[dict(zip(names, gap, strict=True)) | said for gap in GAPS],
    )
    with writing(shared) as connection:
        households.rebuild(connection)
    return snapshot


def test_the_matrix_counts_who_is_missing(county: Snapshot):
    table = guarantee_matrix(county, "C", ON, 0.5)
    cells = {(r.code, r.item): (r.applicable, r.missing, r.rate) for r in table.itertuples() if r.missing == r.missing}
    assert cells == {
        ("T1", "medical"): (15.0, 4.0, pytest.approx(73.33, abs=0.01)),
        ("T2", "medical"): (5.0, 0.0, 100.0),
        ("T1", "water"): (15.0, 1.0, pytest.approx(93.33, abs=0.01)),
        ("T2", "water"): (5.0, 0.0, 100.0),
    }


def test_the_flow_adds_up_from_month_to_month(county: Snapshot):
    flow = gap_flow(county, "C", "medical", ON)
    assert flow["period"].tolist() == [date(2025, 11, 1), date(2025, 12, 1), *(date(2026, m, 1) for m in (1, 2, 3))]
    assert flow["open"].tolist() == [0, 0, 5, 3, 4]
    assert (flow["open"].diff().dropna() == (flow["new"] - flow["cleared"])[1:]).all()


def test_open_gaps_are_listed_oldest_first_without_households(county: Snapshot):
    gaps = open_gaps(county, "C", ON)
    assert gaps[["village", "item", "days_open"]].to_numpy().tolist() == [
        ["V2", "water", 150],
        ["V1", "medical", 70],
        ["V2", "medical", 5],
    ]
    assert not any("household" in name for name in gaps)
    assert open_gaps(county, "V1", ON)["owner"].tolist() == ["李某"]
    assert len(open_gaps(county, "C", date(2026, 2, 10), "water")) == 2
    assert len(open_gaps(county, "C", ON, limit=1)) == 1


def test_ages_have_every_bin(county: Snapshot):
    ages = gap_ages(county, "C", ON)
    medical = ages[ages["item"] == "medical"]
    assert medical["gaps"].tolist() == [1, 0, 1, 0]
    assert medical["persons"].tolist() == [1, 0, 3, 0]
    assert medical["last_day"].fillna(-1).tolist() == [7, 30, 90, -1]
    assert gap_ages(county, "V3", ON)["gaps"].sum() == 0


def test_villages_with_most_persons_missing_come_first(county: Snapshot):
    table = missing_by_village(county, "C", "medical", ON)
    assert table[["code", "missing", "applicable"]].to_numpy().tolist() == [["V1", 3.0, 10.0], ["V2", 1.0, 5.0]]
    assert table["share"].tolist() == [0.75, 0.25]
    assert missing_by_village(county, "C", "education", ON).empty
