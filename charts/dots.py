"""Two figures of each unit on one row."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from charts.bars import NAMES_SHARE, ROW_TEXT, names_axis, row_height, selected_band, whole_rows
from charts.lettering import Margins, block_of, safe, shortened, texts_at, widest
from charts.lines import text_places
from charts.theme import Palette, figure_of
from charts.words import ChartWords

_DOT = 11


def dots(
    children: pd.DataFrame,
    words: ChartWords,
    palette: Palette,
    names: tuple[str, str],
    selected: str | None = None,
    height: float | None = None,
    *,
    width: float = 520,
) -> go.Figure:
    """Return a row for each of `children`, in the given order, with two dots joined by a line: one full, one hollow.

    Columns read: code, name, first, second (null: not reported; both in one unit), first_label, second_label, hover. A
    row without either says its first_label. `names` are those of the two figures, written above the first row that has
    both. A click anywhere in a row carries its code as customdata. `selected` is the code of the row to mark. With more
    than `ROWS_IN_VIEW` rows the figure grows beyond `height`.
    Words used: title, subtitle, source.
    """
    first, second = children["first"].astype(float), children["second"].astype(float)
    size = palette.px(ROW_TEXT)
    shown = [shortened(name, width * NAMES_SHARE, size) for name in children["name"]]
    left = widest(shown, size) + palette.px(16)
    labels = [*children["first_label"], *children["second_label"]]
    # The labels stand inside the plot, on both sides: the dots lie on no common ground that a label could start from.
    room = widest(labels, size) + palette.px(_DOT + 4)
    plot_width = max(width - left, 2 * room + 1.0)
    low, high, per_pixel = _axis(pd.concat([first, second]), plot_width, room)
    heads, lanes = _heads(first, second, names, low, per_pixel, plot_width, palette)
    plot = Margins(left, 0.0, palette.px(6) + lanes * size * 1.35, palette.px(4))
    margins, annotations = block_of(words, palette, width=width, margins=plot)
    row = row_height(len(children), palette, height, margins)
    marked = (children["code"] == selected).tolist()
    fill, hollow = {"color": palette.accent}, {"color": palette.background}
    return figure_of(
        palette,
        [
            _joined(first, second, palette),
            _dots(second, hollow | {"line": {"width": palette.px(2), "color": palette.ink}}, palette),
            _dots(first, fill | {"line": {"width": palette.px(1), "color": palette.background}}, palette),
            *_labels(children, first, second, low, per_pixel, palette),
            whole_rows(children["code"].tolist(), children["hover"].tolist(), low, high),
        ],
        height=round(margins.top + margins.bottom + max(len(children), 1) * row),
        margin=margins.layout(),
        annotations=[*annotations, *heads],
        shapes=selected_band(marked, margins, plot_width, palette),
        barmode="overlay",
        bargap=0,
        xaxis={"range": [low, high], "showticklabels": False},
        yaxis=names_axis(
            [f"<b>{safe(name)}</b>" if mark else safe(name) for name, mark in zip(shown, marked, strict=True)],
            palette,
            standoff=6,
        ),
    )


def _axis(values: pd.Series, plot_width: float, room: float) -> tuple[float, float, float]:
    """Return the ends of an axis that leaves `room` pixels on both sides of the dots, and its units in a pixel."""
    known = values.dropna()
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    per_pixel = ((high - low) or abs(high) or 1.0) / (plot_width - 2 * room)
    return low - room * per_pixel, high + room * per_pixel, per_pixel


def _joined(first: pd.Series, second: pd.Series, palette: Palette) -> dict[str, Any]:
    x = [place for one, other in zip(first, second, strict=True) for place in (one, other, None)]
    y = [place for at in range(len(first)) for place in (at, at, None)]
    line = {"width": palette.px(2.5), "color": palette.accent_light}
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": line, "hoverinfo": "skip"}


def _dots(values: pd.Series, marker: dict[str, Any], palette: Palette) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": values.tolist(),
        "y": list(range(len(values))),
        "marker": {"size": palette.px(_DOT)} | marker,
        "hoverinfo": "skip",
        "cliponaxis": False,
        "unselected": {"marker": {"opacity": 1}},
    }


def _labels(
    children: pd.DataFrame, first: pd.Series, second: pd.Series, low: float, per_pixel: float, palette: Palette
) -> list[dict[str, Any]]:
    """Return both figures of each row, the lower one left of its dot and the higher one right of its own."""
    off = palette.px(_DOT / 2 + 5) * per_pixel
    sides: dict[str, list[tuple[float, int, str, str]]] = {"middle left": [], "middle right": []}
    for at, (one, other, label, other_label) in enumerate(
        zip(first, second, children["first_label"], children["second_label"], strict=True)
    ):
        if pd.isna(one) and pd.isna(other):
            sides["middle right"].append((low, at, f" {label}", palette.muted))
        elif pd.isna(other) or pd.isna(one):
            known, text, ink = (one, label, palette.accent) if pd.isna(other) else (other, other_label, palette.ink)
            sides["middle right"].append((known + off, at, text, ink))
        else:
            ends = sorted([(one, label, palette.accent), (other, other_label, palette.ink)])
            for side, sign, (value, text, ink) in zip(sides, (-1, 1), ends, strict=True):
                sides[side].append((value + sign * off, at, text, ink))
    traces = []
    for position, texts in sides.items():
        x, y, said, inks = (list(column) for column in zip(*texts, strict=True)) if texts else ([], [], [], [])
        traces += texts_at(x, y, said, inks, palette.px(ROW_TEXT), position)
    return traces


def _heads(
    first: pd.Series,
    second: pd.Series,
    names: tuple[str, str],
    low: float,
    per_pixel: float,
    plot_width: float,
    palette: Palette,
) -> tuple[list[dict[str, Any]], int]:
    """Return the two names above the dots that they name, and the lines that they take."""
    both = (first.notna() & second.notna()).to_numpy()
    if not both.any():
        return [], 0
    at = both.argmax()
    values = (first.iloc[at], second.iloc[at])
    size = palette.px(ROW_TEXT)
    places = text_places(names, [(value - low) / per_pixel for value in values], size, (0.0, plot_width))
    heads = [
        {
            "x": value,
            "yref": "paper",
            "y": 1,
            "yanchor": "bottom",
            "yshift": lane * size * 1.35,
            "xanchor": anchor,
            "text": f"<b>{safe(name)}</b>",
            "showarrow": False,
            "font": {"size": size, "color": colour},
        }
        for name, value, (anchor, lane), colour in zip(
            names, values, places, (palette.accent, palette.ink), strict=True
        )
    ]
    return heads, max(lane for _, lane in places) + 1
