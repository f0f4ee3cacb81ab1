from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from charts.classes import GAP, NO_PLAN, NONE_HERE, NOT_REPORTED, PERCENT, amount, class_of, classes, fills
from charts.theme import DARK, LIGHT


def test_limits_of_a_gap_are_fixed_and_agree_with_the_lights():
    assert GAP.limits == (-20, -10, 0, 10)
    # amber reaches to ten points behind, and its class too; at plan is the white class
    found = [class_of(gap, GAP) for gap in (-67.3, -20.1, -20, -10.1, -10, -0.1, 0, 9.9, 10, 40)]
    assert found == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    assert class_of(-1e-13, GAP) == 3
    assert class_of(None, GAP) is None
    assert class_of(float("nan"), GAP) is None


def test_limits_do_not_depend_on_the_day(children, map_words):
    later = children.assign(gap=children["gap"] + 30, value=children["value"] * 0.5)
    _, before = classes(children, GAP, map_words, LIGHT)
    _, after = classes(later, GAP, map_words, LIGHT)
    assert [(row.text, row.colour) for row in before[:5]] == [(row.text, row.colour) for row in after[:5]]


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_amounts_have_four_rising_round_limits(low, span):
    limits = amount(low, low + span).limits
    steps = {round(above - below, 6) for below, above in pairwise(limits)}
    assert len(steps) == 1
    step = steps.pop()
    assert step >= span / 5 * (1 - 1e-6)
    assert f"{step:.6e}"[:3].rstrip("0") in {"1.", "2.", "2.5", "5."}


def test_amounts_divide_a_round_range_evenly():
    assert amount(0, 100) == PERCENT
    assert amount(8200, 13050).limits == (9000, 10000, 11000, 12000)
    assert amount(5, 5).limits == (6, 7, 8, 9)


def test_legend_counts_every_child_once_and_the_shapeless_again(children, map_words):
    found, legend = classes(children, GAP, map_words, LIGHT)
    assert found == [0, 2, 3, NOT_REPORTED, NO_PLAN, 0]
    counts = {row.kind: row.count for row in legend}
    assert counts == {0: 2, 1: 0, 2: 1, 3: 1, 4: 0, "not_reported": 1, "no_plan": 1, "no_shape": 1}
    assert sum(count for kind, count in counts.items() if kind != "no_shape") == len(children)
    assert [row.text for row in legend] == [*map_words.classes, "未报", "无计划", "无图形"]


def test_states_that_hold_nobody_are_left_out_but_not_reported(children, map_words):
    _, legend = classes(children.iloc[:3], GAP, map_words, LIGHT)
    assert [row.kind for row in legend] == [0, 1, 2, 3, 4, "not_reported"]
    assert legend[-1].count == 0


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("measure", [GAP, PERCENT], ids=["gap", "value"])
def test_not_reported_is_never_zero(children, map_words, palette, measure):
    zero = children.assign(value=0.0, gap=-67.3).iloc[:1]
    silent = children.assign(value=None, gap=None).iloc[:1]
    (of_zero,) = fills(classes(zero, measure, map_words, palette)[0], measure, palette)
    (of_silent,) = fills(classes(silent, measure, map_words, palette)[0], measure, palette)
    assert of_zero == measure.colours(palette)[0]
    assert of_silent == palette.not_reported
    assert of_silent not in measure.colours(palette)


def test_no_children_are_no_error(children, map_words):
    found, legend = classes(children.iloc[:0], GAP, map_words, LIGHT)
    assert found == []
    assert sum(row.count for row in legend) == 0


def test_values_may_come_as_objects(map_words):
    columns = {"value": [None, 5, None], "gap": [None, -3, None], "light": ["grey", "amber", "none"]}
    frame = pd.DataFrame(columns | {"has_shape": [True] * 3}, dtype=object)
    assert classes(frame, GAP, map_words, LIGHT)[0] == [NOT_REPORTED, 2, NONE_HERE]


def test_the_limits_of_counts_are_whole():
    assert amount(0, 2, 1.0).limits == (1, 2, 3, 4)
    assert amount(0, 100, 1.0).limits == (20, 40, 60, 80)
