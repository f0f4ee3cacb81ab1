from datetime import date
from itertools import combinations

import pandas as pd
import pytest

from charts.lettering import em_width
from charts.lines import Mark
from charts.projects import progress_curve
from charts.theme import DARK, LIGHT

NAMES = ("序时进度", "已支付 41%", "形象进度 43%", "照此 70%")
TODAY = date(2026, 6, 30)


@pytest.fixture
def rows():
    frame = pd.DataFrame({"day": [date(2026, 2, 28), date(2026, 4, 30), TODAY, date(2026, 9, 30), date(2026, 12, 31)]})
    return frame.assign(
        plan=[17.0, 33, 50, 75, 100],
        paid=[8.0, 22, 41, None, None],
        physical=[10.0, 25, 43, None, None],
        forecast=[None, None, None, 55.0, 70.0],
    )


def lines(figure):
    return {
        (trace.line.dash, trace.line.color): trace
        for trace in figure.data
        if trace.mode == "lines" and trace.line.color.startswith("#")
    }


def names_of(figure):
    """Return each name of a line (or its bold form) with its annotation."""
    return {name: note for note in figure.layout.annotations for name in NAMES if name in note.text}


def test_the_plan_is_dashed_and_the_forecast_goes_on_where_paid_ends(rows, words):
    drawn = lines(progress_curve(rows, words, LIGHT, names=NAMES))
    assert list(drawn["dash", LIGHT.ink].y) == rows["plan"].tolist()
    paid, forecast = drawn[None, LIGHT.accent], drawn[None, LIGHT.accent_light]
    assert list(paid.y)[:3] == [8, 22, 41]
    assert (pd.isna(paid.y[3]), pd.isna(forecast.y[1])) == (True, True)
    assert list(forecast.y)[2:] == [41, 55, 70]
    assert rows["forecast"].isna().sum() == 3  # what was handed in stays as it was


def test_a_forecast_that_starts_itself_is_left_alone(rows, words):
    rows.loc[2, "forecast"] = 40.5
    assert lines(progress_curve(rows, words, LIGHT, names=NAMES))[None, LIGHT.accent_light].y[2] == 40.5


def test_every_line_is_named_where_it_ends(rows, words):
    named = names_of(progress_curve(rows, words, LIGHT, names=NAMES))
    assert {name: pd.Timestamp(note.x).date() for name, note in named.items()} == dict(
        zip(NAMES, (date(2026, 12, 31), TODAY, TODAY, date(2026, 12, 31)), strict=True)
    )
    assert (named[NAMES[1]].y, named[NAMES[2]].y) == (41, 43)
    assert len({note.font.color for note in named.values()}) == 3  # paid and its forecast share one


@pytest.mark.parametrize("width", [1200, 560])
@pytest.mark.parametrize("cut", [1, 2, 3])
def test_no_name_covers_another_whenever_the_cut_off_is(rows, words, width, cut):
    rows = rows.assign(**{name: rows[name].where(rows.index < cut) for name in ("paid", "physical")})
    figure = progress_curve(rows, words, LIGHT, names=NAMES, width=width)
    margin, (low, high) = figure.layout.margin, figure.layout.yaxis.range
    start, end = (pd.Timestamp(day) for day in figure.layout.xaxis.range)
    across, down = (width - margin.l - margin.r) / (end - start).days, (380 - margin.t - margin.b) / (high - low)
    boxes = []
    for name, note in names_of(figure).items():
        wide, tall = em_width(name) * note.font.size, note.font.size
        x = (pd.Timestamp(note.x) - start).days * across + note.xshift - wide * (note.xanchor == "right")
        y = note.y * down + (note.yshift or 0) - tall * {"top": 1, "bottom": 0}.get(note.yanchor, 0.5)
        boxes.append((x, x + wide, y, y + tall))
    assert len(boxes) == 4
    for one, other in combinations(boxes, 2):
        assert one[1] <= other[0] or other[1] <= one[0] or one[3] <= other[2] or other[3] <= one[2]
    assert all(-margin.l <= left and right <= width - margin.l for left, right, _, _ in boxes)


def test_today_is_a_line_and_a_line_without_a_figure_has_no_name(rows, words):
    silent = rows.assign(forecast=None, physical=None)
    figure = progress_curve(silent, words, DARK, names=NAMES, marks=[Mark(TODAY, "今天", True)])
    assert pd.Timestamp(figure.layout.shapes[0].x0).date() == TODAY
    assert set(names_of(figure)) == set(NAMES[:2])


def test_hover_speaks_of_days_before_and_after_the_cut_off(rows, words):
    figure = progress_curve(rows.assign(hover="一\n支付\t41%"), words, LIGHT, names=NAMES)
    said = [trace for trace in figure.data if trace.hoverinfo == "text"]
    spoken = [any(pd.notna(trace.y[at]) for trace in said) for at in range(len(rows))]
    assert spoken == [True] * 5
    assert said[0].hovertext[0] == "<b>一</b><br>支付　41%"


@pytest.mark.parametrize("count", [0, 1])
def test_short_years_are_no_error(rows, words, count):
    assert progress_curve(rows.iloc[:count], words, LIGHT, names=NAMES).layout.height == 380
