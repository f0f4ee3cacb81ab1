"""What needs a leader today: the gaps in words, the campaign's day, one card per group of indicators, and the map."""

import pandas as pd
import streamlit as st

from data_access.campaign import campaign_on
from data_access.gaps import gaps_of, worst_by_group
from data_access.indicators import children_of, dictionary, figures_of, shortfalls
from pages.cards import card
from pages.footnote import footnote
from pages.panel import map_of, ranking_of
from pages.place import bound, here
from pages.registry import link_to
from wording.gaps import gap_line, gap_reason, overview_headline
from wording.headlines import campaign_headline, figure_headline

_GAPS, _CARDS = 9, 6
#: Of one subject so many gaps stand in the short list: five levels of funds must not hide everything else.
_OF_ONE_SUBJECT = 2

# Ask
place = here()
_, words = place.words.gettext, place.words
snapshot, region, around, on = place.snapshot, place.region, place.around, place.on
entries = dictionary(snapshot)

# Fetch
figures = figures_of(snapshot, region.code, on, place.complete_from)
reported = figures[figures["light"] != "grey"]
if reported.empty:
    st.header(_("{name}: nothing has been reported up to {day}").format(name=place.name(region), day=words.date(on)))
    st.write(_("Choose a later day or a wider region above."))
    st.stop()
campaign = campaign_on(snapshot, on)
lead = campaign.indicator if campaign else None
silent_days = place.settings.campaign.silent_days
gaps = gaps_of(snapshot, region.code, on, place.complete_from, campaign, silent_days)
groups = worst_by_group(reported, entries, lead)
figure_by = {row.indicator: row for row in reported.itertuples(index=False)}
levels = place.levels


def gap_links(gaps: pd.DataFrame, key: str = "gap") -> None:
    """Draw each gap as a line that leads to the page where it is shown in full."""
    for number, gap in enumerate(gaps.itertuples(index=False)):
        entry = entries.get(gap.indicator)
        page, chosen = link_to(entry, place.pages)
        line = gap_line(words, gap, entry, figure_by.get(gap.indicator), levels[0], silent_days)
        reason = _("{reason}. Shown in full on: {page}").format(
            reason=gap_reason(words, gap), page=place.pages[page].title
        )
        if st.button(line, key=f"{key}-{number}", type="tertiary", wrap=True, help=reason):
            st.switch_page(place.pages[page], query_params=place.params(**chosen))


# Show
judged = bool((reported["light"] != "none").any())
headline = overview_headline(words, gaps, entries, place.name(region), judged=judged)
st.header(campaign_headline(words, campaign, headline) if campaign else headline)
with st.grid(_CARDS, gap="small"):
    for row in groups.head(_CARDS).itertuples(index=False):
        card(place, entries[row.indicator], row)

left, middle, right = st.columns([1.05, 1.3, 1.2], gap="medium")
with left:
    st.subheader(_("What needs attention today"))
    subject = gaps["indicator"].map(lambda key: entries[key].group_id if key in entries else "")
    first = gaps[gaps.groupby(subject).cumcount() < _OF_ONE_SUBJECT].head(_GAPS)
    with st.container(gap="xxsmall"):
        gap_links(first)
    if len(gaps) > len(first):
        with st.expander(_("All {n}, the most urgent first").format(n=len(gaps))), st.container(gap="xxsmall"):
            gap_links(gaps, key="all")
    if gaps.empty and judged:
        st.write(_("Nothing is behind its plan or target."))
    elif gaps.empty:
        st.write(_("Hand in plans, or targets in the dictionary, to see here what is behind."))
with middle:
    choices = reported["indicator"].tolist()
    chosen = st.selectbox(
        _("On the map"),
        choices,
        format_func=lambda key: words.pick(entries[key].name, entries[key].name_en),
        **bound("indicator", choices, lead if lead and lead in choices else choices[0]),
    )
    entry = entries[chosen]
    children = children_of(snapshot, around.code, chosen, on, place.complete_from, place.shown_level)
    map_of(place, entry, children, levels[0], f"map-{around.code}-{chosen}", width=430)
with right:
    parts = reported[reported["indicator"] == chosen] if place.is_last else children
    level = "" if place.is_last else levels[0]
    title = figure_headline(words, entry, figure_by[chosen], shortfalls(parts, entry), level)
    ranking_of(place, entry, children, title, key=f"ranking-{around.code}-{chosen}", width=385)

with st.grid(_CARDS, gap="small"):
    for row in groups.iloc[_CARDS:].itertuples(index=False):
        card(place, entries[row.indicator], row)
footnote(place, entry, figure_by[chosen])
