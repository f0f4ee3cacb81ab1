"""One indicator through its periods: a region's own line with last year's beside it, and each of its children's."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Select, literal, select

from data_access.indicators import KEEPER, dictionary, judged, targets_of, valued, with_zeros
from data_access.periods import earlier, up_to
from data_access.regions import codes_under
from data_access.schema import observation, region
from data_access.snapshot import Snapshot, cached
from data_access.writing import frame


@cached
def history_of(snapshot: Snapshot, code: str, indicator_id: str, until: date, count: int) -> pd.DataFrame:
    """Return one row per period of a region, the oldest first: the `count` last ones up to `until`, where one starts.

    None is there before the first with a figure. Columns as `periods_of_children`, and last_year: the value a year
    before (52 weeks for weekly ones), null where there is none.
    """
    frequency = dictionary(snapshot)[indicator_id].frequency
    periods = up_to(until, frequency, count)
    years = {period: earlier(period, frequency)[1] for period in periods}
    own = select(region.c.code).where(region.c.code == code)
    table = _cells(snapshot, own, indicator_id, sorted({*periods, *years.values()}))
    before = table.set_index("period")["value"].reindex(table["period"].map(years)).to_numpy()
    return _from_first(table.assign(last_year=before)[table["period"].isin(periods)])


@cached
def periods_of_children(
    snapshot: Snapshot, code: str, indicator_id: str, until: date, count: int, level: str | None = None
) -> pd.DataFrame:
    """Return one row per child of the region `code` (or unit at `level` within it) and period.

    Children come in their order of import, the periods of each from the oldest to `until`, where the last one starts:
    `count` of them, none before the first that any child has a figure for. Columns: code, name, name_en, level,
    indicator, period, numerator, denominator, plan, reports, value, plan_value, target, gap and light, as in
    `children_of`. A period without a report is there, with nulls and the light "grey".
    """
    regions = codes_under(code, level) if level else select(region.c.code).where(region.c.parent_code == code)
    periods = up_to(until, dictionary(snapshot)[indicator_id].frequency, count)
    return _from_first(_cells(snapshot, regions, indicator_id, periods))


@cached
def townships_of(snapshot: Snapshot, code: str) -> pd.DataFrame:
    """Return the township of every village in a region that has one: code, township, township_en."""
    above = region.alias("above")
    statement = (
        select(region.c.code, above.c.name.label("township"), above.c.name_en.label("township_en"))
        .join(above, above.c.code == region.c.township_code)
        .where(region.c.code.in_(codes_under(code, "village")))
    )
    with snapshot.connect() as connection:
        return frame(connection, statement)


def with_last_year(series: pd.DataFrame) -> pd.DataFrame:
    """Return a `trend_of` with the column last_year: the value a year before, null where there is none."""
    before = dict(zip(series["period"], series["value"], strict=True))
    years = [before.get((pd.Timestamp(day) - pd.DateOffset(years=1)).date(), np.nan) for day in series["period"]]
    return series.assign(last_year=pd.Series(years, index=series.index, dtype=float))


def _cells(snapshot: Snapshot, regions: Select[Any], indicator_id: str, periods: Sequence[date]) -> pd.DataFrame:
    """Return one row per region and period with its figure, if any, and its light."""
    entry = dictionary(snapshot)[indicator_id]
    chosen = {indicator_id: entry}
    # A ledger speaks of every place, but not of the time before its first entry.
    keepers = select(KEEPER).where(region.c.code.in_(regions), literal(entry.is_reckoned))
    with snapshot.connect() as connection:
        places = frame(
            connection,
            select(*region.c["code", "name", "name_en", "level"], KEEPER.label("keeper"))
            .where(region.c.code.in_(regions))
            .order_by(region.c.position),
        )
        asked = [observation.c.indicator == indicator_id, observation.c.period.in_(list(periods))]
        found = frame(connection, select(observation).where(observation.c.region_code.in_(regions), *asked))
        spoken = frame(connection, select(observation).where(observation.c.region_code.in_(keepers), *asked))
        targets = targets_of(connection, chosen)
    cells = places.drop(columns="keeper").assign(indicator=indicator_id)
    cells = cells.merge(pd.DataFrame({"period": list(periods)}), how="cross")
    own = with_zeros(found.rename(columns={"region_code": "code"}), places, spoken, chosen)
    table = cells.merge(own, how="left", on=["code", "indicator", "period"])
    return judged(valued(table, chosen), chosen, targets).drop(columns="rank")


def _from_first(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows from the first period on that any of them has a figure for."""
    known = table.loc[table["numerator"].notna(), "period"]
    return table[table["period"] >= known.min()].reset_index(drop=True) if len(known) else table.iloc[:0]
