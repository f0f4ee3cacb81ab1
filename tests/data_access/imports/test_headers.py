import pytest

from data_access.imports.headers import Header, Recognised, recognise
from data_access.imports.kinds import TABLES
from data_access.imports.sheets import Column, Sheet


def sheet(*rows: list[str]) -> Sheet:
    return Sheet("表", [Column.of(cell or None for cell in cells) for cells in zip(*rows, strict=True)])


def recognised(*rows: list[str]) -> Recognised:
    (found,) = recognise(sheet(*rows), TABLES)
    return found


def test_a_header_is_taken_apart_into_name_and_unit():
    assert Header.of("分配金额\n（万元）") == Header("分配金额 （万元）", "分配金额", "万元")
    assert Header.of("县(市、区、旗)").base == "县"


@pytest.mark.parametrize(
    ("kind", "headers"),
    [
        ("regions", ["代码", "名称", "级别", "上级代码"]),
        ("campaign", ["行动编号", "行动名称", "开始日期", "结束日期"]),
        ("tasks", ["任务编号", "重点工作", "计量单位", "开始时间", "完成时限", "目标值"]),
        ("milestones", ["任务编号", "节点时间", "累计完成比例（％）"]),
        ("targets", ["任务编号", "乡(镇)", "行政村", "目标值", "责任人"]),
        ("reports", ["任务编号", "重点工作", "乡镇", "村", "目标值", "当前完成值", "开始时间", "更新时间"]),
        ("indicators", ["指标", "行政区划代码", "时期", "分子", "分母"]),
    ],
)
def test_each_kind_is_known_by_its_headers(kind: str, headers: list[str]):
    found = recognised(headers)
    assert (found.kind.id, found.problem) == (kind, None)


def test_the_header_may_stand_below_a_title_and_in_any_order():
    found = recognised(
        ["2025年百日攻坚台账", "", "", "", "", ""],
        ["单位：户", "", "", "", "", ""],
        ["村", "更 新\n时间", "任务编号*", "序号", "乡（镇）", "当前完成值"],
        ["上村", "2025-10-01", "T01", "1", "石岭镇", "5"],
    )
    assert found.kind.id == "reports"
    assert found.first_row == 3
    assert found.columns == {"village": 0, "reported_on": 1, "task_id": 2, "township": 4, "done": 5}
    assert found.ignored == ["序号"]


def test_a_header_of_two_rows_is_read_whole():
    found = recognised(
        ["任务编号", "地点", "", "进度", ""],
        ["", "乡镇", "村", "当前完成值", "更新时间"],
        ["T01", "石岭镇", "上村", "5", "2025-10-01"],
    )
    assert found.first_row == 2
    assert set(found.columns) == {"task_id", "township", "village", "done", "reported_on"}


def test_names_that_only_both_rows_make_are_found():
    found = recognised(
        ["任务编号", "村", "目标", "完成", ""], ["", "", "值", "时限", "说明"], ["T01", "上村", "5", "2025-12-31", ""]
    )
    assert found.kind.id == "targets"
    assert found.columns["deadline"] == 3


def test_a_missing_column_is_named():
    found = recognised(["任务编号", "乡镇", "村", "目标值", "当前完成值"])
    assert found.kind.id == "reports"
    assert found.problem is not None
    assert found.problem.values["columns"] == "更新时间"


def test_a_table_without_a_place_is_told_so():
    found = recognised(["指标", "时期", "分子", "分母"])
    assert found.problem is not None
    assert found.problem.values["columns"] == "行政区划代码"


def test_two_columns_of_one_meaning_are_refused():
    found = recognised(["任务编号", "村", "行政村", "目标值"])
    assert found.problem is not None
    assert (found.problem.values["first"], found.problem.values["second"]) == ("B", "C")


def test_notes_are_no_table():
    assert recognise(sheet(["填表说明", ""], ["一、每周五前报送", "指标"]), TABLES) == []
    assert recognise(Sheet("空", []), TABLES) == []
