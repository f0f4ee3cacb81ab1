"""What is open, what comes in and what is cleared: whether a list runs to zero, and how old what stays on it is."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

import pandas as pd
import plotly.graph_objects as go

from charts.bars import NAMES_SHARE, ROW_TEXT, bars_of, names_axis, row_height, upright, whole_rows
from charts.lettering import Margins, block_of, hover_text, safe, shortened, texts_at, widest
from charts.lines import EndLabel, Frame, Mark, line_of, time_figure, value_range
from charts.theme import Palette, figure_of
from charts.words import ChartWords

_BAR_SHARE = 0.36


def burn_down(
    months: pd.DataFrame,
    words: ChartWords,
    palette: Palette,
    *,
    names: tuple[str, str, str],
    ticks: Sequence[tuple[date, str]] = (),
    events: Sequence[Mark] = (),
    width: float = 640,
    height: float = 340,
) -> go.Figure:
    """Return what is open as a line down to zero, with a pair of bars a month: what came in and what was cleared.

    Columns read, counts, a row a period: period (date), open, new, cleared (null: not reported), open_label, new_label,
    cleared_label (the last ones are written at the end); hover and plan (what should be open, dashed, also in periods
    ahead that have nothing else) where there are any. `names` are those of the three.
    Words used: title, subtitle, source, unit, plan.
    """
    day = pd.to_datetime(months["period"]).dt.date.tolist()
    left_open, new, cleared = (months[column].astype(float) for column in ("open", "new", "cleared"))
    plan = months["plan"].astype(float) if "plan" in months else left_open * float("nan")
    _, high = value_range(pd.concat([left_open, new, cleared, plan]), from_zero=True)
    spacing = min((late - early for early, late in pairwise(day)), default=timedelta(days=30))
    # Half a month of air at both ends, or the first and the last pair would be cut in two.
    air = max(spacing / 2, timedelta(days=1)) if day else timedelta()
    frame = Frame(min(day, default=date.min) - air, max(day, default=date.min) + air, 0.0, high, width, height)
    looks = (
        ("open", names[0], left_open, palette.accent),
        ("new", names[1], new, palette.series[2]),
        ("cleared", names[2], cleared, palette.series[3]),
    )
    hover = (months["hover"] if "hover" in months else months["open_label"]).fillna("")
    rim = {"width": palette.px(1.5), "color": palette.background}
    traces = [
        upright(day, new, palette.series[2], spacing, offset=-_BAR_SHARE, share=_BAR_SHARE),
        upright(day, cleared, palette.series[3], spacing, offset=0.0, share=_BAR_SHARE),
        *([line_of(day, plan, color=palette.ink, width=palette.px(1.8), dash="dash")] if plan.notna().any() else []),
        line_of(day, left_open, color=palette.accent, width=palette.px(3.5))
        | {"mode": "lines+markers", "marker": {"size": palette.px(7), "color": palette.accent, "line": rim}}
        | {"hoverinfo": "text", "hovertext": [hover_text(text) for text in hover]},
    ]
    ends = []
    for column, name, values, colour in looks:
        last = values.last_valid_index()
        if last is not None:
            text = f"{name} {months.at[last, f'{column}_label']}".strip()
            ends.append(EndLabel(frame.last, values[last], text, colour))
    if plan.notna().any():
        ends.append(EndLabel(frame.last, plan[plan.last_valid_index()], words.plan, palette.ink))
    return time_figure(frame, words, palette, traces, ends=ends, marks=events, ticks=ticks)


def gap_ages(
    bins: pd.DataFrame, words: ChartWords, palette: Palette, *, width: float = 520, height: float | None = None
) -> go.Figure:
    """Return one bar for each age of what is open, in the order given, the youngest first; the oldest is emphasised.

    Columns read: key, name, count, label, hover. The oldest is the last row that holds any. A click carries the key.
    Words used: title, subtitle, source.
    """
    count = bins["count"].astype(float)
    held = (count > 0).tolist()
    oldest = max((at for at, some in enumerate(held) if some), default=None)
    size = palette.px(ROW_TEXT)
    names = [shortened(name, width * NAMES_SHARE, size) for name in bins["name"]]
    plot = Margins(
        left=widest(names, size) + palette.px(16),
        right=widest(bins["label"].tolist(), size) + palette.px(12),
        top=palette.px(4),
        bottom=palette.px(4),
    )
    margins, annotations = block_of(words, palette, width=width, margins=plot)
    high = max(count.max() if len(bins) else 0.0, 1.0)
    emphasised = [at == oldest for at in range(len(bins))]
    colours = [palette.accent if mark else palette.accent_light for mark in emphasised]
    row = row_height(len(bins), palette, height, margins)
    return figure_of(
        palette,
        [
            bars_of(count.tolist(), {"color": colours}),
            *texts_at(
                count.fillna(0.0).tolist(),
                range(len(bins)),
                [f" {label}" for label in bins["label"]],
                [palette.ink if some else palette.muted for some in held],
                size,
                "middle right",
            ),
            whole_rows(bins["key"].tolist(), bins["hover"].tolist(), 0.0, high),
        ],
        height=round(margins.top + margins.bottom + max(len(bins), 1) * row),
        margin=margins.layout(),
        annotations=annotations,
        barmode="overlay",
        bargap=0,
        xaxis={"range": [0, high], "showticklabels": False, "zeroline": True, "zerolinecolor": palette.outline},
        yaxis=names_axis(
            [f"<b>{safe(name)}</b>" if mark else safe(name) for name, mark in zip(names, emphasised, strict=True)],
            palette,
            standoff=6,
        ),
    )
