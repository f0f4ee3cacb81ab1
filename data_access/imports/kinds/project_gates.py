"""项目节点 and 形象进度: when a project's gates are due and passed, what their files lack, and how far it is built."""

from collections.abc import Iterable, Sequence
from datetime import date

import pandas as pd

from data_access.imports.batch import Batch
from data_access.imports.cell_types import choice, code, day, share, text
from data_access.imports.kind import Context, Field, Kind
from data_access.imports.kinds.storing import known
from data_access.rollups.project_states import GATES, newest_day, reached_days
from data_access.schema import project, project_progress, project_stage
from data_access.writing import frame, upsert
from i18n import N_

PROJECT = Field("project_code", "项目编号", code(60), ("项目编码", "项目代码", "project_code"), required=True)

_WORDS = {
    "listed": ("入库", "储备", "谋划"),
    "approved": ("批复", "立项"),
    "tendered": ("招标", "招投标", "采购"),
    "started": ("开工", "在建", "施工", "建设", "实施"),
    "finished": ("完工", "竣工"),
    "accepted": ("验收",),
    "settled": ("结算", "决算", "竣工决算"),
    "handed_over": ("移交", "移交确权", "确权", "管护", "后续管护"),
}
#: A gate as offices name it, with or without 已 (done) before or 中 (under way) behind.
STAGE = choice(
    {form: gate for gate, words in _WORDS.items() for word in words for form in (word, f"已{word}", f"{word}中")}
    | dict(zip(GATES, GATES, strict=True))
)
#: No day of a project lies farther from its budget year.
_YEARS = 5
#: In place of its number, a row of the database.
_HELD = -1
#: What cannot come before what.
_ORDERED = (("started", "finished"), ("finished", "accepted"), ("accepted", "handed_over"))


def refuse_far(batch: Batch, names: Iterable[str], years: pd.Series) -> None:
    """Refuse rows with a day far from the budget year of their project, which `years` gives by row."""
    reason = N_("The date is more than {n} years from the budget year of the project.", n=_YEARS)
    for name in names:
        if name in batch.rows:
            own = batch.rows[name].map(lambda value: value.year, na_action="ignore").astype(float)
            batch.refuse((own - years.reindex(own.index).astype(float)).abs() > _YEARS, name, reason)


def refuse_unknown(batch: Batch, context: Context) -> pd.Series:
    """Refuse rows whose project is not in the library; return the budget years of the others, by row."""
    years = batch.rows["project_code"].map(known(context.connection, project, "year"))
    batch.refuse(years.isna(), "project_code", N_("No project has this number: hand in the project library first."))
    return years[batch.rows.index]


def refuse_disorder(batch: Batch, context: Context, gates: pd.DataFrame) -> None:
    """Refuse rows after which a project would have finished before it started, and the like.

    `gates` is what the rows say: row, project_code, stage, reached_on.
    """
    codes = gates["project_code"].unique().tolist()
    held = reached_days(context.connection, codes)
    table = pd.DataFrame({gate: pd.Series(held.get(gate, {}), dtype=object) for gate in GATES}).reindex(codes)
    for row in gates.itertuples(index=False):
        table.at[row.project_code, row.stage] = row.reached_on
    days = table.apply(pd.to_datetime)
    for earlier, later in _ORDERED:
        wrong = days.index[days[later] < days[earlier]]
        rows = gates[gates["project_code"].isin(wrong) & gates["stage"].isin((earlier, later))]["row"].unique()
        reason = N_(
            "The day of “{later}” is before that of “{earlier}”.", later=_WORDS[later][0], earlier=_WORDS[earlier][0]
        )
        batch.refuse(pd.Index(rows).intersection(batch.rows.index), (later, earlier, "reached_on", "stage"), reason)


def store_gates(context: Context, gates: pd.DataFrame) -> set[str]:
    """Write gates (project_code, stage and columns of project_stage); return the projects for which anything changed.

    A gate of which nothing is said, and nothing was, is not written.
    """
    columns = [column.name for column in project_stage.c if column.name in gates]
    rows = gates[columns]
    key = ["project_code", "stage"]
    held = frame(context.connection, project_stage.select().with_only_columns(*project_stage.c[*key]))
    is_known = pd.MultiIndex.from_frame(rows[key]).isin(pd.MultiIndex.from_frame(held))
    changed = upsert(context.connection, project_stage, rows[rows.drop(columns=key).notna().any(axis=1) | is_known])
    return set(changed["project_code"])


def touch(context: Context, codes: Iterable[str], newest: date | None) -> None:
    """Say that figures of these projects changed; of all there are, where the newest day is no longer `newest`."""
    regions = known(context.connection, project, "region_code")
    moved = newest_day(context.connection) != newest
    context.ledgers["projects"] |= set(regions if moved else regions[list(codes)])


def falling(
    rows: pd.DataFrame, held: pd.DataFrame, key: Sequence[str], day_name: str, value: str, slack: float
) -> pd.Index:
    """Return the rows whose total is less than at an earlier day, or more than at a later one that is `held` already.

    `held` are rows of the same table in the database; what `rows` says of the same key and day counts instead.
    """
    columns = [*key, day_name, value]
    both = pd.concat([rows[columns].astype(object), held[columns].astype(object)], ignore_index=True)
    both = both.assign(row=[*rows.index, *([_HELD] * len(held))]).drop_duplicates([*key, day_name])
    both = both[both[value].notna()].sort_values([*key, day_name], kind="stable")
    what = both.groupby(list(key), sort=False).ngroup()
    total, is_held = both[value].astype(float), both["row"] == _HELD
    most_before = total.groupby(what).cummax().groupby(what).shift()
    least_after = total.where(is_held)[::-1].groupby(what).cummin().groupby(what).ffill()[::-1]
    wrong = (total < most_before - slack) | (total > least_after + slack)
    return pd.Index(both.loc[wrong & ~is_held, "row"], dtype="int64")


def _resolve_gates(batch: Batch, context: Context) -> None:
    refuse_far(batch, ("due_on", "reached_on"), refuse_unknown(batch, context))


def _store_gates(batch: Batch, context: Context) -> int:
    newest = newest_day(context.connection)
    if "reached_on" in batch.rows:
        said = batch.rows[["project_code", "stage", "reached_on"]]
        refuse_disorder(batch, context, said.assign(row=batch.rows.index))
    before = len(batch.rows)
    changed = store_gates(context, batch.rows)
    touch(context, changed, newest)
    return min(before, int(batch.rows["project_code"].isin(changed).sum()))


def _resolve_progress(batch: Batch, context: Context) -> None:
    refuse_far(batch, ("reported_on",), refuse_unknown(batch, context))


def _store_progress(batch: Batch, context: Context) -> int:
    newest = newest_day(context.connection)
    if not context.is_confirmed:
        codes = batch.rows["project_code"].unique().tolist()
        held = frame(context.connection, project_progress.select().where(project_progress.c.project_code.in_(codes)))
        fallen = falling(batch.rows, held, ["project_code"], "reported_on", "physical", 0.0)
        reason = N_(
            "The works were farther in an earlier report: look at it, and hand it in again with --confirm if it is so."
        )
        batch.refuse(fallen, "physical", reason)
    changed = upsert(context.connection, project_progress, batch.rows)
    touch(context, set(changed["project_code"]), newest)
    return len(changed)


PROJECT_GATES = Kind(
    id="project_gates",
    title=N_("Project gates"),
    fields=(
        PROJECT,
        Field("stage", "节点", STAGE, ("项目节点", "环节", "节点名称"), required=True, mark=True),
        Field("due_on", "计划时间", day, ("计划日期", "计划完成时间", "应完成时间")),
        Field("reached_on", "完成时间", day, ("完成日期", "实际完成时间", "实际时间")),
        Field("missing_papers", "缺失资料", text(2000, is_free=True), ("缺少资料", "资料缺失", "缺件")),
    ),
    key=("project_code", "stage"),
    resolve=_resolve_gates,
    store=_store_gates,
)

PROJECT_PROGRESS = Kind(
    id="project_progress",
    title=N_("Works of projects"),
    fields=(
        PROJECT,
        Field("reported_on", "日期", day, ("填报日期", "填报时间", "更新时间", "统计日期", "截至日期"), required=True),
        Field("physical", "形象进度", share, ("工程形象进度", "工程进度", "完成进度"), required=True, mark=True),
    ),
    key=("project_code", "reported_on"),
    resolve=_resolve_progress,
    store=_store_progress,
)
