"""Income as offices hand it in: what cannot be, what is hardly believable, and what is only noted."""

from datetime import date

import pytest
from sqlalchemy import Engine, func, select

from data_access.imports import import_files
from data_access.schema import household_income

from .conftest import Take, Write
from .test_households import BASE, GAPS, INCOME, REGISTER, month

TODAY = date(2025, 3, 10)
FUTURE = "This is still to come (today is {today}): write when it happened."


@pytest.fixture
def register(county: Engine, take: Take, write: Write) -> Engine:
    assert take(write("register.xlsx", REGISTER)).is_whole
    return county


@pytest.fixture
def base(register: Engine, take: Take, write: Write) -> Engine:
    assert take(write("base.xlsx", [BASE, ["H1", "基本医疗", 4]])).is_whole
    return register


def taken(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(household_income)).scalar_one()


def test_no_month_is_handed_in_before_it_begins(register, take, write, refused):
    rows = [month("H1", "202502"), month("H1", "202503"), month("H1", "202504"), month("H1", "205503")]
    report = take(write("income.xlsx", [INCOME, *rows]), today=TODAY)
    assert refused(report) == {"B4": FUTURE, "B5": FUTURE}
    assert report.kinds[0].refusals[0].reason.values == {"today": TODAY}
    assert taken(register) == 2


@pytest.mark.parametrize(
    ("found", "cleared", "cells"),
    [
        ("2025-03-10", "", set()),
        ("2025-03-10", "2025-03-10", set()),
        ("2025-03-11", "", {"D2"}),
        ("2025-03-01", "2025-12-01", {"H2"}),
        ("2052-03-01", "/", {"D2"}),
    ],
)
def test_no_gap_is_found_or_cleared_before_its_day(base, take, write, refused, found, cleared, cells):
    row = ["H1", "基本医疗", 1, found, "未参保", "", "李某", cleared]
    report = take(write("gaps.xlsx", [GAPS, row]), today=TODAY)
    assert refused(report) == dict.fromkeys(cells, FUTURE)


def test_no_review_and_no_report_is_held_before_its_day(register, take, write, refused):
    reviews = [["户编号", "研判月份", "研判时间"], ["H1", "202503", "2025-03-11"], ["H2", "202503", "2025-03-10"]]
    assert refused(take(write("reviews.xlsx", reviews), today=TODAY)) == {"C2": FUTURE}
    headers = ["任务编号", "乡镇", "村", "当前完成值", "更新时间"]
    reports = [headers, ["T01", "石岭镇", "上村", 5, "2025-03-10"], ["T01", "青塘乡", "青塘村", 5, "2025-03-12"]]
    assert refused(take(write("reports.xlsx", reports), today=TODAY)) == {"E3": FUTURE}


def test_today_is_today_unless_it_is_said(register, write, refused):
    path = write("income.xlsx", [INCOME, month("H1", "209912")])
    (report,) = import_files(register, [path])
    assert report.kinds[0].refusals[0].reason.values == {"today": date.today()}


@pytest.mark.parametrize("when", ["2024", "2024年", "2024年度", "2024年第一季度"])
def test_a_year_s_income_is_not_split(register, take, write, refused, when):
    (said,) = refused(take(write("income.xlsx", [INCOME, month("H1", when)]))).values()
    assert said.startswith("Income is handed in month by month")


def test_a_table_of_years_is_told_what_is_wanted(register, take, write):
    headers = ["年度" if name == "月份" else name for name in INCOME]
    (problem,) = take(write("income.xlsx", [headers, month("H1", "2024")])).problems
    inner = problem.values["problem"]
    assert inner.values["problem"].values["columns"] == "月份"
    assert inner.values["hint"].text.startswith("Income is handed in month by month")
    assert taken(register) == 0


def stated(home: str, when: str, per_capita: object, now: object = 4, year: object = 4) -> list[object]:
    # Net income 1000 + 200 - 100.
    return [*month(home, when, now=now, year=year)[:-1], per_capita]


def test_a_stated_per_capita_income_is_compared_and_not_taken(register, take, write):
    rows = [
        stated("H1", "202401", 275),
        stated("H1", "202402", "275.99"),
        stated("H1", "202403", 277.7),
        stated("H1", "202404", 278),
        stated("H1", "202405", 220, year=5),
        stated("H1", "202406", 1100),
        stated("H1", "202407", "约300"),
        stated("H1", "202408", "#DIV/0!"),
        stated("H1", "202409", "/"),
        stated("H1", "202410", 0),
    ]
    report = take(write("income.xlsx", [INCOME, *rows]))
    assert report.is_whole
    assert (report.changed, taken(register)) == (10, 10)
    (note,) = report.kinds[0].notes
    assert note.values == {"count": 3, "cells": "J5, J7, J11"}


def test_where_per_capita_income_is_right_nothing_is_noted(register, take, write):
    headers = [*INCOME[:-1], "人均纯收入(万元)"]
    report = take(write("income.xlsx", [headers, stated("H1", "202401", 0.0275)]))
    assert (report.is_whole, report.kinds[0].notes) == (True, [])


def test_of_a_sheet_a_year_only_the_first_cells_are_named(register, take, write):
    sheets = {f"{year}年": [INCOME, *(stated("H1", f"{year}{m:02d}", 1) for m in range(1, 9))] for year in (2023, 2024)}
    report = take(write("income.xlsx", sheets))
    assert taken(register) == 16
    (note,) = report.kinds[0].notes
    assert note.values == {
        "count": 16,
        "cells": "2023年!J2, 2023年!J3, 2023年!J4, 2023年!J5, 2023年!J6, 2023年!J7 …",
    }
