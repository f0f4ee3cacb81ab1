"""The rows of one kind in one file: what can be taken of them, and what was refused with its cell and reason."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd

from data_access.imports.kind import Kind
from data_access.imports.sheets import Sheet, letter
from i18n import N_, Message

_ROWS_NAMED = 6
#: So many rows are refused with cell and reason; a table of millions that is wrong throughout fills no memory.
MOST_REFUSALS = 100_000


class Refusal(NamedTuple):
    """One reason why a row was not taken. `row` counts from 1 as a spreadsheet does; `cell` is such as D7."""

    sheet: str
    row: int
    cell: str
    value: str
    reason: Message


@dataclass(frozen=True)
class Table:
    """A sheet with the columns of its fields. A row of a batch is a row of one table."""

    sheet: Sheet
    headers: list[str]
    columns: dict[str, int]
    first_row: int
    #: How a cell is called; left out, by letter and number.
    cell_name: Callable[[int, str], str] | None = None
    #: The number of the sheet's first row; 0 where that only holds the names of entries counted from 1.
    first_number: int = 1

    def number(self, row: int) -> int:
        """Return the number of a row as the file's owner counts."""
        return row + self.first_number


@dataclass
class Batch:
    """Rows of one kind. `rows` has one column per field that the file has, and an index that `refuse` understands."""

    kind: Kind
    tables: list[Table]
    rows: pd.DataFrame
    #: By the index of `rows`: the table, and the row in its sheet counted from 0.
    origin: pd.DataFrame
    #: Rows read: neither blank nor subtotals.
    read: int = 0
    subtotals: int = 0
    refusals: dict[int, list[Refusal]] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)
    notes: list[Message] = field(default_factory=list)
    #: Rows refused beyond `MOST_REFUSALS`.
    refused_unlisted: int = 0

    @property
    def room(self) -> int:
        """How many more rows can be refused with cell and reason."""
        return max(MOST_REFUSALS - len(self.refusals), 0)

    def refuse(
        self, rows: pd.Series | pd.Index, names: str | Sequence[str], reason: Message | Callable[[int], Message]
    ) -> None:
        """Take rows (a mask over `rows`, or index values) out for `reason`, told at the first of these fields."""
        bad = rows if isinstance(rows, pd.Index) else self.rows.index[rows.to_numpy(dtype=bool)]
        if not len(bad):  # to drop nothing would copy millions of rows
            return
        self.refused_unlisted += max(len(bad) - (room := self.room), 0)
        for at in bad[:room]:
            self.note_refusal(int(at), names, reason(int(at)) if callable(reason) else reason)
        self.rows = self.rows.drop(index=bad)

    def note_refusal(self, at: int, names: str | Sequence[str], reason: Message) -> None:
        """Write down why the row `at` cannot be taken; `refuse` also takes it out."""
        table, row = self.tables[self.origin.at[at, "table"]], int(self.origin.at[at, "row"])
        present = [name for name in ([names] if isinstance(names, str) else names) if name in table.columns]
        filled = [name for name in present if table.sheet.text(row, table.columns[name])]
        cell, value = str(table.number(row)), ""
        if present:
            name = (filled or present)[0]
            column = table.columns[name]
            cell = table.cell_name(row, name) if table.cell_name else f"{letter(column)}{row + 1}"
            value = table.sheet.text(row, column)
        self.refusals.setdefault(at, []).append(Refusal(table.sheet.name, table.number(row), cell, value, reason))

    def refuse_future(self, today: date) -> None:
        """Refuse rows that say when something happened and name a day, or a month, that begins after `today`."""
        for field_ in self.kind.fields:
            if field_.is_past and field_.name in self.rows:
                days = self.rows[field_.name].astype("category")
                is_late = np.array([day > today for day in days.cat.categories] + [False])  # -1 is a null
                reason = N_("This is still to come (today is {today}): write when it happened.", today=today)
                self.refuse(pd.Series(is_late[days.cat.codes]), field_.name, reason)

    def refuse_duplicates(self) -> None:
        """Refuse all rows that share their key with another: which of them is right cannot be known."""
        key = list(self.kind.key)
        same = self.rows[self.rows.duplicated(key, keep=False)]
        if same.empty:
            return
        where: dict[int, Message] = {}
        for _, group in same.groupby(key, dropna=False, sort=False):
            names = [self._row_name(at) for at in group.index[:_ROWS_NAMED]]
            more = "…" if len(group) > _ROWS_NAMED else ""
            where |= dict.fromkeys(
                group.index, N_("The same entry stands in rows {rows}.", rows=", ".join(names) + more)
            )
        headers = [name for name in key if any(name in table.columns for table in self.tables)]
        self.refuse(same.index, headers, lambda at: where[at])

    def cell_names(self, rows: pd.Index, name: str) -> str:
        """Return what the first of these rows' cells in the field `name` are called, and … where there are more."""
        names = []
        for at in rows[:_ROWS_NAMED]:
            table = self.tables[self.origin.at[at, "table"]]
            cell = f"{letter(table.columns[name])}{self.origin.at[at, 'row'] + 1}"
            names.append(cell if len(self.tables) == 1 else f"{table.sheet.name}!{cell}")
        return ", ".join(names) + (" …" if len(rows) > _ROWS_NAMED else "")

    def _row_name(self, at: int) -> str:
        table = self.tables[self.origin.at[at, "table"]]
        number = str(table.number(self.origin.at[at, "row"]))
        return number if len(self.tables) == 1 else f"{table.sheet.name}!{number}"
