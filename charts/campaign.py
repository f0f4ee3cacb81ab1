"""A campaign against its plan: over the days, by task, and by task and region."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from charts.bars import plan_bars
from charts.lettering import hover_text, safe
from charts.lines import LABEL, EndLabel, Frame, Mark, line_of, time_figure, value_range
from charts.theme import Palette, rgba
from charts.words import ChartWords


def plan_against_actual(
    days: pd.DataFrame,
    words: ChartWords,
    palette: Palette,
    *,
    marks: Sequence[Mark] = (),
    ticks: Sequence[tuple[date, str]] = (),
    done_label: str = "",
    forecast_label: str = "",
    width: float = 760,
    height: float = 380,
) -> go.Figure:
    """Return what is done (solid) against the plan (dashed), and where the present pace leads (lighter, in its range).

    Columns read, in % and a row a day: day (date), done_value (null after today), plan_value, forecast_low,
    forecast_mid, forecast_high (null before today). `marks` are the vertical lines (today strong, the end, the exam).
    `done_label` and `forecast_label` are the figures written beside the names at today's point and at the forecast's
    end.
    Words used: title, subtitle, source, unit, actual, plan, forecast.
    """
    day = pd.to_datetime(days["day"]).dt.date
    done, plan, middle = (days[column].astype(float) for column in ("done_value", "plan_value", "forecast_mid"))
    bounds = days[["forecast_low", "forecast_high"]].astype(float)
    shown = [*day, *(mark.day for mark in marks)]
    _, high = value_range(pd.concat([done, plan, middle, bounds["forecast_high"]]), from_zero=True)
    last, ends = done.last_valid_index(), []
    if plan.notna().any():
        ends.append(EndLabel(day[plan.last_valid_index()], plan[plan.last_valid_index()], words.plan, palette.ink))
    if middle.notna().any():
        end = middle.last_valid_index()
        ends.append(EndLabel(day[end], middle[end], f"{words.forecast} {forecast_label}".strip(), palette.accent))
    frame = Frame(min(shown), max(shown), 0.0, high, width, height)

    said = [hover_text(text) for text in days["hover"]] if "hover" in days else None
    traces = [
        line_of(day, bounds["forecast_low"], width=0),
        line_of(day, bounds["forecast_high"], width=0) | {"fill": "tonexty", "fillcolor": rgba(palette.accent, 0.16)},
        line_of(day, plan, color=palette.ink, width=palette.px(1.8), dash="dash"),
        line_of(day, middle, color=palette.accent_light, width=palette.px(2.5)),
        line_of(day, done, color=palette.accent, width=palette.px(3.5))
        | ({"hoverinfo": "text", "hovertext": said} if said else {}),
    ]
    notes = []
    if last is not None:
        rim = {"width": palette.px(2), "color": palette.background}
        marker = {"size": palette.px(11), "color": palette.accent, "line": rim}
        point = {"x": [day[last]], "y": [done[last]], "mode": "markers", "marker": marker}
        traces.append({"type": "scatter", "hoverinfo": "skip", "cliponaxis": False} | point)
        notes.append(_today(day[last], done[last], plan[last], f"{words.actual} {done_label}".strip(), palette))
    return time_figure(frame, words, palette, traces, ends=ends, marks=marks, ticks=ticks, notes=notes)


def _today(day: date, done: float, plan: float, text: str, palette: Palette) -> dict[str, Any]:
    """Return the name of today's point: below the curve where it lies under the plan, above it else, never between."""
    behind = done < plan
    return {
        "x": day,
        "y": done,
        "text": f"<b>{safe(text)}</b>",
        "showarrow": False,
        "xanchor": "left" if behind else "right",
        "yanchor": "top" if behind else "bottom",
        "xshift": palette.px(8 if behind else -8),
        "yshift": palette.px(-4 if behind else 6),
        "font": {"size": palette.px(LABEL + 1), "color": palette.accent},
    }


def bullets(
    tasks: pd.DataFrame,
    words: ChartWords,
    palette: Palette,
    selected: str | None = None,
    height: float | None = None,
    *,
    width: float = 520,
) -> go.Figure:
    """Return one bullet a task, in the given order: done (coloured by light) on a pale track to 100 %, plan as a mark.

    Columns read: task, name, value and plan_value (both in %), light, label, hover. A click carries the task as
    customdata.
    Words used: title, subtitle, source, plan, lights.
    """
    rows = tasks.rename(columns={"task": "key"})
    return plan_bars(rows, words, palette, width=width, height=height, selected=selected, full=100.0)
