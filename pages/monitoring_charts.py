"""The charts under the monitoring page's map: who comes and goes, how soon they are helped, and with what."""

from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from charts.bars import plan_bars
from charts.theme import PLOT_CONFIG
from charts.waterfall import stock_waterfall
from charts.words import ChartWords
from data_access.indicators import dictionary
from data_access.monitoring import case_flow, coverage, durations, league
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
# A county's townships are all to be seen at once: the last of them are the finding.
_ROW, _MOST_ROWS = 35, 18


def _texts(place: Place, title: str, subtitle: str) -> ChartWords:
    entry = dictionary(place.snapshot)["monitoring.stock"]
    return plain_words(place.words, title, subtitle, place.words.pick(entry.source, entry.source_en))


def _draw(figure: Any, key: str, title: str) -> None:
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
            names=(_("Taken in"), _("Risk cleared"), _("Under monitoring")),
            ticks=period_ticks(words, dictionary(place.snapshot)["monitoring.stock"], steps["period"]),
            width=place.px(1200),
        ),
        "flow",
        title,
    )


def help_charts(place: Place, group: str | None) -> None:
    """Draw how long each step to the first measure takes and which risks have one, beside who keeps the limits."""
    _, words = place.words.gettext, place.words
    snapshot, code, on, level = place.snapshot, place.region.code, place.on, place.levels[0]
    left, right = st.columns([1, 1.1], gap="medium")
    with left:
        steps = durations(snapshot, code, on, group)
        title = speed_headline(words, steps)
        subtitle = _("Cases that came so far in the last twelve months, and the days since the step before")
        _bars(place, step_rows(words, steps), _texts(place, title, subtitle), "steps")
        risks = coverage(snapshot, code, on, group)
        if not risks.empty:
            title = coverage_headline(words, risks)
            texts = _texts(
                place, title, _("Households under monitoring by risk: those with a measure for it / all of them")
            )
            _bars(place, coverage_rows(words, risks), replace(texts, plan=_("With this risk")), "coverage")
    with right:
        table = league(snapshot, place.around.code, on, level, group)
        if not table.empty:
            st.markdown(f"**{league_headline(words, table)}**")
            rules = place.settings.monitoring
            text = _(
                "On time: taken in within {verify} days of the alert, helped within {measure}; days are median / P90; "
                "equal ones share a rank"
            )
            st.caption(text.format(verify=rules.verify_days, measure=rules.measure_days))
            st.dataframe(
                league_table(words, table, level), hide_index=True, height=_ROW * (min(len(table), _MOST_ROWS) + 1) + 2
            )


def _bars(place: Place, rows: pd.DataFrame, texts: ChartWords, key: str) -> None:
    figure = plan_bars(rows, texts, place.palette, width=place.px(580), height=None, selected=None, full=None)
    _draw(figure, key, texts.title)
