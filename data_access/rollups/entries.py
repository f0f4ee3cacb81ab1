"""A ledger's entries into observations: a region's figures are reckoned from the entries of all regions within it.

An entry may belong to a village, a township or the county, so that a township's figures are not the sum of its
villages'. Above the counties they are summed like any other. A ledger is a county's (or that of what stands highest
where there is none): it ends on its own newest day, whatever the neighbours have handed in since. A region that no
entry names has no row: its county's ledger speaks of all of them, and it has none there (`indicators.py` reads it so).
"""

from collections.abc import Callable, Collection, Iterable
from datetime import date
from typing import NamedTuple

import pandas as pd
from sqlalchemy import Connection, delete, select

from data_access.rollups import computed, observations
from data_access.schema import ANY_LEVEL, RECKONED, indicator, observation, region
from data_access.writing import frame

_FIGURES = ("numerator", "denominator", "plan")


class Ledger(NamedTuple):
    """A ledger and the indicators that are reckoned from it."""

    id: str
    indicators: tuple[str, ...]
    #: Called with a connection and the codes of a county and of all regions within it; returns the figures of the
    #: entries that belong to exactly these, as if each had no others: region_code, indicator, period, numerator,
    #: denominator, plan, in any order. A region's periods run from its first entry to the newest day of the entries of
    #: all these regions: what other counties' entries say must not reach into them.
    figures: Callable[[Connection, Collection[str]], pd.DataFrame]
    #: Called before; writes into the dictionary what the settings ask for beside `indicators`, and returns these ids.
    of_settings: Callable[[Connection], Iterable[str]] = lambda _connection: ()


def refresh(connection: Connection, ledger: Ledger, codes: Iterable[str]) -> None:
    """Reckon anew the counties (or what stands highest below them) that these regions belong to; all of their regions.

    What comes out as it was is not written.
    """
    ids = _reckoned_ids(connection, ledger)
    if not ids:
        return
    places = frame(connection, select(*region.c["code", "level", "township_code", "county_code"]))
    places = places[places["level"].isin(RECKONED)]
    places = places.assign(top=places["county_code"].fillna(places["township_code"]).fillna(places["code"]))
    touched = set(places.loc[places["code"].isin(set(codes)), "top"])
    for top, within in places[places["top"].isin(touched)].groupby("top", sort=False):
        own = ledger.figures(connection, within["code"].tolist())
        rows = _within_each(own[own["indicator"].isin(ids)], within)
        changed = computed.replace(connection, rows, within["code"].tolist(), ids, date.min, date.max)
        observations.refresh(connection, changed[changed["region_code"] == top])


def rebuild(connection: Connection, ledger: Ledger) -> None:
    """Forget what was reckoned from a ledger and reckon it from nothing; `refresh` must always come to the same."""
    ids = _reckoned_ids(connection, ledger)
    codes = list(connection.execute(select(region.c.code)).scalars())
    own = observation.c.region_code.in_(select(region.c.code))
    connection.execute(delete(observation).where(own, observation.c.indicator.in_(ids)))
    refresh(connection, ledger, codes)


def _reckoned_ids(connection: Connection, ledger: Ledger) -> list[str]:
    """Return the ledger's indicators that the dictionary has, but for those a county hands in as totals instead."""
    ids = (*ledger.indicators, *ledger.of_settings(connection))
    asked = select(indicator.c.id).where(indicator.c.id.in_(ids), indicator.c.level == ANY_LEVEL)
    return list(connection.execute(asked).scalars())


def _within_each(own: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Return the sums of `own` over each region and all regions within it, as rows of `observation`."""
    lines = places.assign(own=places["code"]).melt("code", ["own", "township_code", "county_code"], value_name="above")
    pairs = lines[["code", "above"]].dropna().drop_duplicates()
    # Sums by datetime64 are made several times as fast as by date.
    typed = own.astype(dict.fromkeys(_FIGURES, float)).assign(period=pd.to_datetime(own["period"]))
    spread = typed.rename(columns={"region_code": "code"}).merge(pairs, on="code")
    by_cell = spread.rename(columns={"above": "region_code"}).groupby(computed.KEY)
    sums = by_cell[list(_FIGURES)].sum(min_count=1)
    # A plan known for some entries only is not the plan of them all.
    known = by_cell[["denominator", "plan"]].count().eq(by_cell.size(), axis="index")
    sums[["denominator", "plan"]] = sums[["denominator", "plan"]].where(known)
    rows = sums.reset_index().assign(reports=1)
    return rows.assign(period=rows["period"].dt.date.astype(object))
