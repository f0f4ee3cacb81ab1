import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_access.intervals import wilson


@pytest.mark.parametrize(
    ("yes", "asked", "low", "high"),
    [
        # R. G. Newcombe, Statistics in Medicine 17 (1998), 857-872, table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_that_of_the_literature(yes, asked, low, high):
    interval = wilson(yes, asked)
    assert interval == pytest.approx((low, high), abs=0.00005)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_solves_what_defines_it(sample):
    """Its ends are the shares from which what was found lies z standard errors away, but for 0 and 1."""
    yes, asked = sample
    interval = wilson(yes, asked)
    assert interval is not None
    assert 0 <= interval.low <= yes / asked <= interval.high <= 1
    for end in interval:
        if 0 < end < 1:
            error = math.sqrt(end * (1 - end) / asked)
            assert abs(yes / asked - end) / error == pytest.approx(1.959964, abs=1e-5)


@given(st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_who_asks_more_knows_more(sample):
    yes, asked = sample
    few, many = wilson(yes, asked), wilson(4 * yes, 4 * asked)
    assert few is not None
    assert many is not None
    assert many.high - many.low < few.high - few.low


@pytest.mark.parametrize(("yes", "asked"), [(1, 0), (5, 4), (-1, 4), (math.nan, 4), (1, math.nan)])
def test_what_is_no_share_of_a_sample_has_no_interval(yes, asked):
    assert wilson(yes, asked) is None
