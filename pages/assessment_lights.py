"""The six lights of the assessment, and the county among its peers."""

from typing import Literal

import pandas as pd
import streamlit as st

from charts.dots import dots
from charts.theme import PLOT_CONFIG
from data_access.indicators import Indicator
from data_access.peers import peer_indicators, peers_of
from pages.place import Place, bound, go_to
from wording.assessment import aim_note, aim_standing, peers_headline
from wording.figures import SHAPES, base_of, said_of, value_of
from wording.titles import chart_words

_COLOURS: dict[str, Literal["green", "orange", "red", "gray"]] = {"green": "green", "amber": "orange", "red": "red"}


def light_cards(place: Place, lights: pd.DataFrame, entries: dict[str, Indicator]) -> None:
    """Draw the lights of a `lights_of` side by side, each with the indicator that it is as good as."""
    words = place.words
    with st.grid(6, gap="small"):
        for row in lights.itertuples(index=False):
            worst = entries.get(row.indicator)
            standing = aim_standing(words, worst, row) if worst else ""
            name = words.pick(row.light_name, row.light_name_en)
            unknown = words.gettext("not reported") if row.silent == row.asked else words.number(None)
            with st.container(border=True, gap=None, height="stretch"):
                st.metric(
                    name,
                    said_of(words, worst, row) if worst else unknown,
                    f"{SHAPES[row.light]} {standing}" if standing else SHAPES[row.light],
                    delta_color=_COLOURS.get(row.light, "gray"),
                    delta_arrow="off",
                    help=name,
                )
                st.caption(aim_note(words, worst, row))


def peers_chart(place: Place, entries: dict[str, Indicator]) -> None:
    """Draw the region among its peers in what has been handed in of them; nothing for townships and villages."""
    _, words = place.words.gettext, place.words
    known = peer_indicators(place.snapshot, place.region.code, place.on)
    if place.region.level in ("township", "village") or not known:
        return
    chosen = known[0]
    top = st.container()
    if len(known) > 1:
        chosen = st.selectbox(
            _("Indicator"),
            known,
            format_func=lambda key: words.pick(entries[key].name, entries[key].name_en),
            **bound("peer", known, chosen),
            width=360,
        )
    entry = entries[chosen]
    peers = peers_of(place.snapshot, place.region.code, chosen, place.on)
    top.subheader(peers_headline(words, entry, peers, place.region.code))
    period, earlier = peers["period"].iloc[0], peers["period_before"].iloc[0]
    rows = peers.assign(
        name=[words.pick(row.name, row.name_en) for row in peers.itertuples(index=False)],
        first=peers["value"],
        second=peers["before"],
        first_label=[value_of(words, entry, value) for value in peers["value"]],
        second_label=[value_of(words, entry, value) for value in peers["before"]],
    )
    rows["hover"] = [
        "\n".join([row.name, f"{_('Rank')}\t{words.number(row.rank)}", "\t".join(base_of(words, entry, row)[::-1])])
        for row in rows.itertuples(index=False)
    ]
    names = (
        words.period(period, entry.frequency),
        words.period(earlier, entry.frequency) if earlier is not None else "",
    )
    st.plotly_chart(
        dots(
            rows,
            chart_words(words, entry, ""),
            place.palette,
            names,
            place.region.code,
            width=place.px(900),
        ),
        theme=None,
        key="peers",
        on_select=_open_peer,
        selection_mode="points",
        config=dict(PLOT_CONFIG),
    )


def _open_peer() -> None:
    """Go to the peer whose row was clicked."""
    points = st.session_state["peers"]["selection"]["points"]
    if points:
        code = points[0]["customdata"]
        go_to(code if isinstance(code, str) else code[-1])
