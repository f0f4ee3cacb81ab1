"""How far projects are over the year: what is paid and what is built against the curve that is asked for."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from charts.lettering import hover_text, safe
from charts.lines import LABEL, EndLabel, Frame, Mark, Plot, line_of, plot_of, time_figure, value_range
from charts.placement import beside
from charts.theme import Palette, rgba
from charts.words import ChartWords

_TALL = 380


def progress_curve(
    rows: pd.DataFrame,
    words: ChartWords,
    palette: Palette,
    *,
    names: tuple[str, str, str, str],
    ticks: Sequence[tuple[date, str]] = (),
    marks: Sequence[Mark] = (),
    width: float = 1200,
    height: float | None = None,
) -> go.Figure:
    """Return what is paid and what is built against the plan over the year, and where the payments lead.

    Columns read, in % and a row a day, week or month: day (date), plan (the curve asked for, dashed), paid, physical
    (null after the cut-off), forecast (null before it, lighter; it starts where paid ends); hover where there is one.
    `names` are those of the four lines, in that order, with their figures, as they stand at the lines' ends.
    Words used: title, subtitle, source, unit.
    """
    day = pd.to_datetime(rows["day"]).dt.date.tolist()
    values = rows[["plan", "paid", "physical", "forecast"]].astype(float)
    _continued(values)
    _, high = value_range(values.stack(), from_zero=True)
    shown = [*day, *(mark.day for mark in marks)]
    first, last = min(shown, default=date.min), max(shown, default=date.min)
    frame = Frame(first, last, 0.0, high, width, palette.px(_TALL) if height is None else height)
    looks: dict[str, dict[str, Any]] = {
        "plan": {"color": palette.ink, "width": palette.px(1.8), "dash": "dash"},
        "forecast": {"color": palette.accent_light, "width": palette.px(2.5)},
        "physical": {"color": palette.series[1], "width": palette.px(3)},
        "paid": {"color": palette.accent, "width": palette.px(3.5)},
    }
    traces = [line_of(day, values[column], **look) for column, look in looks.items()]
    if "hover" in rows:
        traces[-1] |= {"hoverinfo": "text", "hovertext": [hover_text(text) for text in rows["hover"]]}
        # Where nothing is paid yet, the plan speaks: a day always says its figures.
        silent = values["plan"].where(values["paid"].isna())
        traces.append(line_of(day, silent, color="rgba(0,0,0,0)", width=palette.px(8)) | _said(traces[-1]))
    labels = []
    for column, name in zip(values, names, strict=True):
        at = values[column].last_valid_index()
        if at is not None and name:
            # The forecast's own colour is too pale for text.
            colour = palette.accent if column == "forecast" else looks[column]["color"]
            labels.append(EndLabel(day[at], values.at[at, column], name, colour))
    ends = [label for label in labels if label.day == frame.last]
    early = [label for label in labels if label.day != frame.last]
    plot = plot_of(frame, words, palette, ends=ends, marks=marks, ticks=ticks)
    points, notes = _early_ends(early, frame, plot, day, values, palette)
    return time_figure(frame, words, palette, [*traces, *points], ends=ends, marks=marks, ticks=ticks, notes=notes)


def _continued(values: pd.DataFrame) -> None:
    """Let the forecast start where paid ends, or the two would not meet."""
    last = values["paid"].last_valid_index()
    if last is not None and values["forecast"].notna().any() and pd.isna(values.at[last, "forecast"]):
        values.loc[last, "forecast"] = values.at[last, "paid"]


def _said(trace: dict[str, Any]) -> dict[str, Any]:
    return {"hoverinfo": trace["hoverinfo"], "hovertext": trace["hovertext"]}


def _early_ends(
    labels: Sequence[EndLabel],
    frame: Frame,
    plot: Plot,
    day: Sequence[date],
    values: pd.DataFrame,
    palette: Palette,
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return a dot and a name for each line that ends inside the plot, the name where it covers least."""
    per_day = plot.wide / max((frame.last - frame.first).days, 1)

    def pixel(at: date, value: float) -> tuple[float, float]:
        return (at - frame.first).days * per_day, (frame.high - value) / (frame.high - frame.low) * plot.tall

    lines = [
        [pixel(at, value) for at, value in zip(day, values[column], strict=True) if not pd.isna(value)]
        for column in values
        if values[column].notna().any()
    ]
    size = palette.px(LABEL + 1)
    places = beside(
        [pixel(label.day, label.value) for label in labels],
        [label.text for label in labels],
        size,
        lines=lines,
        taken=plot.taken,
        room=(0.0, 0.0, plot.room, plot.tall),
    )
    rim = {"width": palette.px(2), "color": palette.background}
    points, notes = [], []
    for label, place in zip(labels, places, strict=True):
        marker = {"size": palette.px(11), "color": label.colour, "line": rim}
        point = {"x": [label.day], "y": [label.value], "mode": "markers", "marker": marker}
        points.append({"type": "scatter", "hoverinfo": "skip", "cliponaxis": False} | point)
        # Where a line cannot be kept clear of, it goes behind.
        at = {"x": label.day, "y": label.value, "showarrow": False, "bgcolor": rgba(palette.background, 0.75)}
        text = {"text": f"<b>{safe(label.text)}</b>", "font": {"size": size, "color": label.colour}}
        notes.append(at | text | place)
    return points, notes
