"""The cross-checks against loops over every case, gap and income, in counties drawn by dice."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from itertools import product
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Engine, delete, event

from data_access.database import writing
from data_access.monitoring import coverage, monitoring_figures
from data_access.schema import income_line, load
from data_access.snapshot import Snapshot, latest
from data_access.suspects import CHECKS, line_at, suspects, unhelped_by_child
from tests.data_access.conftest import _DEFAULTS
from tests.data_access.slow_cases import VERIFY_DAYS, Case
from tests.data_access.slow_households import back, per_capita
from tests.data_access.slow_monitoring import LINES, County, county_of
from tests.data_access.test_monitoring import ON, PLACES, day_of, is_of, lately, own_of

CLEAR_MONTHS = 6
SEEDS = (1, 2, 4)


@pytest.fixture(params=SEEDS)
def county(request: pytest.FixtureRequest, shared: Engine, fill: Callable[..., Snapshot]) -> County:
    return county_of(shared, fill, request.param)


def is_poor(county: County, home: str, month: date) -> bool:
    each = per_capita(county.incomes[home], month) if month in county.incomes[home] else None
    return each is not None and month.year in LINES and each < LINES[month.year]


def is_waiting(case: Case, day: date) -> bool:
    decided = (case.included_on or date.max) <= day or (case.dismissed_on or date.max) <= day
    return case.alert_on is not None and case.alert_on <= day and not decided


def checks_of(county: County, home: str, cases: list[Case], day: date) -> dict[str, int]:
    """By check, how often it finds one household."""
    found: dict[str, int] = defaultdict(int)
    stock = any(case.in_stock(day) for case in cases)
    followed = stock or any(is_waiting(case, day) for case in cases)
    open_gaps = [
        (item, since)
        for who, item, since, until in county.gaps
        if who == home and since <= day and (until is None or until > day)
    ]
    for case in cases:
        found["unhelped"] += case.is_unhelped(day)
        if is_waiting(case, day) and case.alert_on:
            found["undecided"] += (day - case.alert_on).days > VERIFY_DAYS
        if not lately(case.cleared_on, day) or not case.included_on or not case.cleared_on:
            continue
        soonest = (pd.Timestamp(case.included_on) + pd.DateOffset(months=CLEAR_MONTHS)).date()
        found["cleared_early"] += case.cleared_on < soonest
        found["cleared_under_line"] += is_poor(county, home, back(case.cleared_on.replace(day=1), 1))
        found["cleared_with_gap"] += sum(not stock and since <= case.cleared_on for _, since in open_gaps)
    if not followed and not found["cleared_with_gap"]:
        found["uncovered"] = sum(item in ("housing", "water") for item, _ in open_gaps)
    found["missed"] = not followed and is_poor(county, home, date(2026, 6, 1))
    return found


def expected_of(county: County, code: str, group: str | None) -> dict[str, dict[str, int]]:
    """By check, how often it finds each household, by its number; those under the line by their village."""
    day, own = day_of(county), own_of(county, code, group)
    found: dict[str, dict[str, int]] = {check: defaultdict(int) for check in CHECKS}
    for home, about in county.homes.items():
        if county.within(code, home) and is_of(county, home, group):
            for check, count in checks_of(county, home, [c for c in own if c.household == home], day).items():
                found[check][about.village if check == "missed" else home] += count
    return {check: {key: n for key, n in rows.items() if n} for check, rows in found.items()}


def test_the_checks_find_what_loops_find(county: County):
    for code, group in product(PLACES, (None, "ill")):
        table = suspects(county.snapshot, code, ON, "village", group)
        found: dict[str, dict[str, int]] = {check: defaultdict(int) for check in CHECKS}
        for row in table.itertuples():
            key = row.village_code if row.check == "missed" else row.household
            found[row.check][key] += row.households
        assert found == expected_of(county, code, group)


def test_every_check_finds_something_in_one_of_these_counties(shared: Engine, fill: Callable[..., Snapshot]):
    """Else the comparison above says little."""
    found = [expected_of(county_of(shared, fill, seed), "C", None) for seed in SEEDS]
    assert [check for check in CHECKS if not any(rows[check] for rows in found)] == []


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_income_is_found_by_its_key_and_a_village_s_cases_by_theirs(county: County, shared: Engine):
    """Of the tables that grow with every month, no query reads through one."""
    scanned: list[str] = []

    def explain(_c: Any, cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        if not many and statement.startswith("SELECT"):
            own = cursor.connection.cursor()
            steps = [row[3] for row in own.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()]
            own.close()
            scanned.extend(step.split()[1] for step in steps if step.startswith("SCAN"))

    event.listen(shared, "before_cursor_execute", explain)
    try:
        for code, level in (("C", "township"), ("V1", "village")):
            for group in (None, "ill"):
                # A cut-off of its own, so that nothing comes out of the cache.
                suspects(county.snapshot, code, date(2026, 6, 19), level, group)
                coverage(county.snapshot, code, date(2026, 6, 19), group)
    finally:
        event.remove(shared, "before_cursor_execute", explain)
    assert scanned
    assert not {"household_income", "observation", "case_risk", "case_measure"} & set(scanned)


def test_the_list_begins_with_the_most_pressing_and_the_longest_standing(county: County):
    table = suspects(county.snapshot, "C", ON, "township")
    ranks = table["check"].map({check: n for n, check in enumerate(CHECKS)})
    assert ranks.is_monotonic_increasing
    for check, rows in table.groupby("check"):
        assert rows["days"].isna().all() if check == "missed" else rows["days"].is_monotonic_decreasing
    assert (table["child"] == table["township"]).all()
    told = table[table["check"] != "missed"]
    assert [(day_of(county) - since).days for since in told["since"]] == told["days"].tolist()
    assert set(told["owner"]) == {"李某", "王某"}


def test_those_without_help_add_up_to_the_indicator(county: County):
    for group in (None, "elderly"):
        by_child = unhelped_by_child(county.snapshot, "C", ON, "township", group)
        figures = monitoring_figures(county.snapshot, "C", ON, 0.5, group).set_index("indicator")
        assert by_child["households"].sum() == figures.at["monitoring.unhelped", "numerator"]
        assert by_child["households"].is_monotonic_decreasing
        assert by_child.empty or by_child["share"].sum() == pytest.approx(1)


def test_without_a_line_nobody_is_held_against_it(county: County, shared: Engine):
    with writing(shared) as connection:
        connection.execute(delete(income_line))
        connection.execute(load.insert().values(_DEFAULTS["load"]))
    snapshot = latest(shared)
    line = line_at(snapshot, "C", ON)
    assert line is not None
    assert line.amount is None
    assert not suspects(snapshot, "C", ON, "township")["check"].isin(["missed", "cleared_under_line"]).any()


def test_an_empty_ledger_has_no_suspects(fill: Callable[..., Snapshot]):
    snapshot = fill(region=[{"code": "C", "level": "county"}])
    assert suspects(snapshot, "C", ON, "township").empty
    assert line_at(snapshot, "C", ON) is None
    assert unhelped_by_child(snapshot, "C", ON, "township").empty


def test_an_alert_just_within_the_limit_is_not_pressed(fill: Callable[..., Snapshot]):
    def alerted(days: int) -> Snapshot:
        newest = date(2026, 6, 10)
        return fill(
            region=[{"code": "C", "level": "county"}, {"code": "V", "level": "village", "parent_code": "C"}],
            household=[{"code": "h", "region_code": "V"}, {"code": "i", "region_code": "V"}],
            monitoring_case=[
                {"household_code": home, "opened_on": day, "alert_on": day}
                for home, day in (("h", newest - timedelta(days=days)), ("i", newest))
            ],
        )

    assert suspects(alerted(VERIFY_DAYS), "C", ON, "village").empty
    assert suspects(alerted(VERIFY_DAYS + 1), "C", ON, "village")["check"].tolist() == ["undecided"]
