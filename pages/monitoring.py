"""Monitoring: who is at risk and under monitoring, how soon they were taken in and helped, and what does not fit."""

import streamlit as st

from data_access.guarantees import guarantee_items
from data_access.indicators import children_of, dictionary, shortfalls
from data_access.monitoring import ledger_day, map_indicators, monitoring_figures, special_groups
from data_access.suspects import CHECKS, line_at, suspects, unhelped_by_child
from pages.cards import card, fact
from pages.footnote import download, footnote
from pages.monitoring_charts import flow_chart, help_charts
from pages.monitoring_reviews import reviews_chart
from pages.panel import map_of, ranking_of
from pages.place import bound, here
from wording.headlines import figure_headline
from wording.monitoring import CHECKS as CHECK_NAMES
from wording.monitoring import check_note, checks_headline, count_headline, monitoring_headline, suspects_table

_ALL, _LISTED = "all", 100
_CARDS = ("monitoring.measured", "monitoring.unhelped", "monitoring.prompt", "monitoring.reviewed")

# Ask
place = here()
_, words = place.words.gettext, place.words
snapshot, region, around, on = place.snapshot, place.region, place.around, place.on
rules = place.settings.monitoring
entries = dictionary(snapshot)
day = ledger_day(snapshot, on)
if day is None or "monitoring.stock" not in entries:
    st.header(_("No monitoring case has been handed in"))
    st.write(_("Hand in the ledger of households under monitoring, with the days of alert, inclusion and clearance."))
    reviews_chart(place)
    st.stop()
top = st.container()
groups = {group.id: words.pick(group.name, group.name_en) for group in special_groups()}
groups = {_ALL: _("All households")} | {id_: name for id_, name in groups.items() if map_indicators(id_)[0] in entries}
with st.container(horizontal=True, vertical_alignment="center"):
    asked = st.segmented_control(
        _("Special group"),
        list(groups),
        format_func=groups.__getitem__,
        required=True,
        **bound("group", list(groups), _ALL),
    )
    group = None if asked == _ALL else asked
    choices = [key for key in map_indicators(group) if key in entries]
    names = {key: words.pick(entries[key].name, entries[key].name_en) for key in choices}
    chosen = choices[0]
    if len(choices) > 1:
        chosen = st.selectbox(
            _("On the map"), choices, format_func=names.__getitem__, width=300, **bound("indicator", choices, chosen)
        )
entry = entries[chosen]
level = "" if place.is_last else place.levels[0]

# Fetch
table = monitoring_figures(snapshot, region.code, on, place.complete_from, group)
figures = {row.indicator: row for row in table.itertuples(index=False) if row.light != "grey"}
if "monitoring.stock" not in figures:
    st.header(_("No household was under monitoring by {day}").format(day=words.date(on)))
    st.stop()
children = children_of(snapshot, around.code, chosen, on, place.complete_from, place.shown_level)
found = suspects(snapshot, region.code, on, place.levels[0], group)
unhelped = unhelped_by_child(snapshot, region.code, on, place.levels[0], group)
stock = figures["monitoring.stock"]

# Show
with top:
    st.header(monitoring_headline(words, place.name(region), stock.numerator, unhelped, level, rules.measure_days))
    with st.grid(6, gap="small"):
        # None where no ledger and no register says how many they are.
        persons = figures["monitoring.persons"].numerator if "monitoring.persons" in figures else 0
        among = _("{n} persons").format(n=words.number(persons)) if persons else ""
        card(place, entries["monitoring.stock"], stock, among=among)
        if "monitoring.new" in figures and "monitoring.cleared" in figures:
            came, left = (figures[f"monitoring.{side}"].numerator for side in ("new", "cleared"))
            moved = _("+{came} / −{left}").format(came=words.number(came), left=words.number(left))
            fact(_("In and out this month"), moved, _("as of {day}").format(day=words.date(day)))
        for key in _CARDS:
            if key in figures:
                card(place, entries[key], figures[key])

left_side, right_side = st.columns([1.15, 1], gap="medium")
with left_side:
    map_of(place, entry, children, place.levels[0], f"map-{around.code}-{chosen}")
with right_side:
    own = next(table[table["indicator"] == chosen].itertuples(index=False), stock)
    if entry.denominator_name is None:
        title = count_headline(words, entry, own, children.iloc[:0] if place.is_last else children)
    else:
        parts = table[table["indicator"] == chosen] if place.is_last else children
        title = figure_headline(words, entry, own, shortfalls(parts, entry), level)
    ranking_of(place, entry, children, title, f"ranking-{around.code}-{chosen}")

flow_chart(place, group)
help_charts(place, group)

st.subheader(checks_headline(words, found))
counts = found.groupby("check")["households"].sum()
offered = [_ALL, *(check for check in CHECKS if check in counts.index)]
labels = {_ALL: _("All checks")} | {
    check: f"{words.say(CHECK_NAMES[check])} {counts.get(check, 0)}" for check in CHECKS
}
if len(offered) > 1:
    check = st.segmented_control(
        _("Cross-check"), offered, format_func=labels.__getitem__, required=True, **bound("check", offered, _ALL)
    )
    if check != _ALL:
        st.caption(check_note(words, check, rules.verify_days, rules.measure_days, rules.clear_months))
    shown = found if check == _ALL else found[found["check"] == check]
    items = {item.id: words.pick(item.name, item.name_en) for item in guarantee_items()}
    rows = suspects_table(words, shown, items, with_numbers=place.is_last)
    st.dataframe(rows.head(_LISTED), hide_index=True, height=360 if len(rows) > 9 else "auto")
    if len(rows) > _LISTED:
        text = _("The first {n} of {m}; the workbook has all of them.")
        st.caption(text.format(n=_LISTED, m=words.number(len(rows))))
    download(place, rows, _("Cross-checks"))
line = line_at(snapshot, region.code, day)
if line is not None and line.amount is None:
    st.caption(_("No line is set for {year}: nobody is held against it.").format(year=line.month.year))

if group is None:
    reviews_chart(place)
footnote(place, entry, own)
