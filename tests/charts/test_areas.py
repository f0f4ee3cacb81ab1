from datetime import date

import pandas as pd
import pytest

from charts.areas import sources_over_time
from charts.theme import DARK, LIGHT, rgba

SOURCES = [("wage", "工资性"), ("business", "经营净"), ("transfer", "转移净")]


@pytest.fixture
def periods():
    frame = pd.DataFrame({"period": [date(2025, month, 1) for month in range(1, 5)]})
    return frame.assign(
        wage=[800.0, 820, 810, 900],
        business=[500.0, 520, 480, 400],
        transfer=[300.0, 310, 305, 320],
        wage_label=["800 元", "820 元", "810 元", "900 元"],
        costs=[200.0, 210, 190, 205],
        costs_label="205 元",
    )


def areas(figure):
    return [trace for trace in figure.data if trace.fill == "toself"]


def notes(figure):
    return {note.text: note for note in figure.layout.annotations}


def test_sources_are_stacked_in_the_order_given(periods, words):
    figure = sources_over_time(periods, words, LIGHT, sources=SOURCES)
    wage, business, transfer = areas(figure)
    assert list(wage.y) == [800, 820, 810, 900, 0, 0, 0, 0, None]
    assert list(business.y)[:5] == [1300, 1340, 1290, 1300, 900]
    assert list(transfer.y)[:4] == periods[["wage", "business", "transfer"]].sum(axis=1).tolist()
    assert [trace.fillcolor for trace in areas(figure)] == [rgba(colour, 0.75) for colour in LIGHT.series[:3]]


def test_each_source_is_named_at_its_right_end_in_its_colour(periods, words):
    said = notes(sources_over_time(periods, words, LIGHT, sources=SOURCES))
    assert said["工资性 900 元"].y == pytest.approx(450)
    assert said["经营净"].y == pytest.approx(1100)
    assert said["经营净"].font.color == LIGHT.series[1]
    assert "生产支出 205 元" not in said


def test_costs_are_a_dashed_line_that_is_not_stacked(periods, words):
    figure = sources_over_time(periods, words, LIGHT, sources=SOURCES, costs="生产支出")
    (costs,) = (trace for trace in figure.data if trace.line.dash == "dash")
    assert list(costs.y) == periods["costs"].tolist()
    assert "生产支出 205 元" in notes(figure)


def test_a_loss_lies_below_zero(periods, words):
    periods["business"] = [500.0, -60, 480, -80]
    figure = sources_over_time(periods, words, LIGHT, sources=SOURCES)
    *_, loss = areas(figure)
    assert list(loss.y)[:4] == [0, -60, 0, -80]
    assert figure.layout.yaxis.range[0] < -80
    assert notes(figure)["经营净"].y == pytest.approx(-40)


def test_a_month_without_a_report_breaks_all_areas(periods, words):
    longer = pd.concat([periods, periods.assign(period=[date(2025, month, 1) for month in range(5, 9)])])
    longer = longer.reset_index(drop=True)
    longer.loc[3, "business"] = None
    for area in areas(sources_over_time(longer, words, LIGHT, sources=SOURCES)):
        assert date(2025, 4, 1) not in area.x
        assert list(area.x).count(None) == 2


def test_the_total_hovers_along_the_top(periods, words):
    top = sources_over_time(periods.assign(hover="1月\n合计\t1,600 元"), words, LIGHT, sources=SOURCES).data[-1]
    assert (top.hoverinfo, top.y[0]) == ("text", 1600)


@pytest.mark.parametrize("rows", [0, 1])
def test_short_series_are_no_error(periods, words, rows):
    figure = sources_over_time(periods.iloc[:rows], words, DARK, sources=SOURCES, costs="生产支出")
    assert ("转移净" in notes(figure)) == bool(rows)
