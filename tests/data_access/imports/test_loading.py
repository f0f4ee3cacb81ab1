import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from data_access.imports import exit_code, import_files
from data_access.imports.loading import expanded
from data_access.schema import load, observation, region

ROOT = Path(__file__).parents[3]
FIGURES = ["指标", "乡镇", "村", "时期", "分子", "分母"]
GOOD = ["guarantee.medical", "石岭镇", "上村", "2025-01", 9, 10]
BAD = ["guarantee.medical", "石岭镇", "无名村", "2025-01", 9, 10]


def loads(engine):
    with engine.connect() as connection:
        return connection.execute(select(load).order_by(load.c.id)).all()


def figures(engine) -> int:
    with engine.connect() as connection:
        counted = select(func.count()).where(observation.c.indicator == "guarantee.medical")
        return int(connection.execute(counted).scalar_one())


def test_each_kind_of_a_file_is_a_load(county):
    assert [(row.file, row.kind, row.rows, row.rows_changed) for row in loads(county)] == [
        ("dictionary.toml", "dictionary", 4, 4),
        ("base.xlsx", "regions", 7, 7),
        ("base.xlsx", "campaign", 1, 1),
        ("base.xlsx", "tasks", 2, 2),
        ("base.xlsx", "targets", 2, 2),
    ]


def test_a_load_says_who_and_which_file(county, take, write):
    report = take(write("a.xlsx", [FIGURES, GOOD, BAD]), by="统计科")
    last = loads(county)[-1]
    assert (last.loaded_by, last.rows, last.rows_changed, last.rows_refused) == ("统计科", 2, 1, 1)
    assert len(last.sha256) == 64
    assert exit_code([report]) == 1


def test_the_same_file_twice_changes_nothing(county, take, write):
    path = write("a.xlsx", [FIGURES, GOOD])
    assert take(path).changed == 1
    before = loads(county)
    again = take(path)
    assert (again.taken, again.changed) == (1, 0)
    assert loads(county) == before
    assert exit_code([again]) == 0


def test_strict_takes_all_or_nothing_of_all_files(county, write):
    files = [write("a.xlsx", [FIGURES, GOOD]), write("b.xlsx", [FIGURES, BAD])]
    before = loads(county)
    reports = import_files(county, files, strict=True, language="en")
    assert [(report.is_undone, report.taken, report.changed) for report in reports] == [(True, 0, 0)] * 2
    assert exit_code(reports) == 2
    assert (loads(county), figures(county)) == (before, 0)
    assert exit_code(import_files(county, files[:1], strict=True, language="en")) == 0
    assert figures(county) == 3


def test_files_go_in_by_what_they_build_on(engine, write, tmp_path):
    from .conftest import CAMPAIGN, DICTIONARY, REGIONS, TARGETS, TASKS

    (tmp_path / "z.toml").write_text(DICTIONARY, encoding="utf-8")
    rows = {"a": [FIGURES, GOOD], "b": TARGETS, "c": TASKS, "d": CAMPAIGN, "e": REGIONS}
    files = [write(f"{name}.xlsx", sheet) for name, sheet in rows.items()]
    reports = import_files(engine, [*files, tmp_path / "z.toml"], language="en")
    assert [report.path.name for report in reports] == ["z.toml", "e.xlsx", "d.xlsx", "c.xlsx", "b.xlsx", "a.xlsx"]
    assert exit_code(reports) == 0


def test_sheets_of_one_kind_are_taken_together(county, take, write, refused):
    other = ["guarantee.medical", "青塘乡", "上村", "2025-01", 5, 10]
    report = take(
        write("a.xlsx", {"石岭镇": [FIGURES, GOOD], "青塘乡": [FIGURES, other, GOOD], "说明": [["填表说明"]]})
    )
    assert [part.kind for part in report.kinds] == ["indicators"]
    assert report.taken == 1
    assert report.kinds[0].refusals[0].reason.values == {"rows": "石岭镇!2, 青塘乡!3"}
    assert report.notes[0].values == {"names": "说明"}


def test_a_sheet_that_lacks_a_column_does_not_stop_the_others(county, take, write):
    report = take(
        write("a.xlsx", {"好": [FIGURES, GOOD], "缺": [["指标", "乡镇", "村", "分子", "分母"], [*GOOD[:3], 1, 2]]})
    )
    assert report.taken == 1
    assert report.problems[0].values["sheet"] == "缺"
    assert exit_code([report]) == 1


def test_columns_that_nobody_knows_are_named(county, take, write):
    assert take(write("a.xlsx", [["序号", *FIGURES, "备注"], [1, *GOOD, "x"]])).kinds[0].ignored == ["序号", "备注"]


def test_a_csv_in_gb18030_is_as_good_as_a_workbook(county, take, tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("\r\n".join(",".join(map(str, row)) for row in (FIGURES, GOOD)).encode("gb18030"))
    assert take(path).taken == 1


@pytest.mark.parametrize("name", ["a.xls", "a.docx", "a", "missing.xlsx", "broken.xlsx", "notes.csv"])
def test_what_cannot_be_read_is_told_in_a_sentence(engine, take, tmp_path, name):
    if name != "missing.xlsx":
        (tmp_path / name).write_bytes(b"hello")
    report = take(tmp_path / name)
    assert len(report.problems) == 1
    assert exit_code([report]) == 2


def test_folders_are_searched_and_refused_rows_of_before_are_not_taken_for_files(tmp_path):
    inside = tmp_path / "05 指标"
    inside.mkdir()
    for path in ("b.xlsx", "a.CSV", "~$b.xlsx", "b.refused.xlsx", "x.pdf", "05 指标/c.geojson"):
        (tmp_path / path).touch()
    assert [path.name for path in expanded([tmp_path])] == ["c.geojson", "a.CSV", "b.xlsx"]
    assert expanded([tmp_path / "b.refused.xlsx", tmp_path / "b.refused.xlsx"]) == [tmp_path / "b.refused.xlsx"]


def test_progress_runs_from_0_to_1(county, write):
    seen: list[float] = []
    import_files(
        county, [write("a.xlsx", [FIGURES, GOOD])], language="en", on_progress=lambda _, share: seen.append(share)
    )
    assert seen[0] == 0
    assert seen[-1] == 1
    assert seen == sorted(seen)


def test_a_kill_in_the_middle_leaves_the_last_state(county, take, write, tmp_path):
    path = write("a.xlsx", [FIGURES, GOOD])
    before = loads(county)
    program = f"""
import sys, time
from data_access.database import open_engine
from data_access.imports import loading
refresh = loading._refresh
def slow(context):
    refresh(context)
    print("written", flush=True)
    time.sleep(60)
loading._refresh = slow
loading.import_files(open_engine({str(county.url)!r}), [{str(path)!r}])
"""
    child = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    with child:
        assert child.stdout is not None
        assert child.stdout.readline() == "written\n"
        os.kill(child.pid, signal.SIGKILL)
    assert child.returncode == -signal.SIGKILL
    assert (loads(county), figures(county)) == (before, 0)
    assert take(path).changed == 1
    assert figures(county) == 3


CELLS = st.one_of(
    st.text(max_size=12),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["T01", "石岭镇", "上村", "2025-10-01", "5"]),
)


@given(
    st.lists(st.lists(CELLS, min_size=7, max_size=7), max_size=5), st.sampled_from(["reports", "indicators", "regions"])
)
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_table_can_bring_the_importer_down(county, tmp_path, rows, kind):
    headers = {
        "reports": ["任务编号", "乡镇", "村", "目标值", "当前完成值", "更新时间", "存在问题"],
        "indicators": ["指标", "行政区划代码", "村", "时期", "分子", "分母", "计划"],
        "regions": ["代码", "名称", "级别", "上级代码", "户数", "经度", "纬度"],
    }
    path = tmp_path / "any.csv"
    lines = [headers[kind], *([str(cell).replace('"', "").replace("\x00", "") for cell in row] for row in rows)]
    path.write_text(
        "\n".join(",".join(f'"{cell}"' for cell in line) for line in lines), encoding="utf-8", errors="replace"
    )
    (report,) = import_files(county, [path], language="en")
    if not report.problems:
        assert report.taken + report.refused == report.read
    with county.connect() as connection:
        assert connection.execute(select(func.count()).select_from(region)).scalar_one() >= 7
