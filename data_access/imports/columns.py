"""Tables of millions of rows into sheets: Parquet files and large CSV files, read column by column."""

from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute
import pyarrow.csv
import pyarrow.parquet
from numpy.typing import NDArray

from data_access.imports.errors import FileError
from data_access.imports.sheets import Numbers, Sheet, Value
from data_access.imports.text import is_mojibake
from i18n import N_

# 100,000 households x 60 months are 6,000,000 rows of ten columns; with what becomes of them, some 2 GB.
_MOST_CELLS = 200_000_000
_MAX_COLUMNS = 256
_LOOKED_AT = 65_536
_NUMBER = r"^-?\d{1,15}(\.\d*)?$"

_TOO_LARGE = N_("The file is too large to be read: split it into several files.")


def read_parquet(path: Path) -> Sheet:
    """Return a Parquet file as a sheet whose first row holds its columns' names. Raises FileError."""
    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            if file.metadata.num_rows * file.metadata.num_columns > _MOST_CELLS:
                raise FileError(_TOO_LARGE)
            if file.metadata.num_columns > _MAX_COLUMNS:
                raise FileError(_TOO_LARGE)
            table = file.read()
        columns = [LargeColumn(table.column(at), name) for at, name in enumerate(table.column_names)]
    except (pa.ArrowException, UnicodeDecodeError) as error:
        raise FileError(N_("The Parquet file is damaged, or holds what no table of ours has.")) from error
    return Sheet(path.name, columns)


def read_large_csv(path: Path) -> Sheet | None:
    """Return a CSV file as a sheet, None where it is not a plain table in UTF-8 or GB18030 with commas between.

    What stands over the header, other signs between the columns, or lines of unequal length want `csv_files.py`.
    """
    with path.open("rb") as source:
        head = source.read(_LOOKED_AT)
    for encoding in ("utf8", "gb18030"):
        if is_mojibake(head.decode(encoding, errors="ignore").split("\n", 1)[0]):
            continue
        try:
            table = _csv_table(path, encoding)
        except (pa.ArrowException, UnicodeDecodeError, OSError):
            continue
        if 1 < table.num_columns <= _MAX_COLUMNS and table.num_rows * table.num_columns <= _MOST_CELLS:
            return Sheet(path.name, [LargeColumn(column) for column in table.columns])
    return None


def _csv_table(path: Path, encoding: str) -> pa.Table:
    with path.open("rb") as source:
        names = pyarrow.csv.open_csv(
            source, pyarrow.csv.ReadOptions(encoding=encoding, autogenerate_column_names=True)
        ).schema.names
    types = dict.fromkeys(names, pa.string())
    return pyarrow.csv.read_csv(
        path,
        pyarrow.csv.ReadOptions(encoding=encoding, column_names=names),
        convert_options=pyarrow.csv.ConvertOptions(column_types=types),
    )


class LargeColumn:
    """A column of millions of cells, coded text or numbers only when it is asked for them (see `sheets.Cells`)."""

    def __init__(self, cells: pa.ChunkedArray, header: str | None = None) -> None:
        self._cells = _plain(cells)
        #: What stands above the cells, where it is not one of them.
        self._above: list[Value] = [] if header is None else [header]

    @property
    def height(self) -> int:
        """The number of rows."""
        return len(self._above) + len(self._cells)

    @property
    def values(self) -> list[Value]:
        """The distinct cells; None is blank."""
        return self._coded[0]

    @property
    def codes(self) -> NDArray[np.int32]:
        """Which of `values` stands in each row."""
        return self._coded[1]

    def cell(self, row: int) -> Value:
        """Return a cell, counted from 0."""
        value: Value = self._above[row] if row < len(self._above) else self._cells[row - len(self._above)].as_py()
        return None if value == "" else value

    def numbers(self, first_row: int) -> Numbers | None:
        """Return the cells from a row on as numbers, None where most of them are none."""
        cells = self._cells.slice(first_row - len(self._above))
        if pa.types.is_dictionary(cells.type):
            return None
        is_text = pa.types.is_string(cells.type)
        try:
            numbers = cells.cast(pa.float64())
        except pa.ArrowInvalid:
            is_number = pyarrow.compute.match_substring_regex(cells, _NUMBER).fill_null(False)
            if pyarrow.compute.mean(is_number).as_py() < 0.5:
                return None
            numbers = pyarrow.compute.if_else(is_number, cells, None).cast(pa.float64())
        values = numbers.to_numpy()
        is_odd = ~np.isfinite(values)
        if is_odd.any():
            is_empty = pyarrow.compute.equal(cells, "").fill_null(True) if is_text else cells.is_null()
            is_odd &= ~is_empty.to_numpy()
        return Numbers(values, is_odd)

    @cached_property
    def _coded(self) -> tuple[list[Value], NDArray[np.int32]]:
        is_coded = pa.types.is_dictionary(self._cells.type)
        coded = (self._cells.unify_dictionaries() if is_coded else self._cells.dictionary_encode()).combine_chunks()
        if isinstance(coded, pa.ChunkedArray):  # of an empty table
            coded = coded.chunk(0) if coded.num_chunks else pa.array([], coded.type)
        values = [*self._above, *(None if value == "" else value for value in coded.dictionary.to_pylist()), None]
        codes = coded.indices.fill_null(len(values) - 1 - len(self._above)).to_numpy(zero_copy_only=False)
        above = np.arange(len(self._above), dtype=np.int32)
        return values, np.concatenate([above, codes.astype(np.int32) + len(self._above)], dtype=np.int32)


def _plain(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return the cells as text (coded or not) or numbers, the forms that a workbook's cells have."""
    kind = cells.type
    if pa.types.is_dictionary(kind):
        return cells if pa.types.is_string(kind.value_type) else _plain(cells.cast(kind.value_type))
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return cells.cast(pa.date32()).cast(pa.string())
    is_number = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    return cells.cast(pa.float64() if is_number else pa.string())
