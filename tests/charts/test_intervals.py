import pandas as pd
import pytest

from charts.intervals import CAUTION, interval_dots
from charts.theme import DARK, LIGHT
from charts.words import ChartWords


@pytest.fixture
def rows():
    known = [
        ("1", "石岭镇", 87.2, 84.0, 90.1, "87.2%", "420 人", False, "amber"),
        ("2", "青塘镇", 80.0, 44.4, 97.5, "80.0%", "5 人", True, "red"),
        ("3", "云阳镇", None, None, None, "未报", "", False, "grey"),
        ("4", "龙潭镇", 95.0, None, None, "95.0%", "", False, "green"),
    ]
    columns = ["code", "name", "value", "low", "high", "label", "n_label", "is_small", "light"]
    frame = pd.DataFrame(known, columns=columns, index=[5, 2, 9, 1])
    return frame.assign(hover=frame["name"] + "\n满意度\t" + frame["label"], target=90.0)


@pytest.fixture
def said(words):
    return ChartWords(plan="目标 90%", lights=(*words.lights, ("small", "受访不足 30 人")))


def parts(figure):
    """Return the intervals, the target's line and the dots."""
    return figure.data[:3]


def texts(figure):
    return {
        text.strip(): (trace.x[at], trace.y[at], trace.textfont.color)
        for trace in figure.data
        if trace.type == "scatter" and trace.mode == "text"
        for at, text in enumerate(trace.text)
        if text
    }


def key(figure):
    return "".join(note.text for note in figure.layout.annotations if "span" in note.text)


def test_each_share_lies_on_the_interval_that_it_may_lie_in(rows, said):
    intervals, _, dots = parts(interval_dots(rows, said, LIGHT))
    assert list(intervals.x) == [84.0, 90.1, None, 44.4, 97.5, None]
    assert list(intervals.y) == [0, 0, None, 1, 1, None]
    assert list(dots.x)[:2] == [87.2, 80.0]
    assert pd.isna(dots.x[2])
    assert list(dots.y) == [0, 1, 2, 3]


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_a_small_sample_is_hollow_and_has_a_caution(rows, said, palette):
    figure = interval_dots(rows, said, palette)
    dots = parts(figure)[2]
    assert list(dots.marker.color)[:2] == [palette.light("amber"), palette.background]
    assert list(dots.marker.line.color)[:2] == [palette.light("amber"), palette.light("red")]
    assert f"{CAUTION} 5 人" in texts(figure)
    assert "420 人" in texts(figure)
    assert "受访不足 30 人" in key(figure)
    assert CAUTION not in key(interval_dots(rows.assign(is_small=False), said, palette))


def test_the_sample_stands_beside_the_figure_right_of_every_interval(rows, said):
    figure = interval_dots(rows, said, LIGHT)
    labels = texts(figure)
    assert 97.5 < labels["87.2%"][0] < labels["420 人"][0] < figure.layout.xaxis.range[1]
    assert labels["87.2%"][0] == labels["80.0%"][0]


def test_a_place_that_did_not_report_says_so_and_nothing_else(rows, said):
    figure = interval_dots(rows, said, LIGHT)
    assert texts(figure)["未报"] == (figure.layout.xaxis.range[0], 2, LIGHT.muted)
    assert [text for text, (_, y, _) in texts(figure).items() if y == 2] == ["未报"]


def test_the_target_is_a_line_through_the_rows_and_has_its_name(rows, said):
    figure = interval_dots(rows, said, LIGHT)
    line = parts(figure)[1]
    assert list(line.x) == [None, 90, 90, 90, 90, 90]
    assert list(line.y) == [None, -0.5, 0.5, 1.5, 2.5, 3.5]
    (name,) = (note for note in figure.layout.annotations if note.text == "目标 90%")
    assert name.x == 90


def test_a_target_that_differs_breaks_the_line_and_none_has_none(rows, said):
    line = parts(interval_dots(rows.assign(target=[90, 90, None, 85]), said, LIGHT))[1]
    assert list(line.x) == [None, 90, 90, 90, None, 85, 85]
    assert list(line.y) == [None, -0.5, 0.5, 1.5, None, 2.5, 3.5]
    without = interval_dots(rows.drop(columns="target"), said, LIGHT)
    assert not parts(without)[1].x
    assert not any(note.text == "目标 90%" for note in without.layout.annotations)


def test_lights_are_said_again_beside_the_names(rows, said):
    ticks = interval_dots(rows, said, LIGHT, "2").layout.yaxis.ticktext
    assert [sign in tick for sign, tick in zip("▲■○●", ticks, strict=True)] == [True] * 4
    assert ticks[1].startswith("<b>青塘镇</b>")


def test_a_click_anywhere_in_a_row_carries_its_code(rows, said):
    figure = interval_dots(rows, said, LIGHT, "2")
    whole = figure.data[-1]
    assert list(whole.customdata) == ["1", "2", "3", "4"]
    assert (whole.base, whole.base + whole.x[0]) == pytest.approx(figure.layout.xaxis.range)
    assert figure.layout.shapes[0].y0 == 0.5


def test_few_rows_fill_their_height_and_none_are_no_error(rows, said):
    assert interval_dots(rows, said, LIGHT, height=200).layout.height == 200
    assert interval_dots(rows.iloc[:0], said, LIGHT).layout.height > 0
    assert interval_dots(rows.iloc[2:3], said, LIGHT).layout.height > 0
