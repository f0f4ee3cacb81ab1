import pandas as pd
import pytest

from charts.dots import dots
from charts.theme import DARK, LIGHT

NAMES = ("中位数", "平均")


@pytest.fixture
def incomes(children):
    frame = children[["code", "name", "hover"]].assign(
        first=[18000.0, 21000, None, 16000, None, 19000], second=[22000.0, 20500, None, None, 24000, 19000]
    )
    for name in ("first", "second"):
        frame[f"{name}_label"] = ["未报" if pd.isna(v) else f"{v:,.0f} 元" for v in frame[name]]
    return frame


def texts(figure):
    return {
        (y, text.strip()): (trace.textposition, x)
        for trace in figure.data
        if trace.type == "scatter" and trace.mode == "text"
        for y, text, x in zip(trace.y, trace.text, trace.x, strict=True)
    }


def test_two_dots_a_row_are_joined_by_a_line(incomes, words):
    line, hollow, full = dots(incomes, words, LIGHT, NAMES).data[:3]
    assert list(line.x)[:6] == [18000, 22000, None, 21000, 20500, None]
    assert (list(full.x)[:2], list(hollow.x)[:2]) == ([18000, 21000], [22000, 20500])
    assert (full.marker.color, hollow.marker.color) == (LIGHT.accent, LIGHT.background)


def test_figures_stand_on_the_outer_sides(incomes, words):
    said = texts(dots(incomes, words, LIGHT, NAMES))
    assert said[0, "18,000 元"][0] == "middle left"
    assert said[0, "22,000 元"][0] == "middle right"
    assert said[1, "21,000 元"][0] == "middle right"  # the first figure is the higher one here
    assert said[0, "18,000 元"][1] < 18000 < 22000 < said[0, "22,000 元"][1]


def test_a_row_with_one_figure_says_it_and_one_without_says_so(incomes, words):
    figure = dots(incomes, words, LIGHT, NAMES)
    said = {row: text for row, text in texts(figure) if row in (2, 3, 4)}
    assert said == {2: "未报", 3: "16,000 元", 4: "24,000 元"}
    assert texts(figure)[2, "未报"][1] == figure.layout.xaxis.range[0]


def test_the_names_stand_over_the_first_row_that_has_both(incomes, words):
    figure = dots(incomes.iloc[2:], words, LIGHT, NAMES)
    heads = {note.text: note for note in figure.layout.annotations}
    median, mean = heads["<b>中位数</b>"], heads["<b>平均</b>"]
    assert (median.x, mean.x) == (19000, 19000)
    assert (median.xanchor, median.yshift) != (mean.xanchor, mean.yshift)


def test_a_click_anywhere_in_a_row_carries_its_code(incomes, words):
    figure = dots(incomes, words, LIGHT, NAMES, "990101002")
    whole = figure.data[-1]
    assert list(whole.customdata) == incomes["code"].tolist()
    assert whole.base == figure.layout.xaxis.range[0]
    assert figure.layout.shapes[0].y0 == 0.5
    assert figure.layout.yaxis.ticktext[1] == "<b>青塘镇</b>"


def test_few_rows_fill_their_height_and_none_are_no_error(incomes, words):
    assert dots(incomes, words, DARK, NAMES, height=300).layout.height == 300
    assert dots(incomes.iloc[:0], words, LIGHT, NAMES).layout.height > 0
