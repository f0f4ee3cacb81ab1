"""专项行动, 重点任务, 倒排工期: a campaign, its key tasks, and the share of each that is due by a day."""

from sqlalchemy import select

from data_access.imports.batch import Batch
from data_access.imports.cell_types import code, day, share, text
from data_access.imports.kind import Context, Field, Kind
from data_access.imports.kinds.storing import in_position, kept_or, known
from data_access.schema import campaign, campaign_task, task_milestone
from data_access.writing import upsert
from i18n import N_

_NAME_EN = Field("name_en", "英文名称", text(200), ("英文名", "englishname", "name_en"))
#: The field that names a task; several kinds have it.
TASK_ID = Field("task_id", "任务编号", code(), ("任务代码", "任务序号", "task_id"), required=True)


def refuse_unknown_tasks(batch: Batch, context: Context) -> None:
    """Refuse rows whose task is not in the database."""
    tasks = known(context.connection, campaign_task, "campaign_id")
    batch.refuse(~batch.rows["task_id"].isin(tasks.index), "task_id", N_("No task has this number."))


def _store_campaigns(batch: Batch, context: Context) -> int:
    rows = batch.rows
    batch.refuse(rows["end_on"] < rows["start_on"], "end_on", N_("The end is before the start."))
    rows = kept_or(context.connection, campaign, batch.rows, "name_en", batch.rows["name"])
    changed = upsert(context.connection, campaign, rows)
    if len(changed):
        of_changed = select(campaign_task.c.id).where(campaign_task.c.campaign_id.in_(changed["id"].tolist()))
        context.tasks |= set(context.connection.execute(of_changed).scalars())
    return len(changed)


def _resolve_tasks(batch: Batch, context: Context) -> None:
    campaigns = set(context.connection.execute(select(campaign.c.id)).scalars())
    rows = batch.rows.assign(campaign_id=batch.rows.get("campaign_id"))
    if len(campaigns) == 1:
        rows["campaign_id"] = (
            rows["campaign_id"].astype(object).where(rows["campaign_id"].notna(), next(iter(campaigns)))
        )
    batch.rows = rows
    missing = N_("There is not exactly one campaign: each task must name its own.")
    batch.refuse(rows["campaign_id"].isna(), ("campaign_id", "id"), missing)
    unknown = N_("No campaign has this number.")
    batch.refuse(~batch.rows["campaign_id"].isin(campaigns), ("campaign_id", "id"), unknown)
    late = N_("The deadline is before the start.")
    batch.refuse(batch.rows["deadline"] < batch.rows["start_on"], "deadline", late)


def _store_tasks(batch: Batch, context: Context) -> int:
    connection, rows = context.connection, batch.rows
    rows = kept_or(connection, campaign_task, rows, "name_en", rows["name"])
    rows = kept_or(connection, campaign_task, rows, "unit_en", rows["unit"])
    changed = upsert(connection, campaign_task, in_position(connection, campaign_task, rows))
    context.tasks |= set(changed.get("id", ()))
    return len(changed)


def _store_milestones(batch: Batch, context: Context) -> int:
    in_order = batch.rows.sort_values(["task_id", "due_on"])
    reached = in_order.groupby("task_id")["share"].cummax()
    falling = in_order.index[in_order["share"] < reached]
    batch.refuse(falling, "share", N_("The share is cumulative: it must not be smaller than at an earlier milestone."))
    changed = upsert(context.connection, task_milestone, batch.rows)
    context.tasks |= set(changed.get("task_id", ()))
    return len(changed)


CAMPAIGN = Kind(
    id="campaign",
    title=N_("Campaign"),
    fields=(
        Field("id", "行动编号", code(), ("专项行动编号",), required=True),
        Field("name", "行动名称", text(200), ("专项行动名称", "专项行动"), required=True, mark=True),
        _NAME_EN,
        Field("start_on", "开始日期", day, ("开始时间", "启动日期"), required=True),
        Field("end_on", "结束日期", day, ("结束时间", "截止日期"), required=True),
        Field("exam_on", "考核日期", day, ("考核时间",)),
    ),
    key=("id",),
    store=_store_campaigns,
)

TASKS = Kind(
    id="tasks",
    title=N_("Key tasks"),
    fields=(
        Field("id", "任务编号", code(), ("任务代码", "任务序号"), required=True),
        Field("campaign_id", "行动编号", code(), ("专项行动编号",)),
        Field("name", "重点工作", text(200), ("任务名称", "重点任务", "重点工作任务"), required=True),
        _NAME_EN,
        Field("unit", "计量单位", text(20), required=True),
        Field("unit_en", "英文单位", text(20)),
        Field("office", "牵头单位", text(100), ("牵头部门", "责任单位")),
        Field("start_on", "开始时间", day, ("开始日期",), required=True),
        Field("deadline", "完成时限", day, ("完成期限", "截止时间", "截止日期"), required=True),
    ),
    key=("id",),
    resolve=_resolve_tasks,
    store=_store_tasks,
)

MILESTONES = Kind(
    id="milestones",
    title=N_("Milestones"),
    fields=(
        TASK_ID,
        Field("due_on", "节点时间", day, ("节点日期", "时间节点"), required=True),
        Field("share", "累计完成比例", share, ("累计完成率", "完成比例"), required=True, mark=True),
    ),
    key=("task_id", "due_on"),
    resolve=refuse_unknown_tasks,
    store=_store_milestones,
)
