"""Rows into a table by primary key, telling which of them said anything new."""

from collections.abc import Callable, Iterable, Mapping
from itertools import chain, islice
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Date,
    Float,
    Integer,
    MetaData,
    Numeric,
    Table,
    and_,
    false,
    func,
    insert,
    or_,
    select,
)
from sqlalchemy.types import TypeEngine

#: Rows that are turned into the driver's form at a time: 100,000 of nine columns take some 30 MB.
_STEP = 100_000
_AT_ONCE = 16


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
    if is_empty(connection, table):
        append(connection, table, rows)
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


def is_empty(connection: Connection, table: Table) -> bool:
    """Tell whether a table has no row, by one look at its key."""
    return connection.execute(select(func.min(next(iter(table.primary_key))))).scalar() is None


def append(
    connection: Connection, table: Table, rows: pd.DataFrame, on_written: Callable[[int], None] | None = None
) -> None:
    """Insert rows whose keys are known to be new, in their order; `on_written` is told how many at each step."""
    for first in range(0, len(rows), _STEP):
        step = rows.iloc[first : first + _STEP]
        _insert(connection, table, [table.c[name] for name in rows.columns], step)
        if on_written:
            on_written(len(step))


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
    _insert(connection, staged, list(staged.columns), rows)
    # Without its size known, a join with it is planned for a million rows: small loads would read large tables through.
    connection.exec_driver_sql(f"ANALYZE {connection.dialect.identifier_preparer.quote(name)}")
    return staged


def _insert(connection: Connection, table: Table, columns: list[Column[Any]], rows: pd.DataFrame) -> None:
    """Insert these columns of `rows` by the fastest way of the driver: COPY, or its own executemany.

    Of the latter sixteen rows go in by one statement as far as there are that many: fewer calls into the driver.
    """
    bound = [_bound(connection, c, rows[c.name]) for c in columns]
    quote = connection.dialect.identifier_preparer.quote
    names = ", ".join(quote(c.name) for c in columns)
    if connection.dialect.name == "postgresql":
        _copy(connection, f"COPY {quote(table.name)} ({names}) FROM STDIN", bound)
        return
    one = f"({', '.join('?' * len(columns))})"
    flat = chain.from_iterable(zip(*bound, strict=True))
    for times, count in ((_AT_ONCE, len(rows) // _AT_ONCE), (1, len(rows) % _AT_ONCE)):
        if count:
            statement = f"INSERT INTO {quote(table.name)} ({names}) VALUES {', '.join([one] * times)}"  # noqa: S608
            # The names come from the schema; the driver takes a list of tuples only.
            connection.exec_driver_sql(statement, [tuple(islice(flat, times * len(columns))) for _ in range(count)])


def _copy(connection: Connection, statement: str, columns: list[list[Any]]) -> None:
    driver: Any = connection.connection.dbapi_connection
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for row in zip(*columns, strict=True):
            copy.write_row(row)


def _bound(connection: Connection, column: Column[Any], values: pd.Series) -> list[Any]:
    """Return the values as the driver takes them; of a categorical column each category is looked at once."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        categories = pd.Series(values.cat.categories.to_numpy(dtype=object), dtype=object)
        bound = np.array([*_bound(connection, column, categories), None], dtype=object)
        taken: list[Any] = bound[values.cat.codes.to_numpy()].tolist()  # -1, the code of a null, is the last
        return taken
    if isinstance(column.type, (Float, Numeric, Integer)) and values.dtype.kind in "if" and not values.hasnans:
        numbers: list[Any] = values.tolist()
        return numbers
    if isinstance(column.type, Integer) and values.dtype.kind == "f":
        values = values.astype("Int64")
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
