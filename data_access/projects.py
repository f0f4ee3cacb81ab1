"""Projects on a day: their gates and works, their money from its source to its use, and those that are late.

All but `ledger_day` take the day that it returns, so that lists and the monthly figures speak of the same day.
"""

from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sqlalchemy import Select, func, select

from data_access.indicators import trend_of
from data_access.periods import last_day
from data_access.regions import codes_under
from data_access.rollups.project_states import (
    FINISHED,
    GATES,
    MONEY,
    SOURCES,
    STARTED,
    Days,
    Flags,
    Numbers,
    days_of,
    detail_of,
    due_on,
    money_at,
    newest_day,
    passed_on,
    physical_at,
)
from data_access.schema import RECKONED, region, region_shape
from data_access.snapshot import Snapshot, cached
from data_access.writing import frame
from settings import settings

__all__ = ["GATES", "SOURCES"]

#: The present pace of payment is that of so many days.
PACE_DAYS = 90
#: A finish farther away than this is none that anybody can plan with.
_FARTHEST = timedelta(days=365)
_ANCESTORS = ("township_code", "county_code", "prefecture_code")
#: A gate that is due within so many days is told apart from those that have time.
_SOON = 30


@cached
def ledger_day(snapshot: Snapshot, on: date) -> date | None:
    """Return the day that the figures of the month of `on` speak of; None where nothing is known of any project.

    A month is seen as it ended, the newest one as of the newest day that anything is known of.
    """
    with snapshot.connect() as connection:
        newest = newest_day(connection)
    return min(newest, last_day(on.replace(day=1), "month")) if newest else None


class _Standing(NamedTuple):
    """How the projects within a region stand on a day; arrays by project (and gate)."""

    projects: pd.DataFrame
    #: As `project_states.Detail` has them.
    stages: pd.DataFrame
    #: Of the regions, by code: names, ancestors' codes, township's names, longitude, latitude, position.
    places: pd.DataFrame
    day: np.datetime64
    #: Not a time where not yet passed.
    passed: Days
    due: Days
    is_late: Flags
    physical: Numbers
    #: By project and source.
    money: dict[str, Numbers]


@cached
def _standing(snapshot: Snapshot, code: str, day: date) -> _Standing:
    inside = _codes_within(code)
    with snapshot.connect() as connection:
        detail = detail_of(connection, inside)
        places = frame(connection, _places(inside)).set_index("code")
    days = days_of([day])
    passed, due = passed_on(detail), due_on(detail)
    physical = physical_at(detail, passed, days)[:, 0]
    passed = np.where(passed <= days[0], passed, np.datetime64("NaT"))
    of_now = detail.projects["year"].to_numpy(dtype="int64") <= day.year
    is_late = of_now[:, None] & np.isnat(passed) & (due < days[0])
    money = {name: amounts[..., 0] for name, amounts in money_at(detail, days).items()}
    return _Standing(detail.projects, detail.stages, places, days[0], passed, due, is_late, physical, money)


def _codes_within(code: str) -> Select[str]:
    levels = [codes_under(code, level) for level in RECKONED]
    return select(levels[0].union_all(*levels[1:]).subquery().c.code)


def _places(inside: Select[str]) -> Select[Any]:
    township = region.alias("township")
    return (
        select(
            *region.c["code", "name", "name_en", *_ANCESTORS],
            township.c.name.label("township"),
            township.c.name_en.label("township_en"),
            func.coalesce(region_shape.c.label_longitude, region.c.longitude).label("longitude"),
            func.coalesce(region_shape.c.label_latitude, region.c.latitude).label("latitude"),
            region.c.position,
        )
        .outerjoin(township, township.c.code == region.c.township_code)
        .outerjoin(region_shape, region_shape.c.region_code == region.c.code)
        .where(region.c.code.in_(inside))
    )


@cached
def projects_within(snapshot: Snapshot, code: str, day: date) -> pd.DataFrame:
    """Return one row per project of a region, the newest budget year first, then by place and number.

    Columns: code, name, year, kind, region_code, place, place_en, township, township_en (null: the county's own),
    office, builder, investment, households, benefit_mode, benefit, longitude, latitude (its place's where it has none),
    planned_start, due_finish, started_on, finished_on (null: not yet), gate (the last one passed), physical (0 to 1;
    null: under way, and nobody told), allocated, disbursed, paid (yuan so far), late_days (0: not late), missing (gates
    whose file lacks papers).
    """
    at = _standing(snapshot, code, day)
    rows, place = at.projects, at.places.loc[at.projects["region_code"]].reset_index(drop=True)
    own = ["code", "name", "year", "kind", "region_code", "office", "builder", "investment", "households"]
    own += ["benefit_mode", "benefit", "planned_start"]
    over = (at.day - at.due[:, FINISHED]).astype("timedelta64[D]").astype("int64")
    lacking = at.stages[at.stages["missing_papers"].notna()]
    table = rows[own].assign(
        place=place["name"],
        place_en=place["name_en"],
        township=place["township"],
        township_en=place["township_en"],
        longitude=rows["longitude"].astype(float).fillna(place["longitude"].astype(float)),
        latitude=rows["latitude"].astype(float).fillna(place["latitude"].astype(float)),
        due_finish=_dates(at.due[:, FINISHED]),
        started_on=_dates(at.passed[:, STARTED]),
        finished_on=_dates(at.passed[:, FINISHED]),
        gate=np.array(GATES, dtype=object)[np.maximum((~np.isnat(at.passed)).sum(axis=1) - 1, 0)],
        physical=at.physical,
        **{name: amounts.sum(axis=1) for name, amounts in at.money.items()},
        late_days=np.where(at.is_late[:, FINISHED], over, 0),
        missing=np.bincount(lacking["at"], minlength=len(rows)),
        position=place["position"],
    )
    table = table.astype(dict.fromkeys(("investment", "households", "benefit"), float))
    order = table.sort_values(["year", "position", "code"], ascending=[False, True, True], ignore_index=True)
    return order.drop(columns="position")


def _dates(days: Days) -> pd.Series:
    return pd.Series(days.astype(object), dtype=object).where(~np.isnat(days), None)


@cached
def gates_of(snapshot: Snapshot, code: str, day: date, most: int) -> pd.DataFrame:
    """Return the gates of the `most` worst projects of a region: the longest overdue, then those lacking most papers.

    One row per project and gate, projects in that order, of this budget year and earlier ones. Columns: project, name,
    region_code, gate, due_on (null: no day is set), passed_on, state ("done", "late_done", "late", "due": within 30
    days, "ahead"), late_days (0 where it is not), missing_papers (null: nothing is missing).
    """
    at = _standing(snapshot, code, day)
    days = np.where(np.isnat(at.passed), at.day, at.passed) - at.due
    late = np.maximum(np.where(np.isnat(days), 0, days.astype("int64")), 0)
    papers = np.full(at.due.shape, None, dtype=object)
    which = at.stages["stage"].map(GATES.index).to_numpy(dtype="int64")
    papers[at.stages["at"], which] = at.stages["missing_papers"]
    has_papers = pd.notna(papers)
    of_now = at.projects["year"].to_numpy(dtype="int64") <= day.year
    longest, lacking = np.where(at.is_late, late, 0).max(axis=1, initial=0), has_papers.sum(axis=1)
    worst = np.lexsort((-lacking, -longest))
    worst = worst[(of_now & ((longest > 0) | (lacking > 0)))[worst]][:most]
    is_soon = np.isnat(at.passed) & (at.due <= at.day + np.timedelta64(_SOON, "D"))
    done = ~np.isnat(at.passed)
    state = np.select([done & (late > 0), done, at.is_late, is_soon], ["late_done", "done", "late", "due"], "ahead")
    rows = at.projects.iloc[np.repeat(worst, len(GATES))]
    return pd.DataFrame(
        {
            "project": rows["code"].to_numpy(),
            "name": rows["name"].to_numpy(),
            "region_code": rows["region_code"].to_numpy(),
            "gate": np.tile(np.array(GATES, dtype=object), len(worst)),
            "due_on": _dates(at.due[worst].ravel()),
            "passed_on": _dates(at.passed[worst].ravel()),
            "state": state[worst].ravel().astype(object),
            "late_days": np.where(np.isin(state, ("late", "late_done")), late, 0)[worst].ravel(),
            "missing_papers": papers[worst].ravel(),
        }
    )


@cached
def stages_of(snapshot: Snapshot, code: str, day: date) -> pd.DataFrame:
    """Return one row per gate, in order: gate, count, investment (yuan) of the year's projects that passed it.

    All that are in the library count as listed.
    """
    at = _standing(snapshot, code, day)
    of_year = (at.projects["year"] == day.year).to_numpy()[:, None]
    past = of_year & ~np.isnat(at.passed)
    past[:, :1] = of_year
    yuan = np.nan_to_num(at.projects["investment"].to_numpy(dtype=float))[:, None]
    return pd.DataFrame({"gate": GATES, "count": past.sum(axis=0), "investment": (past * yuan).sum(axis=0)})


@cached
def flows_of(snapshot: Snapshot, code: str, day: date) -> pd.DataFrame:
    """Return the year's money by source, part of the region and kind of project; only where any was allocated.

    A part is a child of the region, or the region itself for its own projects. Columns: source, place_code, place,
    place_en, kind (null: not given), allocated, disbursed, paid (yuan), in the order of `SOURCES` and of import.
    """
    at = _standing(snapshot, code, day)
    rows = at.projects
    with snapshot.connect() as connection:
        columns = region.c["code", "name", "name_en", "position"]
        near = frame(
            connection, select(*columns).where((region.c.parent_code == code) | (region.c.code == code))
        ).set_index("code")
    line = at.places.loc[rows["region_code"]].reset_index()[["code", *_ANCESTORS]]
    part = line.where(line.isin(near.index.difference([code]))).bfill(axis=1)["code"].fillna(code)
    of_year = (rows["year"] == day.year).to_numpy()
    tables = [
        pd.DataFrame({"source": source, "place_code": part, "kind": rows["kind"]}).assign(
            **{name: at.money[name][:, n] for name in MONEY}
        )[of_year]
        for n, source in enumerate(SOURCES)
    ]
    key = ["source", "place_code", "kind"]
    sums = pd.concat(tables).groupby(key, dropna=False, sort=False, as_index=False)[list(MONEY)].sum()
    named = sums.assign(
        place=sums["place_code"].map(near["name"]),
        place_en=sums["place_code"].map(near["name_en"]),
        rank=sums["source"].map(SOURCES.index),
        position=sums["place_code"].map(near["position"]),
    )
    named = named[named["allocated"] > 0].sort_values(["rank", "position", "kind"], ignore_index=True)
    return named[["source", "place_code", "place", "place_en", "kind", *MONEY]]


@cached
def year_curve(snapshot: Snapshot, code: str, day: date) -> pd.DataFrame:
    """Return the year's payments and works by month, the plan to its end, and where the present pace of payment leads.

    Columns, in percent: day (month ends, and `day`), plan, paid, physical (null after `day`), forecast (from `day` on:
    the pace of the last `PACE_DAYS` goes on, to 100 at most; null where nothing was paid yet).
    """
    january = date(day.year, 1, 1)
    ends = [last_day(date(day.year, month, 1), "month") for month in range(1, 13)]
    known = {
        name: trend_of(snapshot, code, indicator, january, day).set_index("period")["value"]
        for name, indicator in (("paid", "funds.paid"), ("physical", "projects.physical"))
    }
    rows = pd.DataFrame({"day": sorted({*ends, day})})
    is_past = rows["day"] <= day
    months = pd.Series([end.replace(day=1) for end in rows["day"]], dtype=object)
    for name, values in known.items():
        # A day within a month that is not over has the month's figure; the month's end has none yet.
        rows[name] = months.map(values).astype(float).where(is_past)
    rows["plan"] = [settings().funds.due_share(month.month) * 100 for month in months]
    pace = payment_pace(rows, day)
    now = rows.loc[rows["day"] == day, "paid"].iloc[0]
    ahead = pd.Series([(each - day).days for each in rows["day"]], dtype=float)
    rows["forecast"] = (now + ahead * pace).clip(upper=100.0).where(ahead >= 0)
    return rows[["day", "plan", "paid", "physical", "forecast"]]


def payment_pace(curve: pd.DataFrame, day: date) -> float:
    """Return the points paid a day up to `day` over the last `PACE_DAYS`, or since January; not a number before any.

    `curve` has day and paid, as `year_curve`.
    """
    past = curve[(curve["day"] <= day) & curve["paid"].notna()]
    if past.empty:
        return np.nan
    days, paid = [date(day.year, 1, 1), *past["day"]], [0.0, *past["paid"]]
    before = max(at for at, each in enumerate(days) if at == 0 or (day - each).days >= PACE_DAYS)
    span = (days[-1] - days[before]).days
    return float((paid[-1] - paid[before]) / span) if span else np.nan


def late_of(projects: pd.DataFrame, day: date) -> pd.DataFrame:
    """Return the late ones of a `projects_within`, the longest overdue first, with `expected`: when they will finish.

    That is where the works lead at the pace since their start; null before they began, and over a year ahead.
    """
    late = projects[projects["late_days"] > 0].sort_values("late_days", ascending=False, kind="stable")
    return late.assign(expected=[_finish(row, day) for row in late.itertuples(index=False)]).reset_index(drop=True)


def _finish(row: Any, day: date) -> date | None:
    if row.started_on is None or not row.physical > 0 or row.physical >= 1:
        return None
    left = (day - row.started_on) * ((1 - row.physical) / row.physical)
    return day + left if left <= _FARTHEST else None


def benefit_of(projects: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return how the year's projects of a `projects_within` benefit households, the most households first.

    Columns: mode (null: not given), projects, households, benefit (yuan).
    """
    own = projects[projects["year"] == year]
    sums = own.groupby("benefit_mode", dropna=False, as_index=False).agg(
        projects=("code", "size"), households=("households", "sum"), benefit=("benefit", "sum")
    )
    named = sums.rename(columns={"benefit_mode": "mode"})
    return named.sort_values("households", ascending=False, kind="stable", ignore_index=True)


def paid_ahead(projects: pd.DataFrame, year: int, points: float) -> pd.DataFrame:
    """Return the year's projects of which more is paid than built, by over `points`, the farthest first.

    Columns as `projects_within`, and ahead (points).
    """
    own = projects[(projects["year"] == year) & (projects["allocated"] > 0)]
    ahead = (own["paid"] / own["allocated"] - own["physical"]) * 100
    found = own.assign(ahead=ahead)[ahead > points]
    return found.sort_values("ahead", ascending=False, kind="stable", ignore_index=True)
