"""问题整改台账: what inspections found, who puts it right by when, and whether it stayed right."""

from dataclasses import replace

import pandas as pd
from sqlalchemy import select

from data_access.imports.batch import Batch
from data_access.imports.cell_types import Cell, Type, choice, code, day, text
from data_access.imports.kind import PLACE, Context, Field, Kind
from data_access.imports.kinds.storing import known
from data_access.imports.text import plain
from data_access.schema import RECKONED, rectification, region
from data_access.writing import frame, upsert
from i18n import N_, Message

_KEY = ["source", "number"]
_DAYS = ["found_on", "deadline", "fixed_on", "verified_on", "rechecked_on", "relapsed_on"]
_PLACE_FIELDS = ("region_code", "village", "township", "county")
_PLACE_HEADERS = {"township": "涉及乡镇", "village": "涉及村"}
#: What stands in place of a deadline where there is none.
_WITHOUT_DEADLINE = frozenset({"长期坚持", "长期", "持续整改", "持续推进", "立行立改"})
_RELAPSED = {"是": "yes", "已反弹": "yes", "有反弹": "yes", "yes": "yes", "否": "no", "未反弹": "no", "no": "no"}


def _deadline(cell: Cell, unit: str) -> object:
    return None if plain(str(cell)) in _WITHOUT_DEADLINE else day.parse(cell, unit)


def _resolve(batch: Batch, context: Context) -> None:
    """Refuse what is nobody's in a county, and days that cannot have followed each other."""
    level = batch.rows["region_code"].map(known(context.connection, region, "level"))
    too_wide = N_("A problem belongs to a village, a township or a county.")
    batch.refuse(~level.isin(RECKONED), _PLACE_FIELDS, too_wide)
    if "relapsed" in batch.rows:
        is_back = batch.rows["relapsed"] == "yes"
        unknown = N_(
            "It relapsed, but “{column}” is missing: the day of the re-check that found it.", column="回头看时间"
        )
        batch.refuse(is_back & _days_of(batch, context)["rechecked_on"].isna(), ("rechecked_on", "relapsed"), unknown)
        rechecked = _days_of(batch, context)["rechecked_on"].dt.date.astype(object)
        relapsed_on = rechecked.where(batch.rows["relapsed"] == "yes", None)
        batch.rows = batch.rows.drop(columns="relapsed").assign(relapsed_on=relapsed_on)
    for name, is_wrong, reason in _contradictions(_days_of(batch, context)):
        batch.refuse(is_wrong.reindex(batch.rows.index), name, reason)


def _days_of(batch: Batch, context: Context) -> pd.DataFrame:
    """Return the days of each row as they will stand: as given, else as they are known."""
    of_sources = rectification.c.source.in_(batch.rows["source"].unique().tolist())
    held = frame(context.connection, select(*rectification.c[*_KEY, *_DAYS]).where(of_sources)).set_index(_KEY)
    before = held.reindex(pd.MultiIndex.from_frame(batch.rows[_KEY].astype(object))).set_axis(batch.rows.index)
    return before.assign(
        **{name: pd.to_datetime(batch.rows[name] if name in batch.rows else before[name]) for name in _DAYS}
    )


def _contradictions(days: pd.DataFrame) -> list[tuple[tuple[str, str], pd.Series, Message]]:
    """Return which rows' days contradict each other, each with the fields to be told of and the reason.

    The ledger keeps one day of each kind: of a problem that came back and was fixed again, the days of the later fix.
    """
    found, fixed, verified = days["found_on"], days["fixed_on"], days["verified_on"]
    rechecked, relapsed = days["rechecked_on"], days["relapsed_on"]
    again = fixed > relapsed
    of_fix, of_verification, of_recheck = (
        ("fixed_on", "found_on"),
        ("verified_on", "fixed_on"),
        ("rechecked_on", "fixed_on"),
    )
    unfixed = N_("“{column}” is missing, but a later day is given.", column="完成时间")
    return [
        (("deadline", "found_on"), days["deadline"] < found, N_("The deadline lies before the day it was found.")),
        (of_fix, fixed < found, N_("It was fixed before it was found.")),
        (of_verification, verified.notna() & fixed.isna(), unfixed),
        (of_recheck, rechecked.notna() & fixed.isna(), unfixed),
        (
            of_verification,
            (verified < fixed) & ~(again & (verified <= relapsed)),
            N_("It was struck off before it was fixed."),
        ),
        (
            of_verification,
            (verified > relapsed) & ~again,
            N_("It was struck off after it relapsed, but not fixed again by then."),
        ),
        (
            of_recheck,
            (rechecked < found) | ((rechecked < fixed) & ~again),
            N_("It was re-checked before it was fixed."),
        ),
        (of_recheck, (rechecked < verified) & ~again, N_("It was re-checked before it was struck off.")),
    ]


def _store(batch: Batch, context: Context) -> int:
    of_sources = rectification.c.source.in_(batch.rows["source"].unique().tolist())
    places = frame(context.connection, select(*rectification.c[*_KEY, "region_code"]).where(of_sources))
    columns = [column.name for column in rectification.columns if column.name in batch.rows]
    changed = upsert(context.connection, rectification, batch.rows[columns])
    if len(changed):
        before = places.merge(changed[_KEY], on=_KEY)
        context.ledgers["problems"] |= {*before["region_code"], *changed["region_code"]}
    return len(changed)


def _place(field: Field) -> Field:
    header = _PLACE_HEADERS.get(field.name)
    return replace(field, header=header, aliases=(field.header, *field.aliases)) if header else field


PROBLEMS = Kind(
    id="problems",
    title=N_("Problems to put right"),
    fields=(
        Field("number", "序号", code(), ("编号", "问题编号", "number"), required=True),
        Field("source", "问题来源", text(100), ("反馈来源", "来源", "source"), required=True, mark=True),
        Field("found_on", "反馈时间", day, ("反馈日期", "发现时间", "发现日期", "found_on"), required=True),
        Field("category", "问题类别", text(60), ("问题类型", "问题分类", "类别")),
        Field(
            "description",
            "具体问题",
            text(4000, is_free=True),
            ("问题描述", "问题内容", "存在问题", "存在的问题"),
            required=True,
        ),
        *(_place(field) for field in PLACE),
        Field("measure", "整改措施", text(4000, is_free=True), ("措施",)),
        Field("office", "牵头单位", text(100), ("责任单位", "牵头部门", "整改责任单位")),
        Field("owner", "责任人", text(100), ("整改责任人", "负责人")),
        Field("deadline", "整改时限", Type(_deadline), ("整改期限", "完成时限", "完成期限"), expected=True),
        Field("progress", "整改进展", text(4000, is_free=True), ("整改情况", "整改进展情况", "进展情况")),
        Field("fixed_on", "完成时间", day, ("整改完成时间", "完成日期")),
        Field("verified_on", "销号时间", day, ("销号日期",)),
        Field("rechecked_on", "回头看时间", day, ("回头看日期", "“回头看”时间")),
        Field("relapsed", "是否反弹", choice(_RELAPSED), ("有无反弹",)),
        Field("evidence", "印证资料", text(4000, is_free=True), ("佐证资料", "佐证材料", "印证材料")),
    ),
    key=("source", "number"),
    resolve=_resolve,
    store=_store,
)
