"""Tasks against regions, and guarantees against regions: what is behind, and who is missing, where."""

import pandas as pd
import plotly.graph_objects as go

from charts.classes import GAP, Measure, class_of
from charts.grid import Look, broken_or_slanted, grid
from charts.theme import Palette, text_on
from charts.words import ChartWords

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
    plan), label, hover. A cell that `matrix` lacks stays empty. A click carries [task, code] as customdata.
    `selected` is the (task, code) to outline, `measure` the limits of its colours.
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
    return grid(
        matrix.rename(columns={"code": "column"}),
        words,
        palette,
        rows=dict(zip(matrix["row"], matrix["row_name"], strict=True)),
        columns=dict(zip(matrix["code"], matrix["name"], strict=True)),
        clicks=matrix[["row", "code"]].to_numpy().tolist(),
        heads=broken_or_slanted,
        width=width,
        look=Look(),
        outlined=selected,
    )


def _fill(value: float, gap: float, measure: Measure, palette: Palette) -> str:
    if pd.isna(value):
        return palette.not_reported
    index = class_of(gap, measure)
    return palette.no_plan if index is None else palette.diverging[index]
