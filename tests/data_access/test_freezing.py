"""A frozen snapshot answers as the live one does, and holds nobody's name, number or income."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import Engine, func, insert, select, update

from data_access import schema
from data_access.database import check_schema, open_engine, writing
from data_access.freezing import freeze
from data_access.guarantees import gap_ages, missing_by_village
from data_access.households_at_risk import households_at_risk
from data_access.income import distribution_of, the_few
from data_access.indicators import dictionary, figures_of, matrix_of, newest_period
from data_access.snapshot import Snapshot, SnapshotMoved, latest

CANARIES = ("卡纳瑞", "CANARY-ID-990101199001011234", "CANARY-PHONE-13812345678", "CANARY-HOUSEHOLD", "CANARY-OWNER")


@pytest.fixture
def live(demo_copy: Engine) -> Snapshot:
    """The demo county, with marks wherever a person is named."""
    name, number, phone, code, owner = CANARIES
    with writing(demo_copy) as connection:
        village = connection.execute(select(func.min(schema.household.c.region_code))).scalar_one()
        connection.execute(insert(schema.household).values(code=code, region_code=village, tags=name))
        identity = {"household_code": code, "name": name, "id_number": number, "phone": phone}
        connection.execute(insert(schema.household_identity).values(identity))
        gap = {"household_code": code, "item": "water", "found_on": date(2026, 11, 1), "persons": 1}
        connection.execute(
            insert(schema.guarantee_gap).values(gap | {"owner": owner, "problem": name, "measure": phone})
        )
        for table in (schema.task_target, schema.rectification, schema.monitoring_case):
            connection.execute(update(table).values(owner=owner))
        connection.execute(update(schema.task_report).values(problem=number))
        connection.execute(update(schema.load).values(loaded_by=owner))
    return latest(demo_copy)


def test_a_frozen_file_holds_no_name_and_no_number(live: Snapshot, tmp_path: Path):
    path = freeze(live, tmp_path / "out")
    held = path.read_bytes()
    assert [mark for mark in CANARIES if mark.encode() in held or mark.encode("utf-16-le") in held] == []
    assert sorted((tmp_path / "out").iterdir()) == [path]
    engine = open_engine(f"sqlite:///{path}")
    check_schema(engine)
    with engine.connect() as connection:
        empty = (schema.household_identity, schema.household_income, schema.household_review, schema.guarantee_base)
        assert [connection.execute(select(func.count()).select_from(table)).scalar_one() for table in empty] == [0] * 4
    engine.dispose()


def test_a_frozen_snapshot_answers_as_the_live_one(live: Snapshot, tmp_path: Path):
    engine = open_engine(f"sqlite:///{freeze(live, tmp_path / 'out')}")
    frozen = latest(engine)
    on = newest_period(live)
    assert on
    assert frozen.version == live.version
    assert newest_period(frozen) == on
    ids = tuple(dictionary(live))
    for code in ("990101", "990101002", "990101002003"):
        pd.testing.assert_frame_equal(figures_of(frozen, code, on, 0.5), figures_of(live, code, on, 0.5))
        pd.testing.assert_frame_equal(matrix_of(frozen, code, ids, on, 0.5), matrix_of(live, code, ids, on, 0.5))
        month = on.replace(day=1)
        pd.testing.assert_frame_equal(distribution_of(frozen, code, month), distribution_of(live, code, month))
        pd.testing.assert_frame_equal(the_few(frozen, code, on, 20), the_few(live, code, on, 20))
        assert households_at_risk(frozen, code, on, 10).empty
        pd.testing.assert_frame_equal(gap_ages(frozen, code, on), gap_ages(live, code, on))
        pd.testing.assert_frame_equal(
            missing_by_village(frozen, code, "water", on), missing_by_village(live, code, "water", on)
        )
    engine.dispose()


def test_every_table_is_kept_or_left_behind_on_purpose(live: Snapshot, tmp_path: Path):
    left_behind = {"household_identity", "household_income", "household_review", "guarantee_base"}
    engine = open_engine(f"sqlite:///{freeze(live, tmp_path / 'out')}")
    with engine.connect() as frozen, live.engine.connect() as source:
        for table in schema.metadata.sorted_tables:
            counts = [c.execute(select(func.count()).select_from(table)).scalar_one() for c in (source, frozen)]
            if table.name == "household":
                assert counts[1] < counts[0] / 10
            else:
                assert counts[1] == (0 if table.name in left_behind else counts[0]), table.name
    engine.dispose()


def test_a_load_that_comes_in_meanwhile_leaves_no_file(live: Snapshot, tmp_path: Path):
    with writing(live.engine) as connection:
        row = {"file": "x", "sha256": "0" * 64, "kind": "regions", "rows": 1, "rows_changed": 1, "rows_refused": 0}
        connection.execute(insert(schema.load).values(row | {"loaded_by": ""}))
    with pytest.raises(SnapshotMoved):
        freeze(live, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_nothing_to_freeze_is_said(engine: Engine, tmp_path: Path):
    with pytest.raises(ValueError, match="no figures"):
        freeze(latest(engine), tmp_path / "out")
