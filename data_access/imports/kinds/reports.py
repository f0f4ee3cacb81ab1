"""任务分解 and 百日任务: what each village must do and who answers for it, and what it has done so far."""

import pandas as pd
from sqlalchemy import select

from data_access.imports.batch import Batch
from data_access.imports.cell_types import day, number, text
from data_access.imports.kind import PLACE, Context, Field, Kind
from data_access.imports.kinds.campaign import TASK_ID, refuse_unknown_tasks
from data_access.imports.kinds.storing import known
from data_access.schema import region, task_report, task_target
from data_access.writing import frame, upsert
from i18n import N_

_TARGET_KEY = ["task_id", "region_code"]
_OWNER = Field("owner", "责任人", text(100), ("负责人",))
_DEADLINE = Field("deadline", "完成时限", day, ("完成期限", "截止时间", "截止日期"))
_PLACE_FIELDS = tuple(field.name for field in PLACE)


def _resolve(batch: Batch, context: Context) -> None:
    refuse_unknown_tasks(batch, context)
    level = batch.rows["region_code"].map(known(context.connection, region, "level"))
    batch.refuse(level != "village", _PLACE_FIELDS, N_("A campaign's figures are given for villages."))


def _store_targets(batch: Batch, context: Context) -> int:
    changed = upsert(context.connection, task_target, batch.rows)
    context.tasks |= set(changed.get("task_id", ()))
    return len(changed)


def _store_reports(batch: Batch, context: Context) -> int:
    """Write the reports and what they say of targets; a row without figure and day speaks of its target only."""
    no_day = batch.rows["done"].notna() & batch.rows["reported_on"].isna()
    batch.refuse(no_day, "reported_on", N_("The day of the report is missing."))
    no_figure = batch.rows["done"].isna() & batch.rows["reported_on"].notna()
    batch.refuse(no_figure, "done", N_("The figure done so far is missing."))
    targets = _targets_of(batch, context)
    changed_targets = upsert(context.connection, task_target, targets)
    context.tasks |= set(changed_targets.get("task_id", ()))

    reported = batch.rows[batch.rows["reported_on"].notna()]
    columns = [name for name in (*_TARGET_KEY, "reported_on", "done", "problem") if name in reported]
    changed = upsert(context.connection, task_report, reported[columns])
    if len(changed):
        context.reported_tasks |= set(changed["task_id"])
        earliest = changed["reported_on"].min()
        context.reported_since = min(context.reported_since or earliest, earliest)
    is_changed = _in(batch.rows, changed_targets, _TARGET_KEY) | _in(batch.rows, changed, [*_TARGET_KEY, "reported_on"])
    return int(is_changed.sum())


def _targets_of(batch: Batch, context: Context) -> pd.DataFrame:
    """Return the rows of task_target that the reports give or change; refuse reports without any target."""
    tasks = batch.rows["task_id"].unique().tolist()
    held = frame(context.connection, select(task_target).where(task_target.c.task_id.in_(tasks)))
    given = [name for name in ("target", "owner", "office", "deadline") if name in batch.rows]
    latest = batch.rows.sort_values("reported_on", na_position="first", kind="stable")
    # groupby.last passes over blanks: each column as the newest report that fills it says.
    stated = latest.groupby(_TARGET_KEY, sort=False)[given].last() if given else latest.set_index(_TARGET_KEY)[[]]
    stated = stated[~stated.index.duplicated()]
    before = held.set_index(_TARGET_KEY).reindex(stated.index)
    merged = before.assign(**{name: stated[name].where(stated[name].notna(), before[name]) for name in given})
    without = merged.index[merged["target"].isna()]
    has_none = pd.MultiIndex.from_frame(batch.rows[_TARGET_KEY]).isin(without)
    reason = N_("The village has no target for this task yet: give one here.")
    batch.refuse(pd.Series(has_none, index=batch.rows.index), ("target", "task_id"), reason)
    return merged.drop(index=without).reset_index()[[*_TARGET_KEY, "target", "owner", "office", "deadline"]]


def _in(rows: pd.DataFrame, changed: pd.DataFrame, key: list[str]) -> pd.Series:
    if changed.empty:
        return pd.Series(data=False, index=rows.index)
    keys = pd.MultiIndex.from_frame(changed[key].astype(object))
    return pd.Series(pd.MultiIndex.from_frame(rows[key].astype(object)).isin(keys), index=rows.index)


TARGETS = Kind(
    id="targets",
    title=N_("Village targets"),
    fields=(
        TASK_ID,
        *PLACE,
        Field("target", "目标值", number(minimum=0), ("目标任务", "任务数", "目标任务数"), required=True),
        _OWNER,
        Field("office", "责任单位", text(100), ("牵头单位", "牵头部门")),
        _DEADLINE,
    ),
    key=("task_id", "region_code"),
    resolve=_resolve,
    store=_store_targets,
)

REPORTS = Kind(
    id="reports",
    title=N_("Campaign reports"),
    fields=(
        TASK_ID,
        *PLACE,
        Field("target", "目标值", number(minimum=0), ("目标任务", "任务数", "目标任务数")),
        Field(
            "done",
            "当前完成值",
            number(minimum=0),
            ("当前完成", "累计完成值", "完成值", "已完成"),
            expected=True,
            mark=True,
        ),
        Field("reported_on", "更新时间", day, ("更新日期", "填报日期", "填报时间"), expected=True, is_past=True),
        _OWNER,
        Field("office", "牵头单位", text(100), ("责任单位", "牵头部门")),
        _DEADLINE,
        Field("problem", "存在问题", text(2000, is_free=True), ("存在的问题", "问题")),
    ),
    key=("task_id", "region_code", "reported_on"),
    resolve=_resolve,
    store=_store_reports,
)
