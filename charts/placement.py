"""Where names stand on a map so that none covers another when the whole region is in view."""

import math
from collections.abc import Iterable

import pandas as pd
import pydeck as pdk

from charts.camera import pixel_of
from charts.lettering import em_width
from charts.theme import Palette

MAJOR_PX, MINOR_PX = 17, 14
_LINE = 1.25

# In widths and heights of the name. A township is wide enough for its name to move in it; a village's would leave it.
_MAJOR_SPOTS = ((0, 0), (0, -0.8), (0, 0.8), (0.4, 0), (-0.4, 0), (0, -1.3), (0, 1.3))
_MINOR_SPOTS = ((0, 0), (0, -0.4), (0, 0.4))

Box = tuple[float, float, float, float]


def placed(
    rows: pd.DataFrame, palette: Palette, view: pdk.ViewState, width_px: float, height_px: float
) -> pd.DataFrame:
    """Return `rows` with dx and dy, the pixels that each name stands off its point; those without room are left out.

    Columns read: name, longitude, latitude, priority, major. A major name is always there, where it covers least; a
    minor one only where it covers nothing. The browser could do this too, but drawing every map twice is slow without a
    GPU.
    """
    frame = (-width_px / 2, -height_px / 2, width_px / 2, height_px / 2)
    rows = rows.dropna(subset=["longitude", "latitude"])
    taken: list[Box] = []
    kept: list[tuple[int, float, float]] = []
    for place in rows.assign(at=range(len(rows))).sort_values(["major", "priority"], ascending=False).itertuples():
        size = palette.px(MAJOR_PX if place.major else MINOR_PX)
        wide, tall = em_width(place.name) * size + 6, size * _LINE
        x, y = pixel_of(view, place.longitude, place.latitude)
        spots = [(dx * wide, dy * tall) for dx, dy in (_MAJOR_SPOTS if place.major else _MINOR_SPOTS)]
        boxes = [(x + dx - wide / 2, y + dy - tall / 2, x + dx + wide / 2, y + dy + tall / 2) for dx, dy in spots]
        costs = [_overlap(box, taken) + _area(box) - _shared(box, frame) for box in boxes]
        best = min(range(len(spots)), key=lambda index: round(costs[index], 3))
        if place.major or costs[best] < 1e-3:
            taken.append(boxes[best])
            kept.append((place.at, *spots[best]))
    kept.sort()
    chosen = rows.iloc[[at for at, _, _ in kept]]
    return chosen.assign(dx=[dx for _, dx, _ in kept], dy=[dy for _, _, dy in kept])


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _shared(one: Box, other: Box) -> float:
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return across * down if across > 0 and down > 0 else 0.0


def _overlap(box: Box, taken: Iterable[Box]) -> float:
    return math.fsum(_shared(box, other) for other in taken)
