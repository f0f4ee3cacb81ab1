"""The ledger of cases against the slow way, after any sequence of loads, and against a rebuild."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, delete, select

from data_access.rollups import cases as rollup
from data_access.rollups import ledgers
from data_access.rollups.regions import spell_ancestors
from data_access.schema import case_measure, case_risk, indicator, monitoring_case, observation
from settings import settings
from tests.data_access.slow_cases import Case, Figures, Home, figures_of, newest_of

Put = Callable[..., pd.DataFrame]

TREE = {"C": None, "D": None, "T1": "C", "T2": "C", "V1": "T1", "V2": "T1", "V3": "T2", "V4": "D"}
VILLAGES = ("V1", "V2", "V3", "V4")
HOMES = ("h1", "h2", "h3", "h4")
FIRST = date(2024, 1, 1)
RISKS = ("因病", "因残", "因灾")
RATES = ("monitoring.measured", "monitoring.prompt")

days = st.integers(0, 500).map(lambda n: FIRST + timedelta(days=n))
steps = st.sampled_from([None, 0, 1, 10, 15, 16, 29, 30, 31, 90])


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A case whose days are in their order; most come under monitoring."""
    start = draw(days)
    dates: list[date | None] = [start]
    for step in draw(st.tuples(steps, steps, steps)):
        last = max(day for day in dates if day)
        dates.append(None if step is None else last + timedelta(days=step))
    alert, verified, included, cleared = dates
    if draw(st.booleans()) and included:
        alert = None
    risks = draw(st.frozensets(st.sampled_from(RISKS), max_size=2))
    answered = draw(st.frozensets(st.sampled_from(("", *RISKS)), max_size=3))
    measures = frozenset(
        (risk, draw(st.none() | st.integers(-5, 60).map(lambda n: start + timedelta(days=n)))) for risk in answered
    )
    return Case(
        draw(st.sampled_from(HOMES)), alert or included or start, "脱贫不稳定户", draw(st.sampled_from([None, 3])),
        alert, verified, included, None, cleared if included else None, risks, measures,
    )  # fmt: skip


loads = st.lists(
    st.one_of(
        st.tuples(st.just("cases"), st.lists(cases(), min_size=1, max_size=3)),
        st.tuples(
            st.just("homes"),
            st.dictionaries(
                st.sampled_from(HOMES),
                st.builds(
                    Home,
                    st.sampled_from(VILLAGES),
                    st.sampled_from([None, 4]),
                    st.sampled_from([None, "老年人", "老人、重病"]),
                ),
                min_size=1,
                max_size=2,
            ),
        ),
    ),
    max_size=5,
)


class County:
    """The detail as plain tables, and the same in the database."""

    def __init__(self, connection: Connection, put: Put) -> None:
        self.connection, self.put = connection, put
        self.homes = {code: Home(village) for code, village in zip(HOMES, VILLAGES, strict=True)}
        self.cases: dict[tuple[str, date], Case] = {}
        self._put_homes()

    def _put_homes(self) -> None:
        rows = [
            {"code": h, "region_code": o.village, "persons": o.persons, "tags": o.tags} for h, o in self.homes.items()
        ]
        self.put(self.connection, "household", rows)

    def load(self, what: str, rows: Any) -> dict[str, set[str]]:
        """Write what an office hands in, and return what the import says of it."""
        newest = newest_of(self.cases.values())
        if what == "homes":
            touched = {self.homes[h].village for h in rows} | {home.village for home in rows.values()}
            self.homes |= rows
            self._put_homes()
            return {"cases": touched}
        for case in rows:
            self._write(case)
        touched = {self.homes[case.household].village for case in rows}
        if newest_of(self.cases.values()) != newest:
            touched |= {self.homes[case.household].village for case in self.cases.values()}
        return {"cases": touched}

    def _write(self, case: Case) -> None:
        key = {"household_code": case.household, "opened_on": case.opened_on}
        self.cases[case.household, case.opened_on] = case
        plain = ("kind", "persons", "alert_on", "verified_on", "included_on", "dismissed_on", "cleared_on")
        for table in (case_measure, case_risk):
            own = (table.c.household_code == case.household, table.c.opened_on == case.opened_on)
            self.connection.execute(delete(table).where(*own))
        self.put(self.connection, "monitoring_case", [key | {name: getattr(case, name) for name in plain}])
        self.put(self.connection, "case_risk", [key | {"risk": risk} for risk in case.risks])
        measures = [key | {"risk": r, "measure": f"m{n}", "started_on": d} for n, (r, d) in enumerate(case.measures)]
        self.put(self.connection, "case_measure", measures)

    def expected(self) -> dict[tuple[str, str, date], Figures]:
        figures: dict[tuple[str, str, date], Figures] = {}
        newest = newest_of(self.cases.values())
        for village in VILLAGES:
            own = [case for case in self.cases.values() if self.homes[case.household].village == village]
            rows = figures_of(own, self.homes, newest) if newest else {}
            place: str | None = village
            while place:
                for (name, month), (above, below) in rows.items():
                    held = figures.get((place, name, month), (0.0, None if below is None else 0.0))
                    total = None if below is None else (held[1] or 0.0) + below
                    figures[place, name, month] = (held[0] + above, total)
                place = TREE[place]
        return figures

    def stored(self) -> dict[tuple[str, str, date], Figures]:
        rows = self.connection.execute(select(observation))
        return {(r.region_code, r.indicator, r.period): (r.numerator, r.denominator) for r in rows}


@contextmanager
def county(empty: Engine, put: Put) -> Iterator[County]:
    levels = {"C": "county", "D": "county", "T": "township", "V": "village"}
    with empty.connect() as connection:
        put(connection, "indicator_group", [{"id": "group"}])
        shape = {"level": "any", "unit": "户", "factor": 1.0, "denominator_name": None}
        counts = [{"id": key} | shape for key in rollup.IDS if key not in RATES]
        put(connection, "indicator", [*counts, *({"id": key, "level": "any"} for key in RATES)])
        put(connection, "region", [{"code": c, "level": levels[c[0]], "parent_code": p} for c, p in TREE.items()])
        spell_ancestors(connection)
        yield County(connection, put)


@given(loads)
@hypothesis_settings(max_examples=30)
def test_after_any_loads_the_figures_are_those_of_the_cases(empty: Engine, put: Put, sequence: Any):
    with county(empty, put) as it:
        for what, rows in sequence:
            ledgers.refresh(it.connection, it.load(what, rows))
            assert it.stored() == it.expected()
        ledgers.rebuild(it.connection)
        assert it.stored() == it.expected()


@given(st.lists(cases(), min_size=1, max_size=6))
@hypothesis_settings(max_examples=15)
def test_the_stock_changes_by_who_came_and_who_left(empty: Engine, put: Put, some: list[Case]):
    with county(empty, put) as it:
        ledgers.refresh(it.connection, it.load("cases", some))
        stored = it.stored()
        for (place, name, month), (stock, _) in stored.items():
            before = stored.get((place, name, (pd.Timestamp(month) - pd.DateOffset(months=1)).date()))
            if name == rollup.STOCK and before is not None:
                came, left = (stored[place, f"monitoring.{side}", month][0] for side in ("new", "cleared"))
                assert stock == before[0] + came - left


def test_nobody_is_overdue_before_the_ledger_says_so(empty: Engine, put: Put):
    with county(empty, put) as it:
        early = Case("h1", date(2024, 3, 5), included_on=date(2024, 3, 5))
        ledgers.refresh(
            it.connection, it.load("cases", [early, Case("h2", date(2024, 4, 3), alert_on=date(2024, 4, 3))])
        )
        april = ("V1", "monitoring.unhelped", date(2024, 4, 1))
        assert it.stored()[april][0] == 0
        ledgers.refresh(it.connection, it.load("cases", [Case("h2", date(2024, 4, 4), alert_on=date(2024, 4, 4))]))
        assert it.stored()[april][0] == 1


def test_a_typing_error_in_a_year_does_not_fill_the_table(empty: Engine, put: Put):
    with county(empty, put) as it:
        some = [Case("h1", date(1990, 1, 5), included_on=date(1990, 1, 5)), Case("h2", FIRST, included_on=FIRST)]
        ledgers.refresh(it.connection, it.load("cases", some))
        months = {month for place, name, month in it.stored() if (place, name) == ("V1", rollup.STOCK)}
        assert (min(months), max(months), len(months)) == (date(2019, 2, 1), FIRST, 60)


@pytest.fixture
def one_group(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A county that looks at those who live alone, and at nobody else."""
    monkeypatch.setenv("GUATU_MONITORING__GROUPS", '[{"id":"alone","name":"独居","name_en":"Alone","tag":"独居"}]')
    settings.cache_clear()
    yield
    settings.cache_clear()


def test_special_groups_are_those_of_the_settings(empty: Engine, put: Put, one_group: None):
    with county(empty, put) as it:
        ledgers.refresh(it.connection, it.load("cases", [Case("h1", FIRST, included_on=FIRST)]))
        ledgers.refresh(it.connection, it.load("homes", {"h1": Home("V1", 2, "独居老人")}))
        assert it.stored()["T1", "monitoring.stock.alone", FIRST] == (1.0, None)
        names = it.connection.execute(
            select(indicator.c.id).where(indicator.c.id.startswith("monitoring.stock."))
        ).scalars()
        assert list(names) == ["monitoring.stock.alone"]


def test_an_empty_ledger_adds_nothing_to_the_dictionary(empty: Engine, put: Put):
    with county(empty, put) as it:
        ledgers.rebuild(it.connection)
        assert it.stored() == {}
        names = set(it.connection.execute(select(indicator.c.id)).scalars())
        assert names == set(rollup.IDS)
        assert it.connection.execute(select(monitoring_case)).all() == []
