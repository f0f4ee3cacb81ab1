"""What needs a leader: the indicators behind, the places hidden by a good total, what fell back, and who is silent."""

from datetime import date

import numpy as np
import pandas as pd

from data_access.campaign import Campaign, village_tasks
from data_access.indicators import Indicator, dictionary, figures_of, matrix_of
from data_access.snapshot import Snapshot, cached

#: How urgent a gap is that has no distance from plan; one that is behind has its distance over its amber points.
_SILENT, _FELL, _HIDDEN = 1.0, 0.75, 0.5

_COLUMNS = ["kind", "indicator", "light", "change", "gap", "urgency", "places"]


@cached
def gaps_of(
    snapshot: Snapshot, code: str, on: date, complete_from: float, campaign: Campaign | None, silent_days: int
) -> pd.DataFrame:
    """Return what needs attention in a region, the most urgent first.

    Columns: kind ("behind": the region itself is behind; "hidden": it is not, but children are far behind; "fell": less
    than the period before by a point or more; "silent": villages without a campaign report for longer than
    `silent_days`), indicator (null for "silent"), light, change, gap (points), urgency (1 and more is red), places (how
    many children are behind, or far behind for "hidden", or villages silent).
    """
    entries = dictionary(snapshot)
    lead = campaign.indicator if campaign else None
    figures = figures_of(snapshot, code, on, complete_from)
    figures = _wholes(figures[(figures["light"] != "grey") & (figures["indicator"] != lead)])
    children = matrix_of(snapshot, code, tuple(entries), on, complete_from)
    by_indicator = children["indicator"]
    behind = children["light"].isin(("amber", "red")).groupby(by_indicator).sum()
    far = (children["light"] == "red").groupby(by_indicator).sum()

    table = figures[["indicator", "light", "change", "gap"]].assign(
        behind=figures["indicator"].map(behind).fillna(0).astype(int),
        far=figures["indicator"].map(far).fillna(0).astype(int),
    )
    of_rate = table["indicator"].isin([key for key, entry in entries.items() if entry.unit == "%"])
    signs = {key: 1.0 if entry.direction == "up" else -1.0 for key, entry in entries.items()}
    better = table["indicator"].map(signs).astype(float)
    amber = table["indicator"].map({key: entry.amber_points for key, entry in entries.items()}).astype(float)
    fell = of_rate & table["gap"].notna() & ((table["change"] * better).round(1) <= -1)
    is_behind = table["light"].isin(("amber", "red"))
    table["kind"] = np.select([is_behind, fell, table["far"] > 0], ["behind", "fell", "hidden"], default="")
    table["urgency"] = np.select([is_behind, fell], [-table["gap"] / amber, _FELL], default=_HIDDEN)
    table["places"] = table["behind"].where(table["kind"] != "hidden", table["far"])
    table = table.loc[table["kind"] != "", _COLUMNS]
    if campaign and campaign.day > silent_days:
        table = pd.concat([table, _silent(snapshot, code, campaign, on, silent_days)], ignore_index=True)
    return table.sort_values("urgency", ascending=False, kind="stable", ignore_index=True)


def _wholes(figures: pd.DataFrame) -> pd.DataFrame:
    """Return the rows but those that are told with another: funds.paid.county is a part of funds.paid."""
    ids = set(figures["indicator"])
    steps = ([key.rsplit(".", n)[0] for n in range(1, key.count(".") + 1)] for key in figures["indicator"])
    return figures[np.array([ids.isdisjoint(wholes) for wholes in steps], dtype=bool)]


def _silent(snapshot: Snapshot, code: str, campaign: Campaign, on: date, silent_days: int) -> pd.DataFrame:
    days = village_tasks(snapshot, code, campaign, on).groupby("code")["silent_days"].min()
    silent = int((days > silent_days).sum())
    rows = [("silent", None, "grey", np.nan, np.nan, _SILENT, silent)] if silent else []
    return pd.DataFrame(rows, columns=_COLUMNS)


def worst_by_group(figures: pd.DataFrame, entries: dict[str, Indicator], lead: str | None) -> pd.DataFrame:
    """Return one row per group of indicators, the most urgent first: its indicator farthest behind, or `lead`.

    `figures` is a `figures_of`, and so are the columns.
    """
    wholes = _wholes(figures)
    order = wholes.assign(
        group=[entries[key].group_id for key in wholes["indicator"]],
        distance=[row.gap / entries[row.indicator].amber_points for row in wholes.itertuples()],
        leads=wholes["indicator"] == lead,
    ).sort_values(["leads", "distance"], ascending=[False, True], na_position="last", kind="stable")
    return order.drop_duplicates("group").drop(columns=["group", "distance", "leads"]).reset_index(drop=True)
