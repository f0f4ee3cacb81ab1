"""Rows into a table by primary key, telling which of them said anything new."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pandas as pd
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Date,
    MetaData,
    Table,
    and_,
    false,
    insert,
    or_,
    select,
)
from sqlalchemy.types import TypeEngine


def frame(connection: Connection, statement: Any) -> pd.DataFrame:
    """Return the rows of a select; dates stay `datetime.date`, whole numbers with gaps become floats."""
    result = connection.execute(statement)
    # Plain tuples: pandas looks in vain for attributes on every row of SQLAlchemy, and takes three times as long.
    rows = [tuple(row) for row in result]
    return pd.DataFrame.from_records(rows, columns=list(result.keys()), coerce_float=True)


def upsert(connection: Connection, table: Table, rows: pd.DataFrame) -> pd.DataFrame:
    """Insert `rows` or update them by primary key; return only those that were new or differed.

    `rows` has the key columns and any others of `table`; columns left out keep what they hold. A null in a given column
    is written as null. Keys must be unique within `rows`.
    """
    if rows.empty:
        return rows
    incoming, same_key, differs = _compared(connection, table, rows)
    beside = select(incoming).outerjoin(table, same_key)
    is_new = next(iter(table.primary_key)).is_(None)
    changed = frame(connection, beside.where(or_(is_new, differs)))
    if not changed.empty:
        _overwrite(connection, table, incoming, and_(same_key, differs))
        connection.execute(insert(table).from_select(list(rows.columns), beside.where(is_new)))
    incoming.drop(connection)
    return changed


def update(connection: Connection, table: Table, rows: pd.DataFrame) -> pd.DataFrame:
    """Update rows that are there by primary key; return only those that differed. Unknown keys are passed over."""
    if rows.empty:
        return rows
    incoming, same_key, differs = _compared(connection, table, rows)
    changed = frame(connection, select(incoming).join(table, same_key).where(differs))
    if not changed.empty:
        _overwrite(connection, table, incoming, and_(same_key, differs))
    incoming.drop(connection)
    return changed


def _compared(
    connection: Connection, table: Table, rows: pd.DataFrame
) -> tuple[Table, ColumnElement[bool], ColumnElement[bool]]:
    """Stage `rows`; return them, what pairs them with rows of `table`, and what tells a pair apart."""
    incoming = stage(connection, f"incoming_{table.name}", {name: table.c[name].type for name in rows.columns}, rows)
    same_key = and_(*(column == incoming.c[column.name] for column in table.primary_key))
    differs = or_(false(), *(table.c[name].is_distinct_from(incoming.c[name]) for name in _values(table, rows.columns)))
    return incoming, same_key, differs


def _overwrite(connection: Connection, table: Table, incoming: Table, where: ColumnElement[bool]) -> None:
    values = {name: incoming.c[name] for name in _values(table, incoming.c.keys())}
    if values:
        connection.execute(table.update().values(values).where(where))


def _values(table: Table, names: Iterable[str]) -> list[str]:
    return [name for name in names if not table.c[name].primary_key]


def stage(connection: Connection, name: str, types: Mapping[str, TypeEngine[Any]], rows: pd.DataFrame) -> Table:
    """Write the columns of `rows` that `types` names into a new temporary table and return it."""
    staged = Table(name, MetaData(), *(Column(c, t) for c, t in types.items()), prefixes=["TEMPORARY"])
    staged.drop(connection, checkfirst=True)
    staged.create(connection)
    quote = connection.dialect.identifier_preparer.quote
    placeholder = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    names = ", ".join(quote(c.name) for c in staged.columns)
    marks = ", ".join([placeholder] * len(staged.columns))
    # The driver's own executemany: four times the rows a second of a compiled insert (docs/performance.md).
    connection.exec_driver_sql(
        f"INSERT INTO {quote(name)} ({names}) VALUES ({marks})",  # noqa: S608 - names come from the schema
        list(zip(*(_bound(connection, c, rows[c.name]) for c in staged.columns), strict=True)),
    )
    # Without its size known, a join with it is planned for a million rows: small loads would read large tables through.
    connection.exec_driver_sql(f"ANALYZE {quote(name)}")
    return staged


def _bound(connection: Connection, column: Column[Any], values: pd.Series) -> list[Any]:
    process: Callable[[Any], Any] | None = column.type.dialect_impl(connection.dialect).bind_processor(
        connection.dialect
    )
    if isinstance(column.type, Date) and pd.api.types.is_datetime64_any_dtype(values):
        values = values.dt.date
    plain: list[Any] = values.astype(object).where(values.notna(), None).tolist()
    if process is None:
        return plain
    known: dict[Any, Any] = {}
    return [known[value] if value in known else known.setdefault(value, process(value)) for value in plain]
