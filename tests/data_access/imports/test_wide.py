"""务工, 满意度 and a county's own wide tables: several counts a row, each a figure of an indicator."""

from datetime import date
from itertools import permutations

import pytest
from sqlalchemy import select

from data_access.imports.kinds import TABLES, tables
from data_access.rollups import observations
from data_access.schema import observation
from demo.build import DICTIONARY
from settings import WideFigure, WideTable, settings

VILLAGE, OTHER, TOWN, COUNTY = "990101001001", "990101001002", "990101001", "990101"
HEADER = ["乡镇", "村", "月份", "务工总人数", "上年同期", "省外务工", "省内县外", "县内务工"]


@pytest.fixture
def county(county, take):
    """The county with the shipped dictionary."""
    assert take(DICTIONARY).is_whole
    return county


def row(village="上村", month="202610", total=200, before=160, outside=120, inside=50, home=30):
    return ["石岭镇", village, month, total, before, outside, inside, home]


def stored(engine, *names):
    """Numerator, denominator and reports by place, indicator and month; of some indicators."""
    wanted = {f"employment.{name}" for name in names} or {"satisfaction.rate"}
    with engine.connect() as connection:
        rows = connection.execute(select(observation).where(observation.c.indicator.in_(wanted)))
        return {
            (r.region_code, r.indicator.split(".")[1], r.period): (r.numerator, r.denominator, r.reports) for r in rows
        }


OCTOBER, LAST_OCTOBER = date(2026, 10, 1), date(2025, 10, 1)


def test_each_count_becomes_a_figure_with_its_sums(county, take, write):
    report = take(
        write("a.xlsx", [HEADER, row(), row("桥头社区", total=100, before=125, outside=40, inside=40, home=20)])
    )
    assert (report.is_whole, report.taken, report.changed) == (True, 2, 2)
    figures = stored(county, "total", "workers", "outside_province", "in_province", "in_county")
    assert figures[VILLAGE, "total", OCTOBER] == (200, None, 1)
    assert figures[VILLAGE, "workers", OCTOBER] == (200, 160, 1)
    assert figures[OTHER, "outside_province", OCTOBER] == (40, 100, 1)
    assert figures[COUNTY, "workers", OCTOBER] == (300, 285, 2)
    assert figures[TOWN, "in_county", OCTOBER] == (50, 300, 2)
    assert len(figures) == 5 * 4
    with county.begin() as connection:
        observations.rebuild(connection)
    assert stored(county, "total", "workers", "outside_province", "in_province", "in_county") == figures


def test_the_same_file_twice_changes_nothing_and_an_edit_changes_its_row(county, take, write):
    rows = [HEADER, row(), row("桥头社区")]
    path = write("a.xlsx", rows)
    take(path)
    assert take(path).changed == 0
    assert take(write("a.xlsx", [HEADER, row(home=31), row("桥头社区")])).changed == 1
    assert stored(county, "in_county")[VILLAGE, "in_county", OCTOBER] == (31, 200, 1)


def test_as_the_offices_write_it(county, take, write):
    """Title above, two header rows, other names, text and full width, a slash for blank, a subtotal."""
    sheet = [
        ["云岭县务工就业月报", *[""] * 7],
        ["填报单位：人社局", *[""] * 7],
        ["乡(镇)", "行政村", "统计月份", "务工人数", "公益性岗位", "", "微工厂就业", "备注"],
        ["", "", "", "", "在岗", "计划", "", ""],
        ["石岭镇", "上村村委会", "2026.9", "２００", "8", "10", "12", "好"],
        ["石岭镇", "桥头社区", "2026年9月", "1,100", "/", "5", "无", ""],
        ["石岭镇", "小计", "", "1300", "8", "15", "12", ""],
    ]
    report = take(write("a.xlsx", sheet))
    assert report.is_whole
    assert (report.kinds[0].kind, report.kinds[0].subtotals) == ("employment", 1)
    assert report.kinds[0].ignored == ["备注"]
    figures, month = stored(county, "total", "posts", "workshops"), date(2026, 9, 1)
    assert figures[VILLAGE, "posts", month] == (8, 10, 1)
    # Asked for and left blank: not reported, and not zero.
    assert (OTHER, "posts", month) not in figures
    assert figures[OTHER, "total", month] == (1100, None, 1)
    assert (OTHER, "workshops", month) not in figures
    assert figures[TOWN, "workshops", month] == (12, None, 1)


YEARS = {
    "last": [HEADER[:4], row(month="2025-10", total=150)[:4], row("桥头社区", month="2025-10", total=90)[:4]],
    "this": [HEADER[:5], row(before=160)[:5], row("桥头社区", total=99, before="")[:5]],
    "next": [HEADER[:5], row(month="2027-10", total=210, before=1)[:5]],
    "corrected": [HEADER[:4], row(month="2025-10", total=155)[:4]],
}


@pytest.mark.parametrize("order", list(permutations(["last", "this", "next"])), ids="-".join)
def test_last_year_is_what_is_stored_of_it_whatever_came_first(county, take, write, order):
    for name in order:
        take(write(f"{name}.xlsx", YEARS[name]))
    figures = stored(county, "workers")
    assert figures[VILLAGE, "workers", OCTOBER] == (200, 150, 1)
    assert figures[OTHER, "workers", OCTOBER] == (99, 90, 1)
    assert figures[COUNTY, "workers", OCTOBER] == (299, 240, 2)
    assert figures[COUNTY, "workers", date(2027, 10, 1)] == (210, 200, 1)
    assert take(write("c.xlsx", YEARS["corrected"])).changed == 1
    assert stored(county, "workers")[COUNTY, "workers", OCTOBER] == (299, 245, 2)


def test_a_year_in_one_file_is_compared_within_it(county, take, write):
    rows = [HEADER[:4], row(month="202510", total=80)[:4], row(month="202610", total=88)[:4]]
    take(write("a.xlsx", rows))
    assert stored(county, "workers")[VILLAGE, "workers", OCTOBER] == (88, 80, 1)


def test_without_last_year_nothing_is_compared_and_the_report_says_so(county, take, write):
    report = take(write("a.xlsx", [HEADER[:4], row()[:4]]))
    assert report.is_whole
    assert stored(county, "workers") == {}
    assert stored(county, "total")[VILLAGE, "total", OCTOBER] == (200, None, 1)
    (note,) = report.kinds[0].notes
    assert note.values == {"column": "务工总人数", "count": 1}


def test_a_place_without_a_count_is_not_in_the_base_of_the_comparison(county, take, write):
    rows = [HEADER[:5], row()[:5], row("桥头社区", total="/", before=125)[:5]]
    report = take(write("a.xlsx", rows))
    assert (report.is_whole, report.taken, report.changed) == (True, 2, 1)
    figures = stored(county, "workers", "total")
    assert (OTHER, "workers", OCTOBER) not in figures
    assert figures[COUNTY, "workers", OCTOBER] == (200, 160, 1)


BAD_ROWS = [
    (row(total=-1), "D", "negative"),
    (row(total="很多"), "D", "not a number"),
    (row("没有"), "B", "No village"),
    (row(""), "A", "collected for"),
    (row(month="2026"), "C", "reported by"),
    (row("桥头社区", total=""), "D", "is missing"),
]


def test_a_row_is_refused_as_a_whole_with_its_cell(county, take, write, refused):
    report = take(write("a.xlsx", [HEADER, *(bad for bad, _, _ in BAD_ROWS), row(month="202609")]))
    reasons = refused(report)
    assert list(reasons) == [f"{column}{at}" for at, (_, column, _) in enumerate(BAD_ROWS, 2)]
    for found, (_, _, expected) in zip(reasons.values(), BAD_ROWS, strict=True):
        assert expected in found
    assert (report.kinds[0].refused, report.taken) == (len(BAD_ROWS), 1)
    assert {period for _, _, period in stored(county, "total", "in_county", "outside_province")} == {date(2026, 9, 1)}


def test_two_rows_of_one_place_and_month_are_both_refused(county, take, write, refused):
    reasons = refused(take(write("a.xlsx", [HEADER, row(), row(month="2026-10-31")])))
    assert [cell[1:] for cell in reasons] == ["2", "3"]
    assert stored(county, "total") == {}


def test_a_form_that_nobody_filled_in_is_not_reported(county, take, write):
    report = take(write("a.xlsx", [HEADER, row(), ["石岭镇", "桥头社区", "202610", "", "/", "无", "", ""]]))
    assert (report.is_whole, report.read) == (True, 1)
    assert (OTHER, "total", OCTOBER) not in stored(county, "total")


def test_a_survey_is_of_townships_and_waves(county, take, write):
    sheet = [
        ["乡镇", "调查批次", "受访人数", "满意人数", "样本来源"],
        ["石岭镇", "2026年三季度", 60, 55, "电话抽查"],
        ["青塘乡", "2026.8.15", 12, 12, "入户"],
    ]
    report = take(write("a.xlsx", sheet))
    assert report.is_whole
    figures = stored(county)
    assert figures[TOWN, "rate", date(2026, 7, 1)] == (55, 60, 1)
    assert figures["990101002", "rate", date(2026, 7, 1)] == (12, 12, 1)
    assert figures[COUNTY, "rate", date(2026, 7, 1)] == (67, 72, 2)


def test_a_survey_without_how_many_were_asked_is_refused(county, take, write, refused):
    sheet = [["乡镇", "调查时间", "满意人数", "受访人数"], ["石岭镇", "2026年三季度", 55, ""]]
    assert refused(take(write("a.xlsx", sheet))) == {"D2": "“{column}” is missing."}


def test_without_its_dictionary_a_table_is_refused(engine, write, take, refused):
    sheet = [["代码", "名称", "级别"], [VILLAGE, "上村", "村"]]
    take(write("r.xlsx", sheet))
    reasons = refused(take(write("a.xlsx", [["行政区划代码", "月份", "务工总人数"], [VILLAGE, "202610", 5]])))
    assert reasons == {"C2": "The dictionary has none of the indicators of this table: import the dictionary first."}


@pytest.fixture
def own_tables(monkeypatch):
    """A county that describes a table of its own, and 满意度 in another way."""
    toilets = WideTable(
        id="toilets",
        name="厕所革命进度表",
        period=("月份",),
        figures=(
            WideFigure(indicator="environment.toilets", numerator="改厕户数", denominator="农户数", plan="计划改厕"),
            WideFigure(indicator="environment.none", numerator="其他"),
        ),
        aliases={"改厕户数": ("累计改厕",)},
    )
    survey = WideTable(
        id="satisfaction",
        name="满意度",
        figures=(WideFigure(indicator="satisfaction.rate", numerator="好评", denominator="总数"),),
    )
    monkeypatch.setattr(
        "data_access.imports.kinds.settings", lambda: settings().model_copy(update={"tables": (toilets, survey)})
    )
    tables.cache_clear()
    yield
    tables.cache_clear()


def test_a_county_describes_a_table_of_its_own(county, take, write, own_tables):
    sheet = [
        ["乡镇", "村", "月份", "累计改厕", "农户数", "计划改厕", "其他"],
        ["石岭镇", "上村", "202610", 250, 300, 280, 4],
    ]
    report = take(write("a.xlsx", sheet))
    assert report.is_whole
    assert [note.values for note in report.kinds[0].notes] == [{"column": "其他", "indicator": "environment.none"}]
    with county.connect() as connection:
        (figure,) = connection.execute(
            select(observation).where(
                observation.c.indicator == "environment.toilets", observation.c.region_code == VILLAGE
            )
        )
    assert (figure.period, figure.numerator, figure.denominator, figure.plan) == (OCTOBER, 250, 300, 280)


def test_a_table_of_the_same_id_replaces_ours(county, take, write, own_tables):
    assert take(write("a.xlsx", [["乡镇", "时期", "好评", "总数"], ["石岭镇", "2026Q3", 5, 6]])).is_whole
    assert stored(county)[TOWN, "rate", date(2026, 7, 1)] == (5, 6, 1)
    assert len(tables()) == len(TABLES) + 1
