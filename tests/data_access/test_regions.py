from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings

from data_access.regions import (
    bounds_of,
    children,
    codes_under,
    entrances,
    geometry_version,
    levels_under,
    path_to,
    places_on_map,
    region_of,
    roots,
    shapes_within,
    units_under,
)
from data_access.schema import LEVELS
from data_access.snapshot import Snapshot
from tests.data_access.trees import REGIONS, Tree, ancestors, rows_of, trees

Fill = Callable[..., Snapshot]

COUNTY = [
    {"code": "C", "level": "county", "name": "云岭县", "name_en": "Yunling County", "households": 96000},
    {"code": "T2", "level": "township", "parent_code": "C", "position": 3},
    {"code": "T1", "level": "township", "parent_code": "C", "position": 2},
    {"code": "V1", "level": "village", "parent_code": "T1", "longitude": 103.2, "latitude": 29.5},
    {"code": "V2", "level": "village", "parent_code": "T1", "longitude": 103.4, "latitude": 29.1},
    {"code": "V3", "level": "village", "parent_code": "T2"},
]


def shape(code: str, west: float, south: float, east: float, north: float) -> dict[str, Any]:
    label = {"label_longitude": west + 0.01, "label_latitude": south + 0.01}
    sides = {"west": west, "south": south, "east": east, "north": north}
    return {"region_code": code, "geometry": f'{{"of": "{code}"}}', **sides, **label}


@given(trees)
@settings(max_examples=20)
def test_the_tree_is_read_as_its_parents_say(fill: Fill, tree: Tree):
    snapshot = fill(region=rows_of(tree))
    for code in REGIONS:
        within = [other for other in REGIONS if code in (other, *ancestors(tree, other))]
        by_level = {level: {other for other in within if REGIONS[other] == level} for level in LEVELS}
        with snapshot.connect() as connection:
            for level in LEVELS:
                found = connection.execute(codes_under(code, level)).scalars().all()
                assert len(found) == len(by_level[level])
                assert set(found) == by_level[level]
        narrower = LEVELS[LEVELS.index(REGIONS[code]) + 1 :]
        assert units_under(snapshot, code) == {level: len(by_level[level]) for level in LEVELS}
        assert levels_under(snapshot, code) == [level for level in narrower if by_level[level]]
        assert [each.code for each in path_to(snapshot, code)] == [*reversed(ancestors(tree, code)), code]
        assert [each.code for each in children(snapshot, code)] == [c for c in tree if tree[c] == code]
    assert roots(snapshot)[0].code == "P"


def test_a_region_with_what_is_known_of_it(fill: Fill):
    county = region_of(fill(region=COUNTY), "C")
    assert county is not None
    assert (county.name, county.name_en, county.level, county.parent_code) == (
        "云岭县",
        "Yunling County",
        "county",
        None,
    )
    assert (county.households, county.persons, county.longitude) == (96000, None, None)


def test_children_are_in_their_order_of_import(fill: Fill):
    assert [each.code for each in children(fill(region=COUNTY), "C")] == ["T1", "T2"]


def test_the_widest_region_comes_first_among_those_without_a_parent(fill: Fill):
    tops = [{"code": "V", "level": "village"}, {"code": "C2", "level": "county"}, {"code": "C1", "level": "county"}]
    assert [each.code for each in roots(fill(region=tops))] == ["C2", "C1", "V"]


def test_an_unknown_region_is_nowhere(fill: Fill):
    snapshot = fill(region=COUNTY)
    assert region_of(snapshot, "nowhere") is None
    assert path_to(snapshot, "nowhere") == []
    assert children(snapshot, "nowhere") == []
    assert levels_under(snapshot, "nowhere") == []
    assert set(units_under(snapshot, "nowhere").values()) == {0}
    assert bounds_of(snapshot, "nowhere") is None
    assert places_on_map(snapshot, "nowhere", "village").empty
    assert shapes_within(snapshot, "nowhere", "village") == []


def test_an_empty_database_has_no_roots(fill: Fill):
    assert roots(fill()) == []
    assert entrances(fill()) == []


def test_one_enters_by_the_roots_that_have_something_below(fill: Fill):
    counties = [{"code": code, "level": "county"} for code in ("C1", "C2", "C3")]
    assert [each.code for each in entrances(fill(region=counties))] == ["C1", "C2", "C3"]
    townships = [{"code": f"T{code}", "level": "township", "parent_code": code} for code in ("C3", "C2")]
    assert [each.code for each in entrances(fill(region=[*counties, *townships]))] == ["C2", "C3"]


@pytest.mark.parametrize(
    ("shapes", "bounds"),
    [
        ([shape("T1", 1, 2, 3, 4), shape("V1", 5, 5, 6, 6)], (1, 2, 3, 4)),
        ([shape("V1", 5, 6, 7, 8), shape("V2", 4, 7, 5, 9), shape("V3", 0, 0, 1, 1)], (4, 6, 7, 9)),
        ([shape("V3", 0, 0, 1, 1)], (103.2, 29.1, 103.4, 29.5)),
        ([], (103.2, 29.1, 103.4, 29.5)),
    ],
)
def test_bounds_are_of_the_shape_else_of_the_shapes_else_of_the_points_within(
    fill: Fill, shapes: list[dict[str, Any]], bounds: tuple[float, ...]
):
    assert bounds_of(fill(region=COUNTY, region_shape=shapes), "T1") == bounds


def test_a_region_without_any_place_has_no_bounds(fill: Fill):
    assert bounds_of(fill(region=COUNTY), "T2") is None


def test_places_on_the_map_are_label_points_else_points_else_nothing(fill: Fill):
    snapshot = fill(region=COUNTY, region_shape=[shape("V1", 5, 5, 6, 6), shape("T1", 4, 4, 7, 7)])
    places = places_on_map(snapshot, "C", "village")
    found = places.astype(object).where(places.notna(), None).itertuples(index=False, name=None)
    assert list(found) == [("V1", 5.01, 5.01, True), ("V2", 103.4, 29.1, False), ("V3", None, None, False)]


def test_shapes_are_those_of_one_level(fill: Fill):
    snapshot = fill(
        region=COUNTY, region_shape=[shape("V2", 5, 5, 6, 6), shape("V1", 5, 5, 6, 6), shape("T1", 4, 4, 7, 7)]
    )
    assert shapes_within(snapshot, "C", "village") == [
        ("V1", "V1", None, '{"of": "V1"}'),
        ("V2", "V2", None, '{"of": "V2"}'),
    ]
    assert [row[0] for row in shapes_within(snapshot, "T1", "township")] == ["T1"]


# Ids given by hand do not move PostgreSQL's sequence: the next load would be an older version.
@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_the_geometry_s_version_is_the_newest_load_of_regions_or_boundaries(fill: Fill):
    snapshot = fill(load=[{"id": 9001, "kind": "boundaries"}, {"id": 9002, "kind": "regions"}, {"id": 9003}])
    assert snapshot.version != 9002
    assert geometry_version(snapshot) == 9002
