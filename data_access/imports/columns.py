"""Tables of millions of rows into sheets: Parquet files and large CSV files, read column by column."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from numpy.typing import NDArray

from data_access.imports.errors import FileError
from data_access.imports.sheets import Column, Sheet, Value
from data_access.imports.text import is_mojibake
from i18n import N_

# 100,000 households x 60 months are 6,000,000 rows of ten columns; held twice, with their codes, some 2 GB.
_MOST_CELLS = 200_000_000
_MAX_COLUMNS = 256
_LOOKED_AT = 65_536

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
        columns = [_column(table.column(at), name) for at, name in enumerate(table.column_names)]
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
            return Sheet(path.name, [_column(column, None) for column in table.columns])
    return None


def _csv_table(path: Path, encoding: str) -> pa.Table:
    with path.open("rb") as source:
        names = pyarrow.csv.open_csv(
            source, pyarrow.csv.ReadOptions(encoding=encoding, autogenerate_column_names=True)
        ).schema.names
    types = dict.fromkeys(names, pa.dictionary(pa.int32(), pa.string()))
    return pyarrow.csv.read_csv(
        path,
        pyarrow.csv.ReadOptions(encoding=encoding, column_names=names),
        convert_options=pyarrow.csv.ConvertOptions(column_types=types),
    )


def _column(cells: pa.ChunkedArray, name: str | None) -> Column:
    """Return a column with each distinct value once; `name`, if any, goes above them as its header."""
    coded = _plain(cells).unify_dictionaries().combine_chunks()
    if isinstance(coded, pa.ChunkedArray):  # of an empty table
        coded = coded.chunk(0) if coded.num_chunks else pa.array([], coded.type)
    values: list[Value] = [None if value == "" else value for value in coded.dictionary.to_pylist()]
    codes: NDArray[np.int32] = coded.indices.fill_null(len(values)).to_numpy(zero_copy_only=False).astype(np.int32)
    if coded.null_count:
        values.append(None)
    if name is None:
        return Column(values, codes)
    return Column([name, *values], np.concatenate([np.zeros(1, dtype=np.int32), codes + 1], dtype=np.int32))


def _plain(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return the cells as coded text or numbers, the forms that a workbook's cells have."""
    kind = cells.type
    if pa.types.is_dictionary(kind):
        return cells if pa.types.is_string(kind.value_type) else _plain(cells.cast(kind.value_type))
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return cells.cast(pa.date32()).cast(pa.string()).dictionary_encode()
    is_number = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    return cells.cast(pa.float64() if is_number else pa.string()).dictionary_encode()
