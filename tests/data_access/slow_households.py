"""All that is computed from households, the slow and obvious way: one household, one month at a time, in fractions."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import NamedTuple

Cell = tuple[str, str, date]
#: numerator, denominator, reports
Figures = tuple[float, float | None, int]


class Month(NamedTuple):
    """What a household had in a month, in yuan, and its members."""

    wage: int = 0
    business: int = 0
    business_cost: int = 0
    property: int = 0
    transfer: int = 0
    members_now: int = 1
    members_year: int = 1

    def net(self) -> int:
        return self.wage + self.business + self.property + self.transfer - self.business_cost


class Gap(NamedTuple):
    household: str
    item: str
    found_on: date
    persons: int
    cleared_on: date | None


Months = Mapping[date, Month]
SOURCES = ("wage", "business", "property", "transfer", "business_cost")


def back(month: date, steps: int) -> date:
    number = month.year * 12 + month.month - 1 - steps
    return date(number // 12, number % 12 + 1, 1)


def year_of(months: Months, end: date) -> list[Month] | None:
    """The twelve months that end with this one; None if one is missing."""
    wanted = [back(end, n) for n in range(12)]
    return [months[m] for m in wanted] if all(m in months for m in wanted) else None


def per_capita(months: Months, end: date) -> Fraction | None:
    year = year_of(months, end)
    return None if year is None else Fraction(sum(m.net() for m in year), months[end].members_year)


def year_to_date(months: Months, end: date, starts: int) -> int | None:
    wanted = [back(end, n) for n in range((end.month - starts) % 12 + 1)]
    return sum(months[m].net() for m in wanted) if all(m in months for m in wanted) else None


def income_of(homes: Iterable[Months], lines: Mapping[int, int], starts: int) -> dict[tuple[str, date], Figures]:
    """A village's figures from its households' months."""
    sums: dict[tuple[str, date], list[float]] = defaultdict(lambda: [0, 0])

    def add(name: str, month: date, numerator: float, denominator: float) -> None:
        cell = sums[f"income.{name}", month]
        cell[0] += numerator
        cell[1] += denominator

    for months in homes:
        for month, now in months.items():
            add("month", month, now.net(), now.members_now)
            so_far = year_to_date(months, month, starts)
            if so_far is not None:
                add("year", month, so_far, now.members_year)
            year, each = year_of(months, month), per_capita(months, month)
            if year is None or each is None:
                continue
            net = sum(m.net() for m in year)
            add("per_capita", month, net, now.members_year)
            for source in SOURCES:
                add(source, month, sum(getattr(m, source) for m in year), now.members_year)
            add("wage_share", month, sum(m.wage for m in year), net)
            add("transfer_share", month, sum(m.transfer for m in year), net)
            if month.year in lines:
                is_below = each < lines[month.year]
                add("below_line", month, is_below, 1)
                add("below_line_persons", month, is_below * now.members_year, now.members_year)
            before = per_capita(months, back(month, 12))
            if before is not None:
                for percent in (10, 20, 30):
                    add(f"fell_{percent}", month, before > 0 and each <= before * (100 - percent) / 100, 1)
    return {cell: (float(n), float(d), 1) for cell, (n, d) in sums.items()}


def bands_of(homes: Iterable[Months]) -> dict[tuple[date, int], tuple[int, int]]:
    """A village's households and persons by month and floor of their band."""
    counts: dict[tuple[date, int], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for months in homes:
        for month in months:
            each = per_capita(months, month)
            if each is not None:
                cell = month, each // 500 * 500
                counts[cell] = counts[cell][0] + 1, counts[cell][1] + months[month].members_year
    return dict(counts)


def guarantees_of(
    base: Mapping[tuple[str, str], int], gaps: Iterable[Gap], homes: set[str], span: tuple[date, date]
) -> dict[tuple[str, date], Figures]:
    """A village's figures from what applies to its households (homes) and their gaps, by month of the ledger."""
    figures: dict[tuple[str, date], Figures] = {}
    own = [gap for gap in gaps if gap.household in homes]
    for item in sorted({item for home, item in base if home in homes}):
        applicable = sum(n for (home, of), n in base.items() if home in homes and of == item)
        month = span[0]
        while month <= span[1]:
            end = back(month, -1)
            open_ = 0
            for home in homes:
                missing = [
                    g.persons
                    for g in own
                    if (g.household, g.item) == (home, item)
                    and g.found_on < end
                    and (g.cleared_on is None or g.cleared_on >= end)
                ]
                open_ += min(sum(missing), base.get((home, item), 0))
            new = sum(g.persons for g in own if g.item == item and g.found_on.replace(day=1) == month)
            cleared = sum(
                g.persons for g in own if g.item == item and g.cleared_on and g.cleared_on.replace(day=1) == month
            )
            figures[f"guarantee.{item}", month] = (float(applicable - open_), float(applicable), 1)
            for side, count in (("open", open_), ("new", new), ("cleared", cleared)):
                figures[f"guarantee.{item}.{side}", month] = (float(count), None, 1)
            month = back(month, -1)
    return figures


def reviews_of(reviewed: Iterable[tuple[str, date]], homes: set[str]) -> dict[tuple[str, date], Figures]:
    """A village's share of households reviewed, by month with any."""
    counts: dict[date, int] = defaultdict(int)
    for home, month in reviewed:
        counts[month] += home in homes
    return {("monitoring.reviewed", month): (float(n), float(len(homes)), 1) for month, n in counts.items() if n}
