"""Rows into a table by primary key, telling which of them said anything new."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Date,
    Float,
    FromClause,
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

#: Rows that one statement inserts; of nine columns they have 576 values, of which SQLite takes 32,766.
_AT_ONCE = 64
#: Rows that are turned into the driver's form at a time: few enough for the processor's own memory.
_STEP = 256 * _AT_ONCE
#: The column of staged rows that holds each one's number among them; no table of ours has it.
_NUMBER = "row_number"


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
    is_new = next(iter(table.primary_key)).is_(None)
    changed = _rows_where(connection, rows, incoming, or_(is_new, differs), incoming.outerjoin(table, same_key))
    if not changed.empty:
        _overwrite(connection, table, incoming, and_(same_key, differs))
        new = select(*(incoming.c[name] for name in rows.columns)).outerjoin(table, same_key).where(is_new)
        connection.execute(insert(table).from_select(list(rows.columns), new))
    incoming.drop(connection)
    return changed


def is_empty(connection: Connection, table: Table) -> bool:
    """Tell whether a table has no row, by one look at its key."""
    return connection.execute(select(func.min(next(iter(table.primary_key))))).scalar() is None


def append(
    connection: Connection, table: Table, rows: pd.DataFrame, on_written: Callable[[int], None] | None = None
) -> None:
    """Insert rows whose keys are known to be new, in their order; `on_written` is told how many at each step."""
    _insert(connection, table, [table.c[name] for name in rows.columns], rows, on_written)


def update(connection: Connection, table: Table, rows: pd.DataFrame) -> pd.DataFrame:
    """Update rows that are there by primary key; return only those that differed. Unknown keys are passed over."""
    if rows.empty:
        return rows
    incoming, same_key, differs = _compared(connection, table, rows)
    changed = _rows_where(connection, rows, incoming, differs, incoming.join(table, same_key))
    if not changed.empty:
        _overwrite(connection, table, incoming, and_(same_key, differs))
    incoming.drop(connection)
    return changed


def _compared(
    connection: Connection, table: Table, rows: pd.DataFrame
) -> tuple[Table, ColumnElement[bool], ColumnElement[bool]]:
    """Stage `rows`; return them, what pairs them with rows of `table`, and what tells a pair apart."""
    types: dict[str, TypeEngine[Any]] = {name: table.c[name].type for name in rows.columns}
    numbered = rows.assign(**{_NUMBER: np.arange(len(rows))})
    incoming = stage(connection, f"incoming_{table.name}", types | {_NUMBER: Integer()}, numbered)
    same_key = and_(*(column == incoming.c[column.name] for column in table.primary_key))
    differs = or_(false(), *(table.c[name].is_distinct_from(incoming.c[name]) for name in _values(table, rows.columns)))
    return incoming, same_key, differs


def _rows_where(
    connection: Connection, rows: pd.DataFrame, incoming: Table, where: ColumnElement[bool], pairs: FromClause
) -> pd.DataFrame:
    """Return those of the staged `rows` for which `where` holds; only their numbers come from the database."""
    found = select(incoming.c[_NUMBER]).select_from(pairs).where(where).order_by(incoming.c[_NUMBER])
    return rows.iloc[np.fromiter(connection.execute(found).scalars(), dtype=np.int64)]


def _overwrite(connection: Connection, table: Table, incoming: Table, where: ColumnElement[bool]) -> None:
    values = {name: incoming.c[name] for name in _values(table, set(incoming.c.keys()) - {_NUMBER})}
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


def _insert(
    connection: Connection,
    table: Table,
    columns: list[Column[Any]],
    rows: pd.DataFrame,
    on_written: Callable[[int], None] | None = None,
) -> None:
    """Insert these columns of `rows` by the fastest way of the driver: COPY, or its own executemany."""
    bound = [_bound(connection, column, rows[column.name]) for column in columns]
    quote = connection.dialect.identifier_preparer.quote
    into = f"{quote(table.name)} ({', '.join(quote(column.name) for column in columns)})"
    write = _copy if connection.dialect.name == "postgresql" else _execute_many
    for first in range(0, len(rows), _STEP):
        part = slice(first, min(first + _STEP, len(rows)))
        cells = np.empty((part.stop - first, len(columns)), dtype=object)
        for n, of_column in enumerate(bound):
            cells[:, n] = of_column(part)
        write(connection, into, cells)
        if on_written:
            on_written(len(cells))


def _copy(connection: Connection, into: str, cells: NDArray[np.object_]) -> None:
    driver: Any = connection.connection.dbapi_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
        for row in cells.tolist():
            copy.write_row(row)


def _execute_many(connection: Connection, into: str, cells: NDArray[np.object_]) -> None:
    """Insert rows, many of them by one statement as far as there are that many: fewer calls into the driver."""
    alone = len(cells) - len(cells) % _AT_ONCE
    one = f"({', '.join('?' * cells.shape[1])})"
    for times, part in ((_AT_ONCE, cells[:alone]), (1, cells[alone:])):
        if len(part):
            statement = f"INSERT INTO {into} VALUES {', '.join([one] * times)}"  # noqa: S608 - the schema's names
            # The driver takes a list of tuples only.
            connection.exec_driver_sql(statement, [*map(tuple, part.reshape(-1, times * cells.shape[1]).tolist())])


def _bound(connection: Connection, column: Column[Any], values: pd.Series) -> Callable[[slice], NDArray[Any]]:
    """Return what gives a part of the values as the driver takes them; of a category each is looked at once."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        categories = pd.Series(values.cat.categories.to_numpy(dtype=object), dtype=object)
        nothing = np.array([None], dtype=object)  # -1, the code of a null, is the last
        known = np.concatenate([_processed(connection, column, categories), nothing])
        codes = values.cat.codes.to_numpy()
        return lambda part: known[codes[part]]
    if isinstance(column.type, (Float, Numeric, Integer)) and values.dtype.kind in "if" and not values.hasnans:
        numbers = values.to_numpy()
        return lambda part: numbers[part]
    if isinstance(column.type, Integer) and values.dtype.kind == "f":
        values = values.astype("Int64")
    return lambda part: _processed(connection, column, values.iloc[part])


def _processed(connection: Connection, column: Column[Any], values: pd.Series) -> NDArray[np.object_]:
    process: Callable[[Any], Any] | None = column.type.dialect_impl(connection.dialect).bind_processor(
        connection.dialect
    )
    if isinstance(column.type, Date) and pd.api.types.is_datetime64_any_dtype(values):
        values = values.dt.date
    plain: NDArray[np.object_] = values.astype(object).where(values.notna(), None).to_numpy(dtype=object)
    if process is None:
        return plain
    known: dict[Any, Any] = {}
    bound = np.empty(len(plain), dtype=object)
    bound[:] = [known[value] if value in known else known.setdefault(value, process(value)) for value in plain]
    return bound
