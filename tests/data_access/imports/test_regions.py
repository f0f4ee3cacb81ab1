import numpy as np
import pytest
from sqlalchemy import select

from data_access.imports import gcj02
from data_access.schema import region

HEADER = ["代码", "名称", "级别", "上级代码", "户数", "人口", "标签", "经度", "纬度"]
COUNTY = ["c", "云岭县", "县", "", 900, 3000, "", "", ""]
TOWN = ["t", "石岭镇", "镇", "c", 500, 1700, "山区", "", ""]
VILLAGE = ["v", "上村", "行政村", "t", 300, 1000, "", 111.5, 36.5]


def stored(engine):
    with engine.connect() as connection:
        return {row.code: row for row in connection.execute(select(region).order_by(region.c.position))}


def test_regions_are_stored_with_their_ancestors_in_the_order_of_the_file(engine, take, write):
    report = take(write("a.xlsx", [HEADER, VILLAGE, TOWN, COUNTY]))
    assert report.is_whole
    rows = stored(engine)
    assert list(rows) == ["v", "t", "c"]
    village = rows["v"]
    assert (village.level, village.scheme, village.households) == ("village", "statistical", 300)
    assert (village.township_code, village.county_code, village.longitude) == ("t", "c", 111.5)
    assert (rows["t"].tags, rows["c"].parent_code) == ("山区", None)


def test_points_follow_the_reference_system(engine, take, write):
    take(write("a.xlsx", [HEADER, COUNTY, TOWN, VILLAGE]), crs="gcj02")
    village = stored(engine)["v"]
    expected = gcj02.to_wgs84(np.array([111.5]), np.array([36.5]))
    assert [village.longitude, village.latitude] == pytest.approx([expected[0][0], expected[1][0]], abs=1e-6)


def test_columns_that_a_file_leaves_out_keep_what_they_hold(county, take, write):
    assert take(write("a.xlsx", [["代码", "名称", "级别"], ["990101001001", "上村(新)", "村"]])).changed == 1
    village = stored(county)["990101001001"]
    assert (village.name, village.parent_code, village.households) == ("上村(新)", "990101001", 300)


def test_a_region_that_moves_takes_its_figures_along(county, take, write):
    take(
        write(
            "f.xlsx",
            [["指标", "乡镇", "村", "时期", "分子", "分母"], ["guarantee.medical", "石岭镇", "上村", "2025-01", 9, 10]],
        )
    )
    assert (
        take(
            write("a.xlsx", [["代码", "名称", "级别", "上级代码"], ["990101001001", "上村", "村", "990101002"]])
        ).changed
        == 1
    )
    with county.connect() as connection:
        sums = connection.exec_driver_sql(
            "SELECT region_code, numerator FROM observation WHERE indicator = 'guarantee.medical'"
        )
        assert dict(sums.all()) == {"990101001001": 9, "990101002": 9, "990101": 9}


BAD_ROWS = [
    (["v1", "上村", "村", "nowhere"], "D", "above it is neither"),
    (["v2", "上村", "县", "c"], "C", "not of a wider level"),
    (["v3", "上村", "村", "v3"], "C", "not of a wider level"),
    (["v", "上村", "组", "t"], "C", "must be one of"),
    ([1.23e17, "上村", "村", "t"], "A", "Excel rounded"),
    (["", "上村", "村", "t"], "A", "is missing"),
    (["v", "云\ufffd岭", "村", "t"], "B", "characters are broken"),
    (["v", "上村", "村", "t", -3], "E", "must not be negative"),
    (["v", "上村", "村", "t", 2.5], "E", "whole number"),
    (["v", "上村", "村", "t", "", "", "", 200, 36], "H", "larger"),
    (["v" * 41, "上村", "村", "t"], "A", "longer than"),
]


def test_a_row_is_refused_with_its_cell_and_the_rest_goes_in(engine, take, write, refused):
    report = take(write("a.xlsx", [HEADER, COUNTY, TOWN, *(row for row, _, _ in BAD_ROWS)]))
    reasons = refused(report)
    assert list(reasons) == [f"{column}{at}" for at, (_, column, _) in enumerate(BAD_ROWS, 4)]
    for found, (_, _, expected) in zip(reasons.values(), BAD_ROWS, strict=True):
        assert expected in found
    assert set(stored(engine)) == {"c", "t"}


def test_whoever_hangs_below_a_refused_region_is_refused_too(engine, take, write, refused):
    report = take(write("a.xlsx", [HEADER, COUNTY, [*TOWN[:4], -1], VILLAGE]))
    assert set(refused(report)) == {"E3", "D4"}
    assert set(stored(engine)) == {"c"}


def test_a_level_that_does_not_fit_the_children_is_refused(engine, take, write, refused):
    take(write("a.xlsx", [HEADER, COUNTY, TOWN, VILLAGE]))
    report = take(write("a.xlsx", [HEADER[:4], [*TOWN[:2], "村", "c"]]))
    assert "below it" in refused(report)["C2"]


def test_a_level_stays_once_there_are_figures(county, take, write, refused):
    take(
        write(
            "f.xlsx",
            [["指标", "乡镇", "村", "时期", "分子", "分母"], ["guarantee.medical", "石岭镇", "上村", "2025-01", 9, 10]],
        )
    )
    report = take(write("a.xlsx", [["代码", "名称", "级别", "上级代码"], ["990101001001", "上村", "乡镇", "990101"]]))
    assert "another level" in refused(report)["C2"]


def test_the_same_code_twice_is_refused_and_both_rows_are_named(engine, take, write, refused):
    report = take(write("a.xlsx", [HEADER, COUNTY, TOWN, VILLAGE, [*VILLAGE[:1], "下村", *VILLAGE[2:]]]))
    assert refused(report) == dict.fromkeys(["A4", "A5"], "The same entry stands in rows {rows}.")
    assert report.kinds[0].refusals[0].reason.values == {"rows": "4, 5"}
