"""The charts under the monitoring page's map: who comes and goes, how soon they are helped, and with what."""

from typing import Any

import plotly.graph_objects as go
import streamlit as st

from charts.bars import plan_bars
from charts.theme import PLOT_CONFIG
from charts.waterfall import stock_waterfall
from charts.words import ChartWords
from data_access.indicators import dictionary
from data_access.monitoring import case_flow, coverage, durations, league, limits
from pages.place import Place, bound
from wording.income import plain_words
from wording.monitoring import (
    coverage_headline,
    coverage_rows,
    flow_headline,
    flow_rows,
    kind_name,
    league_headline,
    league_table,
    speed_headline,
    step_rows,
)
from wording.titles import period_ticks

_MONTHS, _ALL = 24, "all"


def _texts(place: Place, title: str, subtitle: str) -> ChartWords:
    entry = dictionary(place.snapshot)["monitoring.stock"]
    return plain_words(place.words, title, subtitle, place.words.pick(entry.source, entry.source_en))


def _draw(figure: go.Figure, key: str, title: str) -> None:
    st.plotly_chart(figure, theme=None, key=key, config=dict(PLOT_CONFIG), alt=title)


def flow_chart(place: Place, group: str | None) -> None:
    """Draw who came under monitoring and who left, month by month, of one kind or of all."""
    _, words = place.words.gettext, place.words
    flow = case_flow(place.snapshot, place.region.code, place.on, _MONTHS, group)
    if flow.empty:
        return
    newest = flow[flow["period"] == flow["period"].max()].set_index("kind")["stock"]
    names = {_ALL: _("All kinds")} | {kind: f"{kind_name(words, kind)} {words.number(n)}" for kind, n in newest.items()}
    kind = st.segmented_control(
        _("Kind"), list(names), format_func=names.__getitem__, required=True, **bound("kind", list(names), _ALL)
    )
    chosen = flow if kind == _ALL else flow[flow["kind"] == kind]
    steps = flow_rows(words, chosen.groupby("period", as_index=False)[["opened", "closed", "stock"]].sum())
    title = flow_headline(words, steps)
    subtitle = _("Households under monitoring at the end of each month, those taken in and those cleared")
    _draw(
        stock_waterfall(
            steps,
            _texts(place, title, subtitle),
            place.palette,
            names=(_("In"), _("Out"), _("Under monitoring")),
            ticks=period_ticks(words, dictionary(place.snapshot)["monitoring.stock"], steps["period"]),
            width=place.px(1200),
        ),
        "flow",
        title,
    )


def speed_charts(place: Place, group: str | None) -> None:
    """Draw how long each step takes, from the alert to the first measure, beside who keeps the limits and who not."""
    _, words = place.words.gettext, place.words
    snapshot, on, level = place.snapshot, place.on, place.levels[0]
    left, right = st.columns([1, 1.15], gap="medium")
    with left:
        steps = durations(snapshot, place.region.code, on, group)
        title = speed_headline(words, steps)
        subtitle = _("Cases that came so far in the last twelve months, and the days since the step before")
        _draw(
            _bars(place, step_rows(words, steps), _texts(place, title, subtitle), width=560, full=None), "steps", title
        )
    with right:
        table = league(snapshot, place.around.code, on, level, group)
        if not table.empty:
            st.markdown(f"**{league_headline(words, table)}**")
            verify_days, measure_days = limits()
            text = _(
                "On time: taken in within {verify} days of the alert, helped within {measure}; equal ones share a rank"
            )
            st.caption(text.format(verify=verify_days, measure=measure_days))
            st.dataframe(league_table(words, table, level), hide_index=True, height=330 if len(table) > 8 else "auto")


def coverage_chart(place: Place, group: str | None) -> None:
    """Draw for each risk how many of the households that run it have a measure for it."""
    _, words = place.words.gettext, place.words
    table = coverage(place.snapshot, place.region.code, place.on, group)
    if table.empty:
        return
    title = coverage_headline(words, table)
    texts = _texts(
        place, title, _("Households under monitoring with a measure for the risk / with the risk; the track is all")
    )
    _draw(_bars(place, coverage_rows(words, table), texts, width=1200, full=100.0), "coverage", title)


def _bars(place: Place, rows: Any, texts: ChartWords, *, width: int, full: float | None) -> go.Figure:
    return plan_bars(rows, texts, place.palette, width=place.px(width), height=None, selected=None, full=full)
