"""What is taken away: every cell of its type, and none that a spreadsheet would run."""

import io
from datetime import date

import openpyxl
import pandas as pd

from pages.footnote import workbook_of

ROWS = pd.DataFrame(
    {
        "村": ['=HYPERLINK("http://example.org")', "+1", "@SUM(A1)", "-2", "http://example.org"],
        "人数": [1, 2, 3, 4, 5],
        "%": [1.5, None, 3.0, 4.0, 5.0],
        "月份": [date(2026, 10, 1)] * 5,
        "=1+1": ["x"] * 5,
    }
)


def sheets_of(sheets):
    return openpyxl.load_workbook(io.BytesIO(workbook_of(sheets)))


def test_text_stays_text_and_numbers_and_dates_are_what_they_are():
    sheet = sheets_of({"村": ROWS}).worksheets[0]
    assert [cell.value for cell in sheet[1]] == list(ROWS.columns)
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s", "n", "d"}
    for at, text in enumerate(ROWS["村"], 2):
        cell = sheet.cell(at, 1)
        assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)
    assert [sheet.cell(at, 2).value for at in range(2, 7)] == [1, 2, 3, 4, 5]
    assert [sheet.cell(at, 3).value for at in range(2, 5)] == [1.5, None, 3]
    assert sheet.cell(2, 4).value.date() == date(2026, 10, 1)
    assert sheet.cell(1, 5).data_type == "s"


def test_every_table_has_a_sheet_whatever_it_is_called():
    names = ["a" * 40, "a" * 41, "三保障/饮水[安全]:*?\\'", "History"]
    book = sheets_of(dict.fromkeys(names, ROWS))
    assert len(set(book.sheetnames)) == 4
    assert all(sheet.max_row == 6 for sheet in book.worksheets)


def test_a_table_without_rows_keeps_its_headings():
    sheet = sheets_of({"空": ROWS.iloc[:0]}).worksheets[0]
    assert [cell.value for cell in sheet[1]] == list(ROWS.columns)
