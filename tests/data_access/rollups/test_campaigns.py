"""The daily rows of a campaign against a slow, obvious recomputation: village by village, task by task, day by day."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, delete, select

from data_access.rollups.campaigns import campaign_indicator, refresh_tasks, task_indicator
from data_access.rollups.observations import rebuild
from data_access.rollups.regions import spell_ancestors
from data_access.schema import indicator, observation

START = date(2025, 9, 28)
PARENTS = {"C": None, "T": "C", "V1": "T", "V2": "T", "V3": "C"}
LEVELS = {"C": "county", "T": "township"}
VILLAGES = ["V1", "V2", "V3"]
TASKS = ["water", "visits"]

Put = Callable[..., pd.DataFrame]
#: Indicator, village, day -> numerator, denominator, plan, reports.
Rows = dict[tuple[str, str, date], tuple[float | None, float, float, int]]


def on(day: int) -> date:
    """The day of the campaign: the first is 1."""
    return START + timedelta(days=day - 1)


class Task(NamedTuple):
    start: int
    deadline: int
    milestones: dict[int, float]


class Target(NamedTuple):
    amount: float
    deadline: int | None


class Plan(NamedTuple):
    """A campaign of `days` days, its tasks, their targets by task and village."""

    days: int
    tasks: dict[str, Task]
    targets: dict[tuple[str, str], Target]


Reports = dict[tuple[str, str, int], float]


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    days = draw(st.integers(5, 12))
    tasks = {}
    for task_id in TASKS:
        start = draw(st.integers(-3, days))
        deadline = draw(st.integers(start, days + 3))
        due = draw(st.lists(st.integers(start - 2, deadline + 2), max_size=3, unique=True))
        shares = draw(st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), min_size=len(due), max_size=len(due)))
        tasks[task_id] = Task(start, deadline, dict(zip(sorted(due), sorted(shares), strict=True)))
    deadlines = st.none() | st.integers(-2, days + 3)
    amounts = st.sampled_from([0.0, 1.0, 4.0, 10.0])
    key = st.tuples(st.sampled_from(TASKS), st.sampled_from(VILLAGES))
    targets = draw(st.dictionaries(key, st.builds(Target, amounts, deadlines), max_size=6))
    return Plan(days, tasks, targets)


keys = st.tuples(st.sampled_from(TASKS), st.sampled_from(VILLAGES), st.integers(-2, 15))
reports = st.dictionaries(keys, st.sampled_from([0.0, 1.0, 3.0, 4.0, 12.0]), max_size=12)


def planned_share(task: Task, own_deadline: int | None, day: int) -> float:
    """The share due by a day: straight from one milestone to the next, faster or slower for a deadline of one's own."""
    eve = task.start - 1
    length = task.deadline - eve
    points = [(0, 0.0), *((max(due - eve, 0), share) for due, share in task.milestones.items())]
    if points[-1][1] < 1 and points[-1][0] < length:
        points.append((length, 1.0))
    own_length = length if own_deadline is None else max(own_deadline - eve, 1)
    passed = (day - eve) * length / own_length
    if passed < 0:
        return 0.0
    share = max(s for at, s in points if at <= passed)
    for (before, least), (after, most) in pairwise(points):
        if before <= passed < after:
            share = least + (most - least) * (passed - before) / (after - before)
    return share


def done_by(reported: Reports, task_id: str, village: str, day: int) -> float | None:
    """The last report at or before the day; none where the whole campaign has no report from that day on."""
    if not reported or day > max(when for _, _, when in reported):
        return None
    own = {when: done for (task, place, when), done in reported.items() if (task, place) == (task_id, village)}
    return own[max(when for when in own if when <= day)] if any(when <= day for when in own) else None


def expected_rows(plan: Plan, reported: Reports) -> Rows:
    rows: Rows = {}
    for day in range(1, plan.days + 1):
        for village in {village for _, village in plan.targets}:
            shares, planned = [], []
            for (task_id, place), target in plan.targets.items():
                if place == village:
                    done = done_by(reported, task_id, village, day)
                    share = planned_share(plan.tasks[task_id], target.deadline, day)
                    reports = int(done is not None)
                    rows[task_indicator(task_id), village, on(day)] = (
                        done,
                        target.amount,
                        share * target.amount,
                        reports,
                    )
                    if target.amount > 0:
                        shares.append(None if done is None else min(done / target.amount, 1))
                        planned.append(share)
            known = [share for share in shares if share is not None]
            total = sum(known) if known else None
            key = campaign_indicator("2025"), village, on(day)
            rows[key] = total, len(shares), sum(planned), int(total is not None)
    return rows


@contextmanager
def campaign_of(plan: Plan, empty: Engine, put: Put) -> Iterator[Connection]:
    """A transaction that holds the regions, the campaign, its tasks and targets; it is undone at the end."""
    with empty.connect() as connection:
        regions = [{"code": c, "parent_code": p, "level": LEVELS.get(c, "village")} for c, p in PARENTS.items()]
        put(connection, "region", regions)
        spell_ancestors(connection)
        put_plan(connection, plan, put)
        yield connection


def put_plan(connection: Connection, plan: Plan, put: Put) -> None:
    put(connection, "campaign", [{"id": "2025", "start_on": START, "end_on": on(plan.days)}])
    for number, (task_id, task) in enumerate(plan.tasks.items()):
        row = {"id": task_id, "campaign_id": "2025", "position": number}
        put(connection, "campaign_task", [{**row, "start_on": on(task.start), "deadline": on(task.deadline)}])
        milestones = [{"task_id": task_id, "due_on": on(due), "share": s} for due, s in task.milestones.items()]
        put(connection, "task_milestone", milestones)
    for (task_id, village), target in plan.targets.items():
        deadline = None if target.deadline is None else on(target.deadline)
        row = {"task_id": task_id, "region_code": village, "target": target.amount}
        put(connection, "task_target", [{**row, "deadline": deadline}])


def put_reports(connection: Connection, reported: Reports, put: Put) -> pd.DataFrame:
    rows = [
        {"task_id": task_id, "region_code": village, "reported_on": on(day), "done": done}
        for (task_id, village, day), done in reported.items()
    ]
    return put(connection, "task_report", rows)


def stored(connection: Connection) -> dict[Any, Any]:
    rows = connection.execute(select(observation))
    return {(row.indicator, row.region_code, row.period): tuple(row[3:]) for row in rows}


def assert_equal(found: dict[Any, Any], expected: dict[Any, Any]) -> None:
    assert found.keys() == expected.keys()
    for key, figures in expected.items():
        assert found[key] == pytest.approx(figures, abs=2e-6), key


@given(plans(), reports)
@settings(max_examples=15)
def test_rows_of_the_villages_are_those_of_the_slow_recomputation(
    empty: Engine, put: Put, plan: Plan, reported: Reports
):
    with campaign_of(plan, empty, put) as connection:
        put_reports(connection, reported, put)
        refresh_tasks(connection, TASKS[:1])
        found = stored(connection)
        assert_equal({key: row for key, row in found.items() if key[1] in VILLAGES}, expected_rows(plan, reported))
        rebuild(connection)
        assert_equal(found, stored(connection))


@given(plans(), st.lists(reports, min_size=1, max_size=4))
@settings(max_examples=12)
def test_loads_one_after_the_other_come_to_the_same_as_one_of_everything(
    empty: Engine, put: Put, plan: Plan, loads: list[Reports]
):
    with campaign_of(plan, empty, put) as connection:
        refresh_tasks(connection, TASKS)
        reported: Reports = {}
        for load in loads:
            reported |= load
            changed = put_reports(connection, load, put)
            if not changed.empty:
                refresh_tasks(connection, changed["task_id"].unique(), min(changed["reported_on"]))
        one_by_one = stored(connection)
        villages = {key: row for key, row in one_by_one.items() if key[1] in VILLAGES}
        assert_equal(villages, expected_rows(plan, reported))

        connection.execute(delete(observation))
        refresh_tasks(connection, TASKS)
        assert_equal(one_by_one, stored(connection))


@given(plans(), plans(), reports)
@settings(max_examples=8)
def test_a_changed_plan_leaves_nothing_of_the_old_one(
    empty: Engine, put: Put, before: Plan, after: Plan, reported: Reports
):
    after = after._replace(
        targets={**before.targets, **after.targets},
        tasks={
            key: task._replace(milestones={**before.tasks[key].milestones, **task.milestones})
            for key, task in after.tasks.items()
        },
    )
    after = after._replace(tasks={key: task._replace(milestones=rising(task)) for key, task in after.tasks.items()})
    with campaign_of(before, empty, put) as connection:
        put_reports(connection, reported, put)
        refresh_tasks(connection, TASKS)
        put_plan(connection, after, put)
        refresh_tasks(connection, TASKS)
        found = stored(connection)
        assert_equal({key: row for key, row in found.items() if key[1] in VILLAGES}, expected_rows(after, reported))
        rebuild(connection)
        assert_equal(found, stored(connection))


def rising(task: Task) -> dict[int, float]:
    """The milestones in order, none below the one before it."""
    return dict(zip(sorted(task.milestones), sorted(task.milestones.values()), strict=True))


def test_a_village_that_goes_beyond_its_target_does_not_make_up_for_another_task(empty: Engine, put: Put):
    tasks = {task_id: Task(1, 10, {}) for task_id in TASKS}
    targets = {(task_id, "V1"): Target(10.0, None) for task_id in TASKS}
    with campaign_of(Plan(10, tasks, targets), empty, put) as connection:
        put_reports(connection, {("water", "V1", 5): 40.0}, put)
        refresh_tasks(connection, TASKS)
        found = stored(connection)
    assert found[task_indicator("water"), "V1", on(5)] == (40.0, 10.0, 5.0, 1)
    assert found[campaign_indicator("2025"), "V1", on(5)] == (1.0, 2.0, 1.0, 1)
    # After the newest report the plan goes on alone.
    assert found[campaign_indicator("2025"), "V1", on(6)] == (None, 2.0, pytest.approx(1.2), 0)


def test_tasks_become_indicators_in_their_order(empty: Engine, put: Put):
    plan = Plan(10, {task_id: Task(1, 10, {}) for task_id in TASKS}, {})
    with campaign_of(plan, empty, put) as connection:
        refresh_tasks(connection, ["visits"])
        rows = connection.execute(select(indicator).order_by(indicator.c.position)).all()
    assert {row.id for row in rows} == {"campaign.2025", "task.water", "task.visits"}
    assert {(row.unit, row.frequency, row.level, row.direction) for row in rows} == {("%", "day", "village", "up")}
    assert [row.id for row in rows if row.id.startswith("task.")] == ["task.water", "task.visits"]


def test_unknown_tasks_write_nothing(empty: Engine):
    with empty.connect() as connection:
        refresh_tasks(connection, ["nothing"])
        assert stored(connection) == {}


def test_days_between_two_loads_are_carried_forward(empty: Engine, put: Put):
    plan = Plan(10, {"water": Task(1, 10, {})}, {("water", village): Target(10.0, None) for village in ("V1", "V2")})
    with campaign_of(plan, empty, put) as connection:
        refresh_tasks(connection, ["water"])
        put_reports(connection, {("water", "V1", 3): 4.0}, put)
        refresh_tasks(connection, ["water"], on(3))
        put_reports(connection, {("water", "V2", 6): 5.0}, put)
        refresh_tasks(connection, ["water"], on(6))
        found = stored(connection)
    done = [found[task_indicator("water"), "T", on(day)][0] for day in range(1, 8)]
    assert done == [None, None, 4.0, 4.0, 4.0, 9.0, None]
