"""What needs a leader: the indicators behind, the places hidden by a good total, what fell back, and who is silent."""

from datetime import date
from typing import Any

import pandas as pd

from data_access.campaign import Campaign, village_tasks
from data_access.indicators import Indicator, children_of, dictionary, figures_of, shortfalls
from data_access.regions import levels_under
from data_access.schema import LEVELS
from data_access.snapshot import Snapshot, cached

#: How urgent a gap is that has no distance from plan; one that is behind has its distance over its amber points.
_SILENT, _FELL, _HIDDEN = 1.0, 0.75, 0.5

_Row = tuple[Any, ...]
_COLUMNS = ["kind", "indicator", "light", "gap", "change", "urgency", "places", "of", "missing"]


@cached
def gaps_of(
    snapshot: Snapshot, code: str, on: date, complete_from: float, campaign: Campaign | None, silent_days: int
) -> pd.DataFrame:
    """Return what needs attention in a region, the most urgent first.

    Columns: kind ("behind": the region itself is behind; "hidden": it is not, but children are far behind; "fell": less
    than the period before by a point or more; "silent": villages without a campaign report for longer than
    `silent_days`), indicator (null for "silent"), light, gap (points), change, urgency (1 and more is red), places (how
    many children are behind, or villages silent), of (how many there are), missing (in the numerator's unit).
    """
    entries = dictionary(snapshot)
    rows = [
        _gap(snapshot, code, row, entries[row.indicator], on, complete_from)
        for row in figures_of(snapshot, code, on, complete_from).itertuples()
        if row.light != "grey" and not (campaign and row.indicator == campaign.indicator)
    ]
    rows += [_silent(snapshot, code, campaign, on, silent_days)] if campaign and campaign.day > silent_days else []
    table = pd.DataFrame([row for row in rows if row], columns=_COLUMNS)
    return table.sort_values("urgency", ascending=False, kind="stable", ignore_index=True)


def _gap(snapshot: Snapshot, code: str, row: Any, entry: Indicator, on: date, complete_from: float) -> _Row | None:
    below = levels_under(snapshot, code)
    reaches_below = bool(below) and LEVELS.index(below[0]) <= LEVELS.index(entry.level)
    children = children_of(snapshot, code, entry.id, on, complete_from) if reaches_below else None
    behind = shortfalls(children, entry) if children is not None else None
    counts = (len(behind), len(children)) if behind is not None and children is not None else (0, 0)
    missing = behind["missing"].sum() if behind is not None else None
    common = (row.indicator, row.light, row.gap, row.change)
    if row.light in ("amber", "red"):
        return ("behind", *common, -row.gap / entry.amber_points, *counts, missing)
    better = 1 if entry.direction == "up" else -1
    if row.gap == row.gap and row.change == row.change and round(row.change * better, 1) <= -1 and entry.unit == "%":
        return ("fell", *common, _FELL, *counts, missing)
    far = int((children["light"] == "red").sum()) if children is not None else 0
    if far:
        return ("hidden", *common, _HIDDEN, far, counts[1], missing)
    return None


def _silent(snapshot: Snapshot, code: str, campaign: Campaign, on: date, silent_days: int) -> _Row | None:
    tasks = village_tasks(snapshot, code, campaign, on)
    if tasks.empty:
        return None
    days = tasks.groupby("code")["silent_days"].min()
    silent = int((days > silent_days).sum())
    return ("silent", None, "grey", None, None, _SILENT, silent, len(days), None) if silent else None


def worst_by_group(figures: pd.DataFrame, entries: dict[str, Indicator], lead: str | None) -> pd.DataFrame:
    """Return one row per group of indicators, the most urgent first: its indicator farthest behind, or `lead`.

    `figures` is a `figures_of`; its columns, and group_id, group_name, group_name_en, on_target and judged (how many of
    the group's indicators with a plan or target reach it).
    """
    table = figures.assign(
        **{
            field: [getattr(entries[i], field) for i in figures["indicator"]]
            for field in ("group_id", "group_name", "group_name_en")
        },
        distance=[row.gap / entries[row.indicator].amber_points for row in figures.itertuples()],
        leads=figures["indicator"] == lead,
    )
    judged = table["light"].isin(("green", "amber", "red"))
    by_group = table["group_id"]
    table["judged"] = judged.groupby(by_group).transform("sum")
    table["on_target"] = (table["light"] == "green").groupby(by_group).transform("sum")
    order = table.sort_values(["leads", "distance"], ascending=[False, True], na_position="last", kind="stable")
    return order.drop_duplicates("group_id").drop(columns=["distance", "leads"]).reset_index(drop=True)
