"""Sheets of one kind into a batch of typed rows. Each distinct value of a column is looked at once only."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data_access.imports.batch import Batch, Table
from data_access.imports.cell_types import MONEY, checked
from data_access.imports.errors import CellError
from data_access.imports.headers import Recognised
from data_access.imports.kind import Field, Kind
from data_access.imports.sheets import Cells, Numbers, Value
from data_access.imports.text import cleaned, plain
from i18n import N_, Message

_SUBTOTAL = re.compile(r"(?:.{1,20}[省市州县区乡镇村道])?(?:小计|合计|总计|共计)[:：]?")

_UNIT_SAID = re.compile(r"单位:((?:千|万|亿)?元)")


def checked_rows(kind: Kind, recognised: Sequence[Recognised]) -> Batch:
    """Return the rows of these sheets, all of `kind`, as one batch; what its types cannot take is refused already."""
    tables = [
        Table(found.sheet, [header.shown for header in found.headers], found.columns, found.first_row)
        for found in recognised
    ]
    units = [_units(kind, found) for found in recognised]
    return batch_of(kind, tables, units, ignored=[name for found in recognised for name in found.ignored])


def _units(kind: Kind, found: Recognised) -> dict[str, str]:
    """Return each field's unit; amounts that share one take it from each other, or from what stands over the header."""
    units = {name: found.headers[at].unit for name, at in found.columns.items()}
    sharing = [field.name for field in kind.fields if field.type.shares_unit and field.name in units]
    said = {units[name] for name in sharing} & MONEY.keys() or _units_above(found)
    if len(said) == 1:
        units |= dict.fromkeys((name for name in sharing if units[name] not in MONEY), *said)
    return units


def _units_above(found: Recognised) -> set[str]:
    above = (column.cell(row) for column in found.sheet.columns for row in range(found.first_row))
    texts = (plain(value) for value in above if isinstance(value, str))
    return {unit for text in texts for unit in _UNIT_SAID.findall(text)}


def batch_of(kind: Kind, tables: list[Table], units: Sequence[dict[str, str]], ignored: Sequence[str] = ()) -> Batch:
    """Return the rows of `tables` as one batch of typed rows. `units` holds each table's units by field name."""
    batch = Batch(kind, tables, pd.DataFrame(), pd.DataFrame(), ignored=list(dict.fromkeys(ignored)))
    numbers = [_numbers(kind, table) for table in tables]
    filled = [_filled(batch, table, own) for table, own in zip(tables, numbers, strict=True)]
    batch.read = sum(map(len, filled))
    batch.origin = pd.DataFrame({"table": np.repeat(range(len(tables)), [*map(len, filled)]), "row": _joined(filled)})
    parts, first = [], 0
    is_refused = np.zeros(batch.read, dtype=bool)
    for table, unit, rows, own in zip(tables, units, filled, numbers, strict=True):
        typed = {}
        for field in (field for field in kind.fields if field.name in table.columns):
            cells = _FieldCells(batch, table, field, unit.get(field.name, ""), rows, first, is_refused)
            of_field = own.get(table.columns[field.name])
            typed[field.name] = cells.typed() if of_field is None else cells.typed_numbers(of_field)
        # Not copied into one block: of a large table that would be half a gigabyte.
        parts.append(pd.DataFrame(typed, index=pd.RangeIndex(first, first + len(rows)), copy=False))
        first += len(rows)
    batch.rows = _stacked(parts) if len(parts) > 1 else parts[0]
    if is_refused.any():
        batch.rows = batch.rows[~is_refused]
        batch.refused_unlisted = int(is_refused.sum()) - len(batch.refusals)
    return batch


def _stacked(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Return the rows of several sheets as one table; a column's categories are those of all of them."""
    for name in (name for name, kind in parts[0].dtypes.items() if isinstance(kind, pd.CategoricalDtype)):
        every = pd.api.types.union_categoricals([part[name] for part in parts]).categories
        parts = [part.assign(**{name: part[name].cat.set_categories(every)}) for part in parts]
    return pd.concat(parts)


def _joined(rows: list[NDArray[np.intp]]) -> NDArray[np.intp]:
    return np.concatenate(rows) if rows else np.empty(0, dtype=np.intp)


def _numbers(kind: Kind, table: Table) -> dict[int, Numbers]:
    """Return the columns of a large table that are numbers: those that shall be, and those that nobody asks for."""
    others = {table.columns[f.name] for f in kind.fields if f.name in table.columns and f.type.takes is None}
    asked = (at for at in range(len(table.sheet.columns)) if at not in others)
    found = {at: table.sheet.columns[at].numbers(table.first_row) for at in asked}
    return {at: numbers for at, numbers in found.items() if numbers is not None}


def _filled(batch: Batch, table: Table, numbers: dict[int, Numbers]) -> NDArray[np.intp]:
    """Return the rows of the table that hold an entry; count those that hold a subtotal."""
    types = {table.columns[field.name]: field.type for field in batch.kind.fields if field.name in table.columns}
    height = table.sheet.height - table.first_row
    has_entry, is_subtotal = np.zeros(height, dtype=bool), np.zeros(height, dtype=bool)
    for at, column in enumerate(table.sheet.columns):
        looked_at: slice | NDArray[np.bool_] = slice(None)
        if at in numbers:
            if at in types:
                has_entry |= ~np.isnan(numbers[at].values)
            looked_at = numbers[at].is_odd
            if not looked_at.any():
                continue
        codes = column.codes[table.first_row :][looked_at]
        if at in types:
            has_entry[looked_at] |= np.array([not _is_blank(value) for value in column.values], dtype=bool)[codes]
        if at not in types or not types[at].is_free:
            is_subtotal[looked_at] |= np.array([_is_subtotal(value) for value in column.values], dtype=bool)[codes]
    batch.subtotals += int((has_entry & is_subtotal).sum())
    rows: NDArray[np.intp] = np.flatnonzero(has_entry & ~is_subtotal) + table.first_row
    return rows


def _is_blank(value: Value) -> bool:
    return value is None or (isinstance(value, str) and cleaned(value) is None)


def _is_subtotal(value: Value) -> bool:
    if not isinstance(value, str) or value.isascii() or len(value) >= 60:
        return False
    return _SUBTOTAL.fullmatch(plain(value)) is not None


@dataclass(frozen=True)
class _FieldCells:
    """A field's cells in `rows` of a table, the first of which is row `first` of the batch; notes what is refused."""

    batch: Batch
    table: Table
    field: Field
    unit: str
    rows: NDArray[np.intp]
    first: int
    #: By row of the batch, for all its fields.
    is_refused: NDArray[np.bool_]

    @property
    def _column(self) -> Cells:
        return self.table.sheet.columns[self.table.columns[self.field.name]]

    def typed(self) -> pd.Series:
        """Return the values of the cells, of which each distinct one is looked at once."""
        codes, index = self._column.codes[self.rows], pd.RangeIndex(self.first, self.first + len(self.rows))
        values = self._parsed(codes, np.arange(len(codes)))
        if self.field.type.dtype == "category":
            # Two ways of writing the same are one category.
            which, distinct = pd.factorize(values)
            return pd.Series(pd.Categorical.from_codes(which[codes], pd.Index(distinct, dtype=object)), index=index)
        # Each distinct value is converted once: a large table has a hundred rows of each.
        return pd.Series(pd.array(values, dtype=self.field.type.dtype).take(codes), index=index)

    def typed_numbers(self, numbers: Numbers) -> pd.Series:
        """Return the values of a large column's cells: plain numbers as they are, the others one by one."""
        assert self.field.type.takes is not None
        given, is_odd = numbers
        if len(self.rows) < len(given):
            at = self.rows - self.table.first_row
            given, is_odd = given[at], is_odd[at]
        is_taken = self.field.type.takes(given, self.unit)
        if not is_taken.all():
            is_blank = np.isnan(given) & ~is_odd
            others = np.flatnonzero(~is_taken if self.field.required else ~is_taken & ~is_blank)
            codes = self._column.codes[self.rows[others]]
            given = np.where(is_taken, given, np.nan)
            given[others] = self._parsed(codes, others).astype(float)[codes]
        index = pd.RangeIndex(self.first, self.first + len(self.rows))
        if self.field.type.dtype == "Int64":
            is_null = np.isnan(given)
            return pd.Series(pd.arrays.IntegerArray(np.nan_to_num(given).astype(np.int64), is_null), index)
        return pd.Series(given, index)

    def _parsed(self, codes: NDArray[np.int32], rows: NDArray[np.intp]) -> NDArray[np.object_]:
        """Return the column's distinct values as far as `codes`, those of `rows`, use them."""
        distinct = self._column.values
        values = np.full(max(len(distinct), 1), None, dtype=object)
        problems: dict[int, Message] = {}
        for at in np.unique(codes):
            try:
                values[at] = _value(distinct[at], self.field, self.unit)
            except CellError as error:
                if not self.field.is_beside:
                    problems[int(at)] = error.reason
        if problems:
            is_bad = np.isin(codes, list(problems))
            bad = self.first + rows[is_bad]
            self.is_refused[bad] = True
            for row, code in islice(zip(bad, codes[is_bad], strict=True), self.batch.room):
                self.batch.note_refusal(int(row), self.field.name, problems[int(code)])
        return values


def _value(cell: Value, field: Field, unit: str) -> Any:
    given = cleaned(cell) if isinstance(cell, str) else cell
    if given is not None:
        return field.type.parse(checked(given), unit)
    if field.required:
        raise CellError(N_("“{column}” is missing.", column=field.header))
    return None
