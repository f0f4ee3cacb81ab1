"""Two databases for tests of many examples, and the columns that most of their rows have in common."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd
import pytest
from hypothesis import is_hypothesis_test
from sqlalchemy import Connection, Engine, Table, delete, insert

from data_access.database import writing
from data_access.rollups.observations import rebuild
from data_access.rollups.regions import spell_ancestors
from data_access.schema import load, metadata
from data_access.snapshot import Snapshot, latest
from data_access.writing import upsert
from tests.databases import Databases, databases_of

Rows = Sequence[Mapping[str, Any]]
Put = Callable[[Connection, str, Rows], pd.DataFrame]
Fill = Callable[..., Snapshot]

_DEFAULTS: dict[str, dict[str, Any]] = {
    "region": {"scheme": "test", "parent_code": None},
    "indicator_group": {"name": "组", "name_en": "Group", "position": 0},
    "indicator": {
        "group_id": "group",
        "name": "指标",
        "name_en": "Indicator",
        "numerator_name": "分子",
        "numerator_name_en": "numerator",
        "numerator_unit": "户",
        "numerator_unit_en": "households",
        "denominator_name": "分母",
        "denominator_name_en": "denominator",
        "unit": "%",
        "unit_en": "%",
        "factor": 100.0,
        "decimals": 1,
        "direction": "up",
        "frequency": "month",
        "level": "village",
        "is_sample": False,
        "formula": "",
        "formula_en": "",
        "source": "",
        "source_en": "",
        "amber_points": 10.0,
        "position": 0,
    },
    "observation": {"denominator": None, "plan": None},
    "campaign": {"name": "行动", "name_en": "Campaign", "exam_on": None},
    "campaign_task": {"name": "任务", "name_en": "Task", "unit": "户", "unit_en": "households", "office": None},
    "task_target": {"owner": None, "office": None, "deadline": None},
    "task_report": {"problem": None},
    "load": {
        "file": "test.xlsx",
        "sha256": "0" * 64,
        "kind": "indicators",
        "rows": 0,
        "rows_changed": 0,
        "rows_refused": 0,
        "loaded_by": "test",
    },
}


def _filled_in(table: Table, number: int, row: Mapping[str, Any]) -> dict[str, Any]:
    filled = {**_DEFAULTS.get(table.name, {}), **row}
    if table.name == "region":
        filled = {"name": row["code"], "position": number, **filled}
    if table.name == "observation":
        filled = {"reports": int(filled["numerator"] is not None), **filled}
    return filled


@pytest.fixture(scope="session")
def put() -> Put:
    """A function that upserts rows into the table of that name and returns those that changed.

    What a row leaves out is filled in: a region's name is its code and its position its place among the rows, and an
    observation counts as one report when it has a numerator.
    """

    def put(connection: Connection, name: str, rows: Rows) -> pd.DataFrame:
        table = metadata.tables[name]
        return upsert(connection, table, pd.DataFrame([_filled_in(table, n, row) for n, row in enumerate(rows)]))

    return put


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave tests of many examples to SQLite: on PostgreSQL they would take a quarter of an hour."""
    of_examples = [
        item for item in items if "postgresql" in item.name and is_hypothesis_test(getattr(item, "obj", None))
    ]
    items[:] = [item for item in items if item not in of_examples]
    config.hook.pytest_deselected(items=of_examples)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """A place for databases of either kind: what asks for it runs on both."""
    with databases_of(request.param, tmp_path_factory.mktemp("databases")) as place:
        yield place


@pytest.fixture
def engine(databases: Databases) -> Iterator[Engine]:
    """An empty database with all its tables."""
    with databases.new() as engine:
        yield engine


@pytest.fixture(scope="session")
def empty(databases: Databases) -> Iterator[Engine]:
    """An empty database for tests of many examples, none of which commits what it writes."""
    with databases.new() as engine:
        yield engine


@pytest.fixture(scope="session")
def shared(databases: Databases) -> Iterator[Engine]:
    """The database that `fill` fills anew for each example."""
    with databases.new() as engine:
        yield engine


@pytest.fixture(scope="session")
def fill(shared: Engine, put: Put) -> Fill:
    """A function that replaces all that the shared database holds by the given rows, as one more load.

    Tables are given by name; observations are the collected ones, their sums are built.
    """

    def fill(**rows: Rows) -> Snapshot:
        with writing(shared) as connection:
            for table in reversed(metadata.sorted_tables):
                if table is not load:
                    connection.execute(delete(table))
            if "indicator" in rows and "indicator_group" not in rows:
                put(connection, "indicator_group", [{"id": "group"}])
            for table in metadata.sorted_tables:
                put(connection, table.name, rows.get(table.name, ()))
            spell_ancestors(connection)
            rebuild(connection)
            connection.execute(insert(load).values(_DEFAULTS["load"]))
        return latest(shared)

    return fill
