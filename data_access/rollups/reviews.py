"""Reviews into observations: how many of a village's households were reviewed each month.

A village without a single review of a month has not reported it. Below the line stand all households of the register.
"""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection, func, select

from data_access.rollups import computed, observations
from data_access.schema import household, household_review
from data_access.writing import frame

ID = "monitoring.reviewed"


def refresh(connection: Connection, villages: Iterable[str], first: date, last: date) -> None:
    """Reckon the reviews of these villages from month `first` to `last` anew."""
    ids = computed.known_of(connection, [ID])
    chosen = sorted(set(villages))
    own = household.c.region_code.in_(chosen)
    reviewed = (
        select(household.c.region_code, household_review.c.month.label("period"), func.count().label("numerator"))
        .join(household_review, household_review.c.household_code == household.c.code)
        .where(own, household_review.c.month.between(first, last))
        .group_by(household.c.region_code, household_review.c.month)
    )
    registered = select(household.c.region_code, func.count().label("denominator")).where(own)
    rows = frame(connection, reviewed).merge(
        frame(connection, registered.group_by(household.c.region_code)), on="region_code"
    )
    rows = rows.assign(indicator=ID, reports=1)[[*computed.KEY, "numerator", "denominator", "reports"]]
    rows = rows.astype({"numerator": float, "denominator": float})
    if ids:
        observations.refresh(connection, computed.replace(connection, rows, chosen, ids, first, last))


def refresh_villages(connection: Connection, villages: Iterable[str]) -> None:
    """Reckon all months of some villages anew, as households that came or went ask."""
    held = computed.span_of(connection, household_review.c.month)
    if held:
        refresh(connection, villages, *held)
