"""What else the fictional county's offices count: where people work, unsold produce, clean-ups, visits, satisfaction.

Figures are as in `indicators.py`.
"""

import numpy as np
import pandas as pd

from demo.campaign import BEHIND
from demo.indicators import handed_in, in_rows

MONTHS, WEEKS, HARVEST_WEEKS = 13, 26, 9
LAST_MONDAY = "2026-11-23"
CAMPAIGN_START, SOLD_BY = pd.Timestamp("2026-09-28"), pd.Timestamp("2026-12-28")
#: Few villages came together in the week of the national holiday.
HOLIDAY_WEEK = pd.Timestamp("2026-10-05")
#: It kept its Mondays until its new secretary left, and has let them slip since.
SLACKENED, SLACKENED_FROM = "大湾镇", pd.Timestamp("2026-10-26")
#: Where the oranges do not sell.
UNSOLD = ("金竹镇", "双江镇")
#: Hardly anybody was asked there yet, and all of them were satisfied.
HARDLY_ASKED, ASKED_THERE = "高坳乡", 9
WAVE = pd.Timestamp("2026-10-01")


def environment(villages: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return environment.garbage and environment.sewage: households served over all rural households."""
    months = _months("2026-10")
    households = np.repeat(villages[["households"]].to_numpy(float), MONTHS, axis=1)
    rising = np.linspace(0, 1, MONTHS)
    far = _is_in(villages, BEHIND)
    collected = np.clip(rng.normal(0.9, 0.05, (len(villages), 1)) + 0.06 * rising - 0.08 * far, 0.5, 1)
    treated = np.clip(rng.normal(0.4, 0.12, (len(villages), 1)) + 0.1 * rising - 0.05 * far, 0.05, 1)
    parts = {"environment.garbage": collected, "environment.sewage": treated}
    rows = [in_rows(name, villages, months, np.round(households * share), households) for name, share in parts.items()]
    return handed_in(rows, rng)


def cleanups(villages: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return environment.cleanup: 1 where the village held that Monday's clean-up, else 0, over 1."""
    weeks = pd.date_range(end=LAST_MONDAY, periods=WEEKS, freq="W-MON")
    likely = rng.beta(12, 2.2, (len(villages), 1)) * np.where(weeks >= CAMPAIGN_START, 1.08, 0.95)
    likely = likely - 0.22 * _is_in(villages, BEHIND)
    likely = np.where(weeks == HOLIDAY_WEEK, likely * 0.45, likely)
    likely = np.where(_is_in(villages, (SLACKENED,)) & (weeks >= SLACKENED_FROM), likely * 0.35, likely)
    held = (rng.random(likely.shape) < likely).astype(float)
    return handed_in([in_rows("environment.cleanup", villages, weeks, held, np.ones((1, WEEKS)))], rng)


def produce(villages: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return industry.unsold (tonnes) and industry.unsold_value (yuan) of the harvest: of most villages none.

    It is counted since the campaign began; the plan leads evenly to nothing left.
    """
    weeks = pd.date_range(end=LAST_MONDAY, periods=HARVEST_WEEKS, freq="W-MON")
    stuck = _is_in(villages, UNSOLD)
    grows = rng.random((len(villages), 1)) < 0.25 + 0.4 * stuck
    harvest = np.where(grows, rng.lognormal(3.4, 0.6, (len(villages), 1)), 0)
    over = ((weeks - weeks[0]) / (SOLD_BY - weeks[0])).to_numpy()
    pace = np.clip(rng.normal(1.12, 0.12, (len(villages), 1)) - 0.75 * stuck, 0.1, None)
    left = np.round(harvest * np.clip(1 - over * pace, 0, 1), 1)
    plan = np.round(harvest * (1 - over), 1)
    price = rng.uniform(2_200, 4_800, (len(villages), 1)) * np.linspace(1, 0.85, HARVEST_WEEKS)
    none = np.full((1, HARVEST_WEEKS), np.nan)
    value = np.round(left * price, -2)
    return handed_in(
        [
            in_rows("industry.unsold", villages, weeks, left, none, plan),
            in_rows("industry.unsold_value", villages, weeks, value, none),
        ],
        rng,
    )


def village_teams(villages: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return governance.visits (households visited) and governance.team_days (days in the village over members)."""
    months = _months("2026-10")
    households = np.repeat(villages[["households"]].to_numpy(float), MONTHS, axis=1)
    since = (months >= "2026-09-01").astype(float)
    far = _is_in(villages, BEHIND)
    share = np.clip(rng.normal(0.78, 0.1, (len(villages), MONTHS)) + (0.2 - 0.16 * far) * since, 0.2, 1)
    members = rng.integers(2, 5, (len(villages), 1)).astype(float)
    days = np.clip(rng.normal(21, 1.5, (len(villages), 1)) + rng.normal(0, 1, (len(villages), MONTHS)), 8, 26)
    days = days - 4 * (rng.random((len(villages), 1)) < 0.08)
    return handed_in(
        [
            in_rows("governance.visits", villages, months, np.round(households * share), households),
            in_rows("governance.team_days", villages, months, np.round(members * days), members),
        ],
        rng,
    )


def training(villages: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return governance.training: households with somebody trained since January, over those to be; 90 % is due."""
    months = _months("2026-10")
    year = (months.year - months.year.min()).to_numpy()
    wanted = np.round(villages[["households"]].to_numpy() * rng.uniform(0.2, 0.4, (len(villages), 2)))[:, year]
    due = np.clip(months.month.to_numpy() / 11 * 0.9, 0, 0.9)
    pace = rng.normal(1.02, 0.1, (len(villages), 2))[:, year] - 0.2 * _is_in(villages, BEHIND)
    trained = np.round(wanted * np.clip(due * pace, 0, 1))
    return handed_in([in_rows("governance.training", villages, months, trained, wanted, np.round(wanted * due))], rng)


def workplaces(workers: pd.DataFrame, villages: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the office's table of a row a village and month, given the figures of employment.workers.

    Columns: code, period, total, before (a year earlier), and of the last `MONTHS` months outside, in_province,
    in_county, filled, planned (public-benefit posts) and workshops; null where nobody knows.
    """
    table = workers.rename(columns={"numerator": "total", "denominator": "before"})[
        ["code", "period", "total", "before"]
    ].reset_index(drop=True)
    at = pd.Index(villages["code"]).get_indexer(table["code"])
    far, near = rng.normal(0.56, 0.07, len(villages)), rng.normal(0.5, 0.06, len(villages))
    drift = np.clip((pd.Timestamp("2026-11-01") - table["period"]).dt.days.to_numpy() / 365, 0, 1)
    outside = np.round(table["total"] * np.clip(far[at] + 0.03 * drift, 0.1, 0.9))
    in_province = np.round((table["total"] - outside) * np.clip(near[at], 0.1, 0.9))
    planned = rng.integers(3, 13, len(villages)).astype(float)
    share = np.clip(rng.normal(0.97, 0.04, len(villages)) - 0.2 * _is_in(villages, BEHIND)[:, 0], 0.4, 1)
    jobs = np.where(rng.random(len(villages)) < 0.3, rng.integers(8, 60, len(villages)), 0).astype(float)
    detail = pd.DataFrame(
        {
            "outside": outside,
            "in_province": in_province,
            "in_county": table["total"] - outside - in_province,
            "filled": np.round(planned[at] * np.clip(share[at] - 0.12 * drift, 0, 1)),
            "planned": planned[at],
            "workshops": np.round(jobs[at] * (1 - 0.25 * drift)),
        }
    )
    is_recent = table["period"] > table["period"].max() - pd.DateOffset(months=MONTHS)
    return pd.concat([table, detail.where(is_recent)], axis="columns")


def wave(townships: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return satisfaction.rate of the wave still under way: persons satisfied over the few asked so far."""
    asked = rng.integers(32, 60, len(townships))
    likely = rng.normal(0.95, 0.02, len(townships)) - 0.07 * _is_in(townships, BEHIND, "name")[:, 0]
    satisfied = rng.binomial(asked, np.clip(likely, 0, 0.99))
    hardly = _is_in(townships, (HARDLY_ASKED,), "name")[:, 0]
    asked, satisfied = (np.where(hardly, ASKED_THERE, each).astype(float)[:, None] for each in (asked, satisfied))
    return in_rows("satisfaction.rate", townships, pd.DatetimeIndex([WAVE]), satisfied, asked)


def _months(last: str) -> pd.DatetimeIndex:
    return pd.date_range(end=last, periods=MONTHS, freq="MS")


def _is_in(places: pd.DataFrame, townships: tuple[str, ...], column: str = "township") -> np.ndarray:
    """Return a column of whether each place lies in these townships."""
    inside: np.ndarray = places[[column]].isin(townships).to_numpy()
    return inside
