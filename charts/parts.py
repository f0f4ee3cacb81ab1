"""What each unit's total is made of: parts stacked along its row."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from charts.bars import NAMES_SHARE, ROW_TEXT, bars_of, names_axis, row_height, selected_band, whole_rows
from charts.lettering import Margins, block_of, coloured, em_width, safe, shortened, texts_at, widest
from charts.theme import Palette, figure_of, text_on
from charts.words import ChartWords

_KEY = 13


def stacked_bars(
    rows: pd.DataFrame,
    words: ChartWords,
    palette: Palette,
    *,
    parts: Sequence[tuple[str, str]],
    selected: str | None = None,
    width: float = 640,
    height: float | None = None,
) -> go.Figure:
    """Return a row for each of `rows`, in the given order, with its parts end to end and its label behind them.

    `parts` are pairs of a column (0 or more; null: nothing) and its name, at most as many as the palette has series; a
    part's colour goes by its place among them, and the key above names them in that order. Where "<column>_label"
    stands, a part that has room for it carries it. Columns read besides: code, name, label, hover. A click anywhere in
    a row carries its code as customdata. With more than `ROWS_IN_VIEW` rows the figure grows beyond `height`.
    Words used: title, subtitle, source.
    """
    values = rows[[column for column, _ in parts]].astype(float).fillna(0.0).clip(lower=0.0)
    ends = values.cumsum(axis=1)
    total = ends.iloc[:, -1]
    size = palette.px(ROW_TEXT)
    names = [shortened(name, width * NAMES_SHARE, size) for name in rows["name"]]
    plot = Margins(
        left=widest(names, size) + palette.px(16),
        right=widest(rows["label"].tolist(), size) + palette.px(12),
        top=palette.px(4),
        bottom=palette.px(4),
    )
    margins, annotations = block_of(words, palette, width=width, margins=plot, key=_key(parts, palette, width))
    plot_width = max(width - margins.left - margins.right, 1.0)
    row = row_height(len(rows), palette, height, margins)
    high = float(total.max()) if len(total) and total.max() > 0 else 1.0
    traces = []
    for (column, _), colour in zip(parts, palette.series, strict=False):
        starts = (ends[column] - values[column]).tolist()
        # A seam in the ground's colour parts neighbours better than their colours alone.
        seam = {"width": palette.px(1), "color": palette.background}
        traces.append(bars_of(values[column].tolist(), {"color": colour, "line": seam}) | {"base": starts})
    for (column, _), colour in zip(parts, palette.series, strict=False):
        if f"{column}_label" in rows:
            room = values[column] / high * plot_width
            said = [
                str(text) if em_width(str(text)) * size * 0.9 + palette.px(6) < free else ""
                for text, free in zip(rows[f"{column}_label"], room, strict=True)
            ]
            middles = (ends[column] - values[column] / 2).tolist()
            traces += texts_at(middles, range(len(rows)), said, [text_on(colour, palette)] * len(rows), size * 0.9)
    marked = (rows["code"] == selected).tolist()
    labels = [f" {label}" for label in rows["label"]]
    traces += texts_at(total.tolist(), range(len(rows)), labels, [palette.ink] * len(rows), size, "middle right")
    traces.append(whole_rows(rows["code"].tolist(), rows["hover"].tolist(), 0.0, high))
    return figure_of(
        palette,
        traces,
        height=round(margins.top + margins.bottom + max(len(rows), 1) * row),
        margin=margins.layout(),
        annotations=annotations,
        shapes=selected_band(marked, margins, plot_width, palette),
        barmode="overlay",
        bargap=0,
        xaxis={"range": [0.0, high], "showticklabels": False, "zeroline": True, "zerolinecolor": palette.outline},
        yaxis=names_axis(
            [f"<b>{safe(name)}</b>" if mark else safe(name) for name, mark in zip(names, marked, strict=True)],
            palette,
            standoff=6,
        ),
    )


def _key(parts: Sequence[tuple[str, str]], palette: Palette, width: float) -> list[str]:
    """Return the parts' names behind their colours, in lines of safe plotly text."""
    lines: list[list[str]] = []
    room = 0.0
    for (_, name), colour in zip(parts, palette.series, strict=False):
        wide = (em_width(name) + 2.3) * palette.px(_KEY)
        if wide > room:
            lines.append([])
            room = width
        lines[-1].append(f"{coloured('■', colour)} {safe(name)}")
        room -= wide
    return ["　".join(line) for line in lines]
