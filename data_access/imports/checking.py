"""Sheets of one kind into a batch of typed rows. Each distinct value of a column is looked at once only."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data_access.imports.batch import Batch, Table
from data_access.imports.cell_types import MONEY, checked
from data_access.imports.errors import CellError
from data_access.imports.headers import Recognised
from data_access.imports.kind import Field, Kind
from data_access.imports.sheets import Column, Value
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
    above = (value for column in found.sheet.columns for value in column.cells(found.first_row))
    texts = (plain(value) for value in above if isinstance(value, str))
    return {unit for text in texts for unit in _UNIT_SAID.findall(text)}


def batch_of(kind: Kind, tables: list[Table], units: Sequence[dict[str, str]], ignored: Sequence[str] = ()) -> Batch:
    """Return the rows of `tables` as one batch of typed rows. `units` holds each table's units by field name."""
    batch = Batch(kind, tables, pd.DataFrame(), pd.DataFrame(), ignored=list(dict.fromkeys(ignored)))
    filled = [_filled(batch, table) for table in tables]
    batch.read = sum(map(len, filled))
    batch.origin = pd.DataFrame({"table": np.repeat(range(len(tables)), [*map(len, filled)]), "row": _joined(filled)})
    parts, first = [], 0
    for table, unit, rows in zip(tables, units, filled, strict=True):
        present = [field for field in kind.fields if field.name in table.columns]
        typed = {f.name: _typed(batch, table, f, unit.get(f.name, ""), rows, first) for f in present}
        parts.append(pd.DataFrame(typed, index=pd.RangeIndex(first, first + len(rows))))
        first += len(rows)
    batch.rows = pd.concat(parts) if len(parts) > 1 else parts[0]
    if batch.refusals:
        batch.rows = batch.rows.drop(index=pd.Index(list(batch.refusals), dtype="int64"))
    return batch


def _joined(rows: list[NDArray[np.intp]]) -> NDArray[np.intp]:
    return np.concatenate(rows) if rows else np.empty(0, dtype=np.intp)


def _filled(batch: Batch, table: Table) -> NDArray[np.intp]:
    """Return the rows of the table that hold an entry; count those that hold a subtotal."""
    types = {table.columns[field.name]: field.type for field in batch.kind.fields if field.name in table.columns}
    height = table.sheet.height - table.first_row
    has_entry, is_subtotal = np.zeros(height, dtype=bool), np.zeros(height, dtype=bool)
    for at, column in enumerate(table.sheet.columns):
        codes = column.codes[table.first_row :]
        if at in types:
            has_entry |= np.array([not _is_blank(value) for value in column.values], dtype=bool)[codes]
        if at not in types or not types[at].is_free:
            is_subtotal |= np.array([_is_subtotal(value) for value in column.values], dtype=bool)[codes]
    batch.subtotals += int((has_entry & is_subtotal).sum())
    rows: NDArray[np.intp] = np.flatnonzero(has_entry & ~is_subtotal) + table.first_row
    return rows


def _is_blank(value: Value) -> bool:
    return value is None or (isinstance(value, str) and cleaned(value) is None)


def _is_subtotal(value: Value) -> bool:
    return isinstance(value, str) and len(value) < 60 and _SUBTOTAL.fullmatch(plain(value)) is not None


def _typed(batch: Batch, table: Table, field: Field, unit: str, rows: NDArray[np.intp], first: int) -> pd.Series:
    """Return the field's values in `rows`, the first of which is row `first` of the batch; note what is refused."""
    column = table.sheet.columns[table.columns[field.name]]
    codes = column.codes[rows]
    values, problems = _parsed(column, codes, field, unit)
    if problems:
        for at in np.flatnonzero(np.isin(codes, list(problems))):
            batch.note_refusal(first + int(at), field.name, problems[codes[at]])
    index = pd.RangeIndex(first, first + len(rows))
    if field.type.dtype == "category":
        # Two ways of writing the same are one category.
        which, distinct = pd.factorize(values)
        return pd.Series(pd.Categorical.from_codes(which[codes], pd.Index(distinct, dtype=object)), index=index)
    # Each distinct value is converted once: a large table has a hundred rows of each.
    return pd.Series(pd.array(values, dtype=field.type.dtype).take(codes), index=index)


def _parsed(
    column: Column, codes: NDArray[np.int32], field: Field, unit: str
) -> tuple[NDArray[np.object_], dict[int, Message]]:
    """Return the values of the column's distinct cells as far as `codes` uses them, and the reasons against some."""
    values = np.full(max(len(column.values), 1), None, dtype=object)
    problems: dict[int, Message] = {}
    for at in np.unique(codes):
        try:
            values[at] = _value(column.values[at], field, unit)
        except CellError as error:
            problems[int(at)] = error.reason
    return values, problems


def _value(cell: Value, field: Field, unit: str) -> Any:
    given = cleaned(cell) if isinstance(cell, str) else cell
    if given is not None:
        return field.type.parse(checked(given), unit)
    if field.required:
        raise CellError(N_("“{column}” is missing.", column=field.header))
    return None
