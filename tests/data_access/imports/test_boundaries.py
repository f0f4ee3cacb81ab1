import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from data_access.imports import gcj02
from data_access.imports.boundaries import read_boundaries
from data_access.imports.errors import FileError
from data_access.schema import region_shape

BOX = shapely.box(110, 30, 110.02, 30.02)
BOW_TIE = {"type": "Polygon", "coordinates": [[[110, 30], [110.02, 30.02], [110.02, 30], [110, 30.02], [110, 30]]]}


@pytest.fixture
def collection(tmp_path: Path) -> Callable[..., Path]:
    def _collection(*features: tuple[Any, Any], name: str = "code", **more: Any) -> Path:
        path = tmp_path / "a.geojson"
        listed = [
            {
                "type": "Feature",
                "properties": {name: code},
                "geometry": json.loads(shapely.to_geojson(shape)) if isinstance(shape, shapely.Geometry) else shape,
            }
            for code, shape in features
        ]
        path.write_text(json.dumps({"type": "FeatureCollection", "features": listed, **more}), encoding="utf-8")
        return path

    return _collection


def stored(engine: Engine) -> dict[str, Any]:
    with engine.connect() as connection:
        return {row.region_code: row for row in connection.execute(select(region_shape))}


def test_a_shape_is_stored_with_its_box_its_label_and_its_winding(county, collection, take):
    clockwise = shapely.orient_polygons(BOX, exterior_cw=True)
    report = take(collection(("990101001001", clockwise)))
    assert (report.taken, report.changed) == (1, 1)
    row = stored(county)["990101001001"]
    ring = shapely.from_geojson(row.geometry).exterior
    assert ring.is_ccw
    assert (row.west, row.south, row.east, row.north) == pytest.approx(BOX.bounds)
    assert (row.label_longitude, row.label_latitude) == pytest.approx((110.01, 30.01), abs=1e-3)


@pytest.mark.parametrize("name", ["代码", "id", "code_insee", "adcode"])
def test_the_code_may_have_other_names(county, collection, take, name):
    assert take(collection((990101001001, BOX), name=name)).taken == 1


def test_gcj02_is_turned_into_wgs84(county, collection, take):
    shifted = shapely.transform(BOX, lambda at: np.column_stack(gcj02.from_wgs84(at[:, 0], at[:, 1])))
    assert shapely.hausdorff_distance(shifted, BOX) > 0.001
    take(collection(("990101001001", shifted)), crs="gcj02")
    kept = shapely.from_geojson(stored(county)["990101001001"].geometry)
    assert shapely.hausdorff_distance(kept, BOX) < 1.5e-5


def test_a_ring_that_crosses_itself_is_repaired_and_told(county, collection, take):
    report = take(collection(("990101001001", BOW_TIE)))
    assert report.taken == 1
    (note,) = report.kinds[0].notes
    assert (note.values["name"], note.values["code"]) == ("上村", "990101001001")
    assert shapely.is_valid(shapely.from_geojson(stored(county)["990101001001"].geometry))


def test_features_that_cannot_be_taken_are_named_one_by_one(county, collection, take, refused):
    report = take(
        collection(
            ("990101001001", BOX),
            ("888", BOX),
            ("990101001002", shapely.Point(110, 30)),
            ("990101002001", None),
            (None, BOX),
            ("990101002002", {"type": "Polygon", "coordinates": []}),
        )
    )
    assert report.taken == 1
    assert refused(report) == {
        "features[1].properties.code": "No region has this code.",
        "features[2]": "The feature has no polygon.",
        "features[3]": "The feature has no polygon.",
        "features[4].properties.code": "“{column}” is missing.",
        "features[5]": "The feature has no polygon.",
    }


def test_the_same_code_twice_is_refused(county, collection, take, refused):
    report = take(collection(("990101001001", BOX), ("990101001001", BOX)))
    assert report.taken == 0
    assert set(refused(report).values()) == {"The same entry stands in rows {rows}."}


@pytest.mark.parametrize(
    ("shape", "crs"),
    [
        (shapely.box(500_000, 3_300_000, 501_000, 3_301_000), None),
        (BOX, {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}),
    ],
)
def test_another_reference_system_is_refused(county, collection, take, shape, crs):
    report = take(collection(("990101001001", shape), crs=crs))
    assert "WGS-84" in report.problems[0].text
    assert stored(county) == {}


def test_cgcs2000_is_as_good_as_wgs84(county, collection, take):
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}
    assert take(collection(("990101001001", BOX), crs=crs)).taken == 1


def test_the_same_boundaries_twice_change_nothing(county, collection, take):
    path = collection(("990101001001", BOX))
    assert [take(path).changed, take(path).changed] == [1, 0]


@pytest.mark.parametrize("text", ["", "[1, 2]", '{"features": 5}', '{"features": [1]}', "{", "[" * 100_000])
def test_what_is_no_collection_is_refused(tmp_path: Path, text: str):
    path = tmp_path / "a.geojson"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FileError):
        read_boundaries(path)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text() | st.integers(-200, 200),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["code", "type", "coordinates", "x"]), inner, max_size=3)
    ),
)
FEATURES = st.lists(
    st.fixed_dictionaries(
        {
            "properties": JSON,
            "geometry": JSON | st.fixed_dictionaries({"type": st.just("Polygon"), "coordinates": JSON}),
        },
        optional={"id": JSON},
    ),
    max_size=4,
)


@given(FEATURES)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_features_are_rows_or_refused(tmp_path: Path, features):
    path = tmp_path / "any.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    try:
        batch = read_boundaries(path)
    except FileError:
        return
    assert len(batch.rows) + len(batch.refusals) == len(features)
