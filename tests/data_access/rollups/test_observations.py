"""The stored sums against a slow, obvious recomputation from the collected rows, after any sequence of loads."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, select, text, update

from data_access.rollups.observations import rebuild, refresh
from data_access.rollups.regions import spell_ancestors
from data_access.schema import indicator, observation
from tests.data_access.trees import REGIONS, Tree, ancestors, moves, rows_of, trees

COLLECTED_AT = {"visits": "village", "sales": "village", "paid": "township", "posts": "county"}
COUNTS = ("sales",)
PERIODS = [date(2025, 9, 1), date(2025, 10, 1)]

Put = Callable[..., pd.DataFrame]
Cell = tuple[str, str, date]
Figures = tuple[float | None, float | None, float | None, int]
#: A load of figures, or of places in the tree.
Load = dict[Cell, Figures] | Tree

amounts = st.sampled_from([None, 0.0, 1.0, 2.0, 4.0])
keys = [(code, key) for key, collected_at in COLLECTED_AT.items() for code in REGIONS if REGIONS[code] == collected_at]
cells = st.builds(lambda key, period: (*key, period), st.sampled_from(keys), st.sampled_from(PERIODS))
figures = st.tuples(amounts, amounts, amounts).map(lambda row: (*row, int(row[0] is not None)))

loads: st.SearchStrategy[list[Load]] = st.lists(
    st.one_of(st.dictionaries(cells, figures, max_size=8), moves), max_size=6
)


def sums(tree: Tree, collected: dict[Cell, Figures]) -> dict[Cell, Figures]:
    """Every row there must be: the collected ones, and for each region above them the sum of those below it."""
    table = dict(collected)
    for code in REGIONS:
        for indicator_id in COLLECTED_AT:
            for period in PERIODS:
                below = [
                    row
                    for (place, of, on), row in collected.items()
                    if (of, on) == (indicator_id, period) and code in ancestors(tree, place)
                ]
                if below:
                    done = [row[0] for row in below if row[0] is not None]
                    # Who has nothing but a plan is no part of a rate that others have.
                    parts = [row for row in below if row[:2] != (None, None)]
                    planned = parts if parts and indicator_id not in COUNTS else below
                    table[code, indicator_id, period] = (
                        sum(done) if done else None,
                        total([row[1] for row in parts]),
                        total([row[2] for row in planned]),
                        sum(row[3] for row in below),
                    )
    return table


def total(numbers: list[float | None]) -> float | None:
    """The sum, if all of them are known and there are any."""
    return sum(n for n in numbers if n is not None) if numbers and None not in numbers else None


def stored(connection: Connection) -> dict[Cell, Figures]:
    return {(row[0], row[1], row[2]): tuple(row[3:]) for row in connection.execute(select(observation))}


@contextmanager
def dictionary_and(empty: Engine, put: Put, tree: Tree) -> Iterator[Connection]:
    """A transaction that holds the tree and the indicators, and is undone at the end."""
    with empty.connect() as connection:
        put(connection, "indicator_group", [{"id": "group"}])
        put(connection, "indicator", [{"id": key, "level": level} for key, level in COLLECTED_AT.items()])
        connection.execute(update(indicator).where(indicator.c.id.in_(COUNTS)).values(denominator_name=None))
        put_regions(connection, put, tree)
        yield connection


def put_regions(connection: Connection, put: Put, tree: Tree) -> None:
    put(connection, "region", rows_of(tree))
    spell_ancestors(connection)


def put_figures(connection: Connection, put: Put, rows: dict[Cell, Figures]) -> pd.DataFrame:
    names = ("region_code", "indicator", "period", "numerator", "denominator", "plan", "reports")
    changed = put(connection, "observation", [dict(zip(names, (*c, *f), strict=True)) for c, f in rows.items()])
    return changed if rows else pd.DataFrame(columns=names[:3])


@given(trees, loads)
@settings(max_examples=15)
def test_after_any_loads_the_sums_are_those_of_the_collected_rows(
    empty: Engine, put: Put, tree: Tree, sequence: list[Load]
):
    tree, collected = dict(tree), dict[Cell, Figures]()
    with dictionary_and(empty, put, tree) as connection:
        for load in sequence:
            if any(isinstance(key, tuple) for key in load):
                collected |= load  # type: ignore[arg-type]
                refresh(connection, put_figures(connection, put, load))  # type: ignore[arg-type]
            elif load:
                tree |= load  # type: ignore[arg-type]
                put_regions(connection, put, load)  # type: ignore[arg-type]
            assert stored(connection) == sums(tree, collected)
        rebuild(connection)
        assert stored(connection) == sums(tree, collected)


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
@given(trees, st.dictionaries(cells, figures, max_size=12), st.dictionaries(cells, figures, min_size=1, max_size=3))
@settings(max_examples=15)
def test_a_load_writes_only_the_ancestors_of_the_cells_it_touched(
    empty: Engine, put: Put, tree: Tree, before: dict[Cell, Figures], load: dict[Cell, Figures]
):
    with dictionary_and(empty, put, tree) as connection:
        refresh(connection, put_figures(connection, put, before))
        touched = put_figures(connection, put, load)
        written = watched(connection)
        refresh(connection, touched)
        above = {
            (ancestor, row.indicator, row.period)
            for row in touched.itertuples()
            for ancestor in ancestors(tree, row.region_code)
        }
        assert written() == above


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
@given(trees, st.dictionaries(cells, figures, max_size=12), moves)
@settings(max_examples=15)
def test_a_move_writes_only_the_old_and_the_new_ancestors(
    empty: Engine, put: Put, tree: Tree, before: dict[Cell, Figures], move: Tree
):
    moved = {code for code, parent in move.items() if tree[code] != parent}
    with dictionary_and(empty, put, tree) as connection:
        refresh(connection, put_figures(connection, put, before))
        written = watched(connection)
        put_regions(connection, put, move)
        after = tree | move
        affected = [c for c in REGIONS if moved & {c, *ancestors(tree, c), *ancestors(after, c)}]
        above = {each for code in affected for each in ancestors(tree, code) + ancestors(after, code)}
        assert {region for region, _, _ in written()} <= above
        assert stored(connection) == sums(after, before)


def watched(connection: Connection) -> Callable[[], set[Cell]]:
    """Let the database note every cell of `observation` that is written from now on; return what tells them."""
    connection.execute(text("CREATE TEMP TABLE written (region_code TEXT, indicator TEXT, period TEXT)"))
    for event, row in (("INSERT", "new"), ("UPDATE", "new"), ("DELETE", "old")):
        note = f"INSERT INTO written VALUES ({row}.region_code, {row}.indicator, {row}.period)"
        connection.execute(text(f"CREATE TEMP TRIGGER note_{event} AFTER {event} ON observation BEGIN {note}; END"))

    def cells_written() -> set[Cell]:
        rows = connection.execute(text("SELECT DISTINCT * FROM written"))
        return {(row[0], row[1], date.fromisoformat(row[2])) for row in rows}

    return cells_written


def test_a_plan_known_for_some_children_only_is_not_their_sum(empty: Engine, put: Put):
    tree: Tree = {"C1": None, "T1": "C1", "V1": "T1", "V2": "T1"}
    month = PERIODS[0]
    with dictionary_and(empty, put, tree) as connection:
        load: dict[Cell, Figures] = {
            ("V1", "visits", month): (3.0, 10.0, 5.0, 1),
            ("V2", "visits", month): (None, 10.0, None, 0),
        }
        refresh(connection, put_figures(connection, put, load))
        assert stored(connection)["T1", "visits", month] == (3.0, 20.0, None, 1)
        assert stored(connection)["C1", "visits", month] == (3.0, 20.0, None, 1)


def test_who_is_planned_for_and_silent_is_no_part_of_a_rate_and_not_of_its_plan(empty: Engine, put: Put):
    tree: Tree = {"C1": None, "T1": "C1", "V1": "T1", "V2": "T1"}
    month, later = PERIODS
    with dictionary_and(empty, put, tree) as connection:
        load: dict[Cell, Figures] = {
            ("V1", "visits", month): (3.0, 10.0, 5.0, 1),
            ("V2", "visits", month): (None, None, 7.0, 0),
            ("V1", "visits", later): (None, None, 5.0, 0),
            ("V2", "visits", later): (None, None, 7.0, 0),
            ("V1", "sales", month): (3.0, None, 5.0, 1),
            ("V2", "sales", month): (None, None, 7.0, 0),
        }
        refresh(connection, put_figures(connection, put, load))
        found = stored(connection)
        assert found["C1", "visits", month] == (3.0, 10.0, 5.0, 1)
        assert found["C1", "visits", later] == (None, None, 12.0, 0)
        # Of a count, what the silent one was to bring is lacking.
        assert found["C1", "sales", month] == (3.0, None, 12.0, 1)


def test_nothing_touched_writes_nothing(empty: Engine):
    with empty.connect() as connection:
        refresh(connection, pd.DataFrame(columns=["region_code", "indicator", "period"]))
        assert stored(connection) == {}
