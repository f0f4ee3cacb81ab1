from datetime import date, timedelta

import pandas as pd
import pytest

from charts.campaign import bullets, plan_against_actual
from charts.lines import Mark
from charts.theme import LIGHT

START, TODAY = date(2025, 9, 28), 62


@pytest.fixture
def days():
    planned = [min(100.0, n * 1.05) for n in range(100)]
    return pd.DataFrame(
        {
            "day": [START + timedelta(days=n) for n in range(100)],
            "done_value": [value * 0.9 if n <= TODAY else None for n, value in enumerate(planned)],
            "plan_value": planned,
            "forecast_low": [None if n < TODAY else 55 + (n - TODAY) * 0.6 for n in range(100)],
            "forecast_mid": [None if n < TODAY else 58 + (n - TODAY) * 0.8 for n in range(100)],
            "forecast_high": [None if n < TODAY else 59 + (n - TODAY) * 1.0 for n in range(100)],
        }
    )


def marks():
    return [
        Mark(START + timedelta(days=TODAY), "今天 第 63 天", strong=True),
        Mark(date(2025, 12, 31), "考核日"),
        Mark(START + timedelta(days=99), "行动结束"),
    ]


def notes(figure):
    return {note.text: note for note in figure.layout.annotations}


def test_actual_is_solid_plan_dashed_forecast_lighter_in_its_band(days, words):
    low, band, plan, forecast, done, point = plan_against_actual(days, words, LIGHT).data
    assert (low.line.width, band.fill) == (0, "tonexty")
    assert plan.line.dash == "dash"
    assert forecast.line.color == LIGHT.accent_light
    assert (done.line.color, done.line.dash) == (LIGHT.accent, None)
    assert pd.isna(done.y[TODAY + 1])
    assert point.x == (START + timedelta(days=TODAY),)


def test_today_and_the_ends_are_marked_without_texts_meeting(days, words):
    figure = plan_against_actual(days, words, LIGHT, marks=marks())
    today, exam, end = figure.layout.shapes
    assert (today.line.dash, exam.line.dash, end.line.dash) == ("solid", "dot", "dot")
    exam_note, end_note = notes(figure)["考核日"], notes(figure)["行动结束"]
    assert "<b>今天 第 63 天</b>" in notes(figure)
    assert (exam_note.xanchor, exam_note.yshift) != (end_note.xanchor, end_note.yshift)


def test_an_exam_after_the_end_is_still_in_the_picture(days, words):
    late = Mark(START + timedelta(days=120), "考核日")
    figure = plan_against_actual(days, words, LIGHT, marks=[late])
    assert figure.layout.xaxis.range[1] == late.day


def test_figures_stand_beside_their_lines(days, words):
    figure = plan_against_actual(days, words, LIGHT, done_label="58.6%", forecast_label="87.6%")
    assert notes(figure)["<b>实际 58.6%</b>"].yanchor == "top"  # behind plan: below the curve, out of the plan's way
    assert notes(figure)["按目前进度 87.6%"].x == START + timedelta(days=99)
    ahead = days.assign(done_value=days["done_value"] * 1.3)
    above = plan_against_actual(ahead, words, LIGHT, done_label="76.2%")
    assert notes(above)["<b>实际 76.2%</b>"].yanchor == "bottom"


def test_before_the_first_report_there_is_only_the_plan(days, words):
    silent = days.assign(done_value=None, forecast_low=None, forecast_mid=None, forecast_high=None)
    figure = plan_against_actual(silent, words, LIGHT)
    assert not any(trace.mode == "markers" for trace in figure.data)
    assert "计划" in notes(figure)
    assert not any("按目前进度" in text for text in notes(figure))


def test_bullets_run_on_a_track_to_a_hundred_that_the_unreported_lack(children, words):
    tasks = children.rename(columns={"code": "task"})
    track, done, whole = (trace for trace in bullets(tasks, words, LIGHT).data if trace.type == "bar")
    assert list(track.x) == [100, 100, 100, 0, 100, 100]
    assert list(done.marker.color)[:2] == [LIGHT.light("red"), LIGHT.light("amber")]
    assert list(whole.customdata) == tasks["task"].tolist()
