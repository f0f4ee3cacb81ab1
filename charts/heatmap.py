"""Tasks against regions: which task is behind where."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from charts.classes import GAP, Measure, class_of
from charts.lettering import (
    LINE_HEIGHT,
    Margins,
    block_of,
    em_width,
    hover_text,
    safe,
    shortened,
    texts_at,
    widest,
    wrapped,
)
from charts.theme import Palette, figure_of, hatching, text_on
from charts.words import ChartWords

_ROW, _NAME, _CELL = 34, 14, 13


def task_heatmap(
    matrix: pd.DataFrame,
    words: ChartWords,
    palette: Palette,
    selected: tuple[str, str] | None = None,
    *,
    measure: Measure = GAP,
    width: float = 1000,
) -> go.Figure:
    """Return tasks (rows) by regions (columns), each in the order of its first appearance: % done, coloured by its gap.

    Columns read, a row a cell: task, task_name, code, name, value (null: not reported, hatched), gap (points; null: no
    plan), label, hover. A cell that `matrix` lacks stays empty. A click carries [task, code] as customdata. Bars stand
    in for cells because Streamlit hears no click on a heatmap, and a heatmap cannot be hatched. `selected` is the
    (task, code) to outline, `measure` the limits of its colours.
    Words used: title, subtitle, source.
    """
    tasks = matrix.drop_duplicates("task")[["task", "task_name"]]
    regions = matrix.drop_duplicates("code")[["code", "name"]]
    name_size, cell_size = palette.px(_NAME), palette.px(_CELL)
    task_names = [shortened(name, width * 0.28, name_size) for name in tasks["task_name"]]
    left = widest(task_names, name_size) + palette.px(12)
    right = palette.px(6)
    cell = max((width - left - right) / max(len(regions), 1), 1.0)
    heads, head_height, angle = _heads(regions["name"].tolist(), cell, cell_size)
    plot = Margins(left, right, head_height + palette.px(8), palette.px(4))
    margins, annotations = block_of(words, palette, width=width, margins=plot)
    row_of = {task: index for index, task in enumerate(tasks["task"])}
    column_of = {code: index for index, code in enumerate(regions["code"])}
    x = [column_of[code] for code in matrix["code"]]
    y = [row_of[task] for task in matrix["task"]]
    colours = [_fill(value, gap, measure, palette) for value, gap in zip(matrix["value"], matrix["gap"], strict=True)]
    unreported = matrix["value"].isna().tolist()
    cells = {
        "type": "bar",
        "x": x,
        "base": [at - 0.5 for at in y],
        "y": [1.0] * len(matrix),
        "width": 1.0,
        "marker": {
            "color": colours,
            "line": {"width": palette.px(1.5), "color": palette.background},
            "pattern": hatching(palette, unreported),
        },
        "customdata": matrix[["task", "code"]].to_numpy().tolist(),
        "hovertext": [hover_text(text) for text in matrix["hover"]],
        "hoverinfo": "text",
        "unselected": {"marker": {"opacity": 1}},
    }
    inks = [
        palette.muted if gone else text_on(colour, palette) for colour, gone in zip(colours, unreported, strict=True)
    ]
    # The longest label must stay inside its cell; bars' own text plotly would shrink one by one, or turn.
    label_size = min(cell_size, cell * 0.92 / max((em_width(label) for label in matrix["label"]), default=1.0))
    return figure_of(
        palette,
        [cells, *texts_at(x, y, matrix["label"].tolist(), inks, label_size)],
        height=round(margins.top + margins.bottom + max(len(tasks), 1) * palette.px(_ROW)),
        margin=margins.layout(),
        annotations=annotations,
        shapes=_outline(selected, row_of, column_of, palette),
        barmode="overlay",
        bargap=0,
        xaxis={
            "range": [-0.5, len(regions) - 0.5],
            "side": "top",
            "tickmode": "array",
            "tickvals": list(range(len(regions))),
            "ticktext": heads,
            "tickangle": angle,
            "tickfont": {"size": cell_size, "color": palette.ink},
        },
        yaxis={
            "range": [len(tasks) - 0.5, -0.5],
            "tickmode": "array",
            "tickvals": list(range(len(tasks))),
            "ticktext": [safe(name) for name in task_names],
            "tickfont": {"size": name_size, "color": palette.ink},
            "ticklabelstandoff": 4,
        },
    )


def _outline(
    selected: tuple[str, str] | None, row_of: dict[str, int], column_of: dict[str, int], palette: Palette
) -> list[dict[str, Any]]:
    if selected is None or selected[0] not in row_of or selected[1] not in column_of:
        return []
    x, y = column_of[selected[1]], row_of[selected[0]]
    line = {"width": palette.px(3), "color": palette.ink}
    return [{"type": "rect", "x0": x - 0.5, "x1": x + 0.5, "y0": y - 0.5, "y1": y + 0.5, "line": line}]


def _fill(value: float, gap: float, measure: Measure, palette: Palette) -> str:
    if pd.isna(value):
        return palette.not_reported
    index = class_of(gap, measure)
    return palette.no_plan if index is None else palette.diverging[index]


def _heads(names: list[str], cell: float, size: float) -> tuple[list[str], float, float]:
    """Return the column heads, their height and their angle: broken into lines while those fit, else slanted."""
    lines = [wrapped(name, cell * 0.96, size) for name in names]
    if all(len(parts) <= 3 and widest(parts, size) <= cell for parts in lines):
        tallest = max((len(parts) for parts in lines), default=1)
        return ["<br>".join(map(safe, parts)) for parts in lines], tallest * size * LINE_HEIGHT, 0
    return [safe(name) for name in names], widest(names, size) * 0.75 + size, -45
