from datetime import date
from itertools import pairwise

import pandas as pd
import pytest

from charts.lines import Mark
from charts.theme import DARK, LIGHT
from charts.trends import trend


@pytest.fixture
def series():
    return pd.DataFrame(
        {
            "period": [date(2025, month, 1) for month in range(1, 7)],
            "value": [90.0, 91.0, None, 93.0, 94.0, 95.1],
            "plan_value": [92.0, 93.0, 94.0, 95.0, 96.0, 97.0],
            "label": ["90.0%", "91.0%", "未报", "93.0%", "94.0%", "95.1%"],
        }
    )


def notes(figure):
    return {note.text: note for note in figure.layout.annotations}


def test_lines_are_named_at_their_end(series, words):
    figure = trend(series, words, LIGHT)
    assert notes(figure)["实际 95.1%"].x == date(2025, 6, 1)
    assert notes(figure)["计划"].font.color == LIGHT.ink
    assert figure.layout.showlegend is False


def test_end_labels_do_not_touch(series, words):
    close = series.assign(plan_value=series["value"].ffill(), last_year=series["value"].ffill() - 0.1)
    figure = trend(close, words, LIGHT, height=320)
    heights = sorted(notes(figure)[text].y for text in ("实际 95.1%", "计划", "上年"))
    low, high = figure.layout.yaxis.range
    pixels = 320 - figure.layout.margin.t - figure.layout.margin.b
    gaps = [(above - below) / (high - low) * pixels for below, above in pairwise(heights)]
    assert min(gaps) >= 14


def test_plan_is_dashed_and_a_period_without_a_report_breaks_the_line(series, words):
    plan, actual = trend(series, words, LIGHT).data
    assert plan.line.dash == "dash"
    assert pd.isna(actual.y[2])
    assert not actual.connectgaps


def test_lines_that_have_no_figure_are_not_named(series, words):
    figure = trend(series.assign(plan_value=None), words, LIGHT)
    assert len(figure.data) == 1
    assert "计划" not in notes(figure)


def test_events_stand_on_their_day_with_their_text(series, words):
    events = [Mark(date(2025, 3, 1), "洪灾"), Mark(date(2025, 3, 10), "专项行动开始")]
    figure = trend(series, words, LIGHT, events=events)
    assert [shape.x0 for shape in figure.layout.shapes] == [date(2025, 3, 1), date(2025, 3, 10)]
    flood, start = notes(figure)["洪灾"], notes(figure)["专项行动开始"]
    assert (flood.xanchor, flood.yshift) != (start.xanchor, start.yshift)


def test_ticks_are_written_as_given_and_the_axis_has_its_unit(series, words):
    figure = trend(series, words, LIGHT, ticks=[(date(2025, 1, 1), "2025年\n1月")])
    assert figure.layout.xaxis.ticktext == ("2025年<br>1月",)
    assert figure.layout.yaxis.ticksuffix == "%"


@pytest.mark.parametrize("rows", [0, 1])
def test_short_series_are_no_error(series, words, rows):
    figure = trend(series.iloc[:rows], words, DARK)
    assert len(figure.data) == 2 * rows


def test_ticks_that_would_meet_are_left_out_from_the_last_one_backwards(series, words):
    ticks = [(day, f"2025年{day.month}月") for day in series["period"]]
    written = trend(series, words, LIGHT, ticks=ticks, width=420).layout.xaxis.ticktext
    assert written[-1] == "2025年6月"
    assert 1 < len(written) < 6
    assert len(trend(series, words, LIGHT, ticks=ticks, width=1200).layout.xaxis.ticktext) == 6


def test_labels_at_the_edge_of_the_axis_stay_in_the_picture(series, words):
    low = series.assign(value=0.0, plan_value=0.1, last_year=100.0)
    figure = trend(low, words, LIGHT)
    bottom, top = figure.layout.yaxis.range
    for text in ("实际 95.1%", "计划", "上年"):
        assert bottom <= notes(figure)[text].y <= top
