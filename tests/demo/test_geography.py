from itertools import pairwise

import numpy as np
import pytest
import shapely

from demo.geography import SEAT
from demo.places import TOWNSHIPS

pytestmark = pytest.mark.xdist_group("demo")


def edges(polygons):
    """Return how often each edge occurs, whichever way it is drawn."""
    count: dict[tuple[object, ...], int] = {}
    for polygon in polygons:
        for ring in (polygon.exterior, *polygon.interiors):
            for edge in pairwise(ring.coords):
                key = tuple(sorted(edge))
                count[key] = count.get(key, 0) + 1
    return count


def by_township(villages):
    ends = np.cumsum([place.villages for place in TOWNSHIPS])
    return [part.tolist() for part in np.split(np.array(villages, dtype=object), ends[:-1])]


def test_there_are_fourteen_townships_and_236_villages(county):
    assert len(county.geography.townships) == 14
    assert len(county.geography.villages) == 236


def test_villages_partition_their_townships_and_these_the_county(county):
    land = county.geography
    parts = [(land.county, land.townships), *zip(land.townships, by_township(land.villages), strict=True)]
    for whole, pieces in parts:
        assert shapely.coverage_is_valid(pieces)
        assert sum(piece.area for piece in pieces) == pytest.approx(whole.area, rel=1e-9)
        union = shapely.union_all(pieces)
        assert union.is_valid
        assert union.symmetric_difference(whole).area < 1e-9 * whole.area


def test_neighbours_share_the_very_same_edges(county):
    land = county.geography
    for pieces in (land.villages, land.townships):
        count = edges(pieces)
        assert set(count.values()) == {1, 2}
        assert {edge for edge, times in count.items() if times == 1} == set(edges([land.county]))
    assert set(edges(land.townships)) <= set(edges(land.villages))


def test_every_polygon_is_valid_and_drawn_counter_clockwise(county):
    land = county.geography
    for polygon in (land.county, *land.townships, *land.villages):
        assert polygon.is_valid
        assert polygon.exterior.is_ccw


def test_points_lie_inside_their_polygons(county):
    land = county.geography
    for polygons, points in ((land.villages, land.village_points), (land.townships, land.township_points)):
        assert shapely.contains_xy(polygons, points[:, 0], points[:, 1]).all()


def test_the_county_lies_where_it_was_put(county):
    west, south, east, north = county.geography.county.bounds
    assert west < SEAT[0] < east
    assert south < SEAT[1] < north
    assert east - west < 1
    assert north - south < 1


def test_villages_differ_as_real_ones_do(county):
    land = county.geography
    corners = np.array([len(village.exterior.coords) - 1 for village in land.villages])
    assert 60 < np.median(corners) < 100
    assert np.mean((corners >= 40) & (corners <= 130)) > 0.85
    near, far = land.village_distances < 6, land.village_distances > 18
    assert np.median(land.village_areas[far]) > 1.8 * np.median(land.village_areas[near])
    # A hexagon's ratio of area to that of its hull is 1; a honeycomb would have no spread.
    hollow = np.array([village.area / village.convex_hull.area for village in land.villages])
    assert np.median(hollow) < 0.88
    assert hollow.std() > 0.05
