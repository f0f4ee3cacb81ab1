"""The year-end standing: a score of 0 to 100 by weighted items, its rank, what moved it, and the six lights.

A place is judged by its own figures only. An item without a figure counts neither as none nor as full: it is left out
of the weights, and the place says how much of the weight its score stands on.
"""

from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd
from sqlalchemy import and_, select

from data_access.indicators import Indicator, dictionary, figures_of, matrix_of
from data_access.lights import light_of
from data_access.periods import earlier
from data_access.regions import codes_under, path_to, region_of
from data_access.schema import LEVELS, region
from data_access.snapshot import Snapshot, cached
from data_access.writing import frame
from settings import Assessment, settings

#: What became of an item at a place. It counts; the place owes its figure; there is nothing of it here; nobody has
#: reported it; it is collected at a wider level, and says nothing of this place alone; the dictionary does not have it.
COUNTED, UNREPORTED, NONE, NOBODY, WIDER, UNKNOWN = "counted", "unreported", "none", "nobody", "wider", "unknown"

_PLACE = ["code", "name", "name_en", "level", "households", "township", "township_en"]
_SEVERITY = ["red", "amber", "green", "none", "grey"]


class _Item(NamedTuple):
    """One item as it counts at one level."""

    indicator: str
    part: str
    weight: float
    full: float
    zero: float
    measure: str


def rules() -> Assessment:
    """Return how this county scores: its parts, items and lights."""
    return settings().assessment


def league_of(snapshot: Snapshot, code: str) -> str:
    """Return the region whose places are scored together with this one: its county, above the counties itself."""
    return next((step.code for step in path_to(snapshot, code) if step.level == "county"), code)


@cached
def marks_of(snapshot: Snapshot, code: str, on: date, complete_from: float, level: str) -> pd.DataFrame:
    """Return one row per region at `level` within `code` and item that counts at that level, in order of both.

    Columns: code, name, name_en, level, households, township, township_en (null but for villages), indicator, part,
    measure, weight, full, zero, period, numerator, denominator, plan, value, measured (what the scale speaks of), state
    (see `COUNTED`), share (of full marks, 0 to 1), points (of the score), lost (to full marks); the last three null
    unless counted. The points of a place add up to its score, points and lost to 100. The periods are those of the
    league, so that a place scores the same on every page.
    """
    league = league_of(snapshot, code)
    if league != code:
        inside = _places(snapshot, code, level)["code"]
        whole = marks_of(snapshot, league, on, complete_from, level)
        return whole[whole["code"].isin(inside)].reset_index(drop=True)
    entries = dictionary(snapshot)
    items = _items(level)
    known = tuple(item.indicator for item in items if item.indicator in entries)
    figures = matrix_of(snapshot, code, known, on, complete_from, level)
    table = _places(snapshot, code, level).merge(pd.DataFrame(items, columns=_Item._fields), how="cross")
    columns = ["code", "indicator", "period", "numerator", "denominator", "plan", "value", "year_change"]
    table = table.merge(figures[columns], how="left", on=["code", "indicator"])
    table["measured"] = _measured(table, entries)
    table["state"] = _states(table, entries, level)
    counted = table["state"] == COUNTED
    share = (table["measured"] - table["zero"]) / (table["full"] - table["zero"])
    table["share"] = share.clip(0.0, 1.0).where(counted)
    total = table["weight"].where(counted).groupby(table["code"]).transform("sum")
    table["points"] = table["weight"] * table["share"] / total * 100
    table["lost"] = table["weight"] * (1 - table["share"]) / total * 100
    return table.drop(columns="year_change")


@cached
def scores_of(snapshot: Snapshot, code: str, on: date, complete_from: float, level: str) -> pd.DataFrame:
    """Return one row per region at `level` within `code`, the best first, those without a rank last.

    Columns: those of the place as in `marks_of`, score (0 to 100; null where nothing counts), rank (1 is best; ties
    to the tenth share it; null under `ranked_from` of the weight), before, rank_before (both a month before, by what is
    known today), change, rank_change (positive: up), reported (share of the weight that applies to the place), is_small
    (fewer households than `small_households`).
    """
    now = _scored(marks_of(snapshot, code, on, complete_from, level))
    past = _scored(marks_of(snapshot, code, month_before(on), complete_from, level))
    then = past[["code", "score", "rank"]].rename(columns={"score": "before", "rank": "rank_before"})
    table = now.merge(then, how="left", on="code")
    table["change"] = table["score"] - table["before"]
    table["rank_change"] = table["rank_before"] - table["rank"]
    table["is_small"] = table["households"] < rules().small_households
    return table.sort_values(["rank", "score"], ascending=[True, False], kind="stable", ignore_index=True)


@cached
def moved_by(snapshot: Snapshot, code: str, on: date, complete_from: float) -> pd.DataFrame:
    """Return what each item added to one place's score and to its change in a month, the largest change first.

    Columns: indicator, part, measure, before, now (points; 0 where it did not count), moved (now - before: they add up
    to the change of the score), state, state_before, measured, measured_before.
    """
    own = region_of(snapshot, code)
    if own is None:
        return pd.DataFrame(columns=["indicator", "part", "measure", "before", "now", "moved"])
    now = marks_of(snapshot, code, on, complete_from, own.level)
    past = marks_of(snapshot, code, month_before(on), complete_from, own.level)
    kept = ["indicator", "state", "measured", "points"]
    table = now[["part", "measure", *kept]].merge(past[kept], on="indicator", suffixes=("", "_before"))
    table["now"], table["before"] = table["points"].fillna(0.0), table["points_before"].fillna(0.0)
    table["moved"] = table["now"] - table["before"]
    order = table["moved"].abs().sort_values(ascending=False, kind="stable").index
    return table.drop(columns=["points", "points_before"]).loc[order].reset_index(drop=True)


@cached
def score_over_time(snapshot: Snapshot, code: str, on: date, complete_from: float, months: int) -> pd.DataFrame:
    """Return one place's score on the same day of each of the last `months` months, oldest first: period, value.

    Months without a score are left out.
    """
    own = region_of(snapshot, code)
    days = [on]
    while own and len(days) < months:
        days.insert(0, month_before(days[0]))
    found = [_scored(marks_of(snapshot, code, day, complete_from, own.level)) for day in days] if own else []
    scores = [table["score"].iloc[0] if len(table) else np.nan for table in found]
    table = pd.DataFrame({"period": days[: len(scores)], "value": pd.Series(scores, dtype=float)})
    return table[table["value"].notna()].reset_index(drop=True)


@cached
def lights_of(snapshot: Snapshot, code: str, on: date, complete_from: float) -> pd.DataFrame:
    """Return one row per light, in their order: as good as the worst of its indicators that has a figure.

    An indicator with a plan or a target has its own light. One without is measured by the year before: green where it
    is no worse, amber up to its amber points behind (of amounts: percent), red beyond. Columns: id, light_name,
    light_name_en, light, indicator (the worst; null where none has a figure), basis ("plan", "target", "year", null),
    asked (how many indicators it has), known (those that were judged), silent (those not reported, or not in the
    dictionary), and of the worst those of `figures_of`, with the gap that was judged.
    """
    entries = dictionary(snapshot)
    figures = figures_of(snapshot, code, on, complete_from)
    judged = _against_year(figures, entries).set_index("indicator", drop=False)
    rows = []
    for aim in rules().lights:
        own = judged.loc[[key for key in aim.indicators if key in judged.index]]
        known = own[~own["light"].isin(("grey", "none"))]
        amber = known["indicator"].map({key: entry.amber_points for key, entry in entries.items()}).astype(float)
        distance = known["gap"] / amber
        order = known.assign(severity=known["light"].map(_SEVERITY.index), distance=distance)
        worst = order.sort_values(["severity", "distance"], kind="stable").head(1).to_dict("records")
        head = {"id": aim.id, "light_name": aim.name, "light_name_en": aim.name_en}
        said = own["light"] != "grey"
        asked = len(aim.indicators)
        count = {"asked": asked, "known": len(known), "silent": asked - int(said.sum())}
        rows.append({"light": "grey", "indicator": None, "basis": None, **(worst[0] if worst else {}), **head, **count})
    columns = ["id", "light_name", "light_name_en", "asked", "known", "silent", *judged.columns]
    return pd.DataFrame(rows).reindex(columns=columns)


def month_before(on: date) -> date:
    """Return the same day a month before, or the last of a shorter month."""
    return earlier(on, "month")[0]


def _items(level: str) -> list[_Item]:
    """Return the items that count at a level."""
    found = []
    for item in rules().items:
        own = item.levels.get(level)  # type: ignore[call-overload]
        scale = own or item
        weight = item.weight if own is None or own.weight is None else own.weight
        if weight > 0:
            found.append(_Item(item.indicator, item.part, weight, scale.full, scale.zero, item.measure))
    return found


def _places(snapshot: Snapshot, code: str, level: str) -> pd.DataFrame:
    """Return the regions at `level` within `code`, in order of import."""
    township = region.alias("township")
    is_above = and_(township.c.code == region.c.township_code, township.c.code != region.c.code)
    statement = (
        select(
            *region.c["code", "name", "name_en", "level", "households"],
            township.c.name.label("township"),
            township.c.name_en.label("township_en"),
        )
        .outerjoin(township, is_above)
        .where(region.c.code.in_(codes_under(code, level)))
        .order_by(region.c.position)
    )
    with snapshot.connect() as connection:
        return frame(connection, statement).astype({"households": float})


def _measured(table: pd.DataFrame, entries: dict[str, Indicator]) -> pd.Series:
    """Return what each row's scale speaks of; not a number where there is nothing to compare with."""
    value, change, plan = (table[name].astype(float) for name in ("value", "year_change", "plan"))
    before = value - change
    is_rate = table["indicator"].isin([key for key, entry in entries.items() if entry.unit == "%"])
    by_measure = {
        "value": value,
        "growth": change.where(is_rate, change / before.where(before > 0) * 100),
        "plan": table["numerator"].astype(float) / plan.where(plan > 0) * 100,
    }
    return pd.Series(
        np.select([table["measure"] == name for name in by_measure], list(by_measure.values()), default=np.nan),
        index=table.index,
    )


def _states(table: pd.DataFrame, entries: dict[str, Indicator], level: str) -> pd.Series:
    """Return what became of each row's item (see `COUNTED`)."""
    key = table["indicator"]
    wider = [name for name, entry in entries.items() if entry.level in LEVELS[: LEVELS.index(level)]]
    has_figure = table["measured"].notna()
    nothing = table["numerator"].eq(0) & table["denominator"].eq(0)
    reported = (has_figure | nothing).groupby(key).transform("any")
    states = [
        (~key.isin(list(entries)), UNKNOWN),
        (has_figure, COUNTED),
        (key.isin(wider), WIDER),
        (~reported, NOBODY),
        (nothing, NONE),
    ]
    found = np.select([test for test, _ in states], [name for _, name in states], default=UNREPORTED)
    return pd.Series(found, index=table.index, dtype=object)


def _scored(marks: pd.DataFrame) -> pd.DataFrame:
    """Return one row per place of a `marks_of`: its score, what it stands on, and its rank among them."""
    weight = marks["weight"]
    of_place = marks["code"]
    counted = weight.where(marks["state"] == COUNTED, 0.0).groupby(of_place).sum()
    asked = weight.where(marks["state"].isin((COUNTED, UNREPORTED)), 0.0).groupby(of_place).sum()
    table = marks.drop_duplicates("code")[_PLACE].reset_index(drop=True)
    table["score"] = table["code"].map(marks["points"].groupby(of_place).sum(min_count=1))
    table["reported"] = table["code"].map(counted / asked.where(asked > 0))
    is_ranked = table["reported"].round(9) >= rules().ranked_from
    # Two scores that read the same share a rank.
    table["rank"] = table["score"].round(1).where(is_ranked).rank(method="min", ascending=False)
    return table


def _against_year(figures: pd.DataFrame, entries: dict[str, Indicator]) -> pd.DataFrame:
    """Add what each figure is judged by (basis); light and gap of those without plan or target by the year before."""
    sign = figures["indicator"].map({key: 1.0 if entry.direction == "up" else -1.0 for key, entry in entries.items()})
    amber = figures["indicator"].map({key: entry.amber_points for key, entry in entries.items()}).astype(float)
    before = figures["value"] - figures["year_change"]
    is_rate = figures["indicator"].isin([key for key, entry in entries.items() if entry.unit == "%"])
    moved = figures["year_change"].where(is_rate, figures["year_change"] / before.where(before > 0) * 100) * sign
    has_aim = figures["gap"].notna()
    by_year = ~has_aim & moved.notna()
    basis = np.select([has_aim & figures["plan_value"].notna(), has_aim, by_year], ["plan", "target", "year"], "")
    table = figures.assign(basis=pd.Series(basis, index=figures.index, dtype=object).replace("", None))
    planned = pd.Series(data=True, index=figures.index)
    table["gap"] = figures["gap"].where(has_aim, moved)
    table["light"] = figures["light"].where(~by_year, light_of(moved, amber, moved.notna(), planned))
    return table
