"""Children of a region in rank order."""

import pandas as pd
import plotly.graph_objects as go

from charts.bars import plan_bars
from charts.theme import Palette
from charts.words import ChartWords


def ranking(
    children: pd.DataFrame,
    words: ChartWords,
    palette: Palette,
    selected: str | None = None,
    height: float | None = None,
    *,
    width: float = 520,
) -> go.Figure:
    """Return horizontal bars of `children` in the given order, coloured by light, each against its plan mark.

    Columns read: code, name, value, plan_value, light, label, hover. A click anywhere in a row carries its code as
    customdata. `selected` is the code of the row to mark. `width` is the expected width in pixels (for line breaks
    only).
    Words used: title, subtitle, source, plan, lights.
    """
    rows = children.rename(columns={"code": "key"})
    return plan_bars(rows, words, palette, width=width, height=height, selected=selected, full=None)
