"""Where a map's camera stands so that a region fills its frame."""

import math

import pydeck as pdk

Bounds = tuple[float, float, float, float]

_TILE = 512
_CLOSEST = 16.0
_PITCH = 48.0


def view_state(
    bounds: Bounds,
    width_px: float,
    height_px: float,
    *,
    pitched: bool = False,
    padding_px: float = 18,
    recentre: int = 0,
) -> pdk.ViewState:
    """Return the camera that shows `bounds` (west, south, east, north in degrees) in a frame of that many pixels.

    A page keeps the reader's own camera between reruns, because Streamlit takes over only the keys that changed; a new
    `recentre` (any number, such as a count of clicks) moves every key by less than a millimetre and so calls the camera
    back.
    """
    west, south, east, north = bounds
    left, right = (longitude / 360 + 0.5 for longitude in (west, east))
    top, bottom = _mercator(north), _mercator(south)
    # A tilted camera sees the far edge from further off: it needs about a quarter more room.
    room = 0.8 if pitched else 1.0
    across = max(width_px - 2 * padding_px, 1) * room / (_TILE * max(right - left, 1e-9))
    down = max(height_px - 2 * padding_px, 1) * room / (_TILE * max(bottom - top, 1e-9))
    zoom = min(math.log2(min(across, down)), _CLOSEST)
    nudge = (recentre % 1000) * 1e-10
    return pdk.ViewState(
        longitude=round((west + east) / 2, 7) + nudge,
        latitude=round(_latitude((top + bottom) / 2), 7) + nudge,
        zoom=round(zoom, 4) + nudge,
        min_zoom=round(max(zoom - 1.5, 0), 4),
        max_zoom=_CLOSEST,
        pitch=(_PITCH if pitched else 0) + nudge,
        bearing=nudge,
    )


def centre_of(bounds: Bounds) -> tuple[float, float]:
    """Return the longitude and latitude in the middle of `bounds`."""
    west, south, east, north = bounds
    return (west + east) / 2, (south + north) / 2


def pixel_of(view: pdk.ViewState, longitude: float, latitude: float) -> tuple[float, float]:
    """Return how many pixels right of and below the frame's middle a place is drawn; nearly so in a tilted view."""
    world = _TILE * 2**view.zoom
    across = (longitude - view.longitude) / 360 * world
    down = (_mercator(latitude) - _mercator(view.latitude)) * world
    return across, down * math.cos(math.radians(view.pitch))


def place_of(view: pdk.ViewState, across: float, down: float) -> tuple[float, float]:
    """Return the longitude and latitude that a level view draws so many pixels right of and below its middle."""
    world = _TILE * 2**view.zoom
    return view.longitude + across / world * 360, _latitude(_mercator(view.latitude) + down / world)


def _mercator(latitude: float) -> float:
    """Return a latitude's place on the Web Mercator square, 0 at the top and 1 at the bottom."""
    return 0.5 - math.asinh(math.tan(math.radians(latitude))) / math.tau


def _latitude(place: float) -> float:
    return math.degrees(math.atan(math.sinh((0.5 - place) * math.tau)))
