"""The parts of a whole over time."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from charts.lettering import hover_text
from charts.lines import EndLabel, Frame, Mark, band_of, line_of, time_figure, value_range
from charts.theme import Palette, rgba
from charts.words import ChartWords


def sources_over_time(
    periods: pd.DataFrame,
    words: ChartWords,
    palette: Palette,
    *,
    sources: Sequence[tuple[str, str]],
    costs: str = "",
    ticks: Sequence[tuple[date, str]] = (),
    events: Sequence[Mark] = (),
    width: float = 640,
    height: float = 340,
) -> go.Figure:
    """Return the sources as areas stacked in the order given, the first at the bottom, each named at its right end.

    `sources` are pairs of a column and its name, at most as many as the palette has series; a source's colour goes by
    its place among them. Columns read, a row a period: period (date), each source's column (null: not reported, which
    breaks all areas); its figure for the label as <column>_label, and hover, where there are any. Where a source is
    negative it lies below zero. `costs` is the name of the column costs (figure: costs_label), which is drawn dashed
    and not stacked; without a name there are none.
    Words used: title, subtitle, source, unit.
    """
    day = pd.to_datetime(periods["period"]).dt.date.tolist()
    columns = [column for column, _ in sources]
    values = periods[columns].astype(float)
    values = values[values.notna().all(axis=1)].reindex(values.index)
    over, under = (values.clip(**side).cumsum(axis=1, skipna=False) for side in ({"lower": 0.0}, {"upper": 0.0}))
    spent = periods["costs"].astype(float) if costs else pd.Series(dtype=float)
    low, high = value_range(pd.concat([over[columns[-1]], under[columns[-1]], spent]), from_zero=True)
    frame = Frame(min(day, default=date.min), max(day, default=date.min), low, high, width, height)
    traces: list[dict[str, Any]] = []
    for stack in (over, under):
        floor = values[columns[0]] * 0.0
        for column, colour in zip(columns, palette.series, strict=False):
            if stack is over or (values[column] < 0).any():
                traces.append(band_of(day, floor, stack[column], rgba(colour, 0.75)))
                # A seam in the ground's colour parts two areas better than a step in lightness.
                traces.append(line_of(day, stack[column], color=palette.background, width=palette.px(1.5)))
            floor = stack[column]
    ends = []
    last = values[columns[0]].last_valid_index()
    if last is not None:
        for (column, name), colour in zip(sources, palette.series, strict=False):
            stack = under if values.at[last, column] < 0 else over
            middle = stack.at[last, column] - values.at[last, column] / 2
            ends.append(_end(periods, last, column, name, middle, colour))
    if spent.notna().any():
        traces.append(line_of(day, spent, color=palette.ink, width=palette.px(2), dash="dash"))
        last = spent.last_valid_index()
        ends.append(_end(periods, last, "costs", costs, spent[last], palette.ink))
    if "hover" in periods:
        said = [hover_text(text) for text in periods["hover"]]
        top = line_of(day, over[columns[-1]], color="rgba(0,0,0,0)", width=palette.px(8))
        traces.append(top | {"hoverinfo": "text", "hovertext": said})
    return time_figure(frame, words, palette, traces, ends=ends, marks=events, ticks=ticks)


def _end(periods: pd.DataFrame, at: int, column: str, name: str, value: float, colour: str) -> EndLabel:
    """Return the name of an area or a line with its figure at the row `at`, for the right end."""
    figure = f" {periods.at[at, f'{column}_label']}" if f"{column}_label" in periods else ""
    return EndLabel(pd.Timestamp(periods.at[at, "period"]).date(), value, name + figure, colour)
