"""Monitoring cases and their measures, as offices hand them in."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from data_access.imports import import_files
from data_access.schema import case_measure, case_risk, household, monitoring_case, observation
from tests.data_access.imports.test_households import REGISTER

ROOT = Path(__file__).parents[3]
CASES = [
    "户编号", "监测对象类别", "风险线索发现时间", "核实时间", "识别监测时间", "致贫返贫风险1", "帮扶措施1", "帮扶时间1",
    "致贫返贫风险2", "帮扶措施2", "帮扶时间2", "人数", "责任人", "责任单位", "风险是否已消除", "风险消除方式",
    "消除监测时间",
]  # fmt: skip
SICK: dict[str, Any] = {
    "户编号": "H1",
    "监测对象类别": "突发严重困难户",
    "风险线索发现时间": "2026.3.2",
    "核实时间": "20260305",
    "识别监测时间": "2026年3月12日",
    "致贫返贫风险1": "因病",
    "帮扶措施1": "低保",
    "帮扶时间1": "2026-03-20",
    "责任人": "张某",
    "风险是否已消除": "否",
}


def rows_of(engine, table):
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(select(table))]


def figures(engine, place, period):
    """All figures of the group of a place and month, without their common prefix."""
    columns = observation.c["indicator", "numerator", "denominator"]
    own = (observation.c.region_code == place, observation.c.period == period)
    with engine.connect() as connection:
        rows = connection.execute(select(*columns).where(*own)).all()
    return {name.removeprefix("monitoring."): (above, below) for name, above, below in rows}


@pytest.fixture
def register(county, take, write):
    assert import_files(county, [ROOT / "data_access" / "indicators.toml"])[0].is_whole
    assert take(write("register.xlsx", REGISTER)).is_whole
    return county


@pytest.fixture
def hand_in(register, take, write):
    """Hand in cases, each by what differs from `SICK`; of columns left out the file says nothing."""

    def _hand_in(*changes: dict[str, Any], without: tuple[str, ...] = ()):
        headers = [name for name in CASES if name not in without]
        rows = [[(SICK | change).get(name, "/") for name in headers] for change in changes]
        return take(write("cases.xlsx", [["监测对象台账"], ["填报单位：中心"], headers, *rows]))

    return _hand_in


def test_a_case_is_kept_with_its_risks_and_measures(register, hand_in):
    report = hand_in({}, {"户编号": "H3", "人数": "２", "识别监测时间": "", "帮扶措施1": ""})
    assert report.is_whole, report
    first, second = rows_of(register, monitoring_case)
    assert first == (
        "H1", date(2026, 3, 2), "突发严重困难户", None, date(2026, 3, 2), date(2026, 3, 5), date(2026, 3, 12),
        None, None, None, "张某", None,
    )  # fmt: skip
    assert second[:4] == ("H3", date(2026, 3, 2), "突发严重困难户", 2)
    assert rows_of(register, case_risk) == [("H1", date(2026, 3, 2), "因病"), ("H3", date(2026, 3, 2), "因病")]
    assert rows_of(register, case_measure) == [("H1", date(2026, 3, 2), "因病", "低保", date(2026, 3, 20))]


def test_figures_follow_at_once(register, hand_in):
    hand_in({}, {"户编号": "H3", "风险线索发现时间": "2026.2.1", "帮扶措施1": "", "消除监测时间": ""})
    rate = {"measured": (0.0, 1.0), "prompt": (0.0, 1.0)}
    one = {"stock": (1.0, None), "new": (1.0, None), "cleared": (0.0, None), "unhelped": (0.0, None)}
    nobody = {f"stock.{group}": (0.0, None) for group in ("elderly", "ill", "disabled")}
    assert figures(register, "990101002001", date(2026, 3, 1)) == rate | one | nobody | {"persons": (2.0, None)}
    county = figures(register, "990101", date(2026, 3, 1))
    # The ledger's newest day is the 12th: the measure of the 20th is not known of yet.
    assert (county["stock"], county["persons"], county["measured"]) == ((2.0, None), (6.0, None), (0.0, 2.0))


@pytest.mark.parametrize(
    ("change", "cell", "reason"),
    [
        ({"户编号": "H9"}, "A4", "No household has this number"),
        ({"风险线索发现时间": "", "识别监测时间": ""}, "E4", "Neither the day of the alert"),
        ({"核实时间": "2026.3.1"}, "D4", "{late} is before {early}."),
        ({"识别监测时间": "2026.3.4"}, "E4", "{late} is before {early}."),
        ({"消除监测时间": "2026.3.1", "风险是否已消除": "是"}, "Q4", "{late} is before {early}."),
        ({"消除监测时间": "2026.9.1"}, "Q4", "The risk is said not to be cleared"),
        ({"风险是否已消除": "是"}, "Q4", "The risk is said to be cleared, but"),
        ({"识别监测时间": "", "消除监测时间": "2026.9.1", "风险是否已消除": "是"}, "Q4", "It was cleared without"),
        ({"风险是否已消除": "也许"}, "O4", "This must be one of"),
        ({"识别监测时间": "2026年3月"}, "E4", "A full date"),
        ({"人数": 0}, "L4", "The number is smaller"),
    ],
)
def test_a_case_that_cannot_be_taken(register, hand_in, refused, change, cell, reason):
    ((at, said),) = refused(hand_in(change)).items()
    assert at == cell
    assert said.startswith(reason)
    assert rows_of(register, monitoring_case) == []


def test_what_is_dismissed_is_not_under_monitoring(register, take, write, refused):
    headers = ["户编号", "预警时间", "核实时间", "排除时间", "识别监测时间", "消除监测时间"]
    fine = ["H1", "2026.3.2", "2026.3.5", "2026.3.6", "", ""]
    report = take(write("a.xlsx", [headers, fine, ["H2", "2026.3.2", "", "2026.3.6", "2026.3.7", ""]]))
    assert refused(report) == {"D3": "It is both dismissed and under monitoring."}
    assert rows_of(register, monitoring_case)[0][7] == date(2026, 3, 6)
    assert figures(register, "990101", date(2026, 3, 1)) == {}


def test_the_same_file_twice_changes_nothing(hand_in):
    changes = [{}, {"户编号": "H2", "致贫返贫风险2": "因学"}]
    assert hand_in(*changes).changed == 2
    assert hand_in(*changes).changed == 0


def test_a_risk_that_a_case_no_longer_names_goes_with_its_measures(register, hand_in):
    hand_in({"致贫返贫风险2": "因残", "帮扶措施2": "残疾补贴"})
    assert len(rows_of(register, case_risk)) == len(rows_of(register, case_measure)) == 2
    assert hand_in({}).changed == 1
    assert rows_of(register, case_risk) == [("H1", date(2026, 3, 2), "因病")]
    assert [row[3] for row in rows_of(register, case_measure)] == ["低保"]


def test_columns_left_out_keep_what_is_known(register, hand_in):
    hand_in({"致贫返贫风险2": "因残"})
    kept = rows_of(register, case_risk)
    of_risks = tuple(name for name in CASES if name.startswith(("致贫返贫风险", "帮扶")))
    report = hand_in({"责任人": "李某"}, without=(*of_risks, "风险线索发现时间", "核实时间"))
    assert (report.changed, report.refused) == (1, 0)
    assert rows_of(register, case_risk) == kept
    (case,) = rows_of(register, monitoring_case)
    assert (case[4], case[10]) == (date(2026, 3, 2), "李某")


def test_days_are_held_against_those_that_are_known(hand_in, refused):
    hand_in({})
    early = hand_in(
        {"识别监测时间": "2026.3.12", "消除监测时间": "2026.3.4", "风险是否已消除": "是"}, without=("核实时间",)
    )
    assert list(refused(early).values()) == ["{late} is before {early}."]


def test_an_alert_becomes_an_inclusion_without_being_named_again(register, hand_in):
    hand_in({"识别监测时间": ""})
    assert hand_in({}, without=("风险线索发现时间", "核实时间")).changed == 1
    (case,) = rows_of(register, monitoring_case)
    assert case[1:7:5] == (date(2026, 3, 2), date(2026, 3, 12))


def test_a_household_comes_under_monitoring_again_only_when_it_had_left(register, hand_in, refused):
    again = {"风险线索发现时间": "2026.8.1", "核实时间": "", "识别监测时间": "2026.8.9"}
    hand_in({})
    assert list(refused(hand_in(again)).values()) == [
        "Another case of this household, under monitoring since {day}, is open then."
    ]
    cleared = {"消除监测时间": "2026.7.1", "风险是否已消除": "是"}
    assert hand_in(cleared, again).is_whole
    assert len(rows_of(register, monitoring_case)) == 2
    assert not hand_in({}).is_whole


def test_the_same_case_twice_in_a_file_is_refused_both_times(register, hand_in):
    report = hand_in({}, {"责任人": "李某"}, {"户编号": "H2"})
    assert (report.refused, report.taken) == (2, 1)


def test_the_national_export_brings_households_and_their_cases(register, take, write):
    headers = [*REGISTER[0], "识别监测时间", "致贫返贫风险1", "风险是否已消除", "消除监测时间", "备注"]
    rows = [[*REGISTER[1], "/", "", "", "", ""], [*REGISTER[3], "2026.3.12", "因灾", "否", "", ""]]
    rows[1][6] = 3
    report = take(write("export.xlsx", [["脱贫户/监测对象"], ["单位"], headers, *rows]))
    assert report.is_whole, report
    assert [(part.kind, part.read, part.taken, part.ignored) for part in report.kinds] == [
        ("households", 2, 2, ["备注"]),
        ("cases", 1, 1, ["备注"]),
    ]
    assert ("H3", "990101002001", "监测对象", "突发严重困难户", 3, None) in rows_of(register, household)
    assert rows_of(register, case_risk) == [("H3", date(2026, 3, 12), "因灾")]
    assert figures(register, "990101002", date(2026, 3, 1))["persons"] == (3.0, None)


MEASURES = ["户编号", "识别监测时间", "致贫返贫风险", "帮扶措施", "开始时间"]


def test_measures_come_by_themselves(register, hand_in, take, write, refused):
    hand_in({"帮扶措施1": ""}, {"户编号": "H2", "帮扶措施1": ""})
    rows = [
        ["H1", "2026.3.12", "因病", "公益性岗位", "2026.4.1"],
        ["H1", "", "因病", "大病救助", ""],
        ["H1", "2026.3.13", "因病", "低保", "2026.4.1"],
        ["H2", "", "因灾", "低保", "2026.4.1"],
        ["H3", "", "", "低保", "2026.4.1"],
        ["H2", "", "", "产业帮扶", "2026.3.10"],
    ]
    report = take(write("measures.xlsx", [MEASURES, *rows]))
    assert report.kinds[0].kind == "measures"
    assert {cell: text.split(":")[0] for cell, text in refused(report).items()} == {
        "B4": "This household has no such case",
        "C5": "The case does not name this risk.",
        "A6": "This household has no such case",
    }
    assert [row[2:] for row in rows_of(register, case_measure)] == [
        ("因病", "公益性岗位", date(2026, 4, 1)),
        ("因病", "大病救助", None),
        ("", "产业帮扶", date(2026, 3, 10)),
    ]
    # The one without a day counts from the inclusion, the one without a risk answers the only one.
    assert figures(register, "990101", date(2026, 3, 1))["measured"] == (2.0, 2.0)
    assert take(write("measures.xlsx", [MEASURES, rows[0]])).changed == 0


def test_a_household_that_moves_takes_its_cases_along(register, hand_in, take, write):
    hand_in({})
    moved = list(REGISTER[1])
    moved[1:3] = ["青塘乡", "青塘村"]
    take(write("moved.xlsx", [REGISTER[0], moved]))
    assert figures(register, "990101002002", date(2026, 3, 1))["stock"] == (1.0, None)
    assert figures(register, "990101002", date(2026, 3, 1))["stock"] == (1.0, None)
    assert figures(register, "990101001", date(2026, 3, 1)) == {}


def test_a_tag_brings_a_household_into_its_special_group(register, hand_in, take, write):
    hand_in({})
    headers = ["户编号", "乡镇", "村", "户类型", "标签"]
    assert take(write("tags.xlsx", [headers, ["H1", "石岭镇", "上村", "监测对象", "老年人户、重病"]])).is_whole
    march = figures(register, "990101001", date(2026, 3, 1))
    assert {name: march[f"stock.{name}"][0] for name in ("elderly", "ill", "disabled")} == {
        "elderly": 0.0,
        "ill": 1.0,
        "disabled": 0.0,
    }


def test_a_later_day_of_the_ledger_moves_every_place(register, hand_in):
    hand_in({})
    hand_in({"户编号": "H3", "风险线索发现时间": "2026.5.2", "核实时间": "", "识别监测时间": ""})
    assert figures(register, "990101001001", date(2026, 5, 1))["stock"] == (1.0, None)
    assert figures(register, "990101002001", date(2026, 5, 1)) == {}


def test_reckoned_figures_are_not_handed_in_as_well(register, hand_in, take, write, refused):
    hand_in({})
    for name in ("monitoring.stock", "monitoring.stock.elderly"):
        report = take(
            write("figures.xlsx", [["指标", "行政区划代码", "时期", "分子"], [name, "990101001001", "2026-03", 5]])
        )
        (reason,) = refused(report).values()
        assert reason.startswith("This indicator is reckoned from a ledger")
