"""Cross-checks of the ledger of cases against gaps, measures and income: what a report leads with, each with its owner.

A suspect is a question, not a verdict: whoever answers for it looks, and corrects the ledger or the case.
"""

from datetime import date
from typing import NamedTuple

import pandas as pd
from sqlalchemy import Connection, Select, and_, case, func, or_, select

from data_access.income import line_of, newest_month
from data_access.monitoring import cases_of, in_stock, ledger_day, limits, unhelped, villages_of, year_to
from data_access.regions import codes_under
from data_access.rollups.cases import in_group, month_numbers
from data_access.rollups.household_months import month_of, number_of
from data_access.rollups.income import YEAR
from data_access.schema import (
    guarantee_gap,
    household,
    household_income,
    income_line,
    monitoring_case,
    observation,
    region,
)
from data_access.snapshot import Snapshot, cached
from data_access.writing import frame
from settings import settings

#: The checks, the most pressing first.
CHECKS = (
    "unhelped",  # under monitoring, and no measure after the limit
    "uncovered",  # an open gap of housing or water, but no case
    "missed",  # under the line, but no case (应纳尽纳)
    "undecided",  # an alert that was neither taken in nor dismissed within the limit
    "cleared_with_gap",  # cleared, but a guarantee gap is still open
    "cleared_under_line",  # cleared with an income under that year's line
    "cleared_early",  # cleared within fewer months than the settings ask for
)
#: Of these guarantees a gap alone is reason enough for a case.
GRAVE = ("housing", "water")

_COLUMNS = [
    *("check", "village_code", "village", "village_en", "township", "township_en", "child", "household", "households"),
    *("since", "days", "owner", "office", "item"),
]


class Line(NamedTuple):
    """The newest month of income at a day, and the line of its year; None where none is set: nobody is classified."""

    month: date
    amount: float | None


@cached
def line_at(snapshot: Snapshot, code: str, on: date) -> Line | None:
    """Return the line that incomes within a region are held against; None where there is no trailing income."""
    month = newest_month(snapshot, code, on)
    return Line(month, line_of(snapshot, month.year)) if month else None


@cached
def suspects(snapshot: Snapshot, code: str, on: date, level: str, group: str | None = None) -> pd.DataFrame:
    """Return what the checks find within a region, in the order of `CHECKS`, the longest standing first.

    Columns: check, village_code, village, village_en, township, township_en, child (the region at `level` that it lies
    in), household (its number; null where a row stands for several), households (how many), since (the day from which
    it counts: of the alert, the inclusion, the gap, the clearance; the month of the income), days (from then to the
    ledger's day; null for an income), owner, office, item (the guarantee of a gap, else null). Clearances are those of
    the last twelve months.
    """
    day = ledger_day(snapshot, on)
    if day is None:
        return pd.DataFrame(columns=_COLUMNS)
    cases = cases_of(snapshot, code, group)
    gaps = _open_gaps(snapshot, code, day, group)
    at = pd.Timestamp(day)
    stock = in_stock(cases, day)
    decided = (cases["included_on"] <= at) | (cases["dismissed_on"] <= at)
    waiting = (cases["alert_on"] <= at) & ~decided
    cleared = cases[(cases["cleared_on"] >= pd.Timestamp(year_to(day))) & (cases["cleared_on"] <= at)]
    gone = cleared[~cleared["household_code"].isin(cases.loc[stock, "household_code"])]
    after = gone[["household_code", "cleared_on"]].merge(gaps, on="household_code")
    after = after[after["since"] <= after["cleared_on"]]
    known = set(cases.loc[stock | waiting, "household_code"]) | set(after["household_code"])
    is_grave = gaps["item"].isin(GRAVE) & ~gaps["household_code"].isin(known)
    too_soon = cleared["cleared_on"] < cleared["included_on"] + pd.DateOffset(months=settings().monitoring.clear_months)
    overdue = waiting & ((at - cases["alert_on"]).dt.days > limits()[0])
    found = {
        "unhelped": _of_cases(cases[unhelped(cases, day)], "included_on"),
        "uncovered": gaps[is_grave],
        "missed": _missed(snapshot, code, cases[stock | waiting], day, group),
        "undecided": _of_cases(cases[overdue], "alert_on"),
        "cleared_with_gap": after,
        "cleared_under_line": _of_cases(cleared[_cleared_under_line(snapshot, cleared)], "cleared_on"),
        "cleared_early": _of_cases(cleared[too_soon], "cleared_on"),
    }
    rows = pd.concat([found[check].assign(check=check) for check in CHECKS], ignore_index=True)
    rows = rows.rename(columns={"household_code": "household", "region_code": "village_code"})
    table = rows.merge(villages_of(snapshot, code, level), on="village_code").reindex(columns=_COLUMNS)
    since = pd.to_datetime(table["since"])
    table["since"] = since.dt.date
    table["days"] = (at - since).dt.days.where(table["check"] != "missed")
    table["households"] = table["households"].fillna(1).astype(int)
    rank = table["check"].map({check: n for n, check in enumerate(CHECKS)})
    order = table.assign(rank=rank, place=range(len(table)))
    order = order.sort_values(["rank", "days", "households", "place"], ascending=[True, False, False, True])
    return order[_COLUMNS].reset_index(drop=True)


@cached
def unhelped_by_child(snapshot: Snapshot, code: str, on: date, level: str, group: str | None = None) -> pd.DataFrame:
    """Return the regions at `level` within `code` with households that wait for a first measure, the most first.

    Columns: code, name, name_en, households, share (of all that wait, 0 to 1).
    """
    found = suspects(snapshot, code, on, level, group)
    waiting = found[found["check"] == "unhelped"].groupby("child")["households"].sum()
    with snapshot.connect() as connection:
        inside = region.c.code.in_(codes_under(code, level))
        places = frame(
            connection, select(*region.c["code", "name", "name_en"]).where(inside).order_by(region.c.position)
        )
    table = places.assign(households=places["code"].map(waiting)).dropna(subset="households")
    table = table.astype({"households": int}).assign(share=table["households"] / table["households"].sum())
    return table.sort_values("households", ascending=False, kind="stable", ignore_index=True)


def _of_cases(cases: pd.DataFrame, since: str) -> pd.DataFrame:
    return cases[["household_code", "region_code", "owner", "office"]].assign(since=cases[since])


def _open_gaps(snapshot: Snapshot, code: str, day: date, group: str | None) -> pd.DataFrame:
    """Return the guarantee gaps open on a day: household_code, item, region_code, tags, owner, office, since."""
    is_open = and_(
        guarantee_gap.c.found_on <= day, or_(guarantee_gap.c.cleared_on.is_(None), guarantee_gap.c.cleared_on > day)
    )
    statement = (
        select(
            *guarantee_gap.c["household_code", "item", "owner", "office"],
            guarantee_gap.c.found_on.label("since"),
            household.c.region_code,
            func.coalesce(household.c.tags, "").label("tags"),
        )
        .join(household, household.c.code == guarantee_gap.c.household_code)
        .where(is_open, household.c.region_code.in_(codes_under(code, "village")))
        .order_by(guarantee_gap.c.found_on, guarantee_gap.c.household_code, guarantee_gap.c.item)
    )
    with snapshot.connect() as connection:
        gaps = frame(connection, statement).astype({"since": "datetime64[s]"})
    return gaps[in_group(gaps, group)].drop(columns="tags")


def _missed(snapshot: Snapshot, code: str, followed: pd.DataFrame, day: date, group: str | None) -> pd.DataFrame:
    """Return the villages with households under the line that no case follows: region_code, households, since.

    `followed` are the cases under monitoring or under way. Nobody is missed where no line is set for the year.
    """
    line = line_at(snapshot, code, day)
    if line is None or line.amount is None:
        return pd.DataFrame(columns=["region_code", "households", "since"])
    with snapshot.connect() as connection:
        if group is None:
            below = _below_by_village(connection, code, line.month)
        else:
            below = _under_line(connection, _tagged(code, group), line.month, line.amount).groupby("region_code").size()
        own = _under_line(connection, _in_ledger(code), line.month, line.amount)
    own = own[own["household_code"].isin(followed["household_code"])]
    left = below.sub(own.groupby("region_code").size(), fill_value=0)
    left = left[left > 0]
    return pd.DataFrame({"region_code": left.index, "households": left.to_numpy(), "since": pd.Timestamp(line.month)})


def _cleared_under_line(snapshot: Snapshot, cleared: pd.DataFrame) -> pd.Series:
    """Tell which of these cases were cleared though the year of income before their month was under its line."""
    months = month_numbers(cleared["cleared_on"]) - 1
    is_under = pd.Series(data=False, index=cleared.index)
    with snapshot.connect() as connection:
        lines = {row.year: row.amount for row in connection.execute(select(income_line))}
        for month in sorted(set(months)):
            last = month_of(month)
            if last.year in lines:
                homes = cleared["household_code"].where(months == month)
                poor = _under_line(connection, homes.dropna().tolist(), last, lines[last.year])
                is_under |= homes.isin(poor["household_code"])
    return is_under


def _below_by_village(connection: Connection, code: str, month: date) -> pd.Series:
    """Return how many households are under the line in a month, by village."""
    own = (observation.c.indicator == "income.below_line", observation.c.period == month)
    inside = observation.c.region_code.in_(codes_under(code, "village"))
    rows = frame(connection, select(*observation.c["region_code", "numerator"]).where(inside, *own))
    return rows.set_index("region_code")["numerator"].astype(float)


def _under_line(connection: Connection, who: Select[str] | list[str], month: date, amount: float) -> pd.DataFrame:
    """Return those of the households `who` whose twelve months up to `month` are under `amount` yuan a person.

    Columns: household_code, region_code. As for `income.below_line`, a year with a month missing says nothing.
    """
    of = household_income.c
    net = func.sum(of.wage + of.business + of.property + of.transfer - of.business_cost)
    persons = func.max(case((of.month == month, of.members_year)))
    # Named one by one, the months are found by the table's key whichever of the two comes first in it.
    year = [month_of(number_of(month) - n) for n in range(YEAR)]
    statement = (
        select(of.household_code, household.c.region_code)
        .join(household, household.c.code == of.household_code)
        .where(of.household_code.in_(who), of.month.in_(year))
        .group_by(of.household_code, household.c.region_code)
        # In cents, so that the sum of many amounts is compared as exactly as they were given.
        .having(func.count() == YEAR, func.round(net * 100) < func.round(amount * 100) * persons)
    )
    return frame(connection, statement)


def _in_ledger(code: str) -> Select[str]:
    own = household.c.region_code.in_(codes_under(code, "village"))
    asked = select(monitoring_case.c.household_code).join(
        household, household.c.code == monitoring_case.c.household_code
    )
    return asked.where(own)


def _tagged(code: str, group: str) -> Select[str]:
    tag = {one.id: one.tag for one in settings().monitoring.groups}[group]
    own = household.c.region_code.in_(codes_under(code, "village"))
    return select(household.c.code).where(own, household.c.tags.contains(tag, autoescape=True))
