"""Queries of projects against slow loops over the same random ledger."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest

from data_access.indicators import children_of, figures_of
from data_access.projects import (
    PACE_DAYS,
    SOURCES,
    benefit_of,
    flows_of,
    gates_of,
    late_of,
    ledger_day,
    paid_ahead,
    payment_pace,
    projects_within,
    stages_of,
    year_curve,
)
from data_access.rollups import ledgers
from data_access.rollups.project_states import GATES
from data_access.rollups.projects import INDICATORS
from data_access.snapshot import Snapshot
from tests.data_access.slow_projects import Flow, Project, newest_of

TREE = {"C": None, "T1": "C", "T2": "C", "V1": "T1", "V2": "T1", "V3": "T2", "V4": "C"}
LEVELS = {"C": "county", "T": "township", "V": "village"}
KINDS, MODES = ("产业发展", "乡村建设", None), ("订单收购", "土地流转", None)
PAPERS = ("竣工图", None, None)


def random_day(dice: random.Random, year: int) -> date | None:
    return None if dice.random() < 0.3 else date(year, 1, 1) + timedelta(days=dice.randrange(420))


def random_project(dice: random.Random) -> Project:
    year = dice.choice([2025, 2026, 2026, 2027])
    one = Project(
        region=dice.choice(list(TREE)),
        year=year,
        investment=dice.choice([None, 120_000.0, 450_000.5]),
        households=dice.choice([None, 12, 40]),
        planned_start=random_day(dice, year),
        planned_finish=random_day(dice, year),
    )
    if year > 2026:
        return one
    for gate in dice.sample(GATES, dice.randrange(6)):
        reached = random_day(dice, year)
        one.gates[gate] = (random_day(dice, year), reached if reached and reached <= date(2026, 11, 29) else None)
    for month in dice.sample(range(1, 11), 3):
        one.works[date(year, month, 28)] = dice.choice([0.1, 0.55, 0.9])
    for document in dice.sample(["甲", "乙", "丙"], dice.randrange(3)):
        source = dice.choice(SOURCES)
        for month in dice.sample(range(1, 11), 3):
            paid = dice.choice([None, 1_000.0 * month])
            one.money[document, date(year, month, 28)] = Flow(
                source, 12_000.0, dice.choice([None, 1_100.0 * month]), paid
            )
    return one


@pytest.fixture
def ledger() -> dict[str, Project]:
    dice = random.Random(20)
    return {f"p{n:02d}": random_project(dice) for n in range(70)}


@pytest.fixture
def snapshot(fill: Callable[..., Snapshot], ledger, shared, put) -> Snapshot:
    own = ("year", "investment", "households", "planned_start", "planned_finish")
    snapshot = fill(
        region=[
            {"code": c, "parent_code": p, "level": LEVELS[c[0]], "longitude": 1.0, "latitude": 2.0}
            for c, p in TREE.items()
        ],
        indicator=[
            {"id": one, "level": "any"}
            | ({"denominator_name": None, "unit": "个", "factor": 1.0} if one == "projects.late" else {})
            for one in INDICATORS
        ],
        project=[
            {
                "code": c,
                "name": f"项目{c}",
                "region_code": p.region,
                "kind": KINDS[n % 3],
                "benefit_mode": MODES[n % 3],
                "benefit": 10.0,
            }
            | {name: getattr(p, name) for name in own}
            for n, (c, p) in enumerate(ledger.items())
        ],
        project_stage=[
            {"project_code": c, "stage": g, "due_on": due, "reached_on": reached, "missing_papers": PAPERS[len(g) % 3]}
            for c, p in ledger.items()
            for g, (due, reached) in p.gates.items()
        ],
        project_progress=[
            {"project_code": c, "reported_on": day, "physical": share}
            for c, p in ledger.items()
            for day, share in p.works.items()
        ],
        fund_flow=[
            {"document": d, "project_code": c, "as_of": day, **vars(flow)}
            for c, p in ledger.items()
            for (d, day), flow in p.money.items()
        ],
    )
    with shared.begin() as connection:
        ledgers.rebuild(connection)
    return snapshot


def within(code: str) -> list[str]:
    return [code, *(found for child, parent in TREE.items() if parent == code for found in within(child))]


def day_of(snapshot: Snapshot, on: date) -> date:
    day = ledger_day(snapshot, on)
    assert day
    return day


PLACES = [("C", date(2026, 11, 30)), ("C", date(2025, 9, 3)), ("T1", date(2026, 6, 15)), ("V3", date(2026, 11, 1))]


def test_the_day_is_the_months_end_or_the_newest_that_is_known(snapshot, ledger):
    newest = newest_of(ledger)
    assert newest
    assert ledger_day(snapshot, date(2026, 2, 3)) == date(2026, 2, 28)
    assert ledger_day(snapshot, newest + timedelta(days=200)) == newest


def test_without_any_project_there_is_no_day(fill):
    assert ledger_day(fill(), date(2026, 11, 1)) is None


@pytest.mark.parametrize(("code", "on"), PLACES)
def test_the_list_is_every_project_as_it_stood(snapshot, ledger, code, on):
    day = day_of(snapshot, on)
    rows = projects_within(snapshot, code, day).set_index("code")
    here = {c: p for c, p in ledger.items() if p.region in within(code)}
    assert set(rows.index) == set(here)
    assert rows["year"].is_monotonic_decreasing
    for c, p in here.items():
        row = rows.loc[c]
        passed = [gate for gate in GATES if p.is_past(gate, day)]
        assert row["gate"] == (passed[-1] if passed else "listed")
        physical = p.physical(day)
        assert pd.isna(row["physical"]) if physical is None else row["physical"] == physical
        for name in ("allocated", "disbursed", "paid"):
            assert row[name] == pytest.approx(p.amount(name, day))
        due = p.due("finished")
        is_late = due and due < day and p.year <= day.year and not p.is_past("finished", day)
        assert row["late_days"] == ((day - due).days if is_late and due else 0)
        assert row["finished_on"] == (p.passed("finished") if p.is_past("finished", day) else None)
        assert row["missing"] == sum(PAPERS[len(gate) % 3] is not None for gate in p.gates)


@pytest.mark.parametrize(("code", "on"), PLACES)
def test_lists_agree_with_the_monthly_figures(snapshot, code, on):
    day = day_of(snapshot, on)
    rows = projects_within(snapshot, code, day)
    own = rows[rows["year"] == day.year]
    figures = figures_of(snapshot, code, on, 0.5).set_index("indicator")
    assert figures.at["projects.late", "numerator"] == (rows["late_days"] > 0).sum()
    assert figures.at["projects.finished", "numerator"] == own["finished_on"].notna().sum()
    assert figures.at["projects.finished", "denominator"] == len(own)
    assert figures.at["funds.paid", "numerator"] == pytest.approx(own["paid"].sum())
    assert figures.at["projects.households", "numerator"] == own["households"].sum()
    flows = flows_of(snapshot, code, day)
    assert flows["allocated"].sum() == pytest.approx(figures.at["funds.paid", "denominator"])
    for source in SOURCES:
        paid = flows.loc[flows["source"] == source, "paid"].sum()
        assert paid == pytest.approx(figures.at[f"funds.paid.{source}", "numerator"])
    stages = stages_of(snapshot, code, day).set_index("gate")["count"]
    assert stages["finished"] == figures.at["projects.finished", "numerator"]
    assert stages["accepted"] == figures.at["projects.accepted", "numerator"]
    assert benefit_of(rows, day.year)["households"].sum() == own["households"].sum()


@pytest.mark.parametrize(("code", "on"), PLACES)
def test_stages_count_the_years_projects_that_passed_each_gate(snapshot, ledger, code, on):
    day = day_of(snapshot, on)
    own = [p for p in ledger.values() if p.region in within(code) and p.year == day.year]
    for row in stages_of(snapshot, code, day).itertuples():
        past = [p for p in own if row.gate == "listed" or p.is_past(row.gate, day)]
        assert (row.count, row.investment) == (len(past), sum(p.investment or 0 for p in past))


@pytest.mark.parametrize(("code", "on"), PLACES)
def test_flows_are_the_sums_of_documents(snapshot, ledger, code, on):
    day = day_of(snapshot, on)
    children = [child for child, parent in TREE.items() if parent == code]
    sums: dict[tuple[str, str, Any], float] = {}
    for n, p in enumerate(ledger.values()):
        if p.region in within(code) and p.year == day.year:
            part = next((child for child in children if p.region in within(child)), code)
            for source in SOURCES:
                key = (source, part, KINDS[n % 3])
                sums[key] = sums.get(key, 0.0) + p.amount("allocated", day, source)
    flows = flows_of(snapshot, code, day)
    kinds = flows["kind"].astype(object).where(flows["kind"].notna(), None)
    found = dict(zip(zip(flows["source"], flows["place_code"], kinds, strict=True), flows["allocated"], strict=True))
    assert found == {key: pytest.approx(value) for key, value in sums.items() if value}
    assert flows["place"].tolist() == flows["place_code"].tolist()


@pytest.mark.parametrize(("code", "on"), PLACES)
def test_gates_of_the_worst_say_how_late_and_what_is_missing(snapshot, ledger, code, on):
    day = day_of(snapshot, on)
    here = {c: p for c, p in ledger.items() if p.region in within(code) and p.year <= day.year}

    def late(p: Project, gate: str) -> int:
        due, passed = p.due(gate), p.passed(gate) if p.is_past(gate, day) else None
        return max(((passed or day) - due).days, 0) if due else 0

    def weight(c: str) -> tuple[int, int]:
        p = here[c]
        open_late = (
            max(late(p, gate) for gate in GATES if not p.is_past(gate, day)) if not p.is_past("handed_over", day) else 0
        )
        return open_late, sum(PAPERS[len(gate) % 3] is not None for gate in p.gates)

    worst = sorted((c for c in here if weight(c) > (0, 0)), key=lambda c: tuple(-n for n in weight(c)))[:9]
    rows = gates_of(snapshot, code, day, 9)
    assert rows["project"].drop_duplicates().tolist() == worst
    assert rows.groupby("project", sort=False)["gate"].agg(tuple).tolist() == [GATES] * len(worst)
    for row in rows.itertuples():
        p = here[row.project]
        due, is_past, days = p.due(row.gate), p.is_past(row.gate, day), late(p, row.gate)
        if is_past:
            expected = "late_done" if days else "done"
        elif due and due < day:
            expected = "late"
        else:
            expected = "due" if due and (due - day).days <= 30 else "ahead"
        assert (row.state, row.late_days) == (expected, days if "late" in expected else 0)
        lacks = row.gate in p.gates and PAPERS[len(row.gate) % 3]
        assert row.missing_papers == lacks if lacks else pd.isna(row.missing_papers)
        assert row.passed_on == (p.passed(row.gate) if is_past else None)


def test_late_projects_come_longest_first_with_where_their_pace_leads():
    day = date(2026, 11, 29)
    row = {"late_days": 10, "started_on": date(2026, 8, 21), "physical": 0.5}
    changes: list[dict[str, Any]] = [
        {},
        {"late_days": 60, "physical": 0.0},
        {"late_days": 0},
        {"late_days": 30, "started_on": None},
    ]
    changes += [{"late_days": 20, "physical": 0.2}]
    late = late_of(pd.DataFrame([row | change for change in changes]), day)
    assert late["late_days"].tolist() == [60, 30, 20, 10]
    assert late["expected"].tolist() == [None, None, None, day + timedelta(days=100)]


def test_the_curve_holds_the_years_figures_and_goes_on_at_the_present_pace(snapshot):
    day = day_of(snapshot, date(2026, 8, 15))
    curve = year_curve(snapshot, "C", day)
    assert curve["day"].tolist()[:2] == [date(2026, 1, 31), date(2026, 2, 28)]
    assert curve["plan"].tolist() == [pytest.approx(month / 12 * 100) for month in range(1, 13)]
    for row in curve.itertuples():
        (own,) = children_of(snapshot, "C", "funds.paid", row.day, 0.5, "county").itertuples()
        assert pd.isna(row.paid) if row.day > day else row.paid == pytest.approx(own.value, nan_ok=True)
    paid = curve.set_index("day")["paid"]
    pace = (paid[day] - paid[date(2026, 5, 31)]) / 92
    assert payment_pace(curve, day) == pytest.approx(pace)
    assert (day - date(2026, 5, 31)).days >= PACE_DAYS > (day - date(2026, 6, 30)).days
    forecast = curve.set_index("day")["forecast"]
    assert forecast[date(2026, 12, 31)] == pytest.approx(min(paid[day] + 122 * pace, 100))
    assert forecast[date(2026, 7, 31)] != forecast[date(2026, 7, 31)]


def test_a_day_within_a_month_stands_beside_its_end():
    curve = pd.DataFrame({"day": [date(2026, 1, 31), date(2026, 2, 10)], "paid": [5.0, 8.0]})
    assert payment_pace(curve, date(2026, 2, 10)) == pytest.approx(8 / 40)
    assert payment_pace(curve.iloc[:0], date(2026, 2, 10)) != payment_pace(curve, date(2026, 2, 10))


def test_what_is_paid_ahead_of_the_works_is_named():
    rows = pd.DataFrame(
        {
            "code": list("abcd"),
            "year": [2026, 2026, 2025, 2026],
            "allocated": [100.0, 100.0, 100.0, 0.0],
            "paid": [90.0, 65.0, 100.0, 0.0],
            "physical": [0.3, 0.6, 0.0, 0.0],
        }
    )
    found = paid_ahead(rows, 2026, 20)
    assert found["code"].tolist() == ["a"]
    assert found["ahead"].tolist() == [pytest.approx(60)]
