"""Workbooks written as offices write them, and a county of seven regions to bring them into."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from sqlalchemy import Engine

from data_access.imports import Report, import_files
from tests.databases import Databases

Rows = Sequence[Sequence[Any]]
Write = Callable[[str, Rows | Mapping[str, Rows]], Path]
Take = Callable[..., Report]

REGIONS: Rows = [
    ["代码", "名称", "级别", "上级代码", "户数", "人口"],
    ["990101", "云岭县", "县", "", 900, 3000],
    ["990101001", "石岭镇", "乡镇", "990101", 500, 1700],
    ["990101002", "青塘乡", "乡镇", "990101", 400, 1300],
    ["990101001001", "上村", "村", "990101001", 300, 1000],
    ["990101001002", "桥头社区", "村", "990101001", 200, 700],
    ["990101002001", "上村", "村", "990101002", 250, 800],
    ["990101002002", "青塘村", "村", "990101002", 150, 500],
]
CAMPAIGN: Rows = [["行动编号", "行动名称", "开始日期", "结束日期"], ["C1", "大干100天", "2025-09-28", "2026-01-05"]]
TASKS: Rows = [
    ["任务编号", "重点工作", "计量单位", "牵头单位", "开始时间", "完成时限"],
    ["T01", "防返贫监测", "户", "农业农村局", "2025.9.28", "2026年1月5日"],
    ["T02", "饮水安全", "户", "水利局", 20250928, "2025/12/31"],
]
TARGETS: Rows = [
    ["任务编号", "乡镇", "村", "目标值", "责任人"],
    ["T01", "石岭镇", "上村", 100, "张三"],
    ["T01", "青塘乡", "青塘村", 50, "李四"],
]
DICTIONARY = """
[[group]]
id = "guarantee"
name = "三保障"
name_en = "Guarantees"

[[indicator]]
id = "guarantee.medical"
group = "guarantee"
name = "基本医疗参保率"
name_en = "Medical insurance"
numerator = "已参保人数"
numerator_en = "enrolled"
numerator_unit = "人"
numerator_unit_en = "persons"
denominator = "应参保人数"
denominator_en = "should be enrolled"
unit = "%"
unit_en = "%"
factor = 100
decimals = 1
direction = "up"
frequency = "month"
level = "village"
formula = "已参保 ÷ 应参保"
formula_en = "Enrolled / should be"
source = "医保局"
source_en = "Insurance office"

  [[indicator.target]]
  level = "all"
  since = 2025-01-01
  target = 100

[[indicator]]
id = "stock"
group = "guarantee"
name = "在册监测户"
name_en = "Households under monitoring"
numerator = "户"
numerator_en = "households"
numerator_unit = "户"
numerator_unit_en = "households"
unit = "户"
unit_en = "households"
factor = 1
decimals = 0
direction = "down"
frequency = "quarter"
level = "township"
formula = "户数"
formula_en = "Households"
source = "中心"
source_en = "Centre"
"""


def write_workbook(path: Path, sheets: Rows | Mapping[str, Rows]) -> Path:
    """Write a workbook: rows for one sheet, or rows by the sheets' names. Its cells keep their types."""
    workbook = xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"})
    for name, rows in (sheets if isinstance(sheets, Mapping) else {"Sheet1": sheets}).items():
        sheet = workbook.add_worksheet(name)
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(at, column, value)
                else:
                    sheet.write(at, column, value)
    workbook.close()
    return path


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a workbook into the test's folder."""
    return lambda name, sheets: write_workbook(tmp_path / name, sheets)


@pytest.fixture(scope="session")
def county_template(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database to copy: two townships of two villages each, a campaign of two tasks, two indicators."""
    folder = tmp_path_factory.mktemp("county")
    (folder / "dictionary.toml").write_text(DICTIONARY, encoding="utf-8")
    sheets: dict[str, Rows] = {"行政区划": REGIONS, "行动": CAMPAIGN, "任务": TASKS, "分解": TARGETS}
    base = write_workbook(folder / "base.xlsx", sheets)
    engine = databases.keep("county")
    for report in import_files(engine, [base, folder / "dictionary.toml"], language="en"):
        assert report.is_whole, report
    engine.dispose()
    return "county"


@pytest.fixture
def engine(databases: Databases, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """An empty database; the county's where the test asks for `county`."""
    is_county = "county" in request.fixturenames
    place = databases.copy(request.getfixturevalue("county_template")) if is_county else databases.new()
    with place as engine:
        yield engine


@pytest.fixture
def county(engine: Engine) -> Engine:
    """The database with two townships of two villages each, a campaign of two tasks, and two indicators."""
    return engine


@pytest.fixture
def take(engine: Engine) -> Take:
    """Bring one file in and return its report."""

    def _take(path: Path, **options: Any) -> Report:
        (report,) = import_files(engine, [path], **{"language": "en", **options})
        return report

    return _take


@pytest.fixture
def refused() -> Callable[[Report], dict[str, str]]:
    """Return the reasons (English message ids) of a report by cell."""

    def _refused(report: Report) -> dict[str, str]:
        return {refusal.cell: refusal.reason.text for part in report.kinds for refusal in part.refusals}

    return _refused
