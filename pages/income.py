"""Income: the mean beside the median and the poorest tenth, where it comes from, and the few behind the average."""

import streamlit as st

from data_access.households_at_risk import households_at_risk
from data_access.income import children_income, distribution_over_time, income_summary, line_of, newest_month, the_few
from data_access.income_measures import ranked_by
from data_access.indicators import children_of, dictionary, figures_of
from data_access.masking import SMALLEST_COUNT
from pages.cards import fact
from pages.footnote import download_all, footnote
from pages.income_charts import income_charts
from pages.panel import map_of, ranking_of
from pages.place import bound, here
from pages.tables import links_to, numbers_of, table_of
from wording.figures import count_of, standing_of, value_of
from wording.income import MEASURES, income_headline, measure_entry, measure_headline, percent, yuan
from wording.sheets import few_sheet, incomes_sheet
from wording.tables import few_table, risk_table

_FEW, _HOUSEHOLDS, _FALL = 20, 50, 20
_EVERY = 100_000

# Ask
place = here()
_, words = place.words.gettext, place.words
snapshot, region, around, on = place.snapshot, place.region, place.around, place.on
month = newest_month(snapshot, region.code, on)
known = distribution_over_time(snapshot, region.code, month, 1) if month else None
if month is None or known is None or known.empty:
    st.header(_("No income has been handed in for {name}").format(name=place.name(region)))
    st.write(_("Twelve months of household income are needed before a figure can be shown."))
    st.stop()
if known["persons"].iloc[0] < SMALLEST_COUNT:
    st.header(_("{name}: income is not shown").format(name=place.name(region)))
    text = _("Fewer than {n} persons have twelve months of it: a figure would tell what one household has.")
    st.write(text.format(n=SMALLEST_COUNT))
    st.stop()
line = line_of(snapshot, month.year)
top = st.container()
left, right = st.columns([1.15, 2], vertical_alignment="center", gap="medium")
choices = [key for key in MEASURES if key != "below_line" or line is not None]
chosen = left.selectbox(
    _("On the map"), choices, format_func=lambda key: words.say(MEASURES[key]), **bound("measure", choices, "median")
)

# Fetch
entries = dictionary(snapshot)
mean_entry = entries["income.per_capita"]
figures = {
    row.indicator: row for row in figures_of(snapshot, region.code, on, place.complete_from).itertuples(index=False)
}
summary = income_summary(snapshot, region.code, on)
by_measure = summary.set_index("measure")
few = the_few(snapshot, region.code, on, _EVERY, _FALL)
fallen = few[few["fell"] > 0]
incomes = children_income(snapshot, around.code, on, place.shown_level)
mean, fell, below = figures[mean_entry.id], figures[f"income.fell_{_FALL}"], figures.get("income.below_line")

# Show
with top:
    st.header(income_headline(words, summary, fallen.head(0 if place.is_last else 1), fell.numerator, _FALL))
    with st.grid(6, gap="small"):
        standings = {"mean": (standing_of(words, mean_entry, mean), mean.light)}
        for measure, label in (("mean", _("Mean")), ("median", _("Median")), ("p10", _("Poorest tenth under (P10)"))):
            row = by_measure.loc[measure]
            change = _("{change} in a year").format(change=percent(words, row["change_percent"]))
            fact(label, yuan(words, row["value"]), change, *standings.get(measure, ()))
        of_all = _("of {n} with both years").format(n=words.number(fell.denominator))
        fact(_("Households that lost {fall} %").format(fall=_FALL), words.number(fell.numerator), of_all)
        if line is None or below is None:
            unset = _("no line is set for {year}: nobody is classified").format(year=month.year)
            fact(_("Households under line"), words.number(None), unset)
        else:
            of_all = _("of {n}; line {line}").format(n=words.number(below.denominator), line=yuan(words, line))
            fact(_("Households under line"), words.number(below.numerator), of_all)
        share = entries["income.transfer_share"]
        fact(_("Share of transfers"), value_of(words, share, figures[share.id].value), words.period(month, "month"))

if not place.is_last and len(fallen):
    with right:
        links_to(
            place, "income", _("Most households that lost {fall} %:").format(fall=_FALL), fallen, "fell", measure=chosen
        )

left, right = st.columns([1.15, 1], gap="medium")
entry = measure_entry(words, mean_entry, chosen)
children = ranked_by(incomes, chosen)
if chosen == "mean" and not children["is_suppressed"].any():
    # It alone has a plan.
    children = children_of(snapshot, around.code, mean_entry.id, on, place.complete_from, place.shown_level)
with left:
    map_of(place, entry, children, place.levels[0], f"map-{around.code}-{chosen}")
with right:
    title = measure_headline(words, children, words.period(month, "month"))
    ranking_of(place, entry, children, title, f"ranking-{around.code}-{chosen}")

sheets = {_("Places"): incomes_sheet(words, incomes)} | income_charts(place, month, summary, line, mean)

if place.is_last:
    at_risk = households_at_risk(snapshot, region.code, on, _HOUSEHOLDS, _FALL)
    if len(at_risk):
        st.subheader(_("Households that lost {fall} % or more, or are under the line").format(fall=_FALL))
        table = risk_table(words, at_risk)
        st.dataframe(table, hide_index=True, column_config=numbers_of(table))
        st.caption(_("Names and numbers are masked, amounts are rounded; the list is in no download."))
elif len(few):
    shown = few.head(_FEW).reset_index(drop=True)
    villages = count_of(words, "village", len(fallen))
    title = _("The few behind the average: {n} where households lost {fall} % or more").format(n=villages, fall=_FALL)
    st.subheader(title)
    table = few_table(words, shown)
    table_of(table, shown["code"], f"few-{region.code}", columns={_("Trend"): st.column_config.LineChartColumn()})
    if len(few) > _FEW:
        note = _("The {n} with most of {m}; choose a township to see the others.")
        st.caption(note.format(n=_FEW, m=words.number(len(few))))
    sheets[_("The few")] = few_sheet(words, table, shown)
download_all(place, sheets, f"{_('Income')} {place.name(region)} {words.period(month, 'month')}")
footnote(place, mean_entry, mean)
