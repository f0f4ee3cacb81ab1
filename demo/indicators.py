"""The fictional county's figures by village and month, before an office writes them down.

Every function returns columns indicator, code, period (first day of the month or quarter), numerator, denominator and
plan; money in yuan. A null numerator was asked for and left blank; a row that is not there was never handed in.
"""

import numpy as np
import pandas as pd

from demo.campaign import BEHIND, LATE

MONTHS = 36
ODD_INCOME_MONTHS = 4
DROP_OUT_TOWNSHIP = "梅冲乡"
GAP_VILLAGES = 5
MONITORED_HOUSEHOLDS = 1_100


def months_to(last: str) -> pd.DatetimeIndex:
    """Return the first days of the `MONTHS` months up to `last` (as 2026-10)."""
    return pd.date_range(end=last, periods=MONTHS, freq="MS")


def income(villages: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return income.per_capita and income.wage_share: net income of the trailing twelve months, in yuan.

    Growth is about 8.9 % a year. One village's mean rises oddly in its last `ODD_INCOME_MONTHS` months.
    """
    months = months_to("2026-10")
    level = np.clip(rng.normal(14_900, 1_700, (len(villages), 1)), 11_200, 18_800)
    growth = rng.normal(0.089, 0.014, (len(villages), 1))
    years_ago = np.arange(MONTHS)[::-1] / 12
    season = 1 + 0.008 * np.sin(2 * np.pi * (months.month.to_numpy() - 4) / 12)
    per_person = level * (1 + growth) ** -years_ago * season * rng.normal(1, 0.003, (len(villages), MONTHS))
    per_person[rng.integers(len(villages)), -ODD_INCOME_MONTHS:] *= np.linspace(1.06, 1.31, ODD_INCOME_MONTHS)
    persons = _persons(villages, months)
    net = np.round(per_person * persons)
    wage_share = np.clip(rng.normal(0.64, 0.05, (len(villages), 1)) + 0.01 * (season - 1) / 0.008, 0.45, 0.8)
    wage = np.round(net * (wage_share + rng.normal(0, 0.004, net.shape)))
    return _handed_in(
        [
            _long("income.per_capita", villages, months, net, persons),
            _long("income.wage_share", villages, months, wage, net),
        ],
        rng,
    )


def education(villages: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return guarantee.education: children of 6 to 16 in school over all; a cluster of drop-outs in one township."""
    months = months_to("2026-10")
    children = np.round(_persons(villages, months) * 0.115)
    missing = rng.binomial(1, 0.02, children.shape) * (np.arange(MONTHS) < 20)
    cluster = rng.choice(np.flatnonzero(villages["township"] == DROP_OUT_TOWNSHIP), GAP_VILLAGES, replace=False)
    missing[cluster, -8:] = np.sort(rng.integers(1, 5, (GAP_VILLAGES, 8)), axis=1)
    return _handed_in([_long("guarantee.education", villages, months, children - missing, children)], rng)


def medical(villages: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return guarantee.medical: persons enrolled over those who should be; a dip each January, when it begins anew."""
    months = months_to("2026-10")
    persons = _persons(villages, months)
    lapse = np.array([0.055, 0.021, 0.006] + [0.0] * 9)[months.month - 1]
    missing = rng.binomial(persons.astype(int), lapse * rng.uniform(0.5, 1.5, (len(villages), 1)))
    missing = missing + _holders(villages, rng, (4, 12))
    return _handed_in([_long("guarantee.medical", villages, months, persons - missing, persons)], rng)


def housing(villages: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return guarantee.housing: households in a safe house over all rural ones; few villages hold the last gaps."""
    months = months_to("2026-10")
    households = _households(villages)
    left = rng.poisson(2.0, (len(villages), 1)) * np.clip(1 - np.arange(MONTHS) / 24, 0, 1)
    missing = np.ceil(left) + _holders(villages, rng, (2, 6))
    return _handed_in([_long("guarantee.housing", villages, months, households - missing, households)], rng)


def water(villages: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return guarantee.water: households with safe water over all; a few villages run short, more of them in winter."""
    months = months_to("2026-10")
    households = _households(villages)
    is_dry = np.isin(months.month, (10, 11, 12, 1, 2))
    missing = _holders(villages, rng, (6, 18)) * np.where(is_dry, 1.0, 0.35)
    missing = np.round(missing) + rng.binomial(2, 0.25, (len(villages), MONTHS)) * (np.arange(MONTHS) < 18)
    return _handed_in([_long("guarantee.water", villages, months, households - missing, households)], rng)


def monitoring(villages: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return monitoring.reviewed (households reviewed over all) and monitoring.stock (households under monitoring).

    Villages that are late with the last month's review, the late township's all of them, have no row for it.
    """
    months = months_to("2026-11")
    households = _households(villages)
    reviewed = np.round(households * np.clip(rng.normal(0.993, 0.012, (len(villages), MONTHS)), 0.9, 1))
    is_late = rng.random((len(villages), MONTHS)) < np.where(np.arange(MONTHS) == MONTHS - 1, 0.1, 0.025)
    is_late[villages["township"] == LATE, -1] = True
    usual = villages["households"].to_numpy() / villages["households"].sum() * MONITORED_HOUSEHOLDS
    stock = np.empty((len(villages), MONTHS))
    stock[:, 0] = rng.poisson(usual * 1.1)
    for month in range(1, MONTHS):
        cleared = rng.binomial(stock[:, month - 1].astype(int), 0.06)
        stock[:, month] = stock[:, month - 1] - cleared + rng.poisson(usual * 0.06)
    review = _long("monitoring.reviewed", villages, months, reviewed, households)[~is_late.ravel()]
    return _handed_in([review, _long("monitoring.stock", villages, months, stock, np.full((1, MONTHS), np.nan))], rng)


def funds(villages: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return funds.paid and funds.projects_finished of the villages that have projects.

    Paid counts yuan since January, over the year's allocation; the plan is month / 12 of it. Projects are the year's.
    """
    months = months_to("2026-11")
    funded = villages[rng.random(len(villages)) < 0.62]
    year = (months.year - months.year.min()).to_numpy()
    years = year.max() + 1
    allocated = np.round(rng.lognormal(13.6, 0.5, (len(funded), years)), -2)[:, year]
    of_year = months.month.to_numpy() / 12
    speed = rng.normal(0.97, 0.07, (len(funded), years)) - 0.12 * funded[["township"]].isin(BEHIND).to_numpy()
    paid = np.round(allocated * np.clip(of_year**1.15 * speed[:, year], 0, 1), -2)
    projects = (1 + rng.poisson(1.2, (len(funded), years)))[:, year].astype(float)
    finished = np.floor(projects * np.clip((of_year * 12 - 3) / 8 * speed[:, year], 0, 1) + 0.05)
    return _handed_in(
        [
            _long("funds.paid", funded, months, paid, allocated, np.round(allocated * of_year, 2)),
            _long("funds.projects_finished", funded, months, finished, projects),
        ],
        rng,
    )


def environment(villages: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return environment.toilets (households that have one) and environment.cleanup (Mondays done over held)."""
    months = months_to("2026-10")
    households = _households(villages)
    first, last = rng.uniform(0.55, 0.78, (len(villages), 1)), rng.uniform(0.78, 0.97, (len(villages), 1))
    toilets = np.round(households * (first + (last - first) * (np.arange(MONTHS) / (MONTHS - 1)) ** 1.3))
    firsts = months.union(months + pd.DateOffset(months=1)).to_numpy().astype("datetime64[D]")
    held = np.busday_count(firsts[:-1], firsts[1:], weekmask="Mon").astype(float)
    skips = rng.beta(1.5, 10, (len(villages), 1)) * np.where(months >= "2026-09", 0.5, 1.0)
    done = held - rng.binomial(held.astype(int), skips)
    return _handed_in(
        [
            _long("environment.toilets", villages, months, toilets, households),
            _long("environment.cleanup", villages, months, done, held[None, :]),
        ],
        rng,
    )


def employment(villages: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return employment.workers: people at work now over those at work in the same month a year before."""
    months = pd.date_range(end="2026-11", periods=MONTHS + 12, freq="MS")
    share = rng.normal(0.36, 0.04, (len(villages), 1)) * (1 + rng.normal(0.012, 0.012, (len(villages), 1))) ** (
        np.arange(MONTHS + 12) / 12
    )
    home_for_new_year = np.array([0.9, 0.79, 0.93] + [1.0] * 8 + [0.98])[months.month - 1]
    persons = villages[["persons"]].to_numpy()
    workers = np.round(persons * share * home_for_new_year * rng.normal(1, 0.008, (len(villages), MONTHS + 12)))
    return _handed_in([_long("employment.workers", villages, months[12:], workers[:, 12:], workers[:, :-12])], rng)


def satisfaction(townships: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return satisfaction.rate: persons satisfied over persons asked (30 to 120), by township and quarter."""
    quarters = pd.date_range(end="2026-07", periods=MONTHS // 3, freq="QS")
    asked = rng.integers(30, 121, (len(townships), len(quarters)))
    likely = rng.normal(0.94, 0.02, (len(townships), 1)) - 0.06 * townships[["name"]].isin(BEHIND).to_numpy()
    satisfied = rng.binomial(asked, np.clip(likely + np.linspace(-0.02, 0.01, len(quarters)), 0, 0.99))
    return _long("satisfaction.rate", townships, quarters, satisfied.astype(float), asked.astype(float))


def governance(villages: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return governance.publicity: households told of the policies over all rural households."""
    months = months_to("2026-10")
    households = _households(villages)
    first = rng.uniform(0.6, 0.85, (len(villages), 1))
    last = np.clip(rng.normal(0.965, 0.03, (len(villages), 1)), 0.85, 1)
    told = np.round(households * (first + (last - first) * np.arange(MONTHS) / (MONTHS - 1)))
    return _handed_in([_long("governance.publicity", villages, months, told, households)], rng)


def _persons(villages: pd.DataFrame, months: pd.DatetimeIndex) -> np.ndarray:
    """Return persons by village and month; they change at each new year, by 0.4 %."""
    persons: np.ndarray = villages[["persons"]].to_numpy() * (1 + 0.004 * (2026 - months.year.to_numpy()))
    return persons.round()


def _households(villages: pd.DataFrame) -> np.ndarray:
    return np.repeat(villages[["households"]].to_numpy(float), MONTHS, axis=1)


def _holders(villages: pd.DataFrame, rng: np.random.Generator, size: tuple[int, int]) -> np.ndarray:
    """Return by village (one column) how many are missing all along: none but in `GAP_VILLAGES` of them."""
    missing = np.zeros((len(villages), 1))
    missing[rng.choice(len(villages), GAP_VILLAGES, replace=False), 0] = rng.integers(
        size[0], size[1] + 1, GAP_VILLAGES
    )
    return missing


def _long(
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


def _handed_in(parts: list[pd.DataFrame], rng: np.random.Generator) -> pd.DataFrame:
    """Return the parts as an office holds them: one month in a hundred never came, a few figures were left blank."""
    figures = pd.concat(parts, ignore_index=True)
    figures = figures[rng.random(len(figures)) >= 0.01].reset_index(drop=True)
    # A blank count would leave nothing in its row, so nobody hands that in.
    is_blank = figures["denominator"].notna() & (rng.random(len(figures)) < 0.001)
    return figures.assign(numerator=figures["numerator"].mask(is_blank))
