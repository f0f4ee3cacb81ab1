"""The fictional county's projects of three budget years: their gates, how far they are built, and their money."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from demo.campaign import BEHIND
from demo.places import COUNTY, TOWNSHIPS

#: The newest day of the ledgers.
LAST_DAY = date(2026, 11, 27)
YEARS = (2025, 2026, 2027)
#: One township's library is known to hold so many.
LIBRARY_TOWNSHIP, LIBRARY = "龙溪镇", 102
#: Money is paid there and the works lag; and the other way round.
PAID_TOWNSHIP, UNPAID_TOWNSHIP = "金竹镇", "茶坪镇"
#: The township of the one project that was paid far ahead of its works.
AHEAD_TOWNSHIP = "大湾镇"
_ELSEWHERE, _OF_COUNTY = 41, 6
_YEAR_ODDS = (0.3, 0.54, 0.16)
_SOURCES = ("central", "provincial", "prefecture", "county")
#: In order of their gates: how many days after the one before, at least and at most.
_STEPS = {"approved": (45, 75), "tendered": (18, 40), "started": (10, 25)}
_AFTER = {"accepted": (12, 40), "settled": (20, 50), "handed_over": (15, 45)}
_PAPERS = ("竣工图", "监理日志", "审计报告", "招标备案表", "公告公示照片", "验收意见书", "施工合同")
_PHASES = "二三四五六七八九"
_MODES = ("订单收购", "土地流转", "务工就业", "入股分红", "产业托管")


@dataclass(frozen=True)
class _Kind:
    name: str
    office: str
    things: tuple[str, ...]
    #: Median of the estimated total in 10,000 yuan, and the share of projects that are of this kind.
    size: float
    share: float


_KINDS = (
    _Kind(
        "产业发展",
        "县农业农村局",
        ("油茶基地提质改造", "大棚蔬菜基地", "黑猪养殖小区", "茶叶初加工厂", "冷链仓储"),
        95,
        0.46,
    ),
    _Kind("乡村建设行动", "县交通运输局", ("产业路硬化", "通组路拓宽", "村内道路及排水", "人居环境整治"), 48, 0.27),
    _Kind("巩固三保障成果", "县水利局", ("集中供水管网改造", "蓄水池新建", "饮水安全巩固提升"), 40, 0.12),
    _Kind("就业项目", "县人力资源和社会保障局", ("帮扶车间扩建", "微工厂厂房改造"), 60, 0.09),
    _Kind("易地搬迁后扶", "县发展和改革局", ("安置点配套提升", "安置点光伏电站"), 130, 0.06),
)


@dataclass(frozen=True)
class Works:
    """The projects as tables; money in yuan.

    `projects`: code, year, name, kind, township and village ("" for a township's or the county's), region, office,
    builder, investment, central, provincial, prefecture, county, planned_start, planned_finish, households, mode,
    benefit, longitude, latitude, the day of each gate (not a time: not yet), and ends: when the works will be over.
    `gates`: code, gate, due, reached, missing ("" for none), of those that are not in the library's own columns.
    `progress`: code, day, share. `flows`: year, month, source, document, issued_on, issued, code, allocated,
    disbursed_on, disbursed, paid, one row for each document, project and month.
    """

    projects: pd.DataFrame
    gates: pd.DataFrame
    progress: pd.DataFrame
    flows: pd.DataFrame


def run_projects(villages: pd.DataFrame, townships: pd.DataFrame, rng: np.random.Generator) -> Works:
    """Return the projects of the villages (`places.villages_of`) and townships (rows of `region_table`)."""
    projects = _planned(villages, townships, rng)
    projects = _passed(projects, rng)
    return Works(projects, _gates(projects, rng), _progress(projects, rng), _flows(projects, rng))


def _planned(villages: pd.DataFrame, townships: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    counts = [LIBRARY if place.name == LIBRARY_TOWNSHIP else _ELSEWHERE for place in TOWNSHIPS]
    home = np.repeat(np.arange(len(TOWNSHIPS)), counts)
    rows = pd.DataFrame({"township": [TOWNSHIPS[n].name for n in home] + [""] * _OF_COUNTY})
    size = len(rows)
    rows["year"] = np.sort(rng.choice(YEARS, size, p=_YEAR_ODDS))[rng.permutation(size)]
    inside = dict(iter(villages.groupby("township", sort=False)))
    by_name = townships.set_index("name")
    kind = rng.choice(len(_KINDS), size, p=[each.share for each in _KINDS])
    parts = []
    for at, township in enumerate(rows["township"]):
        of_village = bool(township) and rng.random() < 0.84
        if of_village:
            place = inside[township].iloc[int(rng.integers(len(inside[township])))]
        else:
            place = by_name.loc[township] if township else None
        what = _KINDS[kind[at]]
        name = place["name"] if of_village else (township or COUNTY[1])
        near = rng.normal(0, 0.006, 2)
        is_placed = place is not None and rng.random() < 0.9
        parts.append(
            {
                "village": name if of_village else "",
                "region": COUNTY[0]
                if place is None
                else (place["code"] if of_village else f"{by_name.at[township, 'code']}"),
                "kind": what.name,
                "office": what.office,
                "name": f"{name}{what.things[int(rng.integers(len(what.things)))]}项目",
                "builder": f"{township}人民政府" if township and rng.random() < 0.7 else f"{name}股份经济合作社",
                "longitude": round(place["longitude"] + near[0], 6) if is_placed and place is not None else np.nan,
                "latitude": round(place["latitude"] + near[1], 6) if is_placed and place is not None else np.nan,
            }
        )
    rows = pd.concat([rows, pd.DataFrame(parts)], axis=1).sort_values(["year", "region"], ignore_index=True)
    again = rows.groupby("name").cumcount()
    rows["name"] += again.map(lambda n: f"（{_PHASES[n - 1]}期）" if n else "")
    rows["code"] = [f"5{year}{COUNTY[0]}{n:04d}" for n, year in enumerate(rows["year"], 1)]
    of_kind = rows["kind"].map({each.name: each.size for each in _KINDS}).to_numpy()
    rows["investment"] = np.round(of_kind * rng.lognormal(0, 0.55, size), 1) * 10_000
    rows = rows.join(_by_source(rows["investment"].to_numpy(), rng))
    rows["households"] = np.round(rows["investment"] / 12_000 * rng.lognormal(0, 0.5, size)).clip(5, 900).astype(int)
    rows["mode"] = np.where(rows["kind"].isin(("产业发展", "就业项目")), rng.choice(_MODES, size), "")
    first = pd.to_datetime(rows["year"].astype(str) + "-03-05")
    rows["planned_start"] = first + pd.to_timedelta(rng.integers(0, 75, size), "D")
    months = np.clip(rows["investment"] / 200_000, 2, 7) * 30
    finish = rows["planned_start"] + pd.to_timedelta(np.round(months * rng.uniform(0.7, 1.15, size)), "D")
    year_end = pd.to_datetime(rows["year"].astype(str) + "-11-30")
    rows["planned_finish"] = finish.where(finish < year_end, year_end)
    return rows


def _by_source(investment: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    """Return what each level of government gives of a project: mostly one of them, the county the rest."""
    size = len(investment)
    lead = rng.choice(4, size, p=(0.45, 0.28, 0.12, 0.15))
    second = rng.choice(4, size, p=(0.15, 0.3, 0.2, 0.35))
    part = np.where(rng.random(size) < 0.55, 1.0, rng.uniform(0.6, 0.9, size))
    shares = np.zeros((size, 4))
    shares[np.arange(size), lead] = part
    shares[np.arange(size), second] += 1 - part
    yuan = np.round(investment[:, None] * shares, -2)
    return pd.DataFrame(yuan, columns=list(_SOURCES))


def _passed(projects: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the projects with the day of each gate, as far as `LAST_DAY` and their townships' pace let them come."""
    size = len(projects)
    is_slow = projects["township"].isin([*BEHIND, PAID_TOWNSHIP]).to_numpy()
    year = projects["year"].astype(str)
    days: dict[str, pd.Series] = {}
    days["listed"] = pd.to_datetime((projects["year"] - 1).astype(str) + "-09-20") + _random_days(rng, 0, 55, size)
    after = pd.to_datetime(year + "-01-02")
    for gate, (least, most) in _STEPS.items():
        after = (days["listed"] if gate == "approved" else after) + _random_days(rng, least, most, size)
        days[gate] = after
    held = np.where(is_slow, rng.integers(10, 60, size), rng.integers(-6, 22, size))
    days["started"] = projects["planned_start"] + pd.to_timedelta(held, "D")
    planned = (projects["planned_finish"] - projects["planned_start"]).dt.days.to_numpy()
    stretch = np.where(is_slow, rng.uniform(1.2, 1.9, size), rng.lognormal(-0.04, 0.13, size))
    stretch = np.where(projects["township"] == PAID_TOWNSHIP, stretch * 1.45, stretch)
    stuck = rng.random(size) < 0.03
    stretch = np.where(stuck, stretch + 2.6, stretch)
    # The one project that is paid ahead of its works stands still since summer.
    ahead = _ahead(projects)
    stretch[ahead] = 4.0
    days["finished"] = days["started"] + pd.to_timedelta(np.round(planned * stretch), "D")
    after = days["finished"]
    for gate, (least, most) in _AFTER.items():
        slower = np.where(is_slow, 15, 0) + np.where(rng.random(size) < 0.12, 60, 0)
        after = after + _random_days(rng, least, most, size) + pd.to_timedelta(slower, "D")
        days[gate] = after
    table = pd.DataFrame(days)
    # Whoever plans has no gates yet but the library's and, for some, the approval.
    is_reserve = projects["year"] == YEARS[-1]
    later = [gate for gate in table if gate not in ("listed", "approved")]
    table.loc[is_reserve, later] = pd.NaT
    table["ends"] = table["finished"]
    reached = table.where(table <= pd.Timestamp(LAST_DAY))
    reached["benefit"] = np.where(
        reached["finished"].notna() & (projects["mode"] != ""),
        projects["households"] * rng.integers(4, 22, size) * 100,
        0,
    )
    return projects.join(reached.drop(columns="ends")).assign(ends=table["ends"])


def _random_days(rng: np.random.Generator, least: int, most: int, size: int) -> pd.TimedeltaIndex:
    return pd.to_timedelta(rng.integers(least, most + 1, size), "D")


def _ahead(projects: pd.DataFrame) -> int:
    """Return the row of the one project that is paid far ahead of its works: the dearest of its township and year."""
    own = projects[(projects["township"] == AHEAD_TOWNSHIP) & (projects["year"] == 2026)]
    return int(own["investment"].idxmax())


def built_by(projects: pd.DataFrame, day: pd.Timestamp) -> np.ndarray:
    """Return the share (0 to 1) of each project that is built by a day: slow at first and at the end."""
    whole = (projects["ends"] - projects["started"]).dt.days.to_numpy(dtype=float)
    gone = (day - projects["started"]).dt.days.to_numpy(dtype=float)
    part = np.clip(np.nan_to_num(gone / np.maximum(whole, 1), nan=0.0), 0, 1)
    share: np.ndarray = part**2 * (3 - 2 * part)
    return share


def _gates(projects: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the gates that are not in the library's own columns, with the days they were due and missing papers."""
    size = len(projects)
    start, finish = projects["planned_start"], projects["planned_finish"]
    due = {
        "approved": start - pd.to_timedelta(45, "D"),
        "tendered": start - pd.to_timedelta(15, "D"),
        "accepted": finish + pd.to_timedelta(35, "D"),
        "settled": finish + pd.to_timedelta(80, "D"),
        "handed_over": finish + pd.to_timedelta(120, "D"),
    }
    careless = np.where(projects["township"].isin(BEHIND), 0.09, 0.025)
    parts = []
    for gate, day in due.items():
        lacks = projects[gate].notna() & (rng.random(size) < careless)
        papers = np.array(_PAPERS)[rng.integers(0, len(_PAPERS), (size, 2))]
        said = ["、".join(dict.fromkeys(pair)) if lack else "" for pair, lack in zip(papers, lacks, strict=True)]
        parts.append(
            pd.DataFrame(
                {"code": projects["code"], "gate": gate, "due": day, "reached": projects[gate], "missing": said}
            )
        )
    gates = pd.concat(parts)
    is_known = (projects["year"] < YEARS[-1])[gates.index] | gates["reached"].notna()
    return gates[is_known].sort_values("code", kind="stable", ignore_index=True)


def _ends_of_months() -> list[pd.Timestamp]:
    ends = pd.date_range("2025-01-31", LAST_DAY, freq="ME")
    return [*ends, pd.Timestamp(LAST_DAY)]


def _progress(projects: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the monthly reports of what is under way, to five per cent; a few never report."""
    silent = rng.random(len(projects)) < 0.03
    silent[_ahead(projects)] = False
    parts = []
    for day in _ends_of_months():
        under_way = (projects["started"] <= day) & ~(projects["finished"] <= day) & ~silent
        share = np.floor(built_by(projects, day) * 20) / 20
        parts.append(pd.DataFrame({"code": projects["code"], "day": day, "share": share})[under_way.to_numpy()])
    return pd.concat(parts, ignore_index=True)


def _flows(projects: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the ledger at each month's end, of the projects of its year."""
    funded = projects[projects["year"] < YEARS[-1]]
    long = funded.melt(
        ["code", "year", "township", "started", "finished", "accepted", "ends", "investment"],
        list(_SOURCES),
        var_name="source",
        value_name="allocated",
    )
    long = long[long["allocated"] > 0].sort_values(["code", "source"], ignore_index=True)
    batch = rng.integers(0, 3, len(long))
    issued = pd.to_datetime(long["year"].astype(str) + "-01-12") + pd.to_timedelta(batch * 41, "D")
    number = long["source"].map({"central": 3, "provincial": 21, "prefecture": 46, "county": 70}) + batch * 5
    long["document"] = [f"云财农〔{year}〕{n}号" for year, n in zip(long["year"], number, strict=True)]
    long["issued_on"] = issued
    sums = long.groupby("document")["allocated"].transform("sum")
    long["issued"] = np.ceil(sums * (1.0 + 0.01 * (number % 4)) / 10_000) * 10_000
    speed = np.where(long["year"] == YEARS[0], 1.02, 0.88) + rng.normal(0, 0.06, len(long)).clip(-0.2, 0.1)
    speed *= long["source"].map({"central": 1.0, "provincial": 1.02, "prefecture": 0.9, "county": 0.72}).to_numpy()
    speed = np.where(long["township"] == UNPAID_TOWNSHIP, speed * 0.42, speed)
    speed = np.where(long["township"].isin(BEHIND), speed * 0.88, speed)
    early = np.where(long["township"] == PAID_TOWNSHIP, 0.5, 0.0)
    early = np.where(long["code"] == projects.at[_ahead(projects), "code"], 0.6, early)
    parts, disbursed, paid, last = [], np.zeros(len(long)), np.zeros(len(long)), issued.copy()
    for day in _ends_of_months():
        before = day - pd.to_timedelta(20, "D")
        begun = (long["started"] <= before).to_numpy()
        over = (long["accepted"] <= before).to_numpy()
        due = begun * (0.22 + early) + 0.58 * built_by(long, before) + 0.2 * over
        share = np.minimum(due * speed, 1.0)
        paid = np.maximum(paid, np.floor(long["allocated"] * share / 100) * 100)
        sent = np.minimum(
            long["allocated"], np.floor(paid * 1.12 / 100) * 100 + begun * np.round(long["allocated"] * 0.05, -2)
        )
        sent = np.maximum(sent, paid)
        moved = sent > disbursed
        disbursed = np.maximum(disbursed, sent)
        on = day - pd.to_timedelta(rng.integers(0, 9, len(long)), "D")
        last = last.where(~moved, on)
        rows = long.assign(month=day, disbursed=disbursed, paid=paid, disbursed_on=last.where(disbursed > 0))
        parts.append(rows[(long["year"] == day.year) & (issued <= day)])
    return pd.concat(parts, ignore_index=True)
