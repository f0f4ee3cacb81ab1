"""All that is computed from households: refreshed for what a load touched, or rebuilt from nothing."""

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

import pandas as pd
from sqlalchemy import Connection, and_, select

from data_access.rollups import bands, computed, guarantees, income, observations, reviews
from data_access.schema import household, household_income, household_review, observation


@dataclass
class Touched:
    """What a load changed of the tables of households."""

    #: Income: a row a village, with region_code, and the first and the last month.
    income: list[pd.DataFrame] = field(default_factory=list)
    #: All income there is, where it has just been written: the rows, with their region_code.
    all_income: pd.DataFrame | None = None
    #: Years with a new line.
    lines: set[int] = field(default_factory=set)
    #: Villages with new gaps, or to whom an item now applies differently.
    guarantees: set[str] = field(default_factory=set)
    #: Reviews: as income.
    reviews: list[pd.DataFrame] = field(default_factory=list)
    #: Villages that households came to or left.
    villages: set[str] = field(default_factory=set)
    #: Whether the dictionary was changed: what it did not have was not computed.
    dictionary: bool = False


def refresh(connection: Connection, touched: Touched) -> None:
    """Reckon anew what `touched` names, and nothing else."""
    # A village of which everything is reckoned anew needs no more.
    whole = _villages(connection) if touched.dictionary else touched.villages
    _refresh_villages(connection, whole, touched.all_income)
    for loaded in touched.income:
        income.refresh(connection, loaded[~loaded["region_code"].isin(whole)], touched.all_income)
    if touched.lines:
        income.refresh_years(connection, touched.lines, _villages(connection) - whole)
    if others := touched.guarantees - whole:
        guarantees.refresh(connection, others)
    for loaded in touched.reviews:
        for (first, last), of_span in loaded[~loaded["region_code"].isin(whole)].groupby(["first", "last"]):
            reviews.refresh(connection, of_span["region_code"], first, last)


def _villages(connection: Connection) -> set[str]:
    """Return the villages that have households."""
    return set(connection.execute(select(household.c.region_code).distinct()).scalars())


def _refresh_villages(connection: Connection, villages: set[str], known: pd.DataFrame | None = None) -> None:
    if villages:
        income.refresh_villages(connection, villages, known)
        guarantees.refresh(connection, villages)
        reviews.refresh_villages(connection, villages)


#: With what the names of all computed indicators begin.
COMPUTED = ("income.", "guarantee.", reviews.ID)


class Span(NamedTuple):
    """Indicators that are computed from households, and the months that these speak of."""

    ids: tuple[str, ...]
    first: date
    last: date


def computed_spans(connection: Connection) -> list[Span]:
    """Return what is computed, and for which months; a village with households has it of no other source then."""
    spans = []
    for table, ids in ((household_income, income.IDS), (household_review, (reviews.ID,))):
        held = computed.span_of(connection, table.c.month)
        spans += [Span(ids, *held)] if held else []
    months = guarantees.span_of(connection)
    return [*spans, Span(tuple(guarantees.ids_of(guarantees.items_in_use(connection))), *months)] if months else spans


def rebuild(connection: Connection) -> None:
    """Forget all that is computed, of households and of regions, and reckon it from nothing.

    What a county handed in as a village's figure, because it keeps no households, stays.
    """
    _forget(connection)
    observations.rebuild(connection)
    _refresh_villages(connection, _villages(connection))


def _forget(connection: Connection) -> None:
    """Take out the computed figures of the villages and months that households speak of."""
    bands.forget(connection)
    homes = observation.c.region_code.in_(select(household.c.region_code).distinct())
    for ids, first, last in computed_spans(connection):
        own = and_(homes, observation.c.indicator.in_(ids), observation.c.period.between(first, last))
        computed.forget(connection, own)
