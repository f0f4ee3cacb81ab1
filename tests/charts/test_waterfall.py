import pandas as pd
import pytest

from charts.theme import DARK, LIGHT
from charts.waterfall import income_waterfall


@pytest.fixture
def steps():
    rows = [
        ("before", "2024年", 18950.0, True),
        ("wage", "工资性", 1120.0, False),
        ("business", "经营净", -430.0, False),
        ("costs", "支出", -90.0, False),
        ("now", "2025年", 19550.0, True),
    ]
    frame = pd.DataFrame(rows, columns=["key", "name", "value", "is_total"])
    frame["label"] = [f"{value:,.0f} 元" for value in frame["value"]]
    return frame.assign(hover=frame["name"] + "\n变化\t" + frame["label"])


def bars(figure):
    return next(trace for trace in figure.data if trace.type == "bar")


def scatters(figure, mode):
    return [trace for trace in figure.data if trace.type == "scatter" and trace.mode == mode]


def test_each_step_starts_where_the_one_above_ended(steps, words):
    drawn = bars(income_waterfall(steps, words, LIGHT))
    ends = [base + length for base, length in zip(drawn.base, drawn.x, strict=True)]
    assert ends == [18950, 20070, 19640, 19550, 19550]
    assert list(drawn.base)[1:4] == [18950, 20070, 19640]


def test_up_and_down_have_two_colours_that_are_no_lights(steps, words):
    for palette in (LIGHT, DARK):
        total, up, down, *_ = bars(income_waterfall(steps, words, palette)).marker.color
        assert len({total, up, down}) == 3
        assert not {total, up, down} & set(palette.lights.values())


def test_small_steps_move_the_axis_and_cut_the_totals_open(steps, words):
    figure = income_waterfall(steps, words, LIGHT)
    low, _ = figure.layout.xaxis.range
    assert 0 < low < 18950
    assert (bars(figure).base[0], bars(figure).base[4]) == (low, low)
    (opening,) = scatters(figure, "markers")
    assert list(opening.y) == [0, 4]


def test_large_steps_leave_the_axis_at_zero(steps, words):
    figure = income_waterfall(steps.assign(value=[1000.0, 400, -1700, 100, -200]), words, LIGHT)
    assert figure.layout.xaxis.range == (-300, 1400)
    assert bars(figure).base[0] == 0
    assert not scatters(figure, "markers")[0].y


def test_connectors_join_the_rows(steps, words):
    (lines,) = scatters(income_waterfall(steps, words, LIGHT), "lines")
    assert list(lines.x)[:6] == [18950, 18950, None, 20070, 20070, None]
    assert list(lines.y)[:2] == pytest.approx([0.31, 0.69])


def test_an_unknown_step_leaves_its_row_empty_but_for_its_label(steps, words):
    steps.loc[2, ["value", "label"]] = [None, "未报"]
    figure = income_waterfall(steps, words, LIGHT)
    assert bars(figure).x[2] == 0
    assert bars(figure).base[3] == 20070
    (silent,) = (trace for trace in scatters(figure, "text") if trace.textfont.color == LIGHT.muted)
    assert (silent.text[0].strip(), silent.x[0]) == ("未报", 20070)


def test_a_click_carries_the_key_and_no_steps_are_no_error(steps, words):
    assert list(income_waterfall(steps, words, LIGHT).data[-1].customdata) == steps["key"].tolist()
    assert income_waterfall(steps.iloc[:0], words, LIGHT).layout.height > 0
