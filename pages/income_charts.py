"""The charts under the income page's map: distribution through time, sources, what changed, two years' curves."""

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from charts.areas import sources_over_time as sources_chart
from charts.distribution import Level, income_curve, income_ribbon
from charts.theme import PLOT_CONFIG
from charts.trends import trend
from charts.waterfall import income_waterfall
from data_access.history import with_last_year
from data_access.income import distribution_of, distribution_over_time, income_change_by_source, sources_over_time
from data_access.indicators import dictionary, trend_of
from pages.place import Place
from wording.figures import standing_of, unit_of
from wording.headlines import trend_headline
from wording.income import (
    SOURCES,
    change_headline,
    curve_bands,
    distribution_headline,
    month_cards,
    plain_words,
    source_name,
    step_rows,
    yuan,
)
from wording.sheets import bands_sheet, distribution_sheet, sources_sheet, steps_sheet, trend_sheet
from wording.titles import chart_words, period_ticks

_MONTHS = 36
_HEIGHT = 340


def income_charts(
    place: Place, month: date, summary: pd.DataFrame, line: float | None, figure: Any
) -> dict[str, pd.DataFrame]:
    """Draw the charts of the region's income up to `month`, and return their rows by the names of their sheets.

    `figure` is the mean's row of `figures_of`, `summary` an `income_summary`.
    """
    _, words = place.words.gettext, place.words
    snapshot, region, on = place.snapshot, place.region, place.on
    mean_entry = dictionary(snapshot)["income.per_capita"]
    source, unit = words.pick(mean_entry.source, mean_entry.source_en), unit_of(words, mean_entry)

    series = distribution_over_time(snapshot, region.code, month, _MONTHS)
    names = {"p90": "P90", "mean": _("Mean"), "median": _("Median"), "p10": "P10"}
    ribbon = series.assign(**{f"{key}_label": [yuan(words, value) for value in series[key]] for key in names})
    ribbon["hover"] = month_cards(words, ribbon, names)
    ribbon["p10_label"], ribbon["p90_label"] = "P10 " + ribbon["p10_label"], "P90 " + ribbon["p90_label"]
    months = period_ticks(words, mean_entry, series["period"])
    per_person = _("Net income of twelve months, yuan per person, by household")
    st.plotly_chart(
        income_ribbon(
            ribbon,
            plain_words(words, distribution_headline(words, series), per_person, source, unit),
            place.palette,
            names=(_("P10–P90"), _("P25–P75"), _("Median"), _("Mean")),
            ticks=months,
            width=place.px(1200),
            height=place.px(_HEIGHT),
        ),
        theme=None,
        key="ribbon",
        config=dict(PLOT_CONFIG),
    )

    means = with_last_year(trend_of(snapshot, region.code, mean_entry.id, None, month)).tail(_MONTHS)
    means = means[means["value"].notna()].reset_index(drop=True)
    names = {"value": _("Actual"), "plan_value": _("Plan"), "last_year": _("Last year")}
    drawn = means.assign(**{f"{key}_label": [yuan(words, value) for value in means[key]] for key in names})
    drawn = drawn.assign(hover=month_cards(words, drawn, names), label=drawn["value_label"])
    title = trend_headline(words, mean_entry, figure)
    if standing := standing_of(words, mean_entry, figure):
        title = _("{finding}, {standing}").format(finding=title, standing=standing)
    st.plotly_chart(
        trend(
            drawn,
            chart_words(words, mean_entry, title),
            place.palette,
            ticks=period_ticks(words, mean_entry, drawn["period"]),
            width=place.px(1200),
            height=place.px(_HEIGHT),
        ),
        theme=None,
        key="mean",
        config=dict(PLOT_CONFIG),
    )

    left, right = st.columns(2, gap="medium")
    sources = sources_over_time(snapshot, region.code, month, _MONTHS)
    named = {key: source_name(words, key) for key in SOURCES}
    drawn = sources.assign(**{f"{key}_label": [yuan(words, value) for value in sources[key]] for key in named})
    drawn = drawn.assign(hover=month_cards(words, drawn, named)).rename(
        columns={"business_cost": "costs", "business_cost_label": "costs_label"}
    )
    share = words.number(sources["wage"].iloc[-1] / sources["net"].iloc[-1] * 100)
    with left:
        st.plotly_chart(
            sources_chart(
                drawn,
                plain_words(
                    words,
                    _("Wages are {share} of income").format(share=share + "%"),
                    _("Yuan per person over twelve months, by source; costs apart"),
                    source,
                    unit,
                ),
                place.palette,
                sources=[(key, name) for key, name in named.items() if key != "business_cost"],
                costs=named["business_cost"],
                ticks=period_ticks(words, mean_entry, sources["period"], most=4),
                width=place.px(580),
                height=place.px(_HEIGHT),
            ),
            theme=None,
            key="sources",
            config=dict(PLOT_CONFIG),
        )
    steps = income_change_by_source(snapshot, region.code, on)
    with right:
        if not steps.empty:
            subtitle = _("From last year's income to this year's, yuan per person")
            st.plotly_chart(
                income_waterfall(
                    step_rows(words, steps),
                    plain_words(words, change_headline(words, steps), subtitle, source),
                    place.palette,
                    width=place.px(580),
                    height=place.px(_HEIGHT),
                ),
                theme=None,
                key="waterfall",
                config=dict(PLOT_CONFIG),
            )

    before = month.replace(year=month.year - 1)
    bands = [curve_bands(words, distribution_of(snapshot, region.code, at), at) for at in (month, before)]
    drawn = [of_month[of_month["is_drawn"]].assign(share=of_month["density"]) for of_month in bands]
    if not bands[1].empty:
        medians = summary.set_index("measure").loc["median", ["value", "year_before"]].tolist()
        st.plotly_chart(
            income_curve(
                drawn[0],
                drawn[1],
                plain_words(
                    words,
                    _("Half of the households have more than {median}").format(median=yuan(words, medians[0])),
                    _("Households in each 500 yuan of income a person, in %; the top 1 % are not drawn"),
                    source,
                    unit,
                ),
                place.palette,
                names=(words.period(month, "month"), words.period(before, "month")),
                line=Level(line, _("line {line}").format(line=yuan(words, line))) if line is not None else None,
                marks=[Level(medians[0], _("Median"), strong=True), Level(medians[1], _("a year before"))],
                width=place.px(1200),
                height=place.px(_HEIGHT),
            ),
            theme=None,
            key="curve",
            config=dict(PLOT_CONFIG),
        )
    return {
        _("Distribution"): distribution_sheet(words, series),
        _("Trend and plan"): trend_sheet(words, means),
        _("Sources"): sources_sheet(words, sources),
        _("Change in a year"): steps_sheet(words, steps),
        _("Income bands"): bands_sheet(words, pd.concat(bands)),
    }
