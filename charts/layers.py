"""What every map is made of: outlines, names with halos, tiles below, and the deck around its layers."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pydeck as pdk
from pydeck.bindings.json_tools import default_serialize

from charts.placement import MAJOR_PX, MINOR_PX, placed
from charts.theme import FONT, Palette, rgb

SEE_THROUGH = [0, 0, 0, 0]
HAIRLINE, MEDIUM, HEAVY = 0.5, 1.3, 2.8


class CompactDeck(pdk.Deck):  # type: ignore[misc]  # pydeck has no types
    """A Deck whose JSON has no blanks and keeps Chinese as it is: a quarter of what pydeck itself writes."""

    def to_json(self) -> str:
        """Return the deck as JSON for deck.gl."""
        return json.dumps(
            self, sort_keys=True, default=default_serialize, separators=(",", ":"), ensure_ascii=False, allow_nan=False
        )


@dataclass(frozen=True)
class Basemap:
    """Raster tiles under a map: an XYZ address with {z}, {x} and {y}, on this server or of a tile service."""

    tiles: str
    tile_px: int = 256
    attribution: str = ""


def by_key(keys: Sequence[str], values: Sequence[Any], others: Any) -> dict[str, Any]:
    """Return deck.gl's look-up of a value by a feature's key: the way to colour shapes that were not sent along."""
    return {
        "@@function": "colorCategories",
        "attr": "key",
        "domain": list(keys),
        "colors": list(values),
        "othersColor": others,
        "nullColor": others,
    }


def outline_layers(urls: Sequence[str], palette: Palette) -> list[pdk.Layer]:
    """Return the outlines behind `urls`, from the narrowest level to the widest, which is drawn heaviest."""
    layers = []
    for number, url in enumerate(urls):
        is_widest = number == len(urls) - 1
        layers.append(
            pdk.Layer(
                "GeoJsonLayer",
                url,
                id=f"outline-{number}",
                pickable=False,
                filled=False,
                stroked=True,
                line_joint_rounded=True,
                line_width_units=pdk.types.String("pixels"),
                get_line_width=(HEAVY if is_widest else MEDIUM) * palette.scale,
                get_line_color=rgb(palette.ink if is_widest else palette.muted),
            )
        )
    return layers


def name_layers(
    label_rows: pd.DataFrame, palette: Palette, view: pdk.ViewState, width: float, height: float
) -> list[pdk.Layer]:
    """Return the names of `label_rows` (see `village_map`) that have room in a frame of `width` by `height` pixels."""
    names = placed(label_rows, palette, view, width, height)
    return [
        _names_layer(rows, palette, bool(major), view.pitch > 1)
        for major, rows in names.groupby(names["major"].astype(bool))
    ]


def deck(
    layers: Sequence[pdk.Layer], view: pdk.ViewState, tooltip: dict[str, Any], basemap: Basemap | None
) -> CompactDeck:
    """Return the deck of `layers`, which asks nobody on the internet; a tilted view can be turned."""
    tilted = view.pitch > 1
    style = {"map_style": _raster_style(basemap)} if basemap else {}
    return CompactDeck(
        layers=list(layers),
        views=[pdk.View(type="MapView", controller={"dragRotate": tilted, "touchRotate": tilted})],
        initial_view_state=view,
        tooltip=tooltip,
        # With any provider, Streamlit asks a tile host on the internet.
        map_provider=None,
        **style,
    )


def _names_layer(rows: pd.DataFrame, palette: Palette, major: bool, tilted: bool) -> pdk.Layer:
    data = [
        {"t": row.name, "at": [round(row.longitude, 5), round(row.latitude, 5)], "d": [round(row.dx), round(row.dy)]}
        for row in rows.itertuples(index=False)
    ]
    string = pdk.types.String
    over_columns = {"parameters": {"depthCompare": string("always")}} if tilted else {}
    return pdk.Layer(
        "TextLayer",
        data,
        id="labels-major" if major else "labels-minor",
        pickable=False,
        get_text="t",
        get_position="at",
        get_size=palette.px(MAJOR_PX if major else MINOR_PX),
        font_family=string(FONT),
        # In the sub-layer, where Streamlit does not dim it once something is selected.
        _sub_layer_props={"characters": {"getColor": rgb(palette.ink), "updateTriggers": {"getColor": [palette.name]}}},
        font_weight=string("bold" if major else "600"),
        character_set=string("auto"),
        font_settings={"sdf": True, "fontSize": 64, "buffer": 12, "radius": 16},
        outline_width=4 if major else 3.5,
        outline_color=[*rgb(palette.background), 235],
        get_pixel_offset="d",
        **over_columns,
    )


def _raster_style(basemap: Basemap) -> str:
    """Return a map style of one raster source as a data: address, the one form in which Streamlit takes it inline."""
    style = {
        "version": 8,
        "sources": {
            "base": {
                "type": "raster",
                "tiles": [basemap.tiles],
                "tileSize": basemap.tile_px,
                "attribution": basemap.attribution,
            }
        },
        "layers": [{"id": "base", "type": "raster", "source": "base"}],
    }
    return "data:application/json," + json.dumps(style, separators=(",", ":"))
