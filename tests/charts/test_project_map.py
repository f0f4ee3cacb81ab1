import json
import math
import re
from itertools import combinations

import pandas as pd
import pytest

from charts.camera import pixel_of, view_state
from charts.layers import Basemap
from charts.legend import map_legend
from charts.project_map import PROJECT_LAYERS, SIGNS, project_legend_rows, project_map
from charts.theme import DARK, LIGHT, rgb
from charts.tooltips import MOST_CARDS
from charts.words import ChartWords

BOUNDS = (107.1, 30.1, 108.1, 30.7)
URL, OUTLINE = "/boundaries/v7/990101/township.json", "/boundaries/v7/990101/county.json"
STATES = (("late", "逾期"), ("on_time", "按期"), ("done", "完工"), ("reserve", "储备"))


@pytest.fixture
def points():
    rows = [
        ("P 1", "蔬菜基地", 107.3, 30.3, "late"),
        ("P2", "村组道路", 107.3, 30.3, "done"),
        ("P3", "安全饮水", 107.3, 30.3, "on_time"),
        ("P4", "冷链仓储", 107.9, 30.6, "late"),
        ("P5", "茶叶加工", None, None, "reserve"),
    ]
    frame = pd.DataFrame(rows, columns=["code", "name", "longitude", "latitude", "state"])
    return frame.assign(hover=frame["name"] + "\n状态\t逾期")


@pytest.fixture
def said():
    return ChartWords(lights=(*STATES, ("no_place", "无坐标")))


@pytest.fixture
def draw(points, said):
    def drawn(frame=points, words=said, palette=LIGHT, **changes):
        labels = pd.DataFrame({"name": ["石岭镇"], "longitude": 107.4, "latitude": 30.4, "priority": 1, "major": True})
        fixed = {"geometry_url": URL, "outline_urls": [OUTLINE], "bounds": BOUNDS, "label_rows": labels}
        return project_map(frame, words, palette, **(fixed | changes))

    return drawn


def layers(deck):
    return {layer["id"]: layer for layer in json.loads(deck.to_json())["layers"]}


def signs(deck):
    return [(name, row) for name, layer in layers(deck).items() if name in PROJECT_LAYERS for row in layer["data"]]


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_each_state_has_a_sign_and_a_colour_of_its_own(draw, points, palette):
    every = pd.concat([points.iloc[[0]].assign(code=state, state=state) for state in SIGNS])
    drawn = layers(draw(every, palette=palette))
    found = {name: layer for name, layer in drawn.items() if name in PROJECT_LAYERS}
    colours = {tuple(layer["_subLayerProps"]["characters"]["getColor"]) for layer in found.values()}
    assert {row["t"] for layer in found.values() for row in layer["data"]} == set(SIGNS.values())
    assert len(colours) == len(SIGNS) == len(found) == 4
    assert found["projects-late"]["_subLayerProps"]["characters"]["getColor"] == rgb(palette.light("red"))


def test_the_most_urgent_lies_on_top_and_names_above_all(draw, points):
    order = list(layers(draw()))
    assert order == ["ground", "outline-0", "projects-done", "projects-on_time", "projects-late", "labels-major"]
    turned = ChartWords(lights=tuple(reversed(STATES)))
    assert list(layers(draw(words=turned)))[2:5] == ["projects-late", "projects-on_time", "projects-done"]
    assert list(layers(draw(words=ChartWords())))[2:5] == order[2:5]


def test_projects_of_one_place_part_and_stay_near_it_always_alike(draw, points):
    crowd = pd.concat([points.iloc[[0]]] * 60).assign(code=[f"P{n}" for n in range(60)])
    view = view_state(BOUNDS, 760, 460)
    there = [pixel_of(view, *row["at"]) for _, row in signs(draw(crowd))]
    here = pixel_of(view, 107.3, 30.3)
    assert min(math.dist(one, other) for one, other in combinations(there, 2)) > 8
    assert max(math.dist(here, place) for place in there) < 80
    assert signs(draw(crowd)) == signs(draw(crowd))


def test_a_project_that_stands_alone_stays_in_its_place(draw):
    (row,) = (row for _, row in signs(draw()) if row["properties"]["code"] == "P4")
    assert row["at"] == pytest.approx([107.9, 30.6], abs=2e-5)


def test_one_without_coordinates_is_only_in_the_legend(draw, points, said):
    assert {row["properties"]["code"] for _, row in signs(draw())} == {"P 1", "P2", "P3", "P4"}
    rows = project_legend_rows(points, said, LIGHT)
    assert [(row.text, row.count) for row in rows] == [
        ("■ 逾期", 2), ("● 按期", 1), ("◆ 完工", 1), ("▼ 储备", 1), ("无坐标", 1),
    ]  # fmt: skip
    assert sum(row.count for row in rows if isinstance(row.kind, int)) == len(points)
    assert len(project_legend_rows(points.iloc[:4], said, LIGHT)) == 4


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_the_legend_has_the_colours_of_the_map(draw, points, said, palette):
    figure = map_legend(project_legend_rows(points, said, palette), palette)
    swatches = [rgb(trace.marker.color[0]) for trace in figure.data if trace.type == "bar"]
    drawn = layers(draw(palette=palette))
    on_map = [drawn[f"projects-{state}"]["_subLayerProps"]["characters"]["getColor"] for state in list(SIGNS)[:3]]
    assert swatches[:3] == on_map


def test_only_projects_are_picked_and_a_click_carries_the_code(draw):
    drawn = layers(draw())
    assert {name for name, layer in drawn.items() if layer["pickable"]} == {f"projects-{s}" for s in list(SIGNS)[:3]}
    properties = {row["properties"]["code"]: row["properties"] for _, row in signs(draw())}
    assert properties["P2"] == {"code": "P2", "key": "P2"}
    assert properties["P 1"]["key"].startswith("x-")


def test_a_pointer_shows_a_projects_card_or_of_very_many_the_name(draw, points):
    assert "蔬菜基地" in draw()._tooltip["html"]
    many = pd.concat([points] * 201, ignore_index=True)
    many["code"] = [f"{n}" for n in range(len(many))]
    assert len(signs(draw(many))) > MOST_CARDS
    deck = draw(many)
    assert "{name}" in deck._tooltip["html"]
    assert {row["properties"]["name"] for _, row in signs(deck)} == {"蔬菜基地", "村组道路", "安全饮水", "冷链仓储"}


def test_the_ground_lets_a_basemap_through_and_nothing_points_to_the_internet(draw):
    assert layers(draw())["ground"]["filled"]
    deck = draw(basemap=Basemap("/tiles/{z}/{x}/{y}.png"))
    assert not layers(deck)["ground"]["filled"]
    assert layers(deck)["ground"]["data"] == URL
    assert not re.search("https?:", deck.to_json() + json.dumps(deck._tooltip))


def test_no_projects_are_no_error(draw, points, said):
    assert list(layers(draw(points.iloc[:0]))) == ["ground", "outline-0", "labels-major"]
    assert [row.count for row in project_legend_rows(points.iloc[:0], said, LIGHT)] == [0, 0, 0, 0]
