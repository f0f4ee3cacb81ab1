"""A frozen snapshot: all figures, shapes and ledgers as they stand, in one SQLite file that holds no household.

It is read like any other database, by the same queries, and can be carried to a town hall on a laptop. Of a ledger
whose entries belong to households it keeps the village and the dates, under numbers that mean nothing elsewhere; names
of persons, owners too, and what was written in free text stay behind.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, MetaData, Select, Table, func, insert, literal, null, select

from data_access import schema
from data_access.database import migrate, open_engine
from data_access.indicators import newest_period
from data_access.snapshot import Snapshot, SnapshotMoved
from data_access.writing import append, frame

ENDING = ".frozen.sqlite"

#: What is kept, and columns of it that are blanked: they may name a person, or say what only its office should read.
_KEPT: dict[Table, dict[str, ColumnElement[Any]]] = {
    schema.load: {"loaded_by": literal("")},
    schema.region: {},
    schema.region_shape: {},
    schema.indicator_group: {},
    schema.indicator: {},
    schema.indicator_target: {},
    schema.observation: {},
    schema.income_band: {},
    schema.income_line: {},
    schema.campaign: {},
    schema.campaign_task: {},
    schema.task_milestone: {},
    schema.task_target: {"owner": null()},
    schema.task_report: {"problem": null()},
    schema.project: {},
    schema.project_stage: {},
    schema.project_progress: {},
    schema.fund_flow: {},
    schema.rectification: {"owner": null(), "measure": null(), "progress": null(), "evidence": null()},
}
_OF_HOUSEHOLDS: dict[Table, dict[str, ColumnElement[Any]]] = {
    schema.guarantee_gap: {"owner": null(), "problem": null(), "measure": null()},
    schema.monitoring_case: {"owner": null()},
    schema.case_risk: {},
    schema.case_measure: {},
}
_ROWS = 200_000
#: The name under which a SQLite file copies from another.
_LIVE = "live"


def freeze(snapshot: Snapshot, folder: Path) -> Path:
    """Write the snapshot into a new file of `folder`, named by its cut-off and version, and return its path.

    The file appears whole or not at all. Raises SnapshotMoved if a load comes in meanwhile, ValueError where there is
    no figure yet, OSError or sqlalchemy.exc.SQLAlchemyError where it cannot be written.
    """
    cut_off = newest_period(snapshot)
    if cut_off is None:
        raise ValueError("there are no figures to freeze")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{cut_off.isoformat()}-{snapshot.version}{ENDING}"
    passing = path.with_name(f".{path.name}.part")
    try:
        target = open_engine(f"sqlite:///{passing}")
        migrate(target)
        with snapshot.connect() as source, target.connect() as frozen:
            if source.dialect.name == "sqlite":
                _attach(source, frozen)
            with frozen.begin():
                if source.dialect.name == "sqlite" and _version(frozen) != snapshot.version:
                    raise SnapshotMoved
                for table in schema.metadata.sorted_tables:
                    if table in _KEPT:
                        _copy(source, frozen, table)
                _copy_ledgers_of_households(source, frozen)
        target.dispose()
        passing.replace(path)
    finally:
        for left in folder.glob(f"{passing.name}*"):
            left.unlink()
    return path


def _attach(source: Connection, frozen: Connection) -> None:
    """Let the new file read the live one itself: a million rows through Python take four times as long."""
    raw: Any = frozen.connection.dbapi_connection
    raw.execute(f"ATTACH DATABASE ? AS {_LIVE}", [source.engine.url.database])


def _version(frozen: Connection) -> int:
    """Return the version of the live file, which this transaction reads from now on."""
    live = schema.load.to_metadata(MetaData(), schema=_LIVE)
    version: int = frozen.execute(select(func.coalesce(func.max(live.c.id), 0))).scalar_one()
    return version


def _copy(source: Connection, frozen: Connection, table: Table) -> None:
    if source.dialect.name == "sqlite":
        live = table.to_metadata(MetaData(), schema=_LIVE)
        frozen.execute(insert(table).from_select(list(table.c.keys()), _without(live, _KEPT[table])))
        return
    rows = source.execution_options(yield_per=_ROWS).execute(_without(table, _KEPT[table]))
    for part in rows.partitions():
        append(frozen, table, pd.DataFrame.from_records([tuple(row) for row in part], columns=list(table.c.keys())))


def _without(table: Table, blanked: Mapping[str, ColumnElement[Any]]) -> Select[Any]:
    blank = {name: column.label(name) for name, column in blanked.items()}
    columns: list[ColumnElement[Any]] = [blank.get(column.name, column) for column in table.columns]
    return select(*columns)


def _copy_ledgers_of_households(source: Connection, frozen: Connection) -> None:
    """Copy the ledgers by household under numbers in the order of their first entry, and the villages of these."""
    held = {table: frame(source, _without(table, blanked)) for table, blanked in _OF_HOUSEHOLDS.items()}
    days = {schema.guarantee_gap: "found_on", schema.monitoring_case: "opened_on"}
    entries = [held[table][["household_code", day]].set_axis(["code", "day"], axis=1) for table, day in days.items()]
    codes = pd.concat(entries).sort_values("day", kind="stable")["code"].drop_duplicates()
    numbers = dict(zip(codes, map(str, range(1, len(codes) + 1)), strict=True))
    homes = frame(source, select(*schema.household.c["code", "region_code"]))
    homes = homes[homes["code"].isin(numbers)]
    append(frozen, schema.household, homes.assign(code=homes["code"].map(numbers)))
    for table, rows in held.items():
        append(frozen, table, rows.assign(household_code=rows["household_code"].map(numbers)))
