"""The campaign: its days and tasks, the pace of a region, and the villages behind with who answers for them."""

from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
import pandas as pd
from sqlalchemy import func, select

from data_access.indicators import trend_of
from data_access.regions import codes_under
from data_access.rollups.campaigns import campaign_indicator, task_indicator
from data_access.schema import campaign, campaign_task, observation, region, task_report, task_target
from data_access.snapshot import Snapshot, cached
from data_access.writing import frame


class Campaign(NamedTuple):
    """A campaign and where it stands on a day. Day 1 is `start_on`; after its end `day` stays at `days`."""

    id: str
    name: str
    name_en: str
    start_on: date
    end_on: date
    exam_on: date | None
    indicator: str
    day: int
    days: int
    #: The newest day with a report, None before the first.
    reported_to: date | None


# Points a day: slower than this, a hundred points take 270 years.
_STANDSTILL = 0.001


class Pace(NamedTuple):
    """How fast a region goes, in points of completion a day, and where that leads."""

    #: Mean gain a day over the last days; None with fewer than two figures.
    present: float | None
    #: Gain a day still needed to finish on the campaign's last day; None once that day has passed.
    needed: float | None
    #: The day it will be finished at the present pace; None if it stands still or goes back.
    finish_on: date | None


@cached
def campaign_on(snapshot: Snapshot, on: date) -> Campaign | None:
    """Return the campaign that runs on the day, else the one that started last before it; None where there is none."""
    running_first = (campaign.c.end_on < on, campaign.c.start_on.desc())
    started = select(campaign).where(campaign.c.start_on <= on).order_by(*running_first).limit(1)
    with snapshot.connect() as connection:
        row = connection.execute(started).one_or_none()
        if row is None:
            return None
        reported_to = connection.execute(
            select(func.max(task_report.c.reported_on))
            .join(campaign_task, campaign_task.c.id == task_report.c.task_id)
            .where(campaign_task.c.campaign_id == row.id, task_report.c.reported_on <= on)
        ).scalar_one()
    days = (row.end_on - row.start_on).days + 1
    day = min((on - row.start_on).days + 1, days)
    dates = (row.start_on, row.end_on, row.exam_on)
    return Campaign(row.id, row.name, row.name_en, *dates, campaign_indicator(row.id), day, days, reported_to)


@cached
def tasks_of(snapshot: Snapshot, campaign_id: str) -> pd.DataFrame:
    """Return the key tasks in their order: id, indicator, name, name_en, unit, unit_en, office, start_on, deadline."""
    of_campaign = select(campaign_task).where(campaign_task.c.campaign_id == campaign_id)
    with snapshot.connect() as connection:
        tasks = frame(connection, of_campaign.order_by(campaign_task.c.position))
    tasks["indicator"] = tasks["id"].map(task_indicator)
    return tasks.drop(columns=["campaign_id", "position"])


def pace_of(days: pd.DataFrame, on: date, end_on: date, pace_days: int) -> Pace:
    """Return the pace of the figures up to `on`.

    `days` is a `trend_of`: period and value in percent of the target. The present pace is the mean daily gain over the
    last `pace_days`; the needed one is what is missing to 100 over the days that remain.
    """
    past = days[(days["period"] <= on) & days["value"].notna()]
    if past.empty:
        return Pace(None, None, None)
    now = past.iloc[-1]
    remaining = (end_on - now["period"]).days
    needed = max(100 - now["value"], 0.0) / remaining if remaining > 0 else None
    recent = past[past["period"] >= now["period"] - timedelta(days=pace_days)]
    span = (now["period"] - recent.iloc[0]["period"]).days
    if span == 0:
        return Pace(None, needed, now["period"] if now["value"] >= 100 else None)
    present = float((now["value"] - recent.iloc[0]["value"]) / span)
    if now["value"] >= 100:
        return Pace(present, needed, now["period"])
    if present <= _STANDSTILL:
        return Pace(present, needed, None)
    return Pace(present, needed, now["period"] + timedelta(days=int(np.ceil((100 - now["value"]) / present))))


def forecast_of(days: pd.DataFrame, on: date, pace_days: int) -> pd.DataFrame:
    """Return `days` with done_value (to `on`) and forecast_low, forecast_mid, forecast_high from there to the last day.

    The middle goes on at the present pace of `pace_of`; low and high at the slowest and fastest week of the same days
    (a week's pace is its gain / 7). All are in percent, and none goes beyond 100, or beyond what is done already.
    """
    table = days.assign(done_value=days["value"].where(days["period"] <= on))
    present = pace_of(days, on, on, pace_days).present
    if present is None:
        return table.assign(forecast_low=np.nan, forecast_mid=np.nan, forecast_high=np.nan)
    past = table.set_index("period")["done_value"].dropna()
    newest, done = past.index[-1], past.iloc[-1]
    recent = past[past.index >= newest - timedelta(days=pace_days)]
    before = recent.index - timedelta(weeks=1)
    weekly = ((recent - past.reindex(before).to_numpy())[before >= recent.index[0]] / 7).dropna()
    # A window that is not whole weeks can be slower or faster than each week within it.
    paces = {"low": min([present, *weekly]), "mid": present, "high": max([present, *weekly])}
    ahead = pd.Series([(day - newest).days for day in table["period"]], index=table.index)
    for name, pace in paces.items():
        goes_on = (done + ahead * max(pace, 0.0)).clip(upper=max(done, 100.0))
        table[f"forecast_{name}"] = goes_on.where(ahead >= 0)
    return table


@cached
def days_of(snapshot: Snapshot, code: str, indicator_id: str, of: Campaign) -> pd.DataFrame:
    """Return the campaign's days for a region and a task's (or the campaign's) indicator; columns as `trend_of`."""
    return trend_of(snapshot, code, indicator_id, of.start_on, of.end_on)


@cached
def village_tasks(snapshot: Snapshot, code: str, of: Campaign, on: date) -> pd.DataFrame:
    """Return one row per village within `code` and task it has a target in, the farthest behind plan first.

    Columns: code, name, name_en, township, township_en, task_id, indicator, task, task_en, unit, unit_en, done (null:
    never reported; such rows come last), target, planned, gap (points), owner, office, deadline, reported_on (its last
    report for the task), silent_days, problem.
    """
    day = min(on, of.end_on, of.reported_to or on)
    township = region.alias("township")
    earlier = task_report.alias("earlier")
    newest = (
        select(func.max(earlier.c.reported_on))
        .where(
            earlier.c.task_id == task_target.c.task_id,
            earlier.c.region_code == task_target.c.region_code,
            earlier.c.reported_on <= day,
        )
        .correlate(task_target)
        .scalar_subquery()
    )
    inside = codes_under(code, "village").subquery()
    statement = (
        select(
            *region.c["code", "name", "name_en"],
            township.c.name.label("township"),
            township.c.name_en.label("township_en"),
            campaign_task.c.id.label("task_id"),
            campaign_task.c.name.label("task"),
            campaign_task.c.name_en.label("task_en"),
            *campaign_task.c["unit", "unit_en"],
            observation.c.numerator.label("done"),
            task_target.c.target,
            observation.c.plan.label("planned"),
            task_target.c.owner,
            func.coalesce(task_target.c.office, campaign_task.c.office).label("office"),
            func.coalesce(task_target.c.deadline, campaign_task.c.deadline).label("deadline"),
            task_report.c.reported_on,
            task_report.c.problem,
        )
        .select_from(task_target)
        .join(inside, inside.c.code == task_target.c.region_code)
        .join(region, region.c.code == task_target.c.region_code)
        .outerjoin(township, township.c.code == region.c.township_code)
        .join(campaign_task, campaign_task.c.id == task_target.c.task_id)
        .outerjoin(
            observation,
            (observation.c.region_code == region.c.code)
            & (observation.c.indicator == "task." + campaign_task.c.id)
            & (observation.c.period == day),
        )
        .outerjoin(
            task_report,
            (task_report.c.task_id == task_target.c.task_id)
            & (task_report.c.region_code == task_target.c.region_code)
            & (task_report.c.reported_on == newest),
        )
        .where(campaign_task.c.campaign_id == of.id, task_target.c.target > 0)
        .order_by(region.c.position, campaign_task.c.position)
    )
    with snapshot.connect() as connection:
        table = frame(connection, statement).astype({"done": float, "planned": float, "target": float})
    table["indicator"] = table["task_id"].map(task_indicator)
    table["gap"] = (table["done"] - table["planned"]) / table["target"] * 100
    since = table["reported_on"].where(table["reported_on"].notna(), of.start_on - timedelta(days=1))
    table["silent_days"] = [(day - last).days for last in since]
    return table.sort_values("gap", kind="stable", ignore_index=True)
