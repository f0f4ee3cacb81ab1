"""Boundaries: a GeoJSON FeatureCollection into shapes in WGS-84, repaired, simplified, with a point for the name."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from sqlalchemy import select

from data_access.imports import gcj02
from data_access.imports.batch import Batch, Table
from data_access.imports.cell_types import code, text
from data_access.imports.checking import batch_of
from data_access.imports.errors import FileError
from data_access.imports.kind import Context, Field, Kind
from data_access.imports.sheets import of_records
from data_access.imports.simplification import simplified, with_area
from data_access.schema import region, region_shape
from data_access.writing import frame, upsert
from i18n import N_

# A province's 26,000 villages in full detail are some 150 MB.
_MAX_BYTES = 400_000_000
#: What the property with a region's code may be called; the first that occurs in a file is the one.
_CODES = (
    "code",
    "代码",
    "行政区划代码",
    "区划代码",
    "region_code",
    "adcode",
    "code_insee",
    "insee",
    "id",
)
# CGCS2000 (4490) and WGS-84 differ by centimetres.
_DEGREES = ("CRS84", "4326", "4490")
_FEATURE = "feature"


def read_boundaries(path: Path) -> Batch:
    """Return one row per feature, with its code and geometry. Raises FileError where none of it can be taken."""
    features = _features(path)
    properties = [_properties(feature) for feature in features]
    known = set().union(*properties)
    own = next((name for name in _CODES if name in known), _CODES[0])
    records = [
        {_FEATURE: number, own: feature.get("id"), **named}
        for number, (feature, named) in enumerate(zip(features, properties, strict=True), 1)
    ]
    headers = list(dict.fromkeys([_FEATURE, own, *(key for record in records for key in record)]))

    def cell_name(row: int, name: str) -> str:
        return f"features[{row - 1}].properties.{own}" if name == "code" else f"features[{row - 1}]"

    sheet = of_records(path.name, headers, records)
    columns = {_FEATURE: 0, "code": headers.index(own)}
    table = Table(sheet, headers, columns, first_row=1, cell_name=cell_name, first_number=0)
    batch = batch_of(BOUNDARIES, [table], [{}])
    shapes = [_geometry(features[at]) for at in batch.rows.index]
    if not _are_degrees(shapes):
        raise FileError(
            N_("The coordinates are not degrees of longitude and latitude: export the file in WGS-84 (EPSG:4326).")
        )
    batch.rows = batch.rows.assign(geometry=pd.Series(shapes, index=batch.rows.index, dtype=object))
    return batch


def _features(path: Path) -> list[dict[str, Any]]:
    if path.stat().st_size > _MAX_BYTES:
        raise FileError(N_("The file is too large to be read: split it into several files."))
    try:
        document = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise FileError(N_("This is not valid JSON in UTF-8.")) from error
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or not all(isinstance(feature, dict) for feature in features):
        raise FileError(N_("This is not a GeoJSON FeatureCollection."))
    crs = document.get("crs")
    if crs is not None and not any(name in json.dumps(crs) for name in _DEGREES):
        raise FileError(N_("The file has another reference system: export it in WGS-84 (EPSG:4326)."))
    return features


def _properties(feature: dict[str, Any]) -> dict[str, Any]:
    properties = feature.get("properties")
    return {str(k): v for k, v in properties.items()} if isinstance(properties, dict) else {}


def _geometry(feature: dict[str, Any]) -> shapely.Geometry | None:
    """Return the feature's geometry, None for one that is none."""
    given = feature.get("geometry")
    try:
        shape = shapely.from_geojson(json.dumps(given), on_invalid="ignore") if given else None
    except (TypeError, ValueError):
        return None
    return None if shape is None or not np.isfinite(shapely.get_coordinates(shape)).all() else shapely.force_2d(shape)


def _are_degrees(shapes: list[shapely.Geometry | None]) -> bool:
    points = np.abs(shapely.get_coordinates(np.array(shapes, dtype=object)))
    return not len(points) or bool(points[:, 0].max() <= 180 and points[:, 1].max() <= 90)


def _store(batch: Batch, context: Context) -> int:
    names = ("code", "level", "name", "township_code", "county_code", "prefecture_code", "province_code")
    regions = frame(context.connection, select(*(region.c[name] for name in names))).set_index("code")
    batch.refuse(~batch.rows["code"].isin(regions.index), "code", N_("No region has this code."))
    _to_wgs84(batch, context)
    _repair(batch, regions["name"])
    if batch.rows.empty:
        return 0
    shapes = batch.rows.set_index("code")[["geometry"]].join(regions)
    light = simplified(shapes)
    batch.notes += light.notes
    return len(upsert(context.connection, region_shape, _rows(light.shapes)))


def _to_wgs84(batch: Batch, context: Context) -> None:
    if context.crs == "gcj02":
        geometry = shapely.transform(
            batch.rows["geometry"].to_numpy(), lambda at: np.column_stack(gcj02.to_wgs84(at[:, 0], at[:, 1]))
        )
        batch.rows = batch.rows.assign(geometry=pd.Series(geometry, index=batch.rows.index, dtype=object))


def _repair(batch: Batch, names: pd.Series) -> None:
    """Mend rings that cross themselves and say so; refuse what has no area."""
    shapes = batch.rows["geometry"].copy()
    for at, shape in shapes[~shapely.is_valid(shapes.to_numpy())].items():
        if shape is None:
            continue
        why = shapely.is_valid_reason(shape)
        shapes[at] = shapely.make_valid(shape, method="structure", keep_collapsed=False)
        own = batch.rows.at[at, "code"]
        batch.notes.append(
            N_("The shape of {name} ({code}) was invalid and was repaired: {why}.", name=names[own], code=own, why=why)
        )
    shapes = pd.Series([with_area(shape) if shape else None for shape in shapes], index=shapes.index, dtype=object)
    batch.rows = batch.rows.assign(geometry=shapes)
    batch.refuse(shapes.isna(), _FEATURE, N_("The feature has no polygon."))


def _rows(shapes: pd.Series) -> pd.DataFrame:
    """Return the rows of region_shape; rings wind as RFC 7946 asks, the outer one against the clock."""
    wound = shapely.orient_polygons(shapes.to_numpy(), exterior_cw=False)
    west, south, east, north = shapely.bounds(wound).T
    labels = shapely.points([_label_point(shape) for shape in wound])
    return pd.DataFrame(
        {
            "region_code": shapes.index,
            "geometry": shapely.to_geojson(wound),
            "west": west,
            "south": south,
            "east": east,
            "north": north,
            "label_longitude": shapely.get_x(labels).round(6),
            "label_latitude": shapely.get_y(labels).round(6),
        }
    )


def _label_point(shape: shapely.Geometry) -> tuple[float, float]:
    """Return the middle of the largest circle that fits into the largest part, where a name has most room."""
    largest = max(shapely.get_parts(shape), key=lambda part: part.area)
    centre = shapely.get_point(shapely.maximum_inscribed_circle(largest), 0)
    inside = centre if shapely.contains(largest, centre) else shapely.point_on_surface(largest)
    return inside.x, inside.y


BOUNDARIES = Kind(
    id="boundaries",
    title=N_("Boundaries"),
    fields=(Field(_FEATURE, _FEATURE, text(20)), Field("code", "code", code(), required=True)),
    key=("code",),
    store=_store,
)
