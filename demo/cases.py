"""The fictional ledger of monitoring cases: who was at risk of what from when to when, and what was done about it.

What happened: a flood and a drought brought alerts by the dozen; two townships are slow from the alert to the first
measure; one village of the dry township took in its cases and then did nothing; a few cases were cleared too soon, or
under the line, or with a gap still open; and a few dry wells, unsafe houses and poor households have no case at all.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from demo.campaign import BEHIND
from demo.households import DROUGHT_TOWNSHIP, FLOOD_TOWNSHIPS, LINES, Households

DICE = 21
LAST_DAY = date(2026, 11, 28)
#: The village where nothing was done for any case: this one of the dry township.
IDLE_PLACE = 5
#: How many households have no case though they should; alerts nobody decided upon; dismissals; cases cleared wrongly.
MISSED, WITHOUT_CASE, UNDECIDED, DISMISSED = 55, 9, 30, 150
TOO_SOON, UNDER_LINE, WITH_GAP = 9, 6, 4

_KINDS = ("脱贫不稳定户", "边缘易致贫户", "突发严重困难户")
#: What households are at risk of, how often, and what is done about each.
_RISKS = {
    "因病": (0.36, ("大病医疗救助", "资助参保", "纳入低保")),
    "因残": (0.13, ("残疾人两项补贴", "纳入低保", "辅助器具适配")),
    "因学": (0.10, ("雨露计划补助", "助学贷款")),
    "因意外事故": (0.07, ("临时救助", "纳入低保")),
    "因产业失败": (0.11, ("产业帮扶", "小额信贷", "技术培训")),
    "因务工就业不稳": (0.15, ("公益性岗位", "外出务工交通补助", "就业培训")),
    "缺劳动力": (0.08, ("纳入低保", "公益性岗位")),
}
_DISASTER, _WATER = "因自然灾害", "因饮水困难"
_DONE = {risk: done for risk, (_, done) in _RISKS.items()} | {
    _DISASTER: ("受灾救助", "农房修缮", "生产补助"),
    _WATER: ("送水保障", "管网延伸"),
}
_TAGS = (("老人户", 0.09), ("重病户", 0.03), ("残疾人户", 0.04))
_OF_RISK = {"因病": ("重病户", 0.65), "因残": ("残疾人户", 0.85), "缺劳动力": ("老人户", 0.7)}
_SURNAMES = "李王张刘陈杨黄吴周龙石向田彭罗唐"


_STRUCK = {"flood": ("2025-07-06", 30), "drought": ("2026-07-20", 95)}
_TODAY, _NEVER = np.datetime64(LAST_DAY), np.datetime64("NaT", "D")

_Days = NDArray[np.datetime64]


@dataclass(frozen=True)
class Cases:
    """The ledger and what it says of households.

    `ledger` has one row a case, by the day of its alert: code, village (row in the table of villages), kind, persons,
    alert, verified, included, dismissed, cleared (not a time where it did not come to that), clearing, owner, office.
    `risks` has case (row of `ledger`), number (from 1), risk, measure ("" for none), started. `later` are the measures
    handed in afterwards: case, risk, measure, started. `tags` has one row for each household with a tag or a case:
    code, village, kind, monitored_kind, tags.
    """

    ledger: pd.DataFrame
    risks: pd.DataFrame
    later: pd.DataFrame
    tags: pd.DataFrame


def invent_cases(villages: pd.DataFrame, households: Households, gaps: pd.DataFrame, seed: int) -> Cases:
    """Return the cases of the county's households; `gaps` is the ledger of guarantee gaps (`gaps.invent_gaps`)."""
    rng = np.random.default_rng([seed, DICE])
    register = households.register
    chosen = _chosen(register, _is_poor(households), gaps, rng)
    chosen = chosen.join(register[["village", "kind", "monitored_kind", "persons"]], on="home")
    chosen["code"] = register["code"].to_numpy()[chosen["home"]]
    chosen["township"] = villages["township"].to_numpy()[chosen["village"]]
    ledger = _with_days(chosen, rng)
    idle = int(np.flatnonzero(villages["township"] == DROUGHT_TOWNSHIP)[IDLE_PLACE])
    ledger["kind"] = np.where(
        ledger["disaster"] != "",
        _KINDS[2],
        np.where(
            ledger["monitored_kind"] != "", ledger["monitored_kind"], np.where(ledger["kind"] == "脱贫户", *_KINDS[:2])
        ),
    )
    surname = np.array(list(_SURNAMES))[rng.integers(0, len(_SURNAMES), len(ledger))]
    ledger["owner"] = [f"包村干部 {name}某" for name in surname]
    ledger["office"] = ledger["township"] + "人民政府"
    ledger = ledger.sort_values(["alert", "code"], ignore_index=True)
    risks, later = _measures(ledger, ledger["village"].to_numpy() == idle, rng)
    return Cases(ledger, risks, later, _tags(register, ledger, risks, rng))


def _is_poor(households: Households) -> NDArray[np.bool_]:
    """Tell whose income of the last twelve months is under the line."""
    last = {name: amounts[:, -12:].sum(axis=1, dtype=np.int64) for name, amounts in households.income.items()}
    net = last["wage"] + last["business"] + last["property"] + last["transfer"] - last["business_cost"]
    is_poor: NDArray[np.bool_] = net < LINES[max(LINES)] * households.members_year
    return is_poor


def _chosen(
    register: pd.DataFrame, is_poor: NDArray[np.bool_], gaps: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Return whose case there is and how it stands: home (row of the register), state, water (whether for its gap)."""
    is_known = (register["monitored_kind"] != "").to_numpy()
    open_gaps = gaps[gaps["cleared"].isna()]
    place = pd.Series(register.index, index=register["code"])
    grave = place[open_gaps.loc[open_gaps["item"].isin(("housing", "water")), "code"].unique()].to_numpy()
    followed = rng.permutation(grave)[WITHOUT_CASE:]
    poor = rng.permutation(np.setdiff1d(np.flatnonzero(is_poor & ~is_known), grave))
    known_poor = rng.permutation(np.setdiff1d(np.flatnonzero(is_poor & is_known), grave))
    known = rng.permutation(np.setdiff1d(np.flatnonzero(~is_poor & is_known), grave))
    others = open_gaps.loc[~open_gaps["item"].isin(("housing", "water")) & (open_gaps["found"] < "2026-09-01"), "code"]
    with_gap = rng.permutation(np.setdiff1d(place[others.unique()].to_numpy(), np.flatnonzero(is_poor | is_known)))
    plain = rng.permutation(np.setdiff1d(np.flatnonzero(~is_poor & ~is_known), np.concatenate([grave, with_gap])))
    stays = len(known) // 7
    parts = {
        "stock": [known_poor[UNDER_LINE:], poor[MISSED + UNDECIDED :], followed, known[:stays]],
        "cleared": [known[stays + TOO_SOON :]],
        "too soon": [known[stays : stays + TOO_SOON]],
        "under line": [known_poor[:UNDER_LINE]],
        "with gap": [with_gap[:WITH_GAP]],
        "undecided": [poor[MISSED : MISSED + UNDECIDED]],
        "dismissed": [plain[:DISMISSED]],
    }
    rows = [pd.DataFrame({"home": np.concatenate(homes), "state": state}) for state, homes in parts.items()]
    chosen = pd.concat(rows, ignore_index=True)
    return chosen.assign(water=chosen["home"].isin(followed))


def _with_days(chosen: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the cases with their days, from the alert to the clearance, and the disaster that some came from."""
    count, state = len(chosen), chosen["state"].to_numpy()
    is_over = np.isin(state, ("cleared", "too soon", "under line", "with gap"))
    disaster = _disasters(chosen, is_over, rng)
    alert, ended = _ends(state, is_over, disaster, rng)
    slow = np.where(chosen["township"].isin(BEHIND), 2.6, 1.0)
    verified = alert + _whole_days(np.ceil(rng.gamma(2.2, 1.6, count) * slow).clip(1))
    included = verified + _whole_days(np.ceil(5 + rng.gamma(1.6, 1.5, count) * slow))
    dismissed = verified + _whole_days(np.full(count, 2))
    days = {
        "verified": np.where((state == "undecided") & (verified > _TODAY), _NEVER, np.minimum(verified, _TODAY)),
        "included": np.where(np.isin(state, ("undecided", "dismissed")), _NEVER, np.minimum(included, _TODAY)),
        "dismissed": np.where(state == "dismissed", np.minimum(dismissed, _TODAY), _NEVER),
        "cleared": np.where(is_over, ended, _NEVER),
    }
    clearing = np.where(rng.random(count) < 0.85, "帮扶消除", "自然消除")
    return chosen.assign(
        disaster=disaster,
        alert=pd.to_datetime(alert),
        **{name: pd.to_datetime(day) for name, day in days.items()},
        clearing=np.where(is_over, clearing, ""),
    )


def _ends(
    state: NDArray[np.object_], is_over: NDArray[np.bool_], disaster: NDArray[np.str_], rng: np.random.Generator
) -> tuple[_Days, _Days]:
    """Return the day of each alert, and that on which the risk was gone where it is over."""
    count = len(state)
    # Most came lately; the others up to four and a half years ago.
    alert = _TODAY - _whole_days(np.minimum(rng.exponential(520, count), 1640) + 12)
    lately = rng.choice([3, 5, 8, 11, 14, 19, 26, 38], count)
    alert = np.where(state == "undecided", _TODAY - _whole_days(lately), alert)
    spell = _whole_days(np.where(state == "too soon", rng.uniform(62, 150, count), rng.uniform(215, 700, count)))
    ago = np.where(state == "cleared", rng.uniform(1, 1090, count), rng.uniform(5, 80, count))
    ended = _TODAY - _whole_days(ago)
    decided = _whole_days(np.full(count, 14))
    alert = np.where(is_over, ended - spell - decided, alert)
    for name, (first, length) in _STRUCK.items():
        struck = np.datetime64(first) + _whole_days(length * rng.beta(1.3, 2.4, count))
        alert = np.where(disaster == name, struck, alert)
    ended = np.where(disaster == "flood", np.maximum(ended, alert + decided + spell), ended)
    return alert, np.minimum(ended, _TODAY - np.timedelta64(1, "D"))


def _whole_days(count: NDArray[Any]) -> NDArray[np.timedelta64]:
    days: NDArray[np.timedelta64] = np.floor(count).astype("timedelta64[D]")
    return days


def _disasters(chosen: pd.DataFrame, is_over: NDArray[np.bool_], rng: np.random.Generator) -> NDArray[np.str_]:
    """Return which of the cases the flood or the drought brought; the drought's are not over."""
    often = rng.random(len(chosen)) < 0.55
    ordinary = chosen["state"].isin(("stock", "cleared")).to_numpy()
    flood = ordinary & often & chosen["township"].isin(FLOOD_TOWNSHIPS).to_numpy()
    dry = (
        ordinary & ~is_over & (chosen["township"] == DROUGHT_TOWNSHIP).to_numpy() & (often | chosen["water"].to_numpy())
    )
    return np.where(flood, "flood", np.where(dry, "drought", ""))


def _measures(
    ledger: pd.DataFrame, is_idle: NDArray[np.bool_], rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return each case's risks with the measures of the first ledger, and the measures handed in afterwards."""
    is_slow = ledger["township"].isin(BEHIND).to_numpy()
    is_late = (ledger["included"] > _TODAY - np.timedelta64(300, "D")).to_numpy()
    nothing = is_idle & is_late | is_late & (rng.random(len(ledger)) < np.where(is_slow, 0.4, 0.012))
    odds = np.array([share for share, _ in _RISKS.values()])
    names = list(_RISKS)
    today, more = pd.Timestamp(LAST_DAY), pd.Timedelta(days=60)
    rows, later = [], []
    for at, case in enumerate(ledger.itertuples(index=False)):
        first = [_DISASTER] if case.disaster else [_WATER] if case.water else []
        drawn = rng.choice(names, 2, replace=False, p=odds / odds.sum()).tolist()
        risks = [*first, *drawn][: 1 + int(rng.random() < 0.35)]
        for number, risk in enumerate(risks, start=1):
            measure, other = map(str, rng.choice(_DONE[risk], 2, replace=False))
            wait = np.ceil(rng.gamma(2.0, 5.0) * (2.4 if is_slow[at] else 1.0)) * number
            started = case.included + pd.Timedelta(days=int(wait))
            helped = not nothing[at] and started <= today and (number == 1 or rng.random() < 0.92)
            # What came later than the first is handed in on a sheet of its own.
            if helped and number > 1 and rng.random() < 0.3:
                later.append((at, risk, measure, started))
                helped = False
            elif helped and rng.random() < 0.15 and started + more <= today:
                later.append((at, risk, other, started + more))
            rows.append((at, number, risk, measure if helped else "", started if helped else pd.NaT))
    return (
        pd.DataFrame(rows, columns=["case", "number", "risk", "measure", "started"]),
        pd.DataFrame(later, columns=["case", "risk", "measure", "started"]),
    )


def _tags(register: pd.DataFrame, ledger: pd.DataFrame, risks: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the households of special groups, and those of the cases with the kind that they have since."""
    own = {name: rng.random(len(register)) < share for name, share in _TAGS}
    place = pd.Series(register.index, index=register["code"])
    home = place[ledger["code"]].to_numpy()
    for risk, (name, share) in _OF_RISK.items():
        has_risk = risks.loc[risks["risk"] == risk, "case"].unique()
        own[name][home[has_risk[rng.random(len(has_risk)) < share]]] = True
    words = pd.DataFrame({name: np.where(has, name, "") for name, has in own.items()})
    held = register[["code", "village", "kind", "monitored_kind"]].assign(tags=_joined(words))
    entered = ledger["included"].notna()
    at = home[entered.to_numpy()]
    held.loc[at, "kind"] = "监测对象"
    held.loc[at, "monitored_kind"] = ledger.loc[entered, "kind"].to_numpy()
    is_listed = (held["tags"] != "") | held.index.isin(at)
    return held[is_listed].reset_index(drop=True)


def _joined(words: pd.DataFrame) -> NDArray[np.str_]:
    """Return each row's words with 、 between them."""
    joined: NDArray[np.str_] = words.iloc[:, 0].to_numpy(dtype=str)
    for name in words.columns[1:]:
        more = words[name].to_numpy(dtype=str)
        comma = np.where((joined != "") & (more != ""), "、", "")
        joined = np.char.add(np.char.add(joined, comma), more)
    return joined
