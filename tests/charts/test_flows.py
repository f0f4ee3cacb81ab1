from datetime import date

import pandas as pd
import pytest

from charts.flows import burn_down, gap_ages
from charts.theme import DARK, LIGHT

NAMES = ("未解决", "新增", "已解决")


@pytest.fixture
def months():
    frame = pd.DataFrame({"period": [date(2025, month, 1) for month in range(1, 7)]})
    frame = frame.assign(open=[90.0, 70, 55, 48, 20, 7], new=[10, 4, 3, 8, 2, 1], cleared=[12, 24, 18, 15, 30, 14])
    return frame.assign(
        **{f"{name}_label": [f"{v:.0f} 人" for v in frame[name]] for name in ("open", "new", "cleared")}
    )


@pytest.fixture
def bins():
    frame = pd.DataFrame({"key": ["30", "90", "180", "more"], "name": ["30 天以内", "31–90 天", "91–180 天", "更久"]})
    return frame.assign(count=[61, 33, 12, 0], label=["61 人", "33 人", "12 人", "0 人"], hover=frame["name"])


def notes(figure):
    return {note.text: note for note in figure.layout.annotations}


def dashed(figure):
    return [trace for trace in figure.data if trace.type == "scatter" and trace.line.dash]


def test_the_axis_reaches_zero_and_what_is_open_is_a_line(months, words):
    figure = burn_down(months, words, LIGHT, names=NAMES)
    new, cleared, left_open = figure.data
    assert figure.layout.yaxis.range[0] == 0
    assert list(left_open.y) == months["open"].tolist()
    assert left_open.line.color == LIGHT.accent
    assert (list(new.y), list(cleared.y)) == (months["new"].tolist(), months["cleared"].tolist())


def test_a_months_two_bars_stand_side_by_side_within_it(months, words):
    new, cleared, _ = burn_down(months, words, LIGHT, names=NAMES).data
    assert new.offset + new.width == cleared.offset == 0
    assert new.width + cleared.width < 28 * 86_400_000


def test_the_three_are_named_at_the_end_inside_the_picture_and_apart(months, words):
    figure = burn_down(months, words, LIGHT, names=NAMES)
    said = [notes(figure)[text] for text in ("未解决 7 人", "新增 1 人", "已解决 14 人")]
    low, high = figure.layout.yaxis.range
    heights = sorted(note.y for note in said)
    assert low <= heights[0]
    assert heights[-1] <= high
    pixels = 340 - figure.layout.margin.t - figure.layout.margin.b
    gap = min(heights[1] - heights[0], heights[2] - heights[1])
    assert gap / (high - low) * pixels > 14
    assert len({note.font.color for note in said}) == 3


def test_a_month_without_a_report_breaks_the_line(months, words):
    months.loc[2, "open"] = None
    *_, left_open = burn_down(months, words, LIGHT, names=NAMES).data
    assert pd.isna(left_open.y[2])


def test_a_plan_runs_on_into_the_months_ahead(months, words):
    months["plan"] = [80.0, 70, 60, 50, 30, 10]
    ahead = pd.DataFrame({"period": [date(2025, 7, 1), date(2025, 8, 1)], "plan": [4.0, 0]})
    figure = burn_down(pd.concat([months, ahead], ignore_index=True), words, LIGHT, names=NAMES)
    (plan,) = dashed(figure)
    assert list(plan.y) == [80, 70, 60, 50, 30, 10, 4, 0]
    assert figure.layout.xaxis.range[1] > date(2025, 8, 1)
    assert {words.plan, "未解决 7 人"} <= set(notes(figure))


def test_without_a_plan_there_is_no_line_of_it(months, words):
    assert not dashed(burn_down(months, words, LIGHT, names=NAMES))
    assert words.plan not in notes(burn_down(months, words, LIGHT, names=NAMES))


@pytest.mark.parametrize("rows", [0, 1])
def test_short_series_are_no_error(months, words, rows):
    assert burn_down(months.iloc[:rows], words, DARK, names=NAMES).layout.height


def test_the_oldest_age_that_holds_any_is_emphasised(bins, words):
    figure = gap_ages(bins, words, LIGHT)
    assert list(figure.data[0].marker.color) == [LIGHT.accent_light] * 2 + [LIGHT.accent, LIGHT.accent_light]
    assert figure.layout.yaxis.ticktext[2] == "<b>91–180 天</b>"
    assert figure.layout.yaxis.range == (3.5, -0.5)
    assert list(figure.data[-1].customdata) == bins["key"].tolist()


def test_no_gaps_are_no_error(bins, words):
    assert LIGHT.accent not in gap_ages(bins.assign(count=0), words, LIGHT).data[0].marker.color
    assert gap_ages(bins.iloc[:0], words, LIGHT).layout.height > 0
