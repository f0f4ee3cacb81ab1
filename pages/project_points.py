"""Projects as points on the map, in place of the coloured areas."""

from collections.abc import Callable
from datetime import date

import pandas as pd
import streamlit as st

from charts.layers import Basemap
from charts.legend import map_legend
from charts.project_map import PROJECT_LAYERS, project_legend_rows, project_map
from charts.theme import PLOT_CONFIG
from charts.words import ChartWords
from data_access.regions import bounds_of, children, geometry_version, levels_under, places_on_map
from pages.place import Place, go_to
from wording.projects import MAP_STATES, project_hover

_HEIGHT = 370


def points_of(place: Place, projects: pd.DataFrame, day: date, key: str, *, width: int = 600) -> None:
    """Draw the year's, the late and the reserve projects of a `projects_within`; a click leads to a project's place."""
    _, words, around = place.words.gettext, place.words, place.around
    bounds = bounds_of(place.snapshot, around.code)
    if bounds is None:
        st.info(_("No boundaries or points have been handed in for {name}.").format(name=place.name(around)))
        return
    shown = projects[(projects["year"] >= day.year) | (projects["late_days"] > 0)]
    points = shown.assign(
        state=[_state(row, day) for row in shown.itertuples(index=False)],
        hover=[project_hover(words, row) for row in shown.itertuples(index=False)],
    )
    level = (levels_under(place.snapshot, around.code) or [around.level])[0]
    version = geometry_version(place.snapshot)
    names = {region.code: place.name(region) for region in children(place.snapshot, around.code)}
    places = places_on_map(place.snapshot, around.code, level)
    labels = places.assign(name=places["code"].map(names), priority=range(len(places), 0, -1), major=level != "village")
    texts = ChartWords(lights=tuple((state, words.say(text)) for state, text in MAP_STATES.items()))
    height = place.px(_HEIGHT)
    deck = project_map(
        points,
        texts,
        place.palette,
        geometry_url=f"/boundaries/{version}/{around.code}/{level}.json",
        outline_urls=[f"/boundaries/{version}/{around.code}/{around.level}.json"],
        bounds=bounds,
        label_rows=labels.dropna(subset=["name", "longitude", "latitude"]),
        basemap=Basemap(place.settings.map.tiles) if place.settings.map.tiles else None,
        width=place.px(width),
        height=height,
    )
    st.pydeck_chart(
        deck,
        height=height,
        key=key,
        on_select=_to_place(key, dict(zip(points["code"], points["region_code"], strict=True))),
        selection_mode="single-object",
        alt=_("Map of the projects of {name}").format(name=place.name(around)),
    )
    legend = map_legend(project_legend_rows(points, texts, place.palette), place.palette, width=place.px(width))
    st.plotly_chart(legend, theme=None, key=f"{key}-legend", config=dict(PLOT_CONFIG))
    if place.settings.map.approval:
        st.caption(place.settings.map.approval)


def _state(row, day: date) -> str:  # type: ignore[no-untyped-def]
    if row.year > day.year:
        return "reserve"
    if row.late_days:
        return "late"
    return "done" if isinstance(row.finished_on, date) else "on_time"


def _to_place(key: str, regions: dict[str, str]) -> Callable[[], None]:
    def go() -> None:
        picked = st.session_state[key]["selection"]["objects"]
        found = [thing for layer in PROJECT_LAYERS for thing in picked.get(layer, [])]
        if found:
            go_to(regions[found[0].get("properties", found[0])["code"]])

    return go
