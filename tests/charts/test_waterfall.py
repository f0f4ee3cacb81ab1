from datetime import date

import pandas as pd
import pytest

from charts.theme import DARK, LIGHT
from charts.waterfall import income_waterfall, stock_waterfall


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


NAMES = ("新纳入", "消除风险", "在册")


@pytest.fixture
def stocks():
    frame = pd.DataFrame({"period": [date(2026, month, 1) for month in range(1, 7)]})
    frame = frame.assign(opened=[10.0, 4, 0, 8, 2, 12], closed=[2.0, 9, 5, 1, 30, 3])
    frame["stock"] = 100 + (frame["opened"] - frame["closed"]).cumsum()
    return frame.assign(
        opened_label=[f"+{v:.0f}" for v in frame["opened"]],
        closed_label=[f"−{v:.0f}" for v in frame["closed"]],
        stock_label=[f"{v:.0f} 户" for v in frame["stock"]],
        hover=[f"{month}月\n新纳入\t5 户" for month in range(1, 7)],
    )


def drawn_stock(figure):
    """Return the two kinds of bars and the line."""
    opened, closed, *_ = (trace for trace in figure.data if trace.type == "bar")
    (line,) = scatters(figure, "lines")
    return opened, closed, line


def test_a_period_rises_by_what_came_in_and_falls_by_what_went_out(stocks, words):
    opened, closed, line = drawn_stock(stock_waterfall(stocks, words, LIGHT, names=NAMES))
    level = 100.0
    for at, row in enumerate(stocks.itertuples()):
        assert (opened.base[at], opened.y[at]) == (level, row.opened)
        level += row.opened
        assert (closed.base[at], closed.base[at] + closed.y[at]) == (row.stock, level)
        level -= row.closed
    assert list(line.y) == [100, *stocks["stock"], stocks["stock"].iloc[-1]]
    assert line.line.shape == "hv"


def test_the_last_figures_are_named_at_the_end_and_apart(stocks, words):
    figure = stock_waterfall(stocks, words, LIGHT, names=NAMES)
    said = {note.text: note for note in figure.layout.annotations}
    ends = [said[text] for text in ("新纳入 +12", "消除风险 −3", "在册 86 户")]
    assert len({note.font.color for note in ends}) == 3
    low, high = figure.layout.yaxis.range
    tall = figure.layout.height - figure.layout.margin.t - figure.layout.margin.b
    heights = sorted((note.y - low) / (high - low) * tall for note in ends)
    assert min(heights[1] - heights[0], heights[2] - heights[1]) > 14


def test_figures_stand_at_the_bars_only_where_there_is_room(stocks, words):
    def figures(width):
        texts_ = scatters(stock_waterfall(stocks, words, LIGHT, names=NAMES, width=width), "text")
        return {text: trace.textposition for trace in texts_ for text in trace.text}

    assert figures(760)["+10"] == "top center"
    assert figures(760)["−30"] == "bottom center"
    assert figures(300) == {}


def test_a_large_stock_moves_the_axis_and_a_small_one_does_not(stocks, words):
    far = stock_waterfall(stocks.assign(stock=stocks["stock"] + 5000), words, LIGHT, names=NAMES).layout.yaxis.range
    near = stock_waterfall(stocks.assign(stock=stocks["stock"] - 70), words, LIGHT, names=NAMES).layout.yaxis.range
    assert far[0] > 5000
    assert near[0] == 0


@pytest.mark.parametrize("column", ["opened", "closed", "stock"])
def test_a_period_without_a_report_breaks_the_line_and_has_no_bars(stocks, words, column):
    stocks.loc[2, column] = None
    opened, closed, line = drawn_stock(stock_waterfall(stocks, words, LIGHT, names=NAMES))
    assert all(pd.isna(trace.y[at]) for trace, at in ((opened, 2), (closed, 2), (line, 3)))
    assert (opened.base[3], closed.base[3]) == (98, 105)


def test_every_period_hovers_over_its_whole_breadth(stocks, words):
    whole = [trace for trace in stock_waterfall(stocks, words, LIGHT, names=NAMES).data if trace.hoverinfo == "text"]
    assert [trace.hovertext[0] for trace in whole] == ["<b>1月</b><br>新纳入　5 户"]
    assert whole[0].width + 2 * whole[0].offset == 0


@pytest.mark.parametrize("count", [0, 1])
def test_short_ledgers_are_no_error(stocks, words, count):
    assert stock_waterfall(stocks.iloc[:count], words, DARK, names=NAMES).layout.height == 340
    silent = stocks.assign(stock=None)
    assert stock_waterfall(silent, words, DARK, names=NAMES).layout.height == 340
