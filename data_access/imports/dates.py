"""Dates and periods in the forms that workbooks hold them in, from 2025年9月28日 to an Excel serial."""

import re
import unicodedata
from datetime import date, timedelta
from typing import NamedTuple

from data_access.imports.errors import CellError
from i18n import N_

FIRST_YEAR, LAST_YEAR = 1990, 2100
FREQUENCIES = ("day", "week", "month", "quarter", "year")

_EXCEL_DAY_0 = date(1899, 12, 30)
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4}
_TIME = r"(?:[ T]?\d{1,2}:\d{2}.*)?"
_SPAN_NAMES = {
    "day": N_("day"),
    "week": N_("week"),
    "month": N_("month"),
    "quarter": N_("quarter"),
    "year": N_("year"),
}


class Span(NamedTuple):
    """A day, week, month, quarter or year, by its first day."""

    first: date
    length: str


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.ASCII | re.IGNORECASE)


_DAY = _pattern(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})[日号]?" + _TIME)
_COMPACT_DAY = _pattern(r"(\d{4})(\d{2})(\d{2})")
_MONTH = _pattern(r"(\d{4})[-./年](\d{1,2})月?份?|(\d{4})(\d{2})")
_YEAR = _pattern(r"(\d{4})年?度?")
_QUARTER = _pattern(r"(\d{4})(?:年第?|[-./ ]?)(?:Q([1-4])|([一二三四1-4])季度?)")
_WEEK = _pattern(r"(\d{4})(?:年第|-?W)(\d{1,2})周?")
_SERIAL = _pattern(r"(\d{5})(?:\.\d+)?")
_JANUARY_OR_OCTOBER = _pattern(r"\d{4}\.1")


def span_of(value: float | str) -> Span:
    """Return what a cell names. Raises CellError where it is no date, or one outside 1990 to 2100."""
    text = format(value, ".10g") if isinstance(value, (int, float)) else unicodedata.normalize("NFKC", value).strip()
    if isinstance(value, float) and _JANUARY_OR_OCTOBER.fullmatch(text):
        raise CellError(N_("As a number this may be January or October (Excel drops the last 0): write it as 2024-10."))
    try:
        span = _parsed(text)
    except (ValueError, OverflowError) as error:
        raise CellError(N_("There is no such date.")) from error
    if span is None:
        raise CellError(N_("This is not a date."))
    if not FIRST_YEAR <= span.first.year <= LAST_YEAR:
        raise CellError(N_("The date is outside the years {first} to {last}.", first=FIRST_YEAR, last=LAST_YEAR))
    return span


def _parsed(text: str) -> Span | None:
    if found := _DAY.fullmatch(text) or _COMPACT_DAY.fullmatch(text):
        return Span(date(*map(int, found.groups())), "day")
    if found := _MONTH.fullmatch(text):
        year, month = (int(part) for part in found.groups() if part)
        return Span(date(year, month, 1), "month")
    if found := _YEAR.fullmatch(text):
        return Span(date(int(found[1]), 1, 1), "year")
    if found := _QUARTER.fullmatch(text):
        named = found[2] or found[3]
        quarter = _QUARTERS.get(named) or int(named)
        return Span(date(int(found[1]), 3 * quarter - 2, 1), "quarter")
    if found := _WEEK.fullmatch(text):
        return Span(date.fromisocalendar(int(found[1]), int(found[2]), 1), "week")
    if found := _SERIAL.fullmatch(text):
        return Span(_EXCEL_DAY_0 + timedelta(days=int(found[1])), "day")
    return None


def day_of(value: float | str) -> date:
    """Return the day a cell names. Raises CellError where it names none, or only a month or a year."""
    span = span_of(value)
    if span.length != "day":
        raise CellError(N_("A full date with its day is needed, such as 2025-09-28."))
    return span.first


def period_of(span: Span, frequency: str) -> date:
    """Return the first day of the period of `frequency` that `span` lies in; a week begins on Monday.

    Raises CellError where the span is longer than the period, or a week, which may lie in two.
    """
    longer = FREQUENCIES.index(span.length) > FREQUENCIES.index(frequency)
    if longer or (span.length == "week" and frequency != "week"):
        needed, given = _SPAN_NAMES[frequency], _SPAN_NAMES[span.length]
        raise CellError(N_("The indicator is reported by {needed}; this names a {given}.", needed=needed, given=given))
    first = span.first
    if frequency == "week":
        return first - timedelta(days=first.weekday())
    if frequency == "month":
        return first.replace(day=1)
    if frequency == "quarter":
        return first.replace(month=first.month - (first.month - 1) % 3, day=1)
    return first.replace(month=1, day=1) if frequency == "year" else first
