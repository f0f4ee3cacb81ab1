"""The fictional ledger of guarantee gaps: who lacks school, insurance, a safe house or water, from when to when."""

from datetime import date

import numpy as np
import pandas as pd

from demo.households import DROUGHT_TOWNSHIP
from demo.indicators import DROP_OUT_TOWNSHIP, GAP_VILLAGES

LAST_DAY = date(2026, 11, 28)
#: Of a hundred households so many let their insurance lapse each January.
LAPSE = 1.6
NAMES = {"education": "义务教育", "medical": "基本医疗", "housing": "住房安全", "water": "饮水安全"}
_PROBLEMS = {
    "education": ("适龄儿童未到校", "控辍保学劝返、送教上门"),
    "medical": ("家庭成员未参保缴费", "上门动员缴费、核对异地参保"),
    "housing": ("住房鉴定为 C 级", "纳入危房改造计划"),
    "water": ("季节性缺水", "送水保障、新建蓄水池"),
}
_OFFICES = {"education": "县教育局", "medical": "县医疗保障局", "housing": "县住房和城乡建设局", "water": "县水利局"}
_SURNAMES = "李王张刘陈杨黄吴周龙石向田彭罗唐"


def invent_gaps(villages: pd.DataFrame, register: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return one row a gap, by the day it was found.

    Columns: code, item, persons, found, cleared (not a time where it is open), problem, measure, owner, office.
    """
    parts = [
        _education(villages, register, rng),
        *(_lapse(register, year, rng) for year in (2024, 2025, 2026)),
        _left(register, "medical", 12, rng),
        _cleared(register, "housing", 24, 500, rng),
        _left(register, "housing", 6, rng),
        *(_dry(villages, register, year, rng) for year in (2023, 2024, 2025)),
        _drought(villages, register, rng),
        _left(register, "water", 5, rng),
    ]
    gaps = pd.concat(parts, ignore_index=True).drop_duplicates(["code", "item"], keep="last")
    is_later = gaps["cleared"] > pd.Timestamp(LAST_DAY)
    gaps["cleared"] = gaps["cleared"].mask(is_later)
    owner = np.array(list(_SURNAMES))[rng.integers(0, len(_SURNAMES), len(gaps))]
    return gaps.assign(
        problem=[_PROBLEMS[item][0] for item in gaps["item"]],
        measure=[_PROBLEMS[item][1] for item in gaps["item"]],
        owner=[f"包村干部 {name}某" for name in owner],
        office=gaps["item"].map(_OFFICES),
    ).sort_values(["found", "code"], ignore_index=True)


def _gaps(
    homes: pd.DataFrame, item: str, found: pd.DatetimeIndex, days: np.ndarray | None, rng: np.random.Generator
) -> pd.DataFrame:
    most = homes["children"] if item == "education" else homes["persons"]
    persons = most if item in ("housing", "water") else 1 + rng.integers(0, np.minimum(most, 2))
    cleared = found + pd.to_timedelta(days, "D") if days is not None else pd.NaT
    columns = {"code": homes["code"], "item": item, "persons": persons, "found": found, "cleared": cleared}
    return pd.DataFrame(columns).reset_index(drop=True).astype({"cleared": "datetime64[ns]", "found": "datetime64[ns]"})


def _days(first: str, length: int, count: int, rng: np.random.Generator) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(pd.Timestamp(first) + pd.to_timedelta(rng.integers(0, length, count), "D"))


def _education(villages: pd.DataFrame, register: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the drop-outs: a few everywhere in the first years, then a cluster in the villages of one township."""
    has_children = register[register["children"] > 0]
    early = has_children.sample(90, random_state=rng)
    before = _gaps(early, "education", _days("2023-11-03", 600, 90, rng), rng.integers(20, 120, 90), rng)
    inside = np.flatnonzero(villages["township"] == DROP_OUT_TOWNSHIP)
    cluster = has_children[has_children["village"].isin(rng.choice(inside, GAP_VILLAGES, replace=False))]
    cluster = cluster.sample(14, random_state=rng)
    return pd.concat([before, _gaps(cluster, "education", _days("2026-03-02", 200, 14, rng), None, rng)])


def _lapse(register: pd.DataFrame, year: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return those whose insurance ended with the year; most come back by March."""
    homes = register[rng.random(len(register)) < LAPSE / 100]
    days = np.ceil(rng.gamma(2.2, 14, len(homes))).clip(3, 160)
    return _gaps(homes, "medical", _days(f"{year}-01-04", 12, len(homes), rng), days, rng)


def _cleared(register: pd.DataFrame, item: str, months: int, count: int, rng: np.random.Generator) -> pd.DataFrame:
    homes = register.sample(count, random_state=rng)
    return _gaps(homes, item, _days("2023-11-01", months * 20, count, rng), rng.integers(60, 240, count), rng)


def _left(register: pd.DataFrame, item: str, count: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return gaps that are open still; few villages hold them all."""
    holders = rng.choice(register["village"].max() + 1, GAP_VILLAGES, replace=False)
    homes = register[register["village"].isin(holders)].sample(count, random_state=rng)
    return _gaps(homes, item, _days("2026-07-20", 128, count, rng), None, rng)


def _dry(villages: pd.DataFrame, register: pd.DataFrame, year: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return households of a few villages whose wells run low in winter."""
    homes = register[register["village"].isin(rng.choice(len(villages), 6, replace=False))]
    homes = homes[rng.random(len(homes)) < 0.06]
    return _gaps(homes, "water", _days(f"{year}-11-10", 50, len(homes), rng), rng.integers(40, 110, len(homes)), rng)


def _drought(villages: pd.DataFrame, register: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    inside = np.flatnonzero(villages["township"] == DROUGHT_TOWNSHIP)
    homes = register[register["village"].isin(inside)]
    homes = homes[rng.random(len(homes)) < 0.03]
    return _gaps(homes, "water", _days("2026-07-05", 60, len(homes), rng), rng.integers(20, 170, len(homes)), rng)
