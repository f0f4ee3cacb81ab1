"""Workbooks into sheets, read by a process that may fail without taking this one along (`workbook_child.py`)."""

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

from data_access.imports import workbook_child
from data_access.imports.errors import FileError
from data_access.imports.sheets import Column, Sheet
from i18n import N_, Message

# 14,000,000 cells (a full sheet of 14 columns) took 2.6 GB; a county's largest workbook takes a tenth of that.
MEMORY = 4 * 2**30
# 100,000 rows x 14 columns take 2 s.
SECONDS = 120

_TOO_LARGE = N_(
    "The workbook is too large to be read: clear what stands far outside the table, or split it into several files."
)
_PROBLEMS = {
    "too_large": _TOO_LARGE,
    "memory": _TOO_LARGE,
    "bomb": N_("The workbook unfolds to far more than its size: it was not opened. Save it anew from Excel or WPS."),
    "old_or_password": N_(
        "The workbook has a password or the old .xls form: save it without a password as an .xlsx workbook."
    ),
    "damaged": N_("The workbook is damaged or is none: open it in Excel or WPS and save it anew as .xlsx."),
}


def read_workbook(path: Path, *, memory: int = MEMORY, seconds: float = SECONDS) -> tuple[list[Sheet], list[str]]:
    """Return the visible sheets of a workbook and the names of the hidden ones, which are not read.

    Raises FileError where it cannot be read within `memory` bytes and `seconds`.
    """
    # -I: neither the working directory nor the environment decides what this process imports.
    command = [sys.executable, "-I", str(Path(workbook_child.__file__)), str(path.absolute()), str(memory)]
    try:
        child = subprocess.run(command, capture_output=True, timeout=seconds, check=False)  # noqa: S603 - no shell
    except subprocess.TimeoutExpired as error:
        raise FileError(_TOO_LARGE) from error
    if child.returncode < 0:  # stopped by a signal: the parser asked for more memory than it may have
        raise FileError(_TOO_LARGE)
    if child.returncode > 0:
        raise FileError(_PROBLEMS["damaged"])
    answer = json.loads(child.stdout)
    if "problem" in answer:
        raise FileError(_problem(answer))
    return [_sheet(sheet) for sheet in answer["sheets"]], answer["hidden"]


def _problem(answer: dict[str, Any]) -> Message:
    if answer["problem"] == "far_cell":
        return N_("Cell {cell} is far outside any table: clear it and save the workbook again.", cell=answer["cell"])
    return _PROBLEMS[answer["problem"]]


def _sheet(sheet: dict[str, Any]) -> Sheet:
    columns = [
        Column(column["values"], np.frombuffer(base64.b64decode(column["codes"]), dtype=np.int32))
        for column in sheet["columns"]
    ]
    return Sheet(sheet["name"], columns)
