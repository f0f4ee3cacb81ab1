from datetime import date

import pandas as pd
import pytest
import python_calamine

from demo.workbooks import DAYS, Sheet, full_width, plain, write_workbook, written_village


def sheet():
    table = pd.DataFrame({"代码": ["099", "100"], "分子": ["1,204", "/"], "经度": [109.5, float("nan")]})
    return Sheet("甲", "题目", "填报单位：县统计局", table, ("合计", 2))


def test_the_header_stands_on_row_3_and_texts_stay_texts(tmp_path):
    path = write_workbook(tmp_path / "below" / "book.xlsx", [sheet()])
    assert python_calamine.load_workbook(path).get_sheet_by_name("甲").to_python() == [
        ["题目", "", ""],
        ["填报单位：县统计局", "", ""],
        ["代码", "分子", "经度"],
        ["099", "1,204", 109.5],
        ["100", "/", ""],
        ["合计", 2.0, ""],
    ]


def test_two_runs_write_the_same_bytes(tmp_path):
    first, second = (write_workbook(tmp_path / name, [sheet()]).read_bytes() for name in ("a.xlsx", "b.xlsx"))
    assert first == second


def test_a_day_is_written_in_five_ways():
    written = [write(date(2026, 9, 8)) for write in DAYS]
    assert written == ["2026.9.8", "20260908", "2026-09-08", "2026年9月8日", "2026/9/8"]


def test_full_width_digits_are_those_of_a_chinese_keyboard():
    assert full_width("2026.9村") == "２０２６．９村"


@pytest.mark.parametrize(
    ("value", "decimals", "text"), [(1204.0, 0, "1204"), (35.2, 2, "35.2"), (30.0, 2, "30"), (100.0, 0, "100")]
)
def test_a_number_has_no_idle_zeros(value, decimals, text):
    assert plain(value, decimals) == text


def test_clerks_differ_over_a_villages_name():
    assert {written_village("石坪村", clerk) for clerk in range(8)} == {"石坪村", "石坪村村委会", "石坪村村民委员会"}
