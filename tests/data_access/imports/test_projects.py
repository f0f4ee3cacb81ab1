"""项目库, 项目节点 and 形象进度 as offices write them, and what is refused or held of them."""

from datetime import date

import pytest
from sqlalchemy import select

from data_access.schema import project, project_progress, project_stage

HEADER = [
    "项目编号",
    "年度",
    "项目名称",
    "项目类型",
    "乡(镇)",
    "行政村",
    "概算总投资(万元)",
    "中央",
    "计划开工",
    "计划完工",
]
ROAD = ["P1", "2026年", "上村产业路", "乡村建设", "石岭镇", "上村", "35.2", "20", "2026.3.1", "2026.9.30"]
SHED = ["P2", "2026", "育苗大棚", "产业发展", "青塘乡", "", 120, "/", "", ""]


def rows_of(engine, table):
    with engine.connect() as connection:
        return connection.execute(select(table).order_by(*table.primary_key.columns)).all()


def reached(engine, code="P1"):
    with engine.connect() as connection:
        rows = connection.execute(select(project_stage).where(project_stage.c.project_code == code)).all()
    return {row.stage: row.reached_on for row in rows}


@pytest.fixture
def library(county, take, write):
    """Two projects: one in a village, one of a township without planned days."""
    assert take(write("library.xlsx", {"项目库": [["云岭县项目库"], HEADER, ROAD, SHED]})).is_whole
    return county


def test_amounts_share_the_unit_that_one_header_gives(library):
    road, shed = rows_of(library, project)
    assert (road.investment, road.central_funds, road.region_code) == (352_000, 200_000, "990101001001")
    assert (shed.investment, shed.central_funds, shed.region_code) == (1_200_000, None, "990101002")
    assert (road.year, road.planned_start, road.planned_finish) == (2026, date(2026, 3, 1), date(2026, 9, 30))
    assert (shed.planned_start, shed.planned_finish) == (None, None)


@pytest.mark.parametrize(("above", "yuan"), [("金额单位：万元", 352_000), ("填报单位：县财政局", 35_200)])
def test_a_unit_may_stand_above_the_header(county, take, write, above, yuan):
    header = [name.removesuffix("(万元)") for name in HEADER]
    amount = "35.2" if yuan == 352_000 else "35200"
    take(write("p.xlsx", {"项目库": [[above], header, [*ROAD[:6], amount, *ROAD[7:]]]}))
    (road,) = rows_of(county, project)
    assert road.investment == yuan


def test_the_same_library_twice_changes_nothing_and_an_edit_one_row(library, take, write):
    again = take(write("again.xlsx", [HEADER, ROAD, SHED]))
    assert (again.taken, again.changed) == (2, 0)
    edited = take(write("edited.xlsx", [HEADER, [*ROAD[:9], "2026-10-15"], SHED]))
    assert edited.changed == 1
    assert rows_of(library, project)[0].planned_finish == date(2026, 10, 15)


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("计划完工", "2026-02-01", "The planned finish is before the planned start."),
        ("计划完工", "2062-09-30", "The date is more than {n} years from the budget year of the project."),
        ("概算总投资(万元)", "0.05", "A project of less than {amount} yuan"),
        ("行政村", "没有村", "No village has this name here."),
        ("年度", "", "“{column}” is missing."),
    ],
)
def test_what_cannot_be_is_refused_and_the_rest_is_taken(county, take, write, refused, column, cell, reason):
    wrong = list(ROAD)
    wrong[HEADER.index(column)] = cell
    report = take(write("p.xlsx", [HEADER, wrong, SHED]))
    (said,) = refused(report).values()
    assert said.startswith(reason)
    assert [row.code for row in rows_of(county, project)] == ["P2"]


def test_a_small_project_is_taken_once_confirmed(county, take, write):
    small = [*ROAD[:6], "0.05", "", *ROAD[8:]]
    assert take(write("p.xlsx", [HEADER, small]), confirm=True).is_whole
    assert rows_of(county, project)[0].investment == 500


def test_a_project_belongs_to_a_county_at_most(county, take, write, refused):
    take(write("r.xlsx", [["代码", "名称", "级别"], ["99", "云岭市", "市"]]))
    header = ["项目编号", "年度", "项目名称", "行政区划代码"]
    report = take(
        write("p.xlsx", [[*header, "计划完工"], ["P1", 2026, "甲", "99", ""], ["P2", 2026, "乙", "990101", ""]])
    )
    assert list(refused(report).values()) == ["A project belongs to a county, a township or a village."]


def test_more_from_the_levels_than_it_costs_is_noted(county, take, write):
    report = take(write("p.xlsx", [HEADER, [*ROAD[:7], "40", *ROAD[8:]], SHED]))
    assert report.is_whole
    (note,) = report.kinds[0].notes
    assert (note.values["count"], note.values["codes"]) == (1, "P1")


def test_days_of_gates_may_stand_in_columns_of_their_own_and_be_taken_back(library, take, write):
    header = [*HEADER, "开工时间", "完工时间"]
    take(write("a.xlsx", [header, [*ROAD, "2026.3.5", "2026年9月1日"]]))
    assert reached(library) == {"started": date(2026, 3, 5), "finished": date(2026, 9, 1)}
    take(write("b.xlsx", [header, [*ROAD, "2026.3.5", ""]]))
    assert reached(library) == {"started": date(2026, 3, 5), "finished": None}
    take(write("c.xlsx", [HEADER, ROAD]))
    assert reached(library)["started"] == date(2026, 3, 5)


def test_a_stage_without_days_is_noted_and_not_counted(county, take, write):
    report = take(write("p.xlsx", [[*HEADER, "项目阶段"], [*ROAD, "已完工"]]))
    assert report.is_whole
    assert [note.values for note in report.kinds[0].notes] == [{"count": 5}]
    assert reached(county) == {}
    known = take(write("q.xlsx", [[*HEADER, "项目阶段", "开工时间"], [*ROAD, "已验收", "2026-03-05"]]))
    assert [note.values for note in known.kinds[0].notes] == [{"count": 2}]
    assert reached(county) == {"started": date(2026, 3, 5)}


def test_a_stage_counts_from_the_day_it_is_known_of_and_a_day_of_its_own_goes_before(county, take, write):
    header = [*HEADER, "项目阶段", "截至日期", "开工时间"]
    take(write("a.xlsx", [header, [*ROAD, "完工", "2026-10-31", "2026-03-05"]]))
    assert reached(county) == {"started": date(2026, 3, 5), "finished": date(2026, 10, 31)}
    later = take(write("b.xlsx", [[*header, "完工时间"], [*ROAD, "完工", "2026-11-30", "2026-03-05", ""]]))
    assert later.changed == 0
    assert later.kinds[0].notes == []
    take(write("c.xlsx", [[*HEADER, "完工时间"], [*ROAD, "2026-09-20"]]))
    assert reached(county)["finished"] == date(2026, 9, 20)


def test_a_stage_we_do_not_know_is_refused_with_the_choices(county, take, write):
    report = take(write("p.xlsx", [[*HEADER, "项目阶段"], [*ROAD, "搁置"]]))
    assert "入库" in report.kinds[0].refusals[0].reason.values["choices"]


def test_nothing_is_finished_before_it_started(library, take, write, refused):
    header = [*HEADER, "开工时间", "完工时间"]
    report = take(write("a.xlsx", [header, [*ROAD, "2026-09-05", "2026-09-01"], [*SHED, "2026-05-01", ""]]))
    assert set(refused(report)) == {"L2"}
    gates = [["项目编号", "节点", "完成时间"], ["P2", "完工", "2026-04-01"], ["P2", "入库", "2026-01-01"]]
    report = take(write("b.xlsx", gates))
    assert (set(refused(report)), report.taken) == ({"C2"}, 1)


def test_gates_in_long_form_hold_due_days_and_missing_papers(library, take, write, refused):
    gates = [
        ["项目编号", "节点", "计划时间", "完成时间", "缺失资料"],
        ["P1", "招标", "2026-02-10", "2026-02-20", "无"],
        ["P1", "已验收", "2026.10.30", "", "竣工图、结算书"],
        ["P9", "验收", "2026.10.30", "", ""],
        ["P1", "结算", "", "", ""],
    ]
    report = take(write("g.xlsx", gates))
    assert set(refused(report)) == {"A4"}
    assert [(row.stage, row.due_on, row.reached_on, row.missing_papers) for row in rows_of(library, project_stage)] == [
        ("accepted", date(2026, 10, 30), None, "竣工图、结算书"),
        ("tendered", date(2026, 2, 10), date(2026, 2, 20), None),
    ]
    assert take(write("again.xlsx", gates)).changed == 0
    take(write("papers.xlsx", [["项目编号", "节点", "缺失资料"], ["P1", "验收", "/"]]))
    assert rows_of(library, project_stage)[0][2:] == (date(2026, 10, 30), None, None)


@pytest.mark.parametrize("header", ["形象进度%", "形象进度(%)"])
def test_works_are_a_share_however_the_header_says_per_cent(library, take, write, header):
    take(write("w.xlsx", [["项目编号", "日期", header], ["P1", "2026.8.31", 62.5]]))
    assert [row.physical for row in rows_of(library, project_progress)] == [0.625]


def test_works_that_go_back_are_held_until_confirmed(library, take, write, refused):
    header = ["项目编号", "日期", "形象进度(%)"]
    take(write("a.xlsx", [header, ["P1", "2026-07-31", 50], ["P1", "2026-09-30", 80]]))
    wrong = write("b.xlsx", [header, ["P1", "2026-08-31", 90], ["P1", "2026-10-31", 70], ["P2", "2026-10-31", 5]])
    report = take(wrong)
    assert (set(refused(report)), report.taken) == ({"C2", "C3"}, 1)
    assert take(wrong, confirm=True).is_whole
    right = [header, ["P1", "2026-09-30", 60], ["P1", "2026-10-31", 70], ["P1", "2026-08-31", 60]]
    assert set(refused(take(write("c.xlsx", right)))) == set()
