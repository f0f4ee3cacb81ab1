"""The gates that projects pass: how many came through each, and which project stands before which, how late."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from charts.bars import NAMES_SHARE, ROW_TEXT, THICK, bars_of, names_axis, whole_rows
from charts.grid import Look, broken_or_slanted, grid
from charts.lettering import Margins, block_of, key_lines, safe, shortened, texts_at, widest
from charts.theme import Palette, figure_of, mixed, rgba, text_on
from charts.words import ChartWords

_ROW, _TALLEST, _DROP = 44, 60, 13


def stage_funnel(
    stages: pd.DataFrame,
    words: ChartWords,
    palette: Palette,
    *,
    width: float = 1200,
    height: float | None = None,
) -> go.Figure:
    """Return one bar a gate, in the order given from the first to the last, with what is lost between one and the next.

    Columns read: key, name, count (of the projects that came so far), label (the count as it is written), amount_label,
    hover. Between two rows stands the difference of their counts. A click carries the row's key.
    Words used: title, subtitle, source.
    """
    count = stages["count"].astype(float).fillna(0.0).tolist()
    size = palette.px(ROW_TEXT)
    names = [shortened(name, width * NAMES_SHARE, size) for name in stages["name"]]
    labels = ["　".join(filter(None, both)) for both in zip(stages["label"], stages["amount_label"], strict=True)]
    plot = Margins(
        left=widest(names, size) + palette.px(16),
        right=widest(labels, size) + palette.px(14),
        top=palette.px(2),
        bottom=palette.px(2),
    )
    margins, annotations = block_of(words, palette, width=width, margins=plot)
    high = max(count, default=0.0) or 1.0
    free = 0.0 if height is None else (height - margins.top - margins.bottom) / max(len(count), 1)
    row = min(max(free, palette.px(_ROW)), palette.px(_TALLEST))
    rows = list(range(len(count)))
    between = [at for at in rows[:-1] if count[at] != count[at + 1]]
    return figure_of(
        palette,
        [
            _slopes(count, palette),
            bars_of(count, {"color": [palette.accent] * len(count)}),
            *texts_at(count, rows, [f" {label}" for label in labels], [palette.ink] * len(count), size, "middle right"),
            *texts_at(
                [count[at] for at in between],
                [at + 0.5 for at in between],
                [f" {_difference(count[at + 1] - count[at])}" for at in between],
                [palette.muted] * len(between),
                palette.px(_DROP),
                "middle right",
            ),
            whole_rows(stages["key"].tolist(), stages["hover"].tolist(), 0.0, high),
        ],
        height=round(margins.top + margins.bottom + max(len(count), 1) * row),
        margin=margins.layout(),
        annotations=annotations,
        barmode="overlay",
        bargap=0,
        xaxis={"range": [0, high], "showticklabels": False},
        yaxis=names_axis([safe(name) for name in names], palette, standoff=6),
    )


def _difference(change: float) -> str:
    return f"{'−' if change < 0 else '+'}{abs(change):,.0f}"


def _slopes(count: Sequence[float], palette: Palette) -> dict[str, Any]:
    """Return the pale ground that narrows from each bar's end to the next one's."""
    x: list[float | None] = []
    y: list[float | None] = []
    for at, (above, below) in enumerate(pairwise(count)):
        top, bottom = at + THICK / 2, at + 1 - THICK / 2
        x += [0.0, above, below, 0.0, None]
        y += [top, top, bottom, bottom, None]
    fill = {"fill": "toself", "fillcolor": rgba(palette.accent, 0.16), "line": {"width": 0}}
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "hoverinfo": "skip"} | fill


#: The sign of each state of a gate, said again without colour, in the order of the key; the last marks missing papers.
SIGNS = {"done": "✓", "late_done": "▲", "late": "■", "due": "◇", "ahead": "·", "missing": "◥"}
_GATES = Look(row=34, cell=14, names=0.3, lines=2, seam=2.5)


def gate_matrix(
    cells: pd.DataFrame,
    words: ChartWords,
    palette: Palette,
    *,
    width: float = 1200,
    height: float | None = None,
) -> go.Figure:
    """Return projects (rows) by gates (columns), each in the order of its first appearance: passed, late or to come.

    Columns read, a row a cell: project, name, gate, gate_name, state ("done", "late_done", "late": due and not passed,
    "due": to be passed soon, "ahead": not due yet), label (days late; for "done" a sign or nothing), missing (papers
    are missing: the cell's corner is marked), region_code, hover. A cell that is not there stays empty. A click carries
    [project, region_code] as customdata. Few rows share `height`; many make the figure grow.
    Words used: title, subtitle, source, lights (a state, or "missing", with its meaning, in the order of the key).
    """
    states = cells["state"].tolist()
    late, quiet = palette.light("red"), palette.surface
    fills = {
        "done": mixed(palette.light("green"), quiet, 0.2),
        "late_done": mixed(palette.light("amber"), quiet, 0.45),
        "late": late,
        "due": quiet,
        "ahead": quiet,
    }
    colours = {"done": palette.light("green"), "late_done": palette.light("amber"), "late": late}
    papers = cells["missing"].astype(bool)
    present = {*states, *(["missing"] if papers.any() else [])}
    key = [(SIGNS[state], colours.get(state, palette.ink), text) for state, text in words.lights if state in present]
    rows = dict(zip(cells["project"], cells["name"], strict=True))
    columns = dict(zip(cells["gate"], cells["gate_name"], strict=True))
    inks = [palette.muted if state == "ahead" else text_on(fills[state], palette) for state in states]
    drawn = pd.DataFrame({"row": cells["project"], "column": cells["gate"], "hover": cells["hover"], "hatched": False})
    drawn = drawn.assign(
        fill=[fills[state] for state in states],
        ink=inks,
        label=[_said(state, label) for state, label in zip(states, cells["label"], strict=True)],
    )
    across, down = ({key: at for at, key in enumerate(keys)} for keys in (columns, rows))
    marked = cells[papers]
    corners = texts_at(
        [across[gate] + 0.5 for gate in marked["gate"]],
        [down[project] - 0.5 for project in marked["project"]],
        [SIGNS["missing"]] * len(marked),
        [palette.ink] * len(marked),
        palette.px(_GATES.cell),
        "bottom left",
    )
    return grid(
        drawn,
        words,
        palette,
        rows=rows,
        columns=columns,
        clicks=cells[["project", "region_code"]].to_numpy().tolist(),
        heads=broken_or_slanted,
        width=width,
        height=height,
        look=_GATES,
        key=key_lines(key, palette, width),
        marks=corners,
    )


def _said(state: str, label: str) -> str:
    """Return a cell's text: its state's sign and its label, which for "done" may be the sign itself."""
    sign = SIGNS[state]
    return label if sign in label else f"{sign} {label}".strip()
