"""Guarantees into observations: to how many each applies in a village, and for how many there is a gap, by month.

Months run from that of the first gap in the ledger to that of its newest entry, the same for all villages that the
guarantee applies in: a village without gaps has full cover then, and is not silent. A month counts what is known by its
last day. The ledger knows no earlier base, so that each month stands over the persons it applies to now.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection, Select, and_, exists, func, select

from data_access.rollups import computed, observations
from data_access.rollups.household_months import month_of, number_of
from data_access.schema import guarantee_base, guarantee_gap, household, indicator, indicator_group, observation
from data_access.writing import frame, upsert
from settings import GuaranteeItem, settings

GROUP = "guarantee"

# A mistyped year in the ledger must not fill the table with empty months.
_MONTHS = 60
_SIDES = ("", ".open", ".new", ".cleared")

# What an item of the county's own says of itself; the dictionary has better words for the usual four.
_GROUP_ROW = {"id": GROUP, "name": "保障", "name_en": "Guarantees", "position": 0}
_USUAL = {
    "group_id": GROUP,
    "numerator_unit": "人",
    "numerator_unit_en": "persons",
    "frequency": "month",
    "level": "village",
    "source": "保障缺口台账",
    "source_en": "Ledger of guarantee gaps",
    "position": 0,
}
_COVER = {
    "numerator_name": "已保障人数",
    "numerator_name_en": "persons covered",
    "denominator_name": "应保障人数",
    "denominator_name_en": "persons it applies to",
    "unit": "%",
    "unit_en": "%",
    "factor": 100.0,
    "decimals": 1,
    "direction": "up",
    "amber_points": 2.0,
    "formula": "已保障 ÷ 应保障",
    "formula_en": "Covered / applies to",
}
_COUNT = {
    "denominator_name": None,
    "denominator_name_en": None,
    "unit": "人",
    "unit_en": "persons",
    "factor": 1.0,
    "decimals": 0,
    "amber_points": 10.0,
}
_COUNTS = {
    ".open": ("未解决缺口", "open gaps", "down", "月末未解决缺口涉及的人数", "Persons in gaps open at its end"),
    ".new": ("本月新增缺口", "new gaps", "down", "本月发现的缺口涉及的人数", "Persons in gaps found in the month"),
    ".cleared": (
        "本月解决缺口",
        "gaps cleared",
        "up",
        "本月解决的缺口涉及的人数",
        "Persons in gaps cleared in the month",
    ),
}


def indicator_of(item: str, side: str = "") -> str:
    """Return the indicator of an item's cover, or of what is "open", "new" or "cleared" of it."""
    return f"guarantee.{item}" + (f".{side}" if side else "")


def ids_of(items: Iterable[str]) -> list[str]:
    """Return all indicators of these items."""
    return [f"guarantee.{item}{side}" for item in items for side in _SIDES]


def refresh(connection: Connection, villages: Iterable[str]) -> None:
    """Reckon some villages' guarantees anew; all of them where the ledger's months moved on."""
    in_use = items_in_use(connection)
    items = [item for item in settings().guarantees.items if item.id in in_use]
    span = span_of(connection)
    if not items or span is None:
        return
    first, last = span
    ids = ids_of(item.id for item in items)
    _write_indicators(connection, items)
    has_base = set(connection.execute(_villages_with_base()).scalars())
    held = _months_held(connection, [f"guarantee.{item.id}.open" for item in items], has_base)
    wanted = set(villages)
    if held != (first, last):
        wanted |= has_base
        if held:
            _forget_months(connection, wanted, ids, held, (first, last))
    if not wanted:
        return
    chosen = sorted(wanted)
    rows = _figures(_applicable(connection, chosen), _gaps(connection, chosen), first, last)
    rows = rows[rows["indicator"].isin(ids)]
    observations.refresh(connection, computed.replace(connection, rows, chosen, ids, first, last))


def items_in_use(connection: Connection) -> list[str]:
    """Return the items that apply to anybody."""
    return list(connection.execute(select(guarantee_base.c.item).distinct()).scalars())


def span_of(connection: Connection) -> tuple[date, date] | None:
    """Return the first and the last month of the ledger."""
    statement = select(
        func.min(guarantee_gap.c.found_on), func.max(guarantee_gap.c.found_on), func.max(guarantee_gap.c.cleared_on)
    )
    first, found, cleared = connection.execute(statement).one()
    if first is None:
        return None
    last = number_of(max(found, cleared or found))
    return month_of(max(number_of(first), last - _MONTHS + 1)), month_of(last)


def _months_held(connection: Connection, ids: list[str], villages: set[str]) -> tuple[date, date] | None:
    """Return the first and the last month that one of these villages has figures of."""
    if not villages:
        return None
    is_figure = observation.c.numerator.is_not(None)
    own = and_(observation.c.region_code == min(villages), observation.c.indicator.in_(ids), is_figure)
    statement = select(func.min(observation.c.period), func.max(observation.c.period)).where(own)
    first, last = connection.execute(statement).one()
    return (first, last) if first else None


def _villages_with_base() -> Select[str]:
    return (
        select(household.c.region_code)
        .where(exists().where(guarantee_base.c.household_code == household.c.code))
        .distinct()
    )


def _forget_months(
    connection: Connection, villages: set[str], ids: list[str], held: tuple[date, date], wanted: tuple[date, date]
) -> None:
    """Take out what was computed of these villages, and their sums, for months that the ledger no longer spans."""
    own = and_(observation.c.region_code.in_(sorted(villages)), observation.c.indicator.in_(ids))
    outside = and_(observation.c.period.between(*held), ~observation.c.period.between(*wanted))
    observations.refresh(connection, computed.forget(connection, and_(own, outside)))


def _write_indicators(connection: Connection, items: Sequence[GuaranteeItem]) -> None:
    """Give the county's own items the indicators that its dictionary does not have."""
    held = set(connection.execute(select(indicator.c.id)).scalars())
    rows: list[dict[str, Any]] = []
    for item in items:
        name = {"name": f"{item.name}保障率", "name_en": item.name_en}
        rows.append({"id": indicator_of(item.id), **name, **_USUAL, **_COVER})
        for side, (words, words_en, direction, formula, formula_en) in _COUNTS.items():
            name = {"name": item.name + words, "name_en": f"{item.name_en}: {words_en}"}
            counted = {"numerator_name": words, "numerator_name_en": words_en, "direction": direction}
            said = {"formula": formula, "formula_en": formula_en}
            rows.append({"id": f"guarantee.{item.id}{side}", **name, **counted, **said, **_USUAL, **_COUNT})
    new = [row for row in rows if row["id"] not in held]
    if new:
        if connection.execute(select(indicator_group.c.id).where(indicator_group.c.id == GROUP)).first() is None:
            upsert(connection, indicator_group, pd.DataFrame([_GROUP_ROW]))
        upsert(connection, indicator, pd.DataFrame(new))


def _applicable(connection: Connection, villages: list[str]) -> pd.DataFrame:
    """Return the persons that each item applies to, by village: region_code, item, applicable."""
    statement = (
        select(household.c.region_code, guarantee_base.c.item, func.sum(guarantee_base.c.persons).label("applicable"))
        .join(guarantee_base, guarantee_base.c.household_code == household.c.code)
        .where(household.c.region_code.in_(villages))
        .group_by(household.c.region_code, guarantee_base.c.item)
    )
    return frame(connection, statement)


def _gaps(connection: Connection, villages: list[str]) -> pd.DataFrame:
    """Return one row a gap: household_code, item, found_on, cleared_on, persons, region_code, most (applicable)."""
    same = and_(
        guarantee_base.c.household_code == guarantee_gap.c.household_code, guarantee_base.c.item == guarantee_gap.c.item
    )
    statement = (
        select(
            *guarantee_gap.c["household_code", "item", "found_on", "cleared_on", "persons"],
            household.c.region_code,
            guarantee_base.c.persons.label("most"),
        )
        .join(household, household.c.code == guarantee_gap.c.household_code)
        .join(guarantee_base, same)
        .where(household.c.region_code.in_(villages))
    )
    return frame(connection, statement)


def _figures(applicable: pd.DataFrame, gaps: pd.DataFrame, first: date, last: date) -> pd.DataFrame:
    """Return the rows of `observation` of all villages, items and months."""
    numbers = np.arange(number_of(first), number_of(last) + 1)
    grid = applicable.merge(pd.DataFrame({"month": numbers}), how="cross")
    key = ["region_code", "item", "month"]
    for side, counted in (
        (".open", _open(gaps, numbers)),
        (".new", gaps.assign(month=_numbers(gaps["found_on"]))),
        (".cleared", gaps.assign(month=_numbers(gaps["cleared_on"]))),
    ):
        persons = counted.groupby(key, as_index=False)["persons"].sum().rename(columns={"persons": side})
        grid = grid.merge(persons.astype({"month": np.int64}), how="left", on=key)
    grid = grid.fillna(dict.fromkeys((".open", ".new", ".cleared"), 0)).assign(reports=1)
    grid["period"] = pd.Series([month_of(int(n)) for n in numbers], dtype=object).to_numpy()[grid["month"] - numbers[0]]
    grid[""] = grid["applicable"] - grid[".open"]
    parts = [
        grid.assign(
            indicator="guarantee." + grid["item"] + side,
            numerator=grid[side].astype(float),
            denominator=grid["applicable"].astype(float) if side == "" else np.nan,
        )
        for side in _SIDES
    ]
    columns = [*computed.KEY, "numerator", "denominator", "reports"]
    return pd.concat(parts, ignore_index=True)[columns]


def _open(gaps: pd.DataFrame, numbers: np.ndarray[Any, np.dtype[np.int64]]) -> pd.DataFrame:
    """Return the persons without the guarantee at each month's end, by household.

    Two gaps at once are not told apart by person: a household has at most as many as the item applies to.
    """
    found = _numbers(gaps["found_on"]).clip(lower=numbers[0]).to_numpy()
    # Cleared within a month, it is not open at its end.
    until = _numbers(gaps["cleared_on"]).fillna(numbers[-1] + 1).to_numpy().astype(np.int64)
    months = np.maximum(until - found, 0)
    at = np.repeat(np.arange(len(gaps)), months)
    month = found[at] + np.arange(len(at)) - np.repeat(np.cumsum(months) - months, months)
    by_month = gaps.iloc[at].assign(month=month)
    own = ["region_code", "item", "month", "household_code"]
    by_household = by_month.groupby(own, as_index=False).agg(persons=("persons", "sum"), most=("most", "first"))
    return by_household.assign(persons=by_household[["persons", "most"]].min(axis=1))


def _numbers(days: pd.Series) -> pd.Series:
    """Return the numbers of the months that these days lie in; null for none."""
    dates = pd.to_datetime(days)
    return dates.dt.year * 12 + dates.dt.month - 1
