"""Livelihood: every indicator that no other page shows, by group; whatever a county adds to the dictionary is here."""

import streamlit as st

from data_access.history import townships_of
from data_access.indicators import children_of, dictionary, figures_of, shortfalls
from pages.cards import card, fact
from pages.footnote import download, footnote
from pages.panel import intervals_of, map_of, ranking_of
from pages.period_charts import heatmap_chart, line_chart
from pages.place import bound, go_to, here
from pages.registry import is_left_over
from pages.standing import asked_level, at_its_level, beside_siblings, levels_of
from wording.figures import count_of, level_name
from wording.headlines import figure_headline
from wording.livelihood import (
    behind_headline,
    caution_of,
    compared_with,
    figure_table,
    interval_headline,
    interval_text,
    places_headline,
    sampled,
)

_CARDS = 6

# Ask
place = here()
_, words = place.words.gettext, place.words
snapshot, on, complete_from = place.snapshot, place.on, place.complete_from
smallest = place.settings.display.small_sample
entries = {key: entry for key, entry in dictionary(snapshot).items() if is_left_over(entry.group_id, place.pages)}
# What the widest region has stays a choice where a village has nothing of it.
reported = {
    row.indicator
    for code in (place.path[0].code, place.region.code)
    for row in figures_of(snapshot, code, on, complete_from).itertuples(index=False)
    if row.light != "grey"
}
choices = [key for key in entries if key in reported]
if not choices:
    st.header(_("No other indicator has been reported up to {day}").format(day=words.date(on)))
    st.write(_("Hand in a workbook of figures; for an indicator of your own an entry of the dictionary comes first."))
    st.stop()
top = st.container()
of_group = {entries[key].group_id: entries[key] for key in choices}
default = st.query_params.get("indicator")
group = entries[default if default in choices else choices[0]].group_id
grouped = {each: [key for key in choices if entries[key].group_id == each] for each in of_group}


def open_group() -> None:
    """Go to the first indicator of the group that was chosen."""
    st.query_params["indicator"] = grouped[st.session_state["group"]][0]


with st.container(horizontal=True, vertical_alignment="center"):
    st.session_state["group"] = group
    st.segmented_control(
        _("Group"),
        list(grouped),
        format_func=lambda key: words.pick(of_group[key].group_name, of_group[key].group_name_en),
        key="group",
        on_change=open_group,
        required=True,
        label_visibility="collapsed",
        width="content",
    )
    chosen = st.selectbox(
        _("Indicator"),
        grouped[group],
        format_func=lambda key: words.pick(entries[key].name, entries[key].name_en),
        width=place.px(280),
        **bound("indicator", grouped[group], grouped[group][0]),
    )
    entry = entries[chosen]
    asked_for, place = place.region, at_its_level(place, entry)
    shown = beside_siblings(place, entry)
    levels = levels_of(shown, entry)
    level = levels[0]
    if len(levels) > 1:
        level = st.segmented_control(
            _("On the map"),
            levels,
            required=True,
            format_func=lambda key: _("by {level}").format(level=level_name(words, key)),
            width="content",
            **bound("level", levels, levels[0]),
        )

# Fetch
region, around = place.region, shown.around
table = figures_of(snapshot, region.code, on, complete_from)
figures = {row.indicator: row for row in table.itertuples(index=False)}
figure = figures[chosen]
children = children_of(snapshot, around.code, chosen, on, complete_from, asked_level(shown, level))
is_last = region.level == level
handed_in_by = level if is_last or entry.is_reckoned else entry.level
# Alone it would be a table of one row: its siblings stand beside it.
units = children if is_last else children_of(snapshot, region.code, chosen, on, complete_from, handed_in_by)

# Show
parts = table[table["indicator"] == chosen]
if not is_last:
    widest = asked_level(shown, levels[0])
    parts = children_of(snapshot, around.code, chosen, on, complete_from, widest)
with top:
    if asked_for != region:
        text = _("{name} is handed in by {level}: these are the figures of {place}")
        called = words.pick(entry.name, entry.name_en)
        st.info(text.format(name=called, level=level_name(words, entry.level), place=place.name(region)))
    st.header(figure_headline(words, entry, figure, shortfalls(parts, entry), "" if is_last else levels[0]))
    # The others of a large group are a choice away; the one that was chosen is always there.
    leading = grouped[group][:_CARDS] if chosen in grouped[group][:_CARDS] else [*grouped[group][: _CARDS - 1], chosen]
    with st.grid(_CARDS, gap="small"):
        for key in leading:
            card(place, entries[key], figures[key])
        facts = []
        if entry.is_sample and figure.light != "grey":
            own = sampled(words, entry, table[table["indicator"] == chosen], smallest).iloc[0]
            note = f"⚠ {own['n_label']}" if own["is_small"] else own["n_label"]
            facts.append((_("95 % interval"), interval_text(words, entry, own["low"], own["high"]), note))
        if not is_last:
            lights = units["light"].value_counts()
            of_all = _("of {n}").format(n=count_of(words, handed_in_by, len(units)))
            counts = [("red", _("Far behind")), ("amber", _("Behind"))] if units["gap"].notna().any() else []
            counts.append(("grey", _("Not reported")))
            facts += [(label, words.number(lights.get(light, 0)), of_all) for light, label in counts]
        elif figure.rank == figure.rank:
            rank = children.loc[children["code"] == region.code, "rank"]
            among = _("of {n}").format(n=count_of(words, level, int(children["rank"].notna().sum())))
            facts.append((_("Rank"), words.number(rank.iloc[0]), among))
        for each in [*facts, *compared_with(words, entry, figure)][: _CARDS - len(leading)]:
            fact(*each)
if figure.light == "grey":
    st.write(_("Nothing has been reported for {name} up to {day}.").format(name=place.name(region), day=words.date(on)))
    st.stop()

left, right = st.columns([1.15, 1], gap="medium")
with left:
    map_of(shown, entry, children, level, f"map-{around.code}-{chosen}-{level}")
with right:
    key = f"ranking-{around.code}-{chosen}-{level}"
    if entry.is_sample:
        asked = sampled(words, entry, children, smallest)
        intervals_of(place, entry, asked, interval_headline(words, entry, asked, level), key)
        if caution := caution_of(words, asked, smallest):
            st.caption(f"⚠ {caution}")
    else:
        ranking_of(place, entry, children, places_headline(words, entry, children, level), key)

line_chart(place, entry, figure)
heatmap_chart(shown, entry, figure, children, level)

st.subheader(behind_headline(words, units, handed_in_by))
# The farthest behind come first; whose figures are missing stands at the end, as in the ranking.
listed = units.assign(behind=units["light"].isin(("amber", "red"))).sort_values(
    ["behind", "rank"], ascending=False, kind="stable", na_position="last", ignore_index=True
)
rows = figure_table(words, entry, listed, townships_of(snapshot, around.code))
picked = st.dataframe(
    rows,
    hide_index=True,
    on_select="rerun",
    selection_mode="single-row",
    key=f"units-{region.code}-{chosen}",
    height=420 if len(rows) > 10 else "auto",
)
if picked["selection"]["rows"]:
    go_to(listed.at[picked["selection"]["rows"][0], "code"])
    st.rerun()
download(place, rows, words.pick(entry.name, entry.name_en))
footnote(place, entry, figure)
if entry.is_sample:
    st.caption(_("95 % interval: Wilson's score interval; it says what chance alone may do, not who was left out."))
