from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charts.lettering import (
    Margins,
    block_of,
    em_width,
    folded,
    hover_text,
    lights_key,
    safe,
    shortened,
    spread,
    wrapped,
)
from charts.theme import LIGHT
from charts.words import ChartWords


def test_chinese_is_about_twice_as_wide_as_latin():
    assert em_width("石岭") == 2
    assert em_width("ab") == pytest.approx(1.14)


def test_lines_break_in_chinese_but_not_in_a_figure_or_before_punctuation():
    lines = wrapped("完成率 63.2%，落后计划 4.1 个百分点，差距集中在石岭、青塘两镇", 140, 14)
    assert "".join(lines).replace(" ", "") == "完成率63.2%，落后计划4.1个百分点，差距集中在石岭、青塘两镇"
    assert any("63.2%" in line for line in lines)
    assert any("4.1" in line for line in lines)
    assert not any(line[0] in "，、。" for line in lines)


@given(st.text(alphabet="石岭镇ab 1.%，。(", max_size=60), st.integers(30, 400))
def test_wrapping_loses_nothing_but_blanks(text, width):
    assert "".join("".join(wrapped(text, width, 14)).split()) == "".join(text.split())


def test_an_opening_bracket_goes_with_what_it_opens():
    assert wrapped("冷链仓储中心（二期）", 100, 14) == ["冷链仓储中心", "（二期）"]


def test_a_folded_name_has_so_many_lines_and_no_more():
    name = "2026年石岭镇大坪村茶叶加工厂改扩建及冷链仓储中心"
    assert folded(name, 1000, 14, 2) == [name]
    first, second = folded(name, 150, 14, 2)
    assert name.startswith(first)
    assert name[len(first) :].startswith(second.removesuffix("…"))
    assert second.endswith("…")
    assert folded(name, 150, 14, 1) == [shortened(name, 150, 14)]
    assert all(em_width(line) * 14 <= 150 for line in (first, second))


def test_a_long_name_ends_in_an_ellipsis_within_its_room():
    cut = shortened("大河口经济技术开发区管理委员会", 100, 14)
    assert cut.endswith("…")
    assert em_width(cut) * 14 <= 100
    assert shortened("石岭镇", 100, 14) == "石岭镇"


def test_data_never_becomes_markup():
    assert safe("<b>村&") == "&lt;b&gt;村&amp;"
    assert hover_text("<i>村\n完成率\t5%") == "<b>&lt;i&gt;村</b><br>完成率　5%"


def test_key_names_only_the_lights_that_are_there(words):
    (line,) = lights_key(words, LIGHT, ["red", "grey"], 600)
    assert "落后超过 10 点" in line
    assert "达到计划" not in line
    assert "┃" in line
    assert len(lights_key(words, LIGHT, ["green", "amber", "red", "grey"], 200)) > 1


def test_words_take_their_room_and_nothing_where_there_are_none(words):
    plot = Margins(left=40, right=10, top=5, bottom=5)
    assert block_of(ChartWords(), LIGHT, width=500, margins=plot) == (plot, [])
    margins, annotations = block_of(words, LIGHT, width=500, margins=plot)
    assert margins.top > plot.top + 17 + 13
    assert margins.bottom > plot.bottom + 12
    assert [note["text"] for note in annotations] == [
        f"<b>{words.title}</b>",
        words.subtitle,
        words.source,
    ]
    narrow, _ = block_of(words, LIGHT, width=150, margins=plot)
    assert narrow.top > margins.top


@given(st.lists(st.floats(-1000, 1000), max_size=8), st.floats(1, 50))
def test_spread_labels_keep_their_order_and_distance(positions, gap):
    placed = spread(positions, gap)
    ordered = sorted(placed)
    assert all(above - below >= gap - 1e-6 for below, above in pairwise(ordered))
    for one in range(len(positions)):
        for other in range(len(positions)):
            if positions[one] < positions[other]:
                assert placed[one] < placed[other]


def test_labels_with_room_stay_where_they_are():
    assert spread([10.0, 100.0, 50.0], 15) == [10.0, 100.0, 50.0]
    assert spread([50.0, 50.0], 20) == [40.0, 60.0]
