"""How the offices write a workbook: a title, a line of who filled it in, the header on row 3, most things as text."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import xlsxwriter

Writing = Callable[[date], str]

#: A workbook says when it was made; a fixed day keeps two runs alike to the byte.
_MADE = datetime(2026, 11, 30)
_HEADER_ROW = 2
_FULL_WIDTH = {code: code + 0xFEE0 for code in range(ord("!"), ord("~") + 1)}

#: The ways in which offices write a day.
DAYS: tuple[Writing, ...] = (
    lambda day: f"{day.year}.{day.month}.{day.day}",
    lambda day: f"{day:%Y%m%d}",
    lambda day: f"{day:%Y-%m-%d}",
    lambda day: f"{day.year}年{day.month}月{day.day}日",
    lambda day: f"{day.year}/{day.month}/{day.day}",
)


@dataclass(frozen=True)
class Sheet:
    """One sheet: what stands over the header, a table whose columns are the header, and a row of totals if any."""

    name: str
    title: str
    filled_by: str
    table: pd.DataFrame
    total: tuple[str | int, ...] = ()


def write_workbook(path: Path, sheets: list[Sheet]) -> Path:
    """Write the sheets to an xlsx file and return its path; texts stay texts, numbers numbers, NaN is blank."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as workbook:
        workbook.set_properties({"created": _MADE})
        bold = workbook.add_format({"bold": True})
        for sheet in sheets:
            worksheet = workbook.add_worksheet(sheet.name)
            worksheet.set_column(0, len(sheet.table.columns) - 1, 14)
            worksheet.write_string(0, 0, sheet.title, bold)
            worksheet.write_string(1, 0, sheet.filled_by)
            worksheet.write_row(_HEADER_ROW, 0, sheet.table.columns, bold)
            rows = sheet.table.itertuples(index=False, name=None)
            for number, row in enumerate(rows, start=_HEADER_ROW + 1):
                for column, value in enumerate(row):
                    if isinstance(value, str):
                        worksheet.write_string(number, column, value)
                    elif not math.isnan(value):
                        worksheet.write_number(number, column, value)
            if sheet.total:
                worksheet.write_row(_HEADER_ROW + 1 + len(sheet.table), 0, sheet.total)
    return path


def written_village(name: str, clerk: int) -> str:
    """Return a village's name as one of the clerks writes it: alone, or with the name of its committee behind."""
    return name + ("", "", "村委会", "村民委员会")[clerk % 4]


def full_width(text: str) -> str:
    """Return the text with its digits and signs as wide as Chinese characters, as some input methods leave them."""
    return text.translate(_FULL_WIDTH)


def plain(value: float, decimals: int = 0) -> str:
    """Return a number as text without thousands separators and without idle zeros after the point."""
    text = f"{value:.{decimals}f}"
    return text.rstrip("0").rstrip(".") if decimals else text
