"""保障对象 and 保障缺口: to how many of a household a guarantee applies, and who lacks it since when."""

import pandas as pd
from sqlalchemy import select

from data_access.imports.batch import Batch
from data_access.imports.cell_types import Cell, Type, day, integer, text
from data_access.imports.errors import CellError
from data_access.imports.homes import HOUSEHOLD
from data_access.imports.kind import Context, Field, Kind
from data_access.imports.text import plain
from data_access.schema import guarantee_base, guarantee_gap
from data_access.writing import frame, upsert
from i18n import N_
from settings import settings

_KEY = ["household_code", "item"]
_GAP = ("persons", "problem", "measure", "owner", "office", "cleared_on")


def _item(cell: Cell, _unit: str) -> str:
    """Return the id of the guarantee that a cell names."""
    items = settings().guarantees.items
    word = plain(str(cell)).casefold()
    for item in items:
        if word in {plain(name).casefold() for name in (item.id, item.name, item.name_en, *item.aliases)}:
            return item.id
    raise CellError(N_("This must be one of: {choices}.", choices=", ".join(item.name for item in items)))


def _store_base(batch: Batch, context: Context) -> int:
    changed = upsert(context.connection, guarantee_base, batch.rows[[*_KEY, "persons"]])
    _touch(batch, changed, context)
    return len(changed)


def _touch(batch: Batch, changed: pd.DataFrame, context: Context) -> None:
    of_changed = batch.rows["household_code"].isin(changed["household_code"].unique())
    context.touched.guarantees |= set(batch.rows["region_code"][of_changed].unique())


def _resolve_gaps(batch: Batch, context: Context) -> None:
    """Refuse gaps of what does not apply; a blank number of persons means all that it applies to."""
    households = batch.rows["household_code"].unique().tolist()
    held = frame(context.connection, select(guarantee_base).where(guarantee_base.c.household_code.in_(households)))
    applies = held.set_index(_KEY)["persons"]
    most = pd.Series(
        applies.reindex(pd.MultiIndex.from_frame(batch.rows[_KEY].astype(object))).to_numpy(), index=batch.rows.index
    )
    batch.refuse(
        most.isna() | (most == 0),
        "item",
        N_("It does not apply to this household: hand in 保障对象 (whom it covers) first."),
    )
    most = most[batch.rows.index].astype("Int64")
    given = batch.rows.get("persons", pd.Series(pd.NA, index=batch.rows.index, dtype="Int64"))
    batch.rows = batch.rows.assign(persons=given.fillna(most))
    batch.refuse(batch.rows["persons"] > most, "persons", N_("These are more persons than it applies to."))
    if "cleared_on" in batch.rows:
        early = batch.rows["cleared_on"].notna() & (
            pd.to_datetime(batch.rows["cleared_on"]) < pd.to_datetime(batch.rows["found_on"])
        )
        batch.refuse(early, "cleared_on", N_("It was cleared before it was found."))


def _store_gaps(batch: Batch, context: Context) -> int:
    columns = [*_KEY, "found_on", *(name for name in _GAP if name in batch.rows)]
    changed = upsert(context.connection, guarantee_gap, batch.rows[columns])
    _touch(batch, changed, context)
    return len(changed)


_ITEM = Field("item", "保障项目", Type(_item, dtype="category"), ("保障类型", "项目", "item"), required=True)

GUARANTEE_BASE = Kind(
    id="guarantee_base",
    title=N_("Whom the guarantees cover"),
    fields=(
        HOUSEHOLD,
        _ITEM,
        Field("persons", "应保障人数", integer(), ("适用人数", "人数", "persons"), required=True),
    ),
    key=("household_code", "item"),
    store=_store_base,
)

GUARANTEE_GAPS = Kind(
    id="guarantee_gaps",
    title=N_("Guarantee gaps"),
    fields=(
        HOUSEHOLD,
        _ITEM,
        Field("persons", "人数", integer(minimum=1), ("涉及人数", "缺口人数", "persons")),
        Field("found_on", "发现时间", day, ("发现日期", "found_on"), required=True, mark=True, is_past=True),
        Field("problem", "问题描述", text(2000, is_free=True), ("存在问题", "问题")),
        Field("measure", "措施", text(2000, is_free=True), ("整改措施", "帮扶措施")),
        Field("owner", "责任人", text(100), ("负责人",)),
        Field("office", "责任单位", text(100), ("牵头单位", "牵头部门")),
        Field("cleared_on", "解决时间", day, ("解决日期", "销号时间", "cleared_on"), is_past=True),
    ),
    key=("household_code", "item", "found_on"),
    resolve=_resolve_gaps,
    store=_store_gaps,
)
