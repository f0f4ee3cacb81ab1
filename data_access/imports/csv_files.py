"""CSV files into sheets. The encoding is never guessed: strict UTF-8, then strict GB18030, else the file is refused.

Large ones are read column by column (`columns.py`).
"""

import csv
import io
from pathlib import Path

from data_access.imports.columns import read_large_csv
from data_access.imports.errors import FileError
from data_access.imports.sheets import Column, Sheet
from data_access.imports.text import is_mojibake
from i18n import N_

# 1,000,000 rows of 14 columns are some 150 MB.
_MAX_BYTES = 300_000_000
_MAX_COLUMNS = 256
# From here on, some 200,000 rows, every row as a Python object would take seconds.
_LARGE = 20_000_000
_DELIMITERS = (",", "\t", ";")
_LOOKED_AT = 20


def read_csv(path: Path) -> Sheet:
    """Return a CSV file as a sheet. Raises FileError for a size, an encoding or quotes that cannot be read."""
    size = path.stat().st_size
    if size > _LARGE and (sheet := read_large_csv(path)):
        return sheet
    if size > _MAX_BYTES:
        raise FileError(N_("The file is too large to be read: split it into several files."))
    text = decoded(path.read_bytes())
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        rows = list(reader)
    except csv.Error as error:
        raise FileError(
            N_("Line {line} cannot be read: a quotation mark is missing or out of place.", line=reader.line_num)
        ) from error
    width = max(map(len, rows), default=0)
    if width > _MAX_COLUMNS:
        raise FileError(N_("The table has {width} columns; at most {most} are read.", width=width, most=_MAX_COLUMNS))
    filled = (row + [""] * (width - len(row)) for row in rows)
    return Sheet(path.name, [Column.of(cell or None for cell in cells) for cells in zip(*filled, strict=True)])


def decoded(data: bytes) -> str:
    """Return the text of a file's bytes. Raises FileError where it is of neither encoding, or broken already."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text or any(map(is_mojibake, text.splitlines()[:_LOOKED_AT])):
            break
        return text
    raise FileError(
        N_("The characters of this file are broken or in an unknown encoding: save it again as CSV UTF-8 or as .xlsx.")
    )


def _delimiter(text: str) -> str:
    head = "\n".join(text.splitlines()[:_LOOKED_AT])
    return max(_DELIMITERS, key=head.count)
