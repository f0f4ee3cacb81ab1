"""Projects and their money against the slow way, after any sequence of loads, and against a rebuild."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, select

from data_access.imports.kind import Context
from data_access.imports.kinds.project_gates import touch
from data_access.rollups import ledgers
from data_access.rollups.project_states import GATES, SOURCES, newest_day
from data_access.rollups.projects import INDICATORS
from data_access.rollups.regions import spell_ancestors
from data_access.schema import observation
from settings import settings as our_settings
from tests.data_access.slow_projects import Cell, Figures, Flow, Project, figures_of

Put = Callable[..., pd.DataFrame]

TREE = {"F": None, "C": "F", "D": "F", "T1": "C", "T2": "C", "V1": "T1", "V2": "T1", "V3": "T2", "V4": "C", "W": "D"}
LEVELS = {"F": "prefecture", "C": "county", "D": "county", "T": "township", "V": "village", "W": "village"}
PLACES = ("C", "T1", "V1", "V2", "V3", "V4", "W")
CODES = ("p1", "p2", "p3", "p4")
DOCUMENTS = ("甲", "乙")

days = st.sampled_from([date(2024, 11, 30), date(2025, 1, 31), date(2025, 2, 10), date(2025, 7, 31), date(2026, 1, 5)])
some_day = st.none() | days
codes = st.sampled_from(CODES)
yuan = st.sampled_from([0.0, 1_000.0, 2_500.5, 33.33])
projects = st.dictionaries(
    codes,
    st.builds(
        Project,
        region=st.sampled_from(PLACES),
        year=st.sampled_from([2024, 2025, 2026, 2027]),
        investment=st.none() | yuan,
        households=st.none() | st.integers(0, 9),
        planned_start=some_day,
        planned_finish=some_day,
        gates=st.just({}),
        works=st.just({}),
        money=st.just({}),
    ),
    min_size=1,
)
gates = st.dictionaries(st.tuples(codes, st.sampled_from(GATES)), st.tuples(some_day, some_day), min_size=1)
works = st.dictionaries(st.tuples(codes, days), st.sampled_from([0.0, 0.25, 0.8, 1.0]), min_size=1)
flows = st.dictionaries(
    st.tuples(codes, st.sampled_from(DOCUMENTS), days),
    st.builds(Flow, source=st.sampled_from(SOURCES), allocated=yuan, disbursed=st.none() | yuan, paid=st.none() | yuan),
    min_size=1,
)
loads = st.lists(
    st.one_of(
        st.tuples(st.just("projects"), projects),
        st.tuples(st.just("gates"), gates),
        st.tuples(st.just("works"), works),
        st.tuples(st.just("money"), flows),
        st.tuples(st.just("move"), st.sampled_from([("V3", "T1"), ("T2", "D"), ("V4", "T2")])),
    ),
    max_size=7,
)


class County:
    """The ledger as plain objects, and the same in the database."""

    def __init__(self, connection: Connection, put: Put) -> None:
        self.connection, self.put = connection, put
        self.tree = dict(TREE)
        self.projects: dict[str, Project] = {}
        self._regions()
        put(connection, "indicator_group", [{"id": "group"}])
        put(connection, "indicator", [{"id": one, "level": "any"} for one in INDICATORS])

    def _regions(self) -> None:
        rows = [{"code": c, "parent_code": p, "level": LEVELS.get(c, LEVELS[c[0]])} for c, p in self.tree.items()]
        self.put(self.connection, "region", rows)
        spell_ancestors(self.connection)

    def load(self, what: str, rows: Any) -> None:
        newest, context = newest_day(self.connection), Context(self.connection, "wgs84")
        known = {key: row for key, row in rows.items() if self._is_known(what, key)} if what != "move" else rows
        if known:
            touched = getattr(self, f"_{what}")(known, context)
            touch(context, touched, newest)
            ledgers.refresh(self.connection, context.ledgers)

    def _is_known(self, what: str, key: Any) -> bool:
        return what == "projects" or key[0] in self.projects

    def _projects(self, rows: dict[str, Project], context: Context) -> set[str]:
        names = ("year", "investment", "households", "planned_start", "planned_finish")
        for code, row in rows.items():
            before = self.projects.get(code)
            if before:
                context.ledgers["projects"].add(before.region)
            kept = before or Project(row.region, row.year)
            self.projects[code] = replace(row, gates=kept.gates, works=kept.works, money=kept.money)
        put_rows = [
            {"code": c, "name": c, "region_code": r.region} | {n: getattr(r, n) for n in names} for c, r in rows.items()
        ]
        self.put(self.connection, "project", put_rows)
        return set(rows)

    def _gates(self, rows: Any, _context: Context) -> set[str]:
        for (code, gate), both in rows.items():
            self.projects[code].gates[gate] = both
        named = [{"project_code": c, "stage": g, "due_on": d, "reached_on": r} for (c, g), (d, r) in rows.items()]
        return set(self.put(self.connection, "project_stage", named).get("project_code", ()))

    def _works(self, rows: Any, _context: Context) -> set[str]:
        for (code, day), share in rows.items():
            self.projects[code].works[day] = share
        named = [{"project_code": c, "reported_on": d, "physical": s} for (c, d), s in rows.items()]
        return set(self.put(self.connection, "project_progress", named).get("project_code", ()))

    def _money(self, rows: Any, _context: Context) -> set[str]:
        for (code, document, day), flow in rows.items():
            self.projects[code].money[document, day] = flow
        named = [{"project_code": c, "document": n, "as_of": d, **vars(flow)} for (c, n, d), flow in rows.items()]
        return set(self.put(self.connection, "fund_flow", named).get("project_code", ()))

    def _move(self, rows: tuple[str, str], _context: Context) -> set[str]:
        code, parent = rows
        self.tree[code] = parent
        self._regions()
        return set()

    def within(self) -> dict[str, list[str]]:
        def line(code: str) -> list[str]:
            parent = self.tree[code]
            return [code] if parent is None else [code, *line(parent)]

        return {code: [other for other in self.tree if code in line(other)] for code in self.tree}

    def stored(self) -> dict[Cell, Figures]:
        own = select(observation).where(observation.c.indicator.in_(INDICATORS))
        rows = self.connection.execute(own)
        return {(r.region_code, r.indicator, r.period): (r.numerator, r.denominator, r.plan) for r in rows}


@contextmanager
def a_county(empty: Engine, put: Put) -> Iterator[County]:
    with empty.connect() as connection, connection.begin() as transaction:
        yield County(connection, put)
        transaction.rollback()


def same(stored: dict[Cell, Figures], expected: dict[Cell, Figures]) -> None:
    assert stored.keys() == expected.keys()
    for cell, figures in expected.items():
        for mine, other in zip(stored[cell], figures, strict=True):
            assert (mine is None) == (other is None), cell
            assert mine is None or mine == pytest.approx(other, abs=0.02), cell


@settings(max_examples=60)
@given(loads)
def test_any_loads_in_any_order_come_to_the_slow_figures_and_to_a_rebuild(empty: Engine, put: Put, sequence):
    with a_county(empty, put) as county:
        for what, rows in sequence:
            county.load(what, rows)
        stored = county.stored()
        same(stored, figures_of(county.projects, county.within()))
        ledgers.rebuild(county.connection)
        assert county.stored() == stored


def of(county: County, indicator: str, code: str, month: date) -> Figures:
    return county.stored()[code, indicator, month]


@pytest.fixture
def county(empty: Engine, put: Put) -> Iterator[County]:
    with a_county(empty, put) as one:
        yield one


def test_rates_begin_anew_each_january_and_what_is_late_stays_late(county: County):
    old = Project(
        "V1",
        2025,
        planned_finish=date(2025, 6, 30),
        money={("甲", date(2025, 7, 31)): Flow("central", 100.0, 90.0, 80.0)},
    )
    new = Project("V1", 2026, planned_finish=date(2026, 1, 31))
    county.load("projects", {"p1": old, "p2": new})
    county.load("money", {("p1", "甲", date(2025, 7, 31)): Flow("central", 100.0, 90.0, 80.0)})
    county.load("works", {("p2", date(2026, 1, 5)): 0.5})
    assert of(county, "funds.paid", "C", date(2025, 12, 1)) == (80.0, 100.0, 100.0)
    assert of(county, "funds.paid", "C", date(2026, 1, 1)) == (0.0, 0.0, 0.0)
    assert of(county, "projects.late", "C", date(2025, 6, 1))[0] == 0
    assert of(county, "projects.late", "C", date(2025, 7, 1))[0] == 1
    assert of(county, "projects.late", "C", date(2026, 1, 1))[0] == 1


def test_a_blank_total_is_as_it_was_last_known(county: County):
    county.load("projects", {"p1": Project("V1", 2025)})
    county.load("money", {("p1", "甲", date(2025, 1, 31)): Flow("county", 100.0, 50.0, None)})
    county.load("money", {("p1", "甲", date(2025, 7, 31)): Flow("county", 120.0, None, 60.0)})
    assert of(county, "funds.disbursed", "C", date(2025, 7, 1))[:2] == (50.0, 120.0)
    assert of(county, "funds.paid.county", "C", date(2025, 2, 1))[:2] == (0.0, 100.0)
    assert of(county, "funds.paid.county", "C", date(2025, 7, 1))[:2] == (60.0, 120.0)


def test_works_under_way_of_which_nobody_tells_are_left_out_of_both_sides(county: County):
    county.load("projects", {c: Project("V1", 2025, investment=100.0) for c in ("p1", "p2", "p3", "p4")})
    reached = (None, date(2025, 1, 31))
    county.load("gates", {("p1", "started"): reached, ("p2", "handed_over"): reached, ("p3", "started"): reached})
    county.load("works", {("p3", date(2025, 2, 10)): 0.25})
    assert of(county, "projects.physical", "C", date(2025, 1, 1))[:2] == (100.0, 200.0)
    assert of(county, "projects.physical", "C", date(2025, 2, 1))[:2] == (125.0, 300.0)


def test_the_county_s_curve_is_the_plan(county: County, monkeypatch):
    monkeypatch.setenv("GUATU_FUNDS__CURVE", "[[3, 30], [6, 60]]")
    our_settings.cache_clear()
    try:
        county.load("projects", {"p1": Project("V1", 2025)})
        county.load("money", {("p1", "甲", date(2025, 7, 31)): Flow("county", 600.0, None, None)})
        plans = [of(county, "funds.paid", "V1", date(2025, month, 1))[2] for month in (1, 2, 6, 7)]
    finally:
        our_settings.cache_clear()
    # Allocated only in July: before, there was nothing to pay.
    assert plans == [0.0, 0.0, 0.0, pytest.approx(600 * (0.6 + 0.4 / 6), abs=0.01)]


def test_a_mistyped_year_fills_no_table(county: County):
    county.load("projects", {"p1": Project("V1", 1990)})
    county.load("works", {("p1", date(2026, 1, 5)): 0.5})
    assert min(period for _, _, period in county.stored()) == date(2021, 2, 1)
