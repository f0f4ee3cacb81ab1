"""Rows of `observation` computed from detail: what differs is written, what lost its ground goes.

Households say the numerator, the denominator and who reported; a plan comes from a workbook, before the figure or after
it, and is kept whatever becomes of the figure. A ledger says the plan too, and its plans go with its figures.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Column, ColumnElement, Connection, Date, String, and_, delete, func, or_, select, tuple_, update
from sqlalchemy.types import TypeEngine

from data_access.schema import indicator, observation
from data_access.writing import append, frame, stage, upsert
from data_access.writing import update as update_rows

KEY = ["region_code", "indicator", "period"]
_TYPES: dict[str, TypeEngine[Any]] = {"region_code": String(), "indicator": String(), "period": Date()}


def known_of(connection: Connection, ids: Iterable[str]) -> list[str]:
    """Return those of these indicators that the dictionary has: a county that leaves one out does without it."""
    asked = select(indicator.c.id).where(indicator.c.id.in_(list(ids)))
    return list(connection.execute(asked).scalars())


def span_of(connection: Connection, month: Column[date]) -> tuple[date, date] | None:
    """Return the first and the last of the months in a column that leads an index, None where the table is empty."""
    # Asked for both at once, SQLite would read the whole table.
    first, last = (connection.execute(select(each(month))).scalar() for each in (func.min, func.max))
    return (first, last) if first and last else None


def replace(
    connection: Connection, rows: pd.DataFrame, villages: Sequence[str], ids: Sequence[str], first: date, last: date
) -> pd.DataFrame:
    """Let `rows` be all that these villages have of these indicators from `first` to `last`.

    `rows` has the key, numerator, denominator and reports, and plan where plans are computed as well. Returns the keys
    of what was written or deleted, whose sums must be made anew.
    """
    own = [observation.c[name] for name in KEY]
    domain = and_(
        observation.c.region_code.in_(villages),
        observation.c.indicator.in_(ids),
        observation.c.period.between(first, last),
    )
    held = frame(connection, select(*own, _has_ground().label("has_ground")).where(domain))
    of_held, of_rows = (pd.MultiIndex.from_frame(table[KEY]) for table in (held, rows))
    is_computed = held["has_ground"].astype(bool) | ("plan" in rows)
    stale = held.loc[~of_held.isin(of_rows) & is_computed, KEY]
    if len(stale):
        gone = stage(connection, "gone_cell", _TYPES, stale)
        where = tuple_(*own).in_(select(gone))
        if "plan" in rows:
            connection.execute(delete(observation).where(where))
        else:
            _withdraw(connection, where)
        gone.drop(connection)
    is_held = of_rows.isin(of_held)
    append(connection, observation, rows[~is_held])
    changed = upsert(connection, observation, rows[is_held])
    return pd.concat([rows.loc[~is_held, KEY], changed.reindex(columns=KEY), stale], ignore_index=True)


def keep_plans(connection: Connection, rows: pd.DataFrame) -> pd.DataFrame:
    """Write what a workbook of plans says of figures that come from elsewhere; return the keys of what differed.

    `rows` has the key, and plan or denominator or both.
    """
    changed = update_rows(connection, observation, rows)
    own = tuple_(*(observation.c[name] for name in KEY))
    planned = stage(connection, "planned_cell", _TYPES, rows)
    held = frame(connection, select(*(observation.c[name] for name in KEY)).where(own.in_(select(planned))))
    planned.drop(connection)
    new = rows[~pd.MultiIndex.from_frame(rows[KEY]).isin(pd.MultiIndex.from_frame(held))]
    append(connection, observation, new.assign(reports=0))
    return pd.concat([changed.reindex(columns=KEY), new[KEY]], ignore_index=True)


def forget(connection: Connection, where: ColumnElement[bool]) -> pd.DataFrame:
    """Let the rows of `observation` that this names have no figure, and return their keys: of some the plan stays."""
    keys = frame(connection, select(*(observation.c[name] for name in KEY)).where(where))
    _withdraw(connection, where)
    return keys


def _withdraw(connection: Connection, where: ColumnElement[bool]) -> None:
    connection.execute(delete(observation).where(where, observation.c.plan.is_(None)))
    nothing = {"numerator": None, "denominator": None, "reports": 0}
    connection.execute(update(observation).where(where, _has_ground()).values(nothing))


def _has_ground() -> ColumnElement[bool]:
    """Whether a row is more than a plan alone."""
    c = observation.c
    return or_(c.numerator.is_not(None), c.denominator.is_not(None), c.plan.is_(None))
