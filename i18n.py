"""Words in the user's language: gettext catalogs through Babel, and one style of number, date and unit everywhere.

Message ids are English. `zh_CN` is the default; both catalogs are complete (`make check` says so). They are compiled in
memory from `locales/<language>/LC_MESSAGES/guatu.po`, so there is no build step.
"""

import datetime
import gettext
import io
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import babel.numbers
from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = ("zh_CN", "en")
NOT_KNOWN = "–"
_LOCALES = Path(__file__).parent / "locales"
_YUAN = ("元", "yuan")


class Message(NamedTuple):
    """A sentence to be said later, in the reader's language: an English message id and the values of its {fields}."""

    text: str
    values: dict[str, Any]


def N_(text: str, /, **values: Any) -> Message:  # noqa: N802 - gettext's own name for "mark, translate later"
    """Mark `text` for the catalogs and keep it with its values until `Words.say` knows the language."""
    return Message(text, values)


@dataclass(frozen=True)
class Words:
    """One language: its sentences, numbers and dates. Hashable by language, so that it may be a cache key."""

    language: str
    _catalog: gettext.NullTranslations = field(compare=False, repr=False)
    # Babel looks a locale's name up on the disk each time it is given one.
    _locale: Locale = field(compare=False, repr=False)

    @property
    def is_chinese(self) -> bool:
        """Whether names are shown in Chinese; English names stand beside them in the data."""
        return self.language.startswith("zh")

    def gettext(self, text: str) -> str:
        """Return `text` in this language. Pages call it `_`."""
        return self._catalog.gettext(text)

    def ngettext(self, one: str, many: str, n: int) -> str:
        """Return the form of the sentence that `n` asks for, with `{n}` still in it."""
        return self._catalog.ngettext(one, many, n)

    def say(self, message: Message) -> str:
        """Return a message kept by `N_`, with its values written the way this language writes them."""
        return self.gettext(message.text).format(**{k: self._written(v) for k, v in message.values.items()})

    def _written(self, value: Any) -> Any:
        if isinstance(value, Message):
            return self.say(value)
        if isinstance(value, datetime.date):
            return self.date(value)
        return value

    def pick(self, chinese: str, english: str | None) -> str:
        """Return the one of a name's two forms that this language shows; Chinese where there is no English one."""
        return chinese if self.is_chinese or not english else english

    def number(self, value: float | None, decimals: int = 0) -> str:
        """Return a number with its thousands separated; a dash when it is not known."""
        if value is None or value != value:
            return NOT_KNOWN
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        return babel.numbers.format_decimal(round(value, decimals) + 0.0, format=pattern, locale=self._locale)

    def amount(self, value: float | None, unit: str, decimals: int = 0) -> str:
        """Return a value with its unit; money from 10,000 yuan up in 万元, or from a million up in M yuan."""
        if value is None or value != value:
            return NOT_KNOWN
        if unit == "%":
            return self.number(value, decimals) + "%"
        size, name = self.money_scale(value) if unit in _YUAN else (1, unit)
        return f"{self.number(value / size, decimals if size == 1 else 1)} {name}".strip()

    def money_scale(self, value: float) -> tuple[int, str]:
        """Return the size and the name of the unit that a sum of so many yuan is told in."""
        size, name = (10_000, "万元") if self.is_chinese else (1_000_000, "M yuan")
        return (size, name) if abs(round(value)) >= size else (1, _YUAN[0] if self.is_chinese else _YUAN[1])

    def points(self, value: float | None) -> str:
        """Return a difference of two rates in (percentage) points, with its sign."""
        if value is None or value != value:
            return NOT_KNOWN
        sign = "+" if round(value, 1) > 0 else ""
        return self.gettext("{points} pts").format(points=sign + self.number(value, 1))

    def distance(self, value: float | None) -> str:
        """Return how far two rates lie apart, in (percentage) points without a sign."""
        if value is None or value != value:
            return NOT_KNOWN
        return self.gettext("{points} pts").format(points=self.number(value, 1))

    def date(self, day: datetime.date | None) -> str:
        """Return a day as 2025年11月22日 or 22 Nov 2025."""
        if day is None or day != day:
            return NOT_KNOWN
        return format_date(day, "y年M月d日" if self.is_chinese else "d MMM y", locale=self._locale)

    def day(self, day: datetime.date) -> str:
        """Return a day without its year, as 11月22日 or 22 Nov."""
        return format_date(day, "M月d日" if self.is_chinese else "d MMM", locale=self._locale)

    def month(self, day: datetime.date) -> str:
        """Return a day's month without its year, as 11月 or Nov."""
        return format_date(day, "LLL", locale=self._locale)

    def period(self, day: datetime.date, frequency: str) -> str:
        """Return the period that starts on `day`, as its frequency (day, week, month, quarter, year) names it."""
        if frequency == "year":
            return format_skeleton("y", day, locale=self._locale)
        if frequency == "quarter":
            quarter = (day.month + 2) // 3
            return f"{day.year}年第{quarter}季度" if self.is_chinese else f"Q{quarter} {day.year}"
        if frequency == "month":
            return format_skeleton("yMMM", day, locale=self._locale)
        return self.date(day)


@cache
def words(language: str) -> Words:
    """Return the words of one of `LANGUAGES`."""
    if language not in LANGUAGES:
        raise ValueError(f"no catalog for language {language!r}; there are {', '.join(LANGUAGES)}")
    compiled = io.BytesIO()
    with (_LOCALES / language / "LC_MESSAGES" / "guatu.po").open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return Words(language, gettext.GNUTranslations(compiled), Locale.parse(language))
