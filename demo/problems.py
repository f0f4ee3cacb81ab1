"""The fictional ledger of problems: what five inspections found, who puts it right by when, and what came back."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from demo.campaign import BEHIND
from demo.places import COUNTY
from demo.workbooks import DAYS, Sheet, Writing, written_village

LAST_DAY = pd.Timestamp(2026, 11, 28)
#: The dice's number beside the county's seed.
DICE = 22
_SLOW = 2.1
#: Of a hundred problems so many lie in a village, in a township, and in the county as a whole.
_LEVELS = {"village": 0.86, "township": 0.11, "county": 0.03}
_SURNAMES = "李王张刘陈杨黄吴周龙石向田彭罗唐"
_POSTS = {
    "village": ("驻村第一书记", "村党支部书记", "包村干部"),
    "township": ("镇长", "副镇长", "乡镇纪委书记"),
    "county": ("局长", "副局长"),
}


@dataclass(frozen=True)
class Inspection:
    """An inspection: when it told its findings (over so many days), how many, and by when they are to be put right.

    `pace` is how many of the days allowed a fix usually takes, as a share; `post` writes days its own way.
    """

    name: str
    found: date
    span: int
    problems: int
    days_allowed: tuple[int, ...]
    pace: float
    day: Writing


#: The self-check's deadline is near, with half of its findings still open.
INSPECTIONS = (
    Inspection("中央巡视反馈", date(2025, 10, 16), 1, 64, (120, 180), 0.55, DAYS[0]),
    Inspection("省级考核", date(2026, 2, 26), 1, 118, (90, 150), 0.6, DAYS[1]),
    Inspection("市级督查", date(2026, 6, 23), 3, 96, (60, 90, 120), 0.6, DAYS[2]),
    Inspection("县级自查", date(2026, 9, 8), 5, 112, (90,), 0.75, DAYS[3]),
    Inspection("群众来信", date(2025, 10, 9), 380, 90, (15, 30), 0.6, DAYS[4]),
)
NEAR = "县级自查"
#: What is found, how it is put right, which office leads, and what is kept of it as evidence.
_CATEGORIES = {
    "帮扶措施": (
        ("帮扶措施与致贫原因不对应", "帮扶手册记录不完整", "一户一策未及时更新"),
        "逐户核对，重新制定帮扶措施",
        "县农业农村局",
        "帮扶手册、入户照片",
    ),
    "项目资金": (
        ("项目完工后未及时验收", "资金拨付滞后", "扶贫资产未登记确权"),
        "倒排工期，限期验收拨付，补办确权登记",
        "县财政局",
        "验收单、拨付凭证",
    ),
    "饮水安全": (
        ("季节性缺水未解决", "水质检测报告缺失", "供水设施管护责任未落实"),
        "新建蓄水池，补做水质检测，落实管水员",
        "县水利局",
        "检测报告、现场照片",
    ),
    "住房安全": (
        ("危房未及时鉴定", "旧房未拆除", "改造后房屋渗漏"),
        "委托鉴定，纳入改造计划",
        "县住房和城乡建设局",
        "鉴定报告、前后对比照片",
    ),
    "动态监测": (
        ("风险户未及时纳入监测", "监测户信息与部门数据不一致", "风险消除不实"),
        "开展排查比对，应纳尽纳",
        "县乡村振兴服务中心",
        "评议记录、公示照片",
    ),
    "产业就业": (
        ("联农带农机制不健全", "产业项目闲置低效", "公益性岗位人员管理不规范"),
        "修订协议，盘活闲置资产，规范岗位管理",
        "县人力资源和社会保障局",
        "协议、考勤记录",
    ),
    "人居环境": (
        ("改厕后不能正常使用", "生活垃圾清运不及时", "污水直排"),
        "逐户整改，健全保洁制度",
        "县卫生健康局",
        "前后对比照片",
    ),
}
_CATEGORY_ODDS = (0.2, 0.2, 0.12, 0.1, 0.16, 0.1, 0.12)
_HEADERS = {
    "省级考核": {"整改时限": "整改期限", "责任人": "整改责任人"},
    "市级督查": {"具体问题": "问题描述", "牵头单位": "责任单位"},
    "群众来信": {"反馈时间": "反馈日期", "印证资料": "佐证资料"},
}


def invent_problems(regions: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return one row a problem, inspection by inspection in the order of their numbers.

    `regions` is a `places.region_table`. Columns: source, number, found, category, problem, code, level, measure,
    office, owner, deadline, progress, fixed, verified, rechecked (not a time where it has not happened), relapsed (yes
    or no), evidence ("" for none).
    """
    return pd.concat([_found_by(each, regions, rng) for each in INSPECTIONS], ignore_index=True)


def _found_by(inspection: Inspection, regions: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    count = inspection.problems
    found = pd.Series(pd.Timestamp(inspection.found) + pd.to_timedelta(rng.integers(0, inspection.span, count), "D"))
    found = found.sort_values(ignore_index=True)
    places = _places(regions, count, rng)
    category = rng.choice(list(_CATEGORIES), count, p=_CATEGORY_ODDS)
    allowed = rng.choice(inspection.days_allowed, count)
    deadline = found + pd.to_timedelta(allowed, "D")
    # Two townships are far behind here as in everything else.
    is_behind = places["township"].isin(BEHIND)
    slow = np.where(is_behind, _SLOW, 1.0)
    stuck = rng.random(count) < np.where(is_behind, 0.26, 0.025)
    days = np.maximum(allowed * inspection.pace * slow * rng.gamma(9, 1 / 9, count), 3).round()
    fixed = _until_now((found + pd.to_timedelta(days, "D")).where(~stuck))
    verified = _until_now((fixed + _days(4, 28, rng, count)).where(rng.random(count) < 0.93))
    rechecked = _until_now((verified + _days(50, 130, rng, count)).where(rng.random(count) < 0.85))
    relapsed = rechecked.notna() & (rng.random(count) < np.where(is_behind, 0.22, 0.07))
    again = _until_now((rechecked + _days(12, 60, rng, count)).where(relapsed & (rng.random(count) < 0.7)))
    has_evidence = fixed.notna() & (rng.random(count) < 0.94)
    kinds = [_CATEGORIES[name] for name in category]
    owner = [
        f"{_POSTS[level][post % len(_POSTS[level])]} {_SURNAMES[name]}某"
        for level, post, name in zip(
            places["level"], rng.integers(0, 6, count), rng.integers(0, len(_SURNAMES), count), strict=True
        )
    ]
    table = pd.DataFrame(
        {
            "source": inspection.name,
            "number": np.arange(1, count + 1),
            "found": found,
            "category": category,
            "problem": [kind[0][which] for kind, which in zip(kinds, rng.integers(0, 3, count), strict=True)],
            "code": places["code"],
            "level": places["level"],
            "measure": [kind[1] for kind in kinds],
            "office": [kind[2] for kind in kinds],
            "owner": owner,
            "deadline": deadline,
            "fixed": again.where(again.notna(), fixed),
            "verified": verified,
            "rechecked": rechecked,
            "relapsed": relapsed,
            "evidence": [kind[3] if held else "" for kind, held in zip(kinds, has_evidence, strict=True)],
        }
    )
    return table.assign(progress=_progress(table))


def _places(regions: pd.DataFrame, count: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return where each problem lies: code, level, township (its name, "" for the county's own)."""
    township = regions.set_index("code")["name"]
    known = regions.assign(township=np.where(regions["level"] == "village", regions["parent"], regions["code"]))
    known["township"] = known["township"].map(township).where(known["level"] != "county", "")
    weight = np.where(known["township"].isin(BEHIND), 1.6, 1.0)
    chance = np.zeros(len(known))
    for level, share in _LEVELS.items():
        own = (known["level"] == level).to_numpy()
        chance[own] = share * weight[own] / weight[own].sum()
    picked = known.iloc[rng.choice(len(known), count, p=chance / chance.sum())]
    return picked[["code", "level", "township"]].reset_index(drop=True)


def _days(low: int, high: int, rng: np.random.Generator, count: int) -> pd.Series:
    return pd.Series(pd.to_timedelta(rng.integers(low, high, count), "D"))


def _until_now(days: pd.Series) -> pd.Series:
    """Return the days that have come; what is to happen later has not."""
    return days.where(days <= LAST_DAY)


def _progress(table: pd.DataFrame) -> list[str]:
    words = []
    for row in table.itertuples():
        is_back = row.relapsed and not row.fixed > row.rechecked
        state = "反弹，重新整改中" if is_back else "已完成整改" if row.fixed == row.fixed else "正在整改"
        words.append(state)
    return words


def problem_sheets(problems: pd.DataFrame, regions: pd.DataFrame) -> list[Sheet]:
    """Return the ledger, a sheet for each inspection, each headed and dated as its office does."""
    known = regions.set_index("code")
    parents = problems["code"].map(known["parent"])
    township = problems["code"].where(problems["level"] == "township", parents).map(known["name"])
    is_village = problems["level"] == "village"
    clerks = problems["code"].map(known["position"])
    villages = [written_village(known.at[c, "name"], int(n)) for c, n in zip(problems["code"], clerks, strict=True)]
    sheets = []
    for inspection in INSPECTIONS:
        own = problems["source"] == inspection.name
        rows = problems[own]

        def dated(name: str, rows: pd.DataFrame = rows, day: Writing = inspection.day) -> list[str]:
            return ["/" if pd.isna(at) else day(at) for at in rows[name]]

        table = pd.DataFrame(
            {
                "序号": rows["number"],
                "问题来源": rows["source"],
                "反馈时间": dated("found"),
                "问题类别": rows["category"],
                "具体问题": rows["problem"],
                "县": COUNTY[1],
                "涉及乡镇": township[own].where(rows["level"] != "county", ""),
                "涉及村": pd.Series(villages, index=problems.index)[own].where(is_village[own], "/"),
                "整改措施": rows["measure"],
                "牵头单位": rows["office"],
                "责任人": rows["owner"],
                "整改时限": dated("deadline"),
                "整改进展": rows["progress"],
                "完成时间": dated("fixed"),
                "销号时间": dated("verified"),
                "回头看时间": dated("rechecked"),
                "是否反弹": rows["relapsed"].map({True: "是", False: "否"}),
                "印证资料": rows["evidence"].replace("", "无"),
            }
        )
        title = f"云岭县{inspection.name}问题整改台账"
        headers = _HEADERS.get(inspection.name, {})
        sheets.append(Sheet(inspection.name, title, "填报单位：云岭县委农办", table.rename(columns=headers)))
    return sheets
