"""Guarantees by the people that are missing: where, since when, and who answers for it."""

from datetime import date

import pandas as pd
from sqlalchemy import ColumnElement, Select, and_, or_, select

from data_access.indicators import matrix_of
from data_access.regions import codes_under
from data_access.rollups.guarantees import indicator_of
from data_access.schema import guarantee_gap, household, observation, region
from data_access.snapshot import Snapshot, cached
from data_access.writing import frame
from settings import GuaranteeItem, settings

#: The ages of open gaps, in days: the first and the last day of each bin; the last has no end.
AGES: tuple[tuple[int, int | None], ...] = ((0, 7), (8, 30), (31, 90), (91, None))


def guarantee_items() -> tuple[GuaranteeItem, ...]:
    """Return the guarantees that this county looks after, in their order: id, name, name_en."""
    return settings().guarantees.items


@cached
def guarantee_matrix(snapshot: Snapshot, code: str, on: date, complete_from: float) -> pd.DataFrame:
    """Return one row per child of the region and item, children in order of import, items in theirs.

    Columns: code, name, name_en, level, item, period, applicable, missing (persons), rate (percent), target, gap,
    light, rank (1 is best). A child where it applies to nobody has nulls and is grey.
    """
    items = [item.id for item in guarantee_items()]
    table = matrix_of(snapshot, code, tuple(map(indicator_of, items)), on, complete_from)
    table = table.assign(
        item=table["indicator"].map({indicator_of(item): item for item in items}),
        applicable=table["denominator"],
        missing=table["denominator"] - table["numerator"],
        rate=table["value"],
    )
    place = ["code", "name", "name_en", "level"]
    return table[[*place, "item", "period", "applicable", "missing", "rate", "target", "gap", "light", "rank"]]


@cached
def gap_flow(snapshot: Snapshot, code: str, item: str, until: date) -> pd.DataFrame:
    """Return one row per month of the ledger, oldest first: period, open (at its end), new, cleared (persons)."""
    ids = {indicator_of(item, side): side for side in ("open", "new", "cleared")}
    is_figure = observation.c.numerator.is_not(None)
    own = (observation.c.region_code == code, observation.c.indicator.in_(list(ids)), observation.c.period <= until)
    with snapshot.connect() as connection:
        rows = frame(connection, select(*observation.c["indicator", "period", "numerator"]).where(*own, is_figure))
    wide = rows.assign(side=rows["indicator"].map(ids)).pivot_table("numerator", "period", "side", aggfunc="first")
    return wide.reindex(columns=list(ids.values())).rename_axis(columns=None).sort_index().reset_index()


@cached
def gap_ages(snapshot: Snapshot, code: str, on: date) -> pd.DataFrame:
    """Return one row per item and age of the gaps open on the day: all of `AGES`, the youngest first.

    Columns: item, first_day, last_day (null for the oldest), gaps, persons.
    """
    gaps = open_gaps(snapshot, code, on)
    bins = [first for first, _ in AGES]
    gaps["first_day"] = [max(first for first in bins if first <= days) for days in gaps["days_open"]]
    counted = gaps.groupby(["item", "first_day"]).agg(gaps=("persons", "size"), persons=("persons", "sum"))
    every = pd.MultiIndex.from_product([[i.id for i in guarantee_items()], bins], names=["item", "first_day"])
    table = counted.reindex(every, fill_value=0).astype("int64").reset_index()
    table.insert(2, "last_day", table["first_day"].map(dict(AGES)).astype("Int64"))
    return table


@cached
def open_gaps(
    snapshot: Snapshot, code: str, on: date, item: str | None = None, limit: int | None = None
) -> pd.DataFrame:
    """Return the gaps open on a day within a region, the oldest first; of one item where it is given.

    Columns: village_code, village, village_en, township, township_en, item, persons, found_on, days_open, problem,
    measure, owner, office. No household is named.
    """
    township = region.alias("township")
    is_open = and_(
        guarantee_gap.c.found_on <= on, or_(guarantee_gap.c.cleared_on.is_(None), guarantee_gap.c.cleared_on > on)
    )
    statement = (
        select(
            region.c.code.label("village_code"),
            region.c.name.label("village"),
            region.c.name_en.label("village_en"),
            township.c.name.label("township"),
            township.c.name_en.label("township_en"),
            *guarantee_gap.c["item", "persons", "found_on", "problem", "measure", "owner", "office"],
        )
        .join(household, household.c.code == guarantee_gap.c.household_code)
        .join(region, region.c.code == household.c.region_code)
        .outerjoin(township, township.c.code == region.c.township_code)
        .where(is_open, _inside(region.c.code, code))
        .order_by(guarantee_gap.c.found_on, region.c.position, guarantee_gap.c.household_code)
    )
    if item is not None:
        statement = statement.where(guarantee_gap.c.item == item)
    if limit is not None:
        statement = statement.limit(limit)
    with snapshot.connect() as connection:
        gaps = frame(connection, statement)
    gaps.insert(8, "days_open", [(on - found).days for found in gaps["found_on"]])
    return gaps


def _inside(column: ColumnElement[str], code: str) -> ColumnElement[bool]:
    villages: Select[str] = codes_under(code, "village")
    return column.in_(villages)


@cached
def missing_by_village(snapshot: Snapshot, code: str, item: str, on: date) -> pd.DataFrame:
    """Return the villages within a region where persons lack a guarantee, most of them first.

    The month is the region's newest at or before `on`. Columns: code, name, name_en, township, township_en, period,
    applicable, missing (persons), rate (percent), share (of all missing, 0 to 1).
    """
    township = region.alias("township")
    of_item = and_(observation.c.indicator == indicator_of(item), observation.c.numerator.is_not(None))
    newest = (
        select(observation.c.period)
        .where(observation.c.region_code == code, of_item, observation.c.period <= on)
        .order_by(observation.c.period.desc())
        .limit(1)
        .scalar_subquery()
    )
    statement = (
        select(
            *region.c["code", "name", "name_en"],
            township.c.name.label("township"),
            township.c.name_en.label("township_en"),
            observation.c.period,
            observation.c.denominator.label("applicable"),
            (observation.c.denominator - observation.c.numerator).label("missing"),
        )
        .join(observation, observation.c.region_code == region.c.code)
        .outerjoin(township, township.c.code == region.c.township_code)
        .where(_inside(region.c.code, code), of_item, observation.c.period == newest)
        .order_by(region.c.position)
    )
    with snapshot.connect() as connection:
        rows = frame(connection, statement).astype({"applicable": float, "missing": float})
    rows = rows[rows["missing"] > 0]
    rows = rows.assign(
        rate=(1 - rows["missing"] / rows["applicable"]) * 100, share=rows["missing"] / rows["missing"].sum()
    )
    return rows.sort_values("missing", ascending=False, kind="stable", ignore_index=True)
