"""Where names stand so that none covers another: on a map with the whole region in view, beside points of a plot."""

import math
from collections.abc import Iterable, Sequence
from itertools import product
from typing import Any

import numpy as np
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

#: The sides of a point that a name can stand on, the most usual first, as plotly's xanchor and yanchor of the name.
_SIDES = (("right", "bottom"), ("left", "top"), ("left", "bottom"), ("right", "top"))
#: Pixels between a point and its name, and the lines that the name may be farther off, up or down.
_OFF, _FARTHER = 6.0, (0.0, 0.8, 1.6, 2.4)
#: What is worst: to leave the room or cover a name (by the square pixel), to be crossed by a line (by the pixel), to
#: stand a line farther off.
_COVERED, _CROSSED, _FAR = 10.0, 12.0, 150.0

Box = tuple[float, float, float, float]
Point = tuple[float, float]


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


def beside(
    points: Sequence[Point],
    texts: Sequence[str],
    size: float,
    *,
    lines: Sequence[Sequence[Point]],
    taken: Sequence[Box],
    room: Box,
) -> list[dict[str, Any]]:
    """Return for each of `texts` plotly's xanchor, yanchor, xshift and yshift on the best side of its point.

    All is in pixels, x to the right and y downwards. A text stands where it does not leave `room` nor cover another or
    one of the boxes `taken`, is crossed by `lines` least, and is not far off.
    """
    covered = list(taken)
    places = []
    for (x, y), text in zip(points, texts, strict=True):
        wide, tall = (em_width(text) + 0.3) * size, size * _LINE
        tried: list[tuple[float, int, Box, dict[str, Any]]] = []
        for (across, down), lift in product(_SIDES, _FARTHER):
            off = _OFF + lift * tall
            left = x + _OFF if across == "left" else x - _OFF - wide
            top = y + off if down == "top" else y - off - tall
            box = (left, top, left + wide, top + tall)
            outside = _area(box) - _shared(box, room)
            cost = _COVERED * (outside + _overlap(box, covered)) + _CROSSED * _crossings(box, lines) + _FAR * lift
            shift = {"xshift": _OFF if across == "left" else -_OFF, "yshift": -off if down == "top" else off}
            tried.append((round(cost, 3), len(tried), box, {"xanchor": across, "yanchor": down} | shift))
        _, _, box, place = min(tried, key=lambda one: one[:2])
        covered.append(box)
        places.append(place)
    return places


def _crossings(box: Box, lines: Sequence[Sequence[Point]]) -> float:
    """Return over how many of the box's pixels across lines run through it."""
    left, top, right, bottom = box
    across = np.arange(left, right)
    crossed = 0
    for line in lines:
        x, y = zip(*line, strict=True)
        heights = np.interp(across, x, y, left=np.nan, right=np.nan)
        crossed += int(((heights > top) & (heights < bottom)).sum())
    return float(crossed)


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _shared(one: Box, other: Box) -> float:
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return across * down if across > 0 and down > 0 else 0.0


def _overlap(box: Box, taken: Iterable[Box]) -> float:
    return math.fsum(_shared(box, other) for other in taken)


#: The angle by which a spiral's next point turns so that no two ever lie in one direction.
_GOLDEN = math.pi * (3 - math.sqrt(5))


def parted(points: Sequence[Point], gap: float) -> list[Point]:
    """Return `points` (pixels) moved, the earlier ones least, until any two are `gap` or more apart.

    A point that would be too near another goes outwards on a spiral to the first free place; the same points always go
    to the same places.
    """
    taken: dict[tuple[int, int], list[Point]] = {}
    tried: dict[Point, int] = {}
    moved = []
    for point in points:
        step = tried.get(point, 0)
        while True:
            off, angle = gap * 0.6 * math.sqrt(step), step * _GOLDEN
            x, y = point[0] + off * math.cos(angle), point[1] + off * math.sin(angle)
            step += 1
            column, row = math.floor(x / gap), math.floor(y / gap)
            near = (taken.get((column + dx, row + dy), ()) for dx in (-1, 0, 1) for dy in (-1, 0, 1))
            if all(math.dist((x, y), other) >= gap for others in near for other in others):
                break
        # What was too near once stays so: others of the same place need not try it again.
        tried[point] = step
        taken.setdefault((column, row), []).append((x, y))
        moved.append((x, y))
    return moved
