"""Key figures: an indicator's value against plan or target with what it stands on, or a plain fact with a note."""

from collections.abc import Iterable, Sequence
from typing import Any, Literal, TypeVar

import streamlit as st

from data_access.indicators import Indicator, trend_of
from pages.place import Place
from wording.figures import SHAPES, base_of, said_of, standing_of

_T = TypeVar("_T")
_SPARK = 24
_COLOURS: dict[str, Literal["green", "orange", "red", "gray"]] = {
    "green": "green",
    "amber": "orange",
    "red": "red",
    "grey": "gray",
    "none": "gray",
}


def card(place: Place, entry: Indicator, row: Any, history: Sequence[float] = (), among: str = "") -> None:
    """Draw one row of `figures_of`: its value, standing and base, its line over time, its place among others."""
    words = place.words
    name, group = words.pick(entry.name, entry.name_en), words.pick(entry.group_name, entry.group_name_en)
    numbers, names = base_of(words, entry, row)
    standing = standing_of(words, entry, row)
    with st.container(border=True, gap=None, height="stretch"):
        st.metric(
            name,
            said_of(words, entry, row),
            f"{SHAPES[row.light]} {standing}" if standing else None,
            delta_color=_COLOURS[row.light],
            delta_arrow="off",
            # With its name, which a narrow card cuts off.
            help=f"{name} · {group} · {names}",
            chart_data=history or None,
        )
        st.caption(" · ".join(part for part in (numbers, among) if part))


def fact(label: str, value: str, note: str, standing: str = "", light: str = "none") -> None:
    """Draw a figure with a note under it, and where it has a plan of its own, how it stands in the light of that."""
    with st.container(border=True, gap=None, height="stretch"):
        delta = f"{SHAPES[light]} {standing}" if standing else None
        st.metric(label, value, delta, delta_color=_COLOURS[light], delta_arrow="off")
        st.caption(note)


def history_of(place: Place, entry: Indicator, row: Any) -> list[float]:
    """Return the last values up to a row's period, for the line in its card; empty with fewer than two."""
    values = trend_of(place.snapshot, row.code, entry.id, None, row.period)["value"].dropna().tail(_SPARK).tolist()
    return values if len(values) > 1 else []


def lines_of(groups: Iterable[Sequence[_T]], most: int) -> list[list[Sequence[_T]]]:
    """Return groups of cards line by line: each in the first line that has room for it, a larger one in its own."""
    lines: list[list[Sequence[_T]]] = []
    for group in groups:
        room = (line for line in lines if sum(map(len, line)) + len(group) <= most)
        line = next(room, None)
        if line is None:
            lines.append([group])
        else:
            line.append(group)
    return lines
