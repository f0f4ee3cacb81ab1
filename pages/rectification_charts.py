"""The charts under the map of problems: their way to zero, how late they are, and how each inspection's stand."""

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from charts.flows import burn_down, gap_ages
from charts.parts import stacked_bars
from charts.theme import PLOT_CONFIG
from data_access.indicators import Indicator
from data_access.problems import STATES, ages_of, problems_by
from data_access.problems import burn_down as weeks_of
from pages.place import Place
from wording.problems import (
    age_rows,
    ages_headline,
    burn_down_headline,
    burn_down_rows,
    part_rows,
    parts_headline,
    state_name,
    texts,
    week_ticks,
)


def _draw(figure: Any, key: str, title: str) -> None:
    st.plotly_chart(figure, theme=None, key=key, config=dict(PLOT_CONFIG), alt=title)


def burn_down_chart(place: Place, entry: Indicator, problems: pd.DataFrame, week: date) -> None:
    """Draw what is open week by week against its deadlines, down to zero."""
    _, words = place.words.gettext, place.words
    weeks = weeks_of(problems, week)
    title = burn_down_headline(words, weeks, int(problems["overdue"].sum()))
    subtitle = _("Problems open at each week's end, those new or back, and those fixed")
    figure = burn_down(
        burn_down_rows(words, weeks),
        texts(words, entry, title, subtitle),
        place.palette,
        names=(_("Not fixed"), _("New or back"), _("Fixed")),
        ticks=week_ticks(words, weeks),
        width=place.px(720),
        height=place.px(360),
    )
    _draw(figure, "burn-down", title)


def ages_chart(place: Place, entry: Indicator, problems: pd.DataFrame) -> None:
    """Draw how late, or how near to its deadline, what is open is."""
    words = place.words
    ages = ages_of(problems)
    title = ages_headline(words, ages)
    subtitle = words.gettext("Open problems by their deadline")
    figure = gap_ages(age_rows(words, ages), texts(words, entry, title, subtitle), place.palette, width=place.px(460))
    _draw(figure, "ages", title)


def parts_charts(place: Place, entry: Indicator, problems: pd.DataFrame) -> None:
    """Draw how the problems of each inspection, and of each category, stand."""
    _, words = place.words.gettext, place.words
    parts = [(state, state_name(words, state)) for state in STATES if state != "back"]
    subtitles = {"source": _("Problems by inspection"), "category": _("Problems by category")}
    for by, column in zip(subtitles, st.columns(2, gap="medium"), strict=True):
        groups = problems_by(problems, by)
        title = parts_headline(words, groups, by)
        figure = stacked_bars(
            part_rows(words, problems, groups, by),
            texts(words, entry, title, subtitles[by]),
            place.palette,
            parts=parts,
            width=place.px(590),
        )
        with column:
            _draw(figure, f"parts-{by}", title)
