import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from data_access.imports.simplification import simplified

REAL = Path(__file__).parents[4] / "shared" / "real" / "communes_provence.geojson"
ANCESTORS = ["township_code", "county_code", "prefecture_code", "province_code"]


def wavy(start, end, waves: int = 40):
    """A border with many vertices from one point to another; the same from both sides."""
    (x0, y0), (x1, y1) = sorted([start, end])
    part = np.linspace(0, 1, 10 * waves + 1)
    off = 0.002 * np.sin(2 * np.pi * waves / 8 * part) * np.sin(np.pi * part)
    length = np.hypot(x1 - x0, y1 - y0)
    line = np.column_stack(
        [x0 + (x1 - x0) * part - off * (y1 - y0) / length, y0 + (y1 - y0) * part + off * (x1 - x0) / length]
    )
    return line if (x0, y0) == start else line[::-1]


def cell(column: int, row: int) -> shapely.Polygon:
    steps = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)]
    corners = [(110 + x / 10, 30 + y / 10) for x, y in steps]
    sides = [wavy(corners[at], corners[(at + 1) % 4])[:-1] for at in range(4)]
    return shapely.Polygon(np.concatenate(sides))


def regions(*rows) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["code", "level", "township_code", "geometry"]).set_index("code")
    return frame.assign(county_code="c", prefecture_code=None, province_code=None)


def county(missing: tuple[str, ...] = ()) -> pd.DataFrame:
    """Two townships of four villages each, and the county; some villages without a shape."""
    shapes = {f"v{column}{row}": cell(column, row) for column in range(4) for row in range(2)}
    villages = [(code, "village", f"t{int(code[1]) // 2}", shape) for code, shape in shapes.items()]
    townships = [
        (town, "township", town, shapely.union_all([v[3] for v in villages if v[2] == town])) for town in ("t0", "t1")
    ]
    whole = ("c", "county", None, shapely.union_all([t[3] for t in townships]))
    return regions(whole, *townships, *(v for v in villages if v[0] not in missing))


@pytest.mark.parametrize("missing", [(), ("v00",), ("v00", "v01", "v10", "v11")])
def test_borders_stay_shared_within_and_between_levels(missing: tuple[str, ...]):
    given = county(missing)
    light = simplified(given)
    assert light.notes == []
    for level in ("village", "township"):
        of_level = light.shapes[given["level"] == level].to_numpy()
        assert shapely.is_valid(of_level).all()
        assert shapely.coverage_is_valid(of_level)
    whole = light.shapes["c"]
    assert whole.geom_type == "Polygon"
    assert len(whole.interiors) == 0
    assert whole.symmetric_difference(shapely.union_all(light.shapes[["t0", "t1"]].to_numpy())).area < 1e-9
    for town in ("t0", "t1"):
        inside = light.shapes[given["township_code"].eq(town) & given["level"].eq("village")].to_numpy()
        assert shapely.difference(shapely.union_all(inside), light.shapes[town]).area < 1e-9


def test_shapes_become_light_and_keep_their_place():
    given = county()
    light = simplified(given)
    villages = given["level"] == "village"
    vertices = shapely.get_num_coordinates(light.shapes[villages].to_numpy())
    assert np.median(shapely.get_num_coordinates(given.loc[villages, "geometry"].to_numpy())) > 1000
    assert np.median(vertices) <= 60
    assert vertices.max() <= 250
    for code in given.index[villages]:
        before, after = given.at[code, "geometry"], light.shapes[code]
        assert before.symmetric_difference(after).area < 0.05 * before.area
        assert (shapely.get_coordinates(after).round(5) == shapely.get_coordinates(after)).all()


def test_a_light_shape_is_left_as_it_is():
    box = shapely.box(110, 30, 110.1, 30.1)
    assert shapely.equals(simplified(regions(("v", "village", None, box))).shapes["v"], box)


def test_borders_that_do_not_meet_are_told_and_still_drawn():
    overlapping = shapely.affinity.translate(cell(1, 0), -0.01, 0)
    light = simplified(regions(("a", "village", "t", cell(0, 0)), ("b", "village", "t", overlapping)))
    assert [note.values["codes"] for note in light.notes] == ["a, b"]
    assert shapely.is_valid(light.shapes.to_numpy()).all()


def test_a_township_that_cuts_across_its_villages_keeps_its_own_border():
    town = shapely.affinity.translate(cell(0, 0), 0.05, 0)
    light = simplified(regions(("t", "township", "t", town), ("v", "village", "t", cell(0, 0))))
    assert light.shapes["t"].symmetric_difference(town).area < 0.05 * town.area


def test_the_real_boundaries_of_947_communes():
    if not REAL.exists():
        pytest.fail(f"{REAL.name} is missing: the reference data belong into ../shared/real beside the repository")
    features = json.loads(REAL.read_text(encoding="utf-8"))["features"]
    rows = [
        (f["properties"]["code"], "village", None, shapely.from_geojson(json.dumps(f["geometry"]))) for f in features
    ]
    given = regions(*rows)
    light = simplified(given)
    shapes = light.shapes.to_numpy()
    vertices = shapely.get_num_coordinates(shapes)
    assert light.notes == []
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    assert np.median(vertices) <= 60
    assert np.quantile(vertices, 0.99) <= 250
    lost = shapely.area(shapely.symmetric_difference(given["geometry"].to_numpy(), shapes))
    assert np.median(lost / shapely.area(shapes)) < 0.02


def test_shapes_of_a_few_metres_stay_valid():
    dice = np.random.default_rng(7)
    for size in (1e-5, 1e-4, 1e-3):
        for _ in range(30):
            angle = np.sort(dice.uniform(0, 2 * np.pi, 60))
            reach = dice.uniform(0.2, 1, 60) * size
            star = shapely.make_valid(
                shapely.Polygon(np.column_stack([110 + reach * np.cos(angle), 30 + reach * np.sin(angle)])),
                method="structure",
                keep_collapsed=False,
            )
            shape = simplified(regions(("v", "village", None, star))).shapes["v"]
            assert shape.area > 0
            assert shapely.is_valid(shape)
