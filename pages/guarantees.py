"""Guarantees: how many persons are missing in each place and item, how long gaps stay open, and who closes them."""

import streamlit as st

from charts.heatmap import missing_matrix
from charts.theme import PLOT_CONFIG
from data_access.guarantees import guarantee_items, guarantee_matrix, missing_by_village, open_gaps
from data_access.indicators import children_of, dictionary, figures_of
from pages.cards import card, fact
from pages.footnote import download_all, footnote
from pages.guarantee_charts import guarantee_charts
from pages.panel import map_of, ranking_of
from pages.place import bound, go_to, here
from pages.tables import links_to, table_of
from wording.figures import count_of
from wording.income import guarantee_headline, lacking_headline, plain_words
from wording.sheets import guarantees_sheet
from wording.tables import gaps_table, missing_table

_GAPS = 100

# Ask
place = here()
_, words = place.words.gettext, place.words
snapshot, region, around, on = place.snapshot, place.region, place.around, place.on
entries = dictionary(snapshot)
items = {item.id: words.pick(item.name, item.name_en) for item in guarantee_items()}
figures = {
    row.indicator: row for row in figures_of(snapshot, region.code, on, place.complete_from).itertuples(index=False)
}
reported = [item for item in items if f"guarantee.{item}" in figures and figures[f"guarantee.{item}"].light != "grey"]
if not reported:
    st.header(
        _("No guarantee has been reported for {name} up to {day}").format(name=place.name(region), day=words.date(on))
    )
    st.write(_("Hand in whom each guarantee applies to, and the ledger of gaps."))
    st.stop()
top = st.container()
left, right = st.columns([1.2, 1], vertical_alignment="center", gap="medium")
chosen = left.segmented_control(
    _("Guarantee"), reported, format_func=items.__getitem__, required=True, **bound("item", reported, reported[0])
)
indicator = f"guarantee.{chosen}"
entry, figure = entries[indicator], figures[indicator]

# Fetch
missing = missing_by_village(snapshot, region.code, chosen, on)
children = children_of(snapshot, around.code, indicator, on, place.complete_from, place.shown_level)
gaps = open_gaps(snapshot, region.code, on)
oldest = gaps["days_open"].max() if len(gaps) else None
ledger = _("Ledger of guarantee gaps")

# Show
with top:
    st.header(guarantee_headline(words, entry, figure.value, missing, region.code))
    with st.grid(6, gap="small"):
        for item in reported:
            card(place, entries[f"guarantee.{item}"], figures[f"guarantee.{item}"])
        fact(_("Gaps open"), words.number(len(gaps)), _("{n} persons").format(n=words.number(gaps["persons"].sum())))
        days = words.number(None)
        if oldest is not None:
            days = words.ngettext("{n} day", "{n} days", int(oldest)).format(n=words.number(oldest))
        fact(_("Oldest gap"), days, _("{n} open for more than 90 days").format(n=int((gaps["days_open"] > 90).sum())))
if not place.is_last and len(missing):
    with right:
        links_to(place, "guarantees", _("Most are missing in:"), missing, "missing", item=chosen)

left, right = st.columns([1.15, 1], gap="medium")
with left:
    map_of(place, entry, children, place.levels[0], f"map-{around.code}-{chosen}")
with right:
    title = lacking_headline(words, entry, children, place.levels[0])
    ranking_of(place, entry, children, title, f"ranking-{around.code}-{chosen}")

matrix = guarantee_matrix(snapshot, around.code, on, place.complete_from)
matrix["item_name"] = matrix["item"].map(items)
matrix["name"] = [words.pick(row.name, row.name_en) for row in matrix.itertuples(index=False)]
matrix["label"] = ["✓" if m == 0 else words.number(m) for m in matrix["missing"]]
matrix["hover"] = [f"{row.name}\n{row.item_name}\t{row.label}" for row in matrix.itertuples(index=False)]


def open_cell() -> None:
    """Go to the region and the guarantee of the cell that was clicked."""
    points = st.session_state["matrix"]["selection"]["points"]
    if points:
        st.query_params["item"], code = points[0]["customdata"]
        go_to(code)


total = words.number(matrix["missing"].sum())
st.plotly_chart(
    missing_matrix(
        matrix,
        plain_words(
            words,
            _("{n} persons or households are missing in all").format(n=total),
            _("Missing in each place; the colour says how far off 100 %"),
            ledger,
        ),
        place.palette,
        width=place.px(1200),
    ),
    theme=None,
    key="matrix",
    on_select=open_cell,
    selection_mode="points",
    config=dict(PLOT_CONFIG),
)

named = {item: items[item] for item in reported}
of_items = {item: figures[f"guarantee.{item}"] for item in reported}
sheets = {_("Places"): guarantees_sheet(words, matrix, items)}
sheets |= guarantee_charts(place, chosen, named, of_items, ledger)

if len(missing) and not place.is_last:
    st.subheader(_("Who is missing: {places}").format(places=count_of(words, "village", len(missing))))
    table = missing_table(words, missing, words.pick(entry.numerator_unit, entry.numerator_unit_en))
    sheets[items[chosen]] = table
    table_of(table, missing["code"], f"missing-{region.code}-{chosen}", most=7)
listed_gaps = gaps_table(words, gaps.head(_GAPS), items)
if not listed_gaps.empty:
    st.subheader(_("Open gaps, the oldest first"))
    sheets[_("Open gaps")] = listed_gaps
    table_of(listed_gaps, gaps["village_code"], f"gaps-{region.code}")
    if len(gaps) > _GAPS:
        st.caption(
            _("The {n} oldest of {m}; choose a township to see the others.").format(n=_GAPS, m=words.number(len(gaps)))
        )
download_all(place, sheets, f"{_('Guarantees')} {place.name(region)} {words.date(on)}")
footnote(place, entry, figure)
