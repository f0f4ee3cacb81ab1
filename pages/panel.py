"""The map of a region's children beside their ranking: the part of every page where a click drills down."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from charts.classes import GAP, PERCENT, Measure, amount
from charts.intervals import interval_dots
from charts.layers import Basemap
from charts.legend import map_legend
from charts.maps import PICKABLE, legend_rows, village_map
from charts.ranking import ranking
from charts.theme import PLOT_CONFIG
from data_access.indicators import Indicator
from data_access.regions import bounds_of, geometry_version, levels_under, path_to, places_on_map
from pages.place import Place, go_to
from wording.figures import labelled
from wording.headlines import listed
from wording.livelihood import sample_words
from wording.titles import chart_words, map_words

_WORST = 10
_HEIGHT = 370


def measure_of(entry: Indicator, children: pd.DataFrame) -> Measure:
    """Return what a map of these children shows: their gap, its limits those of the lights, or else their value."""
    if children["gap"].notna().any():
        amber = entry.amber_points
        return GAP if amber == 10 else Measure("gap", (-2 * amber, -amber, 0.0, amber))
    if entry.unit == "%":
        return PERCENT
    low, high = children["value"].min(), children["value"].max()
    least = 10.0**-entry.decimals
    return amount(low, high, least) if low < high else amount(0.0, high if high > 0 else 1.0, least)


def map_of(
    place: Place,
    entry: Indicator,
    children: pd.DataFrame,
    level: str,
    key: str,
    *,
    width: int = 600,
    columns3d: bool = False,
) -> None:
    """Draw the map of `children` (a `children_of` at `level`) with its legend and what cannot be drawn."""
    _, words = place.words.gettext, place.words
    around = place.around
    rows = labelled(words, entry, children).merge(places_on_map(place.snapshot, around.code, level), on="code")
    measure = measure_of(entry, rows)
    texts = map_words(words, entry, measure)
    bounds = bounds_of(place.snapshot, around.code)
    if bounds is None or rows["longitude"].isna().all():
        st.info(_("No boundaries or points have been handed in for {name}.").format(name=place.name(around)))
        return
    height = place.px(_HEIGHT)
    version = geometry_version(place.snapshot)
    wider = [at for at in levels_under(place.snapshot, around.code) if at != level and at != "village"]
    urls = [f"/boundaries/{version}/{around.code}/{at}.json" for at in (*wider[:1], around.level)]
    deck = village_map(
        rows,
        texts,
        place.palette,
        geometry_url=f"/boundaries/{version}/{around.code}/{level}.json",
        outline_urls=urls,
        bounds=bounds,
        label_rows=_labels(place, rows, level),
        measure=measure,
        selected=place.region.code if place.region != around else None,
        columns3d=columns3d,
        basemap=Basemap(place.settings.map.tiles) if place.settings.map.tiles else None,
        width=place.px(width),
        height=height,
        name_property="name" if words.is_chinese else "name_en",
    )
    st.pydeck_chart(
        deck,
        height=height,
        key=key,
        on_select=_drill_by_map(key),
        selection_mode="single-object",
        alt=_("Map of {name}").format(name=place.name(around)),
    )
    legend = map_legend(legend_rows(rows, texts, place.palette, measure), place.palette, width=place.px(width))
    st.plotly_chart(legend, theme=None, key=f"{key}-legend", config=dict(PLOT_CONFIG))
    missing = rows.loc[~rows["has_shape"], "name"].tolist()
    notes = [place.settings.map.approval] if place.settings.map.approval else []
    if missing:
        notes.append(_("Without a boundary: {names}").format(names=listed(words, missing)))
    if notes:
        st.caption("　".join(notes))


def ranking_of(
    place: Place, entry: Indicator, children: pd.DataFrame, title: str, key: str, *, width: int = 560
) -> None:
    """Draw the ranking of `children` under a finding, in the map's height; more bars than fit are scrolled to."""
    height = place.px(_HEIGHT)
    figure = ranking(
        labelled(place.words, entry, children),
        chart_words(place.words, entry, title),
        place.palette,
        selected=place.region.code,
        height=height + place.px(44),
        width=place.px(width),
    )
    with st.container(height=height + place.px(60), border=False):
        st.plotly_chart(
            figure,
            theme=None,
            key=key,
            on_select=_drill_by_ranking(key),
            selection_mode="points",
            config=dict(PLOT_CONFIG),
            alt=title,
        )


def intervals_of(place: Place, entry: Indicator, rows: pd.DataFrame, title: str, key: str, *, width: int = 560) -> None:
    """Draw a sample's shares (a `sampled`) as dots with their intervals, in a ranking's place and height."""
    height = place.px(_HEIGHT)
    figure = interval_dots(
        rows,
        sample_words(place.words, entry, title, place.settings.display.small_sample),
        place.palette,
        selected=place.region.code,
        height=height + place.px(20),
        width=place.px(width),
    )
    with st.container(height=height + place.px(36), border=False):
        st.plotly_chart(
            figure,
            theme=None,
            key=key,
            on_select=_drill_by_ranking(key),
            selection_mode="points",
            config=dict(PLOT_CONFIG),
            alt=title,
        )


def _labels(place: Place, rows: pd.DataFrame, level: str) -> pd.DataFrame:
    """Return the names on the map: all townships, and of villages all of one township or the ten farthest behind."""
    own = rows.sort_values("gap", kind="stable").assign(priority=range(len(rows), 0, -1), major=level != "village")
    own = own.head(_WORST) if len(own) > 40 else own
    parts = [own[["name", "longitude", "latitude", "priority", "major"]]]
    if level == "village" and place.around.level != "township":
        townships = places_on_map(place.snapshot, place.around.code, "township")
        names = [place.name(path_to(place.snapshot, code)[-1]) for code in townships["code"]]
        parts.append(townships[["longitude", "latitude"]].assign(name=names, priority=1000, major=True))
    return pd.concat(parts).dropna(subset=["longitude", "latitude"])


def _drill_by_map(key: str) -> Callable[[], None]:
    def drill() -> None:
        picked = st.session_state[key]["selection"]["objects"]
        found = [thing for layer in PICKABLE for thing in picked.get(layer, [])]
        if found:
            go_to(found[0].get("properties", found[0])["code"])

    return drill


def _drill_by_ranking(key: str) -> Callable[[], None]:
    def drill() -> None:
        points = st.session_state[key]["selection"]["points"]
        if points:
            code = points[0]["customdata"]
            go_to(code if isinstance(code, str) else code[-1])

    return drill
