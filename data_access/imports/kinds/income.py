"""收入 and 监测范围线: what each household earned in a month by source, and the line of a year."""

import numpy as np
import pandas as pd
from sqlalchemy import func, select

from data_access.imports import homes, plausibility
from data_access.imports.batch import Batch
from data_access.imports.cell_types import integer, month, number, year
from data_access.imports.kind import Context, Field, Kind
from data_access.schema import household_income, income_line
from data_access.writing import append, is_empty, stage, upsert
from i18n import N_

_AMOUNTS = ("wage", "business", "business_cost", "property", "transfer")
_MEMBERS = ("members_now", "members_year")
_COLUMNS = ["household_code", "month", *_AMOUNTS, *_MEMBERS]


def _resolve(batch: Batch, _context: Context) -> None:
    """Fill what is blank: a source without an amount brought nothing, and one member count stands for the other."""
    rows = batch.rows.reindex(columns=[*_COLUMNS, "region_code"])
    batch.rows = rows
    batch.refuse(rows[list(_AMOUNTS)].isna().all(axis=1), _AMOUNTS, N_("The row holds no amount."))
    rows = batch.rows
    members = {name: rows[name].fillna(rows[other]) for name, other in zip(_MEMBERS, _MEMBERS[::-1], strict=True)}
    batch.rows = rows.assign(**{name: rows[name].fillna(0.0) for name in _AMOUNTS}, **members)
    batch.refuse(batch.rows["members_now"].isna(), _MEMBERS, N_("The number of members is missing."))
    batch.rows = batch.rows.astype(dict.fromkeys(_MEMBERS, "int64"))


def _store(batch: Batch, context: Context) -> int:
    if not context.is_confirmed:
        plausibility.hold(batch, context.connection)
    if batch.rows.empty:
        return 0
    rows, connection = batch.rows[_COLUMNS], context.connection
    is_first = is_empty(connection, household_income)
    if is_first or _is_new(batch, context):
        written = 0

        def on_written(count: int) -> None:
            nonlocal written
            written += count
            context.on_progress(written / len(rows))

        # The table is laid out by its key: rows in that order are appended, others search for their place.
        in_order = rows.iloc[np.lexsort((_rank(rows["month"]), _rank(rows["household_code"])))]
        append(connection, household_income, in_order, on_written)
        changed = batch.rows
        context.touched.all_income = changed if is_first else None
    else:
        renewed = upsert(connection, household_income, rows)
        changed = renewed.assign(region_code=renewed["household_code"].map(homes.villages_of(connection)))
    if len(changed):
        context.touched.income.append(homes.spans(changed))
    return len(changed)


def _rank(values: pd.Series) -> pd.Series:
    """Return where each row's category stands among the sorted ones."""
    order = pd.Index(values.cat.categories).argsort().argsort()
    return pd.Series(np.asarray(order)[values.cat.codes.to_numpy()], index=values.index)


def _is_new(batch: Batch, context: Context) -> bool:
    """Tell whether all months are later than any that these households have."""
    codes = pd.DataFrame({"household_code": batch.rows["household_code"].unique().astype(object)})
    types = {"household_code": household_income.c.household_code.type}
    incoming = stage(context.connection, "incoming_household", types, codes)
    own = household_income.c.household_code == incoming.c.household_code
    # One look-up a household: the newest month is the last of its rows.
    newest = select(func.max(household_income.c.month)).where(own).scalar_subquery()
    last = context.connection.execute(select(func.max(select(newest).select_from(incoming).subquery().c[0]))).scalar()
    incoming.drop(context.connection)
    return last is None or bool(min(batch.rows["month"].cat.remove_unused_categories().cat.categories) > last)


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
        Field("month", "月份", month, ("年月", "所属月份", "月份/年度", "month"), required=True),
        _money("wage", "工资性收入", "wage", mark=True),
        _money("business", "生产经营性收入", "经营性收入", "经营净收入", "business"),
        _money("property", "财产性收入", "property"),
        _money("transfer", "转移性收入", "transfer"),
        _money("business_cost", "生产经营性支出", "经营性支出", "business_cost"),
        Field("members_now", "当前家庭人口数", integer(minimum=1), ("当前家庭人口", "家庭人口数", "members_now")),
        Field("members_year", "年度家庭人口数", integer(minimum=1), ("年度家庭人口", "members_year")),
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
