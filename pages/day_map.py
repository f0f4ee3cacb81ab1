"""The campaign's map and ranking on a day: a slider over the days, and play. Only this part runs again for each day."""

from collections.abc import Sequence
from datetime import timedelta

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from data_access.campaign import Campaign
from data_access.indicators import Indicator, children_of
from pages.panel import map_of, ranking_of
from pages.place import Place, bound
from wording.figures import level_name
from wording.headlines import ranking_headline

# The map repaints in some 0.3 s; a day a second can be followed by eye.
_SECONDS_A_DAY = 1.0


def day_map(
    place: Place, campaign: Campaign, entry: Indicator, levels: Sequence[str], controls: DeltaGenerator
) -> None:
    """Draw map and ranking of an indicator of the campaign, its controls into the container `controls`."""
    playing = st.session_state.get("playing", False)
    st.fragment(_show, run_every=_SECONDS_A_DAY if playing else None)(place, campaign, entry, levels, controls)


def _show(place: Place, campaign: Campaign, entry: Indicator, levels: Sequence[str], controls: DeltaGenerator) -> None:
    if st.query_params.get("region") != place.asked:
        st.rerun()  # a click here has gone to another region: the whole page must follow
    _, words = place.words.gettext, place.words
    playing = st.session_state.get("playing", False)
    if playing:
        st.session_state["day"] = min(st.session_state.get("day", campaign.day) + 1, campaign.day)
    level = levels[0]
    with controls, st.container(horizontal=True, vertical_alignment="center"):
        if len(levels) > 1:
            level = st.segmented_control(
                _("On the map"),
                levels,
                required=True,
                format_func=lambda key: _("by {level}").format(level=level_name(words, key)),
                **bound("level", levels, levels[0]),
            )
        columns3d = st.toggle(_("3D columns"), key="columns", bind="query-params")
        pressed = st.button("⏸" if playing else "▶", key="play", help=_("Play the days"))
        day = campaign.day
        if campaign.day > 1:
            day = st.slider(
                _("Day of the campaign"),
                1,
                campaign.day,
                campaign.day,
                format=_("Day %d"),
                key="day",
                bind="query-params",
                label_visibility="collapsed",
            )
    if pressed or (playing and day == campaign.day):
        st.session_state["playing"] = pressed and not playing
        st.session_state["rewind"] = st.session_state["playing"] and day == campaign.day
        st.rerun()
    shown = campaign.start_on + timedelta(days=day - 1)
    rows = children_of(place.snapshot, place.around.code, entry.id, shown, place.complete_from, level)
    left, right = st.columns([1.15, 1], gap="medium")
    with left:
        map_of(place, entry, rows, level, f"map-{place.around.code}-{level}", columns3d=columns3d)
    with right:
        title = ranking_headline(words, rows, level, words.date(shown))
        ranking_of(place, entry, rows, title, f"ranking-{place.around.code}-{level}-{entry.id}")
