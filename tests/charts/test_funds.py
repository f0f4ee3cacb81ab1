from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charts.funds import fund_flows
from charts.lettering import widest
from charts.theme import DARK, LIGHT, rgba
from charts.words import ChartWords

SOURCES, CATEGORIES = ["中央", "省级", "市级", "县级"], ["产业", "基建", "就业", "搬迁", "保障", "管理费"]
TOWNSHIPS = [f"{n}号镇" for n in range(14)]


def full(amounts):
    """Return a ribbon from every source to every township and on to every category; `amounts` are by township."""
    rows = [
        (source, town, amount / 4) for town, amount in zip(TOWNSHIPS, amounts, strict=True) for source in SOURCES
    ] + [(town, kind, amount / 6) for town, amount in zip(TOWNSHIPS, amounts, strict=True) for kind in CATEGORIES]
    frame = pd.DataFrame(rows, columns=["origin", "target", "value"])
    return frame.assign(label=[f"{value / 1e4:,.0f} 万元" for value in frame["value"]])


def totals(flows):
    return {
        name: f"{max(flows.loc[flows[end] == name, 'value'].sum() for end in ('origin', 'target')) / 1e4:,.0f} 万元"
        for name in {*flows["origin"], *flows["target"]}
    }


@pytest.fixture
def flows():
    return full([2e7 / (n + 1) ** 2 for n in range(14)])


def named(figure):
    return {
        note.text.replace("<br>", " ").split(" ")[0]: note
        for note in figure.layout.annotations
        if note.yanchor == "middle"
    }


def drawn_heights(figure):
    """Return each node's height in pixels as plotly reckons it: one scale for all, from the paddings and the sums."""
    (sankey,) = figure.data
    tall = figure.layout.height - figure.layout.margin.t - figure.layout.margin.b
    given_, taken = ([0.0] * len(sankey.node.x) for _ in range(2))
    for origin, target, value in zip(sankey.link.source, sankey.link.target, sankey.link.value, strict=True):
        given_[origin] += value
        taken[target] += value
    through = [max(pair) for pair in zip(given_, taken, strict=True)]
    columns = {x: [v for at, v in zip(sankey.node.x, through, strict=True) if at == x] for x in sankey.node.x}
    scale = min((tall - (len(column) - 1) * sankey.node.pad) / sum(column) for column in columns.values())
    return tall, [value * scale for value in through]


def check_no_nodes_or_names_meet(figure, size):
    tall, heights = drawn_heights(figure)
    node = figure.data[0].node
    for x in set(node.x):
        column = sorted((y * tall, height) for at, y, height in zip(node.x, node.y, heights, strict=True) if at == x)
        for (above, height), (below, other) in pairwise(column):
            assert below - other / 2 >= above + height / 2 - 1e-6
            assert below - above >= size
        assert column[0][0] - column[0][1] / 2 >= -1e-6
        assert column[-1][0] + column[-1][1] / 2 <= tall + 1e-6


@pytest.mark.parametrize("width", [1200, 560])
def test_four_sources_fourteen_townships_and_six_categories_stand_clear_of_each_other(flows, words, width):
    figure = fund_flows(flows, words, LIGHT, totals=totals(flows), width=width)
    check_no_nodes_or_names_meet(figure, 14)
    assert set(named(figure)) == {*SOURCES, *TOWNSHIPS, *CATEGORIES}
    assert figure.data[0].arrangement == "fixed"
    assert not figure.data[0].node.label


@settings(max_examples=20)
@given(st.lists(st.floats(0.01, 1e9), min_size=14, max_size=14))
def test_no_sums_make_names_meet(amounts):
    check_no_nodes_or_names_meet(fund_flows(full(amounts), ChartWords(), LIGHT), 14)


def test_the_names_at_the_sides_fit_into_the_margins(flows, words):
    said = totals(flows)
    for width in (1200, 560):
        figure = fund_flows(flows, words, LIGHT, totals=said, width=width)
        for names, room in ((SOURCES, figure.layout.margin.l), (CATEGORIES, figure.layout.margin.r)):
            lines = [line for name in names for line in named(figure)[name].text.split("<br>")]
            assert widest([line.replace("<b>", "").replace("</b>", "") for line in lines], 14) <= room


def test_where_there_is_little_room_the_names_break_and_the_townships_lose_their_totals(flows, words):
    wide, narrow = (named(fund_flows(flows, words, LIGHT, totals=totals(flows), width=w)) for w in (1200, 560))
    assert wide["中央"].text == f"中央 <b>{totals(flows)['中央']}</b>"
    assert narrow["中央"].text == f"中央<br><b>{totals(flows)['中央']}</b>"
    assert "万元" in wide["0号镇"].text
    assert narrow["0号镇"].text == "0号镇"


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_a_ribbon_has_its_sources_colour_and_is_grey_where_sources_mix(flows, words, palette):
    link = fund_flows(flows, words, palette).data[0].link
    expected = dict(zip(SOURCES, palette.series, strict=False))
    assert list(link.color) == [rgba(expected.get(name, palette.outline), 0.4) for name in flows["origin"]]


def test_hover_says_ribbons_and_nodes(flows, words):
    sankey = fund_flows(flows.assign(hover="<中央>\n金额\t5"), words, LIGHT, totals={"中央": "5 亿元"}).data[0]
    assert sankey.link.customdata[0] == "<b>&lt;中央&gt;</b><br>金额　5"
    assert sankey.node.customdata[0] == "<b>中央</b><br>5 亿元"
    assert fund_flows(flows, words, LIGHT).data[0].link.customdata[0] == f"<b>{flows['label'][0]}</b>"


def test_money_that_goes_straight_through_has_two_columns(words):
    straight = pd.DataFrame({"origin": ["中央", "县级"], "target": "产业", "value": [3.0, 1], "label": ["3", "1"]})
    node = fund_flows(straight, words, LIGHT).data[0].node
    assert node.x[0] == node.x[1] < 0.1 < 0.9 < node.x[2]


def test_nothing_flows_is_no_error(flows, words):
    assert not fund_flows(flows.assign(value=0), words, LIGHT).data
    assert fund_flows(flows.iloc[:0], words, LIGHT).layout.height > 0
