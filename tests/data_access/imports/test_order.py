"""Several files given together: in which order they go in, and which of them go in together."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, event, func, select

from data_access.imports import Report, import_files
from data_access.schema import household, household_income

from .conftest import Rows, Write

REGIONS = [
    ["代码", "名称", "级别", "上级代码"],
    ["C", "云岭县", "县", ""],
    ["T", "石岭镇", "乡镇", "C"],
    ["V", "上村", "村", "T"],
]
REGISTER = ["户编号", "行政区划代码", "户类型", "人数"]
INCOME = [
    "户编号",
    "月份",
    "工资性收入",
    "生产经营性收入",
    "财产性收入",
    "转移性收入",
    "生产经营性支出",
    "当前家庭人口数",
]


def register(*homes: str) -> Rows:
    return [REGISTER, *([home, "V", "一般农户", 3] for home in homes)]


def income(*homes: str) -> Rows:
    return [INCOME, *([home, "2025-03", 900, 0, 0, 10, 0, 3] for home in homes)]


@pytest.fixture
def commits(engine: Engine) -> Iterator[list[int]]:
    """A list that grows with every transaction that is committed."""
    seen: list[int] = []
    event.listen(engine, "commit", committed := lambda _: seen.append(1))
    yield seen
    event.remove(engine, "commit", committed)


def counts(engine: Engine) -> tuple[int, int]:
    with engine.connect() as connection:
        homes, months = (
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (household, household_income)
        )
    return homes, months


def names(reports: list[Report]) -> list[str]:
    return [report.path.name for report in reports]


@pytest.mark.parametrize("strict", [False, True])
def test_a_workbook_may_need_rows_that_need_rows_of_its_own(
    engine: Engine, write: Write, commits: list[int], strict: bool
):
    mixed = write("a.xlsx", {"区划": REGIONS, "收入": income("H1")})
    between = write("b.xlsx", register("H1"))
    reports = import_files(engine, [mixed, between], strict=strict)
    assert all(report.is_whole for report in reports)
    assert counts(engine) == (1, 1)
    assert len(commits) == 1


def test_workbooks_that_bring_what_they_need_are_transactions_of_their_own(
    engine: Engine, write: Write, commits: list[int]
):
    import_files(engine, [write("regions.xlsx", REGIONS)])
    own = [write(f"{n}.xlsx", {"户": register(f"H{n}"), "收入": income(f"H{n}")}) for n in range(3)]
    assert all(report.is_whole for report in import_files(engine, own))
    assert counts(engine) == (3, 3)
    assert len(commits) == 4


def test_a_workbook_waits_for_what_comes_between_its_sheets(engine: Engine, write: Write, commits: list[int]):
    files = [
        write(
            "a.xlsx",
            {"户": register("H1"), "研判": [["户编号", "研判月份", "研判时间"], ["H2", "202503", "2025-03-20"]]},
        ),
        write("b.xlsx", income("H1", "H2")),
        write("c.xlsx", {"区划": REGIONS, "户": register("H2")}),
    ]
    reports = import_files(engine, files)
    assert all(report.is_whole for report in reports)
    assert names(reports) == ["c.xlsx", "a.xlsx", "b.xlsx"]
    assert counts(engine) == (2, 2)


def test_a_file_that_cannot_be_read_holds_up_no_other(engine: Engine, write: Write, tmp_path, commits: list[int]):
    (tmp_path / "broken.xlsx").write_bytes(b"no")
    reports = import_files(engine, [tmp_path / "broken.xlsx", write("regions.xlsx", REGIONS)])
    assert names(reports) == ["regions.xlsx", "broken.xlsx"]
    assert [report.changed for report in reports] == [3, 0]


def test_reports_tell_the_time_of_the_sums_too(engine: Engine, write: Write, monkeypatch: pytest.MonkeyPatch):
    ticks = iter(range(0, 1000, 10))
    monkeypatch.setattr("data_access.imports.loading.time.perf_counter", lambda: next(ticks))
    (report,) = import_files(engine, [write("regions.xlsx", REGIONS)])
    assert report.seconds == 20
