"""Tasks against regions, and guarantees against regions: what is behind, and who is missing, where."""

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
#: Points off 100 %: of a guarantee that is for everyone, five in a hundred missing is as far as the scale goes.
MISSING = Measure("gap", (-5.0, -1.0, 0.0, 10.0))


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
    colours = [_fill(value, gap, measure, palette) for value, gap in zip(matrix["value"], matrix["gap"], strict=True)]
    unreported = matrix["value"].isna().tolist()
    inks = [
        palette.muted if gone else text_on(colour, palette) for colour, gone in zip(colours, unreported, strict=True)
    ]
    cells = matrix.rename(columns={"task": "row", "task_name": "row_name"})
    return _grid(cells.assign(fill=colours, ink=inks, hatched=unreported), words, palette, selected, width)


def missing_matrix(
    matrix: pd.DataFrame,
    words: ChartWords,
    palette: Palette,
    selected: tuple[str, str] | None = None,
    *,
    measure: Measure = MISSING,
    width: float = 1000,
) -> go.Figure:
    """Return guarantees (rows) by regions (columns), each in the order of its first appearance: the persons missing.

    Columns read, a row a cell: item, item_name, code, name, missing (persons; null: not reported, hatched), gap (points
    that its rate lies off 100 %, 0 or less; null: no base), label, hover. Where nobody is missing the cell is quiet:
    no fill, its label muted. A click carries [item, code] as customdata. `selected` is the (item, code) to outline,
    `measure` the limits of its colours.
    Words used: title, subtitle, source.
    """
    missing = matrix["missing"].astype(float)
    unreported, none = missing.isna().tolist(), (missing == 0).tolist()
    colours = [
        palette.surface if nobody else _fill(count, gap, measure, palette)
        for count, nobody, gap in zip(missing, none, matrix["gap"], strict=True)
    ]
    inks = [
        palette.muted if quiet or gone else text_on(colour, palette)
        for colour, gone, quiet in zip(colours, unreported, none, strict=True)
    ]
    cells = matrix.rename(columns={"item": "row", "item_name": "row_name"})
    return _grid(cells.assign(fill=colours, ink=inks, hatched=unreported), words, palette, selected, width)


def _grid(
    matrix: pd.DataFrame, words: ChartWords, palette: Palette, selected: tuple[str, str] | None, width: float
) -> go.Figure:
    """Return the cells of `matrix` (row, row_name, code, name, fill, ink, hatched, label, hover) under their heads."""
    items = matrix.drop_duplicates("row")[["row", "row_name"]]
    regions = matrix.drop_duplicates("code")[["code", "name"]]
    name_size, cell_size = palette.px(_NAME), palette.px(_CELL)
    row_names = [shortened(name, width * 0.28, name_size) for name in items["row_name"]]
    left = widest(row_names, name_size) + palette.px(12)
    right = palette.px(6)
    cell = max((width - left - right) / max(len(regions), 1), 1.0)
    heads, head_height, angle = _heads(regions["name"].tolist(), cell, cell_size)
    plot = Margins(left, right, head_height + palette.px(8), palette.px(4))
    margins, annotations = block_of(words, palette, width=width, margins=plot)
    row_of = {task: index for index, task in enumerate(items["row"])}
    column_of = {code: index for index, code in enumerate(regions["code"])}
    x = [column_of[code] for code in matrix["code"]]
    y = [row_of[task] for task in matrix["row"]]
    cells = {
        "type": "bar",
        "x": x,
        "base": [at - 0.5 for at in y],
        "y": [1.0] * len(matrix),
        "width": 1.0,
        "marker": {
            "color": matrix["fill"].tolist(),
            "line": {"width": palette.px(1.5), "color": palette.background},
            "pattern": hatching(palette, matrix["hatched"]),
        },
        "customdata": matrix[["row", "code"]].to_numpy().tolist(),
        "hovertext": [hover_text(text) for text in matrix["hover"]],
        "hoverinfo": "text",
        "unselected": {"marker": {"opacity": 1}},
    }
    # The longest label must stay inside its cell; bars' own text plotly would shrink one by one, or turn.
    label_size = min(cell_size, cell * 0.92 / max((em_width(label) for label in matrix["label"]), default=1.0))
    return figure_of(
        palette,
        [cells, *texts_at(x, y, matrix["label"].tolist(), matrix["ink"].tolist(), label_size)],
        height=round(margins.top + margins.bottom + max(len(items), 1) * palette.px(_ROW)),
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
            "range": [len(items) - 0.5, -0.5],
            "tickmode": "array",
            "tickvals": list(range(len(items))),
            "ticktext": [safe(name) for name in row_names],
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
