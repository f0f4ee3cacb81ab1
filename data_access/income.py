"""Income beyond its mean: quantiles and distributions from bands, sources, the few villages behind it.

All of it is of the trailing twelve months, in yuan per person and year, and by households: half of them have less than
the median. Quantiles are read within a band of 500 yuan, so that they are at most one band off.
"""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, Connection, Select, func, select

from data_access.masking import is_small, joined
from data_access.regions import codes_under, units_under
from data_access.rollups.bands import WIDTH
from data_access.rollups.household_months import SOURCES, month_of, number_of
from data_access.rollups.income import YEAR
from data_access.schema import income_band, income_line, observation, region
from data_access.snapshot import Snapshot, cached
from data_access.writing import frame
from settings import settings

QUANTILES = {"p10": 0.10, "p25": 0.25, "median": 0.50, "p75": 0.75, "p90": 0.90}
_MEAN = "income.per_capita"
#: Who lost this share of income, in per cent, counts as fallen where nothing else is asked.
FALL = 20
_TREND = 12


def quantiles_by(bands: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Return p10, p25, median, p75 and p90 of the households in `bands`, one row for each group of the columns `by`.

    Within a band households are taken to lie evenly.
    """
    ordered = bands.sort_values([*by, "band_floor"])
    groups = ordered.groupby(list(by), sort=False)["households"]
    upto, total = groups.cumsum(), groups.transform("sum")
    below = upto - ordered["households"]
    table = ordered[list(by)].drop_duplicates().set_index(list(by))
    for name, share in QUANTILES.items():
        rank = (total * share).round(9)
        inside = (upto >= rank) & (below < rank)
        value = ordered["band_floor"] + WIDTH * (rank - below) / ordered["households"]
        table[name] = value[inside].set_axis(pd.MultiIndex.from_frame(ordered.loc[inside, list(by)])).to_numpy()
    return table.reset_index()


@cached
def newest_month(snapshot: Snapshot, code: str, on: date) -> date | None:
    """Return the region's newest month at or before `on` with trailing income of enough villages, else the newest."""
    is_figure = observation.c.numerator.is_not(None)
    own = [observation.c.region_code == code, observation.c.indicator == _MEAN, observation.c.period <= on, is_figure]
    enough = units_under(snapshot, code)["village"] * settings().display.complete_from
    newest = select(func.max(observation.c.period)).where(*own)
    with snapshot.connect() as connection:
        complete: date | None = connection.execute(newest.where(observation.c.reports >= round(enough, 6))).scalar()
        return complete or connection.execute(newest).scalar()


@cached
def line_of(snapshot: Snapshot, year: int) -> float | None:
    """Return the line of a year, yuan per person; None where none is set, so that nobody is classified."""
    with snapshot.connect() as connection:
        return connection.execute(select(income_line.c.amount).where(income_line.c.year == year)).scalar()


@cached
def income_summary(snapshot: Snapshot, code: str, on: date) -> pd.DataFrame:
    """Return the newest month's mean and quantiles, one row each: mean, p10, p25, median, p75, p90.

    Columns: measure, period, value, year_before (yuan per person), change (yuan), change_percent.
    """
    month = newest_month(snapshot, code, on)
    if month is None:
        return pd.DataFrame(columns=["measure", "period", "value", "year_before", "change", "change_percent"])
    with snapshot.connect() as connection:
        table = _distribution(connection, [code], [month, _year_before(month)]).set_index("period")
    measures = ["mean", *QUANTILES]
    now, before = (table.reindex([day])[measures].iloc[0] for day in (month, _year_before(month)))
    change = now - before
    return pd.DataFrame(
        {
            "measure": measures,
            "period": month,
            "value": now.to_numpy(),
            "year_before": before.to_numpy(),
            "change": change.to_numpy(),
            "change_percent": (change / before.where(before > 0) * 100).to_numpy(),
        }
    )


@cached
def distribution_over_time(snapshot: Snapshot, code: str, until: date, months: int) -> pd.DataFrame:
    """Return one row per month with trailing income, oldest first, of the `months` up to `until`.

    Columns: period, mean, p10, p25, median, p75, p90 (yuan per person; null of fewer than 5 persons), households,
    persons.
    """
    with snapshot.connect() as connection:
        table = _distribution(connection, [code], _months_to(until, months))
    return table.drop(columns="code").sort_values("period", ignore_index=True)


@cached
def distribution_of(snapshot: Snapshot, code: str, period: date) -> pd.DataFrame:
    """Return one row per band from the lowest to the highest that holds any, empty ones between included.

    Columns: band_floor, until (yuan per person), households, persons. A band spans 500 yuan, or more where it would
    hold fewer than 5 persons. No row where there are not that many in all.
    """
    with snapshot.connect() as connection:
        bands = _bands(connection, [code], [period]).set_index("band_floor")[["households", "persons"]]
    first, last = (bands.index.min(), bands.index.max()) if len(bands) else (0, -WIDTH)
    every = bands.reindex(pd.RangeIndex(first, last + WIDTH, WIDTH, name="band_floor"), fill_value=0).reset_index()
    return joined(every.assign(until=every["band_floor"] + WIDTH))


@cached
def sources_over_time(snapshot: Snapshot, code: str, until: date, months: int) -> pd.DataFrame:
    """Return one row per month, oldest first, of the `months` up to `until`.

    Columns: period, wage, business, property, transfer, business_cost, net (yuan per person of the trailing twelve
    months; net is the four less the costs), transfer_share (percent of net).
    """
    ids = [_MEAN, *(f"income.{source}" for source in SOURCES)]
    with snapshot.connect() as connection:
        rows = _observed(connection, observation.c.region_code == code, ids, _months_to(until, months))
    wide = rows.assign(value=rows["numerator"] / rows["denominator"]).pivot_table("value", "period", "indicator")
    wide = wide.reindex(columns=ids).rename(columns=lambda id_: id_.removeprefix("income."))
    wide = wide.rename(columns={"per_capita": "net"}).rename_axis(columns=None)
    share = wide["transfer"] / wide["net"].where(wide["net"] > 0) * 100
    return wide.assign(transfer_share=share).sort_index().reset_index()


@cached
def income_change_by_source(snapshot: Snapshot, code: str, on: date) -> pd.DataFrame:
    """Return the steps from last year's net income to this year's, in order: a waterfall.

    Columns: step (before, wage, business, property, transfer, business_cost, now), value (yuan per person: of before
    and now the income itself, of the others what they added; higher costs are a negative step), period. Empty without
    both years.
    """
    month = newest_month(snapshot, code, on)
    none = pd.DataFrame(columns=["step", "value", "period"])
    if month is None:
        return none
    table = sources_over_time(snapshot, code, month, YEAR + 1).set_index("period")
    if not {month, _year_before(month)} <= set(table.index):
        return none
    before, now = table.loc[_year_before(month)], table.loc[month]
    added = {source: now[source] - before[source] for source in SOURCES}
    added["business_cost"] *= -1
    steps = {"before": before["net"], **added, "now": now["net"]}
    return pd.DataFrame({"step": list(steps), "value": list(steps.values()), "period": month})


@cached
def children_income(snapshot: Snapshot, code: str, on: date, level: str | None = None) -> pd.DataFrame:
    """Return one row per child of the region (or unit at `level` within it), in order of import, of its newest month.

    Columns: code, name, name_en, level, period, households, persons, mean, mean_before, mean_change (percent in a
    year), p10, p25, median, p75, p90 (yuan per person), below_line (percent of households), fell (percent of those with
    both years whose income fell by 20 % or more), below_line_households, fell_households, transfer_share (percent), and
    mean_rank, median_rank, p10_rank, below_line_rank, fell_rank, transfer_share_rank (1 is best). A child without
    figures is there, with nulls; so is one where fewer than 5 persons have any, but for households and persons.
    """
    month = newest_month(snapshot, code, on)
    regions = codes_under(code, level) if level else select(region.c.code).where(region.c.parent_code == code)
    ids = {"below_line": "income.below_line", "fell": f"income.fell_{FALL}", "transfer_share": "income.transfer_share"}
    with snapshot.connect() as connection:
        places = frame(
            connection,
            select(*region.c["code", "name", "name_en", "level"])
            .where(region.c.code.in_(regions))
            .order_by(region.c.position),
        )
        months = [month, _year_before(month)] if month else []
        figures = _distribution(connection, regions, months)
        rows = _observed(connection, observation.c.region_code.in_(regions), list(ids.values()), months[:1])
    is_now = figures["period"] == month
    now, before = figures[is_now].drop(columns="period"), figures[~is_now].set_index("code")
    table = places.merge(now, how="left", on="code").assign(period=month)
    table["mean_before"] = table["code"].map(before["mean"])
    table["mean_change"] = (table["mean"] / table["mean_before"].where(table["mean_before"] > 0) - 1) * 100
    for name, id_ in ids.items():
        own = rows[rows["indicator"] == id_].set_index("region_code")
        share = own["numerator"] / own["denominator"].where(own["denominator"] > 0) * 100
        table[name] = table["code"].map(share).astype(float)
        if name != "transfer_share":
            table[f"{name}_households"] = table["code"].map(own["numerator"]).astype(float)
    told = table.columns.difference([*places.columns, "period", "households", "persons"])
    table.loc[is_small(table["persons"]), told] = np.nan
    for name in ("mean", "median", "p10"):
        table[f"{name}_rank"] = table[name].round(9).rank(method="min", ascending=False)
    for name in ids:
        table[f"{name}_rank"] = table[name].round(9).rank(method="min")
    return table


@cached
def the_few(snapshot: Snapshot, code: str, on: date, limit: int, fall: int = FALL) -> pd.DataFrame:
    """Return the villages within a region that have most households whose income fell, then most under the line.

    Columns: code, name, name_en, township, township_en, period, households (with trailing income), fell (households
    whose income fell by `fall` = 10, 20 or 30 per cent or more), fell_share (percent of those with both years),
    below_line (households; null where no line is set), mean (yuan per person; null of fewer than 5 persons),
    mean_change (percent in a year), trend (list of `fell` in the twelve months up to this one, oldest first, null where
    not known). At most `limit` rows.
    """
    month = newest_month(snapshot, code, on)
    fell_id = f"income.fell_{fall}"
    months = _months_to(month, _TREND) if month else []
    township = region.alias("township")
    villages = codes_under(code, "village")
    inside = observation.c.region_code.in_(villages)
    with snapshot.connect() as connection:
        places = frame(
            connection,
            select(
                *region.c["code", "name", "name_en"],
                township.c.name.label("township"),
                township.c.name_en.label("township_en"),
            )
            .outerjoin(township, township.c.code == region.c.township_code)
            .where(region.c.code.in_(villages))
            .order_by(region.c.position),
        )
        trend = _observed(connection, inside, [fell_id], months)
        others = ["income.below_line", _MEAN]
        now = _observed(connection, inside, others, [month, _year_before(month)] if month else [])
        counted = _totals(connection, villages, months[-1:])
    wide = trend.pivot_table("numerator", "region_code", "period", aggfunc="first").reindex(columns=months)
    newest = trend[trend["period"] == month].set_index("region_code")
    table = places.assign(period=month, households=places["code"].map(counted["households"]))
    table["fell"] = table["code"].map(newest["numerator"]).astype(float)
    table["fell_share"] = table["code"].map(newest["numerator"] / newest["denominator"] * 100).astype(float)
    below = now[(now["indicator"] == others[0]) & (now["period"] == month)].set_index("region_code")["numerator"]
    table["below_line"] = table["code"].map(below).astype(float)
    means = now[now["indicator"] == _MEAN]
    mean = (means["numerator"] / means["denominator"]).set_axis(
        pd.MultiIndex.from_frame(means[["region_code", "period"]])
    )
    by_period = mean.unstack().reindex(columns=[month, _year_before(month)] if month else [])
    table["mean"] = table["code"].map(by_period.iloc[:, 0]) if month else np.nan
    before = table["code"].map(by_period.iloc[:, 1]) if month else np.nan
    table["mean_change"] = (table["mean"] / before - 1) * 100
    table.loc[is_small(places["code"].map(counted["persons"])), ["mean", "mean_change"]] = np.nan
    table = table[(table["fell"].fillna(0) > 0) | (table["below_line"].fillna(0) > 0)]
    table = table.sort_values(["fell", "below_line"], ascending=False, kind="stable", na_position="last").head(limit)
    rows = wide.reindex(table["code"]).astype(object).where(lambda cells: cells.notna(), None)
    return table.assign(trend=rows.to_numpy().tolist()).reset_index(drop=True)


def _year_before(month: date) -> date:
    return month.replace(year=month.year - 1)


def _months_to(until: date, months: int) -> list[date]:
    last = number_of(until)
    return [month_of(last - n) for n in range(months)][::-1]


def _bands(connection: Connection, codes: Sequence[str] | Select[str], months: Sequence[date]) -> pd.DataFrame:
    own = (income_band.c.region_code.in_(codes), income_band.c.period.in_(months))
    rows = frame(connection, select(income_band).where(*own)).rename(columns={"region_code": "code"})
    return rows.astype(dict.fromkeys(("band_floor", "households", "persons"), "int64"))


def _totals(connection: Connection, codes: Select[str], months: Sequence[date]) -> pd.DataFrame:
    """Return how many households and persons of each region have trailing income, by its code."""
    return _bands(connection, codes, months).groupby("code")[["households", "persons"]].sum()


def _distribution(connection: Connection, codes: Sequence[str] | Select[str], months: Sequence[date]) -> pd.DataFrame:
    """Return code, period, households, persons, mean and quantiles by region and month with income.

    Mean and quantiles of fewer than 5 persons would tell what one household has: they are null.
    """
    bands = _bands(connection, codes, months)
    key = ["code", "period"]
    counts = bands.groupby(key, as_index=False)[["households", "persons"]].sum()
    means = _observed(connection, observation.c.region_code.in_(codes), [_MEAN], months)
    means = means.assign(mean=means["numerator"] / means["denominator"]).rename(columns={"region_code": "code"})
    table = counts.merge(means[[*key, "mean"]], on=key).merge(quantiles_by(bands, key), on=key)
    table.loc[is_small(table["persons"]), ["mean", *QUANTILES]] = np.nan
    return table


def _observed(
    connection: Connection, inside: ColumnElement[bool], ids: Sequence[str], months: Sequence[date]
) -> pd.DataFrame:
    """Return region_code, indicator, period, numerator and denominator, the last two as numbers."""
    columns = observation.c["region_code", "indicator", "period", "numerator", "denominator"]
    is_figure = observation.c.numerator.is_not(None)
    own = (inside, observation.c.indicator.in_(ids), observation.c.period.in_(months), is_figure)
    return frame(connection, select(*columns).where(*own)).astype({"numerator": float, "denominator": float})
