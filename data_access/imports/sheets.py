"""A table as it was handed in, column by column."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Value = str | float | None

# JSON may hold half a character; no database and no workbook can.
_SURROGATE = re.compile("[\ud800-\udfff]")


class Numbers(NamedTuple):
    """A column's cells as numbers; `is_odd` where one is neither a plain number nor empty and must be looked at."""

    values: NDArray[np.float64]
    is_odd: NDArray[np.bool_]


class Cells(Protocol):
    """One column: `values` are its distinct cells (None is blank), `codes` says which of them stands in each row."""

    @property
    def values(self) -> list[Value]: ...  # noqa: D102
    @property
    def codes(self) -> NDArray[np.int32]: ...  # noqa: D102
    @property
    def height(self) -> int: ...  # noqa: D102

    def cell(self, row: int) -> Value:
        """Return a cell, counted from 0."""

    def numbers(self, first_row: int) -> Numbers | None:
        """Return the cells from a row on, None where they are best looked at by their distinct values."""


@dataclass(frozen=True)
class Column:
    """A column of which each distinct cell is kept once."""

    values: list[Value]
    codes: NDArray[np.int32]

    @classmethod
    def of(cls, cells: Iterable[Value]) -> "Column":
        """Return the column of these cells."""
        known: dict[Value, int] = {}
        codes = [known.setdefault(cell, len(known)) for cell in cells]
        return cls(list(known), np.array(codes, dtype=np.int32))

    @property
    def height(self) -> int:
        """The number of rows."""
        return len(self.codes)

    def cell(self, row: int) -> Value:
        """Return a cell, counted from 0."""
        return self.values[int(self.codes[row])]

    def numbers(self, first_row: int) -> Numbers | None:  # noqa: ARG002
        """Return None: there are few enough of them."""
        return None


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook, a CSV file, or the entries of another file laid out as a table."""

    name: str
    columns: Sequence[Cells]

    @property
    def height(self) -> int:
        """The number of rows, counted from the sheet's first."""
        return self.columns[0].height if self.columns else 0

    def cell(self, row: int, column: int) -> Value:
        """Return a cell; both counted from 0."""
        return self.columns[column].cell(row)

    def text(self, row: int, column: int) -> str:
        """Return a cell as it is shown to its owner; empty for a blank one."""
        return shown(self.cell(row, column))


def shown(value: Value) -> str:
    """Return a cell's value as text: whole numbers without a decimal point."""
    if value is None:
        return ""
    return value if isinstance(value, str) else format(value, ".15g")


def of_records(name: str, headers: Sequence[str], records: Iterable[Mapping[str, Any]]) -> Sheet:
    """Lay records out as a sheet: the headers in its first row, one record a row below. Values become text."""
    rows = list(records)
    return Sheet(name, [Column.of([header, *(_as_text(row.get(header)) for row in rows)]) for header in headers])


def _as_text(value: Any) -> str | None:
    if value is None or isinstance(value, (dict, list)):
        return None
    return _SURROGATE.sub("\ufffd", unicodedata.normalize("NFC", str(value)))


def letter(column: int) -> str:
    """Return the name of a column, counted from 0, as a spreadsheet writes it: A to Z, then AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
