"""Projects as points on the map, each state with a shape of its own, none hidden by another."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import pydeck as pdk

from charts.camera import Bounds, centre_of, pixel_of, place_of, view_state
from charts.classes import LegendRow
from charts.layers import MEDIUM, Basemap, deck, name_layers, outline_layers
from charts.placement import parted
from charts.theme import FONT, Palette, rgb
from charts.tooltips import MOST_CARDS, key_of, tooltip
from charts.words import ChartWords

#: The sign of each state, said again without colour.
SIGNS = {"late": "■", "on_time": "●", "done": "◆", "reserve": "▼"}
#: The layers whose objects a click selects, as with `charts.maps.PICKABLE`; the code is the project's.
PROJECT_LAYERS = tuple(f"projects-{state}" for state in SIGNS)
_SIZE, _SMALL, _MANY, _APART = 17.0, 14.0, 200, 0.55


def project_map(
    points: pd.DataFrame,
    words: ChartWords,
    palette: Palette,
    *,
    geometry_url: str,
    bounds: Bounds,
    label_rows: pd.DataFrame,
    outline_urls: Sequence[str] = (),
    basemap: Basemap | None = None,
    width: float = 760,
    height: float = 460,
    recentre: int = 0,
) -> pdk.Deck:
    """Return projects as signs over the outlines of townships with their names.

    Columns read: code (the project's), name, longitude, latitude (null: not on the map, only in the legend), state
    ("late", "on_time", "done", "reserve"), hover. Projects of one place stand around it, so that each can be seen and
    pointed at. Of the states in `words.lights` the first lies on top. `geometry_url`, `outline_urls`, `label_rows`,
    `bounds` and the frame are those of `charts.maps.village_map`; a click selects in `PROJECT_LAYERS`.
    Words used: lights (a state with its meaning, the most urgent first).
    """
    view = view_state(bounds, width, height, recentre=recentre)
    size = palette.px(_SIZE if len(points) <= _MANY else _SMALL)
    drawn = _apart(points.dropna(subset=["longitude", "latitude"]), view, size * _APART)
    order = [state for state, _ in words.lights if state in SIGNS]
    order += [state for state in SIGNS if state not in order]
    layers = [_ground(geometry_url, basemap, palette), *outline_layers(outline_urls, palette)]
    names = name_layers(label_rows, palette, view, width, height)
    signs = [
        _signs(drawn[drawn["state"] == state], state, size, palette, named=len(drawn) > MOST_CARDS)
        for state in reversed(order)
        if (drawn["state"] == state).any()
    ]
    return deck([*layers, *signs, *names], view, tooltip(drawn, palette, centre=centre_of(bounds)), basemap)


def project_legend_rows(points: pd.DataFrame, words: ChartWords, palette: Palette) -> tuple[LegendRow, ...]:
    """Return the legend of the map that `project_map` draws of the same points, for `charts.legend.map_legend`.

    The states in the order of `words.lights` with their signs and how many projects are in each. Those without
    coordinates are counted again in a last row, if there are any and `words.lights` names "no_place".
    """
    texts = dict(words.lights)
    states = points["state"].tolist()
    rows = [
        LegendRow(number, f"{SIGNS[state]} {text}", _colour(state, palette), states.count(state))
        for number, (state, text) in enumerate((state, text) for state, text in texts.items() if state in SIGNS)
    ]
    nowhere = int((points["longitude"].isna() | points["latitude"].isna()).sum())
    if nowhere and "no_place" in texts:
        rows.append(LegendRow("no_shape", texts["no_place"], palette.ink, nowhere))
    return tuple(rows)


def _colour(state: str, palette: Palette) -> str:
    """Return a state's colour: two lights; what is over is pale and what has not begun grey, for they need nobody."""
    lights = {"late": palette.light("red"), "on_time": palette.light("green")}
    return lights.get(state, palette.accent_light if state == "done" else palette.muted)


def _apart(points: pd.DataFrame, view: pdk.ViewState, gap: float) -> pd.DataFrame:
    """Return `points` with their places moved until none covers another wholly while the whole region is in view."""
    pixels = [pixel_of(view, *place) for place in points[["longitude", "latitude"]].itertuples(index=False)]
    places = [place_of(view, *pixel) for pixel in parted(pixels, gap)]
    return points.assign(
        longitude=[round(longitude, 5) for longitude, _ in places],
        latitude=[round(latitude, 5) for _, latitude in places],
    )


def _ground(url: str, basemap: Basemap | None, palette: Palette) -> pdk.Layer:
    return pdk.Layer(
        "GeoJsonLayer",
        url,
        id="ground",
        pickable=False,
        filled=basemap is None,
        stroked=True,
        line_joint_rounded=True,
        line_width_units=pdk.types.String("pixels"),
        get_line_width=MEDIUM * palette.scale,
        get_line_color=rgb(palette.outline),
        _sub_layer_props={"polygons-fill": {"getFillColor": rgb(palette.surface)}},
    )


def _signs(points: pd.DataFrame, state: str, size: float, palette: Palette, *, named: bool) -> pdk.Layer:
    """Return the signs of one state, as text with a halo: what they are is in `properties`, as with a map's shapes."""
    data: list[dict[str, Any]] = [
        {
            "t": SIGNS[state],
            "at": [row.longitude, row.latitude],
            "properties": {"code": row.code, "key": key_of(row.code), **({"name": row.name} if named else {})},
        }
        for row in points.itertuples(index=False)
    ]
    string = pdk.types.String
    colour = rgb(_colour(state, palette))
    return pdk.Layer(
        "TextLayer",
        data,
        id=f"projects-{state}",
        pickable=True,
        get_text="t",
        get_position="at",
        get_size=size,
        font_family=string(FONT),
        font_weight=string("bold"),
        # In the sub-layer, where Streamlit does not dim it once something is selected.
        _sub_layer_props={"characters": {"getColor": colour, "updateTriggers": {"getColor": [palette.name]}}},
        character_set=string("auto"),
        font_settings={"sdf": True, "fontSize": 64, "buffer": 12, "radius": 16},
        outline_width=3,
        outline_color=[*rgb(palette.background), 235],
    )
