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
from wording.headlines import trend_headline
from wording.income import change_headline, distribution_headline, plain_words, source_name, yuan
from wording.titles import chart_words, period_ticks

_MONTHS = 36


def income_charts(place: Place, month: date, summary: pd.DataFrame, line: float | None, figure: Any) -> None:
    """Draw the charts of the region's income up to `month`; `figure` is the mean's row of `figures_of`."""
    _, words = place.words.gettext, place.words
    snapshot, region, on = place.snapshot, place.region, place.on
    mean_entry = dictionary(snapshot)["income.per_capita"]
    source = words.pick(mean_entry.source, mean_entry.source_en)
    by_measure = summary.set_index("measure")
    series = distribution_over_time(snapshot, region.code, month, _MONTHS)
    for name in ("median", "mean", "p10", "p90"):
        series[f"{name}_label"] = [yuan(words, value) for value in series[name]]
    series["p10_label"], series["p90_label"] = "P10 " + series["p10_label"], "P90 " + series["p90_label"]
    months = period_ticks(words, mean_entry, series["period"])
    per_person = _("Net income of twelve months, yuan per person, by household")
    st.plotly_chart(
        income_ribbon(
            series,
            plain_words(words, distribution_headline(words, series), per_person, source),
            place.palette,
            names=(_("P10–P90"), _("P25–P75"), _("Median"), _("Mean")),
            ticks=months,
            width=place.px(1200),
        ),
        theme=None,
        key="ribbon",
        config=dict(PLOT_CONFIG),
    )

    trailing = with_last_year(trend_of(snapshot, region.code, mean_entry.id, None, month))
    trailing["label"] = [yuan(words, value) for value in trailing["value"]]
    st.plotly_chart(
        trend(
            trailing.tail(_MONTHS).reset_index(drop=True),
            chart_words(words, mean_entry, trend_headline(words, mean_entry, figure)),
            place.palette,
            ticks=months,
            width=place.px(1200),
        ),
        theme=None,
        key="mean",
        config=dict(PLOT_CONFIG),
    )

    left, right = st.columns(2, gap="medium")
    sources = sources_over_time(snapshot, region.code, month, _MONTHS)
    with left:
        named = [(key, source_name(words, key)) for key in ("wage", "business", "property", "transfer")]
        title = _("Wages are {share} of income").format(
            share=words.number(sources["wage"].iloc[-1] / sources["net"].iloc[-1] * 100) + "%"
        )
        for key in (*dict(named), "business_cost"):
            sources[f"{key}_label" if key != "business_cost" else "costs_label"] = [
                yuan(words, value) for value in sources[key]
            ]
        st.plotly_chart(
            sources_chart(
                sources.rename(columns={"business_cost": "costs"}),
                plain_words(words, title, _("Yuan per person over twelve months, by source; costs apart"), source),
                place.palette,
                sources=named,
                costs=source_name(words, "business_cost"),
                ticks=period_ticks(words, mean_entry, sources["period"], most=4),
                width=place.px(580),
            ),
            theme=None,
            key="sources",
            config=dict(PLOT_CONFIG),
        )
    steps = income_change_by_source(snapshot, region.code, on)
    with right:
        if not steps.empty:
            drawn = steps.assign(
                key=steps["step"],
                name=[source_name(words, step) for step in steps["step"]],
                is_total=steps["step"].isin(("before", "now")),
                label=[
                    ("+" if value > 0 and step not in ("before", "now") else "") + yuan(words, value)
                    for step, value in zip(steps["step"], steps["value"], strict=True)
                ],
            )
            drawn["hover"] = drawn["name"] + "\t" + drawn["label"]
            st.plotly_chart(
                income_waterfall(
                    drawn,
                    plain_words(
                        words,
                        change_headline(words, steps),
                        _("From last year's income to this year's, yuan per person"),
                        source,
                    ),
                    place.palette,
                    width=place.px(580),
                ),
                theme=None,
                key="waterfall",
                config=dict(PLOT_CONFIG),
            )

    before = month.replace(year=month.year - 1)
    now_bands, then_bands = (distribution_of(snapshot, region.code, period) for period in (month, before))
    if not then_bands.empty:
        shares = [
            bands.assign(floor=bands["band_floor"], share=bands["households"] / bands["households"].sum() * 100)[
                ["floor", "share"]
            ]
            for bands in (now_bands, then_bands)
        ]
        medians = [by_measure.at["median", "value"], by_measure.at["median", "year_before"]]
        st.plotly_chart(
            income_curve(
                shares[0],
                shares[1],
                plain_words(
                    words,
                    _("Half of the households have more than {median}").format(median=yuan(words, medians[0])),
                    _("Share of households by income, in % of each band of 500 yuan"),
                    source,
                ),
                place.palette,
                names=(words.period(month, "month"), words.period(before, "month")),
                line=Level(line, _("line {line}").format(line=yuan(words, line))) if line is not None else None,
                marks=[Level(medians[0], _("Median"), strong=True), Level(medians[1], "")],
                width=place.px(1200),
            ),
            theme=None,
            key="curve",
            config=dict(PLOT_CONFIG),
        )
