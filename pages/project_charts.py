"""The charts under the projects page: the year's curve, money by level, place and use, gates, and the late by name."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from charts.campaign import bullets
from charts.dots import dots
from charts.funds import fund_flows
from charts.gantt import project_gantt
from charts.gates import gate_matrix, stage_funnel
from charts.lines import Mark
from charts.projects import progress_curve
from charts.ranking import ranking
from charts.theme import PLOT_CONFIG
from charts.words import ChartWords
from data_access.indicators import Indicator, dictionary, matrix_of
from data_access.projects import SOURCES, benefit_of, flows_of, gates_of, late_of, stages_of, year_curve
from pages.place import Place, go_to
from wording import funds, projects
from wording.figures import labelled
from wording.headlines import listed
from wording.income import plain_words
from wording.titles import chart_words

_WORST = 30


def money_charts(place: Place, day: date, figures: dict[str, Any], own: pd.DataFrame) -> None:
    """Draw how far the year's money and works are, and whom they benefit.

    `figures` are rows of `figures_of` by indicator, `own` the year's projects of a `projects_within`.
    """
    _, words, palette = place.words.gettext, place.words, place.palette
    entries = dictionary(place.snapshot)
    paid, physical = entries["funds.paid"], entries["projects.physical"]
    curve = year_curve(place.snapshot, place.region.code, day)
    ends = curve["day"].tolist()
    measured = _("Of the year's projects, in %: paid of allocated, works of investment")
    if curve[["paid", "physical"]].notna().any(axis=None):
        figure = progress_curve(
            curve,
            _texts(place, (paid, physical), funds.curve_headline(words, curve), measured, unit="%"),
            palette,
            names=funds.curve_names(words, curve),
            ticks=[(end, words.period(end, "month")) for end in ends if end != day or end == ends[-1]],
            marks=[Mark(day, _("today"), strong=True)],
            width=place.px(1200),
            height=place.px(340),
        )
        _draw(figure, "curve")
    left, right = st.columns([1, 1.35], gap="medium")
    with left:
        rows = pd.DataFrame(
            [figures[f"funds.paid.{source}"] for source in SOURCES if f"funds.paid.{source}" in figures]
        )
        if not rows.empty and rows["value"].notna().any():
            rows = labelled(words, paid, rows).rename(columns={"indicator": "task"})
            rows["name"] = [funds.source_name(words, key.rsplit(".", 1)[1]) for key in rows["task"]]
            texts = chart_words(words, paid, funds.sources_headline(words, rows), _("Paid of allocated by level, in %"))
            _draw(bullets(rows, texts, palette, width=place.px(500)), "levels")
        modes = benefit_of(own, day.year)
        if not modes.empty:
            rows, title = funds.benefit_rows(words, modes), funds.benefit_headline(words, modes)
            texts = _texts(place, (physical,), title, _("Households by mode, and yuan that reached them"))
            _draw(ranking(rows, texts, palette, width=place.px(500)), "benefit")
    with right:
        pairs = matrix_of(place.snapshot, place.around.code, (paid.id, physical.id), place.on, place.complete_from)
        axes = funds.axes_rows(words, pairs, paid, physical) if not pairs.empty else pairs
        if not axes.empty:
            measured = _("Paid of allocated against works done, in %, the farthest apart first")
            texts = _texts(place, (paid, physical), funds.axes_headline(words, axes), measured)
            names = (_("Paid"), _("Works done"))
            figure = dots(axes, texts, palette, names, place.region.code, width=place.px(660))
            _draw(figure, "axes", on_select=_to_region)


def use_charts(place: Place, day: date, reserve: pd.DataFrame) -> None:
    """Draw where the year's money goes and how far its projects came; `reserve` are those of later years."""
    _, words, palette = place.words.gettext, place.words, place.palette
    entries = dictionary(place.snapshot)
    flows = flows_of(place.snapshot, place.region.code, day)
    if not flows.empty:
        ribbons, totals = funds.flow_rows(words, flows, place.region.code)
        measured = _("Allocated this year: level, place, category")
        texts = _texts(place, (entries["funds.paid"],), funds.flow_headline(words, flows), measured)
        _draw(fund_flows(ribbons, texts, palette, totals=totals, width=place.px(1200)), "flows")
    stages = stages_of(place.snapshot, place.region.code, day)
    if stages["count"].any():
        measured = _("Projects that passed each gate; in reserve for later years: {n}, {held}").format(
            n=funds.projects_count(words, len(reserve)), held=projects.reserve_note(words, reserve)
        )
        title = projects.stage_headline(words, stages, day.year)
        texts = _texts(place, (entries["projects.finished"],), title, measured)
        _draw(stage_funnel(projects.stage_rows(words, stages), texts, palette, width=place.px(1200)), "funnel")


def gate_charts(place: Place, day: date, rows: pd.DataFrame) -> None:
    """Draw the gates of the worst projects and the late ones by name; `rows` are a `projects_within`."""
    _, words, palette = place.words.gettext, place.words, place.palette
    library = dictionary(place.snapshot)["projects.late"]
    gates = gates_of(place.snapshot, place.region.code, day, _WORST)
    if not gates.empty:
        cells = projects.gate_cells(words, gates)
        states = tuple((state, words.say(text)) for state, text in projects.GATE_STATES.items())
        title = projects.gates_headline(words, cells)
        texts = _texts(
            place, (library,), title, _("The projects overdue longest, then those lacking most papers"), lights=states
        )
        _draw(gate_matrix(cells, texts, palette, width=place.px(1200)), "gates", on_select=_to_project)
    late = late_of(rows, day).head(_WORST)
    if not late.empty:
        title = projects.gantt_headline(words, rows[rows["late_days"] > 0])
        texts = _texts(
            place, (library,), title, _("Planned span, works so far, and where their pace leads"),
            plan=_("Planned"), actual=_("Works"), forecast=_("Expected"), lights=(("red", _("Overdue")),),
        )  # fmt: skip
        figure = project_gantt(
            projects.gantt_rows(words, late), texts, palette,
            today=Mark(day, _("today"), strong=True), ticks=_months(place, late, day), width=place.px(1200),
        )  # fmt: skip
        _draw(figure, "gantt")


def _months(place: Place, late: pd.DataFrame, day: date) -> list[tuple[date, str]]:
    known = [
        each
        for column in ("planned_start", "due_finish", "expected")
        for each in late[column]
        if isinstance(each, date)
    ]
    months = pd.date_range(min([*known, day]), max([*known, day]), freq="MS")
    return [(month.date(), place.words.period(month.date(), "month")) for month in months]


def _texts(place: Place, entries: Sequence[Indicator], title: str, subtitle: str, **more: Any) -> ChartWords:
    sources = listed(place.words, [place.words.pick(entry.source, entry.source_en) for entry in entries])
    return replace(plain_words(place.words, title, subtitle, sources), **more)


def _draw(figure: Any, key: str, on_select: Any = "ignore") -> None:
    st.plotly_chart(
        figure, theme=None, key=key, on_select=on_select, selection_mode="points", config=dict(PLOT_CONFIG)
    )  # fmt: skip


def _to_region() -> None:
    points = st.session_state["axes"]["selection"]["points"]
    if points:
        go_to(points[0]["customdata"])


def _to_project() -> None:
    points = st.session_state["gates"]["selection"]["points"]
    if points:
        go_to(points[0]["customdata"][1])
