"""Tasks, guarantees and periods against regions: what is behind, who is missing, what was reported, where."""

from itertools import pairwise

import pandas as pd
import plotly.graph_objects as go

from charts.classes import GAP, Measure, amount, class_of
from charts.grid import CELL_SHARE, HEAD_ROOM, Look, broken_or_slanted, cell_width, grid, thinned
from charts.lettering import key_lines, widest
from charts.theme import SHAPES, Palette, mixed, text_on
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


_PERIODS = Look(row=23, name=13, cell=12, seam=1, names=0.2, right=HEAD_ROOM * 12)
#: Where labels would be smaller than the first of these they give way to signs, and signs to nothing at the second.
_LEAST_LABEL, _LEAST_SIGN = 10.5, 8.0
#: How strong a light's colour is: what is well stays quiet, and bad stands out more than middling.
_STRENGTH = {"green": 0.3, "amber": 0.65, "red": 1.0}
_HATCHED = "▨"


def period_heatmap(
    cells: pd.DataFrame,
    words: ChartWords,
    palette: Palette,
    *,
    measure: Measure | None = None,
    width: float = 1200,
) -> go.Figure:
    """Return places (rows, in the order of first appearance) by periods (columns, in time) of one indicator.

    Columns read, a row a cell: code, name, period (date), period_label, value (null: not reported, hatched; or, with
    the light "none", none here), label, light, hover. Cells take the colour of their light; where no cell has one, that
    of their value in the five classes of `measure`, or of round ones. Labels stand in the cells where all of them fit,
    else the sign of amber: red is the strongest and green the palest. A cell that `cells` lacks stays empty. A click
    carries the place's code.
    Words used: title, subtitle, source, unit, lights ("grey": not reported).
    """
    value, light = cells["value"].astype(float), cells["light"]
    silent = value.isna() & (light != "none")
    lit = value.notna() & light.isin(list(_STRENGTH))
    texts = dict(words.lights)
    if lit.any():
        fills = [_light_fill(*cell, palette) for cell in zip(value, light, strict=True)]
        entries = [
            (SHAPES[name], palette.light(name), texts[name])
            for name in _STRENGTH
            if name in texts and (light[lit] == name).any()
        ]
    else:
        measure = measure or _round_classes(value)
        fills = [_ramp_fill(*cell, measure, palette) for cell in zip(value, light, strict=True)]
        entries = _ramp_entries(measure, words.unit, palette) if value.notna().any() else []
    if silent.any() and "grey" in texts:
        entries.append((_HATCHED, palette.muted, texts["grey"]))
    inks = [palette.muted if gone else text_on(fill, palette) for fill, gone in zip(fills, value.isna(), strict=True)]
    rows = dict(zip(cells["code"], cells["name"], strict=True))
    columns = dict(sorted(zip(cells["period"], cells["period_label"], strict=True)))
    room = cell_width(rows, columns, palette, width=width, look=_PERIODS) * CELL_SHARE
    return grid(
        cells.rename(columns={"code": "row", "period": "column"}).assign(
            fill=fills, ink=inks, hatched=silent, label=_short(cells["label"], value, light, room, palette)
        ),
        words,
        palette,
        rows=rows,
        columns=columns,
        clicks=cells["code"].tolist(),
        heads=thinned,
        width=width,
        look=_PERIODS,
        key=key_lines(entries, palette, width),
    )


def _light_fill(value: float, light: str, palette: Palette) -> str:
    if pd.isna(value):
        return palette.no_plan if light == "none" else palette.not_reported
    # Among cells with a target, one without is neither well nor bad.
    return mixed(palette.light(light), palette.surface, _STRENGTH[light]) if light in _STRENGTH else palette.no_plan


def _ramp_fill(value: float, light: str, measure: Measure, palette: Palette) -> str:
    index = class_of(value, measure)
    if index is None:
        return palette.no_plan if light == "none" else palette.not_reported
    return palette.sequential[index]


def _round_classes(value: pd.Series) -> Measure:
    low, high = float(value.min()), float(value.max())
    return amount(low, high) if low < high else amount(0.0, high if high > 0 else 1.0)


def _ramp_entries(measure: Measure, unit: str, palette: Palette) -> list[tuple[str, str, str]]:
    """Return the key of five classes between four limits, the unit with the last of them."""
    limits = [f"{limit:,.10g}" for limit in measure.limits]
    said = [f"<{limits[0]}", *(f"{low}–{high}" for low, high in pairwise(limits)), f"≥{limits[-1]} {unit}".strip()]
    return [("■", colour, text) for colour, text in zip(palette.sequential, said, strict=True)]


def _short(labels: pd.Series, value: pd.Series, light: pd.Series, room: float, palette: Palette) -> list[str]:
    """Return the labels if those of cells with a value all fit; else the sign of amber, which is between."""
    least = palette.px(_LEAST_LABEL)
    if widest(labels[value.notna()].tolist(), least) <= room:
        return [label if widest([label], least) <= room else "" for label in labels]
    sign = SHAPES["amber"] if palette.px(_LEAST_SIGN) <= room else ""
    return [sign if name == "amber" and known else "" for name, known in zip(light, value.notna(), strict=True)]


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
