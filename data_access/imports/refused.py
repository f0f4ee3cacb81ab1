"""What was refused, as a workbook beside the file: the rows as they were, each with its cells and reasons.

It can be corrected and handed in as it is: the added columns are ones that no kind knows.
"""

import re
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
import xlsxwriter

from data_access.imports.batch import Batch, Table
from data_access.imports.sheets import Value
from i18n import N_, Words

ENDING = ".refused.xlsx"

# A cell that begins with = must stay the text that it was: no formula of a stranger runs on the reader's machine.
_AS_TEXT = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "constant_memory": True,
}
_LONGEST_CELL = 32_767
_LONGEST_SHEET_NAME = 31
_NOT_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")
_WIDTH = 16
_REASON_WIDTH = 60


def refused_path(path: Path) -> Path:
    """Return where the refused rows of `path` go; a file that is no workbook keeps its own ending in the name."""
    name = path.stem if path.suffix.lower() == ".xlsx" else path.name
    return path.with_name(name + ENDING)


def write_refused(path: Path, batches: Iterable[Batch], words: Words) -> Path:
    """Write the refused rows of `batches` beside `path`, over those of an earlier import of it. Raises OSError."""
    target = refused_path(path)
    unfinished = target.with_name(target.name + ".part")
    workbook = xlsxwriter.Workbook(unfinished, _AS_TEXT)
    try:
        for batch in batches:
            origin = batch.origin.loc[sorted(batch.refusals)]
            for table_at, rows in origin.groupby("table"):
                _write_sheet(workbook, batch, batch.tables[table_at], rows["row"], words)
        workbook.close()
        unfinished.replace(target)
    except xlsxwriter.exceptions.FileCreateError as error:
        raise OSError(str(error)) from error
    finally:
        unfinished.unlink(missing_ok=True)
    return target


def _write_sheet(workbook: xlsxwriter.Workbook, batch: Batch, table: Table, rows: pd.Series, words: Words) -> None:
    """Write the refused rows of one table; `rows` holds their rows in the sheet by their index in the batch."""
    sheet = workbook.add_worksheet(_sheet_name(table.sheet.name, len(workbook.worksheets()) + 1))
    bold = workbook.add_format({"bold": True})
    width = len(table.headers)
    sheet.set_column(0, max(width - 1, 0), _WIDTH)
    sheet.set_column(width, width, _REASON_WIDTH)
    for column, header in enumerate([*table.headers, words.say(N_("Reason")), words.say(N_("Cell"))]):
        sheet.write_string(0, column, header, bold)
    for line, (at, row) in enumerate(rows.items(), start=1):
        for column in range(width):
            _write(sheet, line, column, table.sheet.cell(row, column))
        reasons = batch.refusals[at]
        _write(sheet, line, width, "\n".join(words.say(refusal.reason) for refusal in reasons))
        _write(sheet, line, width + 1, ", ".join(dict.fromkeys(refusal.cell for refusal in reasons)))


def _write(sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, value: Value) -> None:
    if isinstance(value, str):
        sheet.write_string(row, column, value[:_LONGEST_CELL])
    elif value is not None:
        sheet.write_number(row, column, value)


def _sheet_name(name: str, number: int) -> str:
    allowed = _NOT_IN_SHEET_NAME.sub(" ", name)[: _LONGEST_SHEET_NAME - 4].strip()
    return f"{number} {allowed}" if allowed != name else name
