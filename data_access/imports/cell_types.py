"""The types a column may have: each turns one cell into a value or says why it cannot.

A type sees every distinct value of a column once (`checking.py`), so it may take its time. Blank cells never reach it.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data_access.imports import dates
from data_access.imports.errors import CellError
from data_access.imports.text import is_mojibake, plain
from i18n import N_

Cell = str | float

#: The units of money, in yuan.
MONEY = {"元": 1.0, "千元": 1e3, "万元": 1e4, "亿元": 1e8}
_PERCENT = "%"
# Excel keeps 15 digits of a number; the rest of a longer code is gone.
_FIRST_ROUNDED = 1e15
_ROUNDED = N_("Excel rounded this long number: format the column as text and type its digits again.")
_LARGEST_INTEGER = 2**31 - 1
_LARGEST_NUMBER = 1e15
_EXPONENT = re.compile(r"\d(?:\.\d+)?E\+\d+", re.ASCII | re.IGNORECASE)
_NUMBER = re.compile(
    r"¥?([-+]?(?:\d+|\d{1,3}(?:,\d{3})+|\d{1,4}(?:,\d{4})+)(?:\.\d*)?(?:E[-+]?\d{1,3})?|[-+]?\.\d+)(%?)",
    re.ASCII | re.IGNORECASE,
)
_EXCEL_ERROR = re.compile(r"#(?:DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!|SPILL!|CALC!|GETTING_DATA)")
_MINUS = str.maketrans("−－", "--")


@dataclass(frozen=True)
class Type:
    """A column's type: `parse(cell, unit)` takes the unit from the column's header; `dtype` is pandas'."""

    parse: Callable[[Cell, str], Any]
    #: "category" for what a column of millions of rows holds few different ones of.
    dtype: str = "object"
    #: Free text may hold any word, also one that elsewhere marks a subtotal row.
    is_free: bool = False
    #: Tells which of many plain numbers `parse` would return as they are; the others it must look at.
    takes: Callable[[NDArray[np.float64], str], NDArray[np.bool_]] | None = None
    #: All such columns of a sheet are in one unit: a header without one takes that of the others.
    shares_unit: bool = False


def checked(cell: Cell) -> Cell:
    """Return the cell. Raises CellError for an Excel error and for broken characters."""
    if isinstance(cell, str):
        if _EXCEL_ERROR.fullmatch(cell):
            raise CellError(N_("The formula in this cell ends in an error."))
        if is_mojibake(cell):
            raise CellError(N_("The characters are broken: the text was saved in one encoding and read in another."))
    elif not math.isfinite(cell):
        raise CellError(N_("The number is too large."))
    return cell


def text(length: int, *, is_free: bool = False) -> Type:
    """Text of at most `length` characters; a number becomes its digits."""

    def parse(cell: Cell, _unit: str) -> str:
        words = cell if isinstance(cell, str) else format(cell, ".15g")
        if len(words) > length:
            raise CellError(N_("The text is longer than {length} characters.", length=length))
        return words

    return Type(parse, is_free=is_free)


def code(length: int = 40, dtype: str = "object") -> Type:
    """An opaque code. One that Excel took for a number and rounded is refused."""

    def parse(cell: Cell, _unit: str) -> str:
        if isinstance(cell, (int, float)):
            if abs(cell) >= _FIRST_ROUNDED:
                raise CellError(_ROUNDED)
            if cell != int(cell) or cell < 0:
                raise CellError(N_("This is not a code."))
            return str(int(cell))
        words = plain(cell)
        if _EXPONENT.fullmatch(words):
            raise CellError(_ROUNDED)
        if len(words) > length:
            raise CellError(N_("The text is longer than {length} characters.", length=length))
        return words

    return Type(parse, dtype)


def number(*, minimum: float | None = None, maximum: float | None = None, is_money: bool = False) -> Type:
    """A number; thousands commas and % are read. Money is turned into yuan by the unit in the column's header."""

    def parse(cell: Cell, unit: str) -> float:
        value = _number_of(cell)
        if is_money and MONEY.get(unit, 1.0) != 1.0:
            value = round(value * MONEY[unit], 2)
        return _within(value, minimum, maximum)

    def takes(values: NDArray[np.float64], unit: str) -> NDArray[np.bool_]:
        if is_money and MONEY.get(unit, 1.0) != 1.0:
            return np.zeros(len(values), dtype=bool)
        least = -_LARGEST_NUMBER if minimum is None else minimum
        return (values >= least) & (values <= (_LARGEST_NUMBER if maximum is None else maximum))

    return Type(parse, dtype="float64", takes=takes)


def amount() -> Type:
    """Money of a ledger, whose amounts are all in one unit though it may be written in one header only."""
    return replace(number(minimum=0, is_money=True), shares_unit=True)


def integer(*, minimum: int = 0) -> Type:
    """A whole number of things."""

    def parse(cell: Cell, _unit: str) -> int:
        value = _within(_number_of(cell), minimum, _LARGEST_INTEGER)
        if abs(value - round(value)) > 1e-9:
            raise CellError(N_("A whole number is needed."))
        return round(value)

    def takes(values: NDArray[np.float64], _unit: str) -> NDArray[np.bool_]:
        is_taken: NDArray[np.bool_] = (values >= minimum) & (values <= _LARGEST_INTEGER) & (values == np.rint(values))
        return is_taken

    return Type(parse, dtype="Int64", takes=takes)


def _share(cell: Cell, unit: str) -> float:
    value = _number_of(cell)
    is_percent = isinstance(cell, str) and plain(cell).endswith(_PERCENT)
    if unit == _PERCENT and not is_percent:
        value /= 100
    if not 0 <= value <= 1:
        raise CellError(N_("The share is outside 0 to 1 (0 % to 100 %)."))
    return round(value, 4)


def _day(cell: Cell, _unit: str) -> Any:
    return dates.day_of(cell)


def _month(cell: Cell, _unit: str) -> Any:
    span = dates.span_of(cell)
    if span.length not in ("day", "month"):
        raise CellError(N_("A month is needed, such as 202403 or 2024-03."))
    return span.first.replace(day=1)


def _span(cell: Cell, _unit: str) -> Any:
    return dates.span_of(cell)


def _year(cell: Cell, _unit: str) -> int:
    return dates.span_of(cell).first.year


#: A share from 0 to 1; in per cent where the cell or its header says so.
share = Type(_share, dtype="float64")
#: A day, as datetime.date.
day = Type(_day)
#: The first day of a month, given as a month or as a day in it.
month = Type(_month, dtype="category")
#: A year, given as a year or as a month or day in it.
year = Type(_year, dtype="Int64")
#: A period of a length still to be compared with its indicator's, as dates.Span.
span = Type(_span)


def choice(choices: Mapping[str, str]) -> Type:
    """One of several words, each standing for a value; the first word of a value is the one we write."""
    written = ", ".join(
        next(word for word in choices if choices[word] == value) for value in dict.fromkeys(choices.values())
    )

    def parse(cell: Cell, _unit: str) -> str:
        chosen = choices.get(plain(str(cell)).casefold())
        if chosen is None:
            raise CellError(N_("This must be one of: {choices}.", choices=written))
        return chosen

    return Type(parse)


def _number_of(cell: Cell) -> float:
    if isinstance(cell, (int, float)):
        value = float(cell)
    else:
        found = _NUMBER.fullmatch("".join(unicodedata.normalize("NFKC", cell).translate(_MINUS).split()))
        if not found:
            raise CellError(N_("This is not a number."))
        value = float(found[1].replace(",", "")) / (100 if found[2] else 1)
    if not math.isfinite(value) or abs(value) > _LARGEST_NUMBER:
        raise CellError(N_("The number is too large."))
    return value


def _within(value: float, minimum: float | None, maximum: float | None) -> float:
    if minimum == 0 and value < 0:
        raise CellError(N_("The number must not be negative."))
    if minimum is not None and value < minimum:
        raise CellError(N_("The number is smaller than {minimum}.", minimum=format(minimum, "g")))
    if maximum is not None and value > maximum:
        raise CellError(N_("The number is larger than {maximum}.", maximum=format(maximum, "g")))
    return value
