"""How one figure became another, step by step."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from charts.bars import NAMES_SHARE, ROW_TEXT, THICK, bars_of, names_axis, row_height, whole_rows
from charts.lettering import Margins, block_of, safe, shortened, texts_at, widest
from charts.theme import Palette, figure_of
from charts.words import ChartWords

#: Where the steps together take less than this share of an axis from zero, the axis starts later.
_VISIBLE = 0.4


def income_waterfall(
    steps: pd.DataFrame, words: ChartWords, palette: Palette, *, width: float = 520, height: float | None = None
) -> go.Figure:
    """Return the steps from one total to another as rows from top to bottom, each starting where the one above ended.

    Columns read, in order: key, name, value (a total's level, a step's signed contribution; null: not known, which
    leaves the row empty but for its label), is_total, label, hover. What lifts is in the accent, what lowers in another
    colour that is no light; totals are grey. Where steps would be too small to see beside the totals, the axis starts
    later and the totals' bars are cut open near it. A click carries the row's key.
    Words used: title, subtitle, source.
    """
    value, total = steps["value"].astype(float), steps["is_total"].astype(bool)
    starts, ends = _spans(value.tolist(), total.tolist())
    known = value.notna().tolist()
    size = palette.px(ROW_TEXT)
    names = [shortened(name, width * NAMES_SHARE, size) for name in steps["name"]]
    plot = Margins(
        left=widest(names, size) + palette.px(16),
        right=widest(steps["label"].tolist(), size) + palette.px(12),
        top=palette.px(4),
        bottom=palette.px(4),
    )
    margins, annotations = block_of(words, palette, width=width, margins=plot)
    low, high, is_cut = _axis(starts, ends, total.tolist())
    row = row_height(len(steps), palette, height, margins)
    if is_cut:
        starts = [low if whole else start for start, whole in zip(starts, total, strict=True)]
    # Neither a light nor the colour of a source: the first four series are those of the stacked areas.
    colours = [
        palette.outline if whole else palette.series[4] if end < start else palette.accent
        for start, end, whole in zip(starts, ends, total, strict=True)
    ]
    lengths = [end - start if there else 0.0 for start, end, there in zip(starts, ends, known, strict=True)]
    rows = list(range(len(steps)))
    bars = bars_of(lengths, {"color": colours}) | {"base": starts}
    reach = [max(start, end) for start, end in zip(starts, ends, strict=True)]
    inks = [palette.ink if there else palette.muted for there in known]
    labels = texts_at(reach, rows, [f" {label}" for label in steps["label"]], inks, size, "middle right")
    whole = whole_rows(steps["key"].tolist(), steps["hover"].tolist(), low, high)
    cuts = [at for at in rows if total.iloc[at] and known[at]] if is_cut else []
    opening = _opening(cuts, low, (high - low) / max(width - margins.left - margins.right, 1.0), row, palette)
    return figure_of(
        palette,
        [bars, _connectors(ends, palette), opening, *labels, whole],
        height=round(margins.top + margins.bottom + max(len(steps), 1) * row),
        margin=margins.layout(),
        annotations=annotations,
        barmode="overlay",
        bargap=0,
        xaxis={"range": [low, high], "showticklabels": False, "zeroline": low < 0, "zerolinecolor": palette.outline},
        yaxis=names_axis(
            [f"<b>{safe(name)}</b>" if whole else safe(name) for name, whole in zip(names, total, strict=True)],
            palette,
            standoff=6,
        ),
    )


def _spans(values: list[float], totals: list[bool]) -> tuple[list[float], list[float]]:
    """Return where each row's bar starts and ends; a row without a value stays where the one above ended."""
    starts, ends, level = [], [], 0.0
    for value, is_total in zip(values, totals, strict=True):
        start = 0.0 if is_total else level
        if not pd.isna(value):
            level = start + value
        starts.append(start if not pd.isna(value) else level)
        ends.append(level)
    return starts, ends


def _axis(starts: list[float], ends: list[float], totals: list[bool]) -> tuple[float, float, bool]:
    """Return the ends of the axis, and whether it starts after zero."""
    levels = ends + [start for start, is_total in zip(starts, totals, strict=True) if not is_total]
    low, high = min(levels, default=0.0), max(levels, default=0.0)
    if low > 0 and high - low < _VISIBLE * high:
        # The totals keep a stump of a third of what the steps take.
        return max(low - ((high - low) or high) / 3, 0.0), high, True
    low, high = min(low, 0.0), max(high, 0.0)
    return low, (high if high > low else low + 1.0), False


def _connectors(ends: list[float], palette: Palette) -> dict[str, Any]:
    """Return a thin line from each bar's end to the bar below."""
    x: list[float | None] = []
    y: list[float | None] = []
    for at, end in enumerate(ends[:-1]):
        x += [end, end, None]
        y += [at + THICK / 2, at + 1 - THICK / 2, None]
    line = {"width": palette.px(1), "color": palette.outline}
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": line, "hoverinfo": "skip"}


def _opening(rows: list[int], low: float, per_pixel: float, row: float, palette: Palette) -> dict[str, Any]:
    """Return the slanted cut that says a bar does not start at zero."""
    line = {"width": palette.px(4), "color": palette.background}
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [low + palette.px(12) * per_pixel] * len(rows),
        "y": rows,
        "marker": {"symbol": "line-ne", "size": row * THICK * 1.4, "line": line},
        "hoverinfo": "skip",
        "unselected": {"marker": {"opacity": 1}},
    }
