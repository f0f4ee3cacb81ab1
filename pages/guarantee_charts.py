"""The charts under the guarantees page: the burn-down of gaps, their age, and each item against its target."""

from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from charts.campaign import bullets
from charts.flows import burn_down
from charts.flows import gap_ages as ages_chart
from charts.theme import PLOT_CONFIG
from data_access.guarantees import gap_ages, gap_flow, missing_by_village
from data_access.indicators import dictionary
from pages.place import Place
from wording.figures import labelled
from wording.income import age_names, missing_label, month_cards, plain_words
from wording.sheets import ages_sheet, flow_sheet, guarantees_sheet
from wording.titles import chart_words, period_ticks

_MONTHS, _NAMED, _HEIGHT = 24, 4, 340


def guarantee_charts(
    place: Place, chosen: str, items: dict[str, str], figures: dict[str, Any], ledger: str
) -> dict[str, pd.DataFrame]:
    """Draw the charts of the item `chosen`, and return their rows by the names of their sheets.

    `items` are names, `figures` rows of `figures_of`, both by item; `ledger` is the source of them all.
    """
    _, words = place.words.gettext, place.words
    snapshot, region, on = place.snapshot, place.region, place.on
    entries = {item: dictionary(snapshot)[f"guarantee.{item}"] for item in items}
    entry = entries[chosen]
    source = words.pick(entry.source, entry.source_en)
    left, right = st.columns([1.6, 1], gap="medium")
    flow = gap_flow(snapshot, region.code, chosen, on).tail(_MONTHS).reset_index(drop=True)
    names = {"open": _("Open"), "new": _("New"), "cleared": _("Cleared")}
    with left:
        if not flow.empty:
            drawn = flow.assign(**{f"{side}_label": [words.number(n) for n in flow[side]] for side in names})
            drawn["hover"] = month_cards(words, drawn, names)
            title = _("{n} still open in {month}").format(
                n=drawn["open_label"].iloc[-1], month=words.period(flow["period"].iloc[-1], "month")
            )
            measured = _("{item}: persons in open gaps, new and cleared by month").format(item=items[chosen])
            st.plotly_chart(
                burn_down(
                    drawn,
                    plain_words(words, title, measured, source),
                    place.palette,
                    names=(names["open"], names["new"], names["cleared"]),
                    ticks=period_ticks(words, entry, flow["period"]),
                    width=place.px(720),
                    height=place.px(_HEIGHT),
                ),
                theme=None,
                key="flow",
                config=dict(PLOT_CONFIG),
            )
    with right:
        ages = gap_ages(snapshot, region.code, on)
        ages = ages[ages["item"] == chosen].reset_index(drop=True)
        ages = ages.assign(name=age_names(words, ages))
        drawn = ages.assign(key=ages["name"], count=ages["gaps"], label=[words.number(n) for n in ages["gaps"]])
        drawn["hover"] = drawn["name"] + "\t" + drawn["label"]
        title = _("{n} gaps open, {old} of them for over 90 days").format(
            n=int(ages["gaps"].sum()), old=int(ages["gaps"].iloc[-1])
        )
        st.plotly_chart(
            ages_chart(
                drawn,
                plain_words(words, title, _("{item}: open gaps by age").format(item=items[chosen]), source),
                place.palette,
                width=place.px(460),
                height=place.px(_HEIGHT),
            ),
            theme=None,
            key="ages",
            config=dict(PLOT_CONFIG),
        )

    rows = pd.DataFrame([figures[item] for item in items]).assign(item=list(items))
    rows["missing"], rows["applicable"] = rows["denominator"] - rows["numerator"], rows["denominator"]
    missing = {item: missing_by_village(snapshot, region.code, item, on) for item in items}
    drawn = labelled(words, entry, rows).assign(task=list(items), name=list(items.values()), plan_value=rows["target"])
    drawn["label"] = [
        missing_label(words, entries[row.item], row.value, missing[row.item], 0 if place.is_last else _NAMED)
        for row in drawn.itertuples(index=False)
    ]
    whole = _("{n} of {m} guarantees reach everybody").format(n=int((rows["light"] == "green").sum()), m=len(rows))
    texts = chart_words(words, entry, whole, _("Covered, in %; the mark is the target"))
    cited = _("Source: {source}").format(source=ledger)
    st.plotly_chart(
        bullets(
            drawn,
            replace(texts, plan=_("Target"), source=cited),
            place.palette,
            selected=chosen,
            width=place.px(1200),
        ),
        theme=None,
        key="bullets",
        config=dict(PLOT_CONFIG),
    )
    return {
        _("All guarantees"): guarantees_sheet(words, rows.assign(rate=rows["value"]), items),
        _("Gaps by month"): flow_sheet(words, flow),
        _("Age of gaps"): ages_sheet(words, ages),
    }
