"""The fictional county's figures by village and month, before an office writes them down.

Every function returns columns indicator, code, period (first day of the month or quarter, Monday of the week),
numerator, denominator and plan; money in yuan. A null numerator was asked for and left blank; a row that is not there
was never handed in.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from demo.campaign import BEHIND

MONTHS = 36
BY_HOUSEHOLD = 3
PLANNED_RISE = 1.09
DROP_OUT_TOWNSHIP = "梅冲乡"
GAP_VILLAGES = 5
MONITORED_HOUSEHOLDS = 1_100


def months_to(last: str) -> pd.DatetimeIndex:
    """Return the first days of the `MONTHS` months up to `last` (as 2026-10)."""
    return pd.date_range(end=last, periods=MONTHS, freq="MS")


def monitoring(villages: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return monitoring.reviewed: households reviewed over all.

    Of the last `BY_HOUSEHOLD` months reviews are known by household (`households.py`), and have no row here.
    """
    months = months_to("2026-11")
    households = _households(villages)
    reviewed = np.round(households * np.clip(rng.normal(0.993, 0.012, (len(villages), MONTHS)), 0.9, 1))
    is_missing = rng.random((len(villages), MONTHS)) < 0.025
    is_missing[:, -BY_HOUSEHOLD:] = True
    usual = villages["households"].to_numpy() / villages["households"].sum() * MONITORED_HOUSEHOLDS
    stock = np.empty((len(villages), MONTHS))
    stock[:, 0] = rng.poisson(usual * 1.1)
    for month in range(1, MONTHS):
        cleared = rng.binomial(stock[:, month - 1].astype(int), 0.06)
        stock[:, month] = stock[:, month - 1] - cleared + rng.poisson(usual * 0.06)
    review = in_rows("monitoring.reviewed", villages, months, reviewed, households)[~is_missing.ravel()]
    former = in_rows("monitoring.stock", villages, months, stock, np.full((1, MONTHS), np.nan))
    # The ledger of cases tells the stock now (`cases.py`); it is still thrown so that the dice fall as before.
    both = handed_in([review, former], rng)
    return both[both["indicator"] == "monitoring.reviewed"].reset_index(drop=True)


def environment(villages: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return environment.toilets: households that have one over all rural households."""
    months = months_to("2026-10")
    households = _households(villages)
    first, last = rng.uniform(0.55, 0.78, (len(villages), 1)), rng.uniform(0.78, 0.97, (len(villages), 1))
    toilets = np.round(households * (first + (last - first) * (np.arange(MONTHS) / (MONTHS - 1)) ** 1.3))
    return handed_in([in_rows("environment.toilets", villages, months, toilets, households)], rng)


def employment(villages: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return employment.workers: people at work now over those at work in the same month a year before."""
    months = pd.date_range(end="2026-11", periods=MONTHS + 12, freq="MS")
    share = rng.normal(0.36, 0.04, (len(villages), 1)) * (1 + rng.normal(0.012, 0.012, (len(villages), 1))) ** (
        np.arange(MONTHS + 12) / 12
    )
    home_for_new_year = np.array([0.9, 0.79, 0.93] + [1.0] * 8 + [0.98])[months.month - 1]
    persons = villages[["persons"]].to_numpy()
    workers = np.round(persons * share * home_for_new_year * rng.normal(1, 0.008, (len(villages), MONTHS + 12)))
    return handed_in([in_rows("employment.workers", villages, months[12:], workers[:, 12:], workers[:, :-12])], rng)


def satisfaction(townships: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return satisfaction.rate: persons satisfied over persons asked (30 to 120), by township and quarter."""
    quarters = pd.date_range(end="2026-07", periods=MONTHS // 3, freq="QS")
    asked = rng.integers(30, 121, (len(townships), len(quarters)))
    likely = rng.normal(0.94, 0.02, (len(townships), 1)) - 0.06 * townships[["name"]].isin(BEHIND).to_numpy()
    satisfied = rng.binomial(asked, np.clip(likely + np.linspace(-0.02, 0.01, len(quarters)), 0, 0.99))
    return in_rows("satisfaction.rate", townships, quarters, satisfied.astype(float), asked.astype(float))


def governance(villages: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return governance.publicity: households told of the policies over all rural households."""
    months = months_to("2026-10")
    households = _households(villages)
    first = rng.uniform(0.6, 0.85, (len(villages), 1))
    last = np.clip(rng.normal(0.965, 0.03, (len(villages), 1)), 0.85, 1)
    told = np.round(households * (first + (last - first) * np.arange(MONTHS) / (MONTHS - 1)))
    return handed_in([in_rows("governance.publicity", villages, months, told, households)], rng)


def income_plan(
    villages: pd.DataFrame, village: NDArray[np.intp], income: dict[str, NDArray[np.int32]], months: pd.DatetimeIndex
) -> pd.DataFrame:
    """Return the plan of income.per_capita for each month of the last year: `PLANNED_RISE` above that of a year before.

    `income` is by household and month of `months`; `village` says in which row of the villages each household lives. A
    plan is asked for in the unit of the numerator: what the whole village is to earn in twelve months.
    """
    by_village = np.zeros((len(villages), len(months)))
    for source, yuan in income.items():
        np.add.at(by_village, village, -yuan if source == "business_cost" else yuan)
    trailing = np.apply_along_axis(np.convolve, 1, by_village, np.ones(12), "valid")
    is_base = months[11:].year == months[-1].year - 1
    planned = months[11:][is_base] + pd.DateOffset(years=1)
    plan = np.round(trailing[:, is_base] * PLANNED_RISE, -2)
    return in_rows("income.per_capita", villages, planned, np.array(np.nan), np.array(np.nan), plan)


def _persons(villages: pd.DataFrame, months: pd.DatetimeIndex) -> np.ndarray:
    """Return persons by village and month; they change at each new year, by 0.4 %."""
    persons: np.ndarray = villages[["persons"]].to_numpy() * (1 + 0.004 * (2026 - months.year.to_numpy()))
    return persons.round()


def _households(villages: pd.DataFrame) -> np.ndarray:
    return np.repeat(villages[["households"]].to_numpy(float), MONTHS, axis=1)


def in_rows(
    indicator: str,
    places: pd.DataFrame,
    periods: pd.DatetimeIndex,
    numerator: np.ndarray,
    denominator: np.ndarray,
    plan: np.ndarray | float = np.nan,
) -> pd.DataFrame:
    """Return arrays of place × period as one row each, by place and then period."""
    shape = (len(places), len(periods))
    return pd.DataFrame(
        {
            "indicator": indicator,
            "code": np.repeat(places["code"].to_numpy(), shape[1]),
            "period": np.tile(periods, shape[0]),
            "numerator": np.broadcast_to(numerator, shape).ravel(),
            "denominator": np.broadcast_to(denominator, shape).ravel(),
            "plan": np.broadcast_to(plan, shape).ravel(),
        }
    )


def handed_in(parts: list[pd.DataFrame], rng: np.random.Generator) -> pd.DataFrame:
    """Return the parts as an office holds them: one month in a hundred never came, a few figures were left blank."""
    figures = pd.concat(parts, ignore_index=True)
    figures = figures[rng.random(len(figures)) >= 0.01].reset_index(drop=True)
    # A blank count would leave nothing in its row, so nobody hands that in.
    is_blank = figures["denominator"].notna() & (rng.random(len(figures)) < 0.001)
    return figures.assign(numerator=figures["numerator"].mask(is_blank))
