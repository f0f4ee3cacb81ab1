"""The one way in to the observations: a region's figures, its children's with light and rank, a trend, a matrix."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sqlalchemy import Connection, Select, and_, case, func, or_, select, tuple_

from data_access.lights import light_of
from data_access.periods import earlier, last_day
from data_access.regions import codes_under, path_to, region_of, units_under
from data_access.schema import ANY_LEVEL, RECKONED, indicator, indicator_group, indicator_target, observation, region
from data_access.snapshot import Snapshot, cached
from data_access.writing import frame

#: The region whose ledgers (rollups/entries.py) speak of a region: its county, or what stands highest below one.
KEEPER = func.coalesce(region.c.county_code, region.c.township_code, region.c.code)
_NUMBERS = dict.fromkeys(["numerator", "denominator", "plan"], float)


class Indicator(NamedTuple):
    """One entry of the dictionary, with its group's names.

    Its value is numerator / denominator x factor. Without a denominator_name it is a count: numerator x factor.
    """

    id: str
    group_id: str
    name: str
    name_en: str
    numerator_name: str
    numerator_name_en: str
    numerator_unit: str
    numerator_unit_en: str
    denominator_name: str | None
    denominator_name_en: str | None
    unit: str
    unit_en: str
    factor: float
    decimals: int
    direction: str
    frequency: str
    level: str
    is_sample: bool
    formula: str
    formula_en: str
    source: str
    source_en: str
    amber_points: float
    position: int
    group_name: str
    group_name_en: str

    @property
    def is_reckoned(self) -> bool:
        """Whether it is reckoned from a ledger, which speaks of every place."""
        return self.level == ANY_LEVEL


_DICTIONARY = select(
    *(indicator.c[name] for name in Indicator._fields[:-2]),
    indicator_group.c.name.label("group_name"),
    indicator_group.c.name_en.label("group_name_en"),
).join(indicator_group, indicator_group.c.id == indicator.c.group_id)


@cached
def dictionary(snapshot: Snapshot) -> dict[str, Indicator]:
    """Return all indicators by id, in the order of their groups."""
    statement = _DICTIONARY.order_by(indicator_group.c.position, indicator.c.position, indicator.c.id)
    with snapshot.connect() as connection:
        return {row.id: Indicator._make(row) for row in connection.execute(statement)}


@cached
def children_of(
    snapshot: Snapshot, code: str, indicator_id: str, on: date, complete_from: float, level: str | None = None
) -> pd.DataFrame:
    """Return one row per child of the region `code` (or unit at `level` within it), in rank order, at one period.

    The period is the region's own newest one at or before `on` for which at least the share `complete_from` of its
    units has reported; where none is that complete, the newest with a figure. Columns: code, name, name_en, level,
    indicator, period, numerator, denominator, plan, value, plan_value, target, gap (points ahead of plan, else of
    target, in percent of it where the unit is not %; negative is behind, whatever the direction), change (against the
    period before; a week before for daily ones), year_change, light, rank (1 is best; ties share it), reports.
    A child without a figure for the period is there, with nulls, the light "grey" and no rank. A county's ledger speaks
    of every place in it: a child that no entry names has 0, of a rate 0 / 0 (no value, the light "none").
    """
    table = _figures(snapshot, _below(code, level), code, (indicator_id,), on, complete_from)
    return table.sort_values("rank", kind="stable", na_position="last", ignore_index=True)


@cached
def figures_of(snapshot: Snapshot, code: str, on: date, complete_from: float) -> pd.DataFrame:
    """Return one row per indicator, in dictionary order, with the region's newest figure; columns as `children_of`."""
    own = select(region.c.code).where(region.c.code == code)
    return _figures(snapshot, own, code, tuple(dictionary(snapshot)), on, complete_from)


@cached
def matrix_of(
    snapshot: Snapshot,
    code: str,
    indicator_ids: tuple[str, ...],
    on: date,
    complete_from: float,
    level: str | None = None,
) -> pd.DataFrame:
    """Return one row per child (or unit at `level`) and indicator, in order of import; columns as `children_of`."""
    return _figures(snapshot, _below(code, level), code, indicator_ids, on, complete_from)


@cached
def trend_of(snapshot: Snapshot, code: str, indicator_id: str, since: date | None, until: date | None) -> pd.DataFrame:
    """Return one row per period with a figure or a plan, oldest first.

    Columns: period, numerator, denominator, plan, reports, value, plan_value.
    """
    within = [observation.c.region_code == code, observation.c.indicator == indicator_id]
    within += [observation.c.period >= since] if since else []
    within += [observation.c.period <= until] if until else []
    with snapshot.connect() as connection:
        rows = frame(
            connection,
            select(*observation.c["period", "numerator", "denominator", "plan", "reports"])
            .where(*within)
            .order_by(observation.c.period),
        )
    return valued(rows.assign(indicator=indicator_id), dictionary(snapshot)).drop(columns="indicator")


@cached
def ranks_of(snapshot: Snapshot, code: str, on: date, complete_from: float) -> pd.DataFrame:
    """Return the region's place among its siblings, one row per indicator it has a figure for.

    Columns: indicator, rank, siblings (how many of them have a figure, itself included).
    """
    own = region_of(snapshot, code)
    if own is None or own.parent_code is None:
        return pd.DataFrame({"indicator": [], "rank": [], "siblings": []})
    table = matrix_of(snapshot, own.parent_code, tuple(dictionary(snapshot)), on, complete_from)
    table["siblings"] = table.groupby("indicator")["rank"].transform("count")
    return table.loc[(table["code"] == code) & table["rank"].notna(), ["indicator", "rank", "siblings"]]


@cached
def newest_period(snapshot: Snapshot) -> date | None:
    """Return the newest day that any figure speaks of: the cut-off that a page opens with.

    A month (or longer) with daily figures in it is not over: its last day waits for them.
    """
    top = select(region.c.code).where(region.c.parent_code.is_(None))
    reported = [observation.c.region_code.in_(top), observation.c.numerator.is_not(None)]
    statement = (
        select(func.max(observation.c.period).label("period"), indicator.c.frequency)
        .join(indicator, indicator.c.id == observation.c.indicator)
        .where(*reported)
        .group_by(indicator.c.frequency)
    )
    with snapshot.connect() as connection:
        newest = {row.frequency: row.period for row in connection.execute(statement)}
    day = newest.pop("day", None)
    ends = [last_day(period, frequency) for frequency, period in newest.items() if day is None or period > day]
    return max([*ends, *([day] if day else [])], default=None)


@cached
def reporting_of(snapshot: Snapshot, code: str, on: date, complete_from: float) -> tuple[int, int] | None:
    """Return how many villages within a region have reported the newest figures, and how many there are.

    The newest are those of the indicator with the newest period, the most reported one where several have it; None
    where no indicator collected in villages has a figure.
    """
    figures = figures_of(snapshot, code, on, complete_from)
    of_villages = [key for key, entry in dictionary(snapshot).items() if entry.level == "village"]
    reported = figures[figures["indicator"].isin(of_villages) & figures["value"].notna()]
    if reported.empty:
        return None
    newest = reported[reported["period"] == reported["period"].max()]
    return int(newest["reports"].max()), units_under(snapshot, code)["village"]


def shortfalls(children: pd.DataFrame, entry: Indicator) -> pd.DataFrame:
    """Return the children that are behind plan or target, what each lacks and its share of all that is lacking.

    `children` is a `children_of`. Columns: code, name, name_en, gap, missing (in the numerator's unit, without sign),
    share (0 to 1), the largest part first.
    """
    behind = children[children["light"].isin(("amber", "red"))]
    wanted = behind["plan"].fillna(behind["target"] / entry.factor * behind["denominator"].fillna(1.0))
    missing = (wanted - behind["numerator"]).abs()
    table = behind[["code", "name", "name_en", "gap"]].assign(missing=missing, share=missing / missing.sum())
    return table.sort_values("missing", ascending=False, kind="stable", ignore_index=True)


def _below(code: str, level: str | None) -> Select[str]:
    return codes_under(code, level) if level else select(region.c.code).where(region.c.parent_code == code)


def _figures(
    snapshot: Snapshot,
    regions: Select[Any],
    within: str,
    indicator_ids: tuple[str, ...],
    on: date,
    complete_from: float,
) -> pd.DataFrame:
    """Return one row per region and indicator at the period that holds for the region `within`."""
    known = dictionary(snapshot)
    chosen = {key: known[key] for key in indicator_ids if key in known}
    units = units_under(snapshot, within)
    line = line_of(snapshot, within)
    with snapshot.connect() as connection:
        # A share of units that is whole but for the last bits of a float must not ask for one unit more.
        enough = {
            key: round(units["county" if entry.is_reckoned else entry.level] * complete_from, 6)
            for key, entry in chosen.items()
        }
        reckoned = {key: enough.pop(key) for key, entry in chosen.items() if entry.is_reckoned}
        periods = _periods(connection, (within,), enough, on) | _periods(connection, line, reckoned, on)
        compared = {key: (day, *earlier(day, chosen[key].frequency)) for key, day in periods.items()}
        places = frame(
            connection,
            select(*region.c["code", "name", "name_en", "level"], KEEPER.label("keeper"))
            .where(region.c.code.in_(regions))
            .order_by(region.c.position),
        )
        rows = _observed(connection, regions, compared)
        keepers = select(KEEPER).where(region.c.code.in_(regions))
        spoken = _observed(connection, keepers, {key: compared[key] for key in reckoned.keys() & compared.keys()})
        targets = targets_of(connection, chosen)
    at = pd.DataFrame(
        [(key, *compared.get(key, (None, None, None))) for key in chosen],
        columns=["indicator", "period", "before", "year"],
    )
    table = places.merge(at, how="cross")
    own = with_zeros(rows.rename(columns={"region_code": "code"}), places, spoken, chosen)
    table = table.drop(columns="keeper").merge(own, how="left", on=["code", "indicator", "period"])
    table, past = valued(table, chosen), valued(own, chosen)
    for column, name in (("before", "change"), ("year", "year_change")):
        then = past[["code", "indicator", "period", "value"]].rename(columns={"period": column, "value": name})
        table = table.merge(then, how="left", on=["code", "indicator", column])
        table[name] = table["value"] - table[name]
    return judged(table, chosen, targets).drop(columns=["before", "year"])


def line_of(snapshot: Snapshot, code: str) -> tuple[str, ...]:
    """Return a region and those around it up to its county: any of them tells up to when a ledger speaks of it."""
    return tuple(step.code for step in path_to(snapshot, code) if step.code == code or step.level in RECKONED)


def with_zeros(
    rows: pd.DataFrame, places: pd.DataFrame, spoken: pd.DataFrame, chosen: Mapping[str, Indicator]
) -> pd.DataFrame:
    """Add to `rows` what a ledger says by not naming a place: none of it, wherever the place's county has a figure.

    `places` has code and keeper (`KEEPER`), `spoken` the keepers' rows (region_code, indicator, period).
    """
    if spoken.empty:
        return rows
    key = ["code", "indicator", "period"]
    said = places[["code", "keeper"]].merge(spoken.rename(columns={"region_code": "keeper"}), on="keeper")[key]
    silent = said[~pd.MultiIndex.from_frame(said).isin(pd.MultiIndex.from_frame(rows[key]))]
    is_rate = silent["indicator"].map({key: entry.denominator_name is not None for key, entry in chosen.items()})
    zeros = silent.assign(numerator=0.0, denominator=np.where(is_rate, 0.0, np.nan), plan=np.nan, reports=0)
    return pd.concat([rows.astype(_NUMBERS), zeros.astype(_NUMBERS)], ignore_index=True)


def _periods(connection: Connection, codes: tuple[str, ...], enough: dict[str, float], on: date) -> dict[str, date]:
    """Return each indicator's newest period at or before `on` that enough units have reported, else the newest."""
    if not enough:
        return {}
    is_complete = or_(*(and_(observation.c.indicator == key, observation.c.reports >= n) for key, n in enough.items()))
    complete = func.max(case((is_complete, observation.c.period)))
    statement = (
        select(observation.c.indicator, func.coalesce(complete, func.max(observation.c.period)).label("period"))
        .where(
            observation.c.region_code.in_(codes),
            observation.c.indicator.in_(list(enough)),
            observation.c.period <= on,
            observation.c.numerator.is_not(None),
        )
        .group_by(observation.c.indicator)
    )
    return {row.indicator: row.period for row in connection.execute(statement)}


def _observed(
    connection: Connection, regions: Select[Any], compared: dict[str, tuple[date, date, date]]
) -> pd.DataFrame:
    cells = [(key, day) for key, days in compared.items() for day in days]
    of_cells = tuple_(observation.c.indicator, observation.c.period).in_(cells)
    return frame(connection, select(observation).where(observation.c.region_code.in_(regions), of_cells))


def targets_of(connection: Connection, chosen: Mapping[str, Indicator]) -> pd.DataFrame:
    """Return the targets of indicators by level and first day."""
    targets = frame(connection, select(indicator_target).where(indicator_target.c.indicator.in_(list(chosen))))
    return targets.astype({"target": float})


def valued(rows: pd.DataFrame, entries: Mapping[str, Indicator]) -> pd.DataFrame:
    """Add value and plan_value; not a number where a rate's denominator is 0 or not known for all that it sums up."""
    numbers = rows.astype(_NUMBERS)
    factor = rows["indicator"].map({key: entry.factor for key, entry in entries.items()}).astype(float)
    is_count = rows["indicator"].isin([key for key, entry in entries.items() if entry.denominator_name is None])
    base = numbers["denominator"].where(numbers["denominator"] != 0).mask(is_count, 1.0)
    return numbers.assign(value=numbers["numerator"] / base * factor, plan_value=numbers["plan"] / base * factor)


def judged(table: pd.DataFrame, chosen: Mapping[str, Indicator], targets: pd.DataFrame) -> pd.DataFrame:
    """Add target, gap (points, negative is behind), light and rank, best first by the indicator's direction."""

    def of(field: str) -> pd.Series:
        return table["indicator"].map({key: getattr(entry, field) for key, entry in chosen.items()})

    table = table.merge(_in_force(table, targets), how="left", on=["indicator", "level", "period"])
    better = of("direction").map({"up": 1.0, "down": -1.0}).astype(float)
    wanted = table["plan_value"].fillna(table["target"])
    behind = table["value"] - wanted
    # Amounts have no points of their own: their gap is in percent of what was wanted, all of it where that was none.
    relative = (behind / wanted * 100).where(wanted != 0, np.sign(behind) * 100)
    table["gap"] = behind.where(of("unit") == "%", relative) * better
    amber = of("amber_points").astype(float)
    said = table["value"].notna() | ((table["numerator"] == 0) & (table["denominator"] == 0))
    table["light"] = light_of(table["gap"], amber, said, table["plan_value"].notna())
    merit = (table["value"] * better).round(9)
    table["rank"] = merit.groupby(table["indicator"], sort=False).rank(method="min", ascending=False)
    return table


def _in_force(table: pd.DataFrame, targets: pd.DataFrame) -> pd.DataFrame:
    """Return the target in force for each indicator, level and period of `table`."""
    asked = table[["indicator", "level", "period"]].drop_duplicates()
    dated = asked.merge(targets, on=["indicator", "level"])
    dated = dated[dated["since"] <= dated["period"]].sort_values("since")
    return dated.drop_duplicates(["indicator", "level", "period"], keep="last").drop(columns="since")
