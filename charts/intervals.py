"""Shares found by asking a sample: each with the interval that it may lie in, for five answers are not a rate."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from charts.bars import NAMES_SHARE, ROW_TEXT, lit_name, names_axis, row_height, selected_band, whole_rows
from charts.lettering import Margins, block_of, key_lines, safe, shortened, texts_at, widest
from charts.lines import text_places
from charts.theme import SHAPES, Palette, figure_of, rgba
from charts.words import ChartWords

#: Beside the size of a sample that is too small to speak for its place.
CAUTION = "⚠"
_DOT, _GAP = 11, 14


def interval_dots(
    rows: pd.DataFrame,
    words: ChartWords,
    palette: Palette,
    selected: str | None = None,
    height: float | None = None,
    *,
    width: float = 560,
) -> go.Figure:
    """Return a row a place, in the order given: its share as a dot on the interval that it may lie in, and its sample.

    Columns read: code, name, value (null: not reported, which leaves the row empty but for its label), low, high (in
    the value's unit; null: no interval), label, n_label (the sample's size as it is written), is_small (the dot is
    hollow and the size has a caution), light, hover; target where there is one (null: none), drawn as a line through
    the rows and named `words.plan`. A click anywhere in a row carries its code. `selected` is the code of the row to
    mark. With more than `ROWS_IN_VIEW` rows the figure grows beyond `height`.
    Words used: title, subtitle, source, plan, lights (also "small", what the caution means).
    """
    rows = rows.reset_index(drop=True)
    value, low, high = (rows[column].astype(float) for column in ("value", "low", "high"))
    target = rows["target"].astype(float) if "target" in rows else value * float("nan")
    known, small = value.notna().tolist(), rows["is_small"].fillna(False).astype(bool).tolist()
    size, gap = palette.px(ROW_TEXT), palette.px(_GAP)
    names = [shortened(name, width * NAMES_SHARE, size) for name in rows["name"]]
    samples = [f"{CAUTION} {text}" if mark else text for text, mark in zip(rows["n_label"], small, strict=True)]
    left = widest(names, size) + size * 1.6 + 4
    sample_room = widest(samples, size) + gap
    room = widest(rows.loc[value.notna(), "label"].tolist(), size) + gap + sample_room
    wide = max(width - left, room + 8 * size)
    start, end, per_pixel = _axis(pd.concat([value, low, high, target]), wide, room, palette.px(_DOT))
    line_name = words.plan if target.notna().any() else ""
    head = size * 1.4 if line_name else 0.0
    entries = [
        (SHAPES.get(light, CAUTION), palette.lights.get(light, palette.ink), text)
        for light, text in words.lights
        if light in [*rows["light"], *(["small"] if any(small) else [])]
    ]
    plot = Margins(left, 0.0, palette.px(4) + head, palette.px(4))
    margins, annotations = block_of(words, palette, width=width, margins=plot, key=key_lines(entries, palette, width))
    if line_name:
        annotations.append(_line_name(line_name, target.dropna().iloc[0], start, per_pixel, wide, palette))
    row = row_height(len(rows), palette, height, margins)
    marked = (rows["code"] == selected).tolist()
    at = list(range(len(rows)))
    return figure_of(
        palette,
        [
            _segments(low, high, at, {"color": rgba(palette.outline, 0.75), "width": palette.px(4)}),
            _through(target, {"color": palette.ink, "width": palette.px(1.8), "dash": "dash"}),
            _dots(value, rows["light"].tolist(), small, palette),
            *_texts(rows["label"], known, end - sample_room * per_pixel, palette.ink, size),
            *_texts(pd.Series(samples), known, end - palette.px(4) * per_pixel, palette.muted, size),
            *texts_at(
                [start] * known.count(False),
                [row for row in at if not known[row]],
                [f" {label}" for label in rows.loc[value.isna(), "label"]],
                [palette.muted] * known.count(False),
                size,
                "middle right",
            ),
            whole_rows(rows["code"].tolist(), rows["hover"].tolist(), start, end),
        ],
        height=round(margins.top + margins.bottom + max(len(rows), 1) * row),
        margin=margins.layout(),
        annotations=annotations,
        shapes=selected_band(marked, margins, wide, palette),
        barmode="overlay",
        bargap=0,
        xaxis={"range": [start, end], "showticklabels": False},
        yaxis=names_axis(
            [lit_name(*name, palette) for name in zip(names, rows["light"], marked, strict=True)], palette
        ),
    )


def _axis(values: pd.Series, wide: float, room: float, air: float) -> tuple[float, float, float]:
    """Return the ends of an axis with `air` around the dots and `room` right of them, and its units in a pixel."""
    known = values.dropna()
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    per_pixel = ((high - low) or abs(high) or 1.0) / (wide - room - 2 * air)
    return low - air * per_pixel, high + (air + room) * per_pixel, per_pixel


def _segments(low: pd.Series, high: pd.Series, at: list[int], line: dict[str, Any]) -> dict[str, Any]:
    """Return a level line a row, from low to high; none where either is not known."""
    there = [row for row in at if pd.notna(low[row]) and pd.notna(high[row])]
    x = [place for row in there for place in (low[row], high[row], None)]
    y = [place for row in there for place in (row, row, None)]
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": line, "hoverinfo": "skip"}


def _through(target: pd.Series, line: dict[str, Any]) -> dict[str, Any]:
    """Return an upright line through the rows, broken where there is no target or another one."""
    x: list[float | None] = []
    y: list[float | None] = []
    for row, value in enumerate(target):
        if pd.notna(value):
            joins = bool(x) and x[-1] == value and y[-1] == row - 0.5
            x += [value] if joins else [None, value, value]
            y += [row + 0.5] if joins else [None, row - 0.5, row + 0.5]
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": line, "hoverinfo": "skip", "cliponaxis": False}


def _dots(value: pd.Series, lights: list[str], small: list[bool], palette: Palette) -> dict[str, Any]:
    colours = [palette.light(light) for light in lights]
    fills = [palette.background if hollow else colour for colour, hollow in zip(colours, small, strict=True)]
    rims = {"width": palette.px(2.5), "color": colours}
    return {
        "type": "scatter",
        "mode": "markers",
        "x": value.tolist(),
        "y": list(range(len(value))),
        "marker": {"size": palette.px(_DOT), "color": fills, "line": rims},
        "hoverinfo": "skip",
        "cliponaxis": False,
        "unselected": {"marker": {"opacity": 1}},
    }


def _texts(texts: pd.Series, known: list[bool], end: float, ink: str, size: float) -> list[dict[str, Any]]:
    """Return a column of figures that all end at `end`."""
    rows = [row for row, there in enumerate(known) if there]
    return texts_at([end] * len(rows), rows, [texts[row] for row in rows], [ink] * len(rows), size, "middle left")


def _line_name(
    text: str, value: float, start: float, per_pixel: float, wide: float, palette: Palette
) -> dict[str, Any]:
    size = palette.px(ROW_TEXT)
    ((anchor, _),) = text_places([text], [(value - start) / per_pixel], size, (0.0, wide))
    return {
        "x": value,
        "yref": "paper",
        "y": 1,
        "yanchor": "bottom",
        "xanchor": anchor,
        "text": safe(text),
        "showarrow": False,
        "font": {"size": size, "color": palette.ink},
    }
