"""A county with a ledger of cases, gaps and incomes drawn by dice, for questions that are answered the slow way."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Engine

from data_access.database import writing
from data_access.rollups import cases, households, ledgers
from data_access.rollups.income import IDS
from data_access.snapshot import Snapshot
from tests.data_access.slow_cases import Case, Home
from tests.data_access.slow_households import Month, back

TREE = {"C": None, "T1": "C", "T2": "C", "V1": "T1", "V2": "T1", "V3": "T2", "V4": "T2"}
KINDS = (None, "脱贫不稳定户", "突发严重困难户")
RISKS = ("因病", "因残", "因灾")
ITEMS = ("medical", "housing", "water")
FIRST, LAST_MONTH = date(2024, 6, 1), date(2026, 6, 1)
LINES = {2025: 8_000, 2026: 8_400}
RATES = ("monitoring.measured", "monitoring.prompt")


@dataclass(frozen=True)
class County:
    snapshot: Snapshot
    homes: dict[str, Home]
    cases: list[Case]
    #: household, item, found on, cleared on
    gaps: list[tuple[str, str, date, date | None]]
    incomes: dict[str, dict[date, Month]]

    def within(self, code: str, home: str) -> bool:
        place: str | None = self.homes[home].village
        while place:
            if place == code:
                return True
            place = TREE[place]
        return False


def _case(dice: random.Random, home: str, start: date) -> Case:
    def later(day: date | None, odds: float, most: int) -> date | None:
        return day + timedelta(days=dice.randint(0, most)) if day and dice.random() < odds else None

    verified = later(start, 0.9, 20)
    included = later(verified or start, 0.85, 15)
    dismissed = later(verified, 0.6, 5) if included is None else None
    cleared = later(included, 0.45, 260)
    risks = frozenset(dice.sample(RISKS, dice.choice([0, 1, 1, 2])))
    answered = [*dice.sample(sorted(risks), dice.randint(0, len(risks))), *([""] if dice.random() < 0.25 else [])]
    measures = frozenset((risk, later(included or start, 0.85, 60)) for risk in answered)
    alert = None if included and dice.random() < 0.1 else start
    kind, persons = dice.choice(KINDS), dice.choice([None, 2, 5])
    opened = alert or included or start
    return Case(home, opened, kind, persons, alert, verified, included, dismissed, cleared, risks, measures)


def _drawn(seed: int) -> tuple[dict[str, Home], list[Case], list[Any], dict[str, dict[date, Month]]]:
    dice = random.Random(seed)
    villages = [code for code in TREE if code.startswith("V")]
    tags = [None, "老人户", "重病户、残疾人户", "低保"]
    homes = {f"h{n:02d}": Home(dice.choice(villages), dice.choice([None, 3]), dice.choice(tags)) for n in range(70)}
    ledger = []
    for home in homes:
        start = FIRST + timedelta(days=dice.randint(0, 700))
        for _ in range(dice.choice([0, 1, 1, 2])):
            case = _case(dice, home, start)
            ledger.append(case)
            if case.included_on and not case.cleared_on:
                break
            start = max(case.days()) + timedelta(days=dice.randint(1, 90))
    gaps = []
    for home in homes:
        for item in ITEMS:
            if dice.random() < 0.3:
                found = date(2025, 4, 1) + timedelta(days=dice.randint(0, 440))
                gaps.append((home, item, found, dice.choice([None, None, found + timedelta(days=dice.randint(1, 60))])))
    incomes = {}
    for home in homes:
        wage = dice.choice([500, 650, 690, 720, 1_500])
        first = dice.choice([0, 0, 0, 14])
        months = [back(LAST_MONTH, n) for n in range(26)][::-1][first:]
        incomes[home] = {month: Month(wage=wage + dice.choice([-60, 0, 60]), members_year=1) for month in months}
    return homes, ledger, gaps, incomes


def county_of(shared: Engine, fill: Callable[..., Snapshot], seed: int) -> County:
    """Fill the shared database with a county drawn by the dice of `seed`, and reckon all that is reckoned."""
    homes, ledger, gaps, incomes = _drawn(seed)
    levels = {"C": "county", "T": "township", "V": "village"}
    count = {
        "level": "any",
        "unit": "户",
        "factor": 1.0,
        "denominator_name": None,
        "direction": "down",
        "group_id": "monitoring",
    }
    rate = {"level": "any", "group_id": "monitoring"}
    key = ("kind", "persons", "alert_on", "verified_on", "included_on", "dismissed_on", "cleared_on")
    keyed = [({"household_code": case.household, "opened_on": case.opened_on}, case) for case in ledger]
    targets = [(id_, level) for id_ in RATES for level in levels.values()]
    snapshot = fill(
        region=[{"code": c, "level": levels[c[0]], "parent_code": p} for c, p in TREE.items()],
        indicator_group=[{"id": "group"}, {"id": "monitoring"}],
        indicator=[
            *({"id": id_} for id_ in IDS),
            *({"id": id_} | (rate if id_ in RATES else count) for id_ in cases.IDS),
        ],
        indicator_target=[
            {"indicator": id_, "level": level, "since": FIRST, "target": 100.0} for id_, level in targets
        ],
        household=[
            {"code": h, "region_code": about.village, "persons": about.persons, "tags": about.tags}
            for h, about in homes.items()
        ],
        guarantee_base=[{"household_code": h, "item": i, "persons": 5} for h in homes for i in ITEMS],
        guarantee_gap=[
            {"household_code": h, "item": i, "found_on": f, "persons": 1, "cleared_on": c, "owner": "李某"}
            for h, i, f, c in gaps
        ],
        income_line=[{"year": year, "amount": amount} for year, amount in LINES.items()],
        household_income=[
            {"household_code": h, "month": month} | row._asdict()
            for h, months in incomes.items()
            for month, row in months.items()
        ],
        monitoring_case=[at | {n: getattr(case, n) for n in key} | {"owner": "王某"} for at, case in keyed],
        case_risk=[at | {"risk": risk} for at, case in keyed for risk in sorted(case.risks)],
        case_measure=[
            at | {"risk": risk, "measure": f"m{n}", "started_on": since}
            for at, case in keyed
            for n, (risk, since) in enumerate(sorted(case.measures, key=str))
        ],
    )
    with writing(shared) as connection:
        households.rebuild(connection)
        ledgers.rebuild(connection)
    return County(snapshot, homes, ledger, gaps, incomes)
