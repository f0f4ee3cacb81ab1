"""The fictional 100-day campaign: ten key tasks, what each village was given, and what it reported up to day 63."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from demo.tasks import TASKS, Task

REPORTED_DAYS = 63
BEHIND = ("石岭镇", "青塘镇")
AHEAD = ("白沙镇", "茶坪镇")
LATE = "凤鸣乡"
#: The days on which the late township hands in what it has; nothing after the last.
LATE_BURSTS = (13, 27, 41, 52)
FELL_BACK, RECHECK_DAY = "T08", 41
FINISHED_EARLY = "T10"
NEVER_REPORTED = 7

#: How fast a township works: 1 keeps to the schedule day by day.
_PACE = dict.fromkeys(BEHIND, 0.63) | dict.fromkeys(AHEAD, 1.13)
_USUAL_PACE = 1.0
_SURNAMES = "李王张刘陈杨黄吴周龙石向田彭罗唐邓谢曾肖"
#: Who answers for a village's tasks, and how often: posts in the village, then posts that a township has once.
_VILLAGE_POSTS = ("驻村第一书记", "驻村工作队长", "村党支部书记", "包村干部")
_TOWNSHIP_POSTS = ("镇长", "镇党委副书记", "人大主席")
_POST_ODDS = (0.32, 0.24, 0.22, 0.12, 0.04, 0.03, 0.03)


@dataclass(frozen=True)
class Campaign:
    """The campaign as tables.

    `targets`: task, code, name, township, target, owner, office, deadline.
    `reports`: the same and day (1 is the first), done (cumulative, in the task's unit), problem ("" for none); one row
    for each task, village and day, ordered by township, day, village and task.
    `silent`: codes of the villages that never reported.
    """

    targets: pd.DataFrame
    reports: pd.DataFrame
    silent: frozenset[str]


def run_campaign(villages: pd.DataFrame, rng: np.random.Generator) -> Campaign:
    """Return what the villages (as `places.villages_of` returns them) were given and what they reported."""
    silent = _silent_villages(villages, rng)
    targets = _targets(villages, silent, rng)
    return Campaign(targets, _reports(targets, silent, rng), silent)


def planned_share(task: Task, days: np.ndarray) -> np.ndarray:
    """Return the share (0 to 1) of the target that the backward schedule asks for by the end of these days."""
    due, percent = zip((0, 0), *task.milestones, strict=True)
    share: np.ndarray = np.interp(days, due, np.array(percent) / 100)
    return share


def _silent_villages(villages: pd.DataFrame, rng: np.random.Generator) -> frozenset[str]:
    """Return the villages that never report: two in a township that is behind, the others each in another township."""
    first = villages[villages["township"] == BEHIND[0]]["code"]
    elsewhere = villages[~villages["township"].isin([*BEHIND, *AHEAD, LATE])]
    homes = rng.choice(elsewhere["township"].unique(), NEVER_REPORTED - 2, replace=False)
    codes = [rng.choice(elsewhere[elsewhere["township"] == home]["code"]) for home in homes]
    return frozenset([*rng.choice(first, 2, replace=False).tolist(), *map(str, codes)])


def _targets(villages: pd.DataFrame, silent: frozenset[str], rng: np.random.Generator) -> pd.DataFrame:
    owners = _owners(villages, rng)
    parts = []
    for task in TASKS:
        applies = rng.random(len(villages)) < task.coverage
        if task.id == FINISHED_EARLY:
            applies &= ~villages["code"].isin(silent).to_numpy()
        given = villages[applies]
        size = given["households"] * task.per_household * rng.lognormal(0, task.spread, len(given))
        post = rng.choice(len(_POST_ODDS), len(given), p=_POST_ODDS)
        parts.append(
            pd.DataFrame(
                {
                    "task": task.id,
                    "code": given["code"],
                    "name": given["name"],
                    "township": given["township"],
                    "target": np.maximum(np.round(size if task.spread else given["households"]), task.least),
                    "owner": owners[applies, post],
                    "office": given["township"] + "人民政府",
                    "deadline": task.deadline,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _owners(villages: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Return who holds each post (column) for each village (row), as a post and a surname: 镇长 李某."""
    township = pd.factorize(villages["township"])[0]
    in_village = rng.choice(list(_SURNAMES), (len(villages), len(_VILLAGE_POSTS)))
    in_township = rng.choice(list(_SURNAMES), (township.max() + 1, len(_TOWNSHIP_POSTS)))[township]
    kind = villages["township"].str[-1]
    titles = [[*_VILLAGE_POSTS, *(post.replace("镇", last) for post in _TOWNSHIP_POSTS)] for last in kind]
    surnames = np.hstack([in_village, in_township])
    return np.array([[f"{t} {s}某" for t, s in zip(*row, strict=True)] for row in zip(titles, surnames, strict=True)])


def _reports(targets: pd.DataFrame, silent: frozenset[str], rng: np.random.Generator) -> pd.DataFrame:
    tasks = {task.id: task for task in TASKS}
    own_pace = {code: rng.lognormal(0, 0.09) for code in targets["code"].unique()}
    parts = []
    for row in targets[~targets["code"].isin(silent)].itertuples():
        days = _report_days(row.township, rng)
        pace = _PACE.get(row.township, _USUAL_PACE) * own_pace[row.code] * rng.lognormal(0, 0.08)
        share = _achieved(tasks[row.task], days, pace, rng)
        done = np.round(share * row.target, tasks[row.task].decimals)
        parts.append(
            pd.DataFrame(
                {"at": row.Index, "day": days, "done": done, "problem": _problems(tasks[row.task], days, share, rng)}
            )
        )
    reports = pd.concat(parts).set_index("at").join(targets)
    reports["rank"] = reports["township"].map({name: n for n, name in enumerate(targets["township"].unique())})
    reports = reports.sort_values(["rank", "day", "code", "task"], kind="stable")
    return reports.drop(columns="rank").reset_index(drop=True)


def _report_days(township: str, rng: np.random.Generator) -> np.ndarray:
    if township == LATE:
        return np.array(LATE_BURSTS)
    days = rng.integers(1, 5) + np.cumsum(rng.integers(2, 7, REPORTED_DAYS // 2))
    return days[days <= REPORTED_DAYS]


def _achieved(task: Task, days: np.ndarray, pace: float, rng: np.random.Generator) -> np.ndarray:
    """Return the share (0 to 1) of the target done by each of the days; it grows, but for the task that fell back."""
    if task.id == FINISHED_EARLY:
        finish = rng.uniform(42, LATE_BURSTS[-1])
        return np.minimum(days / finish, 1) ** 1.15
    share = planned_share(task, days * pace) * rng.lognormal(0, 0.03, len(days))
    share = np.minimum(np.maximum.accumulate(share), 1)
    if task.id != FELL_BACK:
        return share
    # What the re-check sends back is lost on the day; what is left goes on more slowly than before.
    kept = rng.uniform(0.55, 0.8)
    before = float(planned_share(task, np.array([RECHECK_DAY * pace]))[0]) * kept
    again = before + (days - RECHECK_DAY) / 54 * (1 - before) * rng.uniform(0.7, 1.0)
    return np.where(days < RECHECK_DAY, share, np.minimum(again, 1))


def _problems(task: Task, days: np.ndarray, share: np.ndarray, rng: np.random.Generator) -> list[str]:
    """Return what stood in the way on each day, mostly nothing; the re-check is named on the first report after it."""
    behind = planned_share(task, days) - share
    odds = np.where(share >= 1, 0, np.clip(0.03 + behind * 1.2, 0.02, 0.35))
    said = rng.random(len(days)) < odds
    chosen = rng.integers(0, len(task.problems), len(days))
    problems = [task.problems[n] if is_said else "" for n, is_said in zip(chosen, said, strict=True)]
    after = np.flatnonzero(days >= RECHECK_DAY)
    if task.id == FELL_BACK and len(after):
        problems[after[0]] = "“回头看”发现部分问题整改不到位，已退回重新整改"
    return problems
