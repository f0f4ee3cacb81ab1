"""Projects and their money into observations, by month.

Rates are those of the projects of one budget year: they begin anew each January. A month is seen as it ended, the
ledger's newest one as of its newest day. Late projects of earlier years stay late.
"""

from collections.abc import Collection
from datetime import date

import numpy as np
import pandas as pd
from sqlalchemy import Connection, select

from data_access.periods import last_day
from data_access.rollups.entries import Ledger
from data_access.rollups.household_months import month_of, number_of
from data_access.rollups.project_states import (
    FINISHED,
    GATES,
    SOURCES,
    STARTED,
    Detail,
    Numbers,
    days_of,
    detail_of,
    due_on,
    is_by,
    money_at,
    newest_day,
    passed_on,
    physical_at,
)
from data_access.schema import region
from settings import settings

INDICATORS = (
    "funds.paid",
    *(f"funds.paid.{source}" for source in SOURCES),
    "funds.disbursed",
    "projects.started",
    "projects.finished",
    "projects.accepted",
    "projects.handed_over",
    "projects.physical",
    "projects.late",
    "projects.households",
)

# A mistyped year in the library must not fill the table with empty months.
_MONTHS = 60
# 400 regions with some 1,500 projects, four sources and 60 months are 3 MB a measure.
_REGIONS_AT_ONCE = 400
_ACCEPTED, _HANDED_OVER = GATES.index("accepted"), GATES.index("handed_over")
_COLUMNS = ["region_code", "indicator", "period", "numerator", "denominator", "plan"]


def figures(connection: Connection, region_codes: Collection[str]) -> pd.DataFrame:
    """Return the figures of the projects that belong to exactly these regions, as `entries.Ledger` asks for."""
    newest = newest_day(connection)
    parts = [pd.DataFrame(columns=_COLUMNS)]
    if newest:
        codes = sorted(region_codes)
        groups = (codes[first : first + _REGIONS_AT_ONCE] for first in range(0, len(codes), _REGIONS_AT_ONCE))
        own = (select(region.c.code).where(region.c.code.in_(group)) for group in groups)
        parts = [_figures(detail_of(connection, regions), newest) for regions in own]
    return pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)


def _figures(detail: Detail, newest: date) -> pd.DataFrame:
    years = detail.projects["year"].to_numpy(dtype="int64")
    first = max(int(years.min(initial=newest.year)) * 12, number_of(newest) - _MONTHS + 1)
    months = [month_of(number) for number in range(first, number_of(newest) + 1)]
    if not len(years):
        return pd.DataFrame(columns=_COLUMNS)
    which, codes = pd.factorize(detail.projects["region_code"], sort=True)
    cells = _cells(detail, months, newest)
    # A region's figures begin with the year of its first project.
    begins = pd.Series(years).groupby(which).min().to_numpy()
    place, month = np.nonzero(begins[:, None] <= np.array([day.year for day in months]))
    parts = []
    for indicator, sides in cells.items():
        summed = [_by_region(side, which, len(codes)) for side in sides]
        parts.append(
            pd.DataFrame(
                {
                    "region_code": codes.take(place),
                    "indicator": indicator,
                    "period": np.array(months, dtype=object)[month],
                }
                | dict(zip(_COLUMNS[3:], (side[place, month] for side in summed), strict=True))
            )
        )
    return pd.concat(parts, ignore_index=True)


def _cells(detail: Detail, months: list[date], newest: date) -> dict[str, tuple[Numbers, Numbers, Numbers]]:
    """Return numerator, denominator and plan of each indicator, by project and month; not a number: there is none."""
    days = days_of([min(last_day(month, "month"), newest) for month in months])
    calendar = np.array([month.year for month in months])
    year = detail.projects["year"].to_numpy(dtype="int64")[:, None]
    of_year = (year == calendar).astype(float)
    passed, due = passed_on(detail), due_on(detail)
    done = {gate: of_year * is_by(passed[:, gate], days) for gate in (STARTED, FINISHED, _ACCEPTED, _HANDED_OVER)}
    planned = {gate: of_year * is_by(due[:, gate], days) for gate in (STARTED, FINISHED)}
    is_late = (year <= calendar) & (due[:, FINISHED, None] < days) & ~is_by(passed[:, FINISHED], days)
    none = np.full(of_year.shape, np.nan)
    schedule = np.array([settings().funds.due_share(month.month) for month in months])

    by_source = {name: amounts * of_year[:, None] for name, amounts in money_at(detail, days).items()}
    allocated, disbursed, paid = (by_source[name].sum(axis=1) for name in ("allocated", "disbursed", "paid"))
    cells = {"funds.paid": (paid, allocated, allocated * schedule)}
    for n, source in enumerate(SOURCES):
        own = by_source["allocated"][:, n]
        cells[f"funds.paid.{source}"] = (by_source["paid"][:, n], own, own * schedule)
    cells["funds.disbursed"] = (disbursed, allocated, none)

    physical = physical_at(detail, passed, days)
    investment = detail.projects["investment"].to_numpy(dtype=float)[:, None]
    weight = np.where(np.isnan(physical) | np.isnan(investment), 0.0, investment * of_year)
    households = np.nan_to_num(detail.projects["households"].to_numpy(dtype=float))[:, None]
    return cells | {
        "projects.started": (done[STARTED], of_year, planned[STARTED]),
        "projects.finished": (done[FINISHED], of_year, planned[FINISHED]),
        "projects.accepted": (done[_ACCEPTED], done[FINISHED], none),
        "projects.handed_over": (done[_HANDED_OVER], done[_ACCEPTED], none),
        "projects.physical": (np.nan_to_num(physical) * weight, weight, weight * schedule),
        "projects.late": (is_late.astype(float), none, none),
        "projects.households": (of_year * households, none, none),
    }


def _by_region(cells: Numbers, which: np.ndarray, count: int) -> Numbers:
    """Return the sums over the projects of each region, to the cent; not a number stays none."""
    sums = np.zeros((count, cells.shape[1]))
    np.add.at(sums, which, cells)
    return sums.round(2)


PROJECTS = Ledger("projects", INDICATORS, figures)
