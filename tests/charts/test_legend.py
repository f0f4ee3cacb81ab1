from itertools import pairwise

import pytest

from charts.classes import GAP, classes
from charts.legend import map_legend
from charts.theme import DARK, LIGHT


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_each_class_has_a_swatch_its_number_and_its_meaning(children, map_words, palette):
    _, rows = classes(children, GAP, map_words, palette)
    figure = map_legend(rows, palette)
    swatches = [trace for trace in figure.data if trace.type == "bar"]
    assert [trace.marker.color[0] for trace in swatches] == [*palette.diverging, palette.not_reported, palette.no_plan]
    texts = [note.text for note in figure.layout.annotations]
    assert texts == [text for row in rows for text in (row.text, f"<b>{row.count}</b>")]


def test_only_not_reported_is_hatched_and_no_shape_is_a_dot(children, map_words):
    figure = map_legend(classes(children, GAP, map_words, LIGHT)[1], LIGHT)
    hatched = [trace.marker.color[0] for trace in figure.data if trace.type == "bar" and trace.marker.pattern.shape[0]]
    assert hatched == [LIGHT.not_reported]
    assert [trace.mode for trace in figure.data if trace.type == "scatter"] == ["markers"]


def test_swatches_touch_but_never_overlap(children, map_words):
    figure = map_legend(classes(children, GAP, map_words, LIGHT)[1], LIGHT)
    spans = [
        (trace.x[0] - trace.width / 2, trace.x[0] + trace.width / 2) for trace in figure.data if trace.type == "bar"
    ]
    for (_, end), (start, _) in pairwise(spans):
        assert start >= end - 1e-9


def test_type_shrinks_to_fit_a_narrow_map(children, map_words):
    rows = classes(children, GAP, map_words, LIGHT)[1]
    wide, narrow = (map_legend(rows, LIGHT, width=width).layout.annotations[0].font.size for width in (900, 420))
    assert narrow < wide == 13
