"""Monitoring cases the slow and obvious way: one case, one month, one day at a time."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from tests.data_access.slow_households import back

Figures = tuple[float, float | None]
VERIFY_DAYS, MEASURE_DAYS = 15, 30
GROUPS = {"elderly": "老人", "ill": "重病", "disabled": "残疾"}


class Case(NamedTuple):
    """`measures` are pairs of the risk that one answers ("" for none named) and the day it began (None: not known)."""

    household: str
    opened_on: date
    kind: str | None = None
    persons: int | None = None
    alert_on: date | None = None
    verified_on: date | None = None
    included_on: date | None = None
    dismissed_on: date | None = None
    cleared_on: date | None = None
    risks: frozenset[str] = frozenset()
    measures: frozenset[tuple[str, date | None]] = frozenset()

    def days(self) -> list[date]:
        every = (self.alert_on, self.verified_on, self.included_on, self.dismissed_on, self.cleared_on)
        return [day for day in every if day]

    def in_stock(self, day: date) -> bool:
        return (
            self.included_on is not None
            and self.included_on <= day
            and not (self.cleared_on is not None and self.cleared_on <= day)
        )

    def measures_by(self, day: date) -> list[str]:
        """The risks that measures under way on a day name."""
        begun = [(risk, since or self.included_on or self.opened_on) for risk, since in self.measures]
        return [risk for risk, since in begun if since <= day]

    def answers(self, risk: str, day: date) -> bool:
        named = self.measures_by(day)
        return risk in named or ("" in named and self.risks == {risk})

    def is_measured(self, day: date) -> bool:
        return bool(self.measures_by(day)) and all(self.answers(risk, day) for risk in self.risks)

    def is_unhelped(self, day: date) -> bool:
        if not self.in_stock(day) or self.included_on is None:
            return False
        return not self.measures_by(day) and (day - self.included_on).days >= MEASURE_DAYS


class Home(NamedTuple):
    village: str
    persons: int | None = None
    tags: str | None = None


def newest_of(cases: Iterable[Case]) -> date | None:
    return max((day for case in cases for day in case.days()), default=None)


def figures_of(cases: Iterable[Case], homes: Mapping[str, Home], newest: date) -> dict[tuple[str, date], Figures]:
    """A village's figures from its cases, by month from its first inclusion to the ledger's newest day."""
    own = [case for case in cases if case.included_on]
    figures: dict[tuple[str, date], Figures] = {}
    if not own:
        return figures
    month = max(min(c.included_on for c in own if c.included_on).replace(day=1), back(newest.replace(day=1), 59))
    while month <= newest:
        day = min(back(month, -1) - timedelta(days=1), newest)
        stock = [case for case in own if case.in_stock(day)]
        recent = [
            case
            for case in own
            if case.alert_on and case.included_on and back(month, 11) <= case.included_on.replace(day=1) <= month
        ]
        prompt = [
            c for c in recent if c.included_on and c.alert_on and (c.included_on - c.alert_on).days <= VERIFY_DAYS
        ]

        def persons(case: Case) -> int:
            return case.persons or homes[case.household].persons or 0

        def put(name: str, above: float, below: float | None = None, month: date = month) -> None:
            figures[f"monitoring.{name}", month] = (float(above), None if below is None else float(below))

        put("stock", len(stock))
        put("persons", sum(map(persons, stock)))
        put("new", sum(c.included_on is not None and c.included_on.replace(day=1) == month for c in own))
        put("cleared", sum(c.cleared_on is not None and c.cleared_on.replace(day=1) == month for c in own))
        put("measured", sum(case.is_measured(day) for case in stock), len(stock))
        put("unhelped", sum(case.is_unhelped(day) for case in stock))
        put("prompt", len(prompt), len(recent))
        for group, tag in GROUPS.items():
            put(f"stock.{group}", sum(tag in (homes[case.household].tags or "") for case in stock))
        month = back(month, -1)
    return figures
