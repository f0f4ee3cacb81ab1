"""The sums: every figure of a region is the sum of its children's, stored at load so that a read is a look-up."""

from typing import Any

import pandas as pd
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Date,
    FromClause,
    MetaData,
    Select,
    String,
    Table,
    and_,
    case,
    delete,
    exists,
    func,
    insert,
    select,
    tuple_,
)
from sqlalchemy.types import TypeEngine

from data_access.schema import ANY_LEVEL, LEVELS, RECKONED, indicator, observation, region
from data_access.writing import stage

_CELL: dict[str, TypeEngine[Any]] = {"region_code": String(), "indicator": String(), "period": Date()}

#: The sums to be made anew. The level comes first in the key: they are made level by level.
_dirty = Table(
    "dirty_cell",
    MetaData(),
    Column("level", String, primary_key=True),
    *(Column(name, kind, primary_key=True) for name, kind in _CELL.items()),
    prefixes=["TEMPORARY"],
)


def refresh(connection: Connection, touched: pd.DataFrame) -> None:
    """Sum anew the ancestors of the cells that a load wrote.

    `touched` has region_code, indicator and period of rows at the level their indicator is collected at. Only their
    ancestors' cells are read and written.
    """
    if touched.empty:
        return
    cells = stage(connection, "touched_cell", _CELL, touched)
    _sum_above(connection, _parents(cells))
    cells.drop(connection)


def refresh_moved(connection: Connection, moved: pd.DataFrame) -> None:
    """Sum anew after regions changed their place in the tree.

    `moved` has one row per region (code) and ancestor that it had before or has now (ancestor_code).
    """
    if moved.empty:
        return
    pairs = stage(connection, "moved_region", {"code": String(), "ancestor_code": String()}, moved)
    old_and_new = select(pairs.c.ancestor_code, observation.c.indicator, observation.c.period).join(
        observation, observation.c.region_code == pairs.c.code
    )
    _sum_above(connection, old_and_new)
    pairs.drop(connection)


def rebuild(connection: Connection) -> None:
    """Forget every sum and build all of them from the collected rows; `refresh` must always come to the same."""
    summed = exists().where(
        region.c.code == observation.c.region_code,
        indicator.c.id == observation.c.indicator,
        region.c.level != indicator.c.level,
        ~_is_reckoned(),
    )
    connection.execute(delete(observation).where(summed))
    _sum_above(connection, _parents(observation))


def _parents(cells: FromClause) -> Select[Any]:
    """Return the same cells of the parents; a region without one gives none."""
    parents = select(region.c.parent_code, cells.c.indicator, cells.c.period)
    return parents.join(cells, cells.c.region_code == region.c.code).where(region.c.parent_code.is_not(None))


def _is_reckoned() -> ColumnElement[bool]:
    return and_(indicator.c.level == ANY_LEVEL, region.c.level.in_(RECKONED))


def _add(connection: Connection, cells: Select[Any]) -> None:
    code, indicator_id, period = (fresh := cells.distinct().subquery()).c
    of_level = (
        select(region.c.level, fresh)
        .join(region, region.c.code == code)
        .join(indicator, indicator.c.id == indicator_id)
        .where(~_is_reckoned())
    )
    known = exists().where(
        _dirty.c.level == region.c.level,
        _dirty.c.region_code == code,
        _dirty.c.indicator == indicator_id,
        _dirty.c.period == period,
    )
    connection.execute(insert(_dirty).from_select(["level", *_CELL], of_level.where(~known)))


def _sum_above(connection: Connection, first: Select[Any]) -> None:
    """Replace the `first` cells by their children's sums, then those above, from the narrowest level up."""
    _dirty.drop(connection, checkfirst=True)
    _dirty.create(connection)
    _add(connection, first)
    child = region.alias("child")
    figures = observation.alias("figures")
    # Children that are planned for and know nothing else, not even what to divide by, have not reported: no part of
    # a rate, and none of its plan, if others are.
    is_part = func.coalesce(figures.c.numerator, figures.c.denominator)
    is_rate = indicator.c.denominator_name.is_not(None) & (func.count(is_part) > 0)
    plan_of_parts = case((is_part.is_not(None), figures.c.plan))
    for level in reversed(LEVELS):
        cells = select(*_dirty.c[*_CELL]).where(_dirty.c.level == level).subquery("cells")
        own = tuple_(*observation.c[*_CELL])
        connection.execute(delete(observation).where(own.in_(select(cells))))
        sums = (
            select(
                *cells.c,
                func.sum(figures.c.numerator),
                _sum_if_all_known(figures.c.denominator, func.count(is_part)),
                case(
                    (is_rate, _sum_if_all_known(plan_of_parts, func.count(is_part))),
                    else_=_sum_if_all_known(figures.c.plan, func.count()),
                ),
                func.sum(figures.c.reports),
            )
            .join(child, child.c.parent_code == cells.c.region_code)
            .join(
                figures,
                (figures.c.region_code == child.c.code)
                & (figures.c.indicator == cells.c.indicator)
                & (figures.c.period == cells.c.period),
            )
            .join(indicator, indicator.c.id == cells.c.indicator)
            .group_by(*cells.c, indicator.c.denominator_name)
        )
        connection.execute(insert(observation).from_select([c.name for c in observation.c], sums))
        _add(connection, _parents(cells))
    _dirty.drop(connection)


def _sum_if_all_known(column: ColumnElement[float], all_of_them: ColumnElement[int]) -> ColumnElement[float | None]:
    # A plan known for some children only is not the plan of them all.
    return case((func.count(column) == all_of_them, func.sum(column)))
