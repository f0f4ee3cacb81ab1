"""The charts under the guarantees page: the burn-down of gaps, their age, and each item against its target."""

from typing import Any

import pandas as pd
import streamlit as st

from charts.campaign import bullets
from charts.flows import burn_down
from charts.flows import gap_ages as ages_chart
from charts.theme import PLOT_CONFIG
from data_access.guarantees import gap_ages, gap_flow
from data_access.indicators import Indicator
from pages.place import Place
from wording.figures import labelled
from wording.income import plain_words
from wording.titles import chart_words, period_ticks


def guarantee_charts(
    place: Place, entry: Indicator, chosen: str, items: dict[str, str], figures: dict[str, Any]
) -> None:
    """Draw the charts of the item `chosen`; `items` are names, `figures` rows of `figures_of`, both by item."""
    _, words = place.words.gettext, place.words
    snapshot, region, on = place.snapshot, place.region, place.on
    ledger = words.pick(entry.source, entry.source_en)
    left, right = st.columns([1.6, 1], gap="medium")
    flow = gap_flow(snapshot, region.code, chosen, on).tail(24).reset_index(drop=True)
    with left:
        if not flow.empty:
            for side in ("open", "new", "cleared"):
                flow[f"{side}_label"] = [words.number(value) for value in flow[side]]
            title = _("{n} still open in {month}").format(
                n=flow["open_label"].iloc[-1], month=words.period(flow["period"].iloc[-1], "month")
            )
            st.plotly_chart(
                burn_down(
                    flow,
                    plain_words(
                        words,
                        title,
                        _("{item}: persons in open gaps, new and cleared by month").format(item=items[chosen]),
                        ledger,
                    ),
                    place.palette,
                    names=(_("Open"), _("New"), _("Cleared")),
                    ticks=period_ticks(words, entry, flow["period"]),
                    width=place.px(720),
                ),
                theme=None,
                key="flow",
                config=dict(PLOT_CONFIG),
            )
    with right:
        ages = gap_ages(snapshot, region.code, on)
        ages = ages[ages["item"] == chosen].reset_index(drop=True)
        last = ages["last_day"].astype(object).where(ages["last_day"].notna(), None)
        ages["name"] = [
            _("over {n} days").format(n=first - 1)
            if end is None
            else _("{first}–{last} days").format(first=first, last=end)
            for first, end in zip(ages["first_day"], last, strict=True)
        ]
        drawn = ages.assign(key=ages["name"], count=ages["gaps"], label=[words.number(n) for n in ages["gaps"]])
        drawn["hover"] = drawn["name"] + "\t" + drawn["label"]
        title = _("{n} gaps open, {old} of them for over 90 days").format(
            n=int(ages["gaps"].sum()), old=int(ages["gaps"].iloc[-1])
        )
        st.plotly_chart(
            ages_chart(
                drawn,
                plain_words(words, title, _("{item}: open gaps by age").format(item=items[chosen]), ledger),
                place.palette,
                width=place.px(460),
            ),
            theme=None,
            key="ages",
            config=dict(PLOT_CONFIG),
        )

    rows = pd.DataFrame([figures[item] for item in items])
    rows = labelled(words, entry, rows).assign(task=list(items), name=list(items.values()))
    rows["plan_value"] = rows["target"]
    whole = _("{n} of {m} guarantees reach everybody").format(n=int((rows["light"] == "green").sum()), m=len(rows))
    st.plotly_chart(
        bullets(
            rows,
            chart_words(words, entry, whole, _("Covered, in %; the mark is the target")),
            place.palette,
            width=place.px(1200),
        ),
        theme=None,
        key="bullets",
        config=dict(PLOT_CONFIG),
    )
