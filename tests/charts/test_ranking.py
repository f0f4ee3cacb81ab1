import pandas as pd

from charts.ranking import ranking
from charts.theme import LIGHT, SHAPES


def bars(figure):
    return [trace for trace in figure.data if trace.type == "bar"]


def scatters(figure, mode):
    return [trace for trace in figure.data if trace.type == "scatter" and trace.mode == mode]


def test_bars_stand_in_the_given_order_and_in_their_lights(children, words):
    figure = ranking(children, words, LIGHT)
    drawn, _ = bars(figure)
    assert list(drawn.y) == list(range(6))
    assert figure.layout.yaxis.range == (5.5, -0.5)
    assert [text.split(" ")[0] for text in figure.layout.yaxis.ticktext] == children["name"].tolist()
    assert list(drawn.marker.color) == [LIGHT.light(light) for light in children["light"]]
    assert drawn.marker.color[4] == LIGHT.accent


def test_each_light_has_its_shape_beside_the_name(children, words):
    ticks = ranking(children, words, LIGHT).layout.yaxis.ticktext
    for tick, light in zip(ticks, children["light"], strict=True):
        shapes = [shape for shape in SHAPES.values() if shape in tick]
        assert shapes == ([SHAPES[light]] if light in SHAPES else [])


def test_not_reported_is_an_empty_row_that_says_so(children, words):
    figure = ranking(children, words, LIGHT)
    drawn, _ = bars(figure)
    assert pd.isna(drawn.x[3])
    assert drawn.x[5] == 0
    texts: dict[int, tuple[str, str]] = {}
    for trace in scatters(figure, "text"):
        texts |= {y: (text.strip(), trace.textfont.color) for y, text in zip(trace.y, trace.text, strict=True)}
    assert texts[3] == ("未报", LIGHT.muted)
    assert texts[5] == ("0.0%", LIGHT.ink)


def test_plan_marks_stand_at_the_plan(children, words):
    marks = scatters(ranking(children, words, LIGHT), "markers")
    assert marks
    for trace in marks:
        assert list(trace.x)[:4] == [67.3] * 4
        assert pd.isna(trace.x[4])


def test_a_click_anywhere_in_a_row_carries_its_code(children, words):
    *_, whole = bars(ranking(children, words, LIGHT))
    assert list(whole.customdata) == children["code"].tolist()
    assert set(whole.x) == {67.3}
    assert whole.width == 1
    others = [trace for trace in ranking(children, words, LIGHT).data if trace.customdata is None]
    assert {trace.hoverinfo for trace in others} == {"skip"}


def test_a_label_never_covers_a_plan_mark(children, words):
    labels: dict[int, float] = {}
    for trace in scatters(ranking(children, words, LIGHT, width=520), "text"):
        labels |= dict(zip(trace.y, trace.x, strict=True))
    assert labels[0] == 41.2  # far behind: at the bar's end
    assert labels[1] > 67.3  # would meet the mark: beyond it
    assert labels[3] == 0


def test_the_selected_row_is_outlined(children, words):
    figure = ranking(children, words, LIGHT, selected="990101002")
    drawn, _ = bars(figure)
    assert list(drawn.marker.line.width) == [0, 2, 0, 0, 0, 0]
    assert (figure.layout.shapes[0].y0, figure.layout.shapes[0].y1) == (0.5, 1.5)
    assert figure.layout.yaxis.ticktext[1].startswith("<b>青塘镇</b>")
    assert not ranking(children, words, LIGHT, selected="nowhere").layout.shapes


def test_many_rows_keep_their_height_and_few_fill_theirs(children, words):
    many = pd.concat([children] * 40, ignore_index=True)
    many["code"] = [f"{index}" for index in range(len(many))]
    grown = ranking(many, words, LIGHT, height=480)
    assert grown.layout.height > 240 * 20
    assert len(grown.to_json()) < 90_000
    *_, whole = bars(grown)
    assert whole.hoverinfo == "none"  # "skip" would not be clickable
    assert len(whole.customdata) == 240
    assert ranking(children, words, LIGHT, height=300).layout.height == 300


def test_names_are_not_markup_and_an_empty_region_is_no_error(children, words):
    figure = ranking(children.assign(name="<b>村"), words, LIGHT)
    assert figure.layout.yaxis.ticktext[0].startswith("&lt;b&gt;村")
    assert ranking(children.iloc[:0], words, LIGHT).layout.height > 0
