from collections.abc import Callable

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from data_access.rollups.regions import spell_ancestors
from data_access.schema import region
from tests.data_access.trees import REGIONS, Tree, ancestors, moves, rows_of, trees

Put = Callable[..., pd.DataFrame]

LEVELS = ["township", "county", "prefecture", "province"]


@given(trees, st.lists(moves, max_size=3))
@settings(max_examples=15)
def test_the_ancestors_spelled_out_are_those_of_the_explicit_parents(
    empty: Engine, put: Put, tree: Tree, sequence: list[Tree]
):
    tree = dict(tree)
    with empty.connect() as connection:
        put(connection, "region", rows_of(tree))
        spell_ancestors(connection)
        for move in sequence:
            tree |= move
            put(connection, "region", rows_of(move))
            spell_ancestors(connection)
        spelled = {row.code: row for row in connection.execute(select(region))}
    for code, row in spelled.items():
        line = {REGIONS[each]: each for each in [code, *ancestors(tree, code)]}
        assert [getattr(row, f"{level}_code") for level in LEVELS] == [line.get(level) for level in LEVELS]


def test_parents_that_run_in_a_circle_are_refused(empty: Engine, put: Put):
    circle = [{"code": code, "level": "township", "parent_code": parent} for code, parent in ("ab", "bc", "ca")]
    with empty.connect() as connection:
        put(connection, "region", circle)
        with pytest.raises(ValueError, match="its own ancestor"):
            spell_ancestors(connection)


def test_an_empty_database_has_nothing_to_spell(empty: Engine):
    with empty.connect() as connection:
        spell_ancestors(connection)
