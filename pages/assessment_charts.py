"""The charts under the assessment's map: what costs points, and what moved a place."""

import pandas as pd
import streamlit as st

from charts.bars import ROWS_IN_VIEW
from charts.parts import stacked_bars
from charts.theme import PLOT_CONFIG
from charts.trends import trend
from charts.waterfall import income_waterfall
from data_access.assessment import moved_by, rules, score_over_time
from data_access.indicators import Indicator
from pages.place import Place, bound, go_to
from wording.assessment import (
    item_name,
    lost_headline,
    moved_headline,
    points,
    score_entry,
    score_headline,
    signed,
)
from wording.income import plain_words
from wording.league import place_name
from wording.titles import chart_words, period_ticks

_MONTHS, _MOST_STEPS = 12, 8


def lost_by_part(place: Place, scores: pd.DataFrame, marks: pd.DataFrame) -> None:
    """Draw what each place lacks of full marks, by part; a click goes there. `marks` is the `marks_of` of `scores`."""
    _, words = place.words.gettext, place.words
    parts = [(part.id, words.pick(part.name, part.name_en)) for part in rules().parts]
    lost = marks.pivot_table("lost", "code", "part", aggfunc="sum").reindex(columns=[key for key, _ in parts])
    rows = scores[scores["score"].notna()].merge(lost, on="code")
    title = lost_headline(words, rows, parts)
    rows = rows.sort_values("score", kind="stable").head(ROWS_IN_VIEW)
    rows["name"] = [place_name(words, row) for row in rows.itertuples(index=False)]
    rows["label"] = ["−" + words.number(100 - score, 1) for score in rows["score"]]
    for key, _name in parts:
        rows[f"{key}_label"] = [words.number(value, 1) for value in rows[key]]
    rows["hover"] = [
        "\n".join([row["name"], *(f"{name}\t−{row[f'{key}_label']}" for key, name in parts)])
        for row in rows.to_dict("records")
    ]

    def open_row() -> None:
        picked = st.session_state["lost"]["selection"]["points"]
        if picked:
            code = picked[0]["customdata"]
            go_to(code if isinstance(code, str) else code[-1])

    figure = stacked_bars(
        rows,
        plain_words(
            words,
            title,
            _("Points lost to full marks, by part: the {n} that lose most").format(n=len(rows)),
            words.pick(*_source(score_entry(words))),
        ),
        place.palette,
        parts=parts,
        selected=place.region.code,
        width=place.px(1200),
    )
    st.plotly_chart(
        figure, theme=None, key="lost", on_select=open_row, selection_mode="points", config=dict(PLOT_CONFIG), alt=title
    )


def moved_in_a_month(place: Place, scores: pd.DataFrame, entries: dict[str, Indicator]) -> None:
    """Draw one place's score over the months beside what moved it in the last one: the region, or one of its places."""
    _, words = place.words.gettext, place.words
    snapshot, period = place.snapshot, (place.on, place.complete_from)
    known = scores[scores["score"].notna()]
    if known.empty:
        return
    choices = known["code"].tolist()
    default = known.loc[known["change"].abs().fillna(0).idxmax(), "code"]
    chosen = place.region.code if place.is_last and place.region.code in choices else default
    names = {row.code: place_name(words, row) for row in known.itertuples(index=False)}
    left, right = st.columns(2, gap="medium")
    with left:
        if not place.is_last:
            if st.query_params.get("moved") not in choices:
                st.query_params.pop("moved", None)  # chosen in another region
            chosen = st.selectbox(_("Place"), choices, format_func=names.__getitem__, **bound("moved", choices, chosen))
        own = next(known[known["code"] == chosen].itertuples(index=False))
        moved = moved_by(snapshot, chosen, *period)
        st.plotly_chart(
            income_waterfall(
                _steps(place, own, moved, entries),
                plain_words(
                    words,
                    moved_headline(words, names[chosen], own, moved, entries),
                    _("From the score of a month before to this one's, points by item"),
                    words.pick(*_source(score_entry(words))),
                ),
                place.palette,
                width=place.px(590),
            ),
            theme=None, key="steps", config=dict(PLOT_CONFIG),
        )  # fmt: skip
    with right:
        series = score_over_time(snapshot, chosen, *period, _MONTHS).assign(plan_value=float("nan"))
        series["label"] = [points(words, value) for value in series["value"]]
        entry = score_entry(words)
        st.plotly_chart(
            trend(
                series,
                chart_words(words, entry, score_headline(words, names[chosen], series)),
                place.palette,
                ticks=period_ticks(words, entry._replace(frequency="month"), series["period"]),
                width=place.px(590),
            ),
            theme=None, key="score", config=dict(PLOT_CONFIG),
        )  # fmt: skip


def _steps(place: Place, own: tuple, moved: pd.DataFrame, entries: dict[str, Indicator]) -> pd.DataFrame:  # type: ignore[type-arg]
    """Return the rows of the waterfall: the score before, the items that moved it most, all others, the score now."""
    words = place.words
    before, now = own.before, own.score  # type: ignore[attr-defined]
    most = moved[moved["moved"].abs() >= 0.05].head(_MOST_STEPS)
    rows = [("before", words.gettext("A month before"), before, True)]
    rows += [
        (row.indicator, item_name(words, entries.get(row.indicator), row.indicator, row.measure), row.moved, False)
        for row in most.itertuples(index=False)
    ]
    rest = now - before - most["moved"].sum()
    rows += [("rest", words.gettext("All others"), rest, False)] if abs(rest) >= 0.05 else []
    rows += [("now", words.gettext("Score now"), now, True)]
    steps = pd.DataFrame(rows, columns=["key", "name", "value", "is_total"])
    said = [
        points(words, v) if total else signed(words, v)
        for v, total in zip(steps["value"], steps["is_total"], strict=True)
    ]
    return steps.assign(label=said, hover=[f"{name}\t{text}" for name, text in zip(steps["name"], said, strict=True)])


def _source(entry: Indicator) -> tuple[str, str]:
    return entry.source, entry.source_en
