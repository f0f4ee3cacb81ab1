"""Headlines: each names the finding, its size and its place."""

from typing import Any

import pandas as pd

from data_access.campaign import Campaign, Pace
from data_access.indicators import Indicator
from i18n import Words
from wording.figures import count_of, standing_of, told_of

_NAMED, _FEW = 3, 10


def listed(words: Words, names: list[str]) -> str:
    """Return names in a row, as in 石岭镇、青塘镇."""
    return words.gettext(", ").join(names)


def places_of(words: Words, behind: pd.DataFrame, level: str) -> str:
    """Return where a shortfall lies: the few places that make most of it, or how many there are.

    `behind` is a `shortfalls`: the largest part first, with each one's share.
    """
    most = behind[behind["share"].cumsum().shift(fill_value=0) < 0.5]
    if len(most) <= _NAMED:
        return listed(words, [words.pick(row.name, row.name_en) for row in most.itertuples(index=False)])
    return count_of(words, level, len(behind))


def figure_headline(words: Words, entry: Indicator, row: Any, behind: pd.DataFrame, level: str) -> str:
    """Return an indicator's finding for one region: value, distance, and the places where the gap is.

    `row` is one named tuple of `figures_of`; `behind` the `shortfalls` of its children, at `level`; at the last level
    its own, with an empty `level`.
    """
    name = words.pick(entry.name, entry.name_en)
    if row.light == "grey":
        return words.gettext("{name}: not reported").format(name=name)
    standing = standing_of(words, entry, row)
    finding = words.gettext("{name} {value}").format(name=name, value=told_of(words, entry, row))
    if standing:
        finding = words.gettext("{finding}, {standing}").format(finding=finding, standing=standing)
    # Of a sample only the share means anything, not how many of those asked it lacks.
    if row.light not in ("amber", "red") or behind.empty or entry.is_sample:
        return finding
    total = behind["missing"].sum()
    # Of a few, the parts count: half a point must not read as none.
    decimals = 0 if total >= _FEW or total == round(total) else 1 if total >= 1 else max(entry.decimals, 1)
    missing = words.amount(total, words.pick(entry.numerator_unit, entry.numerator_unit_en), decimals)
    if not level:
        return words.gettext("{finding} ({missing})").format(finding=finding, missing=missing)
    text = words.gettext("{finding} ({missing}); most of the gap is in {places}")
    return text.format(finding=finding, missing=missing, places=places_of(words, behind, level))


def campaign_headline(words: Words, campaign: Campaign, finding: str) -> str:
    """Return the day of the campaign before the finding."""
    if campaign.day < campaign.days:
        day = words.gettext("Day {day} of {days}").format(day=campaign.day, days=campaign.days)
    else:
        day = words.gettext("{name} is over").format(name=words.pick(campaign.name, campaign.name_en))
    return words.gettext("{day}: {finding}").format(day=day, finding=finding)


def pace_headline(words: Words, campaign: Campaign, pace: Pace) -> str:
    """Return where the present pace leads and the pace that is needed."""
    if pace.present is None:
        return words.gettext("Too few reports to tell the pace")
    if pace.finish_on is None:
        return words.gettext("At the present pace it will not be finished; {needed} a day are needed").format(
            needed=words.distance(pace.needed)
        )
    if pace.needed is None or pace.finish_on <= campaign.end_on:
        days = (campaign.end_on - pace.finish_on).days
        text = words.gettext("At the present pace finished on {date}, {days} days before the end")
        return text.format(date=words.date(pace.finish_on), days=days)
    days = (pace.finish_on - campaign.end_on).days
    text = words.gettext("At the present pace finished on {date}, {days} days late; {needed} a day are needed")
    return text.format(date=words.date(pace.finish_on), days=days, needed=words.distance(pace.needed))


def ranking_headline(words: Words, children: pd.DataFrame, level: str, day: str) -> str:
    """Return how many of the children are far behind and who is last, on a day."""
    far = int((children["light"] == "red").sum())
    reported = children[children["rank"].notna()]
    if reported.empty:
        return words.gettext("Nothing reported by {day}").format(day=day)
    last = reported.iloc[-1]
    name = words.pick(last["name"], last["name_en"])
    if not far:
        return words.gettext("{day}: nobody far behind; last is {name}").format(day=day, name=name)
    text = words.gettext("{day}: {places} far behind; last is {name}")
    return text.format(day=day, places=count_of(words, level, far), name=name)


def heatmap_headline(words: Words, cells: pd.DataFrame) -> str:
    """Return the task and the place that lie farthest behind; `cells` has task_name, name and gap."""
    behind = cells[cells["gap"] < 0]
    if behind.empty:
        return words.gettext("Every task is on plan everywhere")
    worst = behind.loc[behind["gap"].idxmin()]
    text = words.gettext("Farthest behind: {task} in {name}, by {distance}")
    return text.format(task=worst["task_name"], name=worst["name"], distance=words.distance(-worst["gap"]))


def behind_headline(words: Words, villages: pd.DataFrame, silent_days: int) -> str:
    """Return how many villages of a `village_tasks` are behind plan in some task, and how many are silent."""
    behind = villages.loc[villages["gap"].round(1) < 0, "code"].nunique()
    silent = villages.loc[villages["silent_days"] > silent_days, "code"].nunique()
    text = words.gettext("{behind} behind plan; {silent} without a report for over {days} days")
    counts = (count_of(words, "village", n) for n in (behind, silent))
    return text.format(behind=next(counts), silent=next(counts), days=silent_days)


def place_headline(words: Words, name: str, figures: pd.DataFrame) -> str:
    """Return how a place stands over all its indicators; `figures` are the reported rows of a `figures_of`."""
    lights = figures["light"].value_counts()
    red, amber, green = (int(lights.get(light, 0)) for light in ("red", "amber", "green"))
    if not red + amber + green:
        return words.gettext("{name}: nothing reported has a plan or a target").format(name=name)
    text = words.gettext(
        "{name}: of {n} indicators with a plan or target, {green} reach it, {amber} are behind, {red} far behind"
    )
    return text.format(name=name, n=red + amber + green, green=green, amber=amber, red=red)


def trend_headline(words: Words, entry: Indicator, row: Any) -> str:
    """Return how a figure moved against the period before and the year before; `row` is one of `figures_of`."""
    finding = words.gettext("{name} {value}").format(
        name=words.pick(entry.name, entry.name_en), value=told_of(words, entry, row)
    )
    against = {words.gettext("against a year before"): row.year_change}
    if entry.frequency in ("day", "week"):
        against[words.gettext("against the week before")] = row.change
    elif entry.frequency != "year":
        against[words.gettext("against the period before")] = row.change
    moves = [
        f"{label} {moved(words, entry, row.value, change)}" for label, change in against.items() if change == change
    ]
    for move in moves:
        finding = words.gettext("{finding}, {standing}").format(finding=finding, standing=move)
    return finding


def moved(words: Words, entry: Indicator, value: float, change: float) -> str:
    """Return how a value changed: a rate in points, an amount in percent of what it was."""
    if entry.unit == "%":
        return words.points(change)
    before = value - change
    sign = "+" if change > 0 else ""
    return sign + words.number(change / before * 100, 1) + "%" if before else words.number(change, entry.decimals)
