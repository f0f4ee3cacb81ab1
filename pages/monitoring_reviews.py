"""The monthly review of all households: which of the places have reported which month."""

import streamlit as st

from charts.heatmap import period_heatmap
from charts.theme import PLOT_CONFIG
from data_access.history import periods_of_children
from data_access.indicators import children_of, dictionary, figures_of
from data_access.monitoring import REVIEWED
from pages.place import Place, go_to
from wording.monitoring import review_cells, reviews_headline, silent_line
from wording.titles import chart_words

_MONTHS, _NAMED = 12, 12


def reviews_chart(place: Place) -> None:
    """Draw the places around by month, and name the villages of the region that are silent about the newest one."""
    _, words = place.words.gettext, place.words
    snapshot, around, on = place.snapshot, place.around, place.on
    entry = dictionary(snapshot).get(REVIEWED)
    own = figures_of(snapshot, place.region.code, on, 0.0)
    reported = own[(own["indicator"] == REVIEWED) & (own["light"] != "grey")]
    if entry is None or reported.empty:
        return
    figure = next(reported.itertuples(index=False))
    cells = periods_of_children(snapshot, around.code, REVIEWED, figure.period, _MONTHS, place.shown_level)
    cells = review_cells(words, entry, cells)
    villages = children_of(snapshot, place.region.code, REVIEWED, on, 0.0, "village")
    silent = [
        words.pick(row.name, row.name_en) for row in villages[villages["light"] == "grey"].itertuples(index=False)
    ]
    month = words.period(figure.period, "month")
    title = reviews_headline(words, silent, month, entry, figure)

    def open_row() -> None:
        points = st.session_state["reviews"]["selection"]["points"]
        if points:
            go_to(points[0]["customdata"])

    st.plotly_chart(
        period_heatmap(
            cells,
            chart_words(words, entry, title, _("Share of all registered households reviewed, in %, by month")),
            place.palette,
            width=place.px(1200),
        ),
        theme=None,
        key="reviews",
        on_select=open_row,
        selection_mode="points",
        config=dict(PLOT_CONFIG),
        alt=title,
    )
    if silent:
        st.caption(silent_line(words, silent, month, _NAMED))
