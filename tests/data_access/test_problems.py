"""The ledger of problems as pages read it, against problems looked at one by one."""

import statistics
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from data_access.database import writing
from data_access.indicators import figures_of
from data_access.problems import AGES, STATES, ages_of, burn_down, days_to_fix, problems_by, problems_in
from data_access.rollups import ledgers
from data_access.rollups.problems import PROBLEMS
from data_access.snapshot import Snapshot
from tests.data_access.slow_problems import (
    START,
    Problem,
    figures,
    has_come,
    is_fixed,
    is_on_time,
    is_open,
    is_overdue,
    is_relapsed,
    is_verified,
    monday,
    newest,
    problems,
)

Fill = Callable[..., Snapshot]

# Two counties with ledgers of their own; V4 lies in no township.
TREE = {"P": None, "C": "P", "D": "P", "T1": "C", "T2": "C", "T3": "D", "V1": "T1", "V2": "T2", "V3": "T3", "V4": "C"}
LEVELS = {"P": "prefecture", "C": "county", "D": "county", "T": "township", "V": "village"}
PLACES = [code for code in TREE if code != "P"]
WEEKS = [monday(START) + timedelta(weeks=n) for n in range(12)]
COUNTS = ("problems.open", "problems.overdue")

ledgers_of = st.lists(problems(PLACES), min_size=1, max_size=8)


def line(code: str | None) -> list[str]:
    return [] if code is None else [code, *line(TREE[code])]


def county_of(code: str) -> str:
    return next(step for step in line(code) if step in ("C", "D"))


def filled(fill: Fill, shared: Engine, ledger: list[Problem]) -> Snapshot:
    snapshot = fill(
        region=[{"code": code, "level": LEVELS[code[0]], "parent_code": parent} for code, parent in TREE.items()],
        indicator=[
            {"id": key, "level": "any", "frequency": "week", **({"denominator_name": None} if key in COUNTS else {})}
            for key in PROBLEMS.indicators
        ],
        rectification=[{"number": str(n), "description": f"d{n}", **one._asdict()} for n, one in enumerate(ledger)],
    )
    with writing(shared) as connection:
        ledgers.rebuild(connection)
    return snapshot


def standing(ledger: list[Problem], code: str, week: date) -> dict[int, date]:
    """The problems of a region found by a week's end, each with the day that its county's ledger stands on."""
    table = {}
    for n, one in enumerate(ledger):
        last = newest([other for other in ledger if county_of(other.region_code) == county_of(one.region_code)])
        on = min(week + timedelta(days=6), last)
        if code in line(one.region_code) and on >= week and one.found_on <= on:
            table[n] = on
    return table


def none_if_nan(value: Any) -> Any:
    return None if pd.isna(value) else value


def state_of(one: Problem, on: date) -> str:
    if is_overdue(one, on):
        return "overdue"
    if is_open(one, on):
        return "back" if is_relapsed(one, on) else "open"
    if not is_verified(one, on):
        return "fixed"
    looked_again = has_come(one.rechecked_on, on) and one.rechecked_on >= one.fixed_on  # type: ignore[operator]
    return "rechecked" if looked_again else "verified"


@given(ledgers_of, st.sampled_from(WEEKS))
@settings(max_examples=20)
def test_what_pages_read_is_what_problems_say_one_by_one(fill: Fill, shared: Engine, ledger: list[Problem], week: date):
    snapshot = filled(fill, shared, ledger)
    for code in ("P", "C", "T1", "V1", "D"):
        table, known = problems_in(snapshot, code, week), standing(ledger, code, week)
        assert {int(row.number): row.stood_on.date() for row in table.itertuples()} == known
        for row in table.itertuples():
            assert_stands(row, ledger[int(row.number)], row.stood_on.date(), code)
        assert_is_ordered(table)
        pairs = [(ledger[n], on) for n, on in known.items()]
        assert_runs_to_zero(burn_down(table, week), pairs, week)
        assert_ages(ages_of(table), pairs)
        for by in ("source", "category", "office", "owner", "child"):
            groups = problems_by(table, by)
            assert groups["found"].sum() == len(table)
            for group in groups.itertuples():
                name = none_if_nan(getattr(group, by))
                numbers = [int(row.number) for row in table.itertuples() if none_if_nan(getattr(row, by)) == name]
                assert_adds_up(group, [(ledger[n], known[n]) for n in numbers], groups)
        for row in figures_of(snapshot, code, week, 0.8).itertuples():
            if row.light != "grey":
                assert_is_total(row, problems_in(snapshot, code, row.period), ledger, code)


def assert_stands(row: Any, one: Problem, on: date, code: str) -> None:
    assert row.code == one.region_code
    path = line(one.region_code)
    assert row.child == (code if one.region_code == code else path[path.index(code) - 1])
    assert (row.open, row.fixed, row.overdue) == (is_open(one, on), is_fixed(one, on), is_overdue(one, on))
    assert (row.verified, row.relapsed) == (is_verified(one, on), is_relapsed(one, on))
    assert row.on_time == is_on_time(one, on)
    assert row.state == state_of(one, on)
    days = (one.fixed_on - one.found_on).days if is_fixed(one, on) else None  # type: ignore[operator]
    assert none_if_nan(row.days_to_fix) == days
    assert none_if_nan(row.days_late) == ((on - one.deadline).days if is_open(one, on) and one.deadline else None)


def assert_is_ordered(table: pd.DataFrame) -> None:
    states = [STATES.index(state) for state in table["state"]]
    assert states == sorted(states)
    late = table.loc[table["overdue"], "days_late"].tolist()
    assert late == sorted(late, reverse=True)


def assert_runs_to_zero(weeks: pd.DataFrame, known: list[tuple[Problem, date]], week: date) -> None:
    assert weeks.empty == (not known)
    for row in weeks.itertuples():
        sunday = row.period + timedelta(days=6)
        found = [(one, min(on, sunday)) for one, on in known if one.found_on <= sunday]
        if row.period > week:
            assert pd.isna(row.open)
            assert row.plan == sum(not has_come(one.deadline, sunday) for one, _ in known)
        else:
            assert row.open == sum(is_open(one, on) for one, on in found)
            assert row.plan == sum(not has_come(one.deadline, on) for one, on in found)
    past = weeks[weeks["period"] <= week]
    assert past["open"].diff().iloc[1:].tolist() == (past["new"] - past["fixed"]).iloc[1:].tolist()
    assert (past[["new", "fixed"]] >= 0).all(axis=None)
    if known:
        deadlines = [monday(one.deadline) for one, _ in known if one.deadline]
        assert weeks["period"].iloc[0] == monday(min(one.found_on for one, _ in known))
        assert (past["period"].iloc[-1], weeks["period"].iloc[-1]) == (week, max([week, *deadlines]))


def assert_ages(ages: pd.DataFrame, known: list[tuple[Problem, date]]) -> None:
    still = [(one, on) for one, on in known if is_open(one, on)]
    late = [(on - one.deadline).days if one.deadline else -1000 for one, on in still]
    wanted = [sum((low is None or n >= low) and (high is None or n <= high) for n in late) for low, high in AGES]
    assert ages["count"].tolist() == wanted
    assert sum(wanted) == len(still)


def assert_adds_up(group: Any, mine: list[tuple[Problem, date]], groups: pd.DataFrame) -> None:
    due = [pair for pair in mine if has_come(pair[0].deadline, pair[1])]
    days = [(one.fixed_on - one.found_on).days for one, on in mine if is_fixed(one, on)]  # type: ignore[operator]
    assert group.found == len(mine)
    assert (group.open, group.overdue) == (
        sum(is_open(*pair) for pair in mine),
        sum(is_overdue(*pair) for pair in mine),
    )
    on_time = sum(is_on_time(*pair) for pair in due)
    assert none_if_nan(group.on_time_rate) == (pytest.approx(on_time / len(due) * 100) if due else None)
    assert none_if_nan(group.median_days) == (statistics.median(days) if days else None)
    better = [other for other in groups["on_time_rate"] if other > group.on_time_rate + 1e-9]
    assert none_if_nan(group.rank) == (len(better) + 1 if due else None)


def assert_is_total(row: Any, table: pd.DataFrame, ledger: list[Problem], code: str) -> None:
    """The figure of a region is the sum of what its list says of each problem."""
    one_by_one = [figures([ledger[n]], on)[row.indicator] for n, on in standing(ledger, code, row.period).items()]
    assert row.numerator == sum(figure[0] for figure in one_by_one)
    assert none_if_nan(row.denominator) in (None, sum(figure[1] or 0 for figure in one_by_one))
    assert len(table) == len(one_by_one)


def test_days_to_fix_are_those_of_what_is_fixed(fill: Fill, shared: Engine):
    took = [3, 5, 10, 20, 40]
    ledger = [Problem("V1", START, fixed_on=START + timedelta(days=n)) for n in took] + [Problem("V2", START)]
    table = problems_in(filled(fill, shared, ledger), "C", monday(START + timedelta(days=40)))
    assert days_to_fix(table) == (5, 10.0, 32.0)
    assert days_to_fix(table[table["open"]])[0] == 0


def test_a_region_without_problems_has_none(fill: Fill, shared: Engine):
    snapshot = filled(fill, shared, [Problem("V2", START)])
    table = problems_in(snapshot, "V1", monday(START))
    assert table.empty
    assert burn_down(table, monday(START)).empty
    assert problems_by(table, "source").empty
    assert ages_of(table)["count"].sum() == 0
