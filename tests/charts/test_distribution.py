from datetime import date

import pandas as pd
import pytest

from charts.distribution import Level, income_curve, income_ribbon
from charts.lines import Mark
from charts.theme import DARK, LIGHT

NAMES = ("中间 80% 的户", "中间 50% 的户", "中位数", "平均")
MONTHS = [date(2025, month, 1) for month in range(1, 13)]


@pytest.fixture
def periods():
    base = [18000.0 + 150 * n for n in range(12)]
    shares = {"p10": 0.42, "p25": 0.68, "median": 1.0, "mean": 1.12, "p75": 1.38, "p90": 1.9}
    frame = pd.DataFrame({"period": MONTHS} | {name: [v * share for v in base] for name, share in shares.items()})
    for name in ("p10", "p90", "median", "mean"):
        frame[f"{name}_label"] = [f"{value:,.0f} 元" for value in frame[name]]
    return frame


@pytest.fixture
def bands():
    return pd.DataFrame({"floor": [0, 5000, 10000, 15000], "share": [10.0, 40.0, 30.0, 20.0]})


def notes(figure):
    return {note.text: note for note in figure.layout.annotations}


def test_the_median_is_strong_the_mean_thin_and_dashed_between_two_ribbons(periods, words):
    outer, inner, mean, median = income_ribbon(periods, words, LIGHT, names=NAMES).data
    assert (min(v for v in outer.y if v), max(v for v in outer.y if v)) == (
        periods["p10"].min(),
        periods["p90"].max(),
    )
    assert max(v for v in inner.y if v) == periods["p75"].max()
    assert (mean.line.dash, median.line.dash) == ("dash", None)
    assert median.line.width > 2 * mean.line.width


def test_every_line_says_its_figure_at_its_end(periods, words):
    said = notes(income_ribbon(periods, words, LIGHT, names=NAMES))
    assert said["中位数 19,650 元"].font.color == LIGHT.accent
    assert said["平均 22,008 元"].x == MONTHS[-1]
    assert {"37,335 元", "8,253 元"} <= set(said)


def test_a_ribbon_is_named_inside_it(periods, words):
    said = notes(income_ribbon(periods, words, LIGHT, names=NAMES))
    at = MONTHS.index(said[NAMES[0]].x)
    assert periods["p75"][at] < said[NAMES[0]].y < periods["p90"][at]
    assert periods["p25"][at] < said[NAMES[1]].y < periods["median"][at]


def test_a_ribbon_too_thin_for_its_name_goes_without(periods, words):
    thin = periods.assign(p25=periods["median"] * 0.99, p75=periods["median"] * 1.13)
    said = notes(income_ribbon(thin, words, LIGHT, names=NAMES))
    assert NAMES[0] in said
    assert NAMES[1] not in said


def test_a_period_without_a_report_breaks_the_ribbon_in_two(periods, words):
    periods.loc[5, ["p10", "p25", "median", "p75", "p90", "mean"]] = None
    outer, *_ = income_ribbon(periods, words, LIGHT, names=NAMES).data
    assert list(outer.x).count(None) == 2
    assert MONTHS[5] not in outer.x


def test_the_line_changes_by_year_and_is_in_the_picture(periods, words):
    low = periods.assign(line=[900.0] * 6 + [40000.0] * 6, line_label="监测线")
    figure = income_ribbon(low, words, LIGHT, names=NAMES, events=[Mark(MONTHS[3], "洪灾")])
    line = figure.data[-1]
    assert (line.line.shape, line.line.dash) == ("hv", "dot")
    assert figure.layout.yaxis.range[1] > 40000
    assert notes(figure)["监测线"].yanchor == "bottom"  # too near the axis to stand below its line
    assert "洪灾" in notes(figure)


@pytest.mark.parametrize("rows", [0, 1])
def test_short_series_are_no_error(periods, words, rows):
    assert income_ribbon(periods.iloc[:rows], words, DARK, names=NAMES).layout.height


def test_the_curve_is_level_over_each_band_and_stands_on_the_ground(bands, words):
    now, before = income_curve(bands, bands, words, LIGHT, names=("今年", "上年")).data
    assert list(zip(now.x, now.y, strict=True))[:4] == [(0, 0), (0, 10), (5000, 10), (5000, 40)]
    assert (now.x[-1], now.y[-1]) == (20000, 0)
    assert (now.fill, before.fill) == ("tozeroy", None)


def test_what_lies_under_the_line_is_shaded_up_to_the_line(bands, words):
    figure = income_curve(bands, bands, words, LIGHT, names=("今年", "上年"), line=Level(7000, "监测线 7,000 元"))
    under = figure.data[1]
    assert under.fillcolor == LIGHT.accent
    assert max(under.x) == 7000
    assert max(under.y) == 40
    assert figure.layout.shapes[0].x0 == 7000
    nobody = income_curve(bands.iloc[2:], bands, words, LIGHT, names=("今年", "上年"), line=Level(7000, "监测线"))
    assert len(nobody.data) == 2


def test_medians_that_lie_close_are_written_apart_in_their_curves_colours(bands, words):
    marks = [Level(10000, "中位数 10,000 元", strong=True), Level(9500, "上年 9,500 元")]
    said = notes(income_curve(bands, bands, words, LIGHT, names=("今年", "上年"), marks=marks))
    now, before = said["<b>中位数 10,000 元</b>"], said["上年 9,500 元"]
    assert (now.xanchor, now.yshift) != (before.xanchor, before.yshift)
    assert (now.font.color, before.font.color) == (LIGHT.accent, LIGHT.ink)


def test_each_band_hovers_over_its_whole_height(bands, words):
    hovering = income_curve(bands.assign(hover="一段\n户数\t3"), bands, words, LIGHT, names=("今年", "上年")).data[-1]
    assert list(hovering.x) == [2500, 7500, 12500, 17500]
    assert set(hovering.width) == {5000}


def test_no_households_are_no_error(bands, words):
    assert income_curve(bands.iloc[:0], bands.iloc[:0], words, DARK, names=("今年", "上年")).layout.height
