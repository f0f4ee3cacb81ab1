"""Cells in rows and columns, as matrices and heatmaps share them: each one coloured, labelled and clickable."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from charts.lettering import (
    LINE_HEIGHT,
    Margins,
    block_of,
    em_width,
    folded,
    hover_text,
    safe,
    texts_at,
    widest,
    wrapped,
)
from charts.theme import Palette, figure_of, hatching
from charts.words import ChartWords


@dataclass(frozen=True)
class Look:
    """Sizes in pixels of the 1366x768 design: a row's height, type of names and cells, seams, the room at the right.

    `names` is the share of the figure's width that the row names may take, `lines` over how many lines they may run.
    """

    row: float = 34
    name: float = 14
    cell: float = 13
    seam: float = 1.5
    right: float = 6
    names: float = 0.28
    lines: int = 1


#: The share of a cell's breadth that its label may take.
CELL_SHARE = 0.92
#: The ems right of the cells into which a head may run.
HEAD_ROOM = 1.5
#: How much taller a row may grow to fill a figure's height.
_STRETCH = 1.4
#: Column names, a cell's width and the type size in; safe texts, their height in pixels and their angle out.
Heads = Callable[[Sequence[str], float, float], tuple[list[str], float, float]]


def grid(
    cells: pd.DataFrame,
    words: ChartWords,
    palette: Palette,
    *,
    rows: Mapping[Any, str],
    columns: Mapping[Any, str],
    clicks: Sequence[Any],
    heads: Heads,
    width: float,
    height: float | None = None,
    look: Look,
    outlined: tuple[Any, Any] | None = None,
    key: Sequence[str] = (),
    marks: Sequence[dict[str, Any]] = (),
) -> go.Figure:
    """Return `cells` in `rows` and `columns`, which are keys with their names in the order of drawing.

    Columns read, a row a cell: row, column (keys), fill, ink (colours), hatched, label, hover. A click carries the
    cell's one of `clicks` as customdata. Rows grow a little to fill `height`. `outlined` is the (row, column) of the
    cell to outline, `key` lines of safe plotly text under the subtitle, `marks` further traces in columns across and
    rows down, counted from 0. Bars stand in for cells because Streamlit hears no click on a heatmap, and a heatmap
    cannot be hatched.
    Words used: title, subtitle, source.
    """
    name_size, cell_size = palette.px(look.name), palette.px(look.cell)
    names = [folded(name, width * look.names, name_size, look.lines) for name in rows.values()]
    left, right = _sides(names, palette, look)
    cell = cell_width(rows, columns, palette, width=width, look=look)
    texts, head_height, angle = heads(list(columns.values()), cell, cell_size)
    plot = Margins(left, right, head_height + palette.px(8), palette.px(4))
    margins, annotations = block_of(words, palette, width=width, margins=plot, key=key)
    row_of = {row: index for index, row in enumerate(rows)}
    column_of = {column: index for index, column in enumerate(columns)}
    x = [column_of[column] for column in cells["column"]]
    y = [row_of[row] for row in cells["row"]]
    bars = {
        "type": "bar",
        "x": x,
        "base": [at - 0.5 for at in y],
        "y": [1.0] * len(cells),
        "width": 1.0,
        "marker": {
            "color": cells["fill"].tolist(),
            "line": {"width": palette.px(look.seam), "color": palette.background},
            "pattern": hatching(palette, cells["hatched"]),
        },
        "customdata": list(clicks),
        "hovertext": [hover_text(text) for text in cells["hover"]],
        "hoverinfo": "text",
        "unselected": {"marker": {"opacity": 1}},
    }
    # The longest label must stay inside its cell; bars' own text plotly would shrink one by one, or turn.
    said = [at for at, label in enumerate(cells["label"]) if label]
    labels, inks = ([cells[column].iloc[at] for at in said] for column in ("label", "ink"))
    label_size = min(cell_size, cell * CELL_SHARE / max(map(em_width, labels), default=1.0))
    tallest = max((len(parts) for parts in names), default=1)
    row = max(palette.px(look.row), (tallest * LINE_HEIGHT + 0.4) * name_size)
    free = ((height or 0.0) - margins.top - margins.bottom) / max(len(rows), 1)
    row = max(row, min(free, row * _STRETCH))
    return figure_of(
        palette,
        [bars, *texts_at([x[at] for at in said], [y[at] for at in said], labels, inks, label_size), *marks],
        height=round(margins.top + margins.bottom + max(len(rows), 1) * row),
        margin=margins.layout(),
        annotations=annotations,
        shapes=_outline(outlined, row_of, column_of, palette),
        barmode="overlay",
        bargap=0,
        xaxis={
            "range": [-0.5, len(columns) - 0.5],
            "side": "top",
            "tickmode": "array",
            "tickvals": list(range(len(columns))),
            "ticktext": texts,
            "tickangle": angle,
            "tickfont": {"size": cell_size, "color": palette.ink},
        },
        yaxis={
            "range": [len(rows) - 0.5, -0.5],
            "tickmode": "array",
            "tickvals": list(range(len(rows))),
            "ticktext": ["<br>".join(map(safe, parts)) for parts in names],
            "tickfont": {"size": name_size, "color": palette.ink},
            "ticklabelstandoff": 4,
            # As in `names_axis`: to hide what overflows, plotly measures every label anew for each of them.
            "ticklabeloverflow": "allow",
        },
    )


def cell_width(
    rows: Mapping[Any, str], columns: Mapping[Any, str], palette: Palette, *, width: float, look: Look
) -> float:
    """Return how many pixels wide each cell of the `grid` of the same is."""
    names = [folded(name, width * look.names, palette.px(look.name), look.lines) for name in rows.values()]
    return max((width - sum(_sides(names, palette, look))) / max(len(columns), 1), 1.0)


def broken_or_slanted(names: Sequence[str], cell: float, size: float) -> tuple[list[str], float, float]:
    """Return column heads, their height and their angle: broken into lines while those fit, else slanted."""
    lines = [wrapped(name, cell * 0.96, size) for name in names]
    if all(len(parts) <= 3 and widest(parts, size) <= cell for parts in lines):
        tallest = max((len(parts) for parts in lines), default=1)
        return ["<br>".join(map(safe, parts)) for parts in lines], tallest * size * LINE_HEIGHT, 0
    return [safe(name) for name in names], widest(names, size) * 0.75 + size, -45


def thinned(names: Sequence[str], cell: float, size: float) -> tuple[list[str], float, float]:
    """Return column heads, their height and their angle: level, and where they would meet only every so-manieth.

    They are counted from the last that fits, with a `right` of `HEAD_ROOM` times their size, for the newest matters.
    """
    lines = [name.split("\n") for name in names]
    wide = max((widest(parts, size) for parts in lines), default=0.0) + size * 0.6
    every = max(math.ceil(wide / cell), 1)
    # One that would leave the figure at the right plotly hides.
    last = len(names) - 1 - max(math.ceil((wide / 2 - HEAD_ROOM * size) / cell - 0.5), 0)
    kept = [
        "<br>".join(map(safe, parts)) if at <= last and (last - at) % every == 0 else ""
        for at, parts in enumerate(lines)
    ]
    return kept, max((len(parts) for parts in lines), default=1) * size * LINE_HEIGHT, 0


def _sides(names: Sequence[Sequence[str]], palette: Palette, look: Look) -> tuple[float, float]:
    longest = widest([line for parts in names for line in parts], palette.px(look.name))
    return longest + palette.px(12), palette.px(look.right)


def _outline(
    outlined: tuple[Any, Any] | None, row_of: Mapping[Any, int], column_of: Mapping[Any, int], palette: Palette
) -> list[dict[str, Any]]:
    if outlined is None or outlined[0] not in row_of or outlined[1] not in column_of:
        return []
    x, y = column_of[outlined[1]], row_of[outlined[0]]
    line = {"width": palette.px(3), "color": palette.ink}
    return [{"type": "rect", "x0": x - 0.5, "x1": x + 0.5, "y0": y - 0.5, "y1": y + 0.5, "line": line}]
