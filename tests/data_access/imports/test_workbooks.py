import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from data_access.imports import workbook_child
from data_access.imports.errors import FileError
from data_access.imports.workbooks import read_workbook

SHEET = "xl/worksheets/sheet1.xml"


def repacked(path: Path, name: str, change) -> Path:
    """A copy of the workbook with one of its files changed."""
    target = path.with_name("changed.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            data = old.read(member)
            new.writestr(member, change(data) if member == name else data)
    return target


def reason(path: Path, **limits) -> str:
    with pytest.raises(FileError) as error:
        read_workbook(path, **limits)
    return error.value.reason.text


def test_cells_keep_their_place_and_kind(tmp_path: Path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["B3"], sheet["C3"], sheet["B4"], sheet["C4"] = "代码", "日期", 990101, date(2025, 9, 28)
    sheet["B5"], sheet["C5"], sheet["D5"] = "０１", datetime(2025, 9, 28, 10, 30), True
    sheet["D4"] = 1
    book.save(tmp_path / "a.xlsx")
    (read,), hidden = read_workbook(tmp_path / "a.xlsx")
    assert [read.cell(row, 1) for row in range(5)] == [None, None, "代码", 990101, "０１"]
    assert [read.cell(row, 2) for row in range(2, 5)] == ["日期", "2025-09-28", "2025-09-28 10:30:00"]
    assert [read.cell(3, 3), read.cell(4, 3)] == [1, "TRUE"]
    assert hidden == []


def test_text_merged_downwards_stands_in_each_row_and_numbers_do_not(tmp_path: Path):
    book = openpyxl.Workbook()
    book.active.append(["乡镇", "村", "目标值"])
    for village in ("上村", "下村", "中村"):
        book.active.append(["石岭镇", village, 5])
    book.active.merge_cells("A2:A4")
    book.active.merge_cells("C2:C4")
    book.save(tmp_path / "a.xlsx")
    (read,), _ = read_workbook(tmp_path / "a.xlsx")
    assert [read.cell(row, 0) for row in range(1, 4)] == ["石岭镇"] * 3
    assert [read.cell(row, 2) for row in range(1, 4)] == [5, None, None]


def test_an_error_cell_is_told_from_a_blank(tmp_path: Path):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet("分子 与 分母")
        sheet.write_row(0, 0, ["分子", "分母"])
        sheet.write_formula(1, 0, "=1/0", None, "#DIV/0!")
        sheet.write(1, 1, 5)
    (read,), _ = read_workbook(tmp_path / "a.xlsx")
    assert [read.cell(1, 0), read.cell(1, 1)] == ["#DIV/0!", 5]


def test_hidden_sheets_are_named_and_not_read(tmp_path: Path):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        book.add_worksheet("数据").write(0, 0, "x")
        book.add_worksheet("旧数据").hide()
    sheets, hidden = read_workbook(tmp_path / "a.xlsx")
    assert ([sheet.name for sheet in sheets], hidden) == (["数据"], ["旧数据"])


def test_a_cell_at_the_end_of_the_world_is_named(write):
    path = write("a.xlsx", [["代码"]])
    far = repacked(
        path,
        SHEET,
        lambda xml: xml.replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'),
    )
    assert "far outside" in reason(far)


def test_formatting_at_the_end_of_the_world_is_passed_over(write):
    path = write("a.xlsx", [["代码"]])
    styled = repacked(
        path,
        SHEET,
        lambda xml: xml.replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'),
    )
    (read,), _ = read_workbook(styled)
    assert read.cell(0, 0) == "代码"


def test_a_reference_that_hides_from_the_first_look_ends_at_the_memory_limit(write):
    """The first look knows names as programs write them; the parser takes others too, and asks for 512 GiB."""
    path = write("a.xlsx", [["代码"]])
    far = repacked(
        path, SHEET, lambda xml: xml.replace(b"</sheetData>", b'<row><c\nr="xfd1048576"><v>1</v></c></row></sheetData>')
    )
    assert "too large" in reason(far)


def test_a_tall_stray_cell_ends_at_the_memory_limit(write):
    path = write("a.xlsx", [["代码"]])
    tall = repacked(
        path,
        SHEET,
        lambda xml: xml.replace(b"</sheetData>", b'<row r="1048576"><c r="IV1048576"><v>1</v></c></row></sheetData>'),
    )
    assert "too large" in reason(tall, memory=2**30)


def test_a_zip_that_unfolds_to_a_gigabyte_is_not_opened(tmp_path: Path, write):
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
        for member in ("xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"):
            with package.open(member, "w") as target:
                for _ in range(30):
                    target.write(b" " * 1_000_000)
    assert bomb.stat().st_size < 100_000
    assert "unfolds" in reason(bomb)


def test_the_size_of_all_that_unfolds_is_limited(write, monkeypatch):
    path = write("a.xlsx", [["代码"]])
    monkeypatch.setattr(workbook_child, "MAX_UNPACKED", 1000)
    with pytest.raises(workbook_child.Refused, match="too_large"):
        workbook_child.errors_of(str(path))


def test_a_reader_that_takes_too_long_is_stopped(write):
    assert "too large" in reason(write("a.xlsx", [["代码"]]), seconds=0.001)


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04 no zip", "代码,名称".encode(), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)]
)
def test_what_is_no_workbook_is_refused_in_words(tmp_path: Path, data: bytes):
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    assert reason(path).endswith(".")


def test_a_zip_without_sheets_is_refused(tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as package:
        package.writestr("hello.txt", "hello")
    assert "damaged" in reason(tmp_path / "a.xlsx")


def test_a_file_cut_off_half_way_is_refused(write):
    path = write("a.xlsx", [[f"{row}-{column}" for column in range(20)] for row in range(200)])
    whole = path.read_bytes()
    for part in (0.1, 0.5, 0.95):
        path.write_bytes(whole[: int(len(whole) * part)])
        assert "damaged" in reason(path)
