"""Villages by name, as a row of links or as a table: either leads to the one that is picked."""

from typing import Any

import pandas as pd
import streamlit as st

from pages.place import Place, go_to

_LINKS = 4
_DECIMALS = 2
# The height that Streamlit gives a row of a table, in pixels.
_ROW = 35


def links_to(place: Place, page: str, caption: str, villages: pd.DataFrame, count: str, **choices: str | None) -> None:
    """Write the first villages of a table with code, names and townships as links to a page, each with its `count`.

    `choices` are the page's own parameters.
    """
    words = place.words
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(caption, width="content")
        for row in villages.head(_LINKS).to_dict("records"):
            st.page_link(
                place.pages[page],
                label=f"{words.pick(row['name'], row['name_en'])} **{words.number(row[count])}**",
                help=words.pick(row["township"], row["township_en"]),
                query_params=place.params(region=row["code"], **choices),
            )


def table_of(
    rows: pd.DataFrame, codes: pd.Series, key: str, *, most: int = 10, columns: dict[str, Any] | None = None
) -> None:
    """Draw a table of which a row, picked, leads to its region; more than `most` rows are scrolled to."""
    picked = st.dataframe(
        rows,
        hide_index=True,
        column_config=numbers_of(rows) | (columns or {}),
        on_select="rerun",
        selection_mode="single-row",
        key=key,
        height=_ROW * (most + 1) if len(rows) > most else "auto",
    )
    if picked["selection"]["rows"]:
        go_to(codes.iloc[picked["selection"]["rows"][0]])
        st.rerun()


def numbers_of(rows: pd.DataFrame) -> dict[str, Any]:
    """Return how a table writes its columns of numbers: all with as many decimals, whole ones with their thousands."""
    formats = {}
    for name, values in rows.select_dtypes("number").items():
        decimals = next((n for n in range(_DECIMALS) if (values.round(n) == values)[values.notna()].all()), _DECIMALS)
        formats[name] = st.column_config.NumberColumn(format=f"%.{decimals}f" if decimals else "localized")
    return formats
