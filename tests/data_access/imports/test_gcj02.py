import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_access.imports import gcj02

VECTORS = Path(__file__).parents[4] / "shared" / "real" / "gcj02_vectors.csv"


def vectors(kind: str) -> list[dict[str, str]]:
    if not VECTORS.exists():
        pytest.fail(f"{VECTORS.name} is missing: the reference data belong into ../shared/real beside the repository")
    with VECTORS.open(encoding="utf-8") as source:
        return [row for row in csv.DictReader(source) if row["kind"] == kind]


def point(row: dict[str, str], side: str):
    return np.array([float(row[f"lng_{side}"])]), np.array([float(row[f"lat_{side}"])])


def test_published_points_come_out_both_ways():
    rows = vectors("wgs2gcj")
    assert len(rows) >= 4
    for row in rows:
        tolerance = float(row["tolerance"])
        np.testing.assert_allclose(gcj02.from_wgs84(*point(row, "in")), point(row, "out"), atol=tolerance, rtol=0)
        np.testing.assert_allclose(gcj02.to_wgs84(*point(row, "out")), point(row, "in"), atol=tolerance, rtol=0)


def test_the_published_one_step_inverse_is_near_and_ours_is_better():
    for row in vectors("gcj2wgs_approx"):
        ours = gcj02.to_wgs84(*point(row, "in"))
        np.testing.assert_allclose(ours, point(row, "out"), atol=1e-4, rtol=0)
        np.testing.assert_allclose(gcj02.from_wgs84(*ours), point(row, "in"), atol=1e-12, rtol=0)


@given(st.floats(73.5, 134.8), st.floats(18.2, 53.5))
def test_there_and_back_is_the_same_point(longitude: float, latitude: float):
    given_at = np.array([longitude]), np.array([latitude])
    back = gcj02.to_wgs84(*gcj02.from_wgs84(*given_at))
    np.testing.assert_allclose(back, given_at, atol=1e-11, rtol=0)


def test_other_countries_are_left_alone():
    at = np.array([5.37, -70.6]), np.array([43.3, -33.4])
    np.testing.assert_array_equal(gcj02.to_wgs84(*at), at)
