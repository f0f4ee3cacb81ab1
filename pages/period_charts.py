"""One indicator through its periods: the region's line against plan or target and last year, its children's heatmap."""

from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from charts.heatmap import period_heatmap
from charts.theme import PLOT_CONFIG
from charts.trends import trend
from data_access.history import history_of, periods_of_children
from data_access.indicators import Indicator
from pages.place import Place, go_to
from pages.standing import asked_level
from wording.figures import told_of
from wording.headlines import trend_headline
from wording.livelihood import history_headline, measured_by_period, period_cells, period_line
from wording.titles import chart_words, period_ticks

#: How many periods a line and a heatmap show: about as far back as a meeting looks.
_LINE = {"day": 100, "week": 52, "month": 36, "quarter": 16, "year": 10}
_HEATMAP = {"day": 28, "week": 16, "month": 13, "quarter": 8, "year": 6}
#: A heatmap of all villages of a county would be five screens high.
_MOST_ROWS = 40


def line_chart(place: Place, entry: Indicator, figure: Any) -> None:
    """Draw the region's figures up to `figure` (a row of `figures_of`); the target stands in for a plan."""
    words = place.words
    series = history_of(place.snapshot, place.region.code, entry.id, figure.period, _LINE[entry.frequency])
    texts = chart_words(words, entry, trend_headline(words, entry, figure))
    if series["plan_value"].isna().all():
        series, texts = series.assign(plan_value=series["target"]), replace(texts, plan=words.gettext("Target"))
    series["label"] = [told_of(words, entry, row) for row in series.itertuples(index=False)]
    series["hover"] = [period_line(words, entry, row) for row in series.itertuples(index=False)]
    ticks = period_ticks(words, entry, series["period"])
    st.plotly_chart(
        trend(series, texts, place.palette, ticks=ticks, width=place.px(1200)),
        theme=None,
        key=f"trend-{entry.id}",
        config=dict(PLOT_CONFIG),
        alt=texts.title,
    )


def heatmap_chart(place: Place, entry: Indicator, figure: Any, children: pd.DataFrame, level: str) -> None:
    """Draw the periods of `children` (a `children_of` at `level` around the place): of many, those ranked last."""
    _, words = place.words.gettext, place.words
    count = _HEATMAP[entry.frequency]
    asked = asked_level(place, level)
    cells = periods_of_children(place.snapshot, place.around.code, entry.id, figure.period, count, asked)
    if cells.empty:
        return
    last = children["code"].tail(_MOST_ROWS)
    shown = cells[cells["code"].isin(last)].reset_index(drop=True)
    texts = chart_words(words, entry, history_headline(words, entry, shown, level), measured_by_period(words, entry))
    key = f"periods-{place.around.code}-{entry.id}-{level}"

    def open_row() -> None:
        points = st.session_state[key]["selection"]["points"]
        if points:
            go_to(points[0]["customdata"])

    st.plotly_chart(
        period_heatmap(period_cells(words, entry, shown), texts, place.palette, width=place.px(1200)),
        theme=None,
        key=key,
        on_select=open_row,
        selection_mode="points",
        config=dict(PLOT_CONFIG),
        alt=texts.title,
    )
    if len(children) > _MOST_ROWS:
        text = _("The {n} ranked last of {m}; choose a township to see the others.")
        st.caption(text.format(n=_MOST_ROWS, m=words.number(len(children))))
