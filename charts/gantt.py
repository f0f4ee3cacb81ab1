"""Late projects by name: when they should have run, when they ran, and how far over they are."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from charts.bars import ROW_TEXT, bars_of, names_axis, row_height, whole_rows
from charts.lettering import LINE_HEIGHT, Margins, block_of, folded, key_lines, safe, texts_at, widest
from charts.lines import TICK, Mark, text_places, thinned_ticks
from charts.theme import Palette, figure_of, mixed, rgba
from charts.words import ChartWords

_NAMES_SHARE, _PLANNED, _ACTUAL = 0.3, 0.66, 0.36
_DAY_MS = 86_400_000


def project_gantt(
    rows: pd.DataFrame,
    words: ChartWords,
    palette: Palette,
    *,
    today: Mark,
    ticks: Sequence[tuple[date, str]] = (),
    width: float = 1200,
    height: float | None = None,
) -> go.Figure:
    """Return a row a project, in the order given: its planned span pale, its actual one solid, what is over in red.

    Columns read: key, name, planned_start, planned_finish, started, finished, expected (dates; started and finished
    null: not yet, expected null: not known), label (how late), hover. A project that is not finished runs until
    `today`, whose line goes through all rows; what is expected beyond is outlined. What is over begins at the planned
    finish, even where the work began later. `ticks` are days and how they are written, above the rows. A click carries
    the row's key. With more than `ROWS_IN_VIEW` rows the figure grows beyond `height`.
    Words used: title, subtitle, source, plan, actual, forecast (what is expected), lights ("red": what is over).
    """
    days = _millis(rows[["planned_start", "planned_finish", "started", "finished", "expected"]])
    at = float(_millis(pd.DataFrame({"day": [today.day]}))["day"].iloc[0])
    due, until = days["planned_finish"], days["finished"].fillna(at)
    known = pd.concat([days.stack(), pd.Series([at])])
    air = max(float(known.max() - known.min()) * 0.01, _DAY_MS)
    low, high = float(known.min()) - air, float(known.max()) + air
    size, tick = palette.px(ROW_TEXT), palette.px(TICK)
    names = [folded(name, width * _NAMES_SHARE, size, 2) for name in rows["name"]]
    tick_height = LINE_HEIGHT * max((text.count("\n") + 1 for _, text in ticks), default=1) * tick + palette.px(4)
    plot = Margins(
        left=widest([line for lines in names for line in lines], size) + palette.px(16),
        right=widest(rows["label"].tolist(), size) + palette.px(14),
        top=tick_height + LINE_HEIGHT * tick + palette.px(4),
        bottom=palette.px(4),
    )
    margins, annotations = block_of(words, palette, width=width, margins=plot, key=_key(words, palette, width))
    wide = max(width - margins.left - margins.right, 1.0)
    row = row_height(len(rows), palette, height, margins)
    row = max(row, (max(map(len, names), default=1) * LINE_HEIGHT + 0.4) * size)
    red = palette.light("red")
    actual, outlined = {"width": _ACTUAL}, {"color": rgba(red, 0.18), "line": {"color": red, "width": palette.px(1.2)}}
    expected = days["expected"].where(days["finished"].isna())
    over_from, ends = _latest(until, due), _latest(due, until, expected)
    per_pixel = (high - low) / wide
    ((anchor, _),) = text_places([today.text], [(at - low) / per_pixel], tick, (-plot.left, wide + plot.right))
    kept = thinned_ticks(ticks, _DAY_MS / per_pixel, tick)
    return figure_of(
        palette,
        [
            _spans(days["planned_start"], due, low, {"color": _pale(palette)}) | {"width": _PLANNED},
            _spans(days["started"], _earliest(until, due), low, {"color": palette.accent}) | actual,
            _spans(due, until, low, {"color": red}) | actual,
            _spans(over_from, expected, low, outlined) | actual,
            *texts_at(
                ends.tolist(),
                range(len(rows)),
                [f" {label}" for label in rows["label"]],
                [palette.ink] * len(rows),
                size,
                "middle right",
            ),
            whole_rows(rows["key"].tolist(), rows["hover"].tolist(), low, high),
        ],
        height=round(margins.top + margins.bottom + max(len(rows), 1) * row),
        margin=margins.layout(),
        annotations=[*annotations, _today(today, at, anchor, tick_height, palette)],
        shapes=[_line(at, palette)],
        barmode="overlay",
        bargap=0,
        xaxis={
            "type": "date",
            "range": [low, high],
            "side": "top",
            "showgrid": True,
            "gridcolor": palette.grid,
            "tickfont": {"size": tick, "color": palette.muted},
            "tickmode": "array",
            "tickvals": [day for day, _ in kept],
            "ticktext": [safe(text).replace("\n", "<br>") for _, text in kept],
        },
        yaxis=names_axis(["<br>".join(map(safe, lines)) for lines in names], palette, standoff=6),
    )


def _millis(days: pd.DataFrame) -> pd.DataFrame:
    """Return dates as plotly's date axis counts them, in milliseconds since 1970: bars need lengths."""
    epoch, unit = pd.Timestamp(0), pd.Timedelta(milliseconds=1)
    return days.apply(lambda column: (pd.to_datetime(column) - epoch) / unit).astype(float).reset_index(drop=True)


def _latest(*days: pd.Series) -> pd.Series:
    return pd.concat(days, axis=1).max(axis=1)


def _earliest(*days: pd.Series) -> pd.Series:
    return pd.concat(days, axis=1).min(axis=1)


def _spans(start: pd.Series, end: pd.Series, low: float, marker: dict[str, Any]) -> dict[str, Any]:
    """Return a bar a row, and none in one without a start or an end, or whose end comes first."""
    # Not one of no length, whose outline would still be drawn.
    there = end > start
    return bars_of((end - start).where(there).tolist(), marker) | {"base": start.where(there, low).tolist()}


def _pale(palette: Palette) -> str:
    return mixed(palette.outline, palette.background, 0.4)


def _key(words: ChartWords, palette: Palette, width: float) -> list[str]:
    red, over = palette.light("red"), dict(words.lights).get("red", "")
    entries = [
        ("▬", _pale(palette), words.plan),
        ("▬", palette.accent, words.actual),
        ("▬", red, over),
        ("▭", red, words.forecast),
    ]
    return key_lines([entry for entry in entries if entry[2]], palette, width)


def _line(at: float, palette: Palette) -> dict[str, Any]:
    line = {"color": palette.ink, "width": palette.px(1.5)}
    return {"type": "line", "x0": at, "x1": at, "yref": "paper", "y0": 0, "y1": 1, "line": line}


def _today(today: Mark, at: float, anchor: str, lift: float, palette: Palette) -> dict[str, Any]:
    return {
        "x": at,
        "yref": "paper",
        "y": 1,
        "yanchor": "bottom",
        "yshift": lift,
        "xanchor": anchor,
        "text": f"<b>{safe(today.text)}</b>",
        "showarrow": False,
        "font": {"size": palette.px(TICK), "color": palette.ink},
    }
