from datetime import date

import pytest
from sqlalchemy import select

from data_access.rollups import observations
from data_access.schema import observation

HEADER = ["指标", "行政区划代码", "乡镇", "村", "时期", "分子", "分母", "计划"]


def row(
    indicator="guarantee.medical",
    code="",
    town="石岭镇",
    village="上村",
    period="2025-01",
    numerator=9,
    denominator=10,
    plan="",
):
    return [indicator, code, town, village, period, numerator, denominator, plan]


def stored(engine):
    with engine.connect() as connection:
        rows = connection.execute(
            select(observation).where(
                ~observation.c.indicator.like("task.%"), ~observation.c.indicator.like("campaign.%")
            )
        )
        return {(r.region_code, r.period): (r.numerator, r.denominator, r.plan, r.reports) for r in rows}


def test_figures_are_stored_with_their_sums(county, take, write):
    rows = [
        HEADER,
        row(),
        row(village="桥头社区", numerator=4, denominator=5),
        row(town="青塘", village="青塘村村委会", numerator=1, denominator=5),
    ]
    assert take(write("a.xlsx", rows)).changed == 3
    january = date(2025, 1, 1)
    assert stored(county) == {
        ("990101001001", january): (9, 10, None, 1),
        ("990101001002", january): (4, 5, None, 1),
        ("990101002002", january): (1, 5, None, 1),
        ("990101001", january): (13, 15, None, 2),
        ("990101002", january): (1, 5, None, 1),
        ("990101", january): (14, 20, None, 3),
    }


def test_a_figure_that_is_corrected_corrects_its_sums(county, take, write):
    take(write("a.xlsx", [HEADER, row(), row(village="桥头社区", numerator=4, denominator=5)]))
    assert take(write("a.xlsx", [HEADER, row(numerator=10)])).changed == 1
    sums = stored(county)
    assert sums["990101", date(2025, 1, 1)][0] == 14
    with county.begin() as connection:
        observations.rebuild(connection)
    assert stored(county) == sums


@pytest.mark.parametrize("name", ["guarantee.medical", "基本医疗参保率", "Medical Insurance", " 基本医疗 参保率"])
def test_an_indicator_by_id_or_name(county, take, write, name):
    assert take(write("a.xlsx", [HEADER, row(name)])).taken == 1


@pytest.mark.parametrize(
    ("period", "first"),
    [("2025年3月", (3, 1)), ("202503", (3, 1)), (2025.3, (3, 1)), ("2025-03-17", (3, 1)), (45733, (3, 1))],
)
def test_a_period_is_its_first_day(county, take, write, period, first):
    take(write("a.xlsx", [HEADER, row(period=period)]))
    assert ("990101001001", date(2025, *first)) in stored(county)


def test_a_quarter_of_townships(county, take, write):
    assert take(write("a.xlsx", [HEADER, row("stock", village="", period="2025年二季度", denominator="")])).is_whole
    assert stored(county)["990101", date(2025, 4, 1)] == (9, None, None, 1)


def test_planned_and_not_reported_is_not_zero(county, take, write):
    take(write("a.xlsx", [HEADER, row(numerator="", plan=8)]))
    assert stored(county)["990101001001", date(2025, 1, 1)] == (None, 10, 8, 0)


def test_a_workbook_of_plans_alone_changes_the_plans_alone(county, take, write):
    take(write("a.xlsx", [HEADER, row()]))
    header = ["指标", "行政区划代码", "时期", "计划"]
    plans = [["guarantee.medical", "990101001001", month, 10] for month in ("202501", "202502")]
    assert take(write("b.xlsx", [header, *plans])).changed == 2
    assert stored(county)["990101001001", date(2025, 1, 1)] == (9, 10, 10, 1)
    assert stored(county)["990101", date(2025, 2, 1)] == (None, None, 10, 0)
    assert take(write("b.xlsx", [header, *plans])).changed == 0


def test_a_table_with_neither_figures_nor_plans_is_refused(county, take, write):
    report = take(
        write("a.xlsx", [["指标", "行政区划代码", "时期", "分母"], ["guarantee.medical", "990101001001", "202501", 1]])
    )
    assert not report.is_whole
    assert stored(county) == {}


def test_a_form_that_was_not_filled_in_is_not_reported(county, take, write):
    report = take(write("a.xlsx", [HEADER, row(), row(village="桥头社区", numerator="", denominator="")]))
    assert (report.is_whole, report.read, report.taken) == (True, 1, 1)
    assert report.kinds[0].notes[0].values == {"count": 1}


def test_money_in_the_header_is_turned_into_yuan(county, take, write):
    header = [*HEADER[:5], "分子（万元）", "分母(人)", "计划 (万元)"]
    take(write("a.xlsx", [header, row(numerator=1.5, denominator=10, plan=2)]))
    assert stored(county)["990101001001", date(2025, 1, 1)] == (15000, 10, 20000, 1)


BAD_ROWS = [
    (row("没有"), "A", "No indicator"),
    (row("task.T01"), "A", "computed from the campaign"),
    (row("campaign.C1"), "A", "computed from the campaign"),
    (row(village=""), "C", "collected for"),
    (row("stock", period="2025Q1", denominator=""), "D", "collected for"),
    (row(code="990101001002"), "B", "belongs to"),
    (row(code="1", town="", village=""), "B", "No region"),
    (row(period="2025"), "E", "reported by"),
    (row(period="去年"), "E", "not a date"),
    (row(period="1985-01"), "E", "outside the years"),
    (row(numerator=-1), "F", "negative"),
    (row(denominator=-1), "G", "negative"),
    (row(denominator=""), "G", "is missing"),
    (row("stock", village="", period="2025Q1"), "G", "is a count"),
    (row(numerator="九"), "F", "not a number"),
]


def test_a_figure_is_refused_with_its_cell(county, take, write, refused):
    reasons = refused(take(write("a.xlsx", [HEADER, *(bad for bad, _, _ in BAD_ROWS)])))
    assert list(reasons) == [f"{column}{at}" for at, (_, column, _) in enumerate(BAD_ROWS, 2)]
    for found, (_, _, expected) in zip(reasons.values(), BAD_ROWS, strict=True):
        assert expected in found
    assert stored(county) == {}


def test_the_same_figure_by_code_and_by_name_is_found_out(county, take, write, refused):
    report = take(write("a.xlsx", [HEADER, row(), row(code="990101001001", town="", village="", period="202501")]))
    assert set(refused(report)) == {"A2", "A3"} or set(refused(report)) == {"A2", "B3"}
    assert stored(county) == {}


def test_a_base_without_a_count_is_not_reported_and_lowers_nobody(county, take, write):
    blank = row(village="桥头社区", numerator="/", denominator=1000)
    take(write("a.xlsx", [HEADER, row(numerator=9, denominator=10), blank]))
    sums = stored(county)
    month = date(2025, 1, 1)
    assert ("990101001002", month) not in sums
    assert sums["990101001", month][:2] == (9, 10)
