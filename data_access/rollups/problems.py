"""The ledger of problems into observations, a row a week: how many are open, fixed, verified, re-checked, back again.

A week shows how the ledger stood on its Sunday, or on the county's newest day where that comes first. Of a problem that
came back the ledger keeps the day of its last fix: until then it counts as open.
"""

from collections.abc import Collection
from datetime import timedelta
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from data_access.rollups.entries import Ledger
from data_access.schema import rectification
from data_access.writing import frame

#: A mistyped year in the ledger must not fill the table with empty weeks.
WEEKS = 104
#: The days on which something happened to a problem; a deadline is none.
EVENTS = ("found_on", "fixed_on", "verified_on", "rechecked_on", "relapsed_on")

_Days = NDArray[np.datetime64]
_WEEK = np.timedelta64(7, "D")


class _Measure(NamedTuple):
    """What of a `Standing` an indicator counts, over what, and what of it was due."""

    numerator: str
    denominator: str | None = None
    plan: str | None = None


_MEASURES = {
    "problems.open": _Measure("open"),
    "problems.fixed": _Measure("fixed", "found", "due"),
    "problems.verified": _Measure("verified", "fixed"),
    "problems.rechecked": _Measure("verified_and_rechecked", "ever_verified"),
    "problems.relapsed": _Measure("relapsed", "rechecked"),
    "problems.on_time": _Measure("on_time", "due"),
    "problems.overdue": _Measure("overdue"),
    "problems.evidence": _Measure("evidenced", "fixed"),
}


class Standing(NamedTuple):
    """How problems stand on days: each a table of yes and no, a row a problem and a column a day."""

    found: NDArray[np.bool_]
    #: Not fixed, or back and not fixed again.
    open: NDArray[np.bool_]
    fixed: NDArray[np.bool_]
    #: The fix that holds was verified.
    verified: NDArray[np.bool_]
    #: Some fix was, even if the problem came back since.
    ever_verified: NDArray[np.bool_]
    rechecked: NDArray[np.bool_]
    verified_and_rechecked: NDArray[np.bool_]
    relapsed: NDArray[np.bool_]
    #: The deadline has come; its own day is still in time.
    due: NDArray[np.bool_]
    #: Of those due: fixed by the deadline, and it holds.
    on_time: NDArray[np.bool_]
    overdue: NDArray[np.bool_]
    #: Fixed, and evidence of it is held.
    evidenced: NDArray[np.bool_]


def standing_on(problems: pd.DataFrame, days: _Days) -> Standing:
    """Return how rows of `rectification` stand on days; what happened later is not known yet.

    `days` are the same for all rows, or a row of days for each of them.
    """

    def day(name: str) -> _Days:
        days_of: _Days = pd.to_datetime(problems[name]).to_numpy().astype("datetime64[D]")[:, None]
        return days_of

    on = np.atleast_2d(days.astype("datetime64[D]"))
    deadline, fixed_on, verified_on, relapsed_on = (
        day(name) for name in ("deadline", "fixed_on", "verified_on", "relapsed_on")
    )
    # A missing day is neither before nor after any other.
    found = day("found_on") <= on
    relapsed = found & (relapsed_on <= on)
    fixed = found & (fixed_on <= on) & ~(relapsed & (fixed_on <= relapsed_on))
    ever_verified = found & (verified_on <= on)
    rechecked = found & (day("rechecked_on") <= on)
    due = found & (deadline <= on)
    return Standing(
        found=found,
        open=found & ~fixed,
        fixed=fixed,
        verified=fixed & ever_verified & (verified_on >= fixed_on),
        ever_verified=ever_verified,
        rechecked=rechecked,
        verified_and_rechecked=ever_verified & rechecked,
        relapsed=relapsed,
        due=due,
        on_time=due & fixed & (fixed_on <= deadline),
        overdue=found & ~fixed & (deadline < on),
        evidenced=fixed & problems["evidence"].notna().to_numpy()[:, None],
    )


def newest_day(problems: pd.DataFrame) -> pd.Timestamp:
    """Return the newest day on which something happened to any of these rows; not a time where there are none."""
    return problems[list(EVENTS)].apply(pd.to_datetime).max().max()


def monday(day: Any) -> pd.Timestamp:
    """Return the Monday of a day's week, the week's period."""
    at = pd.Timestamp(day)
    return at - timedelta(days=at.weekday())


def weeks_to(first: Any, newest: Any) -> tuple[_Days, _Days]:
    """Return the Mondays of the weeks from one day to another, and the days on which each week's standing is taken."""
    last = monday(newest)
    first = max(monday(first), last - timedelta(weeks=WEEKS - 1))
    mondays = pd.date_range(first, last, freq="W-MON").to_numpy().astype("datetime64[D]")
    days = np.minimum(mondays + _WEEK - np.timedelta64(1, "D"), np.datetime64(pd.Timestamp(newest), "D"))
    return mondays, days


def _figures(connection: Connection, codes: Collection[str]) -> pd.DataFrame:
    columns = ["region_code", "deadline", "evidence", *EVENTS]
    asked = select(*rectification.c[*columns]).where(rectification.c.region_code.in_(list(codes)))
    problems = frame(connection, asked)
    if problems.empty:
        return pd.DataFrame(columns=["region_code", "indicator", "period", "numerator", "denominator", "plan"])
    mondays, days = weeks_to(pd.to_datetime(problems["found_on"]).min(), newest_day(problems))
    stand = standing_on(problems, days)
    which, regions = pd.factorize(problems["region_code"])

    def summed(name: str | None) -> NDArray[np.float64]:
        table = np.full((len(regions), len(mondays)), np.nan if name is None else 0.0)
        if name is not None:
            np.add.at(table, which, getattr(stand, name))
        return table

    has_any = summed("found") > 0
    at, week = np.nonzero(has_any)
    parts = [
        pd.DataFrame(
            {
                "region_code": regions[at],
                "indicator": key,
                "period": mondays[week].astype("datetime64[s]"),
                "numerator": summed(measure.numerator)[has_any],
                "denominator": summed(measure.denominator)[has_any],
                "plan": summed(measure.plan)[has_any],
            }
        )
        for key, measure in _MEASURES.items()
    ]
    return pd.concat(parts, ignore_index=True)


PROBLEMS = Ledger("problems", tuple(_MEASURES), _figures)
