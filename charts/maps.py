"""Maps of a region's children: shapes come by URL and stay in the browser, a rerun sends colours, cards and labels."""

import math
import zlib
from collections.abc import Sequence
from typing import Any

import pandas as pd
import pydeck as pdk

from charts.camera import Bounds, centre_of, view_state
from charts.classes import GAP, NOT_REPORTED, LegendRow, Measure, classes, fills
from charts.layers import HAIRLINE, MEDIUM, SEE_THROUGH, Basemap, by_key, deck, name_layers, outline_layers
from charts.theme import Palette, rgb
from charts.tooltips import MOST_CARDS, key_of, tooltip
from charts.words import MapWords

#: The layers whose objects a click selects; a page reads ["selection"]["objects"][layer][0]["properties"]["code"].
PICKABLE = ("units", "points", "columns")


def village_map(
    children: pd.DataFrame,
    words: MapWords,
    palette: Palette,
    *,
    geometry_url: str,
    bounds: Bounds,
    label_rows: pd.DataFrame,
    measure: Measure = GAP,
    outline_urls: Sequence[str] = (),
    selected: str | None = None,
    columns3d: bool = False,
    basemap: Basemap | None = None,
    width: float = 760,
    height: float = 460,
    recentre: int = 0,
    name_property: str = "name",
) -> pdk.Deck:
    """Return a map of `children` in five classes of `measure`, those that did not report hatched.

    Columns read: code, name, value, gap, hover, longitude, latitude, has_shape. A child without a shape is a point;
    without coordinates either, it is only counted in the legend. `geometry_url` serves a GeoJSON FeatureCollection with
    the properties code, name and key (`key_of(code)`); `outline_urls` serve those of the wider levels, from the
    narrowest to the widest, which is drawn heaviest. `label_rows` has name, longitude, latitude, major (bold and always
    there: townships) and priority (of two that would overlap, the higher is kept). `columns3d` stands a column as high
    as its value on every child. `bounds` is (west, south, east, north); `width` and `height` are the frame in pixels.
    `name_property` is the property of a shape that holds its name in the reader's language: all that a pointer shows
    above 800 children.
    """
    found, _ = classes(children, measure, words, palette)
    colours = fills(found, measure, palette)
    units = children.assign(key=[key_of(code) for code in children["code"]], found=found, colour=colours)
    version = zlib.crc32("".join([*colours, *units["key"], f"{selected}{palette.name}{columns3d}{basemap}"]).encode())
    opacity = 0.75 if basemap else 1.0
    named = name_property if len(children) > MOST_CARDS else None
    layers = [_units_layer(units, palette, geometry_url, version, columns3d, opacity, fine=len(outline_urls) > 1)]
    layers += outline_layers(outline_urls, palette)
    if selected is not None:
        layers.append(_selected_layer(selected, palette, geometry_url))
    points = units[~units["has_shape"].astype(bool) & units["longitude"].notna() & units["latitude"].notna()]
    if len(points):
        layers.append(_points_layer(points, palette, version, selected, named))
    if columns3d:
        layers.append(_columns_layer(units, bounds, named))
    view = view_state(bounds, width, height, pitched=columns3d, recentre=recentre)
    layers += name_layers(label_rows, palette, view, width, height)
    cards = tooltip(children, palette, centre=centre_of(bounds), name_property=name_property)
    return deck(layers, view, cards, basemap)


def legend_rows(
    children: pd.DataFrame, words: MapWords, palette: Palette, measure: Measure = GAP
) -> tuple[LegendRow, ...]:
    """Return the legend of the map that `village_map` draws of the same children."""
    return classes(children, measure, words, palette)[1]


def _units_layer(
    units: pd.DataFrame, palette: Palette, url: str, version: int, flat: bool, opacity: float, *, fine: bool
) -> pdk.Layer:
    """Return the children's shapes, coloured in the sub-layer's props: there Streamlit does not dim the unselected."""
    hatched = units["found"] == NOT_REPORTED
    alpha = [] if opacity == 1 else [round(255 * opacity)]
    plain = [*rgb(palette.surface), *alpha]
    colours = [
        rgb(palette.hatch) if is_hatched else plain if flat else [*rgb(colour), *alpha]
        for colour, is_hatched in zip(units["colour"], hatched, strict=True)
    ]
    fill = {
        "getFillColor": by_key(units["key"].tolist(), colours, plain),
        # Streamlit keeps no trigger of the layer itself but getFillColor's; "all" reaches the extension's too.
        "updateTriggers": {"all": version},
    }
    keys = units.loc[hatched, "key"].tolist()
    return pdk.Layer(
        "GeoJsonLayer",
        url,
        id="units",
        pickable=True,
        auto_highlight=True,
        highlight_color=[*rgb(palette.accent), 70],
        filled=True,
        stroked=True,
        line_width_units=pdk.types.String("pixels"),
        get_line_width=HAIRLINE * palette.scale if fine else MEDIUM * palette.scale,
        get_line_color=rgb(palette.outline),
        extensions=[{"@@type": "FillStyleExtension", "pattern": True, "proceduralPattern": True}],
        get_fill_pattern=by_key(keys, ["hatch"] * len(keys), "solid"),
        fill_pattern_size_units=pdk.types.String("pixels"),
        fill_pattern_mapping={"hatch": {"type": "hatch", "strokeWidth": 1.8, "gap": 4.5, "angle": 45}},
        get_fill_pattern_background_color=by_key(keys, [[*rgb(palette.not_reported), *alpha]] * len(keys), SEE_THROUGH),
        _sub_layer_props={"polygons-fill": fill},
    )


def _selected_layer(code: str, palette: Palette, url: str) -> pdk.Layer:
    key = key_of(code)
    # Only the layer's own accessors see a feature's key; only a sub-layer's triggers survive Streamlit.
    trigger = {"updateTriggers": {"getColor": [key, palette.name]}}
    return pdk.Layer(
        "GeoJsonLayer",
        url,
        id="selected",
        pickable=False,
        filled=False,
        stroked=True,
        line_joint_rounded=True,
        line_width_units=pdk.types.String("pixels"),
        get_line_width=4 * palette.scale,
        get_line_color=by_key([key], [rgb(palette.ink)], SEE_THROUGH),
        _sub_layer_props={"polygons-stroke": trigger},
    )


def _properties(row: Any, named: str | None) -> dict[str, str]:
    """Return what a click and a card need, with the name as the property `named` where there are no cards."""
    name = {named: row.name} if named else {}
    return {"code": row.code, "key": row.key, **name}


def _feature(row: Any, named: str | None) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [round(row.longitude, 5), round(row.latitude, 5)]},
        "properties": _properties(row, named),
    }


def _points_layer(
    points: pd.DataFrame, palette: Palette, version: int, selected: str | None, named: str | None
) -> pdk.Layer:
    """Return the children without a shape, as features like the others, so that cards and clicks find them alike."""
    # A dot is too small for a hatch: the hatch's grey, which is no class's colour.
    colours = [
        rgb(palette.hatch if found == NOT_REPORTED else colour)
        for found, colour in zip(points["found"], points["colour"], strict=True)
    ]
    fill = {
        "getFillColor": by_key(points["key"].tolist(), colours, SEE_THROUGH),
        "getLineColor": rgb(palette.ink),
        "getLineWidth": by_key([key_of(selected or "")], [3 * palette.scale], 1.2 * palette.scale),
        "updateTriggers": {"getFillColor": [version], "getLineWidth": [version]},
    }
    features = [_feature(row, named) for row in points.itertuples(index=False)]
    return pdk.Layer(
        "GeoJsonLayer",
        {"type": "FeatureCollection", "features": features},
        id="points",
        pickable=True,
        filled=True,
        stroked=True,
        point_radius_units=pdk.types.String("pixels"),
        line_width_units=pdk.types.String("pixels"),
        get_point_radius=6.5 * palette.scale,
        _sub_layer_props={"points-circle": fill},
    )


def _columns_layer(units: pd.DataFrame, bounds: Bounds, named: str | None) -> pdk.Layer:
    """Return a column a child, as high as its value: the tallest a quarter of the map's breadth."""
    west, south, east, north = bounds
    metres = (east - west) * 111_320 * math.cos(math.radians((south + north) / 2))
    standing = units[units["value"].notna() & units["longitude"].notna() & units["latitude"].notna()]
    highest = max(float(standing["value"].abs().max()), 1e-9) if len(standing) else 1.0
    rows = [
        {
            "at": [round(row.longitude, 4), round(row.latitude, 4)],
            "h": round(max(row.value, 0.0) / highest, 3),
            "c": rgb(row.colour),
            "properties": _properties(row, named),
        }
        for row in standing.itertuples(index=False)
    ]
    # Square columns: Streamlit dims an unselected ColumnLayer, and leaves this kind alone.
    return pdk.Layer(
        "GridCellLayer",
        rows,
        id="columns",
        pickable=True,
        auto_highlight=True,
        extruded=True,
        get_position="at",
        get_elevation="h",
        get_fill_color="c",
        elevation_scale=metres / 4,
        offset=[0, 0],
        material={"ambient": 0.58, "diffuse": 0.42, "shininess": 8, "specularColor": [10, 10, 10]},
        cell_size=min(metres / 28, metres / (3.2 * math.sqrt(len(rows) or 1))),
    )
