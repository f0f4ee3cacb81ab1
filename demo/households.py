"""The fictional county's 96,000 households: who they are, what they earned in 36 months, and who reviewed them.

What happened: wages and harvests follow the seasons; a flood took a month in two townships; a drought took this year's
harvest in another; and in one village most grew richer while a quarter lost their work, so that its mean tells nothing.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from demo.campaign import LATE
from demo.indicators import months_to

DROUGHT_TOWNSHIP, DROUGHT = "高坳乡", ("2026-06", "2026-10")
FLOOD_TOWNSHIPS, FLOOD = ("双江镇", "龙溪镇"), "2025-07"
#: The village whose mean hides a collapsing tail: the eighth of this township, where a quarter falls from this month.
TAIL_TOWNSHIP, TAIL_PLACE, TAIL_SINCE, TAIL_SHARE = "枫木镇", 7, "2025-11", 0.26
LINES = {2023: 7_600, 2024: 8_000, 2025: 8_400, 2026: 8_800}
REVIEWED_MONTHS = ("2026-09", "2026-10", "2026-11")
#: Who is left below the line although support lifts all others above it.
POOR = 0.004

_Matrix = NDArray[np.float32]
_SURNAMES = list("李王张刘陈杨黄吴周龙石向田彭罗唐邓谢曾肖")
_GIVEN = list("建国秀英玉兰志强海燕春梅永福桂香明辉德光水生金花长江小平文华东升冬云连发")
_SIZES, _SIZE_ODDS = np.arange(1, 8), np.array([0.07, 0.17, 0.25, 0.27, 0.14, 0.07, 0.03])
_WEIGHTS = np.array((7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2))
#: By month from January: home for the new year, work far away, the harvest and what was sown for it.
_WAGE = np.array([0.92, 0.66, 0.95, 1.03, 1.05, 1.05, 1.05, 1.05, 1.05, 1.05, 1.06, 1.08])
_HARVEST = np.array([0.7, 0.6, 0.5, 0.6, 0.8, 1.0, 1.1, 1.1, 1.6, 1.9, 1.3, 0.8])
_SOWING = np.array([0.5, 0.8, 1.6, 1.7, 1.3, 1.0, 0.9, 0.8, 0.8, 1.0, 0.9, 0.7])


@dataclass(frozen=True)
class Households:
    """All households of the county.

    `register` has one row a household, village by village: code, village (its row in the table of villages), kind,
    monitored_kind, persons, children (of 6 to 16), name, id_number, phone. `income` holds yuan by household and month
    of `months`: wage, business, property, transfer, business_cost. `reviewed` says by month who was reviewed.
    """

    register: pd.DataFrame
    months: pd.DatetimeIndex
    income: dict[str, NDArray[np.int32]]
    members_year: NDArray[np.int64]
    reviewed: dict[str, NDArray[np.bool_]]


def invent_households(villages: pd.DataFrame, rng: np.random.Generator) -> Households:
    """Return the households of the villages (as `places.villages_of` returns them)."""
    village = np.repeat(np.arange(len(villages)), villages["households"])
    persons = _persons(villages, village, rng)
    income = _income(villages, village, persons, rng)
    is_poor = (sum(income[s][:, -12:].sum(axis=1) for s in ("wage", "business", "property", "transfer"))
               - income["business_cost"][:, -12:].sum(axis=1)) < LINES[2026] * persons  # fmt: skip
    changed = np.where(rng.random(len(persons)) < 0.03, rng.choice([-1, 1], len(persons)), 0)
    return Households(
        _register(villages, village, persons, is_poor, rng),
        months_to("2026-10"),
        income,
        np.maximum(persons + changed, 1),
        {month: _reviewed(villages, village, month == REVIEWED_MONTHS[-1], rng) for month in REVIEWED_MONTHS},
    )


def tail_village(villages: pd.DataFrame) -> int:
    """Return the row of the village whose mean hides its tail."""
    return int(np.flatnonzero(villages["township"] == TAIL_TOWNSHIP)[TAIL_PLACE])


def _persons(villages: pd.DataFrame, village: NDArray[np.intp], rng: np.random.Generator) -> NDArray[np.int64]:
    """Return household sizes of 1 to 7, larger where the village has more persons a household."""
    mean = (villages["persons"] / villages["households"]).to_numpy()[village]
    sizes = rng.choice(_SIZES, len(village), p=_SIZE_ODDS) + rng.normal(mean - 3.55, 0.3)
    persons: NDArray[np.int64] = np.clip(np.round(sizes), 1, 8).astype(np.int64)
    return persons


def _register(
    villages: pd.DataFrame,
    village: NDArray[np.intp],
    persons: NDArray[np.int64],
    is_poor: NDArray[np.bool_],
    rng: np.random.Generator,
) -> pd.DataFrame:
    count = len(village)
    number = np.arange(count) - np.repeat(
        np.cumsum(villages["households"]) - villages["households"], villages["households"]
    )
    codes = villages["code"].to_numpy(dtype=object)[village] + pd.Series(number + 1).astype(str).str.zfill(4).to_numpy(
        object
    )
    is_lifted = (villages["tags"].str.contains("脱贫村").to_numpy()[village]) & (rng.random(count) < 0.35)
    is_monitored = (is_poor & (rng.random(count) < 0.6)) | (rng.random(count) < 0.008)
    kinds = np.array(["脱贫不稳定户", "边缘易致贫户", "突发严重困难户"], dtype=object)
    given = np.array(_GIVEN, dtype=object)
    names = np.array(_SURNAMES, dtype=object)[rng.integers(0, len(_SURNAMES), count)]
    names = names + given[rng.integers(0, len(given), count)] + given[rng.integers(0, len(given), count)]
    return pd.DataFrame(
        {
            "code": codes,
            "village": village,
            "kind": np.where(is_monitored, "监测对象", np.where(is_lifted, "脱贫户", "一般农户")),
            "monitored_kind": np.where(is_monitored, kinds[rng.integers(0, 3, count)], ""),
            "persons": persons,
            "children": rng.binomial(np.maximum(persons - 2, 0), 0.26),
            "name": names,
            "id_number": _id_numbers(count, rng),
            "phone": [f"1990000{n:04d}" for n in rng.integers(0, 10_000, count)],
        }
    )


def _id_numbers(count: int, rng: np.random.Generator) -> list[str]:
    """Return numbers of the form of an identity card, with their check digit; no place has the code 990101."""
    born = pd.Timestamp("1945-01-01") + pd.to_timedelta(rng.integers(0, 20_000, count), "D")
    first = [f"990101{day}{n % 1000:03d}" for n, day in enumerate(born.strftime("%Y%m%d"))]
    digits = np.array(first, dtype="U17").view("U1").reshape(count, 17).astype(int)
    checks = np.array(list("10X98765432"))[digits @ _WEIGHTS % 11]
    return [number + check for number, check in zip(first, checks, strict=True)]


def _income(
    villages: pd.DataFrame, village: NDArray[np.intp], persons: NDArray[np.int64], rng: np.random.Generator
) -> dict[str, NDArray[np.int32]]:
    """Return yuan by household and month, to the ten yuan that a clerk writes down."""
    months = months_to("2026-10")
    count = len(village)
    growth = rng.normal(0.089, 0.012, len(villages))[village]
    yearly = rng.normal(14_900, 1_300, len(villages)).clip(11_900, 18_400)[village] * rng.lognormal(-0.02, 0.2, count)
    support = np.where((yearly < LINES[2026] * 1.1) & (rng.random(count) > POOR), LINES[2026] * 1.1 - yearly, 0)
    years_ago = (np.arange(len(months))[::-1] / 12).astype(np.float32)
    per_month = (yearly * persons / 12).astype(np.float32)[:, None] * np.exp(
        -np.log1p(growth)[:, None] * years_ago, dtype=np.float32
    )
    luck = rng.lognormal(0, 0.03, (count, 4)).astype(np.float32)[:, (months.year - 2023).to_numpy()]
    luck[rng.random(count) < 0.0015, -12:] *= 0.62
    per_month *= luck
    worked = rng.beta(12, 6.5, count).astype(np.float32)[:, None]
    season = months.month.to_numpy() - 1

    def noise(size: float) -> _Matrix:
        return 1 + size * rng.standard_normal((count, len(months)), dtype=np.float32)

    farmed = (0.88 - worked).clip(0.03)
    wage = per_month * worked * _WAGE[season].astype(np.float32) * noise(0.06)
    business = per_month * farmed * 1.45 * _HARVEST[season].astype(np.float32) * noise(0.15)
    cost = per_month * farmed * 0.45 * _SOWING[season].astype(np.float32) * noise(0.12)
    transfer = (per_month * 0.1 + (support * persons / 12).astype(np.float32)[:, None]) * noise(0.03)
    income = {
        "wage": wage,
        "business": business,
        "property": per_month * 0.02 * noise(0.2),
        "transfer": transfer,
        "business_cost": cost,
    }
    _let_happen(income, villages, village, months, rng)
    return {name: (np.round(amounts.clip(0) / 10) * 10).astype(np.int32) for name, amounts in income.items()}


def _let_happen(
    income: dict[str, _Matrix],
    villages: pd.DataFrame,
    village: NDArray[np.intp],
    months: pd.DatetimeIndex,
    rng: np.random.Generator,
) -> None:
    """Change income by the flood, the drought and the village whose tail collapses."""
    township = villages["township"].to_numpy()[village]
    flooded = np.ix_(np.isin(township, FLOOD_TOWNSHIPS), months == FLOOD)
    income["business"][flooded] *= 0.3
    income["wage"][flooded] *= 0.75
    income["business_cost"][flooded] *= 1.5
    dry = np.ix_(township == DROUGHT_TOWNSHIP, (months >= DROUGHT[0]) & (months <= DROUGHT[1]))
    income["business"][dry] *= 0.35
    home = np.flatnonzero(village == tail_village(villages))
    fell = home[rng.random(len(home)) < TAIL_SHARE]
    since = months >= TAIL_SINCE
    income["wage"][np.ix_(fell, since)] *= 0.3
    income["wage"][np.ix_(np.setdiff1d(home, fell), since)] *= 1.28


def _reviewed(
    villages: pd.DataFrame, village: NDArray[np.intp], is_newest: bool, rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Return who was reviewed; of the newest month some villages, all of the late township among them, are not in."""
    is_late = rng.random(len(villages)) < (0.1 if is_newest else 0.02)
    is_late |= is_newest & (villages["township"] == LATE).to_numpy()
    reviewed: NDArray[np.bool_] = (rng.random(len(village)) < 0.994) & ~is_late[village]
    return reviewed
