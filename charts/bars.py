"""Horizontal bars against a plan mark, the form that rankings and bullets share, and the rows that bars stand in."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from charts.lettering import Margins, block_of, coloured, hover_text, lights_key, safe, shortened, texts_at, widest
from charts.theme import SHAPES, Palette, figure_of, rgba
from charts.words import ChartWords

#: Beyond this many rows a bar keeps its height and the figure grows; the page scrolls it inside a container.
ROWS_IN_VIEW = 20
_ROW, _DENSE_ROW, _TALLEST_ROW, _LOWEST_ROW = 28, 25, 40, 19
ROW_TEXT, THICK, NAMES_SHARE = 14, 0.62, 0.36
#: With more rows, what they say on hover would outweigh all else; the rows themselves say value, plan and light.
_MOST_HOVERS = 100


def plan_bars(
    rows: pd.DataFrame,
    words: ChartWords,
    palette: Palette,
    *,
    width: float,
    height: float | None,
    selected: str | None,
    full: float | None,
) -> go.Figure:
    """Return one bar a row, in the given order, with its plan mark, its label at its end and its light by its name.

    `rows` has key, name, value, plan_value, light, label and hover; a null value leaves the row empty but for its
    label. `full` draws a pale track up to that value behind each bar. Every row is clickable along its whole length and
    carries its key as customdata. `width` and `height` are in pixels; with more than `ROWS_IN_VIEW` rows the figure
    grows instead.
    """
    value, plan = rows["value"].astype(float), rows["plan_value"].astype(float)
    reported = value.notna()
    size = palette.px(ROW_TEXT)
    names = [shortened(name, width * NAMES_SHARE, size) for name in rows["name"]]
    plot = Margins(
        left=widest(names, size) + size * 1.6 + 4,
        right=widest(rows["label"].tolist(), size) + palette.px(12),
        top=palette.px(4),
        bottom=palette.px(4),
    )
    marks = words if plan.notna().any() else replace(words, plan="")
    key = lights_key(marks, palette, rows["light"].tolist(), width)
    margins, annotations = block_of(words, palette, width=width, margins=plot, key=key)
    plot_width = max(width - margins.left - margins.right, 1.0)
    row = row_height(len(rows), palette, height, margins)
    low, high = (round(end, 4) for end in _reach(value, plan, full))
    per_pixel = (high - low) / plot_width
    # Past the end of the axis plotly leaves a label out, and one beside a mark at the end starts there.
    end = high + 3 * per_pixel
    marked = (rows["key"] == selected).tolist()
    traces = []
    if full is not None:
        # A pale track with no bar on it says "nothing done"; a row without a report has none.
        traces.append(bars_of([full if known else 0.0 for known in reported], {"color": rgba(palette.outline, 0.18)}))
    outlines = {"color": palette.ink, "width": [palette.px(2) if mark else 0 for mark in marked]}
    colours = [palette.light(light) for light in rows["light"]]
    traces.append(bars_of(value.round(4).tolist(), {"color": colours, "line": outlines}))
    for colour, beyond, thickness in ((palette.background, 0.0, 5.5), (palette.ink, 5.0, 2.5)):
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": plan.round(4).tolist(),
                "y": list(range(len(rows))),
                "marker": {
                    "symbol": "line-ns",
                    "size": row * THICK + palette.px(beyond),
                    "line": {"width": palette.px(thickness), "color": colour},
                },
                "hoverinfo": "skip",
                "cliponaxis": False,
                "unselected": {"marker": {"opacity": 1}},
            }
        )
    traces += texts_at(
        _label_places(value, plan, rows["label"], per_pixel, size),
        range(len(rows)),
        [f" {label}" for label in rows["label"]],
        [palette.ink if known else palette.muted for known in reported],
        size,
        "middle right",
    )
    traces.append(whole_rows(rows["key"].tolist(), rows["hover"].tolist(), low, high))
    return figure_of(
        palette,
        traces,
        height=round(margins.top + margins.bottom + max(len(rows), 1) * row),
        margin=margins.layout(),
        annotations=annotations,
        shapes=selected_band(marked, margins, plot_width, palette),
        barmode="overlay",
        bargap=0,
        xaxis={"range": [low, end], "showticklabels": False, "zeroline": True, "zerolinecolor": palette.outline},
        yaxis=names_axis(
            [lit_name(*head, palette) for head in zip(names, rows["light"], marked, strict=True)], palette
        ),
    )


def whole_rows(keys: list[str], hovers: list[str], low: float, high: float) -> dict[str, Any]:
    """Return an unseen bar along each row, from `low` to `high`: it takes the click, carries the key and hovers."""
    clickable = {"base": low, "width": 1.0, "customdata": keys, "hoverinfo": "none"}
    if len(keys) <= _MOST_HOVERS:
        clickable |= {"hovertext": [hover_text(text) for text in hovers], "hoverinfo": "text"}
    return bars_of([high - low] * len(keys), {"color": "rgba(0,0,0,0)"}) | clickable


def names_axis(names: list[str], palette: Palette, *, standoff: int = 2) -> dict[str, Any]:
    """Return an axis of rows, the first on top, named by safe plotly text that ends `standoff` pixels off the plot."""
    return {
        "range": [len(names) - 0.5, -0.5],
        "tickmode": "array",
        "tickvals": list(range(len(names))),
        "ticktext": names,
        "tickfont": {"size": palette.px(ROW_TEXT), "color": palette.ink},
        "ticklabelstandoff": standoff,
        # Plotly measures every label anew for each of them to hide what overflows: half a minute for 900 rows.
        "ticklabeloverflow": "allow",
    }


def bars_of(lengths: list[float], marker: dict[str, Any]) -> dict[str, Any]:
    """Return horizontal bars, one a row, silent on hover and not faded by a click, which the page answers itself."""
    return {
        "type": "bar",
        "orientation": "h",
        "x": lengths,
        "y": list(range(len(lengths))),
        "width": THICK,
        "marker": {"line": {"width": 0}} | marker,
        "hoverinfo": "skip",
        "unselected": {"marker": {"opacity": 1}},
    }


def upright(
    days: Sequence[date], values: pd.Series, colour: str, period: timedelta, *, offset: float, share: float
) -> dict[str, Any]:
    """Return upright bars, silent on hover, each a `share` of a period wide and `offset` of one off its day."""
    millis = period.days * 86_400_000
    return {
        "type": "bar",
        "x": list(days),
        "y": values.tolist(),
        "width": share * millis,
        "offset": offset * millis,
        "marker": {"color": colour, "line": {"width": 0}},
        "hoverinfo": "skip",
    }


def selected_band(marked: list[bool], margins: Margins, plot_width: float, palette: Palette) -> list[dict[str, Any]]:
    """Return the pale band behind the selected row, from its name to its label."""
    return [
        {
            "type": "rect",
            "layer": "below",
            "xref": "paper",
            "x0": -margins.left / plot_width,
            "x1": 1 + margins.right / plot_width,
            "y0": at - 0.5,
            "y1": at + 0.5,
            "line": {"width": 0},
            "fillcolor": rgba(palette.accent, 0.13),
        }
        for at, mark in enumerate(marked)
        if mark
    ]


def _reach(value: pd.Series, plan: pd.Series, full: float | None) -> tuple[float, float]:
    """Return the ends of the value axis: from 0, or below where a value is, to the furthest bar, mark or track."""
    known = [*value.dropna(), *plan.dropna(), 0.0, full or 0.0]
    low, high = min(known), max(known)
    return low, high if high > low else low + 1.0


def row_height(count: int, palette: Palette, height: float | None, margins: Margins) -> float:
    """Return a row's height in pixels: an equal part of `height`, or with more than `ROWS_IN_VIEW` a fixed one."""
    if count > ROWS_IN_VIEW:
        return palette.px(_DENSE_ROW)
    if height is None or count == 0:
        return palette.px(_ROW)
    free = (height - margins.top - margins.bottom) / count
    return min(max(free, palette.px(_LOWEST_ROW)), palette.px(_TALLEST_ROW))


def _label_places(value: pd.Series, plan: pd.Series, labels: pd.Series, per_pixel: float, size: float) -> list[float]:
    """Return where each row's label starts: at its bar's end, or past the plan mark where the two would meet."""
    ends = value.fillna(0.0).clip(lower=0.0)
    return [
        plan_at + 2 * per_pixel
        if end - 4 * per_pixel < plan_at < end + (widest([label], size) + size) * per_pixel
        else end
        for end, plan_at, label in zip(ends, plan, labels, strict=True)
    ]


def lit_name(name: str, light: str, is_selected: bool, palette: Palette) -> str:
    """Return a row's name as safe plotly text with the sign of its light, bold where it is selected."""
    text = f"<b>{safe(name)}</b>" if is_selected else safe(name)
    return f"{text} {coloured(SHAPES[light], palette.light(light))}" if light in SHAPES else f"{text} 　"
