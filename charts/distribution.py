"""How a figure is spread over households: through time as ribbons, and in one month as a curve."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from charts.lettering import Margins, block_of, coloured, hover_text, safe, widest
from charts.lines import (
    LABEL,
    TICK,
    EndLabel,
    Frame,
    Mark,
    axis_width,
    band_of,
    line_of,
    text_places,
    time_figure,
    value_axis,
    value_range,
)
from charts.theme import Palette, figure_of, rgba
from charts.words import ChartWords

_QUANTILES = ["p10", "p25", "median", "p75", "p90"]
#: About as much of a figure's width or height is plot; it only decides whether a ribbon has room for its name.
_PLOT_SHARE = 0.6
#: A name stands where its ribbon has at least this part of its widest room, as near to a third of the way as it can.
_ROOMY = 0.8


@dataclass(frozen=True)
class Level:
    """An amount worth a line across the curve: a median, the poverty-prevention line. `strong` is this month's."""

    value: float
    text: str
    strong: bool = False


def income_ribbon(
    periods: pd.DataFrame,
    words: ChartWords,
    palette: Palette,
    *,
    names: tuple[str, str, str, str],
    ticks: Sequence[tuple[date, str]] = (),
    events: Sequence[Mark] = (),
    width: float = 640,
    height: float = 340,
) -> go.Figure:
    """Return the ribbons P10-P90 and P25-P75 with the median (strong) and the mean (thin, dashed) over time.

    Columns read, a row a period: period (date), p10, p25, median, p75, p90, mean (all null: not reported, which breaks
    the ribbon); p10_label, p90_label (written as they are at the ribbon's ends), median_label, mean_label (written
    after their names); line (a level such as the poverty-prevention line, which may change by period) and line_label
    (its text), hover, where there are any. `names` are those of the outer ribbon, the inner one, the median and the
    mean; a ribbon that is too thin for its name goes without.
    Words used: title, subtitle, source, unit.
    """
    day = pd.to_datetime(periods["period"]).dt.date.tolist()
    values = periods[[*_QUANTILES, "mean", *(["line"] if "line" in periods else [])]].astype(float)
    low, high = value_range(pd.concat([values[column] for column in values]), from_zero=False)
    frame = Frame(min(day, default=date.min), max(day, default=date.min), low, high, width, height)
    hover = periods["hover"] if "hover" in periods else periods["median_label"]
    traces = [
        band_of(day, values["p10"], values["p90"], rgba(palette.accent, 0.15)),
        band_of(day, values["p25"], values["p75"], rgba(palette.accent, 0.22)),
        line_of(day, values["mean"], color=palette.ink, width=palette.px(1.5), dash="dash"),
        line_of(day, values["median"], color=palette.accent, width=palette.px(3.5))
        | {"hoverinfo": "text", "hovertext": [hover_text(text) for text in hover]},
    ]
    notes = _ribbon_names(day, values, names, frame, palette)
    if "line" in values and values["line"].notna().any():
        line = line_of(day, values["line"], color=palette.ink, width=palette.px(1.5), dash="dot", shape="hv")
        traces.append(line)
        notes.append(_line_name(day, periods, values["line"], frame, palette))
    ends = []
    looks = (("p90", "", palette.muted), ("mean", names[3], palette.ink), ("median", names[2], palette.accent))
    for column, name, colour in (*looks, ("p10", "", palette.muted)):
        last = values[column].last_valid_index()
        if last is not None:
            at = values.index.get_loc(last)
            text = f"{name} {periods[f'{column}_label'].iloc[at]}".strip()
            ends.append(EndLabel(day[at], values[column].iloc[at], text, colour))
    return time_figure(frame, words, palette, traces, ends=ends, marks=events, ticks=ticks, notes=notes)


def _ribbon_names(
    day: Sequence[date], values: pd.DataFrame, names: Sequence[str], frame: Frame, palette: Palette
) -> list[dict[str, Any]]:
    """Return the two ribbons' names, each inside it where it is free of other lines."""
    zones = (
        (values[["p75", "mean", "median"]].max(axis=1, skipna=False), values["p90"]),
        (values["p25"], values[["mean", "median"]].min(axis=1, skipna=False)),
    )
    notes = []
    size = palette.px(TICK)
    for name, (floor, ceiling) in zip(names[:2], zones, strict=True):
        span = int(widest([name], size) / (frame.width * _PLOT_SHARE) * len(day)) + 2
        lows, highs = floor.rolling(span, center=True).max(), ceiling.rolling(span, center=True).min()
        room = (highs - lows).fillna(-math.inf).tolist()
        enough = size * 1.3 * (frame.high - frame.low) / (frame.height * _PLOT_SHARE)
        wide = [at for at, free in enumerate(room) if free >= max(enough, _ROOMY * max(room))]
        if not wide:
            continue
        at = min(wide, key=lambda place: abs(place - len(day) / 3))
        middle = (lows.iloc[at] + highs.iloc[at]) / 2
        font = {"size": size, "color": palette.ink}
        notes.append({"x": day[at], "y": middle, "text": safe(name), "showarrow": False, "font": font})
    return notes


def _line_name(
    day: Sequence[date], periods: pd.DataFrame, line: pd.Series, frame: Frame, palette: Palette
) -> dict[str, Any]:
    """Return the level's text at its start, below it where the axis leaves room."""
    first = line.notna().to_numpy().argmax()
    below = (line.iloc[first] - frame.low) / (frame.high - frame.low) * frame.height * _PLOT_SHARE > palette.px(20)
    return {
        "x": day[first],
        "y": line.iloc[first],
        "text": safe(str(periods["line_label"].iloc[first])),
        "showarrow": False,
        "xanchor": "left",
        "yanchor": "top" if below else "bottom",
        "xshift": palette.px(4),
        "font": {"size": palette.px(TICK), "color": palette.ink},
    }


def income_curve(
    now: pd.DataFrame,
    before: pd.DataFrame,
    words: ChartWords,
    palette: Palette,
    *,
    names: tuple[str, str],
    line: Level | None = None,
    marks: Sequence[Level] = (),
    width: float = 640,
    height: float = 340,
) -> go.Figure:
    """Return the share of households in each income band, this month filled and a year before as an outline.

    Columns read of both, a row a band in ascending order: floor (in `words.unit`), share (% of the households), and of
    `now` hover where there is one. Bands without households may be left out of a tail, not from the middle; the last
    one is drawn as wide as the one before. `names` are those of the two months, `marks` their medians (this month's
    strong). What lies under `line` is shaded darker; where it cuts through a band, so does the shade.
    Words used: title, subtitle, source, unit.
    """
    curves = [_steps(bands) for bands in (now, before)]
    levels = [*([line] if line else []), *marks]
    _, high = value_range(pd.Series([y for _, ys in curves for y in ys], dtype=float), from_zero=True)
    edges = [*(x for xs, _ in curves for x in xs), *(level.value for level in levels)]
    first, last = min(edges, default=0.0), max(edges, default=1.0)
    size = palette.px(TICK)
    # Plotly leaves out a tick whose text would run off the figure.
    half = axis_width(first, last, words.unit, palette) / 2
    plot = Margins(axis_width(0, high, "%", palette), half, palette.px(10), size * 1.3 + palette.px(8))
    wide = max(width - plot.left - plot.right, 1.0)
    centres = [(level.value - first) * wide / ((last - first) or 1.0) for level in levels]
    places = text_places([level.text for level in levels], centres, palette.px(LABEL), (-plot.left, wide + plot.right))
    lane_height = palette.px(LABEL) * 1.4
    lanes = max((lane for _, lane in places), default=-1) + 1
    plot = Margins(plot.left, plot.right, plot.top + lanes * lane_height, plot.bottom)
    key = "　".join(
        f"{coloured(sign, colour)} {safe(name)}"
        for sign, colour, name in zip(("█", "━"), (palette.accent_light, palette.ink), names, strict=True)
    )
    margins, annotations = block_of(words, palette, width=width, margins=plot, key=[key])
    (now_x, now_y), (before_x, before_y) = curves
    traces = [
        _area(now_x, now_y, rgba(palette.accent, 0.3), {"width": palette.px(1.5), "color": palette.accent}),
        _area(before_x, before_y, "", {"width": palette.px(1.8), "color": palette.ink}),
    ]
    if line:
        under = [(min(x, line.value), y) for x, y in zip(now_x, now_y, strict=True) if x < line.value]
        if under:
            closed = [*under, (line.value, under[-1][1]), (line.value, 0.0)]
            x, y = (list(side) for side in zip(*closed, strict=True))
            traces.insert(1, _area(x, y, palette.accent, {"width": 0}))
    if "hover" in now:
        traces.append(_hover(now, now_x, high))
    for level, (anchor, lane) in zip(levels, places, strict=True):
        annotations.append(_level_text(level, anchor, lane * lane_height, _ink(level, line, palette), palette))
    return figure_of(
        palette,
        traces,
        height=round(height),
        margin=margins.layout(),
        annotations=annotations,
        shapes=[_level_line(level, _ink(level, line, palette), palette) for level in levels],
        barmode="overlay",
        xaxis=value_axis(first, last, words.unit, palette)
        | {"showgrid": False, "showline": True, "linecolor": palette.outline, "ticklabelstandoff": 0}
        | {"ticks": "outside", "ticklen": palette.px(4), "tickcolor": palette.outline},
        yaxis=value_axis(0.0, high, "%", palette),
    )


def _steps(bands: pd.DataFrame) -> tuple[list[float], list[float]]:
    """Return the corners of a curve that is level over each band and stands on the ground at both ends."""
    floors, shares = bands["floor"].astype(float).tolist(), bands["share"].astype(float).tolist()
    if not floors:
        return [], []
    ends = [*floors[1:], floors[-1] + (floors[-1] - floors[-2] if len(floors) > 1 else 1.0)]
    corners = [(x, share) for floor, end, share in zip(floors, ends, shares, strict=True) for x in (floor, end)]
    return [floors[0], *(x for x, _ in corners), ends[-1]], [0.0, *(y for _, y in corners), 0.0]


def _area(x: Sequence[float], y: Sequence[float], fill: str, line: dict[str, object]) -> dict[str, Any]:
    filled = {"fill": "tozeroy", "fillcolor": fill} if fill else {}
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": line, "hoverinfo": "skip"} | filled


def _hover(bands: pd.DataFrame, corners: Sequence[float], high: float) -> dict[str, Any]:
    """Return an unseen bar over each band, as high as the plot, that hovers."""
    starts, ends = corners[1:-1:2], corners[2:-1:2]
    return {
        "type": "bar",
        "x": [(start + end) / 2 for start, end in zip(starts, ends, strict=True)],
        "y": [high] * len(bands),
        "width": [end - start for start, end in zip(starts, ends, strict=True)],
        "marker": {"color": "rgba(0,0,0,0)"},
        "hoverinfo": "text",
        "hovertext": [hover_text(text) for text in bands["hover"]],
    }


def _ink(level: Level, line: Level | None, palette: Palette) -> str:
    return palette.accent if level.strong and level is not line else palette.ink


def _level_line(level: Level, colour: str, palette: Palette) -> dict[str, Any]:
    line = {
        "color": colour,
        "width": palette.px(2 if level.strong else 1.5),
        "dash": "solid" if level.strong else "dot",
    }
    return {"type": "line", "line": line, "x0": level.value, "x1": level.value, "yref": "paper", "y0": 0, "y1": 1}


def _level_text(level: Level, anchor: str, lift: float, colour: str, palette: Palette) -> dict[str, Any]:
    return {
        "x": level.value,
        "yref": "paper",
        "y": 1,
        "yanchor": "bottom",
        "yshift": lift + 1,
        "text": f"<b>{safe(level.text)}</b>" if level.strong else safe(level.text),
        "showarrow": False,
        "xanchor": anchor,
        "font": {"size": palette.px(LABEL), "color": colour},
    }
