"""Income: the mean beside the median and the poorest tenth, where it comes from, and the few behind the average."""

import streamlit as st

from data_access.income import (
    children_income,
    distribution_of,
    households_at_risk,
    income_summary,
    line_of,
    newest_month,
    the_few,
)
from data_access.income_measures import ranked_by
from data_access.indicators import dictionary, figures_of
from pages.cards import fact
from pages.footnote import download, footnote
from pages.income_charts import income_charts
from pages.panel import map_of, ranking_of
from pages.place import bound, here
from wording.figures import count_of, value_of
from wording.income import (
    MEASURES,
    income_headline,
    measure_entry,
    measure_headline,
    percent,
    yuan,
)
from wording.tables import few_table, risk_table

_FEW, _HOUSEHOLDS, _FALL = 20, 50, 20

# Ask
place = here()
_, words = place.words.gettext, place.words
snapshot, region, around, on = place.snapshot, place.region, place.around, place.on
month = newest_month(snapshot, region.code, on)
if month is None or distribution_of(snapshot, region.code, month).empty:
    st.header(_("No income has been handed in for {name}").format(name=place.name(region)))
    st.write(_("Twelve months of household income are needed before a figure can be shown."))
    st.stop()
mean_entry = dictionary(snapshot)["income.per_capita"]

# Fetch
figures = {
    row.indicator: row for row in figures_of(snapshot, region.code, on, place.complete_from).itertuples(index=False)
}
summary = income_summary(snapshot, region.code, on)
by_measure = summary.set_index("measure")
few = the_few(snapshot, region.code, on, _FEW, _FALL)
line = line_of(snapshot, month.year)
fell, below = figures[f"income.fell_{_FALL}"], figures.get("income.below_line")

# Show
st.header(income_headline(words, summary, few, fell.numerator, _FALL))
with st.grid(6, gap="small"):
    for measure, label in (("mean", _("Mean")), ("median", _("Median")), ("p10", _("Poorest tenth under (P10)"))):
        row = by_measure.loc[measure]
        change = _("{change} in a year").format(change=percent(words, row["change_percent"]))
        fact(label, yuan(words, row["value"]), change)
    of_all = _("of {n} with both years").format(n=words.number(fell.denominator))
    fact(_("Households that lost {fall} %").format(fall=_FALL), words.number(fell.numerator), of_all)
    if line is None or below is None:
        fact(
            _("Under the line"),
            words.number(None),
            _("no line is set for {year}: nobody is classified").format(year=month.year),
        )
    else:
        fact(
            _("Under the line"),
            words.number(below.numerator),
            _("of {n}; line {line}").format(n=words.number(below.denominator), line=yuan(words, line)),
        )
    transfers = figures["income.transfer_share"]
    fact(
        _("Share of transfers"),
        value_of(words, dictionary(snapshot)["income.transfer_share"], transfers.value),
        words.period(month, "month"),
    )

left, right = st.columns([1.15, 1], gap="medium")
with left:
    choices = [key for key in MEASURES if key != "below_line" or line is not None]
    chosen = st.selectbox(
        _("On the map"),
        choices,
        format_func=lambda key: words.say(MEASURES[key]),
        **bound("measure", choices, "median"),
    )
entry = measure_entry(words, mean_entry, chosen)
children = ranked_by(children_income(snapshot, around.code, on, place.shown_level), chosen)
with left:
    map_of(place, entry, children, place.levels[0], f"map-{around.code}-{chosen}")
with right:
    title = measure_headline(words, children, words.period(month, "month"))
    ranking_of(place, entry, children, title, f"ranking-{around.code}-{chosen}")

income_charts(place, month, summary, line, figures["income.per_capita"])

st.subheader(
    _("The few behind the average: {n} where households lost {fall} % or more").format(
        n=count_of(words, "village", int((few["fell"] > 0).sum())), fall=_FALL
    )
)
table = few_table(words, few)
st.dataframe(table, hide_index=True, column_config={_("Trend"): st.column_config.LineChartColumn()})
download(place, table.drop(columns=_("Trend")), _("Villages"))
if place.is_last:
    households = risk_table(words, households_at_risk(snapshot, region.code, on, _HOUSEHOLDS, _FALL))
    st.subheader(_("Households that lost {fall} % or more, or are under the line").format(fall=_FALL))
    st.dataframe(households, hide_index=True)
footnote(place, mean_entry, figures["income.per_capita"])
