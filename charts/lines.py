"""What figures over time share: lines labelled at their end, days marked by a vertical line, ticks in given words."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, product
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from charts.lettering import LINE_HEIGHT, Margins, block_of, em_width, safe, spread, widest
from charts.theme import Palette, figure_of
from charts.words import ChartWords

LABEL, TICK = 14, 13
#: An axis of six ticks over less than this many units has ticks with a decimal.
_WHOLE_TICKS = 10
#: A line of the marks' texts, in their size.
_LANE = 1.45
#: Pixels between a line's end and its label.
_END_OFF = 7


@dataclass(frozen=True)
class Mark:
    """A day worth a vertical line: the campaign's start, today, the exam. `strong` draws it solid and in ink."""

    day: date
    text: str
    strong: bool = False


@dataclass(frozen=True)
class EndLabel:
    """The name of a line, written where it ends, in the line's colour."""

    day: date
    value: float
    text: str
    colour: str


@dataclass(frozen=True)
class Frame:
    """The days and values that a figure over time shows, and its expected size in pixels."""

    first: date
    last: date
    low: float
    high: float
    width: float
    height: float


def time_figure(
    frame: Frame,
    words: ChartWords,
    palette: Palette,
    traces: Sequence[dict[str, Any]],
    *,
    ends: Sequence[EndLabel],
    marks: Sequence[Mark],
    ticks: Sequence[tuple[date, str]],
    notes: Sequence[dict[str, Any]] = (),
) -> go.Figure:
    """Return a figure of `traces` over time with axes, words, vertical marks, end labels and `notes` (annotations).

    `ticks` are days and how they are written, over one line or more; without them plotly writes the dates itself. The
    value axis carries the unit: on every tick when it is "%", else on the topmost.
    """
    size = palette.px(LABEL)
    margins, annotations, places = _block(frame, words, palette, ends, marks, ticks)
    wide, tall = _inner(frame, margins)
    lane_height = palette.px(TICK) * _LANE
    per_pixel = (frame.high - frame.low) / tall
    heights = _end_heights(ends, frame, per_pixel, size)
    annotations += [
        {
            "x": label.day,
            "y": height * per_pixel,
            "text": safe(label.text),
            "showarrow": False,
            "xanchor": "left",
            "xshift": palette.px(_END_OFF),
            "font": {"size": size, "color": label.colour},
        }
        for label, height in zip(ends, heights, strict=True)
    ]
    annotations += [
        _mark_text(mark, anchor, lane * lane_height, palette)
        for mark, (anchor, lane) in zip(marks, places, strict=True)
    ]
    ticks = thinned_ticks(ticks, wide / max((frame.last - frame.first).days, 1), palette.px(TICK))
    written = {
        "tickmode": "array",
        "tickvals": [day for day, _ in ticks],
        "ticktext": [safe(text).replace("\n", "<br>") for _, text in ticks],
    }
    return figure_of(
        palette,
        traces,
        height=round(frame.height),
        margin=margins.layout(),
        annotations=[*annotations, *notes],
        shapes=[_mark_line(mark, palette) for mark in marks],
        xaxis={
            "type": "date",
            "range": [frame.first, frame.last],
            "tickfont": {"size": palette.px(TICK), "color": palette.muted},
            "showline": True,
            "linecolor": palette.outline,
            "ticks": "outside",
            "ticklen": palette.px(4),
            "tickcolor": palette.outline,
            "tickformat": "%Y-%m-%d",
            "nticks": 6,
        }
        | (written if ticks else {}),
        yaxis=value_axis(frame.low, frame.high, words.unit, palette),
    )


@dataclass(frozen=True)
class Plot:
    """The pixels of the plot that `time_figure` draws: across, down, across with the margin right of it.

    `taken` are the boxes of the end labels: left, top, right and bottom from the plot's upper left corner.
    """

    wide: float
    tall: float
    room: float
    taken: list[tuple[float, float, float, float]]


def plot_of(
    frame: Frame,
    words: ChartWords,
    palette: Palette,
    *,
    ends: Sequence[EndLabel],
    marks: Sequence[Mark],
    ticks: Sequence[tuple[date, str]],
) -> Plot:
    """Return the plot that `time_figure` will draw of the same, for those who place texts in it."""
    margins, _, _ = _block(frame, words, palette, ends, marks, ticks)
    wide, tall = _inner(frame, margins)
    size = palette.px(LABEL)
    per_pixel = (frame.high - frame.low) / tall
    middles = [frame.high / per_pixel - height for height in _end_heights(ends, frame, per_pixel, size)]
    left = wide + palette.px(_END_OFF)
    boxes = [
        (left, middle - size * 0.7, left + widest([label.text], size), middle + size * 0.7)
        for middle, label in zip(middles, ends, strict=True)
    ]
    return Plot(wide, tall, wide + margins.right, boxes)


def _block(
    frame: Frame,
    words: ChartWords,
    palette: Palette,
    ends: Sequence[EndLabel],
    marks: Sequence[Mark],
    ticks: Sequence[tuple[date, str]],
) -> tuple[Margins, list[dict[str, Any]], list[tuple[str, int]]]:
    """Return the margins, the words around the plot, and each mark's anchor and line above it."""
    lines = max((text.count("\n") + 1 for _, text in ticks), default=1)
    plot = Margins(
        left=axis_width(frame.low, frame.high, words.unit, palette),
        right=widest([label.text for label in ends], palette.px(LABEL)) + palette.px(16),
        top=palette.px(10),
        bottom=lines * palette.px(TICK) * LINE_HEIGHT + palette.px(8),
    )
    wide, _ = _inner(frame, plot)
    per_day = wide / max((frame.last - frame.first).days, 1)
    centres = [(mark.day - frame.first).days * per_day for mark in marks]
    texts = [mark.text for mark in marks]
    places = text_places(texts, centres, palette.px(TICK), (-plot.left, wide + plot.right))
    lanes = max((lane for _, lane in places), default=-1) + 1
    plot = Margins(plot.left, plot.right, plot.top + lanes * palette.px(TICK) * _LANE, plot.bottom)
    return *block_of(words, palette, width=frame.width, margins=plot), places


def _inner(frame: Frame, margins: Margins) -> tuple[float, float]:
    across, down = frame.width - margins.left - margins.right, frame.height - margins.top - margins.bottom
    return max(across, 1.0), max(down, 1.0)


def _end_heights(ends: Sequence[EndLabel], frame: Frame, per_pixel: float, size: float) -> list[float]:
    """Return how many pixels above the value 0 each end label stands."""
    heights = spread([label.value / per_pixel for label in ends], size * 1.2)
    return _kept_within(heights, frame.low / per_pixel + size / 2, frame.high / per_pixel, size * 1.2)


def _kept_within(heights: Sequence[float], low: float, high: float, gap: float) -> list[float]:
    """Return `heights` moved, still `gap` apart, until none is below `low`, nor above `high` if there is room for all.

    Plotly leaves out an annotation whose place lies off the axis.
    """
    placed = list(heights)
    order = sorted(range(len(placed)), key=placed.__getitem__)
    ceiling = high
    for index in reversed(order):
        placed[index] = min(placed[index], ceiling)
        ceiling = placed[index] - gap
    floor = low
    for index in order:
        placed[index] = max(placed[index], floor)
        floor = placed[index] + gap
    return placed


def thinned_ticks(ticks: Sequence[tuple[date, str]], per_day: float, size: float) -> list[tuple[date, str]]:
    """Return the ticks, from the last one backwards, whose texts do not meet; plotly would turn them all aslant."""
    kept: list[tuple[date, str]] = []
    free = math.inf
    for day, text in sorted(ticks, reverse=True):
        centre, half = day.toordinal() * per_day, widest(text.split("\n"), size) / 2
        if centre + half + size / 2 <= free:
            kept.insert(0, (day, text))
            free = centre - half
    return kept


def value_axis(low: float, high: float, unit: str, palette: Palette) -> dict[str, Any]:
    """Return an axis of values with its unit: on every tick when it is "%", else on the topmost."""
    return {
        "range": [low, high],
        "tickfont": {"size": palette.px(TICK), "color": palette.muted},
        "showgrid": True,
        "gridcolor": palette.grid,
        "ticksuffix": _suffix(unit),
        "showticksuffix": "all" if unit == "%" else "last",
        "nticks": 6,
        "ticklabelstandoff": 4,
        "tickformat": ",~f",
        "zeroline": low < 0,
        "zerolinecolor": palette.outline,
    }


def axis_width(low: float, high: float, unit: str, palette: Palette) -> float:
    """Return the pixels that the ticks of a vertical `value_axis` take."""
    decimals = 0 if high - low >= _WHOLE_TICKS else 1
    digits = f"{max(abs(low), abs(high)):,.{decimals}f}" + _suffix(unit)
    return widest([digits], palette.px(TICK)) + palette.px(14)


def _suffix(unit: str) -> str:
    return unit if unit in ("", "%") else f" {unit}"


def line_of(days: Sequence[date], values: pd.Series, **look: object) -> dict[str, Any]:
    """Return a line that says nothing on hover and breaks where there is no value; `look` is plotly's `line`."""
    fixed = {"type": "scatter", "mode": "lines", "hoverinfo": "skip", "cliponaxis": False}
    return fixed | {"x": list(days), "y": values.tolist(), "line": look}


def band_of(days: Sequence[date], low: pd.Series, high: pd.Series, colour: str) -> dict[str, Any]:
    """Return the area between two lines, empty where either has no value.

    One outline for each run of values: plotly's own fill to the next trace would cross the gaps.
    """
    known = (low.notna() & high.notna()).tolist()
    x: list[date | None] = []
    y: list[float | None] = []
    for is_known, run in groupby(range(len(known)), known.__getitem__):
        if is_known:
            there = list(run)
            x += [*(days[at] for at in there), *(days[at] for at in reversed(there)), None]
            y += [*(high.iloc[at] for at in there), *(low.iloc[at] for at in reversed(there)), None]
    fill = {"fill": "toself", "fillcolor": colour, "line": {"width": 0}}
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "hoverinfo": "skip", "cliponaxis": False} | fill


def value_range(values: pd.Series, *, from_zero: bool) -> tuple[float, float]:
    """Return a low and a high end that hold all of `values` with air above, from 0 where asked or where it is near."""
    known = values.dropna().astype(float)
    if known.empty:
        return 0.0, 1.0
    low, high = float(known.min()), float(known.max())
    if low >= 0 and (from_zero or low < high * 0.4):
        low = 0.0
    air = (high - low or abs(high) or 1.0) * 0.08
    return (low if low == 0 else low - air), high + air


_ANCHORS = {"center": 0.5, "right": 1.0, "left": 0.0}
_FEW_MARKS = 6


def text_places(
    texts: Sequence[str], centres: Sequence[float], size: float, room: tuple[float, float]
) -> list[tuple[str, int]]:
    """Return each text's anchor and line (0 nearest the plot), so that no text meets another or leaves `room`.

    `centres` are the marks' pixels from the plot's left edge. Few lines are better than many, then centred texts than
    others.
    """
    widths = [(em_width(text) + 0.8) * size for text in texts]
    best: tuple[float, list[tuple[str, int]]] = (math.inf, [])
    for anchors in product(_ANCHORS if len(texts) <= _FEW_MARKS else ["center"], repeat=len(texts)):
        lanes: list[list[tuple[float, float]]] = []
        places, outside = [], 0.0
        for anchor, centre, width in zip(anchors, centres, widths, strict=True):
            start = centre - _ANCHORS[anchor] * width
            outside += max(room[0] - start, 0) + max(start + width - room[1], 0)
            free = (n for n, spans in enumerate(lanes) if all(start >= b or start + width <= a for a, b in spans))
            lane = next(free, len(lanes))
            if lane == len(lanes):
                lanes.append([])
            lanes[lane].append((start, start + width))
            places.append((anchor, lane))
        cost = outside * 100 + len(lanes) * 10 + sum(anchor != "center" for anchor in anchors)
        if cost < best[0]:
            best = (cost, places)
    return best[1]


def _mark_line(mark: Mark, palette: Palette) -> dict[str, Any]:
    line = {"color": palette.ink, "width": palette.px(1.5), "dash": "solid"}
    faint = {"color": palette.muted, "width": palette.px(1), "dash": "dot"}
    place = {"x0": mark.day, "x1": mark.day, "yref": "paper", "y0": 0, "y1": 1}
    return {"type": "line", "layer": "below", "line": line if mark.strong else faint} | place


def _mark_text(mark: Mark, anchor: str, lift: float, palette: Palette) -> dict[str, Any]:
    return {
        "x": mark.day,
        "yref": "paper",
        "y": 1,
        "yanchor": "bottom",
        "yshift": lift + 1,
        "text": f"<b>{safe(mark.text)}</b>" if mark.strong else safe(mark.text),
        "showarrow": False,
        "xanchor": anchor,
        "font": {"size": palette.px(TICK), "color": palette.ink if mark.strong else palette.muted},
    }
