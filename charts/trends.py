"""One figure over time."""

from collections.abc import Sequence
from datetime import date

import pandas as pd
import plotly.graph_objects as go

from charts.lettering import hover_text
from charts.lines import EndLabel, Frame, Mark, time_figure, value_range
from charts.theme import Palette
from charts.words import ChartWords

_FEW = 40


def trend(
    series: pd.DataFrame,
    words: ChartWords,
    palette: Palette,
    *,
    events: Sequence[Mark] = (),
    ticks: Sequence[tuple[date, str]] = (),
    width: float = 640,
    height: float = 320,
) -> go.Figure:
    """Return `series` as a line labelled at its end, with its plan dashed and last year's figure thin.

    Columns read: period (date), value, plan_value, label; last_year and hover where there are any. A period without a
    report breaks the line. Words used: title, subtitle, source, unit, actual, plan, last_year.
    """
    periods = pd.to_datetime(series["period"]).dt.date
    drawn = {
        column: series[column].astype(float) for column in ("plan_value", "last_year", "value") if column in series
    }
    drawn = {column: values for column, values in drawn.items() if values.notna().any()}
    low, high = value_range(pd.concat(list(drawn.values())) if drawn else pd.Series(dtype=float), from_zero=False)
    first, last = (min(periods), max(periods)) if len(series) else (date.min, date.min)
    looks: dict[str, tuple[str, str, dict[str, object]]] = {
        "value": (words.actual, palette.accent, {"width": palette.px(3)}),
        "plan_value": (words.plan, palette.ink, {"width": palette.px(1.8), "dash": "dash"}),
        "last_year": (words.last_year, palette.muted, {"width": palette.px(1.5)}),
    }
    ends = []
    for column, values in drawn.items():
        name, colour, _ = looks[column]
        at = values.last_valid_index()
        figure_text = str(series.at[at, "label"]) if column == "value" else ""
        ends.append(EndLabel(periods[at], values[at], f"{name} {figure_text}".strip(), colour))
    hover = series["hover"] if "hover" in series else series["label"]
    traces = []
    for column, values in drawn.items():
        _, colour, line = looks[column]
        trace = {
            "type": "scatter",
            "mode": "lines",
            "x": periods.tolist(),
            "y": values.tolist(),
            "line": line | {"color": colour},
            "hoverinfo": "skip",
            "cliponaxis": False,
        }
        if column == "value":
            rim = {"width": palette.px(1.5), "color": palette.background}
            trace |= {
                "mode": "lines+markers" if len(series) <= _FEW else "lines",
                "marker": {"size": palette.px(7), "color": colour, "line": rim},
                "hoverinfo": "text",
                "hovertext": [hover_text(text) for text in hover],
            }
        traces.append(trace)
    frame = Frame(first, last, low, high, width, height)
    return time_figure(frame, words, palette, traces, ends=ends, marks=events, ticks=ticks)
