import math
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Connection, Date, Engine, Float, MetaData, String, Table, insert, select
from sqlalchemy.types import TypeEngine

from data_access.writing import frame, stage, update, upsert

# Two keys, a column that must not be null and two that may be.
ledger = Table(
    "ledger",
    MetaData(),
    Column("place", String(10), primary_key=True),
    Column("on", Date, primary_key=True),
    Column("done", Float, nullable=False),
    Column("wanted", Float),
    Column("problem", String(10)),
)

Key = tuple[str, date]
Held = dict[Key, dict[str, Any]]

keys = st.tuples(st.sampled_from(["a", "b", "c"]), st.sampled_from([date(2025, 9, 28), date(2025, 10, 1)]))
values: dict[str, st.SearchStrategy[Any]] = {
    "done": st.sampled_from([0.0, 1.0, 2.5]),
    "wanted": st.sampled_from([None, 0.0, 1.0]),
    "problem": st.sampled_from([None, "", "无水"]),
}


@st.composite
def loads(draw: st.DrawFn) -> tuple[list[str], Held]:
    """One load: the columns it has beside the key, and its rows."""
    columns = draw(st.lists(st.sampled_from(list(values)), unique=True))
    rows = st.fixed_dictionaries({name: values[name] for name in columns})
    return columns, draw(st.dictionaries(keys, rows, max_size=6))


def table_of(columns: list[str], rows: Held) -> pd.DataFrame:
    records = [(*key, *(row[name] for name in columns)) for key, row in rows.items()]
    return pd.DataFrame(records, columns=["place", "on", *columns])


def held(rows: pd.DataFrame) -> Held:
    known = rows.astype(object).where(rows.notna(), None)
    return {(row.pop("place"), row.pop("on")): row for row in known.to_dict("records")}


@pytest.fixture(scope="module")
def with_ledger(empty: Engine) -> Engine:
    ledger.create(empty)
    return empty


def write(
    how: Callable[[Connection, Table, pd.DataFrame], pd.DataFrame], connection: Connection, load: tuple[list[str], Held]
) -> Held:
    return held(how(connection, ledger, table_of(*load)))


@given(st.lists(loads(), max_size=5))
@settings(max_examples=30)
def test_upsert_writes_and_returns_what_is_new_or_differs(with_ledger: Engine, sequence: list[tuple[list[str], Held]]):
    expected: Held = {}
    with with_ledger.connect() as connection:
        for columns, given_rows in sequence:
            # A column that may not be null can be left out only for rows that are there already.
            rows = {key: row for key, row in given_rows.items() if "done" in columns or key in expected}
            nothing = dict.fromkeys(["done", "wanted", "problem"])
            after = {key: {**expected.get(key, nothing), **row} for key, row in rows.items()}
            changed = {key: rows[key] for key in rows if after[key] != expected.get(key)}

            assert write(upsert, connection, (columns, rows)) == changed
            assert write(upsert, connection, (columns, rows)) == {}

            expected |= after
            assert held(frame(connection, select(ledger))) == expected


@given(loads(), loads())
@settings(max_examples=30)
def test_update_writes_and_returns_known_rows_that_differ(
    with_ledger: Engine, first: tuple[list[str], Held], second: tuple[list[str], Held]
):
    before = {key: {"done": 1.0, "wanted": None, "problem": None, **row} for key, row in first[1].items()}
    _, rows = second
    with with_ledger.connect() as connection:
        write(upsert, connection, (list(values), before))
        changed = {key: row for key, row in rows.items() if key in before and before[key] != {**before[key], **row}}

        assert write(update, connection, second) == changed
        assert write(update, connection, second) == {}

        after = {key: {**row, **rows.get(key, {})} for key, row in before.items()}
        assert held(frame(connection, select(ledger))) == after


def test_staged_values_are_the_ones_that_an_insert_would_write(with_ledger: Engine):
    rows = pd.DataFrame(
        {
            "place": ["石岭镇", "b", None],
            "on": [pd.Timestamp("2025-09-28"), date(2025, 9, 29), None],
            "done": [1, 2, math.nan],
        }
    )
    types: dict[str, TypeEngine[Any]] = {"place": String(), "on": Date(), "done": Float()}
    inserted = Table("inserted", MetaData(), *(Column(n, t) for n, t in types.items()), prefixes=["TEMPORARY"])
    with with_ledger.connect() as connection:
        inserted.create(connection)
        plain = [("石岭镇", date(2025, 9, 28), 1.0), ("b", date(2025, 9, 29), 2.0), (None, None, None)]
        connection.execute(insert(inserted), [dict(zip(types, row, strict=True)) for row in plain])
        staged = stage(connection, "staged", types, rows)
        assert connection.execute(select(staged)).all() == connection.execute(select(inserted)).all() == plain


def test_staging_takes_days_from_a_column_of_timestamps(with_ledger: Engine):
    rows = pd.DataFrame({"on": pd.to_datetime(["2025-09-28", None])})
    with with_ledger.connect() as connection:
        staged = stage(connection, "staged", {"on": Date()}, rows)
        assert connection.execute(select(staged)).scalars().all() == [date(2025, 9, 28), None]


def test_a_frame_keeps_days_as_days_and_gaps_as_not_a_number(with_ledger: Engine):
    rows = table_of(
        ["done", "wanted"],
        {
            ("a", date(2025, 9, 28)): {"done": 1.0, "wanted": None},
            ("b", date(2025, 9, 28)): {"done": 2.0, "wanted": 3.0},
        },
    )
    with with_ledger.connect() as connection:
        upsert(connection, ledger, rows)
        read = frame(connection, select(ledger).order_by(ledger.c.place))
    assert type(read["on"][0]) is date
    assert not isinstance(read["on"][0], datetime)
    assert math.isnan(read["wanted"][0])
    assert list(read.columns) == ledger.c.keys()
