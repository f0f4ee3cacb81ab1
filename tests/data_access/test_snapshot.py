from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import Engine, insert, select

from data_access.database import migrate, open_engine, writing
from data_access.indicators import dictionary
from data_access.regions import children
from data_access.schema import indicator_group, load
from data_access.snapshot import Snapshot, SnapshotMoved, cached, latest
from data_access.writing import frame

LOAD = {"file": "f", "sha256": "", "kind": "k", "rows": 1, "rows_changed": 1, "rows_refused": 0, "loaded_by": "test"}

Load = Callable[[str], Snapshot]


@pytest.fixture
def bring(engine: Engine) -> Load:
    """A function that brings in one more group, as one load, and returns the snapshot after it."""

    def bring(group: str) -> Snapshot:
        with writing(engine) as connection:
            connection.execute(insert(indicator_group).values(id=group, name=group, name_en=group, position=0))
            connection.execute(insert(load).values(LOAD))
        return latest(engine)

    return bring


@pytest.fixture
def asked() -> Iterator[list[str]]:
    """The region codes that `groups_of` had to ask the database for."""
    asked_for.clear()
    yield asked_for
    groups_of.clear()  # type: ignore[attr-defined]


asked_for: list[str] = []


@cached
def groups_of(snapshot: Snapshot, code: str) -> pd.DataFrame:
    asked_for.append(code)
    with snapshot.connect() as connection:
        return frame(connection, select(indicator_group.c.id))


def test_each_load_is_a_version(engine: Engine, bring: Load):
    assert latest(engine).version == 0
    versions = [bring(group).version for group in "abc"]
    assert versions == sorted(set(versions))
    assert latest(engine) == Snapshot(engine, versions[-1])


def test_a_load_in_between_is_noticed(bring: Load):
    before = bring("a")
    with before.connect():
        pass
    bring("b")
    with pytest.raises(SnapshotMoved), before.connect():
        pass


def test_a_load_during_a_query_does_not_change_what_it_reads(bring: Load):
    snapshot = bring("a")
    with snapshot.connect() as connection:
        bring("b")
        assert connection.execute(select(indicator_group.c.id)).scalars().all() == ["a"]


def test_results_are_kept_by_version_and_arguments(bring: Load, asked: list[str]):
    first = bring("a")
    for code in ("x", "x", "y"):
        assert list(groups_of(first, code)["id"]) == ["a"]
    assert asked == ["x", "y"]
    second = bring("b")
    assert list(groups_of(second, "x")["id"]) == ["a", "b"]
    assert list(groups_of(latest(second.engine), "x")["id"]) == ["a", "b"]
    assert asked == ["x", "y", "x"]


def test_a_stale_version_is_never_read_anew(bring: Load, asked: list[str]):
    first = bring("a")
    bring("b")
    with pytest.raises(SnapshotMoved):
        groups_of(first, "x")
    # Nothing was kept of the attempt.
    with pytest.raises(SnapshotMoved):
        groups_of(first, "x")
    assert asked == ["x", "x"]


def test_two_databases_at_the_same_version_are_kept_apart(bring: Load, asked: list[str], tmp_path: Path):
    here = bring("a")
    other = open_engine(f"sqlite:///{tmp_path}/other.sqlite")
    migrate(other)
    with writing(other) as connection:
        connection.execute(insert(load).values(LOAD))
    there = latest(other)
    assert there.version == here.version
    assert list(groups_of(here, "x")["id"]) == ["a"]
    assert groups_of(there, "x").empty
    other.dispose()


def test_what_a_caller_does_to_his_result_stays_his_own(bring: Load, asked: list[str]):
    snapshot = bring("a")
    result = groups_of(snapshot, "x")
    result["id"] = "spoilt"
    assert list(groups_of(snapshot, "x")["id"]) == ["a"]
    children(snapshot, "C").append("spoilt")  # type: ignore[arg-type]
    assert children(snapshot, "C") == []
    dictionary(snapshot)["spoilt"] = None  # type: ignore[assignment]
    assert dictionary(snapshot) == {}
