"""Which kind of table a sheet is: told by its header row, wherever in the first ten rows it stands."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from data_access.imports.kind import PLACE, Field, Kind
from data_access.imports.sheets import Sheet, letter
from i18n import N_, Message

_ROWS_SEARCHED = 10
_IN_BRACKETS = re.compile(r"(.+?)[(\[【]([^()\[\]【】]*)[)\]】]")
_PERCENT = re.compile(r"(.+)(%)")
_PLACES = {field.name for field in PLACE}


@dataclass(frozen=True)
class Header:
    """A header as it was written, taken apart: `base` is the form for comparing, `unit` what stands in brackets."""

    shown: str
    base: str
    unit: str

    @classmethod
    def of(cls, *parts: str) -> "Header":
        """Return the header that these cells, from the upper to the lower, make together."""
        shown = " ".join(" ".join(parts).split())
        text = "".join(unicodedata.normalize("NFKC", "".join(parts)).split()).strip("*:").casefold()
        found = _IN_BRACKETS.fullmatch(text) or _PERCENT.fullmatch(text)
        return cls(shown, *((found[1], found[2]) if found else (text, "")))


@dataclass(frozen=True)
class Recognised:
    """A sheet, its kind, and where each of the kind's fields stands in it."""

    sheet: Sheet
    kind: Kind
    #: The first row below the header, counted from 0.
    first_row: int
    headers: list[Header]
    #: Field name to column, counted from 0.
    columns: dict[str, int]
    #: What is wrong with the sheet as a whole; it is not taken then.
    problem: Message | None = None
    #: The columns of the other kinds that the same sheet is.
    beside: frozenset[int] = frozenset()

    @property
    def ignored(self) -> list[str]:
        """The headers of the columns that none of the sheet's kinds knows."""
        used = {*self.columns.values(), *self.beside}
        return [header.shown for at, header in enumerate(self.headers) if at not in used and header.shown]


def recognise(sheet: Sheet, kinds: Sequence[Kind]) -> list[Recognised]:
    """Return what `sheet` is, nothing where it looks like none of `kinds`.

    It is the kind that fits best, and any other that is whole and marked in the same header row: the national export of
    households holds their cases in the same rows.
    """
    found: list[tuple[tuple[bool, bool, int], Recognised]] = []
    for first_row, candidates in _header_rows(sheet):
        for kind in kinds:
            columns, headers, twice = _matched(candidates, kind)
            missing = _missing(kind, columns)
            marked = any(field.mark for field in kind.fields if field.name in columns)
            required = [field for field in kind.fields if field.required or field.expected]
            if missing and not (marked and len(missing) * 2 <= len(required)):
                continue
            problem = _missing_problem(kind, missing) if missing else twice
            score = (marked, not missing, len(columns))
            found.append((score, Recognised(sheet, kind, first_row, headers, columns, problem)))
    if not found:
        return []
    # Of equals the first: `max` and the sort keep their order.
    score, best = max(found, key=lambda each: each[0])
    together = {best.kind.id: best}
    for other_score, other in sorted(found, key=lambda each: each[0], reverse=True):
        if score[:2] == other_score[:2] == (True, True) and other.first_row == best.first_row:
            together.setdefault(other.kind.id, other)
    used = {id_: frozenset(one.columns.values()) for id_, one in together.items()}
    return [
        replace(one, beside=frozenset[int]().union(*(columns for other, columns in used.items() if other != id_)))
        for id_, one in together.items()
    ]


def _header_rows(sheet: Sheet) -> Iterator[tuple[int, list[list[Header]]]]:
    """Give each possible header: the first row below it and, per column, what may be its name, best first.

    A header of two rows has a name in its lower row, under a group's name, or in its upper row alone.
    """
    for row in range(min(_ROWS_SEARCHED, sheet.height)):
        upper = [sheet.text(row, column) for column in range(len(sheet.columns))]
        yield row + 1, [[Header.of(name)] for name in upper]
        if row + 1 < sheet.height:
            lower = [sheet.text(row + 1, column) for column in range(len(sheet.columns))]
            yield row + 2, list(_two_rows(upper, lower))


def _two_rows(upper: list[str], lower: list[str]) -> Iterator[list[Header]]:
    group = ""
    for above, below in zip(upper, lower, strict=True):
        group = above or group
        yield [Header.of(below), Header.of(group, below)] if below else [Header.of(above)]


def _matched(candidates: list[list[Header]], kind: Kind) -> tuple[dict[str, int], list[Header], Message | None]:
    names = {_key(name): field for field in kind.fields for name in (field.header, *field.aliases)}
    columns: dict[str, int] = {}
    headers: list[Header] = []
    twice: Message | None = None
    for at, possible in enumerate(candidates):
        found = next(((h, names[h.base]) for h in possible if h.base in names), None)
        headers.append(found[0] if found else possible[0])
        if found and found[1].name in columns:
            first = letter(columns[found[1].name])
            twice = twice or N_(
                "Columns {first} and {second} are both “{header}”: keep one.",
                first=first,
                second=letter(at),
                header=found[1].header,
            )
        elif found:
            columns[found[1].name] = at
    return columns, headers, twice


@cache
def _key(name: str) -> str:
    return Header.of(name).base


def _missing(kind: Kind, columns: dict[str, int]) -> list[Field]:
    needed = [field for field in kind.fields if field.required or field.expected]
    missing = [field for field in needed if field.name not in columns]
    if kind.either and not columns.keys() & set(kind.either):
        missing += [field for field in kind.fields if field.name == kind.either[0]]
    if kind.is_placed and not _PLACES & columns.keys():
        missing.append(PLACE[0])
    return missing


def _missing_problem(kind: Kind, missing: list[Field]) -> Message:
    problem = N_(
        "This looks like “{kind}”, but these columns are missing: {columns}.",
        kind=kind.title,
        columns=", ".join(field.header for field in missing),
    )
    hint = next((field.hint for field in missing if field.hint), None)
    return N_("{problem} {hint}", problem=problem, hint=hint) if hint else problem
