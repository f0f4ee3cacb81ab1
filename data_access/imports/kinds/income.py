"""收入 and 监测范围线: what each household earned in a month by source, and the line of a year."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Connection, func, select

from data_access.imports import dates, homes, plausibility
from data_access.imports.batch import Batch
from data_access.imports.cell_types import Cell, Type, integer, month, number, year
from data_access.imports.errors import CellError
from data_access.imports.kind import Context, Field, Kind
from data_access.schema import household_income, income_line
from data_access.writing import append, is_empty, stage, upsert
from i18n import N_

_AMOUNTS = ("wage", "business", "business_cost", "property", "transfer")
_MEMBERS = ("members_now", "members_year")
_COLUMNS = ["household_code", "month", *_AMOUNTS, *_MEMBERS]


_BY_MONTH = N_("Income is handed in month by month: that of a year or a quarter cannot be split into its months.")
# Offices round to the yuan, or reckon with a net income that was rounded before.
_NEAR_YUAN, _NEAR_SHARE = 1.0, 0.01


def _month(cell: Cell, unit: str) -> date:
    if dates.span_of(cell).length in ("quarter", "year"):
        raise CellError(_BY_MONTH)
    first: date = month.parse(cell, unit)
    return first


def _resolve(batch: Batch, _context: Context) -> None:
    """Fill what is blank: a source without an amount brought nothing, and one member count stands for the other."""
    stated = batch.rows.get("per_capita")
    rows = batch.rows.reindex(columns=[*_COLUMNS, "region_code"])
    batch.rows = rows
    batch.refuse(rows[list(_AMOUNTS)].isna().all(axis=1), _AMOUNTS, N_("The row holds no amount."))
    rows = batch.rows
    members = {name: rows[name].fillna(rows[other]) for name, other in zip(_MEMBERS, _MEMBERS[::-1], strict=True)}
    batch.rows = rows.assign(**{name: rows[name].fillna(0.0) for name in _AMOUNTS}, **members)
    batch.refuse(batch.rows["members_now"].isna(), _MEMBERS, N_("The number of members is missing."))
    batch.rows = batch.rows.astype(dict.fromkeys(_MEMBERS, "int64"))
    if stated is not None:
        _compare(batch, stated[batch.rows.index])


def _compare(batch: Batch, stated: pd.Series) -> None:
    """Note where the per-capita income that a file states is not what its sources and members come to."""
    rows = batch.rows
    net = rows["wage"] + rows["business"] + rows["property"] + rows["transfer"] - rows["business_cost"]
    differs = stated.notna()
    for members in _MEMBERS:
        each = net / rows[members]
        differs &= (stated - each).abs() > np.maximum(_NEAR_YUAN, each.abs() * _NEAR_SHARE)
    if differs.any():
        note = N_(
            "The per-capita net income of {count} rows is not the sum of their sources less costs, over the members; "
            "the sources were taken. Look at {cells}.",
            count=int(differs.sum()),
            cells=batch.cell_names(rows.index[differs], "per_capita"),
        )
        batch.notes.append(note)


def _store(batch: Batch, context: Context) -> int:
    if not context.is_confirmed:
        plausibility.hold(batch, context.connection)
    if batch.rows.empty:
        return 0
    connection = context.connection
    is_first = is_empty(connection, household_income)
    # The table is laid out by its key: rows in that order are appended, others search for their place.
    rows = batch.rows
    batch.rows = rows = rows.iloc[np.lexsort((_rank(rows["household_code"]), _rank(rows["month"])))]
    context.touched.all_income = rows if is_first else None
    if is_first or _is_new(rows, connection):
        append(connection, household_income, rows[_COLUMNS], context.on_written)
        changed = rows
    else:
        changed = rows.loc[upsert(connection, household_income, rows[_COLUMNS]).index]
    if len(changed):
        context.touched.income.append(homes.spans(changed))
    return len(changed)


def _rank(values: pd.Series) -> NDArray[np.integer[Any]]:
    """Return where each row's category stands among the sorted ones; small whole numbers are sorted faster."""
    order = pd.Index(values.cat.categories).argsort().argsort()
    ranks: NDArray[np.integer[Any]] = order.astype(np.min_scalar_type(len(order)))[values.cat.codes.to_numpy()]
    return ranks


def _is_new(rows: pd.DataFrame, connection: Connection) -> bool:
    """Tell whether none of these households has any of these months yet."""
    newest = connection.execute(select(func.max(household_income.c.month))).scalar_one()
    months = [month for month in rows["month"].unique() if month <= newest]
    if not months:
        return True
    codes = pd.DataFrame({"household_code": rows["household_code"].unique().astype(object)})
    types = {"household_code": household_income.c.household_code.type}
    incoming = stage(connection, "incoming_household", types, codes)
    own = household_income.c.household_code.in_(select(incoming.c.household_code))
    known = select(household_income.c.month).where(household_income.c.month.in_(months), own).limit(1)
    is_new = connection.execute(known).first() is None
    incoming.drop(connection)
    return is_new


def _store_lines(batch: Batch, context: Context) -> int:
    changed = upsert(context.connection, income_line, batch.rows)
    context.touched.lines |= set(changed["year"].astype(int))
    return len(changed)


def _money(name: str, header: str, *aliases: str, mark: bool = False) -> Field:
    return Field(name, header, number(minimum=0, is_money=True), aliases, expected=True, mark=mark)


INCOME = Kind(
    id="income",
    title=N_("Household income"),
    fields=(
        homes.HOUSEHOLD,
        Field(
            "month",
            "月份",
            Type(_month, dtype="category"),
            ("年月", "所属月份", "月份/年度", "month"),
            required=True,
            is_past=True,
            hint=_BY_MONTH,
        ),
        _money("wage", "工资性收入", "wage", mark=True),
        _money("business", "生产经营性收入", "经营性收入", "经营净收入", "business"),
        _money("property", "财产性收入", "property"),
        _money("transfer", "转移性收入", "transfer"),
        _money("business_cost", "生产经营性支出", "经营性支出", "business_cost"),
        Field("members_now", "当前家庭人口数", integer(minimum=1), ("当前家庭人口", "家庭人口数", "members_now")),
        Field("members_year", "年度家庭人口数", integer(minimum=1), ("年度家庭人口", "members_year")),
        Field("per_capita", "人均纯收入", number(is_money=True), ("家庭人均纯收入", "per_capita"), is_beside=True),
    ),
    key=("household_code", "month"),
    resolve=_resolve,
    store=_store,
)

INCOME_LINES = Kind(
    id="income_lines",
    title=N_("Income lines"),
    fields=(
        Field("year", "年度", year, ("年份", "year"), required=True),
        Field(
            "amount",
            "监测范围线",
            number(minimum=0, is_money=True),
            ("监测线", "防返贫监测范围"),
            required=True,
            mark=True,
        ),
    ),
    key=("year",),
    store=_store_lines,
)
