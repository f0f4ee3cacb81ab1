"""Rows of `observation` computed from households: what differs is written, what lost its ground goes."""

from collections.abc import Iterable, Sequence
from datetime import date

import pandas as pd
from sqlalchemy import Connection, Date, String, and_, delete, select, tuple_

from data_access.schema import indicator, observation
from data_access.writing import append, frame, stage, upsert

KEY = ["region_code", "indicator", "period"]


def known_of(connection: Connection, ids: Iterable[str]) -> list[str]:
    """Return those of these indicators that the dictionary has: a county that leaves one out does without it."""
    asked = select(indicator.c.id).where(indicator.c.id.in_(list(ids)))
    return list(connection.execute(asked).scalars())


def replace(
    connection: Connection, rows: pd.DataFrame, villages: Sequence[str], ids: Sequence[str], first: date, last: date
) -> pd.DataFrame:
    """Let `rows` be all that these villages have of these indicators from `first` to `last`.

    `rows` has the key, numerator, denominator and reports. Returns the keys of what was written or deleted, whose sums
    must be made anew.
    """
    own = [observation.c[name] for name in KEY]
    domain = and_(
        observation.c.region_code.in_(villages),
        observation.c.indicator.in_(ids),
        observation.c.period.between(first, last),
    )
    held = frame(connection, select(*own).where(domain))
    if held.empty:
        append(connection, observation, rows)
        return rows[KEY]
    stale = held[~pd.MultiIndex.from_frame(held).isin(pd.MultiIndex.from_frame(rows[KEY]))]
    if len(stale):
        gone = stage(connection, "gone_cell", {"region_code": String(), "indicator": String(), "period": Date()}, stale)
        connection.execute(delete(observation).where(tuple_(*own).in_(select(gone))))
        gone.drop(connection)
    changed = upsert(connection, observation, rows)
    return pd.concat([changed.reindex(columns=KEY), stale], ignore_index=True)
