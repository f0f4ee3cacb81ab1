from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_access.imports.dates import FREQUENCIES, Span, day_of, period_of, span_of
from data_access.imports.errors import CellError

DAY = date(2025, 9, 28)


@pytest.mark.parametrize(
    "cell",
    [
        "2025-09-28",
        "2025.9.28",
        "2025/9/28",
        "2025年9月28日",
        "２０２５年９月２８日",
        "20250928",
        20250928.0,
        45928.0,
        45928.4375,
        "45928",
        "2025-09-28 10:30:00",
        "2025/9/28 10:30",
    ],
)
def test_a_day_in_any_form(cell: str | float):
    assert day_of(cell) == DAY


@pytest.mark.parametrize(
    ("cell", "first", "length"),
    [
        ("202403", (2024, 3), "month"),
        (202403.0, (2024, 3), "month"),
        ("2024.3", (2024, 3), "month"),
        (2024.3, (2024, 3), "month"),
        (2024.12, (2024, 12), "month"),
        ("2024.10", (2024, 10), "month"),
        ("2024-03", (2024, 3), "month"),
        ("2024年3月", (2024, 3), "month"),
        ("2024年3月份", (2024, 3), "month"),
        ("2024", (2024, 1), "year"),
        (2024.0, (2024, 1), "year"),
        ("2024年度", (2024, 1), "year"),
        ("2024Q2", (2024, 4), "quarter"),
        ("2024年二季度", (2024, 4), "quarter"),
        ("2024年第四季度", (2024, 10), "quarter"),
    ],
)
def test_a_period_in_any_form(cell: str | float, first: tuple[int, int], length: str):
    assert span_of(cell) == Span(date(*first, 1), length)


def test_a_week_starts_on_monday():
    assert span_of("2025年第39周") == Span(date(2025, 9, 22), "week")
    assert period_of(Span(DAY, "day"), "week") == date(2025, 9, 22)


@pytest.mark.parametrize(
    "cell", ["2025-02-30", "昨天", "1989-12-31", "2101-01-01", "2025-13", "12", 3.7, -5.0, 1e300, "2025年第54周"]
)
def test_what_is_no_date_is_refused(cell: str | float):
    with pytest.raises(CellError):
        span_of(cell)


def test_a_number_that_lost_its_last_digit_is_not_guessed():
    with pytest.raises(CellError, match="January or October"):
        span_of(2024.1)
    assert span_of("2024.1").first == date(2024, 1, 1)


def test_a_month_is_no_day():
    with pytest.raises(CellError, match="full date"):
        day_of("2025年9月")


@pytest.mark.parametrize(
    ("span", "frequency"), [("month", "day"), ("year", "month"), ("week", "month"), ("quarter", "month")]
)
def test_a_period_that_is_too_long_is_refused(span: str, frequency: str):
    with pytest.raises(CellError, match="reported by"):
        period_of(Span(DAY, span), frequency)


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)), st.sampled_from(FREQUENCIES))
def test_a_period_begins_at_or_before_its_day_and_holds_itself(day: date, frequency: str):
    first = period_of(Span(day, "day"), frequency)
    assert first <= day
    assert period_of(Span(first, "day"), frequency) == first


@given(st.one_of(st.text(), st.floats(allow_nan=False, allow_infinity=False), st.from_regex(r"\d{4}[-./年]?\d{1,2}.*")))
def test_any_cell_is_a_date_or_refused(cell: str | float):
    with suppress(CellError):
        assert 1990 <= span_of(cell).first.year <= 2100
