import openpyxl
import pytest

from data_access.imports.refused import refused_path

FIGURES = ["指标", "乡镇", "村", "时期", "分子（人）", "分母", "备注"]
GOOD = ["guarantee.medical", "石岭镇", "上村", "2025-01", 9, 10, ""]
BAD = ["guarantee.medical", "石岭镇", '=HYPERLINK("http://x")', "2025-01", -9, "x", "=1+1"]


def cells(path):
    sheet = openpyxl.load_workbook(path).active
    return [[cell.value for cell in row] for row in sheet.iter_rows()], sheet


def test_refused_rows_stand_beside_the_file_as_they_were(county, take, write):
    report = take(write("台账.xlsx", [["2025年台账"], [], FIGURES, GOOD, BAD]))
    assert report.refused_file is not None
    assert report.refused_file.name == "台账.refused.xlsx"
    (header, row), _ = cells(report.refused_file)
    assert header == [*FIGURES, "Reason", "Cell"]
    assert row[:6] == BAD[:6]
    assert row[8] == "F5"
    assert "number" in row[7]


def test_every_problem_of_a_row_is_named(county, take, write):
    report = take(write("a.xlsx", [FIGURES, [*BAD[:4], "x", "y", ""]]))
    (_, row), _ = cells(report.refused_file)
    assert row[8] == "E2, F2"
    assert len(row[7].splitlines()) == 2


def test_a_strangers_formula_stays_text(county, take, write):
    report = take(write("a.xlsx", [FIGURES, BAD]))
    _, sheet = cells(report.refused_file)
    assert [sheet.cell(2, column).data_type for column in (3, 7)] == ["s", "s"]


def test_the_reasons_are_in_the_language_asked_for(county, take, write):
    report = take(write("a.xlsx", [FIGURES, BAD]), language="zh_CN")
    (header, _), _ = cells(report.refused_file)
    assert header[-2:] == ["原因", "单元格"]


def test_corrected_rows_can_be_handed_in_as_they_are(county, take, write):
    report = take(write("a.xlsx", [["台账"], FIGURES, [*GOOD[:4], -9, 10, ""]]))
    book = openpyxl.load_workbook(report.refused_file)
    book.active["E2"] = 9
    book.save(report.refused_file)
    again = take(report.refused_file)
    assert again.is_whole
    assert again.changed == 1


def test_only_the_refused_rows_of_before_are_written_over(county, take, write, tmp_path):
    path = write("a.xlsx", [FIGURES, BAD])
    before = path.read_bytes()
    assert take(path).refused_file == take(path).refused_file
    assert path.read_bytes() == before
    assert {p.name for p in tmp_path.iterdir() if p.suffix == ".xlsx"} == {"a.xlsx", "a.refused.xlsx"}
    refused_again = take(tmp_path / "a.refused.xlsx")
    assert refused_again.refused_file.name == "a.refused.refused.xlsx"


def test_a_workbook_and_a_csv_of_one_name_do_not_share_their_refused_rows(tmp_path):
    assert refused_path(tmp_path / "a.csv").name == "a.csv.refused.xlsx"
    assert refused_path(tmp_path / "a.xlsx") != refused_path(tmp_path / "a.csv")


def test_where_nothing_can_be_written_the_import_still_goes_on(county, take, write, monkeypatch):
    def denied(*_):
        raise OSError("read-only file system")

    monkeypatch.setattr("data_access.imports.loading.write_refused", denied)
    report = take(write("a.xlsx", [FIGURES, GOOD, BAD]))
    assert report.taken == 1
    assert report.refused_file is None
    assert report.notes[-1].values == {"problem": "read-only file system"}


@pytest.mark.parametrize("count", [2000])
def test_many_refused_rows_are_all_there(county, take, write, count):
    report = take(write("a.xlsx", [FIGURES, *([*BAD[:4], f"x{at}", 1, ""] for at in range(count))]))
    rows, _ = cells(report.refused_file)
    assert len(rows) == count + 1
