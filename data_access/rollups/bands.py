"""How many households and persons fall into each band of income: a village's from its households, the sums above it.

Bands of a region are the sums of its children's, so that a median or a P10 exists at every level.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import (
    Column,
    Connection,
    Date,
    FromClause,
    MetaData,
    Select,
    String,
    Table,
    and_,
    delete,
    exists,
    func,
    insert,
    select,
    tuple_,
)

from data_access.schema import LEVELS, income_band, region
from data_access.writing import append, stage

#: Yuan of per-capita income that one band spans.
WIDTH = 500

_dirty = Table(
    "dirty_band",
    MetaData(),
    Column("level", String, primary_key=True),
    Column("region_code", String, primary_key=True),
    Column("period", Date, primary_key=True),
    prefixes=["TEMPORARY"],
)


def replace(
    connection: Connection, rows: pd.DataFrame, villages: Sequence[str], first: date, last: date
) -> pd.DataFrame:
    """Let `rows` (of income_band) be all bands of these villages from `first` to `last`.

    Returns the region_code and period of what was written or deleted, whose sums must be made anew.
    """
    domain = and_(income_band.c.region_code.in_(villages), income_band.c.period.between(first, last))
    before = select(income_band.c.region_code, income_band.c.period).where(domain).distinct()
    pairs = pd.DataFrame(connection.execute(before).all(), columns=["region_code", "period"])
    connection.execute(delete(income_band).where(domain))
    append(connection, income_band, rows)
    return pd.concat([pairs, rows[["region_code", "period"]]]).drop_duplicates()


def refresh(connection: Connection, touched: pd.DataFrame) -> None:
    """Sum anew the ancestors of villages whose bands were written; `touched` has region_code and period."""
    if touched.empty:
        return
    cells = stage(connection, "touched_band", {"region_code": String(), "period": Date()}, touched)
    _sum_above(connection, _parents(cells))
    cells.drop(connection)


def refresh_moved(connection: Connection, moved: pd.DataFrame) -> None:
    """Sum anew after regions changed their place in the tree; `moved` has code and ancestor_code, old ones and new."""
    if moved.empty:
        return
    pairs = stage(connection, "moved_region", {"code": String(), "ancestor_code": String()}, moved)
    old_and_new = select(pairs.c.ancestor_code, income_band.c.period).join(
        income_band, income_band.c.region_code == pairs.c.code
    )
    _sum_above(connection, old_and_new)
    pairs.drop(connection)


def forget(connection: Connection) -> None:
    """Delete all bands; what computes them from households fills them again."""
    connection.execute(delete(income_band))


def _parents(cells: FromClause) -> Select[Any]:
    parents = select(region.c.parent_code, cells.c.period).join(cells, cells.c.region_code == region.c.code)
    return parents.where(region.c.parent_code.is_not(None))


def _add(connection: Connection, cells: Select[Any]) -> None:
    code, period = cells.distinct().subquery().c
    known = exists().where(_dirty.c.level == region.c.level, _dirty.c.region_code == code, _dirty.c.period == period)
    of_level = select(region.c.level, code, period).join(region, region.c.code == code).where(~known)
    connection.execute(insert(_dirty).from_select(["level", "region_code", "period"], of_level))


def _sum_above(connection: Connection, first: Select[Any]) -> None:
    """Replace the bands of the `first` cells by their children's sums, then those above, level by level."""
    _dirty.drop(connection, checkfirst=True)
    _dirty.create(connection)
    _add(connection, first)
    child, bands = region.alias("child"), income_band.alias("bands")
    for level in reversed(LEVELS):
        cells = select(_dirty.c.region_code, _dirty.c.period).where(_dirty.c.level == level).subquery("cells")
        own = tuple_(income_band.c.region_code, income_band.c.period)
        connection.execute(delete(income_band).where(own.in_(select(cells))))
        # Outer joins keep SQLite from starting at the bands, all of which it would read.
        sums = (
            select(*cells.c, bands.c.band_floor, func.sum(bands.c.households), func.sum(bands.c.persons))
            .outerjoin(child, child.c.parent_code == cells.c.region_code)
            .outerjoin(bands, and_(bands.c.region_code == child.c.code, bands.c.period == cells.c.period))
            .where(bands.c.band_floor.is_not(None))
            .group_by(*cells.c, bands.c.band_floor)
        )
        connection.execute(insert(income_band).from_select([c.name for c in income_band.c], sums))
        _add(connection, _parents(cells))
    _dirty.drop(connection)
