"""Runs alone in a process of its own, with little memory and little time: reads one workbook and prints it as JSON.

Usage: python -I workbook_child.py FILE MEMORY_IN_BYTES. A workbook is input from outside: it may be built to unfold to
gigabytes or to make its parser ask for them, so its zip and its cell references are looked at before a parser sees it.

Prints {"sheets": [{"name", "columns": [{"values", "codes"}]}], "hidden": [names]}, where `codes` is base64 of 32-bit
indexes into `values`; or {"problem": id, …} (`workbooks.py` has the sentences).
"""

import base64
import json
import posixpath
import re
import resource
import sys
import zipfile
from array import array
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from xml.etree import ElementTree

# A sheet of 1,000,000 rows x 14 columns is some 700 MB of XML; nothing that a person fills in comes near.
MAX_UNPACKED = 1_000_000_000
# Sheets of repeated rows reach some 60 to 1; deflate ends at 1,032 to 1, where bombs are.
MAX_RATIO = 400
RATIO_MATTERS_FROM = 10_000_000
MAX_MEMBERS = 2_000
# 256 columns: A to IV, what a sheet of the old format could hold.
_FAR_COLUMN = re.compile(rb"""[ ]r=["']((?:I[W-Z]|[J-Z][A-Z]|[A-Z]{3,})\d+)["'][^>]*>""")
_SHEET_XML = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_ERROR_CELL = b't="e"'
_CELL_AT = re.compile(rb"""[ ]r=["']([A-Z]{1,3})(\d{1,7})["']""")
_CELL_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]{1,20})</")
_NAMESPACES = {
    "main": "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "package": "http://schemas.openxmlformats.org/package/2006/relationships",
}
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

Errors = dict[str, list[tuple[int, int, str]]]


class Refused(Exception):  # noqa: N818 - the name of what happens to the file
    """The workbook is not read; `problem` and `detail` say why."""

    def __init__(self, problem: str, **detail: Any) -> None:
        super().__init__(problem)
        self.answer = {"problem": problem, **detail}


def errors_of(path: str) -> Errors:
    """Look through the zip before it is opened as a workbook. Return the cells that hold an error, by sheet file.

    Raises Refused for a zip that unfolds to too much and for a filled cell far outside any table.
    """
    found: Errors = {}
    with zipfile.ZipFile(path) as package:
        members = package.infolist()
        total = sum(member.file_size for member in members)
        packed = max(sum(member.compress_size for member in members), 1)
        if total > MAX_UNPACKED or len(members) > MAX_MEMBERS:
            raise Refused("too_large")
        if total > RATIO_MATTERS_FROM and total / packed > MAX_RATIO:
            raise Refused("bomb")
        for member in members:
            if _SHEET_XML.fullmatch(member.filename):
                with package.open(member) as source:
                    # The size that the zip states may be a lie: read no further than it says.
                    xml = source.read(member.file_size + 1)
                if len(xml) > member.file_size:
                    raise Refused("bomb")
                for far in _FAR_COLUMN.finditer(xml):
                    if not far[0].endswith(b"/>"):
                        raise Refused("far_cell", cell=far[1].decode())
                found[member.filename] = list(_errors_in(xml))
    return found


def _errors_in(xml: bytes) -> Iterator[tuple[int, int, str]]:
    """Give row, column (from 0) and text of the cells of type "error", which calamine reads as blank."""
    at = xml.find(_ERROR_CELL)
    while at >= 0:
        begin, end = xml.rfind(b"<", 0, at), xml.find(b">", at)
        reference, value = _CELL_AT.search(xml, begin, end), _CELL_VALUE.search(xml, end, end + 40_000)
        if reference and value:
            column = 0
            for letter in reference[1]:
                column = column * 26 + letter - ord("A") + 1
            yield int(reference[2]) - 1, column - 1, value[1].decode("ascii", "replace")
        at = xml.find(_ERROR_CELL, at + 1)


def sheet_files(path: str) -> dict[str, str]:
    """Return the file of each sheet inside the package, by the sheet's name."""
    with zipfile.ZipFile(path) as package:
        book = ElementTree.fromstring(package.read("xl/workbook.xml"))  # noqa: S314 - size and memory are bounded
        relations = ElementTree.fromstring(package.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    targets = {
        relation.get("Id"): posixpath.normpath(posixpath.join("/xl", relation.get("Target", "")))
        for relation in relations.iterfind("package:Relationship", _NAMESPACES)
    }
    return {
        sheet.get("name", ""): targets.get(sheet.get(_RELATION), "").lstrip("/")
        for sheet in book.iterfind("main:sheets/main:sheet", _NAMESPACES)
    }


def plain_value(value: Any) -> str | float | None:
    """Return a cell as text or number, None for a blank one; dates in ISO form."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value) if isinstance(value, timedelta) else value


def columns_of(sheet: Any, errors: list[tuple[int, int, str]]) -> list[dict[str, Any]]:
    """Return the sheet's columns; a cell merged downwards repeats its text, an error cell holds the error's name."""
    columns = [list(cells) for cells in zip(*sheet.to_python(skip_empty_area=False), strict=True)]
    height = len(columns[0]) if columns else 0
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if left == right < len(columns) and top < height and isinstance(columns[left][top], str):
            columns[left][top : min(bottom + 1, height)] = [columns[left][top]] * (min(bottom + 1, height) - top)
    for row, column, name in errors:
        if column < len(columns) and row < height:
            columns[column][row] = name
    return [_encoded(cells) for cells in columns]


def _encoded(cells: list[Any]) -> dict[str, Any]:
    if bool in set(map(type, cells)):
        cells = [plain_value(value) for value in cells]  # else TRUE and 1 would be one value
    known: dict[Any, int] = {}
    codes = array("i", [known.setdefault(cell, len(known)) for cell in cells])
    return {"values": [plain_value(value) for value in known], "codes": base64.b64encode(codes.tobytes()).decode()}


def read(path: str) -> dict[str, Any]:
    """Return the workbook's visible sheets and the names of the hidden ones. Raises Refused."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

    with open(path, "rb") as source:  # noqa: PTH123 - this process starts in milliseconds, pathlib takes its share
        if source.read(8) == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
            raise Refused("old_or_password")
    try:
        errors = errors_of(path)
        files = sheet_files(path)
        book = CalamineWorkbook.from_path(path)
        visible = [m.name for m in book.sheets_metadata if m.visible == SheetVisibleEnum.Visible]
        sheets = [
            {"name": name, "columns": columns_of(book.get_sheet_by_name(name), errors.get(files.get(name, ""), []))}
            for name in visible
        ]
        return {"sheets": sheets, "hidden": [name for name in book.sheet_names if name not in visible]}
    except PasswordError as error:
        raise Refused("old_or_password") from error
    except (CalamineError, zipfile.BadZipFile, ElementTree.ParseError, KeyError, NotImplementedError, OSError) as error:
        raise Refused("damaged") from error


def main() -> None:
    """Read the workbook named on the command line and print it."""
    path, memory = sys.argv[1], int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        answer = read(path)
    except Refused as error:
        answer = error.answer
    except MemoryError:
        answer = {"problem": "memory"}
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode())


if __name__ == "__main__":
    main()
