"""The frame of every page: navigation, breadcrumb, cut-off, language, notices, and how complete the figures are."""

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from data_access.database import SchemaError
from data_access.indicators import reporting_of
from data_access.regions import children, entrances
from data_access.snapshot import SnapshotMoved
from i18n import LANGUAGES, words
from pages.database import newest
from pages.place import LARGE, go_to, here, language, resolve
from settings import settings
from wording.figures import all_of, count_of, level_name

# Ask
said = words(language())
_ = said.gettext
display = settings().display
st.set_page_config(page_title=said.pick(display.title, display.title_en), page_icon="🗺️", layout="wide")
pages = {
    "overview": st.Page("overview.py", title=_("Overview"), default=True),
    "campaign": st.Page("campaign.py", title=_("Campaign progress")),
    "income": st.Page("income.py", title=_("Income")),
    "guarantees": st.Page("guarantees.py", title=_("Guarantees")),
    "projects": st.Page("projects.py", title=_("Projects")),
    "monitoring": st.Page("monitoring.py", title=_("Monitoring of risks")),
    "rectification": st.Page("rectification.py", title=_("Problems of inspections")),
    "livelihood": st.Page("livelihood.py", title=_("Livelihood")),
    "assessment": st.Page("assessment.py", title=_("Year-end standing")),
    "village": st.Page("village.py", title=_("Village")),
}
page = st.navigation(list(pages.values()), position="hidden")

# Fetch
try:
    snapshot = newest()
except SchemaError:
    st.error(
        _("The database's tables are not those of this version. Run `python -m data_access migrate`, then reload.")
    )
    st.stop()
except SQLAlchemyError:
    st.error(
        _("The database does not answer. The figures are safe; try again in a minute, or tell whoever runs the server.")
    )
    st.stop()
try:
    place = resolve(snapshot, pages)
except SnapshotMoved:
    st.rerun()
if place is None:
    st.header(_("No figures yet"))
    st.write(
        _(
            "Hand in the regions and the first workbooks: `python -m data_access import FILE…`. "
            "This page follows by itself."
        )
    )
    st.fragment(lambda: st.rerun() if newest() != snapshot else None, run_every=3)()
    st.stop()


# Show
def _picked(depth: int) -> None:
    """Go to the region chosen in the breadcrumb's box number `depth`, or back to the one above it."""
    go_to(st.session_state[f"pick-{depth}"] or here().path[depth - 1].code)


def _chosen_day() -> None:
    day = st.session_state["pick-day"]
    if day is None or day == here().until:
        st.query_params.pop("on", None)
    else:
        st.query_params["on"] = day.isoformat()


def _chosen_size() -> None:
    if st.session_state["pick-size"]:
        st.query_params["size"] = LARGE
    else:
        st.query_params.pop("size", None)


def _chosen_language() -> None:
    st.query_params["lang"] = st.session_state["pick-language"] or here().words.language


with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
    for target in pages.values():
        label = f"**{target.title}**" if page == target else target.title
        st.page_link(target, label=label, query_params=place.params())
    reporting = None if place.is_last else reporting_of(snapshot, place.region.code, place.on, place.complete_from)
    text = (
        _("{n} of {m} reported").format(n=reporting[0], m=count_of(said, "village", reporting[1])) if reporting else ""
    )
    st.caption(text, text_alignment="right")
    top = place.path[0]
    tops = entrances(snapshot)
    tops += [top] if top not in tops else []
    if len(tops) == 1:
        st.page_link(page, label=place.name(top), query_params=place.params(region=top.code))
    boxes = [tops, *(children(snapshot, step.code) for step in place.path)]
    for depth, options in enumerate(boxes):
        if not options or (depth == 0 and len(options) == 1):
            continue
        st.session_state[f"pick-{depth}"] = place.path[depth].code if depth < len(place.path) else ""
        names = {"": all_of(said, options[0].level)} | {region.code: place.name(region) for region in options}
        st.selectbox(
            level_name(said, options[0].level),
            list(names)[0 if depth else 1 :],
            format_func=names.__getitem__,
            key=f"pick-{depth}",
            on_change=_picked,
            args=(depth,),
            label_visibility="collapsed",
            width=place.px(138),
        )
    st.session_state["pick-day"] = place.on
    st.date_input(
        _("Figures up to"),
        key="pick-day",
        on_change=_chosen_day,
        max_value=place.until,
        format="YYYY-MM-DD",
        label_visibility="collapsed",
        width=place.px(130),
    )
    with st.popover("⋯", help=_("Size and language")):
        st.session_state["pick-size"] = st.query_params.get("size") == LARGE
        st.toggle(_("Large"), key="pick-size", on_change=_chosen_size)
        st.session_state["pick-language"] = said.language
        st.segmented_control(
            _("Language"),
            LANGUAGES,
            format_func={"zh_CN": "中文", "en": "EN"}.__getitem__,
            key="pick-language",
            on_change=_chosen_language,
            label_visibility="collapsed",
            width="content",
        )

if place.palette.scale > 1:
    # Streamlit's sizes are in rem, and its theme has one base size for every screen.
    st.html(f"<style>html {{ font-size: {place.px(place.base_font)}px }}</style>")

for notice in place.notices:
    st.warning(said.say(notice))


@st.fragment(run_every=3)
def follow() -> None:
    """Run the page again when a load has come in, so that an open page follows the data."""
    if newest().version != snapshot.version:
        st.rerun()


follow()
try:
    page.run()
except SnapshotMoved:
    st.rerun()
