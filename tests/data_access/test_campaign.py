import math
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from data_access.campaign import campaign_on, days_of, forecast_of, pace_of, tasks_of, village_tasks
from data_access.database import writing
from data_access.rollups.campaigns import refresh_tasks
from data_access.snapshot import Snapshot

Fill = Callable[..., Snapshot]

START, END = date(2025, 9, 28), date(2026, 1, 5)
CAMPAIGN = {"id": "2025", "start_on": START, "end_on": END, "exam_on": date(2025, 12, 31)}


def on(day: int) -> date:
    return START + timedelta(days=day - 1)


@pytest.mark.parametrize(
    ("today", "day", "reported_to"),
    [
        (START, 1, None),
        (date(2025, 11, 29), 63, date(2025, 11, 20)),
        (date(2025, 12, 31), 95, date(2025, 12, 30)),
        (END, 100, date(2025, 12, 30)),
        (date(2026, 3, 1), 100, date(2026, 1, 9)),
    ],
)
def test_the_campaign_counts_its_days(fill: Fill, today: date, day: int, reported_to: date | None):
    reports = [date(2025, 11, 20), date(2025, 12, 30), date(2026, 1, 9)]
    snapshot = fill(
        region=[{"code": "V", "level": "village"}],
        campaign=[CAMPAIGN],
        campaign_task=[{"id": "w", "campaign_id": "2025", "start_on": START, "deadline": END, "position": 1}],
        task_report=[{"task_id": "w", "region_code": "V", "reported_on": each, "done": 1.0} for each in reports],
    )
    campaign = campaign_on(snapshot, today)
    assert campaign is not None
    assert (campaign.day, campaign.days, campaign.reported_to) == (day, 100, reported_to)
    assert (campaign.indicator, campaign.exam_on) == ("campaign.2025", date(2025, 12, 31))


def test_before_the_first_campaign_there_is_none(fill: Fill):
    snapshot = fill(campaign=[CAMPAIGN])
    assert campaign_on(snapshot, date(2025, 9, 27)) is None
    assert campaign_on(fill(), START) is None


@pytest.mark.parametrize(
    ("today", "campaign_id"),
    [
        (date(2025, 10, 5), "short"),
        (date(2025, 11, 1), "2025"),
        (date(2026, 2, 1), "short"),
        (date(2026, 6, 1), "next"),
    ],
)
def test_a_campaign_that_runs_goes_before_one_that_is_over(fill: Fill, today: date, campaign_id: str):
    short = {"id": "short", "start_on": date(2025, 10, 1), "end_on": date(2025, 10, 10)}
    following = {"id": "next", "start_on": date(2026, 5, 1), "end_on": date(2026, 8, 1)}
    campaign = campaign_on(fill(campaign=[CAMPAIGN, short, following]), today)
    assert campaign is not None
    assert campaign.id == campaign_id


def test_tasks_are_in_their_order(fill: Fill):
    tasks = [
        {"id": "a", "campaign_id": "2025", "start_on": START, "deadline": END, "position": 2},
        {"id": "b", "campaign_id": "2025", "start_on": START, "deadline": END, "position": 1, "office": "水利局"},
    ]
    found = tasks_of(fill(campaign=[CAMPAIGN], campaign_task=tasks), "2025")
    columns = ["id", "name", "name_en", "unit", "unit_en", "office", "start_on", "deadline", "indicator"]
    assert list(found.columns) == columns
    assert list(found["indicator"]) == ["task.b", "task.a"]
    assert tasks_of(fill(), "2025").empty


def trend(values: Sequence[float | None], days: int | None = None) -> pd.DataFrame:
    """Days from the campaign's first on; after the given values only the plan is known."""
    rest = [None] * ((days or len(values)) - len(values))
    return pd.DataFrame(
        {
            "period": [on(n + 1) for n in range(len(values) + len(rest))],
            "value": pd.Series([*values, *rest], dtype=float),
        }
    )


gains = st.floats(-2, 6)
curves = st.tuples(st.integers(0, 4), st.lists(gains, max_size=40)).map(
    lambda parts: [None] * parts[0] + list(pd.Series(parts[1], dtype=float).cumsum().clip(0, 130))
)


@given(curves, st.integers(0, 60), st.integers(2, 20))
@settings(max_examples=100)
def test_pace_is_the_mean_gain_and_leads_to_its_finish(values: list[float | None], day: int, pace_days: int):
    today, last = on(day), on(50)
    known = {on(n + 1): value for n, value in enumerate(values) if value is not None and on(n + 1) <= today}
    pace = pace_of(trend(values), today, last, pace_days)
    if not known:
        assert pace == (None, None, None)
        return
    newest = max(known)
    done = known[newest]
    oldest = min(each for each in known if each >= newest - timedelta(days=pace_days))
    if newest == last:
        assert pace.needed is None
    else:
        assert pace.needed == pytest.approx(max(100 - done, 0) / (last - newest).days)
    if oldest == newest:
        assert pace.present is None
        assert pace.finish_on == (newest if done >= 100 else None)
        return
    assert pace.present is not None
    assert pace.present == pytest.approx((done - known[oldest]) / (newest - oldest).days)
    if done >= 100:
        assert pace.finish_on == newest
    elif pace.finish_on is None:
        assert pace.present <= 0.001
    else:
        whole_days = (pace.finish_on - newest).days
        assert done + whole_days * pace.present >= 100 - 1e-6
        assert done + (whole_days - 1) * pace.present < 100 + 1e-6


def test_pace_to_the_day():
    pace = pace_of(trend([0.0, 10.0, 30.0], 10), on(3), on(10), 14)
    assert pace == (15.0, 10.0, on(8))
    assert pace_of(trend([50.0, 50.0], 10), on(2), on(10), 14).finish_on is None
    assert pace_of(trend([50.0, 40.0], 10), on(2), on(10), 14) == (-10.0, 7.5, None)
    assert pace_of(trend([10.0]), on(5), on(10), 14) == (None, 10.0, None)


@given(curves, st.integers(0, 60), st.integers(2, 20))
@settings(max_examples=100)
def test_forecasts_rise_in_order_from_what_is_done_to_at_most_100(values: list[float | None], day: int, pace_days: int):
    days = trend(values, 60)
    forecast = forecast_of(days, on(day), pace_days)
    done = forecast["done_value"].dropna()
    assert list(done.index) == list(days.index[days["value"].notna() & (days["period"] <= on(day))])
    columns = forecast[["forecast_low", "forecast_mid", "forecast_high"]]
    if len(done) < 2:
        assert columns.isna().all(axis=None)
        return
    newest = done.index[-1]
    ahead = columns.loc[newest:]
    assert columns.loc[: newest - 1].isna().all(axis=None)
    assert ahead.notna().all(axis=None)
    assert ahead.iloc[0].tolist() == [done.iloc[-1]] * 3
    assert (ahead.diff().dropna() >= 0).all(axis=None)
    assert ahead.max(axis=None) <= max(100, done.iloc[-1])
    assert (ahead["forecast_low"] <= ahead["forecast_mid"]).all()
    assert (ahead["forecast_mid"] <= ahead["forecast_high"]).all()


@given(curves, st.integers(8, 40))
@settings(max_examples=60)
def test_the_middle_of_the_forecast_reaches_100_on_the_finish_day(values: list[float | None], day: int):
    days = trend(values, 400)
    pace = pace_of(days, on(day), on(400), 14)
    assume(pace.finish_on is not None and pace.finish_on <= on(400))
    middle = forecast_of(days, on(day), 14).set_index("period")["forecast_mid"]
    assert middle[pace.finish_on] == pytest.approx(max(100.0, middle.dropna().iloc[0]))


def test_low_and_high_are_the_slowest_and_the_fastest_week():
    slow, fast = [float(n) for n in range(8)], [7.0 + 3 * n for n in range(1, 8)]
    forecast = forecast_of(trend(slow + fast, 20), on(15), 14).set_index("period")
    assert forecast.loc[on(16), ["forecast_low", "forecast_mid", "forecast_high"]].tolist() == [29.0, 30.0, 31.0]


def test_a_window_of_no_whole_weeks_keeps_low_and_high_around_the_middle():
    # All is gained on days that every week of the window holds: each week is faster than the window.
    days = trend([0.0] * 5 + [14.0] * 6, 20)
    forecast = forecast_of(days, on(11), 10).set_index("period")
    assert forecast.loc[on(12), ["forecast_low", "forecast_mid", "forecast_high"]].tolist() == [15.4, 15.4, 16.0]


def test_a_gap_in_the_days_leaves_no_pace():
    days = trend([10.0, None, None, None, None, 20.0], 10)
    assert pace_of(days, on(6), on(10), 2).present is None
    assert forecast_of(days, on(6), 2)["forecast_mid"].isna().all()


# C holds T with V1 and V2, and V3 directly.
REGIONS = [
    {"code": "C", "level": "county"},
    {"code": "T", "level": "township", "parent_code": "C", "name": "石岭镇", "name_en": "Shiling"},
    *(
        {"code": code, "level": "village", "parent_code": above}
        for code, above in (("V1", "T"), ("V2", "T"), ("V3", "C"))
    ),
]
OFFICES = {"water": "水利局", "visits": None}
Key = tuple[str, str]

task_keys = st.tuples(st.sampled_from(list(OFFICES)), st.sampled_from(["V1", "V2", "V3"]))
targets = st.dictionaries(
    task_keys,
    st.tuples(st.sampled_from([0.0, 4.0, 10.0]), st.none() | st.integers(10, 80), st.none() | st.just("镇政府")),
)
reports = st.dictionaries(
    st.tuples(task_keys, st.integers(1, 110)), st.tuples(st.sampled_from([0.0, 3.0, 12.0]), st.none() | st.just("缺水"))
)


@given(targets, reports, st.sampled_from(["C", "T", "V2"]), st.integers(1, 120))
@settings(max_examples=15)
def test_village_tasks_are_those_of_the_slow_recomputation(
    fill: Fill, shared: Engine, targets: dict[Key, Any], reports: dict[tuple[Key, int], Any], region: str, today: int
):
    tasks = [{"id": key, "office": office, "position": n} for n, (key, office) in enumerate(OFFICES.items())]
    snapshot = fill(
        region=REGIONS,
        campaign=[CAMPAIGN],
        campaign_task=[{**task, "campaign_id": "2025", "start_on": START, "deadline": END} for task in tasks],
        task_target=[
            {"task_id": task, "region_code": village, "target": target, "deadline": due and on(due), "office": office}
            for (task, village), (target, due, office) in targets.items()
        ],
        task_report=[
            {"task_id": task, "region_code": village, "reported_on": on(day), "done": done, "problem": problem}
            for ((task, village), day), (done, problem) in reports.items()
        ],
    )
    with writing(shared) as connection:
        refresh_tasks(connection, OFFICES)
    campaign = campaign_on(snapshot, on(today))
    assert campaign is not None

    day = min(
        [today, 100, *([max(d for _, d in reports if d <= today)] if any(d <= today for _, d in reports) else [])]
    )
    rows = []
    for village in ["V1", "V2", "V3"]:
        for task, lead in OFFICES.items():
            target, due, office = targets.get((task, village), (0.0, None, None))
            if target == 0 or not (region == "C" or region == village or (region == "T" and village != "V3")):
                continue
            past = [d for key, d in reports if key == (task, village) and d <= day]
            last = max(past, default=None)
            done, problem = reports[(task, village), last] if last is not None else (None, None)
            planned = target * min(day / (due or 100), 1)
            gap = None if done is None else (done - planned) / target * 100
            silent = day - (last or 0)
            reported_on = None if last is None else on(last)
            deadline = on(due) if due else END
            named = (village, task, done, target, planned, gap, office or lead, deadline)
            rows.append((*named, reported_on, silent, problem, None if village == "V3" else "石岭镇"))
    rows.sort(key=lambda row: math.inf if row[5] is None else row[5])

    table = village_tasks(snapshot, region, campaign, on(today))
    table["gap"] = table["gap"].round(4)
    names = ["code", "task_id", "done", "target", "planned", "gap", "office", "deadline"]
    read = table[[*names, "reported_on", "silent_days", "problem", "township"]]
    found = read.astype(object).where(read.notna(), None).itertuples(index=False, name=None)
    assert list(found) == [pytest.approx(row, abs=1e-4) for row in rows]


def test_reports_after_the_end_do_not_count(fill: Fill, shared: Engine):
    snapshot = fill(
        region=REGIONS,
        campaign=[CAMPAIGN],
        campaign_task=[{"id": "water", "campaign_id": "2025", "start_on": START, "deadline": END, "position": 1}],
        task_target=[{"task_id": "water", "region_code": "V1", "target": 10.0}],
        task_report=[
            {"task_id": "water", "region_code": "V1", "reported_on": on(day), "done": done}
            for day, done in ((90, 5.0), (104, 9.0))
        ],
    )
    with writing(shared) as connection:
        refresh_tasks(connection, ["water"])
    campaign = campaign_on(snapshot, on(110))
    assert campaign is not None
    row = village_tasks(snapshot, "C", campaign, on(110)).iloc[0]
    assert (row["done"], row["reported_on"], row["silent_days"]) == (5.0, on(90), 10)


def test_days_of_a_campaign_are_its_own(fill: Fill, shared: Engine):
    snapshot = fill(
        region=REGIONS,
        campaign=[CAMPAIGN],
        campaign_task=[{"id": "water", "campaign_id": "2025", "start_on": START, "deadline": END, "position": 1}],
        task_target=[{"task_id": "water", "region_code": "V1", "target": 10.0}],
        task_report=[{"task_id": "water", "region_code": "V1", "reported_on": on(3), "done": 5.0}],
    )
    with writing(shared) as connection:
        refresh_tasks(connection, ["water"])
    campaign = campaign_on(snapshot, on(50))
    assert campaign is not None
    days = days_of(snapshot, "C", "task.water", campaign)
    assert (len(days), days["period"].min(), days["period"].max()) == (100, START, END)
    assert days.set_index("period").loc[on(3), ["value", "plan_value"]].tolist() == [50.0, pytest.approx(3.0)]
    assert days["value"].count() == 1
