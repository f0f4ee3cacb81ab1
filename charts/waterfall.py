"""How one figure became another, step by step, and how a stock became another month by month."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from charts.bars import NAMES_SHARE, ROW_TEXT, THICK, bars_of, names_axis, row_height, upright, whole_rows
from charts.lettering import Margins, block_of, hover_text, safe, shortened, texts_at, widest
from charts.lines import EndLabel, Frame, Mark, line_of, plot_of, time_figure, value_range
from charts.theme import Palette, figure_of
from charts.words import ChartWords

#: Where the steps together take less than this share of an axis from zero, the axis starts later.
_VISIBLE = 0.4
#: The share of a period that each of its two bars takes, and the size of the figure at a bar.
_BAR_SHARE, _FIGURE = 0.36, 13


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


def stock_waterfall(
    steps: pd.DataFrame,
    words: ChartWords,
    palette: Palette,
    *,
    names: tuple[str, str, str],
    ticks: Sequence[tuple[date, str]] = (),
    events: Sequence[Mark] = (),
    width: float = 760,
    height: float | None = None,
) -> go.Figure:
    """Return a stock as a line in steps: in each period what came in lifts it, and what went out lowers it.

    Columns read, a row a period in order: period (date), opened, closed (counts, not negative), stock (at the period's
    end; null in any of the three: not reported, which breaks the line), opened_label, closed_label (written at the bars
    where there is room, such as "+12" and "−8"), stock_label, hover. A period's bars start from stock − opened +
    closed. `names` are those of what came in, what went out and the stock, written at the right end with the last
    figures. The axis starts at zero only where that is near.
    Words used: title, subtitle, source, unit.
    """
    day = pd.to_datetime(steps["period"]).dt.date.tolist()
    known = steps[["opened", "closed", "stock"]].astype(float).reset_index(drop=True)
    known = known.where(known.notna().all(axis=1))
    opened, closed, stock = (known[column] for column in known)
    start, top = stock - opened + closed, stock + closed
    period = min((late - early for early, late in pairwise(day)), default=timedelta(days=30))
    air = max(period / 2, timedelta(days=1)) if day else timedelta()
    low, high = value_range(pd.concat([start, top, stock]), from_zero=False)
    # Figures stand above the highest bar and below the lowest.
    low, high = (low if low == 0 else low - (high - low) * 0.06), high + (high - low) * 0.06
    size = (width, palette.px(340) if height is None else height)
    frame = Frame(min(day, default=date.min) - air, max(day, default=date.min) + air, low, high, *size)
    inside, outside = palette.series[2], palette.series[3]
    labels = steps.reset_index(drop=True)
    ends, last = [], stock.last_valid_index()
    if last is not None:
        middles = {
            "opened": (start[last] + top[last]) / 2,
            "closed": (stock[last] + top[last]) / 2,
            "stock": stock[last],
        }
        for (column, value), name, colour in zip(
            middles.items(), names, (inside, outside, palette.accent), strict=True
        ):
            text = f"{name} {labels.at[last, f'{column}_label']}".strip()
            ends.append(EndLabel(frame.last, value, text, colour))
    plot = plot_of(frame, words, palette, ends=ends, marks=events, ticks=ticks)
    room = plot.wide / max((frame.last - frame.first) / period, 1.0)
    # Clear of the line, which is drawn over the bars' ends.
    clear = palette.px(4) * (high - low) / plot.tall
    traces = [
        upright(day, opened, inside, period, offset=-_BAR_SHARE, share=_BAR_SHARE) | {"base": start.tolist()},
        upright(day, closed, outside, period, offset=0.0, share=_BAR_SHARE) | {"base": stock.tolist()},
        line_of(*_steps(frame, day, start, stock), color=palette.accent, width=palette.px(3.5), shape="hv"),
        *_figures(day, top + clear / 4, labels["opened_label"], -_BAR_SHARE / 2, period, room, inside, palette),
        *_figures(day, stock - clear, labels["closed_label"], _BAR_SHARE / 2, period, room, outside, palette),
        upright(day, known["stock"] * 0.0 + high - low, "rgba(0,0,0,0)", period, offset=-0.5, share=1.0)
        | {"base": low, "hoverinfo": "text", "hovertext": [hover_text(text) for text in steps["hover"]]},
    ]
    return time_figure(frame, words, palette, traces, ends=ends, marks=events, ticks=ticks)


def _steps(frame: Frame, day: Sequence[date], start: pd.Series, stock: pd.Series) -> tuple[list[date], pd.Series]:
    """Return the days and levels of a line in steps, from before the first period to behind the last one."""
    if stock.notna().sum() == 0:
        return [], pd.Series(dtype=float)
    levels = [start.iloc[0], *stock, stock.iloc[-1]]
    return [frame.first, *day, frame.last], pd.Series(levels)


def _figures(
    day: Sequence[date],
    heights: pd.Series,
    labels: pd.Series,
    offset: float,
    period: timedelta,
    room: float,
    colour: str,
    palette: Palette,
) -> list[dict[str, Any]]:
    """Return the figures at one bar of each period, above it or below it, or none where a period has no room."""
    size = palette.px(_FIGURE)
    if widest(labels.tolist(), size) > room * 0.52:
        return []
    there = [at for at in range(len(day)) if pd.notna(heights[at])]
    # Between two days: plotly's dates know hours, Python's do not.
    x = [(pd.Timestamp(day[at]) + pd.Timedelta(period) * offset).isoformat() for at in there]
    position = "top center" if offset < 0 else "bottom center"
    return texts_at(
        x, [heights[at] for at in there], [labels[at] for at in there], [colour] * len(there), size, position
    )
