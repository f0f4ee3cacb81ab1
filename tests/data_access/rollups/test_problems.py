"""The weeks of the ledger of problems against problems counted one by one, after any loads, and against a rebuild."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, select

from data_access.rollups import ledgers
from data_access.rollups.problems import PROBLEMS, WEEKS
from data_access.rollups.regions import spell_ancestors
from data_access.schema import observation
from tests.data_access.slow_problems import START, Problem, figures, monday, newest, problems

Put = Callable[..., pd.DataFrame]
Cell = tuple[str, str, date]
Figures = tuple[float, float | None, float | None, int]

TREE = {"C": None, "T1": "C", "T2": "C", "V1": "T1", "V2": "T1", "V3": "T2", "V4": "C"}
LEVELS = {"C": "county", "T": "township", "V": "village"}
NUMBERS = [str(n) for n in range(6)]

loads = st.lists(st.dictionaries(st.sampled_from(NUMBERS), problems(list(TREE)), min_size=1), max_size=4)


def within(code: str, place: str | None) -> bool:
    return place is not None and (place == code or within(code, TREE[place]))


def expected(ledger: list[Problem]) -> dict[Cell, Figures]:
    table: dict[Cell, Figures] = {}
    last = newest(ledger) if ledger else START
    for code in TREE:
        here = [one for one in ledger if within(code, one.region_code)]
        week = min((monday(one.found_on) for one in here), default=last + timedelta(weeks=1))
        while week <= last:
            for key, row in figures(here, min(week + timedelta(days=6), last)).items():
                table[code, key, week] = (*row, 1)
            week += timedelta(weeks=1)
    return table


def stored(connection: Connection) -> dict[Cell, Figures]:
    return {(row[0], row[1], row[2]): tuple(row[3:]) for row in connection.execute(select(observation))}


@contextmanager
def county(empty: Engine, put: Put) -> Iterator[Connection]:
    with empty.connect() as connection:
        put(connection, "indicator_group", [{"id": "group"}])
        put(connection, "indicator", [{"id": key, "level": "any", "frequency": "week"} for key in PROBLEMS.indicators])
        put(connection, "region", [{"code": c, "level": LEVELS[c[0]], "parent_code": p} for c, p in TREE.items()])
        spell_ancestors(connection)
        yield connection


def put_problems(connection: Connection, put: Put, rows: dict[str, Problem]) -> None:
    table = [{"number": number, "description": "…", **one._asdict(), "source": "考核"} for number, one in rows.items()]
    put(connection, "rectification", table)


@given(loads)
@settings(max_examples=25)
def test_after_any_loads_the_weeks_are_those_of_the_problems(
    empty: Engine, put: Put, sequence: list[dict[str, Problem]]
):
    with county(empty, put) as connection:
        ledger: dict[str, Problem] = {}
        for load in sequence:
            touched = {ledger[number].region_code for number in load if number in ledger}
            ledger |= load
            put_problems(connection, put, load)
            ledgers.refresh(connection, {"problems": touched | {one.region_code for one in load.values()}})
            assert stored(connection) == expected(list(ledger.values()))
        ledgers.rebuild(connection)
        assert stored(connection) == expected(list(ledger.values()))


def test_parts_never_exceed_their_whole(empty: Engine, put: Put):
    @given(st.dictionaries(st.sampled_from(NUMBERS), problems(["V1"]), min_size=1))
    @settings(max_examples=25)
    def of(load: dict[str, Problem]) -> None:
        with county(empty, put) as connection:
            put_problems(connection, put, load)
            ledgers.refresh(connection, {"problems": {"V1"}})
            for (_, key, week), (numerator, denominator, plan, _) in stored(connection).items():
                assert 0 <= numerator <= (len(load) if denominator is None else denominator), (key, week)
                assert (plan or 0) <= (denominator or 0)

    of()


def test_a_deadline_is_kept_on_its_own_day_and_missed_on_the_next(empty: Engine, put: Put):
    wednesday = START + timedelta(days=2)
    at = {"1": Problem("V1", START, wednesday), "2": Problem("V1", wednesday)}
    with county(empty, put) as connection:
        put_problems(connection, put, at)
        ledgers.refresh(connection, {"problems": {"V1"}})
        # The ledger's newest day is the deadline itself: nobody is late yet, though the week's Sunday lies beyond it.
        assert stored(connection)["V1", "problems.overdue", START][0] == 0
        assert stored(connection)["V1", "problems.fixed", START] == (0, 2, 1, 1)
        put_problems(connection, put, {"2": Problem("V1", wednesday + timedelta(days=1))})
        ledgers.refresh(connection, {"problems": {"V1"}})
        assert stored(connection)["C", "problems.overdue", START][0] == 1


def test_a_typing_error_in_a_year_does_not_fill_the_table(empty: Engine, put: Put):
    with county(empty, put) as connection:
        put_problems(connection, put, {"1": Problem("V1", date(1996, 3, 2)), "2": Problem("V1", START)})
        ledgers.refresh(connection, {"problems": {"V1"}})
        weeks = {week for _, _, week in stored(connection)}
        assert (len(weeks), max(weeks)) == (WEEKS, START)
        assert stored(connection)["C", "problems.open", min(weeks)][0] == 1
