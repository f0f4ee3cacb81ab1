"""Periods of an indicator's frequency: when one ends, and which ones it is compared with."""

from datetime import date, timedelta

import pandas as pd


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
    steps = {
        "day": pd.DateOffset(weeks=1),
        "week": pd.DateOffset(weeks=1),
        "month": pd.DateOffset(months=1),
        "quarter": pd.DateOffset(months=3),
        "year": pd.DateOffset(years=1),
    }
    year = pd.DateOffset(weeks=52) if frequency == "week" else pd.DateOffset(years=1)
    at = pd.Timestamp(period)
    return (at - steps[frequency]).date(), (at - year).date()
