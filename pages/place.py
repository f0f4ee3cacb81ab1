"""Where the reader stands: region, cut-off, language, theme. The one place that resolves them; every query takes them.

State is the URL. A region or a cut-off that cannot be used becomes a notice and a sensible place, never a traceback.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from charts.theme import DARK, LIGHT, Palette
from data_access.indicators import newest_period
from data_access.regions import Region, children, levels_under, path_to, region_of, roots
from data_access.snapshot import Snapshot
from i18n import LANGUAGES, N_, Message, Words, words
from settings import Settings, settings

#: The value of `size` in the URL for a wall or a projector.
LARGE = "large"
_HERE = "place"
#: What a link to another page keeps.
_KEPT = ("region", "on", "lang", "size")


@dataclass(frozen=True)
class Place:
    """What a page is asked for. `path` runs from the widest region to `region`; `until` is the newest day."""

    snapshot: Snapshot
    settings: Settings
    words: Words
    palette: Palette
    path: tuple[Region, ...]
    on: date
    until: date
    pages: dict[str, StreamlitPage]
    notices: tuple[Message, ...]
    #: The region in the URL as it stood when this place was resolved.
    asked: str | None

    @property
    def region(self) -> Region:
        """The region whose figures are shown."""
        return self.path[-1]

    @property
    def base_font(self) -> float:
        """The size of the theme's type in pixels."""
        size = self.settings.theme.get("baseFontSize", 16)
        return float(size) if isinstance(size, (int, float)) else 16.0

    def px(self, size: float) -> int:
        """Return a size of the 1366×768 design in pixels of this screen."""
        return round(size * self.palette.scale)

    @property
    def complete_from(self) -> float:
        """The share of units that must have reported for a period to be shown."""
        return self.settings.display.complete_from

    @property
    def around(self) -> Region:
        """The region whose children are on the map: the region itself, or a last-level region's parent."""
        if children(self.snapshot, self.region.code) or len(self.path) == 1:
            return self.region
        return self.path[-2]

    @property
    def is_last(self) -> bool:
        """Whether the region has no children, so that the map and the ranking show it among its siblings, or alone."""
        return not children(self.snapshot, self.region.code)

    @property
    def levels(self) -> list[str]:
        """The levels that the map can show, the children's first; of a region that stands alone, its own."""
        return levels_under(self.snapshot, self.around.code) or [self.around.level]

    @property
    def shown_level(self) -> str | None:
        """The level to ask `children_of` for: None, that of the children, or a lone region's own."""
        return None if levels_under(self.snapshot, self.around.code) else self.around.level

    def name(self, region: Region) -> str:
        """Return a region's name in the reader's language."""
        return self.words.pick(region.name, region.name_en)

    def params(self, **changes: str | None) -> dict[str, str]:
        """Return the query parameters of a link that keeps this place but for `changes`; None takes one out."""
        kept = {key: value for key, value in st.query_params.items() if key in _KEPT}
        return {key: value for key, value in (kept | changes).items() if value is not None}


def here() -> Place:
    """Return the place that the frame resolved for this run."""
    place: Place = st.session_state[_HERE]
    return place


def go_to(region: str) -> None:
    """Put a region into the URL; Back returns from it."""
    st.query_params["region"] = region


def bound(name: str, options: Sequence[str], default: str) -> dict[str, Any]:
    """Return the arguments that tie a choice to the URL parameter `name` by its code, the same in every language.

    Streamlit's own binding writes what the reader sees. A value that is no option becomes a notice and the default.
    """
    _ = words(language()).gettext
    asked = st.query_params.get(name, default)
    if asked not in options:
        st.warning(_("“{value}” is not among the choices here; the usual one is shown.").format(value=asked[:40]))
    st.session_state[name] = asked if asked in options else default
    return {"key": name, "on_change": _put, "args": (name,), "label_visibility": "collapsed"}


def _put(name: str) -> None:
    st.query_params[name] = st.session_state[name]


def language() -> str:
    """Return the language that the URL or else the county's settings ask for."""
    asked = st.query_params.get("lang", settings().display.language)
    return asked if asked in LANGUAGES else settings().display.language


def resolve(snapshot: Snapshot, pages: dict[str, StreamlitPage]) -> Place | None:
    """Read the URL into a place and keep it for this run's page; None while there is no region or no figure yet."""
    until = newest_period(snapshot)
    region, unknown = _region(snapshot)
    if until is None or region is None:
        return None
    on, impossible = _cut_off(until)
    notices = tuple(notice for notice in (unknown, impossible, _language_notice()) if notice)
    path = tuple(path_to(snapshot, region.code))
    palette = DARK if st.context.theme.type == "dark" else LIGHT
    if st.query_params.get("size") == LARGE:
        palette = palette.scaled(settings().display.large_scale)
    asked = st.query_params.get("region")
    place = Place(snapshot, settings(), words(language()), palette, path, on, until, pages, notices, asked)
    st.session_state[_HERE] = place
    return place


def _region(snapshot: Snapshot) -> tuple[Region | None, Message | None]:
    asked = st.query_params.get("region") or settings().display.region
    found = region_of(snapshot, asked) if asked else None
    widest = next(iter(roots(snapshot)), None)
    if found or not asked:
        return found or widest, None
    notice = N_("There is no region with the code “{code}”. Choose one above; the widest is shown.", code=asked[:40])
    return widest, notice


def _cut_off(until: date) -> tuple[date, Message | None]:
    asked = st.query_params.get("on")
    if not asked:
        return until, None
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        return until, N_("“{text}” is not a date such as 2026-11-22. The newest figures are shown.", text=asked[:40])
    if day > until:
        return until, N_("There are no figures for {day} yet. The newest, of {until}, are shown.", day=day, until=until)
    return day, None


def _language_notice() -> Message | None:
    asked = st.query_params.get("lang")
    if asked is None or asked in LANGUAGES:
        return None
    return N_("There is no language “{lang}”; there are 中文 and English.", lang=asked[:20])
