import math
from itertools import combinations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from charts.camera import pixel_of, view_state
from charts.lettering import em_width
from charts.placement import MAJOR_PX, MINOR_PX, beside, parted, placed
from charts.theme import LIGHT

VIEW = view_state((107.0, 30.0, 108.0, 30.8), 700, 460)


def names(*rows):
    return pd.DataFrame(rows, columns=["name", "longitude", "latitude", "priority", "major"])


def boxes(rows):
    for row in rows.itertuples():
        size = MAJOR_PX if row.major else MINOR_PX
        x, y = pixel_of(VIEW, row.longitude, row.latitude)
        wide, tall = em_width(row.name) * size, size
        yield x + row.dx - wide / 2, y + row.dy - tall / 2, x + row.dx + wide / 2, y + row.dy + tall / 2


def test_names_with_room_stay_on_their_point():
    rows = names(("石岭镇", 107.3, 30.3, 900, True), ("上坝村", 107.7, 30.6, 1, False))
    found = placed(rows, LIGHT, VIEW, 700, 460)
    assert found["name"].tolist() == ["石岭镇", "上坝村"]
    assert not found[["dx", "dy"]].to_numpy().any()


def test_townships_are_always_there_and_villages_give_way():
    rows = names(
        ("上坝村", 107.5, 30.4, 9, False),
        ("石岭镇", 107.5, 30.4, 900, True),
        ("青塘镇", 107.51, 30.4, 900, True),
        ("下坝村", 107.8, 30.4, 2, False),
        ("新寨村", 107.8, 30.4, 5, False),
    )
    found = placed(rows, LIGHT, VIEW, 700, 460)
    assert found["name"].tolist() == ["石岭镇", "青塘镇", "新寨村"]
    for one, other in combinations(boxes(found), 2):
        assert min(one[2], other[2]) <= max(one[0], other[0]) or min(one[3], other[3]) <= max(one[1], other[1])


def test_a_name_at_the_edge_moves_into_the_frame():
    found = placed(names(("Xiaohekou Township", 107.0, 30.4, 900, True)), LIGHT, VIEW, 500, 460)
    assert found["dx"].iloc[0] > 0


def test_no_names_and_names_without_a_place_are_no_error():
    assert placed(names(), LIGHT, VIEW, 700, 460).empty
    assert placed(names(("石岭镇", None, None, 900, True)), LIGHT, VIEW, 700, 460).empty


ROOM = (0.0, 0.0, 400.0, 300.0)


def sides(points, texts, **changes):
    places = beside(points, texts, 14, **({"lines": [], "taken": [], "room": ROOM} | changes))
    return [(place["xanchor"], place["yanchor"]) for place in places]


def test_a_name_of_a_point_stands_inside_the_room():
    assert sides([(200, 150)], ["已支付"]) == [("right", "bottom")]
    assert sides([(2, 150)], ["已支付"]) == [("left", "top")]
    assert sides([(2, 298)], ["已支付"]) == [("left", "bottom")]
    assert sides([(200, 2)], ["已支付"])[0][1] == "top"


def test_a_name_keeps_off_lines_and_off_what_is_taken():
    flat = [(0.0, 140.0), (200.0, 140.0)]
    assert sides([(200, 150)], ["已支付"], lines=[flat]) == [("left", "top")]
    assert sides([(200, 150)], ["已支付"], lines=[flat], taken=[(205, 155, 300, 180)]) == [("left", "bottom")]


def test_names_of_one_point_part():
    assert len(set(sides([(200, 150)] * 4, ["已支付"] * 4))) == 4


def test_hemmed_in_a_name_moves_farther_off():
    steep = [[(0.0, y), (400.0, y)] for y in (130.0, 145.0, 155.0, 170.0)]
    (place,) = beside([(200, 150)], ["已支付"], 14, lines=steep, taken=[], room=ROOM)
    assert abs(place["yshift"]) > 12


@given(
    st.lists(st.tuples(st.sampled_from([0.0, 0.5, 7.0, 30.0]), st.floats(-40, 40)), max_size=40),
    st.floats(2, 12),
)
def test_parted_points_are_a_gap_apart_and_the_first_stays(points, gap):
    moved = parted(points, gap)
    assert len(moved) == len(points)
    assert moved[:1] == points[:1]
    assert all(math.dist(one, other) >= gap for one, other in combinations(moved, 2))
    assert moved == parted(points, gap)


def test_points_with_room_stay_where_they_are():
    assert parted([(0.0, 0.0), (20.0, 0.0), (0.0, 20.0)], 8) == [(0.0, 0.0), (20.0, 0.0), (0.0, 20.0)]
