"""What is known of projects as tables, and how each of them stood on given days: its gates, its works, its money.

Two rules hold everywhere. A gate is passed on the earliest day that it or any later one was reached, so that a missing
date in the middle holds nobody back. An amount that a ledger leaves blank is as it was last known; never known, nothing
has moved yet.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Connection, Select, func, select

from data_access.schema import fund_flow, project, project_progress, project_stage
from data_access.writing import frame

#: The gates of a project, in their order.
GATES = ("listed", "approved", "tendered", "started", "finished", "accepted", "settled", "handed_over")
#: Who gives the money.
SOURCES = ("central", "provincial", "prefecture", "county")
#: What becomes of it.
MONEY = ("allocated", "disbursed", "paid")
STARTED, FINISHED = GATES.index("started"), GATES.index("finished")

#: Days as numpy counts them, not a time where there is none.
Days = NDArray[np.datetime64]
Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Detail(NamedTuple):
    """Some projects, by code, and what is known of them; the other three have `at`, the row of their project."""

    projects: pd.DataFrame
    stages: pd.DataFrame
    progress: pd.DataFrame
    flows: pd.DataFrame


def detail_of(connection: Connection, regions: Select[str]) -> Detail:
    """Return the projects that belong to these regions (a select of their codes), with all that is known of them."""
    # Sorted here: for an order of its own the database reads the whole table along the key.
    inside = regions.subquery()
    of_region = project.c.region_code == inside.c[0]
    projects = frame(connection, select(project).join(inside, of_region)).sort_values("code", ignore_index=True)
    at = pd.Series(range(len(projects)), index=projects["code"], dtype="int64")

    def of(table: Any, *order: str) -> pd.DataFrame:
        rows = select(table).join(project, project.c.code == table.c.project_code).join(inside, of_region)
        found = frame(connection, rows).sort_values(["project_code", *order], ignore_index=True)
        return found.assign(at=found["project_code"].map(at).astype("int64"))

    return Detail(
        projects,
        of(project_stage, "stage"),
        of(project_progress, "reported_on"),
        of(fund_flow, "document", "as_of"),
    )


def newest_day(connection: Connection) -> date | None:
    """Return the newest day that anything is known of: a gate passed, works reported, or money."""
    columns = (project_stage.c.reached_on, project_progress.c.reported_on, fund_flow.c.as_of)
    newest = (connection.execute(select(func.max(column))).scalar() for column in columns)
    return max((day for day in newest if day), default=None)


def reached_days(connection: Connection, codes: Sequence[str]) -> dict[str, dict[str, date]]:
    """Return by gate and project the day that it was reached, of these projects and as far as it was."""
    statement = select(*project_stage.c["stage", "project_code", "reached_on"]).where(
        project_stage.c.project_code.in_(codes), project_stage.c.reached_on.is_not(None)
    )
    found: dict[str, dict[str, date]] = {}
    for stage, code, day in connection.execute(statement):
        found.setdefault(stage, {})[code] = day
    return found


def days_of(values: Any) -> Days:
    """Return dates as numpy counts days."""
    days: Days = pd.to_datetime(pd.Series(values, dtype=object)).to_numpy().astype("datetime64[D]")
    return days


def _by_gate(detail: Detail, column: str) -> Days:
    """Return a date of `stages` by project and gate."""
    table = np.full((len(detail.projects), len(GATES)), np.datetime64("NaT"), dtype="datetime64[D]")
    which = detail.stages["stage"].map({gate: n for n, gate in enumerate(GATES)}).astype("int64")
    table[detail.stages["at"].to_numpy(), which.to_numpy()] = days_of(detail.stages[column])
    return table


def reached_on(detail: Detail) -> Days:
    """Return by project and gate the day that was written down for it."""
    return _by_gate(detail, "reached_on")


def passed_on(detail: Detail) -> Days:
    """Return by project and gate the earliest day that it or a later one was reached."""
    own = reached_on(detail)
    far = np.datetime64("9999-12-31")
    earliest = np.minimum.accumulate(np.where(np.isnat(own), far, own)[:, ::-1], axis=1)[:, ::-1]
    passed: Days = np.where(earliest == far, np.datetime64("NaT"), earliest)
    return passed


def due_on(detail: Detail) -> Days:
    """Return by project and gate the day that it is due.

    Start and finish without a day of their own are due as the project plans them, else by the end of its budget year.
    """
    due = _by_gate(detail, "due_on")
    year_end = days_of([date(int(year), 12, 31) for year in detail.projects["year"]])
    for gate, column in ((STARTED, "planned_start"), (FINISHED, "planned_finish")):
        for fallback in (days_of(detail.projects[column]), year_end):
            due[:, gate] = np.where(np.isnat(due[:, gate]), fallback, due[:, gate])
    return due


def is_by(what: Days, days: Days) -> Flags:
    """Return for each of `what` and each of `days` whether it was then or before."""
    is_past: Flags = what[..., None] <= days
    return is_past


def physical_at(detail: Detail, passed: Days, days: Days) -> Numbers:
    """Return by project and day how far it is built, 0 to 1: all of a finished one, nothing before works begin.

    Not a number where works have begun and nobody has told how far they are.
    """
    rows = detail.progress
    before = rows.groupby("at")["physical"].shift().fillna(0.0)
    first = np.searchsorted(days, days_of(rows["reported_on"]))
    reported = _summed(len(detail.projects), days, rows["at"], first, rows["physical"] - before)
    told = _summed(len(detail.projects), days, rows["at"], first, pd.Series(1.0, index=rows.index)) > 0
    is_started, is_finished = (is_by(passed[:, gate], days) for gate in (STARTED, FINISHED))
    untold = np.where(is_started, np.nan, 0.0)
    physical: Numbers = np.where(is_finished, 1.0, np.where(told, reported.round(4), untold))
    return physical


def money_at(detail: Detail, days: Days) -> dict[str, Numbers]:
    """Return yuan by project, source (in the order of `SOURCES`) and day: what of `MONEY` was known by then."""
    rows = detail.flows
    flow = ["at", "document"]
    source = rows.groupby(flow)["source"].transform("last").map({name: n for n, name in enumerate(SOURCES)})
    first = np.searchsorted(days, days_of(rows["as_of"]))
    cell = rows["at"] * len(SOURCES) + source
    known = rows[flow].assign(**rows.astype(dict.fromkeys(MONEY, float)).groupby(flow)[list(MONEY)].ffill())
    before = known.groupby(flow)[list(MONEY)].shift()
    gained = known[list(MONEY)].fillna(0.0) - before.fillna(0.0)
    count = len(detail.projects) * len(SOURCES)
    shape = (len(detail.projects), len(SOURCES), len(days))
    return {name: _summed(count, days, cell, first, gained[name]).round(2).reshape(shape) for name in MONEY}


def _summed(count: int, days: Days, at: pd.Series, first: NDArray[np.intp], gained: pd.Series) -> Numbers:
    """Return by row and day what was gained until then; `first` is the first of `days` that a gain counts on."""
    # What comes after the last day goes into a column that is cut off.
    table = np.zeros((count, len(days) + 1))
    np.add.at(table, (at.to_numpy(dtype="int64"), first), gained.to_numpy(dtype=float))
    sums: Numbers = table.cumsum(axis=1)[:, :-1]
    return sums
