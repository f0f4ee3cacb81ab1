"""Campaign tables into observations: each task an indicator of its own, a row a day from the first to the last.

The last report of a village is carried forward to the newest report of the whole campaign, and no further: after that
day rows hold the plan alone. A village that has not reported has its target and its plan, and no numerator.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Connection, delete, func, select

from data_access.rollups import observations
from data_access.schema import (
    campaign,
    campaign_task,
    indicator,
    indicator_group,
    observation,
    region,
    task_milestone,
    task_report,
    task_target,
)
from data_access.writing import frame, upsert

GROUP = "campaign"

# What every task's indicator says of itself; a task has only a name and a unit of its own.
_GROUP_ROW = {"id": GROUP, "name": "攻坚任务", "name_en": "Campaign tasks", "position": 0}
_COMPLETION = {
    "group_id": GROUP,
    "unit": "%",
    "unit_en": "%",
    "factor": 100.0,
    "decimals": 1,
    "direction": "up",
    "frequency": "day",
    "level": "village",
    "source": "百日任务台账",
    "source_en": "Campaign task ledger",
    "amber_points": 10.0,
}
_TASK = {
    "numerator_name": "已完成",
    "numerator_name_en": "done",
    "denominator_name": "目标",
    "denominator_name_en": "target",
    "formula": "完成率 = 已完成 ÷ 目标；未报村计入目标，不计入完成。",
    "formula_en": "Completion = done / target; villages that have not reported count in the target only.",
}
_ALL_TASKS = {
    "numerator_name": "折合完成任务",
    "numerator_name_en": "task equivalents done",
    "numerator_unit": "项",
    "numerator_unit_en": "tasks",
    "denominator_name": "村级任务",
    "denominator_name_en": "village tasks",
    "formula": "每村每项任务为一项；完成率 = 各项完成率（超额按 100% 计）之和 ÷ 项数。",
    "formula_en": "Each task of a village counts as one; completion = sum of shares done (at most 1) / their number.",
}

_Matrix = NDArray[np.float64]


def task_indicator(task_id: str) -> str:
    """Return the indicator that holds a task's completion."""
    return f"task.{task_id}"


def campaign_indicator(campaign_id: str) -> str:
    """Return the indicator that holds the completion of all tasks of a campaign."""
    return f"campaign.{campaign_id}"


def refresh_tasks(connection: Connection, task_ids: Iterable[str], since: date | None = None) -> None:
    """Write the indicators and observations of the campaigns that these tasks belong to, and their sums.

    `since` is the earliest day of new reports; left out, all days are written anew, as a changed target or milestone
    asks.
    """
    of_tasks = select(campaign_task.c.campaign_id).where(campaign_task.c.id.in_(list(task_ids)))
    for row in connection.execute(select(campaign).where(campaign.c.id.in_(of_tasks))).all():
        in_order = select(campaign_task).where(campaign_task.c.campaign_id == row.id).order_by(campaign_task.c.position)
        tasks = frame(connection, in_order)
        _write_indicators(connection, row, tasks)
        if since is None:
            _forget_other_days(connection, row, tasks)
        for figures in _daily_figures(connection, row, tasks, since):
            observations.refresh(connection, upsert(connection, observation, figures))


def _forget_other_days(connection: Connection, row: Any, tasks: pd.DataFrame) -> None:
    """Delete what was written, at every level, for days that lie outside the campaign since its dates were changed."""
    ids = [campaign_indicator(row.id), *map(task_indicator, tasks["id"])]
    of_campaign = observation.c.region_code.in_(select(region.c.code)) & observation.c.indicator.in_(ids)
    outside = ~observation.c.period.between(row.start_on, row.end_on)
    connection.execute(delete(observation).where(of_campaign, outside))


def _write_indicators(connection: Connection, row: Any, tasks: pd.DataFrame) -> None:
    upsert(connection, indicator_group, pd.DataFrame([_GROUP_ROW]))
    whole = {"id": campaign_indicator(row.id), "name": row.name, "name_en": row.name_en, "position": 0, **_ALL_TASKS}
    own = [
        {
            "id": task_indicator(t.id),
            "name": t.name,
            "name_en": t.name_en,
            "numerator_unit": t.unit,
            "numerator_unit_en": t.unit_en,
            "position": t.position,
            **_TASK,
        }
        for t in tasks.itertuples()
    ]
    upsert(connection, indicator, pd.DataFrame([whole, *own]).assign(**_COMPLETION))


def _daily_figures(connection: Connection, row: Any, tasks: pd.DataFrame, since: date | None) -> Iterator[pd.DataFrame]:
    """Yield the village rows of `observation` for a campaign (one result row): each task's, then the campaign's."""
    days = pd.date_range(row.start_on, row.end_on, freq="D")
    targets, milestones = (
        frame(connection, select(table).where(table.c.task_id.in_(tasks["id"].tolist())))
        for table in (task_target, task_milestone)
    )
    newest = _newest_report(connection, tasks)
    written = np.ones(len(days), dtype=bool)
    if since is not None:
        # The days between the newest report before these and their first are carried forward only now.
        before = _newest_report(connection, tasks, before=since)
        first = pd.Timestamp(since) if before is pd.NaT else before
        written = np.asarray((days >= first) & (days <= newest))
    villages = pd.Index(targets["region_code"].unique())
    done_share, has_task, planned_share = (np.zeros((len(villages), len(days))) for _ in range(3))
    has_report = np.zeros(done_share.shape, dtype=bool)
    for task in tasks.itertuples():
        of_task = targets[targets["task_id"] == task.id].reset_index(drop=True)
        planned = _planned_share(task, of_task, milestones[milestones["task_id"] == task.id], days)
        # One task's reports at a time: a province has millions of them.
        reports = select(*task_report.c["region_code", "reported_on", "done"]).where(task_report.c.task_id == task.id)
        done = _carried_forward(of_task["region_code"], frame(connection, reports), days, newest)
        target = of_task["target"].to_numpy(dtype=float)[:, None]
        yield _rows(task_indicator(task.id), of_task["region_code"], days, written, done, target, planned * target)

        counted = target[:, 0] > 0
        at = villages.get_indexer(of_task["region_code"])[counted]
        share = np.minimum(done[counted] / target[counted], 1.0)
        done_share[at] += np.nan_to_num(share)
        has_report[at] |= ~np.isnan(share)
        has_task[at] += 1
        planned_share[at] += planned[counted]
    all_done = np.where(has_report, done_share, np.nan)
    yield _rows(campaign_indicator(row.id), villages, days, written, all_done, has_task, planned_share)


def _newest_report(connection: Connection, tasks: pd.DataFrame, before: date | None = None) -> pd.Timestamp:
    """Return the newest day with a report of these tasks, if asked before some day; not a time where there is none."""
    newest = select(func.max(task_report.c.reported_on)).where(task_report.c.task_id.in_(tasks["id"].tolist()))
    if before is not None:
        newest = newest.where(task_report.c.reported_on < before)
    return pd.Timestamp(connection.execute(newest).scalar_one())


def _planned_share(task: Any, targets: pd.DataFrame, milestones: pd.DataFrame, days: pd.DatetimeIndex) -> _Matrix:
    """Return the share (0 to 1) of each village's target that is due by each day: straight lines between milestones.

    A village with a deadline of its own goes the same way faster or slower.
    """
    start = pd.Timestamp(task.start_on) - pd.Timedelta(days=1)
    deadline = pd.Timestamp(task.deadline)
    steps = milestones.sort_values("due_on")
    at = [0.0, *(pd.to_datetime(steps["due_on"]) - start).dt.days.clip(lower=0)]
    share = [0.0, *steps["share"]]
    length = (deadline - start).days
    if share[-1] < 1 and at[-1] < length:
        at, share = [*at, float(length)], [*share, 1.0]
    own_deadline = pd.to_datetime(targets["deadline"]).fillna(deadline)
    own_length = np.maximum((own_deadline - start).dt.days.to_numpy(dtype=float), 1.0)[:, None]
    passed = np.asarray((days - start).days, dtype=float)[None, :]
    planned: _Matrix = np.interp(passed * length / own_length, at, share)
    return planned


def _carried_forward(
    villages: pd.Series, reports: pd.DataFrame, days: pd.DatetimeIndex, newest: pd.Timestamp
) -> _Matrix:
    """Return what each village had done by each day, not a number before its first report and after the newest day."""
    on = pd.to_datetime(reports["reported_on"]).clip(lower=days[0])
    wide = reports.assign(on=on).sort_values("reported_on").pivot_table("done", "region_code", "on", aggfunc="last")
    wide = wide.reindex(index=villages, columns=days).ffill(axis=1)
    wide.loc[:, days > newest] = np.nan
    done: _Matrix = wide.to_numpy(dtype=float)
    return done


def _rows(
    indicator_id: str,
    villages: Iterable[str],
    days: pd.DatetimeIndex,
    written: NDArray[np.bool_],
    done: _Matrix,
    target: _Matrix,
    plan: _Matrix,
) -> pd.DataFrame:
    """Lay matrices of village x day out as rows of `observation`, those of the days to be written."""
    codes = np.asarray(list(villages), dtype=object)
    numerator = done[:, written]
    return pd.DataFrame(
        {
            "region_code": np.repeat(codes, written.sum()),
            "indicator": indicator_id,
            "period": np.tile(days[written], len(codes)),
            "numerator": numerator.ravel(),
            "denominator": np.broadcast_to(target, done.shape)[:, written].ravel(),
            "plan": np.round(plan[:, written], 6).ravel(),
            "reports": (~np.isnan(numerator)).astype(int).ravel(),
        }
    )
