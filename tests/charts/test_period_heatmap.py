from datetime import date, timedelta
from itertools import pairwise

import pandas as pd
import pytest

from charts.classes import Measure
from charts.heatmap import period_heatmap
from charts.theme import DARK, LIGHT, contrast


def cells_of(places, periods, **columns):
    """Return a grid of places by weeks, every cell alike but for `columns`."""
    rows = [
        (f"C{place}", f"{place}号村", date(2026, 1, 5) + timedelta(7 * week), f"{week + 1}周")
        for place in range(places)
        for week in range(periods)
    ]
    frame = pd.DataFrame(rows, columns=["code", "name", "period", "period_label"])
    return frame.assign(**({"value": 95.0, "label": "95", "light": "amber", "hover": "1号村\n1周\t95%"} | columns))


@pytest.fixture
def cells():
    values = [99.0, 90, 50, None, None, 70]
    lights = ["green", "amber", "red", "grey", "none", "none"]
    labels = ["99", "90", "50", "未报", "不涉及", "70"]
    return cells_of(2, 3, value=values, light=lights, label=labels)


def labels(figure):
    return {
        (x, y): text
        for trace in figure.data[1:]
        for x, y, text in zip(trace.x, trace.y, trace.text, strict=True)
        if text
    }


def key(figure):
    return "".join(note.text for note in figure.layout.annotations if "span" in note.text)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_red_stands_out_more_than_amber_and_amber_more_than_green(cells, words, palette):
    fill = period_heatmap(cells, words, palette).data[0].marker.color
    green, amber, red = (contrast(colour, palette.surface) for colour in fill[:3])
    assert 1 < green < amber < red
    assert fill[2] == palette.light("red")


def test_not_reported_is_hatched_and_none_here_is_not(cells, words):
    figure = period_heatmap(cells, words, LIGHT)
    assert list(figure.data[0].marker.pattern.shape) == ["", "", "", "/", "", ""]
    assert list(figure.data[0].marker.color)[3:] == [LIGHT.not_reported, LIGHT.no_plan, LIGHT.no_plan]


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_labels_are_readable_on_their_cells(cells, words, palette):
    figure = period_heatmap(cells, words, palette)
    bars = figure.data[0]
    fills = dict(zip(zip(bars.x, (base + 0.5 for base in bars.base), strict=True), bars.marker.color, strict=True))
    known = {at for at, text in labels(figure).items() if text not in ("未报", "不涉及")}
    for trace in figure.data[1:]:
        for at in set(zip(trace.x, trace.y, strict=True)) & known:
            assert contrast(trace.textfont.color, fills[at]) >= 4.5
    assert len(known) == 4


def test_without_lights_the_value_has_five_classes(cells, words):
    plain = cells.assign(light=["none", "none", "none", "grey", "none", "none"])
    measure = Measure("value", (60.0, 70.0, 80.0, 95.0))
    figure = period_heatmap(plain, words, LIGHT, measure=measure)
    expected = [LIGHT.sequential[index] for index in (4, 3, 0)]
    assert list(figure.data[0].marker.color)[:3] == expected
    assert list(figure.data[0].marker.color)[3:] == [LIGHT.not_reported, LIGHT.no_plan, LIGHT.sequential[2]]
    for text in ("&lt;60", "60–70", "70–80", "80–95", "≥95 %", "未报"):
        assert text in key(figure)
    rounded = key(period_heatmap(plain, words, LIGHT))
    assert "60–70" in rounded
    assert "≥90 %" in rounded


def test_the_key_names_what_is_there(cells, words):
    said = key(period_heatmap(cells[cells["light"].isin(["green", "red"])], words, LIGHT))
    assert "达到计划" in said
    assert "落后超过 10 点" in said
    assert not any(text in said for text in ("落后 10 点以内", "未报", "计划</span>"))


def test_labels_stand_where_all_fit_else_the_sign_of_amber(words):
    wide, narrow = (period_heatmap(cells_of(2, 40), words, LIGHT, width=width) for width in (1200, 560))
    assert set(labels(wide).values()) == {"95"}
    assert set(labels(narrow).values()) == {"▲"}
    assert not labels(period_heatmap(cells_of(2, 200), words, LIGHT, width=560))
    assert not labels(period_heatmap(cells_of(2, 40, light="red"), words, LIGHT, width=560))


def test_a_word_too_wide_for_its_cell_does_not_drive_out_the_figures(words):
    mixed = cells_of(1, 40, value=[None, *[95.0] * 39], label=["不涉及", *["95"] * 39], light=["none", *["red"] * 39])
    said = labels(period_heatmap(mixed, words, LIGHT, width=1200))
    assert len(said) == 39
    assert (0, 0) not in said


def test_places_keep_their_order_and_periods_run_in_time(cells, words):
    shuffled = cells.iloc[[4, 5, 0, 2, 1]]  # the first place has no first period
    figure = period_heatmap(shuffled, words, LIGHT)
    assert figure.layout.yaxis.ticktext == ("1号村", "0号村")
    assert figure.layout.xaxis.ticktext == ("1周", "2周", "3周")
    assert list(figure.data[0].x) == [1, 2, 0, 2, 1]
    assert list(figure.data[0].base) == [-0.5, -0.5, 0.5, 0.5, 0.5]


def test_a_year_of_weeks_has_heads_that_do_not_meet_and_names_the_newest(words):
    for width in (1200, 560):
        figure = period_heatmap(cells_of(40, 52), words, LIGHT, width=width)
        heads = [at for at, text in enumerate(figure.layout.xaxis.ticktext) if text]
        cell = (width - figure.layout.margin.l - figure.layout.margin.r) / 52
        assert min(late - early for early, late in pairwise(heads)) * cell > 3 * 12
        assert figure.layout.xaxis.ticktext[51] == "52周"
        assert figure.layout.height < 1100


def test_a_head_too_wide_for_the_edge_leaves_it_to_one_before(words):
    wide = cells_of(2, 52).assign(period_label="2026年1月第一周")
    heads = period_heatmap(wide, words, LIGHT, width=560).layout.xaxis.ticktext
    assert not heads[51]
    assert any(heads)


def test_a_click_carries_the_code(cells, words):
    assert list(period_heatmap(cells, words, LIGHT).data[0].customdata) == cells["code"].tolist()


def test_no_cells_are_no_error(cells, words):
    assert period_heatmap(cells.iloc[:0], words, LIGHT).layout.height > 0
    assert period_heatmap(cells.assign(value=None, light="grey"), words, LIGHT).layout.height > 0
