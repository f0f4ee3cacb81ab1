"""Household income into observations and bands, by village and month.

A household's trailing income is its net income of the last twelve months over its members *of the year*; with fewer
months it has none. The month's own figure goes over the members *now*. A village's figure is the sum of its
households' income over the sum of their members, never a mean of means.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from data_access.rollups import bands, computed, household_months, observations
from data_access.rollups.household_months import SOURCES, Cents, Counts, HouseholdMonths, month_of, number_of
from data_access.schema import household_income, income_line
from settings import settings

#: A fall by so many per cent or more has an indicator of its own.
FALLS = (10, 20, 30)
IDS = (
    "income.month",
    "income.year",
    "income.per_capita",
    *(f"income.{source}" for source in SOURCES),
    "income.wage_share",
    "income.transfer_share",
    "income.below_line",
    "income.below_line_persons",
    *(f"income.fell_{percent}" for percent in FALLS),
)

YEAR = 12
# A month is in the trailing income of itself and eleven more, and in the comparison with it a year later.
_REACH = 2 * YEAR - 1
# 64 villages of 400 households and 36 months are 900,000 rows: 50 MB of text, then 60 MB of matrices.
_VILLAGES_AT_ONCE = 64


class Trailing(NamedTuple):
    """Matrices of household x month, from the twelfth month of the rows they were made of on."""

    #: In cents: net income, and its parts, of the twelve months that end with this one.
    net: Cents
    parts: dict[str, Cents]
    persons: Counts
    #: Whether the household has all twelve of them.
    is_whole: NDArray[np.bool_]


def refresh(connection: Connection, touched: pd.DataFrame, known: pd.DataFrame | None = None) -> None:
    """Reckon anew what a load of income changes: `touched`: region_code, first, last.

    From the first month to 23 after the last, or to the newest there is: so far does a month reach into trailing twelve
    months, and these into the comparison with a year before. `known`, if given, is all the income there is, just
    written: reading it back would take as long as all the rest (see `household_months.of_rows`).
    """
    held = computed.span_of(connection, household_income.c.month)
    if held is None:
        return
    ids = computed.known_of(connection, IDS)
    lines = {row.year: round(row.amount * 100) for row in connection.execute(select(income_line))}
    cells, band_cells = [], []
    for (first, last), of_span in touched.groupby(["first", "last"], sort=False):
        codes = sorted(of_span["region_code"])
        span = number_of(first), min(number_of(last) + _REACH, number_of(held[1]))
        for at in range(0, len(codes) if span[0] <= span[1] else 0, _VILLAGES_AT_ONCE):
            chunk = codes[at : at + _VILLAGES_AT_ONCE]
            if known is None:
                rows = household_months.read(connection, chunk, span[0] - _REACH, span[1])
            else:
                own = known[known["region_code"].isin(chunk)]
                rows = household_months.of_rows(own, span[0] - _REACH, span[1])
            figures, by_band = _reckoned(rows, ids, lines)
            days = month_of(span[0]), month_of(span[1])
            cells.append(computed.replace(connection, figures, chunk, ids, *days))
            band_cells.append(bands.replace(connection, by_band, chunk, *days))
    if cells:
        observations.refresh(connection, pd.concat(cells, ignore_index=True))
        bands.refresh(connection, pd.concat(band_cells, ignore_index=True))


def refresh_villages(connection: Connection, villages: Iterable[str], known: pd.DataFrame | None = None) -> None:
    """Reckon all months of some villages anew, as households that came or went ask; `known` as in `refresh`."""
    held = computed.span_of(connection, household_income.c.month)
    if held and (codes := sorted(set(villages))):
        refresh(connection, pd.DataFrame({"region_code": codes, "first": held[0], "last": held[1]}), known)


def refresh_years(connection: Connection, years: Iterable[int], villages: Iterable[str]) -> None:
    """Reckon the months of some years anew in these villages, as a new line for them asks."""
    for year in sorted(set(years)):
        first, last = month_of(year * 12), month_of(year * 12 + YEAR - 1 - _REACH)
        refresh(connection, pd.DataFrame({"region_code": sorted(villages), "first": first, "last": last}))


def _reckoned(rows: HouseholdMonths | None, ids: list[str], lines: dict[int, int]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the figures, rows of `observation`, and the bands of villages, from the 24th month of `rows` on."""
    figures = pd.DataFrame(columns=[*computed.KEY, "numerator", "denominator", "reports"])
    by_band = pd.DataFrame(columns=["region_code", "period", "band_floor", "households", "persons"])
    if rows is None:
        return figures, by_band
    trailing = trailing_of(rows)
    return pd.concat([figures, *_figures(rows, trailing, ids, lines)], ignore_index=True), _bands(rows, trailing)


def trailing_of(rows: HouseholdMonths) -> Trailing:
    """Return the trailing twelve months of each household, from the twelfth month of `rows` on."""
    parts = {name: _last(amounts, YEAR) for name, amounts in rows.amounts.items()}
    is_whole = _last(rows.is_present, YEAR) == YEAR
    return Trailing(_net(parts), parts, rows.members_year[:, YEAR - 1 :], is_whole)


def _net(parts: dict[str, Cents]) -> Cents:
    return parts["wage"] + parts["business"] + parts["property"] + parts["transfer"] - parts["business_cost"]


def _last(values: Cents | NDArray[np.bool_], months: int) -> Cents:
    """Return the sums over so many months, the first of them complete."""
    total = np.cumsum(values, axis=1, dtype=np.int64)
    total = np.concatenate([np.zeros((len(total), 1), dtype=np.int64), total], axis=1)
    sums: Cents = total[:, months:] - total[:, :-months]
    return sums


class _Sums(NamedTuple):
    """One indicator's numerator and denominator by village and month, where `is_there` says that there is a figure."""

    indicator: str
    numerator: NDArray[np.float64] | Counts
    denominator: NDArray[np.float64] | Counts
    is_there: NDArray[np.bool_]


def _figures(
    rows: HouseholdMonths, trailing: Trailing, ids: list[str], lines: dict[int, int]
) -> Iterator[pd.DataFrame]:
    """Give the rows of each indicator, by village and month from the 24th month of `rows` on."""
    villages = np.array(rows.villages, dtype=object)
    months = _months(rows)
    for id_, numerator, denominator, is_there in _sums(rows, trailing, lines):
        if id_ in ids:
            village, month = np.nonzero(is_there)
            yield pd.DataFrame(
                {
                    "region_code": villages[village],
                    "indicator": id_,
                    "period": months[month],
                    "numerator": numerator[village, month].astype(float),
                    "denominator": denominator[village, month].astype(float),
                    "reports": 1,
                }
            )


def _months(rows: HouseholdMonths) -> NDArray[np.object_]:
    return np.array([month_of(rows.first + at) for at in range(_REACH, rows.is_present.shape[1])], dtype=object)


def _now(trailing: Trailing) -> Trailing:
    """Return the months that have a year before them: those that are written."""
    parts = {name: amounts[:, YEAR:] for name, amounts in trailing.parts.items()}
    return Trailing(trailing.net[:, YEAR:], parts, trailing.persons[:, YEAR:], trailing.is_whole[:, YEAR:])


def _sums(rows: HouseholdMonths, trailing: Trailing, lines: dict[int, int]) -> Iterator[_Sums]:
    now = _now(trailing)
    households = rows.by_village(now.is_whole)
    persons = rows.by_village(np.where(now.is_whole, now.persons, 0))

    def yuan(amounts: Cents) -> NDArray[np.float64]:
        return rows.by_village(np.where(now.is_whole, amounts, 0)) / 100

    by_month = _net(rows.amounts)
    members = rows.by_village(rows.members_now[:, _REACH:])
    yield _Sums("income.month", rows.by_village(by_month[:, _REACH:]) / 100, members, members > 0)
    yield _year_to_date(rows, by_month)

    net, parts, is_there = yuan(now.net), {source: yuan(now.parts[source]) for source in SOURCES}, households > 0
    yield _Sums("income.per_capita", net, persons, is_there)
    for source in SOURCES:
        yield _Sums(f"income.{source}", parts[source], persons, is_there)
    yield _Sums("income.wage_share", parts["wage"], net, is_there)
    yield _Sums("income.transfer_share", parts["transfer"], net, is_there)

    line = np.array([lines.get(month.year, -1) for month in _months(rows)])
    is_below = now.is_whole & (now.net < line * now.persons)
    has_line = is_there & (line >= 0)
    yield _Sums("income.below_line", rows.by_village(is_below), households, has_line)
    yield _Sums("income.below_line_persons", rows.by_village(np.where(is_below, now.persons, 0)), persons, has_line)

    both = rows.by_village(now.is_whole & trailing.is_whole[:, :-YEAR])
    for percent in FALLS:
        yield _Sums(f"income.fell_{percent}", rows.by_village(fallen(trailing, percent)), both, both > 0)


def fallen(trailing: Trailing, percent: int) -> NDArray[np.bool_]:
    """Tell whose per-capita income is so many per cent or more below that of a year before, from the 13th month on.

    One that had none, or less than none, a year before cannot have lost a share of it.
    """
    before, now = trailing.net[:, :-YEAR], trailing.net[:, YEAR:]
    both = trailing.is_whole[:, :-YEAR] & trailing.is_whole[:, YEAR:] & (before > 0)
    # Multiplied out, whole numbers compare exactly.
    has_less = now * trailing.persons[:, :-YEAR] * 100 <= before * trailing.persons[:, YEAR:] * (100 - percent)
    is_fallen: NDArray[np.bool_] = both & has_less
    return is_fallen


def _year_to_date(rows: HouseholdMonths, by_month: Cents) -> _Sums:
    """Return net income over members of the income year so far; of households with all of its months."""
    numerator, denominator = [], []
    for at in range(_REACH, by_month.shape[1]):
        passed = (rows.first + at - (settings().income.year_starts_month - 1)) % YEAR + 1
        so_far = slice(at - passed + 1, at + 1)
        is_whole = rows.is_present[:, so_far].all(axis=1, keepdims=True)
        of_year = by_month[:, so_far].sum(axis=1, keepdims=True)
        numerator.append(rows.by_village(np.where(is_whole, of_year, 0)) / 100)
        denominator.append(rows.by_village(np.where(is_whole, rows.members_year[:, [at]], 0)))
    members = np.hstack(denominator)
    return _Sums("income.year", np.hstack(numerator), members, members > 0)


def _bands(rows: HouseholdMonths, trailing: Trailing) -> pd.DataFrame:
    """Return the households and persons of each village, month and band of per-capita trailing income."""
    now = _now(trailing)
    home, month = np.nonzero(now.is_whole)
    persons = now.persons[home, month]
    band = now.net[home, month] // (persons * bands.WIDTH * 100)
    village = np.searchsorted(rows.starts, home, side="right") - 1
    lowest = int(band.min(initial=0))
    breadth = int(band.max(initial=0)) - lowest + 1
    keys = (village * now.net.shape[1] + month) * breadth + band - lowest
    distinct, at = np.unique(keys, return_inverse=True)
    cell, band = np.divmod(distinct, breadth)
    village, month = np.divmod(cell, now.net.shape[1])
    return pd.DataFrame(
        {
            "region_code": np.array(rows.villages, dtype=object)[village],
            "period": _months(rows)[month],
            "band_floor": (band + lowest) * bands.WIDTH,
            "households": np.bincount(at, minlength=len(distinct)),
            "persons": np.bincount(at, persons, minlength=len(distinct)).astype(np.int64),
        }
    )
