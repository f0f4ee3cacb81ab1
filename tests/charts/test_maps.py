import json
import re

import pandas as pd
import pytest

from charts.classes import GAP, PERCENT
from charts.layers import Basemap
from charts.maps import PICKABLE, legend_rows, village_map
from charts.theme import DARK, LIGHT, rgb
from charts.tooltips import MOST_CARDS

URL = "/boundaries/v7/990101/village.json"
OUTLINES = ("/boundaries/v7/990101/township.json", "/boundaries/v7/990101/county.json")


@pytest.fixture
def draw(children, map_words):
    def drawn(frame=children, palette=LIGHT, **changes):
        labels = frame[["name", "longitude", "latitude"]].assign(priority=1, major=[True, *[False] * (len(frame) - 1)])
        fixed = {
            "geometry_url": URL, "outline_urls": OUTLINES, "bounds": (107.1, 30.1, 108.1, 30.7), "label_rows": labels,
        }  # fmt: skip
        return village_map(frame, map_words, palette, **(fixed | changes))

    return drawn


def layers(deck):
    return {layer["id"]: layer for layer in json.loads(deck.to_json())["layers"]}


def looked_up(look, key):
    return dict(zip(look["domain"], look["colors"], strict=True)).get(key, look["othersColor"])


def fill_of(deck, key):
    return looked_up(layers(deck)["units"]["_subLayerProps"]["polygons-fill"]["getFillColor"], key)


def test_shapes_come_by_url_and_colours_by_table(draw, children):
    units = layers(draw())["units"]
    assert units["data"] == URL
    assert units["pickable"]
    assert "getFillColor" not in units  # Streamlit would dim it
    expected = {"990101001": 0, "990101002": 2, "990101003": 3, "990101006": 0}
    for key, index in expected.items():
        assert fill_of(draw(), key) == rgb(LIGHT.diverging[index])
    assert fill_of(draw(measure=PERCENT), "990101006") == rgb(LIGHT.sequential[0])


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("measure", [GAP, PERCENT], ids=["gap", "value"])
def test_not_reported_is_hatched_and_nothing_else_is(draw, palette, measure):
    units = layers(draw(palette=palette, measure=measure))["units"]
    assert units["extensions"][0]["@@type"] == "FillStyleExtension"
    patterns = {key: looked_up(units["getFillPattern"], key) for key in ("990101004", "990101006", "elsewhere")}
    assert patterns == {"990101004": "hatch", "990101006": "solid", "elsewhere": "solid"}
    assert "hatch" in units["fillPatternMapping"]
    ground = looked_up(units["getFillPatternBackgroundColor"], "990101004")
    assert ground == rgb(palette.not_reported)
    assert ground not in [rgb(colour) for colour in measure.colours(palette)]


def test_new_figures_repaint_and_the_same_ones_do_not(draw, children):
    def trigger(deck):
        return layers(deck)["units"]["_subLayerProps"]["polygons-fill"]["updateTriggers"]

    assert trigger(draw()) == trigger(draw())
    assert trigger(draw()) != trigger(draw(children.assign(value=None)))
    assert trigger(draw()) != trigger(draw(palette=DARK))


def test_outlines_grow_with_their_level(draw):
    drawn = layers(draw())
    widths = [drawn[layer]["getLineWidth"] for layer in ("units", "outline-0", "outline-1")]
    assert widths == sorted(widths)
    assert len(set(widths)) == 3
    assert not drawn["outline-1"]["pickable"]
    # without a level between, the children's own borders are medium
    assert layers(draw(outline_urls=OUTLINES[1:]))["units"]["getLineWidth"] == widths[1]


def test_a_child_without_a_shape_is_a_point_of_its_class(draw, children, map_words):
    points = layers(draw())["points"]
    (feature,) = points["data"]["features"]
    assert feature["properties"] == {"code": "990101006", "key": "990101006"}
    assert feature["geometry"]["coordinates"] == [107.5, 30.25]
    look = points["_subLayerProps"]["points-circle"]["getFillColor"]
    assert looked_up(look, "990101006") == rgb(LIGHT.diverging[0])
    nowhere = children.assign(longitude=None)
    assert "points" not in layers(draw(nowhere))
    assert legend_rows(nowhere, map_words, LIGHT)[-1].count == 1


def test_a_silent_point_has_no_classs_colour(draw, children):
    silent = children.assign(value=None, gap=None)
    look = layers(draw(silent))["points"]["_subLayerProps"]["points-circle"]["getFillColor"]
    classes = [rgb(colour) for colour in (*LIGHT.diverging, *LIGHT.sequential)]
    assert looked_up(look, "990101006") not in classes


def test_the_selected_child_has_an_outline_of_its_own(draw):
    assert "selected" not in layers(draw())
    layer = layers(draw(selected="990101002"))["selected"]
    assert looked_up(layer["getLineColor"], "990101002") == rgb(LIGHT.ink)
    assert looked_up(layer["getLineColor"], "990101001")[3] == 0
    assert not layer["pickable"]


def test_columns_stand_only_where_there_is_a_value(draw, children):
    assert "columns" not in layers(draw())
    deck = draw(columns3d=True)
    rows = {row["properties"]["code"]: row for row in layers(deck)["columns"]["data"]}
    assert set(rows) == set(children["code"]) - {"990101004"}
    assert rows["990101003"]["h"] == 1
    assert rows["990101006"]["h"] == 0
    assert json.loads(deck.to_json())["initialViewState"]["pitch"] > 40
    assert json.loads(draw().to_json())["initialViewState"]["pitch"] == 0


def test_labels_have_halos_and_townships_weigh_more(draw):
    drawn = layers(draw())
    major, minor = drawn["labels-major"], drawn["labels-minor"]
    assert [row["t"] for row in major["data"]] == ["石岭镇"]
    assert major["getSize"] > minor["getSize"]
    for layer in (major, minor):
        assert layer["outlineWidth"] > 0
        assert layer["fontSettings"]["sdf"]
        assert layer["characterSet"] == "auto"


def test_every_layer_has_an_id_and_only_children_are_picked(draw):
    drawn = layers(draw(columns3d=True, selected="990101001"))
    assert {name for name, layer in drawn.items() if layer["pickable"]} == set(PICKABLE)


def test_nothing_points_to_the_internet(draw):
    for changes in ({}, {"columns3d": True}, {"basemap": Basemap("/tiles/{z}/{x}/{y}.png")}):
        deck = draw(**changes)
        assert not re.search("https?:", deck.to_json() + json.dumps(deck._tooltip))
        assert "mapProvider" not in json.loads(deck.to_json())


def test_a_basemap_is_a_style_of_its_own_under_a_lighter_fill(draw):
    deck = draw(basemap=Basemap("/tiles/{z}/{x}/{y}.png", attribution="天地图"))
    scheme, _, style = json.loads(deck.to_json())["mapStyle"].partition(",")
    assert scheme == "data:application/json"
    assert json.loads(style)["sources"]["base"]["tiles"] == ["/tiles/{z}/{x}/{y}.png"]
    assert fill_of(deck, "990101001")[3] < 255


def test_json_is_compact_chinese_and_strict(draw, children):
    villages = pd.concat([children.iloc[:3]] * 79, ignore_index=True).head(236)
    villages["code"] = [f"{990101001001 + n}" for n in range(236)]
    villages.loc[::20, ["value", "gap"]] = None
    labels = villages[["name", "longitude", "latitude"]].head(24).assign(priority=1, major=True)
    text = draw(villages, label_rows=labels).to_json()
    assert "石岭镇" in text
    assert ": " not in text
    assert "NaN" not in text
    assert len(text.encode()) < 13_000


def test_above_the_most_cards_a_point_carries_its_name(draw, children):
    many = pd.concat([children] * 140, ignore_index=True)
    many["code"] = [f"{n}" for n in range(len(many))]
    assert len(many) > MOST_CARDS
    feature = layers(draw(many, name_property="name_en"))["points"]["data"]["features"][0]
    assert feature["properties"]["name_en"] == "马鞍镇"


def test_odd_codes_are_found_by_their_key_and_answered_by_their_code(draw, children):
    odd = children.assign(code=[f"村 {n}" for n in range(6)])
    (feature,) = layers(draw(odd))["points"]["data"]["features"]
    assert feature["properties"]["code"] == "村 5"
    assert feature["properties"]["key"].startswith("x-")
    assert fill_of(draw(odd), feature["properties"]["key"]) == rgb(LIGHT.diverging[0])


def test_a_region_without_children_is_no_error(draw, children):
    assert set(layers(draw(children.iloc[:0], label_rows=children.iloc[:0].assign(priority=0, major=False)))) == {
        "units", "outline-0", "outline-1",
    }  # fmt: skip
