"""资金台账: the money of each document by project, from the issue to the payment, as totals up to a day."""

import re

import numpy as np
import pandas as pd
from sqlalchemy import select

from data_access.imports.batch import Batch
from data_access.imports.cell_types import Cell, Type, amount, choice, day, number
from data_access.imports.errors import CellError
from data_access.imports.kind import Context, Field, Kind
from data_access.imports.kinds.project_gates import PROJECT, falling, refuse_far, refuse_unknown, touch
from data_access.imports.text import plain
from data_access.rollups.project_states import newest_day
from data_access.schema import fund_flow
from data_access.writing import frame, upsert
from i18n import N_

_SOURCES = {
    "central": ("中央", "国家"),
    "provincial": ("省", "自治区"),
    "prefecture": ("市", "州"),
    "county": ("县", "区", "本"),
}
_SOURCE_WORDS = {
    form: source
    for source, words in _SOURCES.items()
    for word in words
    for form in (f"{word}级", word, f"{word}级资金", f"{word}资金", f"{word}财政")
} | {source: source for source in _SOURCES}
_BRACKETS = str.maketrans("[]【】()", "〔〕〔〕〔〕")
_LONGEST = 100
#: An amount in 万元 with two decimals is exact to 100 yuan.
_SLACK = 100.0
#: So many points may a rate be off that a clerk rounded.
_POINTS = 0.6
_KEY = ["document", "project_code"]
_AS_OF = ("as_of", "issued_on", "disbursed_on")
_NAMED = 3


def _document(cell: Cell, _unit: str) -> str:
    """Return a document's number in one spelling, so that 〔2026〕 and [2026] are not two of them."""
    words = re.sub(r"\s", "", plain(str(cell))).translate(_BRACKETS)
    if len(words) > _LONGEST:
        raise CellError(N_("The text is longer than {length} characters.", length=_LONGEST))
    return words


def _rate(cell: Cell, unit: str) -> float:
    """Return a rate as a share, though the sign for per cent may be missing."""
    value = number(minimum=0).parse(cell, unit)
    is_share = (isinstance(cell, str) and plain(cell).endswith("%")) or (unit != "%" and value <= 1)
    return float(value if is_share else value / 100)


def _resolve(batch: Batch, context: Context) -> None:
    years = refuse_unknown(batch, context)
    _fill_as_of(batch)
    refuse_far(batch, _AS_OF, years)
    _refuse_more_than_given(batch, context)
    _note_rates(batch)


def _fill_as_of(batch: Batch) -> None:
    """Give rows without 截至日期 the newest day that their sheet names; a ledger is of one day."""
    rows = batch.rows.reindex(columns=[*dict.fromkeys([*batch.rows, *_AS_OF])])
    sheet = batch.origin.loc[rows.index, "table"]
    newest = rows[list(_AS_OF)].apply(pd.to_datetime).max(axis=1).groupby(sheet).transform("max")
    blank = rows["as_of"].isna()
    known = newest.dt.date.where(newest.notna(), None).astype(object)
    batch.rows = rows.assign(as_of=rows["as_of"].astype(object).where(~blank, known))
    reason = N_("The day that the figures are known of is missing: add 截至日期, 下达日期 or 拨付日期.")
    batch.refuse(batch.rows["as_of"].isna(), ("as_of", "project_code"), reason)
    for day_taken, count in newest[blank & newest.notna()].dt.date.value_counts(sort=False).items():
        batch.notes.append(
            N_(
                "{count} rows have no 截至日期: their figures are taken as of {day}, the newest day in the sheet.",
                count=int(count),
                day=day_taken,
            )
        )


def _refuse_more_than_given(batch: Batch, context: Context) -> None:
    for name, reason in (
        ("disbursed", N_("More was disbursed than allocated.")),
        ("paid", N_("More was paid than allocated.")),
    ):
        if name in batch.rows:
            batch.refuse(batch.rows[name] > batch.rows["allocated"] + _SLACK, name, reason)
    if {"disbursed", "paid"} <= set(batch.rows) and not context.is_confirmed:
        reason = N_(
            "More was paid than disbursed: look at it, and hand it in again with --confirm if money is paid first here."
        )
        batch.refuse(batch.rows["paid"] > batch.rows["disbursed"] + _SLACK, "paid", reason)


def _note_rates(batch: Batch) -> None:
    """Note rates that do not follow from the amounts beside them; rates are reckoned, never taken over."""
    rows = batch.rows.reindex(columns=["rate", "paid", "allocated"]).astype(float)
    off = (rows["rate"] - rows["paid"] / rows["allocated"].where(rows["allocated"] > 0)).abs() * 100 > _POINTS
    if off.any():
        batch.notes.append(
            N_(
                "支付率 is not 累计支付 ÷ 分配金额 in {count} rows, as for {codes}: the amounts are taken.",
                count=int(off.sum()),
                codes=", ".join(batch.rows.loc[off, "project_code"].head(_NAMED)),
            )
        )


def _store(batch: Batch, context: Context) -> int:
    connection, newest = context.connection, newest_day(context.connection)
    if not context.is_confirmed:
        _refuse_fallen(batch, context)
    columns = [column.name for column in fund_flow.c if column.name in batch.rows]
    changed = upsert(connection, fund_flow, batch.rows[columns])
    touch(context, set(changed["project_code"]), newest)
    _note_more_than_issued(batch, context)
    return len(changed)


def _refuse_fallen(batch: Batch, context: Context) -> None:
    codes = batch.rows["project_code"].unique().tolist()
    held = frame(context.connection, select(fund_flow).where(fund_flow.c.project_code.in_(codes)))
    reason = N_(
        "The total is less than on an earlier day: look at it, and hand it in again with --confirm if money went back."
    )
    for name in ("disbursed", "paid"):
        if name in batch.rows:
            fallen = falling(batch.rows, held, _KEY, "as_of", name, _SLACK)
            batch.refuse(fallen.intersection(batch.rows.index), name, reason)


def _note_more_than_issued(batch: Batch, context: Context) -> None:
    """Note documents of which more is allocated to projects than was issued, as the ledger stands now."""
    documents = batch.rows["document"].unique().tolist()
    held = frame(context.connection, select(fund_flow).where(fund_flow.c.document.in_(documents)))
    now = held.sort_values("as_of").drop_duplicates(_KEY, keep="last").groupby("document")
    sums = now.agg(allocated=("allocated", "sum"), issued=("issued", "max"), projects=("allocated", "size"))
    over = sums[sums["allocated"] > sums["issued"].astype(float) + _SLACK * np.sqrt(sums["projects"])]
    if len(over):
        batch.notes.append(
            N_(
                "More is allocated to projects than was issued by {count} documents: {documents}.",
                count=len(over),
                documents=", ".join(over.index[:_NAMED]),
            )
        )


FUNDS = Kind(
    id="funds",
    title=N_("Funds ledger"),
    fields=(
        Field("source", "资金级次", choice(_SOURCE_WORDS), ("资金层级", "资金来源", "级次"), required=True),
        Field(
            "document",
            "指标文号",
            Type(_document),
            ("文号", "指标文件", "下达文号", "资金文号"),
            required=True,
            mark=True,
        ),
        Field("issued_on", "下达日期", day, ("下达时间",)),
        Field("issued", "下达金额", amount(), ("指标金额", "下达资金")),
        PROJECT,
        Field("allocated", "分配金额", amount(), ("安排金额", "分配资金", "安排资金"), required=True, mark=True),
        Field("disbursed_on", "拨付日期", day, ("拨付时间", "最近拨付日期")),
        Field("disbursed", "累计拨付", amount(), ("累计拨付金额", "已拨付", "拨付金额")),
        Field("paid", "累计支付", amount(), ("累计支付金额", "已支付", "支付金额", "累计支出")),
        Field("rate", "支付率", Type(_rate, dtype="float64"), ("支付进度", "支出进度")),
        Field("as_of", "截至日期", day, ("截至时间", "统计日期", "填报日期")),
    ),
    key=("document", "project_code", "as_of"),
    resolve=_resolve,
    store=_store,
)
