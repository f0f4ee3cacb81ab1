"""The legend under a map."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from charts.classes import LegendRow
from charts.lettering import em_width, safe
from charts.theme import Palette, figure_of, hatching, text_on

_HEIGHT, _SWATCH, _LABEL, _COUNT = 46, 21, 13, 13
#: Room in ems: beside a label, and between the classes and the states that are no class.
_AIR, _APART = 0.9, 0.8
#: A dot and its number beside it, in ems; the type may shrink, they do not.
_DOT_ROOM = 5.5


def map_legend(rows: Sequence[LegendRow], palette: Palette, *, width: float = 760) -> go.Figure:
    """Return the legend that `classes` gave as one strip: a swatch with its number of units in it, its meaning below.

    The classes stand side by side as on a ruler, the states that are no class apart from them: "not reported" hatched,
    "no shape" a dot, as on the map. `width` is the expected width in pixels; where it is short, the type shrinks a
    little.
    """
    height = palette.px(_HEIGHT)
    left, spans = 0.0, []
    for row in rows:
        left += 0.0 if isinstance(row.kind, int) else _APART
        right = left + max(em_width(row.text), _DOT_ROOM if row.kind == "no_shape" else 3.0) + _AIR
        spans.append((left, right))
        left = right
    size = min(palette.px(_LABEL), width * 0.99 / max(left, 1.0))
    floor = height - palette.px(_SWATCH) - 1
    traces, annotations = [], []
    for row, (start, end) in zip(rows, spans, strict=True):
        middle, is_dot = (start + end) / 2, row.kind == "no_shape"
        swatch = (
            _dot(middle, (floor + height) / 2, palette) if is_dot else _swatch(row, start, end, floor, height, palette)
        )
        traces.append(swatch)
        ink = palette.ink if row.kind in ("no_shape", "not_reported") else text_on(row.colour, palette)
        # On its own ground, or the hatch would run through the number.
        ground = {"bgcolor": row.colour, "borderpad": 1} if row.kind == "not_reported" else {}
        annotations += [
            {"x": middle, "y": floor / 2, "text": safe(row.text), "showarrow": False}
            | {"font": {"size": size, "color": palette.muted}},
            {"x": middle, "y": (floor + height) / 2, "text": f"<b>{row.count:,}</b>", "showarrow": False}
            | {"xshift": palette.px(16) * is_dot, "font": {"size": palette.px(_COUNT), "color": ink}}
            | ground,
        ]
    return figure_of(
        palette,
        traces,
        height=round(height),
        margin={"l": 1, "r": 1, "t": 0, "b": 0},
        annotations=annotations,
        barmode="overlay",
        hovermode=False,
        xaxis={"range": [0, max(left, 1.0)], "showticklabels": False},
        yaxis={"range": [0, height], "showticklabels": False},
    )


def _swatch(row: LegendRow, start: float, end: float, floor: float, top: float, palette: Palette) -> dict[str, Any]:
    return {
        "type": "bar",
        "x": [(start + end) / 2],
        "width": end - start,
        "base": floor,
        "y": [top - 1 - floor],
        "marker": {
            "color": [row.colour],
            "line": {"width": 1, "color": palette.outline},
            "pattern": hatching(palette, [row.kind == "not_reported"]),
        },
    }


def _dot(middle: float, height: float, palette: Palette) -> dict[str, Any]:
    line = {"width": palette.px(1.5), "color": palette.ink}
    marker = {"size": palette.px(13), "color": palette.surface, "line": line}
    return {"type": "scatter", "mode": "markers", "x": [middle], "y": [height], "marker": marker}
