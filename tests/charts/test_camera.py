import pytest
from hypothesis import given
from hypothesis import strategies as st

from charts.camera import pixel_of, place_of, view_state

COUNTY = (107.1, 30.0, 108.1, 30.8)


@given(
    st.floats(-170, 169), st.floats(-70, 69), st.floats(0.01, 10), st.floats(0.01, 10),
    st.integers(200, 2000), st.integers(200, 1200),
)  # fmt: skip
def test_bounds_fill_the_frame_and_stay_inside(west, south, across, down, width, height):
    east, north = west + across, south + down
    view = view_state((west, south, east, north), width, height)
    left, bottom = pixel_of(view, west, south)
    right, top = pixel_of(view, east, north)
    assert right - left <= width
    assert bottom - top <= height
    assert left == pytest.approx(-right, abs=0.5)
    assert top == pytest.approx(-bottom, abs=0.5)
    if view.zoom < 16:
        assert (right - left) / (width - 36) > 0.99 or (bottom - top) / (height - 36) > 0.99


def test_a_point_gets_a_close_but_possible_view():
    assert view_state((107.5, 30.5, 107.5, 30.5), 700, 400).zoom == 16


def test_recentring_changes_every_key_and_moves_nothing():
    before, after = (view_state(COUNTY, 700, 400, recentre=n) for n in (1, 2))
    for key in ("longitude", "latitude", "zoom", "pitch", "bearing"):
        assert getattr(before, key) != getattr(after, key)
        assert getattr(before, key) == pytest.approx(getattr(after, key), abs=1e-6)


def test_columns_are_seen_from_the_side():
    flat, pitched = view_state(COUNTY, 700, 400), view_state(COUNTY, 700, 400, pitched=True)
    assert flat.pitch == 0
    assert pitched.pitch > 40
    assert pitched.zoom < flat.zoom


@given(st.floats(-170, 169), st.floats(-60, 60), st.floats(0.02, 5), st.floats(-400, 400), st.floats(-300, 300))
def test_a_place_is_where_its_pixel_is(longitude, latitude, span, across, down):
    view = view_state((longitude, latitude, longitude + span, latitude + span), 760, 460)
    assert pixel_of(view, *place_of(view, across, down)) == pytest.approx((across, down), abs=0.1)
