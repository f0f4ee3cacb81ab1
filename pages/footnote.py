"""The foot of a page: how a figure is defined, where it comes from, how complete it is, and its rows to take away."""

import io
from typing import Any

import pandas as pd
import streamlit as st

from data_access.indicators import Indicator
from data_access.regions import units_under
from pages.place import Place
from wording.figures import count_of

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def footnote(place: Place, entry: Indicator, figure: Any) -> None:
    """Write an indicator's definition, source, period and completeness; `figure` is a row of `figures_of`."""
    _, words = place.words.gettext, place.words
    parts = [
        _("Definition: {formula}").format(formula=words.pick(entry.formula, entry.formula_en)),
        _("Source: {source}").format(source=words.pick(entry.source, entry.source_en)),
    ]
    if figure is not None and figure.light != "grey":
        period = words.period(figure.period, entry.frequency)
        if entry.is_reckoned:
            parts.append(_("As the ledger stood in {period}").format(period=period))
        else:
            text = _("Figures of {period}; {n} of {m} reported")
            expected = count_of(words, entry.level, units_under(place.snapshot, place.region.code)[entry.level])
            parts.append(text.format(period=period, n=int(figure.reports), m=expected))
    st.caption("　".join(parts))


def download(place: Place, rows: pd.DataFrame, name: str) -> None:
    """Offer exactly `rows` as a workbook; text stays text, so that no cell can start a formula."""
    _ = place.words.gettext

    def workbook() -> bytes:
        target = io.BytesIO()
        options = {"strings_to_formulas": False, "strings_to_urls": False}
        with pd.ExcelWriter(target, engine="xlsxwriter", engine_kwargs={"options": options}) as writer:
            rows.to_excel(writer, index=False, freeze_panes=(1, 0))
        return target.getvalue()

    st.download_button(_("These rows as Excel"), workbook, f"{name}.xlsx", _XLSX, on_click="ignore")
