"""What a county sets of the subjects: the campaign, income, funds, guarantees, monitoring, its own wide tables."""

from itertools import pairwise
from typing import Annotated

from pydantic import Field, field_validator, model_validator

from settings.base import Table, refuse_twice


class Campaign(Table):
    """How the campaign's pace is judged."""

    #: A village that has not reported for longer than this is named.
    silent_days: Annotated[int, Field(ge=1)] = 7
    #: The present pace is measured over so many days.
    pace_days: Annotated[int, Field(ge=2)] = 14


class Income(Table):
    """How income is reckoned."""

    #: The month with which an income year begins (said to run from October to September; the county says).
    year_starts_month: Annotated[int, Field(ge=1, le=12)] = 10


class Funds(Table):
    """By when the year's money should be paid: 序时进度."""

    #: [month, percent]: by the end of the month so much of the year's allocation should be paid. Straight lines lie
    #: between them, from nothing before January to all of it in December; empty: a twelfth a month.
    curve: tuple[tuple[Annotated[int, Field(ge=1, le=12)], Annotated[float, Field(ge=0, le=100)]], ...] = ()

    @field_validator("curve")
    @classmethod
    def _rises(cls, curve: tuple[tuple[int, float], ...]) -> tuple[tuple[int, float], ...]:
        if any(m >= later or p > more for (m, p), (later, more) in pairwise(curve)):
            raise ValueError("months must rise, and percents must not fall")
        return curve

    def due_share(self, month: int) -> float:
        """Return the share (0 to 1) of the year's money that should be paid by the end of a month (1 to 12)."""
        points = [(0, 0.0), *self.curve, *([] if self.curve and self.curve[-1][0] == 12 else [(12, 100.0)])]
        (first, low), (last, high) = next((a, b) for a, b in pairwise(points) if b[0] >= month)
        return (low + (high - low) * (month - first) / (last - first)) / 100


class GuaranteeItem(Table):
    """One of the guarantees beside food and clothing. `aliases` are other words that workbooks use for it."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]
    name: Annotated[str, Field(min_length=1)]
    name_en: Annotated[str, Field(min_length=1)]
    aliases: tuple[str, ...] = ()


class Guarantees(Table):
    """What must be guaranteed; documents call the set 三保障和饮水安全, 四保障 or "3+1"."""

    items: tuple[GuaranteeItem, ...] = (
        GuaranteeItem(id="education", name="义务教育", name_en="Compulsory education", aliases=("教育", "控辍保学")),
        GuaranteeItem(
            id="medical", name="基本医疗", name_en="Medical insurance", aliases=("医疗", "医保", "基本医疗保险")
        ),
        GuaranteeItem(id="housing", name="住房安全", name_en="Safe housing", aliases=("住房", "安全住房")),
        GuaranteeItem(id="water", name="饮水安全", name_en="Safe drinking water", aliases=("饮水", "安全饮水")),
    )

    @field_validator("items")
    @classmethod
    def _once(cls, items: tuple[GuaranteeItem, ...]) -> tuple[GuaranteeItem, ...]:
        refuse_twice([item.id for item in items])
        return items


class WideFigure(Table):
    """What columns of a wide table say of one indicator, each by its header."""

    indicator: Annotated[str, Field(min_length=1)]
    numerator: Annotated[str, Field(min_length=1)]
    denominator: str = ""
    plan: str = ""
    #: The denominator is what this indicator, a count, had in the same period last year; `denominator` where it is not
    #: known.
    last_year: str = ""


class WideTable(Table):
    """A workbook with a row for each place and period, and several counts in it.

    It is known by the numerator of its first figure. `aliases` are other headers of a column, by its header.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
    name: Annotated[str, Field(min_length=1)]
    #: The header of the period, and other headers that it may have.
    period: Annotated[tuple[str, ...], Field(min_length=1)] = ("时期", "月份", "统计月份", "统计时间", "年度")
    figures: Annotated[tuple[WideFigure, ...], Field(min_length=1)]
    aliases: dict[str, tuple[str, ...]] = Field(default_factory=dict)

    @property
    def columns(self) -> tuple[str, ...]:
        """The headers of its counts."""
        named = (name for each in self.figures for name in (each.numerator, each.denominator, each.plan) if name)
        return tuple(dict.fromkeys(named))

    @model_validator(mode="after")
    def _known(self) -> "WideTable":
        if unknown := sorted(self.aliases.keys() - {*self.columns}):
            raise ValueError(f"aliases of columns that no figure names: {', '.join(unknown)}")
        return self


class SpecialGroup(Table):
    """Households that are looked at apart: those whose tags hold the word `tag`."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]
    name: Annotated[str, Field(min_length=1)]
    name_en: Annotated[str, Field(min_length=1)]
    tag: Annotated[str, Field(min_length=1)]


class Monitoring(Table):
    """How soon a household at risk must be under monitoring and helped, and who is looked at apart."""

    #: From the alert to the inclusion, in days.
    verify_days: Annotated[int, Field(ge=1)] = 15
    #: From the inclusion to the first measure, in days.
    measure_days: Annotated[int, Field(ge=1)] = 30
    #: A case cleared sooner than so many months after its inclusion is looked at again.
    clear_months: Annotated[int, Field(ge=1)] = 6
    groups: tuple[SpecialGroup, ...] = (
        SpecialGroup(id="elderly", name="老人", name_en="Elderly", tag="老人"),
        SpecialGroup(id="ill", name="重病", name_en="Seriously ill", tag="重病"),
        SpecialGroup(id="disabled", name="残疾", name_en="Disabled", tag="残疾"),
    )

    @field_validator("groups")
    @classmethod
    def _once(cls, groups: tuple[SpecialGroup, ...]) -> tuple[SpecialGroup, ...]:
        refuse_twice([group.id for group in groups])
        return groups
