"""What is reckoned from projects, the slow and obvious way: one project, one month, one document after the other."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from data_access.rollups.project_states import GATES, SOURCES

Cell = tuple[str, str, date]
Figures = tuple[float, float | None, float | None]


@dataclass
class Flow:
    source: str
    allocated: float
    disbursed: float | None
    paid: float | None


@dataclass
class Project:
    region: str
    year: int
    investment: float | None = None
    households: int | None = None
    planned_start: date | None = None
    planned_finish: date | None = None
    #: By gate: due and reached.
    gates: dict[str, tuple[date | None, date | None]] = field(default_factory=dict)
    works: dict[date, float] = field(default_factory=dict)
    #: By document and day.
    money: dict[tuple[str, date], Flow] = field(default_factory=dict)

    def due(self, gate: str) -> date | None:
        own = self.gates.get(gate, (None, None))[0]
        plans = {"started": self.planned_start, "finished": self.planned_finish}
        if own is None and gate in plans:
            return plans[gate] or date(self.year, 12, 31)
        return own

    def passed(self, gate: str) -> date | None:
        later = GATES[GATES.index(gate) :]
        days = [self.gates[g][1] for g in later if g in self.gates]
        return min((day for day in days if day), default=None)

    def is_past(self, gate: str, day: date) -> bool:
        passed = self.passed(gate)
        return passed is not None and passed <= day

    def physical(self, day: date) -> float | None:
        if self.is_past("finished", day):
            return 1.0
        told = [on for on in self.works if on <= day]
        if told:
            return self.works[max(told)]
        return None if self.is_past("started", day) else 0.0

    def amount(self, name: str, day: date, source: str | None = None) -> float:
        total = 0.0
        for document in {document for document, _ in self.money}:
            rows = {on: flow for (own, on), flow in self.money.items() if own == document}
            if source not in (None, rows[max(rows)].source):
                continue
            known = [on for on, flow in rows.items() if on <= day and getattr(flow, name) is not None]
            total += getattr(rows[max(known)], name) if known else 0.0
        return total


def newest_of(projects: Mapping[str, Project]) -> date | None:
    days = [day for p in projects.values() for _, day in p.gates.values() if day]
    days += [day for p in projects.values() for day in p.works]
    days += [day for p in projects.values() for _, day in p.money]
    return max(days, default=None)


def month_end(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def months(first: date, last: date) -> list[date]:
    found = [first]
    while (found[-1].year, found[-1].month) < (last.year, last.month):
        found.append(month_end(found[-1]) + timedelta(days=1))
    return found


def figures_of(
    projects: Mapping[str, Project], regions: Mapping[str, list[str]], share: float = 1 / 12
) -> dict[Cell, Figures]:
    """Figures by region, indicator and month; `regions` names for each region those within it, itself included.

    `share` of the year's money should be paid with each month.
    """
    newest = newest_of(projects)
    found: dict[Cell, Figures] = {}
    if newest is None:
        return found
    for code, within in regions.items():
        here = [p for p in projects.values() if p.region in within]
        if not here or min(p.year for p in here) > newest.year:
            continue
        for month in months(date(min(p.year for p in here), 1, 1), newest):
            day = min(month_end(month), newest)
            for indicator, figures in _in_month(here, month, day, share * month.month).items():
                found[code, indicator, month] = figures
    return found


def _in_month(here: list[Project], month: date, day: date, share: float) -> dict[str, Figures]:
    own = [p for p in here if p.year == month.year]

    def money(name: str, source: str | None = None) -> float:
        return sum(p.amount(name, day, source) for p in own)

    def past(gate: str) -> int:
        return sum(p.is_past(gate, day) for p in own)

    def due(gate: str) -> int:
        return sum((p.due(gate) or date.max) <= day for p in own)

    done = weight = late = 0.0
    for p in own:
        physical = p.physical(day)
        if physical is not None and p.investment is not None:
            done += physical * p.investment
            weight += p.investment
    for p in here:
        due_on = p.due("finished")
        assert due_on is not None
        late += p.year <= month.year and due_on < day and not p.is_past("finished", day)
    allocated = money("allocated")
    by_source = {
        f"funds.paid.{s}": (money("paid", s), money("allocated", s), money("allocated", s) * share) for s in SOURCES
    }
    return by_source | {
        "funds.paid": (money("paid"), allocated, allocated * share),
        "funds.disbursed": (money("disbursed"), allocated, None),
        "projects.started": (past("started"), len(own), due("started")),
        "projects.finished": (past("finished"), len(own), due("finished")),
        "projects.accepted": (past("accepted"), past("finished"), None),
        "projects.handed_over": (past("handed_over"), past("accepted"), None),
        "projects.physical": (done, weight, weight * share),
        "projects.late": (late, None, None),
        "projects.households": (sum(p.households or 0 for p in own), None, None),
    }
