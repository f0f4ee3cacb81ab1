"""Projects and funds: what is paid and what is built against the year, what is late, and who answers for it."""

from typing import Literal

import streamlit as st

from data_access.indicators import children_of, dictionary, figures_of
from data_access.projects import ledger_day, paid_ahead, projects_within, year_curve
from i18n import NOT_KNOWN
from pages.cards import card, fact
from pages.footnote import download, footnote
from pages.panel import map_of, ranking_of
from pages.place import bound, here
from pages.project_charts import gate_charts, money_charts, use_charts
from pages.project_points import points_of
from wording.funds import percent, projects_count
from wording.projects import ahead_headline, none_headline, project_headline, project_table, reserve_note, span_headline

_SHOWN, _AHEAD_POINTS = 100, 20

# Ask
place = here()
_, words = place.words.gettext, place.words
snapshot, region, around, on = place.snapshot, place.region, place.around, place.on
entries = dictionary(snapshot)
figures = {
    row.indicator: row for row in figures_of(snapshot, region.code, on, place.complete_from).itertuples(index=False)
}
day = ledger_day(snapshot, on)
choices = [key for key, its in entries.items() if its.group_id == "funds" and figures[key].light != "grey"]
if day is None or not {"funds.paid", "projects.physical", "projects.finished", "projects.late"} <= set(choices):
    st.header(
        _("No project has been handed in for {name} up to {day}").format(name=place.name(region), day=words.date(on))
    )
    st.write(_("Hand in the project library, its gates and works, and the funds ledger."))
    st.stop()
top = st.container()
left, right = st.columns([1, 2.6], vertical_alignment="center")
chosen = left.selectbox(
    _("On the map"),
    choices,
    format_func=lambda key: words.pick(entries[key].name, entries[key].name_en),
    **bound("indicator", choices, choices[0]),
)
shapes = {"areas": _("Places"), "points": _("Projects as points")}
shape = right.segmented_control(
    _("On the map"), list(shapes), format_func=shapes.__getitem__, required=True, **bound("map", list(shapes), "areas")
)
entry, figure = entries[chosen], figures[chosen]

# Fetch
projects = projects_within(snapshot, region.code, day)
own, reserve = projects[projects["year"] == day.year], projects[projects["year"] > day.year]
children = children_of(snapshot, around.code, chosen, on, place.complete_from, place.shown_level)
paid = entries["funds.paid"]
by_place = children_of(snapshot, around.code, paid.id, on, place.complete_from, place.shown_level)
curve = year_curve(snapshot, region.code, day)
ahead = paid_ahead(projects, day.year, _AHEAD_POINTS)

# Show
with top:
    late = figures["projects.late"].numerator
    if own.empty:
        st.header(none_headline(words, place.name(region), day.year, late))
    else:
        below = by_place.iloc[:0] if place.is_last else by_place
        st.header(project_headline(words, paid, figures[paid.id], below, late))
    with st.grid(6, gap="small"):
        for key in ("funds.paid", "projects.physical", "projects.finished"):
            card(place, entries[key], figures[key])
        longest = _("the longest by {n} days").format(n=words.number(projects["late_days"].max()))
        fact(_("Late"), projects_count(words, late), longest if late else "")
        pace = "" if own.empty else _("{value} paid so far").format(value=percent(words, figures[paid.id].value))
        fact(_("Paid by the year's end at this pace"), percent(words, curve["forecast"].iloc[-1]), pace)
        fact(_("In reserve for later years"), projects_count(words, len(reserve)), reserve_note(words, reserve))

left, right = st.columns([1.15, 1], gap="medium")
with left:
    if shape == "points":
        points_of(place, projects_within(snapshot, around.code, day), day, f"points-{around.code}")
    else:
        map_of(place, entry, children, place.levels[0], f"map-{around.code}-{chosen}")
with right:
    title = span_headline(words, entry, figure, children)
    ranking_of(place, entry, children, title, f"ranking-{around.code}-{chosen}")

money_charts(place, day, figures, own)
use_charts(place, day, reserve)
gate_charts(place, day, projects)

if not ahead.empty:
    st.subheader(ahead_headline(words, ahead, _AHEAD_POINTS))
    st.dataframe(project_table(words, ahead), hide_index=True, placeholder=NOT_KNOWN)
listed = projects.sort_values(["late_days", "missing"], ascending=False, kind="stable").reset_index(drop=True)
if not listed.empty:
    st.subheader(_("All projects here, the late ones first: {n}").format(n=projects_count(words, len(listed))))
    table = project_table(words, listed)
    height: int | Literal["auto"] = 420 if len(table) > 10 else "auto"
    st.dataframe(table.head(_SHOWN), hide_index=True, height=height, placeholder=NOT_KNOWN)
    if len(table) > _SHOWN:
        st.caption(
            _("The first {n} of {m}; the workbook has all of them.").format(n=_SHOWN, m=words.number(len(table)))
        )
    download(place, table, _("Projects"))
footnote(place, entry, figure)
