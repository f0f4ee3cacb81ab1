"""问题整改台账 from an office's workbook: what is taken, what is refused, and what an edit touches."""

from datetime import date

import pytest
from sqlalchemy import select

from data_access.rollups import ledgers
from data_access.schema import observation, rectification
from tests.conftest import ROOT

HEADER = [
    "序号",
    "问题来源",
    "反馈时间",
    "问题类别",
    "具体问题",
    "县",
    "涉及乡镇",
    "涉及村",
    "整改措施",
    "牵头单位",
    "责任人",
    "整改时限",
    "整改进展",
    "完成时间",
    "销号时间",
    "回头看时间",
    "是否反弹",
    "印证资料",
]
PLAIN = {
    "序号": 1,
    "问题来源": "省级考核",
    "反馈时间": "2026.3.2",
    "问题类别": "帮扶措施",
    "具体问题": "帮扶措施与致贫原因不符（无 针对性）",
    "涉及乡镇": "石岭镇",
    "涉及村": "上村",
    "牵头单位": "县农业农村局",
    "责任人": "张三",
    "整改时限": "20260430",
}


def rows(*entries):
    return [HEADER, *([{**PLAIN, **entry}.get(name, "") for name in HEADER] for entry in entries)]


def held(engine):
    with engine.connect() as connection:
        found = connection.execute(select(rectification).order_by(rectification.c.source, rectification.c.number))
        return {(row.source, row.number): row for row in found}


@pytest.fixture
def dictionary_of_ours(take):
    assert take(ROOT / "data_access" / "indicators.toml").is_whole


def figures(engine, region, indicator):
    with engine.connect() as connection:
        own = (observation.c.region_code == region, observation.c.indicator == indicator)
        found = connection.execute(select(observation).where(*own).order_by(observation.c.period))
        return {row.period: (row.numerator, row.denominator) for row in found}


def test_a_ledger_as_an_office_writes_it(county, take, write):
    title = [["云岭县问题整改台账"], ["填报单位：县委农办"]]
    whole = {
        "序号": "２",
        "涉及村": "桥头居委会",
        "完成时间": "2026.4.1",
        "销号时间": "2026年4月10日",
        "回头看时间": "2026/6/1",
        "是否反弹": "是",
        "印证资料": "照片",
    }
    township = {"序号": 3, "涉及村": "/", "整改时限": "长期坚持", "是否反弹": "否", "印证资料": "无"}
    of_county = {"序号": "4-1", "县": "云岭县", "涉及乡镇": "", "涉及村": ""}
    report = take(write("a.xlsx", [*title, *rows({}, whole, township, of_county), ["小计", "", "4"]]))
    assert report.is_whole, report
    assert (report.taken, report.changed) == (4, 4)
    kept = held(county)
    first = kept["省级考核", "1"]
    assert (first.region_code, first.found_on, first.deadline) == (
        "990101001001",
        date(2026, 3, 2),
        date(2026, 4, 30),
    )
    assert (first.owner, first.office, first.fixed_on, first.relapsed_on, first.evidence) == (
        "张三",
        "县农业农村局",
        None,
        None,
        None,
    )
    back = kept["省级考核", "2"]
    assert (back.region_code, back.fixed_on, back.verified_on) == ("990101001002", date(2026, 4, 1), date(2026, 4, 10))
    assert (back.rechecked_on, back.relapsed_on, back.evidence) == (date(2026, 6, 1), date(2026, 6, 1), "照片")
    assert (kept["省级考核", "3"].region_code, kept["省级考核", "3"].deadline) == ("990101001", None)
    assert kept["省级考核", "3"].evidence is None
    assert kept["省级考核", "4-1"].region_code == "990101"


@pytest.mark.parametrize(
    ("entry", "cell", "reason"),
    [
        ({"序号": ""}, "A2", "is missing"),
        ({"反馈时间": ""}, "C2", "is missing"),
        ({"反馈时间": "2026.3"}, "C2", "full date"),
        ({"具体问题": ""}, "E2", "is missing"),
        ({"涉及村": "上村、桥头社区"}, "H2", "Several places"),
        ({"涉及村": "下村"}, "H2", "No village"),
        ({"涉及乡镇": "", "涉及村": ""}, "H2", "The region is missing"),
        ({"整改时限": "2026.3.1"}, "L2", "deadline lies before"),
        ({"整改时限": "尽快"}, "L2", "not a date"),
        ({"完成时间": "2026.3.1"}, "N2", "fixed before it was found"),
        ({"销号时间": "2026.4.1"}, "O2", "later day"),
        ({"完成时间": "2026.4.2", "销号时间": "2026.4.1"}, "O2", "struck off before it was fixed"),
        ({"回头看时间": "2026.4.1"}, "P2", "later day"),
        ({"完成时间": "2026.4.2", "回头看时间": "2026.4.1"}, "P2", "re-checked before it was fixed"),
        (
            {"完成时间": "2026.4.2", "销号时间": "2026.4.9", "回头看时间": "2026.4.5"},
            "P2",
            "re-checked before it was struck off",
        ),
        ({"完成时间": "2026.4.2", "是否反弹": "是"}, "Q2", "It relapsed, but"),
        (
            {"完成时间": "2026.4.2", "销号时间": "2026.6.9", "回头看时间": "2026.6.1", "是否反弹": "是"},
            "O2",
            "not fixed again",
        ),
        ({"是否反弹": "也许"}, "Q2", "must be one of"),
    ],
)
def test_a_problem_that_cannot_be_taken(county, take, write, refused, entry, cell, reason):
    report = take(write("a.xlsx", rows(entry)))
    ((where, said),) = refused(report).items()
    assert where == cell
    assert reason in said
    assert held(county) == {}


def test_a_number_is_taken_once_in_its_source(county, take, write):
    report = take(write("a.xlsx", rows({}, {"问题来源": "市级督查"}, {"序号": 2}, {"序号": 2, "涉及村": "桥头社区"})))
    assert (report.taken, report.refused) == (2, 2)
    assert set(held(county)) == {("省级考核", "1"), ("市级督查", "1")}


def test_what_came_back_may_be_fixed_again(county, take, write):
    again = {"销号时间": "2026.4.10", "回头看时间": "2026.6.1", "是否反弹": "是", "完成时间": "2026.6.20"}
    assert take(write("a.xlsx", rows(again))).is_whole
    assert take(write("b.xlsx", rows(again | {"销号时间": "2026.6.30"}))).is_whole
    kept = held(county)["省级考核", "1"]
    assert (kept.fixed_on, kept.verified_on, kept.relapsed_on) == (
        date(2026, 6, 20),
        date(2026, 6, 30),
        date(2026, 6, 1),
    )


def test_the_same_file_twice_changes_nothing(county, take, write):
    path = write("a.xlsx", rows({}, {"序号": 2, "完成时间": "2026.4.1", "回头看时间": "2026.6.1", "是否反弹": "是"}))
    assert take(path).changed == 2
    assert take(path).changed == 0


def test_rows_left_out_stay_and_a_blank_cell_says_nothing(county, take, write):
    assert take(write("a.xlsx", rows({"完成时间": "2026.4.1"}, {"序号": 2}))).is_whole
    assert take(write("b.xlsx", rows({"完成时间": ""}))).changed == 1
    kept = held(county)
    assert kept["省级考核", "1"].fixed_on is None
    assert set(kept) == {("省级考核", "1"), ("省级考核", "2")}


def test_days_are_checked_against_those_that_are_known(county, take, write, refused):
    known = {"完成时间": "2026.4.1", "销号时间": "2026.4.10", "回头看时间": "2026.6.1"}
    assert take(write("a.xlsx", rows(known))).is_whole
    given = ("序号", "问题来源", "反馈时间", "具体问题", "涉及乡镇", "涉及村", "整改时限", "是否反弹")
    short = [[*given], [{**PLAIN, "是否反弹": "是"}[name] for name in given]]
    assert take(write("b.xlsx", short)).is_whole
    assert held(county)["省级考核", "1"].relapsed_on == date(2026, 6, 1)
    late = [[*given], [{**PLAIN, "是否反弹": "是", "反馈时间": "2026.4.2"}[name] for name in given]]
    assert refused(take(write("c.xlsx", late))) == {"C2": "It was fixed before it was found."}


def test_figures_follow_a_load_an_edit_and_a_move(county, take, write, dictionary_of_ours):
    opened = "problems.open"
    assert take(write("a.xlsx", rows({}, {"序号": 2, "涉及村": "桥头社区"}))).is_whole
    monday = date(2026, 3, 2)
    assert figures(county, "990101001001", opened) == {monday: (1.0, None)}
    assert figures(county, "990101", opened) == {monday: (2.0, None)}
    # It lies in another village, and was fixed three weeks later: all of the county's weeks go on to that day.
    moved = {"涉及乡镇": "青塘乡", "涉及村": "青塘村", "完成时间": "2026.3.17"}
    assert take(write("b.xlsx", rows(moved))).is_whole
    weeks = [monday, date(2026, 3, 9), date(2026, 3, 16)]
    assert figures(county, "990101001001", opened) == {}
    assert figures(county, "990101002002", opened) == dict(zip(weeks, [(1.0, None)] * 2 + [(0.0, None)], strict=True))
    assert figures(county, "990101001", opened) == dict.fromkeys(weeks, (1.0, None))
    assert figures(county, "990101", "problems.fixed")[weeks[2]] == (1.0, 2.0)
    with county.begin() as connection:
        was = set(connection.execute(select(observation)).all())
        ledgers.rebuild(connection)
        assert set(connection.execute(select(observation)).all()) == was


def test_figures_of_what_was_loaded_before_the_dictionary_come_with_it(county, take, write):
    assert take(write("a.xlsx", rows({}))).is_whole
    assert figures(county, "990101", "problems.open") == {}
    assert take(ROOT / "data_access" / "indicators.toml").is_whole
    assert figures(county, "990101", "problems.open") == {date(2026, 3, 2): (1.0, None)}
