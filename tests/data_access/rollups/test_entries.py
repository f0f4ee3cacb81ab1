"""What is reckoned from a ledger against a slow loop over its entries, wherever they stand and whatever moves."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any, NamedTuple
from unittest.mock import patch

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, select

from data_access.indicators import children_of, figures_of, matrix_of
from data_access.rollups import ledgers, observations
from data_access.rollups.entries import Ledger
from data_access.schema import RECKONED, observation
from data_access.snapshot import Snapshot
from tests.data_access.rollups.test_observations import put_regions, watched
from tests.data_access.trees import REGIONS, Tree, ancestors, moves, rows_of, trees

Put = Callable[..., pd.DataFrame]
Fill = Callable[..., Snapshot]
Cell = tuple[str, str, date]
Figures = tuple[float, float | None, float | None, int]

WEEKS = [date(2026, 9, 7) + timedelta(weeks=n) for n in range(4)]
SHARE, COUNT, UNKNOWN = "fake.share", "fake.count", "fake.unknown"
PLACES = [code for code, level in REGIONS.items() if level in RECKONED]


class Entry(NamedTuple):
    """An entry that stands at a place from its first week on, was last heard of in some week, and grows by 1 a week."""

    place: str
    first: date
    last: date
    numerator: float
    denominator: float
    plan: float | None


#: Entries by name; None takes one out.
Load = dict[str, Entry | None] | Tree

weeks = st.sampled_from(WEEKS)
found = st.builds(
    lambda place, first, last, numerator, plan: Entry(place, min(first, last), max(first, last), numerator, 9.0, plan),
    st.sampled_from(PLACES),
    weeks,
    weeks,
    st.sampled_from([0.0, 1.0, 4.0]),
    st.sampled_from([None, 0.0, 2.0]),
)
loads: st.SearchStrategy[list[Load]] = st.lists(
    st.one_of(st.dictionaries(st.sampled_from("abcdef"), st.none() | found, min_size=1, max_size=4), moves), max_size=6
)


class Fake:
    """A ledger in memory, whose first indicator is a rate with a plan and whose second is a count."""

    def __init__(self) -> None:
        self.held: dict[str, Entry] = {}
        self.ledger = Ledger("fake", (SHARE, COUNT, UNKNOWN), self.figures)

    def load(self, rows: dict[str, Entry | None]) -> set[str]:
        """Take entries in and return the places they stood at before or stand at now."""
        touched = {self.held[name].place for name in rows if name in self.held}
        for name, entry in rows.items():
            self.held.pop(name, None)
            if entry:
                self.held[name] = entry
        return touched | {entry.place for entry in rows.values() if entry}

    def figures(self, _connection: Connection, codes: Collection[str]) -> pd.DataFrame:
        here = [entry for entry in self.held.values() if entry.place in set(codes)]
        newest = max((entry.last for entry in here), default=date.min)
        rows = []
        for place in {entry.place for entry in here}:
            own = [entry for entry in here if entry.place == place]
            for cell, (numerator, denominator, plan, _) in slow(place, own, newest).items():
                rows.append((*cell, numerator, denominator, plan))
                rows.append((place, UNKNOWN, cell[2], 1.0, 1.0, None))
        names = ("region_code", "indicator", "period", "numerator", "denominator", "plan")
        return pd.DataFrame(rows, columns=names)


def slow(place: str, within: Collection[Entry], newest: date) -> dict[Cell, Figures]:
    """The rows of a place that these entries stand in, week by week, entry by entry."""
    table: dict[Cell, Figures] = {}
    for week in WEEKS:
        so_far = [entry for entry in within if entry.first <= week]
        if not so_far or week > newest:
            continue
        done = sum(entry.numerator + (week - entry.first).days // 7 for entry in so_far)
        plans = [entry.plan for entry in so_far]
        plan = None if None in plans else sum(plans)  # type: ignore[arg-type]
        table[place, SHARE, week] = (done, sum(entry.denominator for entry in so_far), plan, 1)
        table[place, COUNT, week] = (float(len(so_far)), None, None, 1)
    return table


def line(tree: Tree, place: str) -> list[str]:
    """A place and those around it, up to its county or what stands highest below one."""
    return [code for code in (place, *ancestors(tree, place)) if REGIONS[code] in RECKONED]


def expected(tree: Tree, held: Collection[Entry]) -> dict[Cell, Figures]:
    """Every row there must be: of each county from its entries to its own newest day; above them the counties' sums."""
    table: dict[Cell, Figures] = {}
    for place in PLACES:
        top = line(tree, place)[-1]
        newest = max((entry.last for entry in held if line(tree, entry.place)[-1] == top), default=date.min)
        table |= slow(place, [entry for entry in held if place in line(tree, entry.place)], newest)
    tops = {line(tree, place)[-1] for place in PLACES}
    for place in REGIONS.keys() - PLACES:
        for key in (SHARE, COUNT):
            for week in WEEKS:
                below = [table[t, key, week] for t in tops if place in ancestors(tree, t) and (t, key, week) in table]
                if below:
                    rest = [[row[i] for row in below] for i in (1, 2)]
                    known = [None if None in numbers else sum(numbers) for numbers in rest]  # type: ignore[arg-type]
                    table[place, key, week] = (sum(row[0] for row in below), known[0], known[1], len(below))
    return table


def stored(connection: Connection) -> dict[Cell, Figures]:
    rows = connection.execute(select(observation).where(observation.c.indicator.startswith("fake.")))
    return {(row[0], row[1], row[2]): tuple(row[3:]) for row in rows}


def ordinary(connection: Connection) -> set[tuple[object, ...]]:
    rows = connection.execute(select(observation).where(observation.c.indicator == "visits"))
    return {tuple(row) for row in rows}


@contextmanager
def county(empty: Engine, put: Put, tree: Tree) -> Iterator[tuple[Connection, Fake]]:
    """A transaction that holds the tree, an ordinary indicator with figures, and a ledger without entries."""
    fake = Fake()
    with empty.connect() as connection, patch.object(ledgers, "LEDGERS", (fake.ledger,)):
        put(connection, "indicator_group", [{"id": "group"}])
        put(connection, "indicator", [{"id": "visits"}])
        reckoned = {"level": "any", "frequency": "week"}
        put(connection, "indicator", [{"id": SHARE, **reckoned}, {"id": COUNT, **reckoned, "denominator_name": None}])
        put_regions(connection, put, tree)
        visits = [
            {"region_code": code, "indicator": "visits", "period": WEEKS[0], "numerator": 1.0, "denominator": 2.0}
            for code in tree
            if REGIONS[code] == "village"
        ]
        observations.refresh(connection, put(connection, "observation", visits))
        yield connection, fake


@given(trees, loads)
@settings(max_examples=15)
def test_after_any_loads_and_moves_all_figures_are_those_of_the_entries(
    empty: Engine, put: Put, tree: Tree, sequence: list[Load]
):
    tree = dict(tree)
    with county(empty, put, tree) as (connection, fake):
        for load in sequence:
            if load.keys() & REGIONS.keys():
                tree |= load  # type: ignore[arg-type]
                put_regions(connection, put, load)  # type: ignore[arg-type]
            else:
                ledgers.refresh(connection, {"fake": fake.load(load)})  # type: ignore[arg-type]
            assert stored(connection) == expected(tree, fake.held.values())
        visits = ordinary(connection)
        for rebuild in (ledgers.rebuild, ledgers.refresh_all, observations.rebuild):
            rebuild(connection)
            assert stored(connection) == expected(tree, fake.held.values())
            assert ordinary(connection) == visits


first_loads = st.dictionaries(st.sampled_from("abcdef"), found, min_size=1)


@given(trees, first_loads, first_loads)
@settings(max_examples=10)
def test_a_load_writes_what_came_out_differently_and_nothing_of_other_indicators(
    empty: Engine, put: Put, tree: Tree, before: dict[str, Entry | None], load: dict[str, Entry | None]
):
    with county(empty, put, tree) as (connection, fake):
        ledgers.refresh(connection, {"fake": fake.load(before)})
        was = stored(connection)
        written = watched(connection)
        ledgers.refresh(connection, {"fake": fake.load(load)})
        now = stored(connection)
        differs = {cell for cell in was.keys() | now.keys() if was.get(cell) != now.get(cell)}
        assert {indicator for _, indicator, _ in written()} <= {SHARE, COUNT}
        # Sums above the counties are deleted and written anew; what is reckoned is only where it came out differently.
        assert {cell for cell in written() if cell[0] in PLACES} == {cell for cell in differs if cell[0] in PLACES}
        assert differs <= written()


def test_an_indicator_that_the_county_hands_in_as_totals_is_left_alone(empty: Engine, put: Put):
    with county(empty, put, {"C1": None, "T1": "C1", "V1": "T1"}) as (connection, fake):
        put(connection, "indicator", [{"id": SHARE, "level": "township", "frequency": "week"}])
        total = {"region_code": "T1", "indicator": SHARE, "period": WEEKS[0], "numerator": 3.0, "denominator": 4.0}
        observations.refresh(connection, put(connection, "observation", [total]))
        touched = fake.load({"a": Entry("V1", WEEKS[0], WEEKS[1], 1.0, 9.0, None)})
        for reckon in (lambda: ledgers.refresh(connection, {"fake": touched}), lambda: ledgers.rebuild(connection)):
            reckon()
            assert {cell: row for cell, row in stored(connection).items() if cell[1] == SHARE} == {
                ("T1", SHARE, WEEKS[0]): (3.0, 4.0, None, 1),
                ("C1", SHARE, WEEKS[0]): (3.0, 4.0, None, 1),
            }


def test_nothing_touched_reckons_nothing(empty: Engine, put: Put):
    with county(empty, put, {"C1": None, "V1": "C1"}) as (connection, fake):
        fake.load({"a": Entry("V1", WEEKS[0], WEEKS[1], 1.0, 9.0, None)})
        ledgers.refresh(connection, {})
        ledgers.refresh(connection, {"fake": set(), "another": {"V1"}})
        assert stored(connection) == {}


def slow_week(tree: Tree, table: dict[Cell, Figures], code: str, on: date) -> date | None:
    """The newest week of the ledger around a place; above the counties, the newest that most of these have reached."""
    around = line(tree, code) if code in PLACES else [code]
    counties = sum(REGIONS[c] == "county" and code in (c, *ancestors(tree, c)) for c in tree)
    reached = [(week, row[3]) for (place, _, week), row in table.items() if place in around and week <= on]
    complete = [week for week, reports in reached if reports >= 0.8 * counties]
    return max(complete or [week for week, _ in reached], default=None)


def slow_figure(tree: Tree, table: dict[Cell, Figures], code: str, key: str, week: date) -> Figures | None:
    """The row of a place; none of it where its county's ledger has a row and does not name it."""
    own = table.get((code, key, week))
    keeper = line(tree, code)[-1] if code in PLACES else code
    if own or (keeper, key, week) not in table:
        return own
    return (0.0, 0.0 if key == SHARE else None, None, 0)


@given(trees, st.dictionaries(st.sampled_from("abcdef"), found), weeks, st.sampled_from(["P", "F1", "C1", "T1"]))
@settings(max_examples=25)
def test_a_ledger_speaks_of_every_place_in_its_county_and_of_no_other(
    fill: Fill, tree: Tree, held: dict[str, Entry], on: date, code: str
):
    table = expected(tree, held.values())
    names = ("region_code", "indicator", "period", "numerator", "denominator", "plan", "reports")
    reckoned = {"level": "any", "frequency": "week"}
    snapshot = fill(
        region=rows_of(tree),
        indicator=[{"id": SHARE, **reckoned}, {"id": COUNT, **reckoned, "denominator_name": None, "factor": 1.0}],
        observation=[dict(zip(names, (*c, *f), strict=True)) for c, f in table.items() if c[0] in PLACES],
    )
    week = slow_week(tree, table, code, on)
    below = {child for child, parent in tree.items() if parent == code}
    own, matrix = figures_of(snapshot, code, on, 0.8), matrix_of(snapshot, code, (SHARE, COUNT), on, 0.8)
    for key in (SHARE, COUNT):
        for places, rows in (
            ({code}, own[own["indicator"] == key]),
            (below, matrix[matrix["indicator"] == key]),
            (below, children_of(snapshot, code, key, on, 0.8)),
        ):
            assert set(rows["code"]) == places
            for row in rows.itertuples():
                assert_says(row, key, slow_figure(tree, table, row.code, key, week) if week else None)
                days = (week - timedelta(weeks=1), week) if week else ()
                then_and_now = [value(key, slow_figure(tree, table, row.code, key, day)) for day in days]
                change = None if None in then_and_now or not week else then_and_now[1] - then_and_now[0]  # type: ignore[operator]
                assert (None if pd.isna(row.change) else row.change) == pytest.approx(change)


def value(key: str, figure: Figures | None) -> float | None:
    if figure is None or figure[1] == 0:
        return None
    return figure[0] / figure[1] * 100 if key == SHARE and figure[1] else figure[0]


def assert_says(row: Any, key: str, figure: Figures | None) -> None:
    wanted = [None, None, None, None] if figure is None else [*figure[:3], value(key, figure)]
    given_row = [None if pd.isna(n) else n for n in (row.numerator, row.denominator, row.plan, row.value)]
    assert given_row == pytest.approx(wanted)
    if figure is None:
        assert row.light == "grey"
    elif wanted[3] is None or wanted[2] is None:
        assert row.light == "none"
    assert pd.isna(row.rank) == (wanted[3] is None)


def test_no_ledger_at_all_is_grey(fill: Fill):
    snapshot = fill(region=rows_of({"C1": None, "T1": "C1"}), indicator=[{"id": SHARE, "level": "any"}])
    for rows in (figures_of(snapshot, "C1", WEEKS[0], 0.8), children_of(snapshot, "C1", SHARE, WEEKS[0], 0.8)):
        assert list(rows["light"]) == ["grey"]
        assert rows[["period", "numerator", "denominator", "value"]].isna().all(axis=None)
