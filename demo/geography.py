"""The land of the fictional county: borders that follow its ridges, shared edge for edge between neighbours and levels.

The land is a lattice of hexagons, each of them taken by the settlement that reaches it first. High ground is slow to
cross, so settlements meet along ridges. In such a lattice three cells meet at every corner, so a border between two
labels is a chain of corners without branches, and every polygon that uses it uses the very same vertices.
"""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

#: Where the county's seat is put, purely as fiction: longitude and latitude in WGS-84 degrees.
SEAT = (109.6, 26.4)
_KM_PER_DEGREE = (99.8, 110.8)
#: In km: half the width and height of the oval of land, and the distance between two cells' centres.
_HALF_WIDTH, _HALF_HEIGHT, _SPACING = 43.0, 38.0, 0.36
#: The neighbouring counties' seats: how many there are, and how far east and north of ours they lie, in km.
_NEIGHBOUR_SEATS, _NEIGHBOUR_REACH = 24, (36.0, 31.0)
#: How often land is shared out again before it is left as it is.
_ROUNDS = 4


@dataclass(frozen=True)
class Geography:
    """The county's polygons (WGS-84), villages in the order of their townships; points lie inside their polygons.

    `village_areas` are in km², `village_distances` in km from the county's seat.
    """

    county: shapely.Polygon
    townships: list[shapely.Polygon]
    villages: list[shapely.Polygon]
    township_points: np.ndarray
    village_points: np.ndarray
    village_areas: np.ndarray
    village_distances: np.ndarray


@dataclass(frozen=True)
class _Lattice:
    """Hexagons: centres (n, 2) and corners (2n, 2) in km; each cell's neighbours and corners, counter-clockwise.

    The edge from corner k to corner k + 1 is the one to neighbour k. A cell that is not `inner` is its own neighbour.
    """

    centres: np.ndarray
    corners: np.ndarray
    neighbours: np.ndarray
    corner_ids: np.ndarray
    inner: np.ndarray


def partition(seats: np.ndarray, sizes: Sequence[int], rng: np.random.Generator) -> Geography:
    """Return a county of len(sizes) townships with seats at `seats` (km east and north), each with so many villages."""
    lattice = _lattice(rng)
    height = _terrain(lattice.centres, rng)
    effort = np.exp(3.0 * height) * rng.lognormal(0.0, 0.8, len(height))
    angles = (np.arange(_NEIGHBOUR_SEATS) + rng.uniform(-0.3, 0.3, _NEIGHBOUR_SEATS)) * 2 * np.pi / _NEIGHBOUR_SEATS
    reach = np.array(_NEIGHBOUR_REACH) * rng.uniform(0.92, 1.1, (_NEIGHBOUR_SEATS, 1))
    around = np.column_stack([np.cos(angles), np.sin(angles)]) * reach
    seeds = np.array([_easiest_near(lattice.centres, effort, seat) for seat in [*seats, *around]])
    # A township's land goes by its villages and by how far out it lies; the neighbours' holds the county in.
    share = np.append(sizes * (0.45 + np.hypot(*np.transpose(seats)) / 26), np.full(len(around), 11.0))
    township, _ = _shared_out(lattice, seeds, share, effort, lattice.inner, moves=0.0)
    township[township >= len(sizes)] = -1

    village = np.full(len(township), -1)
    village_seeds: list[int] = []
    for number, size in enumerate(sizes):
        is_here = township == number
        cells = np.flatnonzero(is_here)
        settled, room = _settle(lattice.centres[cells], effort[cells], lattice.centres[seeds[number]], size, rng)
        share = room**2 * rng.lognormal(0.0, 0.35, size)
        grown, moved = _shared_out(lattice, cells[settled], share, effort, is_here, moves=0.5)
        village[cells] = grown[cells] + len(village_seeds)
        village_seeds += moved.tolist()

    corners = _degrees(_smoothed(lattice, village))
    cell_area = _SPACING**2 * np.sqrt(3) / 2
    points = lattice.centres[village_seeds]
    return Geography(
        county=_polygons(lattice, np.where(township >= 0, 0, -1), corners)[0],
        townships=_polygons(lattice, township, corners),
        villages=_polygons(lattice, village, corners),
        township_points=_degrees(lattice.centres[seeds[: len(sizes)]]),
        village_points=_degrees(points),
        village_areas=np.bincount(village[village >= 0]) * cell_area,
        village_distances=np.hypot(points[:, 0], points[:, 1]),
    )


def _lattice(rng: np.random.Generator) -> _Lattice:
    columns, rows = int(2 * _HALF_WIDTH / _SPACING), int(2 * _HALF_HEIGHT / _SPACING / np.sqrt(0.75))
    row, column = (part.ravel() for part in np.mgrid[0:rows, 0:columns])
    odd = row % 2
    centres = np.column_stack(
        [_SPACING * (column + odd / 2) - _HALF_WIDTH, _SPACING * np.sqrt(0.75) * row - _HALF_HEIGHT]
    )
    inner = np.hypot(*(centres / (_HALF_WIDTH, _HALF_HEIGHT)).T) < 0.98

    itself = np.arange(len(row))

    def beside(d_column: np.ndarray | int, d_row: int) -> np.ndarray:
        other: np.ndarray = np.where(inner, itself + d_row * columns + d_column, itself)
        return other

    upper_left, upper_right = beside(odd - 1, 1), beside(odd, 1)
    lower_left, lower_right = beside(odd - 1, -1), beside(odd, -1)
    neighbours = np.column_stack([upper_left, beside(-1, 0), lower_left, lower_right, beside(1, 0), upper_right])
    # Every corner is the top (2 x cell) of one cell or the bottom (2 x cell + 1) of one.
    corner_ids = np.column_stack(
        [2 * itself, 2 * upper_left + 1, 2 * lower_left, 2 * itself + 1, 2 * lower_right, 2 * upper_right + 1]
    )
    rise = np.array([0.0, _SPACING / np.sqrt(3)])
    corners = np.stack([centres + rise, centres - rise], axis=1).reshape(-1, 2)
    corners += rng.uniform(-0.24, 0.24, corners.shape) * _SPACING
    return _Lattice(centres, corners, neighbours, corner_ids, inner)


def _terrain(points: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return heights from 0 (the lowest valley) to 1 (the highest ridge), evenly spread over that range.

    Ridges are where waves cross zero; the waves go from 22 km long down to 1.3 km and are bent, as mountains are.
    """
    bent = points + _waves(points, 14.0, rng, 2) * 3.0 + _waves(points, 5.0, rng, 2) * 1.0
    height = np.zeros(len(points))
    for wavelength in (22.0, 13.0, 8.0, 5.0, 3.2, 2.0, 1.3):
        height -= wavelength**0.55 * np.abs(_waves(bent, wavelength, rng, 1)[:, 0])
    rank: np.ndarray = height.argsort().argsort() / (len(height) - 1)
    return rank


def _waves(points: np.ndarray, wavelength: float, rng: np.random.Generator, columns: int) -> np.ndarray:
    """Return `columns` of smooth noise about 0 with unit spread: twelve plane waves of about that length (km) each."""
    direction, phase = rng.uniform(0, 2 * np.pi, (2, columns, 12))
    rate = 2 * np.pi / (wavelength * rng.uniform(0.7, 1.4, (columns, 12)))
    along = np.einsum("px,xcw->pcw", points, np.stack([np.cos(direction), np.sin(direction)]))
    noise: np.ndarray = np.cos(along * rate + phase).sum(axis=2) / np.sqrt(6)
    return noise


def _shared_out(
    lattice: _Lattice, seeds: np.ndarray, share: np.ndarray, effort: np.ndarray, allowed: np.ndarray, moves: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return each cell's label (see `_grow`) and the seeds, once land is about in proportion to `share`.

    After each round who got too much is slowed down, and a seed moves that part of the way to the middle of its land.
    """
    slowness = np.ones(len(seeds))
    for _ in range(_ROUNDS):
        label = _grow(lattice, seeds, slowness, effort, allowed)
        got = np.bincount(label[label >= 0], minlength=len(seeds))
        # Within narrow limits: much faster people would surround the slower ones.
        slowness = np.clip(slowness * (got / got.sum() / (share / share.sum())) ** 0.2, 0.8, 1.25)
        for number in np.flatnonzero(got) if moves else ():
            cells = np.flatnonzero(label == number)
            aim = (1 - moves) * lattice.centres[seeds[number]] + moves * lattice.centres[cells].mean(axis=0)
            seeds[number] = cells[_easiest_near(lattice.centres[cells], effort[cells], aim)]
    return _grow(lattice, seeds, slowness, effort, allowed), seeds


def _grow(
    lattice: _Lattice, seeds: np.ndarray, slowness: np.ndarray, effort: np.ndarray, allowed: np.ndarray
) -> np.ndarray:
    """Return for each allowed cell the number of the seed that reaches it first; -1 elsewhere.

    A step costs the two cells' effort times the slowness of the seed whose people take it.
    """
    cells = np.flatnonzero(allowed)
    place = np.full(len(allowed), -1)
    place[cells] = np.arange(len(cells))
    neighbours, cost = place[lattice.neighbours[cells]].tolist(), effort[cells].tolist()
    label, slow = [-1] * len(cells), slowness.tolist()
    queue = [(0.0, cell, number) for number, cell in enumerate(place[seeds].tolist())]
    while queue:
        spent, cell, number = heapq.heappop(queue)
        if label[cell] >= 0:
            continue
        label[cell] = number
        for other in neighbours[cell]:
            if other >= 0 and label[other] < 0:
                heapq.heappush(queue, (spent + slow[number] * (cost[cell] + cost[other]), other, number))
    labels = np.full(len(allowed), -1)
    labels[cells] = label
    return labels


def _settle(
    cells: np.ndarray, effort: np.ndarray, seat: np.ndarray, count: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return the indices of `count` cells for villages, the seat first, and the room (a length) that each needs.

    Each is the roomiest of some cells drawn at random, rather in valleys than on ridges, closest near the seats.
    """
    to_seat = np.hypot(*(cells - seat).T)
    room = 0.7 + 0.5 * np.minimum(to_seat / 8, 1) + 0.8 * np.minimum(np.hypot(*cells.T) / 16, 1)
    chosen = [int(to_seat.argmin())]
    distance = np.full(len(cells), np.inf)
    odds = 1 / (np.sqrt(effort) * room**2)
    for _ in range(count - 1):
        distance = np.minimum(distance, np.hypot(*(cells - cells[chosen[-1]]).T))
        drawn = rng.choice(len(cells), 24, p=odds / odds.sum())
        chosen.append(int(drawn[(distance[drawn] / room[drawn]).argmax()]))
    return np.array(chosen), room[chosen]


def _smoothed(lattice: _Lattice, label: np.ndarray) -> np.ndarray:
    """Return the corners with those on borders drawn towards their neighbours along the border, twice."""
    here = np.repeat(label, 6)
    there = label[lattice.neighbours].ravel()
    start = lattice.corner_ids.ravel()
    end = np.roll(lattice.corner_ids, -1, axis=1).ravel()
    # An edge to the unlabelled outside is seen from its one labelled side only: take it both ways.
    border = (here != there) & (here >= 0)
    outer = border & (there < 0)
    start, end = np.concatenate([start[border], end[outer]]), np.concatenate([end[border], start[outer]])
    degree = np.bincount(start, minlength=len(lattice.corners))[:, None]
    corners = lattice.corners
    for _ in range(2):
        pull = np.column_stack(
            [np.bincount(start, weights=corners[end, axis], minlength=len(corners)) for axis in (0, 1)]
        )
        corners = np.where(degree > 0, 0.5 * corners + 0.5 * pull / np.maximum(degree, 1), corners)
    return corners


def _polygons(lattice: _Lattice, label: np.ndarray, corners: np.ndarray) -> list[shapely.Polygon]:
    """Return one polygon for each label from 0 up, its outer ring counter-clockwise, enclosed labels as holes."""
    border = (label[:, None] != label[lattice.neighbours]) & (label[:, None] >= 0)
    owner = np.repeat(label, 6)[border.ravel()]
    start = lattice.corner_ids[border]
    end = np.roll(lattice.corner_ids, -1, axis=1)[border]
    polygons = []
    for number in range(label.max() + 1):
        mine = owner == number
        follows = dict(zip(start[mine].tolist(), end[mine].tolist(), strict=True))
        rings = []
        while follows:
            ring = [next(iter(follows))]
            while (corner := follows.pop(ring[-1], None)) is not None:
                ring.append(corner)
            rings.append(shapely.LinearRing(corners[ring]))
        outer = max(rings, key=lambda ring: shapely.Polygon(ring).area)
        polygons.append(shapely.Polygon(outer, [ring for ring in rings if ring is not outer]))
    return polygons


def _easiest_near(points: np.ndarray, effort: np.ndarray, aim: np.ndarray) -> int:
    """Return the index of the easiest of the points within 1 km of the one nearest to `aim`."""
    nearest = points[np.hypot(*(points - aim).T).argmin()]
    return int(np.where(np.hypot(*(points - nearest).T) < 1, effort, np.inf).argmin())


def _degrees(km: np.ndarray) -> np.ndarray:
    """Return km east and north of the seat as longitude and latitude, to six decimals (a tenth of a metre)."""
    degrees: np.ndarray = np.array(SEAT) + km / np.array(_KM_PER_DEGREE)
    return degrees.round(6)
