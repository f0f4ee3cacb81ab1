import numpy as np
import pandas as pd
import pytest

from demo.campaign import (
    AHEAD,
    BEHIND,
    FELL_BACK,
    FINISHED_EARLY,
    LATE,
    LATE_BURSTS,
    NEVER_REPORTED,
    RECHECK_DAY,
    REPORTED_DAYS,
    planned_share,
)
from demo.tasks import END, EXAM, START, TASKS, on_day

pytestmark = pytest.mark.xdist_group("demo")


def standing(county, day):
    """Return every village task's share done by a day, as last reported (0 if never), and the share planned."""
    reports = county.campaign.reports
    last = reports[reports["day"] <= day].groupby(["task", "code"]).tail(1).set_index(["task", "code"])["done"]
    tasks = county.campaign.targets.set_index(["task", "code"])
    planned = {task.id: planned_share(task, np.array([day]))[0] for task in TASKS}
    return tasks.assign(
        share=(last / tasks["target"]).reindex(tasks.index).fillna(0),
        plan=[planned[task] for task, _ in tasks.index],
    )


@pytest.fixture(scope="module")
def today(county):
    return standing(county, REPORTED_DAYS)


def test_the_campaign_has_a_hundred_days_and_an_exam_before_its_end():
    assert (on_day(100), on_day(95)) == (END, EXAM)
    assert str(on_day(REPORTED_DAYS)) == "2026-11-29"
    assert on_day(1) == START


def test_every_schedule_rises_to_all_of_the_target_by_its_deadline():
    assert len(TASKS) == 10
    for task in TASKS:
        days, percent = np.array(task.milestones).T
        assert (np.diff(days) > 0).all()
        assert (np.diff(percent) > 0).all()
        assert percent[-1] == 100
        assert days[-1] <= 100
    assert len({tuple(planned_share(task, np.arange(1, 101))) for task in TASKS}) == 10


def test_the_headline_is_63_percent_against_a_plan_of_68(today):
    assert today["share"].mean() == pytest.approx(0.635, abs=0.01)
    assert today["plan"].mean() == pytest.approx(0.675, abs=0.01)


def test_two_townships_are_far_behind_and_two_ahead(today):
    gap = today.groupby("township")[["share", "plan"]].mean().eval("share - plan")
    assert set(gap[gap < -0.15].index) == set(BEHIND)
    assert set(gap[gap > 0.04].index) == set(AHEAD)
    assert gap.drop([*BEHIND, *AHEAD, LATE]).abs().median() < 0.05


def test_one_township_reports_late_and_in_bursts(county):
    reports = county.campaign.reports
    last = reports.groupby("township")["day"].max()
    assert tuple(sorted(reports.loc[reports["township"] == LATE, "day"].unique())) == LATE_BURSTS
    assert last[LATE] == 52
    assert (last.drop(LATE) >= REPORTED_DAYS - 1).all()


def test_one_task_fell_back_when_it_was_checked_again(county):
    before, after = (standing(county, day).loc[FELL_BACK, "share"] for day in (RECHECK_DAY - 1, RECHECK_DAY + 5))
    assert after.mean() < before.mean() - 0.05
    reports = county.campaign.reports.sort_values("day")
    falls = reports.groupby(["task", "code"])["done"].diff() < 0
    assert set(reports.loc[falls, "task"]) == {FELL_BACK}
    assert (reports.loc[falls, "day"] >= RECHECK_DAY).all()


def test_one_task_was_finished_before_its_plan(today):
    assert (today.loc[FINISHED_EARLY, "share"] == 1).all()
    assert today.loc[FINISHED_EARLY, "plan"].max() < 0.9
    assert (today["share"].groupby("task").mean().drop(FINISHED_EARLY) < 0.95).all()


def test_seven_villages_never_reported(county, villages):
    reported = set(county.campaign.reports["code"])
    assert set(villages["code"]) - reported == county.campaign.silent
    assert len(county.campaign.silent) == NEVER_REPORTED


def test_reports_are_of_given_tasks_and_within_their_targets(county):
    reports, targets = county.campaign.reports, county.campaign.targets
    assert not reports.duplicated(["task", "code", "day"]).any()
    assert len(reports) <= 60_000
    assert reports["day"].between(1, REPORTED_DAYS).all()
    given = pd.MultiIndex.from_frame(targets[["task", "code"]])
    assert given.is_unique
    assert pd.MultiIndex.from_frame(reports[["task", "code"]]).isin(given).all()
    assert reports["done"].between(0, reports["target"]).all()


def test_not_every_task_applies_to_every_village(county, villages):
    count = county.campaign.targets.groupby("task").size()
    assert count.max() == len(villages)
    assert count.min() < 0.7 * len(villages)


def test_problems_are_told_where_work_is_behind(county):
    reports = county.campaign.reports
    told = (reports["problem"] != "").groupby(reports["township"]).mean()
    assert 0.02 < (reports["problem"] != "").mean() < 0.15
    assert told[list(BEHIND)].min() > told[list(AHEAD)].max()


def test_owners_are_posts_with_a_surname_and_a_township_has_one_of_each(county):
    targets = county.campaign.targets
    assert targets["owner"].str.fullmatch(r"\S{2,8} \S某").all()
    heads = targets[targets["owner"].str.match("[镇乡]长 ")]
    assert (heads.groupby("township")["owner"].nunique() == 1).all()
    is_xiang = targets["township"].str.endswith("乡")
    assert not targets.loc[is_xiang, "owner"].str.startswith("镇").any()
