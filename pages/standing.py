"""Where a page stands for an indicator that not every level hands in."""

from dataclasses import replace

from data_access.indicators import Indicator
from data_access.regions import is_narrower
from pages.place import Place


def at_its_level(place: Place, entry: Indicator) -> Place:
    """Return the place, or the one above it where the indicator has its narrowest figures."""
    if entry.is_reckoned:
        return place
    path = tuple(step for step in place.path if not is_narrower(step.level, entry.level))
    return replace(place, path=path or place.path[:1])


def beside_siblings(place: Place, entry: Indicator) -> Place:
    """Return the place whose children a map shows: the one above where the indicator has no figures below `place`."""
    return replace(place, path=place.path[:-1]) if place.region.level == entry.level and place.path[1:] else place


def levels_of(place: Place, entry: Indicator) -> list[str]:
    """Return the levels at which the indicator has figures within what the map shows, the widest first."""
    levels = [level for level in place.levels if entry.is_reckoned or not is_narrower(level, entry.level)]
    return levels or [place.around.level]


def asked_level(place: Place, level: str) -> str | None:
    """Return how queries are asked for a level of `levels_of`: None for the children, as `Place.shown_level` says."""
    return place.shown_level if level == place.levels[0] else level
