"""Periods of an indicator's frequency: which ones come before one, when it ends, and which it is compared with."""

from datetime import date, timedelta

import pandas as pd

_STEPS = {
    "day": pd.DateOffset(days=1),
    "week": pd.DateOffset(weeks=1),
    "month": pd.DateOffset(months=1),
    "quarter": pd.DateOffset(months=3),
    "year": pd.DateOffset(years=1),
}


def up_to(period: date, frequency: str, count: int) -> list[date]:
    """Return the `count` last periods up to the one that starts on `period`, the oldest first."""
    return [(pd.Timestamp(period) - back * _STEPS[frequency]).date() for back in range(count - 1, -1, -1)]


def last_day(period: date, frequency: str) -> date:
    """Return the last day of the period that starts on `period`."""
    if frequency == "day":
        return period
    if frequency == "week":
        return period + timedelta(days=6)
    months = {"month": 1, "quarter": 3, "year": 12}[frequency]
    following: date = (pd.Timestamp(period) + pd.DateOffset(months=months)).date()
    return following - timedelta(days=1)


def earlier(period: date, frequency: str) -> tuple[date, date]:
    """Return the periods that a figure is compared with: the one before (of days the week before) and the year's."""
    before = _STEPS["week" if frequency == "day" else frequency]
    at = pd.Timestamp(period)
    return (at - before).date(), (at - _year(frequency)).date()


def later(period: date, frequency: str) -> date:
    """Return the period that is compared with this one as the year's."""
    year_on: date = (pd.Timestamp(period) + _year(frequency)).date()
    return year_on


def _year(frequency: str) -> pd.DateOffset:
    # Weeks stay weeks: the same Monday lies 52 of them back.
    return pd.DateOffset(weeks=52) if frequency == "week" else pd.DateOffset(years=1)
