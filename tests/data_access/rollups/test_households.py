"""What is computed from households against the slow way, after any sequence of loads, and against a rebuild."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, select

from data_access.rollups import computed, households, observations
from data_access.rollups.households import Touched
from data_access.rollups.income import IDS
from data_access.rollups.regions import spell_ancestors
from data_access.schema import income_band, observation
from tests.data_access.slow_households import (
    Cell,
    Gap,
    Month,
    back,
    bands_of,
    guarantees_of,
    income_of,
    reviews_of,
)

Put = Callable[..., pd.DataFrame]
#: numerator, denominator, reports, plan
Planned = tuple[float | None, float | None, int, float | None]

TREE = {"C": None, "T1": "C", "T2": "C", "V1": "T1", "V2": "T1", "V3": "T2", "V4": "C"}
VILLAGES = ("V1", "V2", "V3", "V4")
HOMES = ("h1", "h2", "h3", "h4", "h5")
FIRST = date(2024, 3, 1)
MONTHS = [back(FIRST, -n) for n in range(26)]
ITEMS = ("medical", "water")
PLANNED = ("income.month", "income.per_capita", "guarantee.water", "monitoring.reviewed")
STARTS = 10

amounts = st.sampled_from([0, 100, 300, 2_000])
months = st.builds(
    Month,
    wage=amounts,
    business=amounts,
    business_cost=amounts,
    property=st.sampled_from([0, 50]),
    transfer=amounts,
    members_now=st.integers(1, 3),
    members_year=st.integers(1, 3),
)


@st.composite
def incomes(draw: st.DrawFn) -> dict[tuple[str, date], Month]:
    """The months of some households from one month to another: long spans are likely, single months happen."""
    first = draw(st.integers(0, len(MONTHS) - 1))
    last = draw(st.integers(first, len(MONTHS) - 1))
    homes = draw(st.lists(st.sampled_from(HOMES), unique=True, min_size=1))
    few = draw(st.lists(months, min_size=1, max_size=4))
    return {
        (home, MONTHS[n]): few[(n * 7 + at) % len(few)] for at, home in enumerate(homes) for n in range(first, last + 1)
    }


days = st.dates(date(2024, 3, 1), date(2024, 9, 30))
gaps = st.dictionaries(
    st.tuples(st.sampled_from(HOMES), st.sampled_from(ITEMS), days),
    st.tuples(st.integers(1, 3), st.none() | st.integers(0, 90)),
    min_size=1,
    max_size=4,
)
reviews = st.sets(st.tuples(st.sampled_from(HOMES), st.sampled_from(MONTHS[:4])), min_size=1, max_size=6)
#: As a workbook of plans alone has them: of figures there are, and of months to come.
plans = st.dictionaries(
    st.tuples(
        st.sampled_from(VILLAGES), st.sampled_from(PLANNED), st.sampled_from([*MONTHS[::4], back(MONTHS[-1], -2)])
    ),
    st.integers(1, 9).map(float),
    min_size=1,
    max_size=12,
)
loads = st.lists(
    st.one_of(
        st.tuples(st.just("income"), incomes()),
        st.tuples(st.just("gaps"), gaps),
        st.tuples(st.just("reviews"), reviews),
        st.tuples(
            st.just("lines"), st.dictionaries(st.sampled_from([2024, 2025]), st.sampled_from([500, 9_000]), min_size=1)
        ),
        st.tuples(
            st.just("base"),
            st.dictionaries(st.tuples(st.sampled_from(HOMES), st.sampled_from(ITEMS)), st.integers(1, 4), min_size=1),
        ),
        st.tuples(st.just("homes"), st.dictionaries(st.sampled_from(HOMES), st.sampled_from(VILLAGES), min_size=1)),
        st.tuples(st.just("plans"), plans),
    ),
    max_size=6,
)


class County:
    """The detail as plain tables, and the same in the database."""

    def __init__(self, connection: Connection, put: Put) -> None:
        self.connection, self.put = connection, put
        self.homes = dict(zip(HOMES, ("V1", "V1", "V2", "V3", "V4"), strict=True))
        self.income: dict[tuple[str, date], Month] = {}
        self.lines: dict[int, int] = {}
        self.base: dict[tuple[str, str], int] = {}
        self.gaps: dict[tuple[str, str, date], Gap] = {}
        self.reviews: set[tuple[str, date]] = set()
        self.plans: dict[Cell, float] = {}
        put(connection, "household", [{"code": h, "region_code": v} for h, v in self.homes.items()])

    def load(self, what: str, rows: Any) -> Touched:
        touched = Touched()
        getattr(self, f"_{what}")(rows, touched)
        return touched

    def _span(self, keys: Any) -> pd.DataFrame:
        table = pd.DataFrame([(self.homes[h], m) for h, m in keys], columns=["region_code", "month"])
        return table.groupby("region_code", as_index=False).agg(first=("month", "min"), last=("month", "max"))

    def _income(self, rows: dict[tuple[str, date], Month], touched: Touched) -> None:
        self.income |= rows
        self.put(
            self.connection,
            "household_income",
            [{"household_code": h, "month": m, **r._asdict()} for (h, m), r in rows.items()],
        )
        touched.income.append(self._span(rows))

    def _gaps(self, rows: Any, touched: Touched) -> None:
        new = {
            key: Gap(key[0], key[1], key[2], n, None if after is None else date.fromordinal(key[2].toordinal() + after))
            for key, (n, after) in rows.items()
            if self.base.get(key[:2], 0) >= n
        }
        self.gaps |= new
        names = ("household_code", "item", "found_on", "persons", "cleared_on")
        if new:
            self.put(self.connection, "guarantee_gap", [dict(zip(names, gap, strict=True)) for gap in new.values()])
        touched.guarantees |= {self.homes[h] for h, _, _ in new}

    def _reviews(self, rows: set[tuple[str, date]], touched: Touched) -> None:
        self.reviews |= rows
        self.put(
            self.connection,
            "household_review",
            [{"household_code": h, "month": m, "reviewed_on": m} for h, m in sorted(rows)],
        )
        touched.reviews.append(self._span(rows))

    def _lines(self, rows: dict[int, int], touched: Touched) -> None:
        self.lines |= rows
        self.put(self.connection, "income_line", [{"year": y, "amount": a} for y, a in rows.items()])
        touched.lines |= set(rows)

    def _base(self, rows: dict[tuple[str, str], int], touched: Touched) -> None:
        self.base |= rows
        self.put(
            self.connection,
            "guarantee_base",
            [{"household_code": h, "item": i, "persons": n} for (h, i), n in rows.items()],
        )
        touched.guarantees |= {self.homes[h] for h, _ in rows}

    def _plans(self, rows: dict[Cell, float], _touched: Touched) -> None:
        self.plans |= rows
        table = pd.DataFrame([(*cell, plan) for cell, plan in rows.items()], columns=[*computed.KEY, "plan"])
        observations.refresh(self.connection, computed.keep_plans(self.connection, table))

    def _homes(self, rows: dict[str, str], touched: Touched) -> None:
        touched.villages |= {self.homes[h] for h in rows} | set(rows.values())
        self.homes |= rows
        self.put(self.connection, "household", [{"code": h, "region_code": v} for h, v in rows.items()])

    def expected(self) -> tuple[dict[Cell, Planned], dict[tuple[str, date, int], tuple[int, int]]]:
        """What every region must have: villages from their households, those above from the villages' sums."""
        below: dict[Cell, list[Planned]] = defaultdict(list)
        bands: dict[tuple[str, date, int], tuple[int, int]] = {}
        span = None
        if self.gaps:
            newest = max(max(g.found_on, g.cleared_on or g.found_on) for g in self.gaps.values())
            span = min(g.found_on for g in self.gaps.values()).replace(day=1), newest.replace(day=1)
        for village in VILLAGES:
            homes = {h for h, v in self.homes.items() if v == village}
            by_home: dict[str, dict[date, Month]] = defaultdict(dict)
            for (h, month), had in self.income.items():
                if h in homes:
                    by_home[h][month] = had
            own = income_of(by_home.values(), self.lines, STARTS)
            own |= guarantees_of(self.base, self.gaps.values(), homes, span) if span else {}
            own |= reviews_of(self.reviews, homes)
            planned = {(name, month): plan for (code, name, month), plan in self.plans.items() if code == village}
            place: str | None = village
            while place:
                for key in own.keys() | planned.keys():
                    below[place, *key].append((*own.get(key, (None, None, 0)), planned.get(key)))
                for (month, floor), (n, persons) in bands_of(by_home.values()).items():
                    before = bands.get((place, month, floor), (0, 0))
                    bands[place, month, floor] = (before[0] + n, before[1] + persons)
                place = TREE[place]
        return {cell: summed(cell, rows) for cell, rows in below.items()}, bands

    def stored(self) -> tuple[dict[Cell, Planned], dict[tuple[str, date, int], tuple[int, int]]]:
        rows = self.connection.execute(select(observation))
        figures = {
            (r.region_code, r.indicator, r.period): (r.numerator, r.denominator, r.reports, r.plan) for r in rows
        }
        bands = self.connection.execute(select(income_band))
        return figures, {(r[0], r[1], r[2]): (r[3], r[4]) for r in bands}


def summed(cell: Cell, rows: list[Planned]) -> Planned:
    """The sum of villages' rows: those without a figure are no part of a rate that others have."""
    reported = [row for row in rows if row[0] is not None]
    parts = reported if reported and cell[1] in PLANNED else rows
    plans = [row[3] for row in parts]
    return (
        sum(row[0] for row in reported if row[0] is not None) if reported else None,
        None if not reported or reported[0][1] is None else sum(row[1] or 0.0 for row in reported),
        len(reported),
        None if None in plans else sum(plan or 0.0 for plan in plans),
    )


@contextmanager
def county(empty: Engine, put: Put) -> Iterator[County]:
    levels = {"C": "county", "T": "township", "V": "village"}
    with empty.connect() as connection:
        put(connection, "indicator_group", [{"id": "group"}])
        put(connection, "indicator", [{"id": key} for key in {*IDS, *PLANNED}])
        put(connection, "region", [{"code": c, "level": levels[c[0]], "parent_code": p} for c, p in TREE.items()])
        spell_ancestors(connection)
        yield County(connection, put)


@given(loads)
@settings(max_examples=40)
def test_after_any_loads_all_figures_are_those_of_the_households(empty: Engine, put: Put, sequence: Any):
    with county(empty, put) as it:
        for what, rows in sequence:
            households.refresh(it.connection, it.load(what, rows))
            assert it.stored() == it.expected()
        households.rebuild(it.connection)
        assert it.stored() == it.expected()


@pytest.fixture
def settled(empty: Engine, put: Put) -> Iterator[County]:
    """A county with 26 months of income in every village."""
    with county(empty, put) as it:
        rows = {(h, m): Month(wage=500 + n, members_year=2) for n, m in enumerate(MONTHS) for h in HOMES}
        households.refresh(it.connection, it.load("income", rows))
        yield it


def test_a_plan_before_the_income_and_after_it_come_to_the_same(empty: Engine, put: Put):
    income = {(h, m): Month(wage=700 + at, members_year=2) for m in MONTHS for at, h in enumerate(HOMES[:4])}
    plan = {
        (village, "income.per_capita", month): 9_000.0
        for village in VILLAGES
        for month in (*MONTHS[11:], back(MONTHS[-1], -3))
    }
    results = []
    for order in (("income", "plans"), ("plans", "income"), ("plans", "income", "plans", "income")):
        with county(empty, put) as it:
            for what in order:
                households.refresh(it.connection, it.load(what, {"income": income, "plans": plan}[what]))
            results.append(it.stored())
            assert results[-1] == it.expected()
    assert results[0] == results[1] == results[2]
    figures, _ = results[0]
    # V4's households have no income: its plan alone is there, and no part of the county's.
    assert figures["V4", "income.per_capita", MONTHS[-1]] == (None, None, 0, 9_000.0)
    assert figures["C", "income.per_capita", MONTHS[-1]][3] == 27_000.0
    assert figures["C", "income.per_capita", back(MONTHS[-1], -3)] == (None, None, 0, 36_000.0)


def test_rows_at_hand_come_to_the_same_as_rows_read_back(empty: Engine, put: Put):
    rows = {
        (h, m): Month(wage=n * 100 + at, members_year=2) for n, m in enumerate(MONTHS) for at, h in enumerate(HOMES)
    }
    with county(empty, put) as it:
        touched = it.load("income", rows)
        keys = pd.DataFrame([*rows], columns=["household_code", "month"]).astype("category")
        amounts = pd.DataFrame([row._asdict() for row in rows.values()])
        homes = [it.homes[h] for h, _ in rows]
        touched.all_income = pd.concat([keys, amounts], axis=1).assign(region_code=homes).sample(frac=1, random_state=1)
        households.refresh(it.connection, touched)
        assert it.stored() == it.expected()


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_a_load_writes_only_the_months_it_reaches_into(settled: County):
    written: list[tuple[str, str]] = []
    raw = settled.connection.connection.dbapi_connection
    assert raw is not None
    raw.create_function("note", 2, lambda place, period: written.append((place, period)))
    for event, row in (("INSERT", "new"), ("UPDATE", "new"), ("DELETE", "old")):
        settled.connection.exec_driver_sql(
            f"CREATE TEMP TRIGGER wrote_{event} AFTER {event} ON observation "
            f"BEGIN SELECT note({row}.region_code, {row}.period); END"
        )
    households.refresh(settled.connection, settled.load("income", {("h1", MONTHS[20]): Month(wage=9_000)}))
    assert {place for place, _ in written} == {"V1", "T1", "C"}
    assert {period for _, period in written} == {str(month) for month in MONTHS[20:]}
    assert settled.stored() == settled.expected()


def test_no_line_means_that_nobody_is_classified(settled: County):
    figures, _ = settled.stored()
    assert not any("below_line" in name for _, name, _ in figures)
    households.refresh(settled.connection, settled.load("lines", {2025: 4_000}))
    periods = {month for _, name, month in settled.stored()[0] if name == "income.below_line"}
    assert {month.year for month in periods} == {2025}


def test_bands_hold_exactly_the_households_and_persons_of_the_mean(settled: County):
    figures, bands = settled.stored()
    for (place, name, month), (_, persons, *_) in figures.items():
        if name == "income.per_capita":
            own = [counts for (region, period, _), counts in bands.items() if (region, period) == (place, month)]
            assert sum(n for _, n in own) == persons


def test_an_indicator_that_the_dictionary_lacks_is_not_computed(empty: Engine, put: Put):
    with county(empty, put) as it:
        it.connection.exec_driver_sql("DELETE FROM indicator WHERE id = 'income.month'")
        households.refresh(it.connection, it.load("income", {("h1", FIRST): Month(wage=1)}))
        assert {name for _, name, _ in it.stored()[0]} == set()


def test_a_typing_error_in_a_year_does_not_fill_the_table(empty: Engine, put: Put):
    with county(empty, put) as it:
        it.load("base", {("h1", "water"): 2})
        households.refresh(it.connection, it.load("gaps", {("h1", "water", date(1990, 1, 5)): (1, None)}))
        households.refresh(it.connection, it.load("gaps", {("h1", "water", date(2025, 1, 5)): (1, 0)}))
        periods = {month for _, name, month in it.stored()[0]}
        assert (min(periods), max(periods), len(periods)) == (date(2020, 2, 1), date(2025, 1, 1), 60)
