import pytest

from charts.parts import stacked_bars
from charts.theme import DARK, LIGHT

PARTS = [("work", "产业就业"), ("income", "增收"), ("water", "饮水")]


@pytest.fixture
def lost(children):
    table = children[["code", "name", "hover"]].assign(
        work=[4.0, 2.0, 0.0, None, 1.0, 0.02],
        income=[10.0, 0.0, 3.0, None, 0.0, 0.0],
        water=[1.0, 1.0, 1.0, None, 0.0, 0.0],
    )
    table["label"] = [f"−{total:.1f}" for total in table[["work", "income", "water"]].sum(axis=1)]
    for key, _ in PARTS:
        table[f"{key}_label"] = table[key].map("{:.1f}".format)
    return table


def bars(figure):
    return [trace for trace in figure.data if trace.type == "bar"]


def test_each_part_starts_where_the_one_before_ends(lost, words):
    work, income, water, _ = bars(stacked_bars(lost, words, LIGHT, parts=PARTS))
    assert list(work.base) == [0, 0, 0, 0, 0, 0]
    assert list(income.base) == [4, 2, 0, 0, 1, 0.02]
    assert list(water.base) == [14, 2, 3, 0, 1, 0.02]
    assert list(water.x) == [1, 1, 1, 0, 0, 0]


def test_a_part_has_its_colour_by_its_place_and_the_key_says_its_name(lost, words):
    figure = stacked_bars(lost, words, DARK, parts=PARTS)
    assert [bar.marker.color for bar in bars(figure)[:3]] == list(DARK.series[:3])
    key = next(note.text for note in figure.layout.annotations if "产业就业" in note.text)
    assert [key.index(colour) for colour in DARK.series[:3]] == sorted(key.index(colour) for colour in DARK.series[:3])
    assert key.index("产业就业") < key.index("增收") < key.index("饮水")


def test_a_part_says_its_figure_only_where_there_is_room(lost, words):
    figure = stacked_bars(lost, words, LIGHT, parts=PARTS, width=640)
    said = [
        text for trace in figure.data if trace.type == "scatter" and trace.mode == "text" for text in trace.text if text
    ]
    assert "10.0" in said
    assert "0.0" not in said
    assert " −15.0" in said


def test_the_label_stands_at_the_end_of_the_row(lost, words):
    figure = stacked_bars(lost, words, LIGHT, parts=PARTS)
    ends = next(t for t in figure.data if t.type == "scatter" and t.mode == "text" and t.textposition == "middle right")
    assert list(ends.x) == [15, 3, 4, 0, 1, 0.02]
    assert figure.layout.xaxis.range == (0, 15)


def test_a_click_anywhere_in_a_row_carries_its_code_and_the_selected_one_is_marked(lost, words):
    figure = stacked_bars(lost, words, LIGHT, parts=PARTS, selected="990101002")
    assert list(figure.data[-1].customdata) == lost["code"].tolist()
    assert figure.layout.shapes[0].y0 == 0.5
    assert figure.layout.yaxis.ticktext[1] == "<b>青塘镇</b>"


def test_none_are_no_error(lost, words):
    assert stacked_bars(lost.iloc[:0], words, LIGHT, parts=PARTS).layout.height > 0
    flat = lost.assign(work=0.0, income=0.0, water=0.0)
    assert stacked_bars(flat, words, LIGHT, parts=PARTS).layout.xaxis.range == (0, 1)


def test_a_name_from_a_workbook_is_text(lost, words):
    figure = stacked_bars(lost.assign(name=["<b>x</b>", *lost["name"][1:]]), words, LIGHT, parts=[("work", "<i>p</i>")])
    assert figure.layout.yaxis.ticktext[0] == "&lt;b&gt;x&lt;/b&gt;"
    assert any("&lt;i&gt;p&lt;/i&gt;" in note.text for note in figure.layout.annotations)
