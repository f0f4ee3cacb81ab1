"""Problems that inspections found: whether they run to zero, who is late, what came back, and who answers."""

import streamlit as st

from data_access.indicators import children_of, dictionary, figures_of, shortfalls
from data_access.problems import INDICATORS, STATES, days_to_fix, keeper_of, problems_by, problems_in
from pages.cards import card, fact
from pages.footnote import download, footnote
from pages.panel import map_of, ranking_of
from pages.place import bound, here
from pages.rectification_charts import ages_chart, burn_down_chart, parts_charts
from wording.figures import value_of
from wording.headlines import figure_headline
from wording.monitoring import count_headline
from wording.problem_tables import (
    league_headline,
    league_table,
    ledger_headline,
    ledger_table,
    relapses_headline,
    relapses_table,
)
from wording.problems import pace_line, problems_headline, state_name

_LEAD, _ALL, _LISTED = "problems.fixed", "all", 100
_CARDS = (_LEAD, "problems.on_time", "problems.verified", "problems.rechecked", "problems.relapsed")
#: Of the ledger's columns, in pixels: all nine are seen at once.
_WIDTHS = (118, 128, 205, 215, 88, 68, 118, 165, 125)

# Ask
place = here()
_, words = place.words.gettext, place.words
snapshot, region, around, on = place.snapshot, place.region, place.around, place.on
entries = dictionary(snapshot)
table = figures_of(snapshot, region.code, on, place.complete_from)
figures = {row.indicator: row for row in table.itertuples(index=False)}
if _LEAD not in figures or figures[_LEAD].light == "grey":
    st.header(_("No problem has been handed in up to {day}").format(day=words.date(on)))
    st.write(_("Hand in the ledger of problems, with where each was found, who answers for it, and by when."))
    st.stop()
top = st.container()
choices = [key for key in (_LEAD, *INDICATORS) if key in figures]
choices = list(dict.fromkeys(choices))
chosen = st.selectbox(
    _("On the map"),
    choices,
    format_func=lambda key: words.pick(entries[key].name, entries[key].name_en),
    width=300,
    **bound("indicator", choices, _LEAD),
)
entry, lead = entries[chosen], figures[_LEAD]
level = "" if place.is_last else place.levels[0]

# Fetch
week = lead.period
problems = problems_in(snapshot, region.code, week)
children = children_of(snapshot, around.code, chosen, on, place.complete_from, place.shown_level)
sources = problems_in(snapshot, keeper_of(snapshot, region.code), week).sort_values("found_on")["source"].unique()

# Show
with top:
    st.header(problems_headline(words, place.name(region), problems, entries[_LEAD], level))
    with st.grid(6, gap="small"):
        overdue = _("{n} overdue").format(n=words.number(problems["overdue"].sum()))
        of = _("{overdue}, of {n} found").format(overdue=overdue, n=words.number(len(problems)))
        fact(_("Problems open"), value_of(words, entries["problems.open"], float(problems["open"].sum())), of)
        for key in _CARDS:
            if key in figures:
                card(place, entries[key], figures[key])

left, right = st.columns([1.15, 1], gap="medium")
with left:
    map_of(place, entry, children, place.levels[0], f"map-{around.code}-{chosen}")
with right:
    if entry.denominator_name is None:
        title = count_headline(words, entry, figures[chosen], children)
    else:
        parts = table[table["indicator"] == chosen] if place.is_last else children
        title = figure_headline(words, entry, figures[chosen], shortfalls(parts, entry), level)
    ranking_of(place, entry, children, title, f"ranking-{around.code}-{chosen}")

if problems.empty:
    st.info(_("No inspection has found a problem here."))
    footnote(place, entry, figures[chosen])
    st.stop()
left, right = st.columns([1.6, 1], gap="medium")
with left:
    burn_down_chart(place, entries[_LEAD], problems, week)
with right:
    if problems["open"].any():
        ages_chart(place, entries[_LEAD], problems)
    st.caption(pace_line(words, days_to_fix(problems)))
parts_charts(place, entries[_LEAD], problems)

groups = {"child": _("Place"), "office": _("Office"), "owner": _("Who answers"), "source": _("Inspection")}
groups |= {"category": _("Category")}
offered = [by for by in groups if by != "child" or not place.is_last]
heading = st.container()
by = st.segmented_control(
    _("By"), offered, format_func=groups.__getitem__, required=True, **bound("by", offered, offered[0])
)
ranked = problems_by(problems, by)
names = {row.child: words.pick(row.child_name, row.child_name_en) for row in problems.itertuples(index=False)}
names = names if by == "child" else {}
heading.subheader(league_headline(words, ranked, names))
league = league_table(words, ranked, by, groups[by], names)
bars = {
    column: st.column_config.ProgressColumn(column, format="%.1f%%", min_value=0, max_value=100)
    for column in (_("Fixed, %"), _("On time, %"))
}
st.dataframe(league, hide_index=True, column_config=bars, height=390 if len(league) > 10 else "auto")
st.caption(_("Ranked by the share of deadlines kept; equal ones share a rank, and who had none yet has no rank."))

relapses = problems[problems["relapsed"]].sort_values(["open", "relapsed_on"], ascending=False, kind="stable")
if not relapses.empty:
    st.subheader(relapses_headline(words, relapses))
    st.dataframe(relapses_table(words, relapses), hide_index=True, height=290 if len(relapses) > 7 else "auto")

heading = st.container()
with st.container(horizontal=True, vertical_alignment="center"):
    named = {_ALL: _("All inspections")} | {source: source for source in sources}
    source = st.selectbox(
        _("Inspection"), list(named), format_func=named.__getitem__, width=260, **bound("source", list(named), _ALL)
    )
    counts = problems["state"].value_counts()
    stand = {_ALL: _("All")} | {state: f"{state_name(words, state)} {counts.get(state, 0)}" for state in STATES}
    state = st.segmented_control(
        _("State"), list(stand), format_func=stand.__getitem__, required=True, **bound("state", list(stand), _ALL)
    )
shown = problems
if source != _ALL:
    shown = shown[shown["source"] == source]
if state != _ALL:
    shown = shown[shown["state"] == state]
heading.subheader(ledger_headline(words, shown))
ledger = ledger_table(words, shown)
if ledger.empty:
    st.write(_("No problem of this inspection stands so here; choose another above."))
else:
    widths = {name: st.column_config.Column(width=place.px(n)) for name, n in zip(ledger, _WIDTHS, strict=True)}
    rows = ledger.head(_LISTED)
    st.dataframe(rows, hide_index=True, column_config=widths, height=place.px(420) if len(rows) > 10 else "auto")
    if len(ledger) > _LISTED:
        text = _("The first {n} of {m}; the workbook has all of them.")
        st.caption(text.format(n=_LISTED, m=words.number(len(ledger))))
    download(place, ledger, _("Ledger of problems"))
footnote(place, entry, figures[chosen])
