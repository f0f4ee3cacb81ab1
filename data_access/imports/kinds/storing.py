"""What several kinds need when they store rows: what is known already, kept where the file does not speak of it."""

from typing import Any

import pandas as pd
from sqlalchemy import Connection, Table, func, select

from data_access.writing import frame


def known(connection: Connection, table: Table, column: str) -> pd.Series:
    """Return a column of a table by its primary key (one column)."""
    (key,) = table.primary_key.columns
    rows = frame(connection, select(key.label("key"), table.c[column].label("value")))
    return pd.Series(rows["value"].to_numpy(dtype=object), index=rows["key"], dtype=object)


def kept_or(connection: Connection, table: Table, rows: pd.DataFrame, column: str, default: Any) -> pd.DataFrame:
    """Return `rows` with `column` filled: as given, else as the table has it, else `default` (a value or a column)."""
    (key,) = table.primary_key.columns
    given = rows[column] if column in rows else pd.Series(None, index=rows.index, dtype=object)
    held = rows[key.name].map(known(connection, table, column))
    fallback = default if isinstance(default, pd.Series) else pd.Series(default, index=rows.index, dtype=object)
    filled = given.astype(object).where(given.notna(), held)
    return rows.assign(**{column: filled.where(filled.notna(), fallback)})


def in_position(connection: Connection, table: Table, rows: pd.DataFrame) -> pd.DataFrame:
    """Return `rows` with their `position`: those known keep theirs, new ones follow in the file's order."""
    last = connection.execute(select(func.coalesce(func.max(table.c.position), 0))).scalar_one()
    (key,) = table.primary_key.columns
    is_new = ~rows[key.name].isin(known(connection, table, "position").index)
    return kept_or(connection, table, rows, "position", last + is_new.cumsum()).astype({"position": "int64"})
