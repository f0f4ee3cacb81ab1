"""Households under monitoring: who came and who left, how soon they were taken in and helped, and what helps them.

All of it is told as the ledger of cases stood on one day, that of `ledger_day`, so that every part of a page says the
same as the monthly indicators. A special group, where one is asked for, is one of config.toml's.
"""

from datetime import date

import numpy as np
import pandas as pd
from sqlalchemy import select

from data_access.indicators import dictionary, figures_of, judged, targets_of, valued
from data_access.periods import earlier
from data_access.regions import codes_under
from data_access.rollups.cases import (
    GROUP,
    IDS,
    YEAR,
    as_of,
    cases_in,
    group_indicator,
    in_group,
    month_numbers,
    newest_day,
    risks_in,
    sums_of,
)
from data_access.rollups.household_months import month_of, number_of
from data_access.schema import region
from data_access.snapshot import Snapshot, cached
from data_access.writing import frame
from settings import SpecialGroup, settings

REVIEWED = "monitoring.reviewed"
#: From what to what a case goes: the day before, where there is one, and the day itself.
STEPS = {
    "alert": (None, "alert_on"),
    "verify": ("alert_on", "verified_on"),
    "include": ("verified_on", "included_on"),
    "help": ("included_on", "helped_on"),
}


def special_groups() -> tuple[SpecialGroup, ...]:
    """Return the groups of households that this county looks at apart, in their order: id, name, name_en, tag."""
    return settings().monitoring.groups


def limits() -> tuple[int, int]:
    """Return the days that may pass from the alert to the inclusion, and from there to the first measure."""
    rules = settings().monitoring
    return rules.verify_days, rules.measure_days


def map_indicators(group: str | None) -> tuple[str, ...]:
    """Return the indicators that the map can show: all of the ledger's and the reviews, or those of a special group."""
    return (*IDS, REVIEWED) if group is None else (group_indicator(group),)


@cached
def ledger_day(snapshot: Snapshot, on: date) -> date | None:
    """Return the day that figures of the month of `on` speak of, at most the ledger's newest; None without a case."""
    with snapshot.connect() as connection:
        newest = newest_day(connection)
    return None if newest is None else as_of(newest, number_of(on))


@cached
def cases_of(snapshot: Snapshot, code: str, group: str | None = None) -> pd.DataFrame:
    """Return one row per case within a region: the columns of `rollups.cases.cases_in`, by household and day."""
    with snapshot.connect() as connection:
        cases = cases_in(connection, codes_under(code, "village"))
    return cases[in_group(cases, group)].reset_index(drop=True)


@cached
def villages_of(snapshot: Snapshot, code: str, level: str) -> pd.DataFrame:
    """Return one row per village within a region, in order of import.

    Columns: village_code, village, village_en, township_code, township, township_en, child (the code of the region at
    `level` that it lies in, itself at that of villages).
    """
    township = region.alias("township")
    child = region.c.code if level == "village" else region.c[f"{level}_code"]
    statement = (
        select(
            region.c.code.label("village_code"),
            region.c.name.label("village"),
            region.c.name_en.label("village_en"),
            region.c.township_code,
            township.c.name.label("township"),
            township.c.name_en.label("township_en"),
            child.label("child"),
        )
        .outerjoin(township, township.c.code == region.c.township_code)
        .where(region.c.code.in_(codes_under(code, "village")))
        .order_by(region.c.position)
    )
    with snapshot.connect() as connection:
        return frame(connection, statement)


def in_stock(cases: pd.DataFrame, day: date) -> pd.Series:
    """Tell which cases are under monitoring on a day."""
    return (cases["included_on"] <= pd.Timestamp(day)) & ~(cases["cleared_on"] <= pd.Timestamp(day))


def year_to(day: date) -> date:
    """Return the first day of the twelve months that end with that of `day`."""
    return month_of(number_of(day) - YEAR + 1)


@cached
def monitoring_figures(
    snapshot: Snapshot, code: str, on: date, complete_from: float, group: str | None = None
) -> pd.DataFrame:
    """Return the region's newest figures of the group "monitoring", one row an indicator; columns as `figures_of`.

    Of a special group what is reckoned from the cases, counted for its households only; light and gap are against the
    same targets. Indicators that the dictionary lacks are not there.
    """
    entries = dictionary(snapshot)
    figures = figures_of(snapshot, code, on, complete_from)
    own = figures["indicator"].isin([key for key, entry in entries.items() if entry.group_id == GROUP])
    figures = figures[own].reset_index(drop=True)
    if group is None:
        return figures
    figures = figures[figures["indicator"].isin(IDS) & figures["period"].notna()].reset_index(drop=True)
    chosen = {key: entries[key] for key in figures["indicator"]}
    with snapshot.connect() as connection:
        newest, targets = newest_day(connection), targets_of(connection, chosen)
    if newest is None:
        return figures.iloc[:0]
    sums = sums_of(cases_of(snapshot, code, group), newest).groupby(["indicator", "period"])[
        ["numerator", "denominator"]
    ]
    cells = sums.sum(min_count=1)

    def counted(periods: pd.Series) -> pd.DataFrame:
        at = pd.MultiIndex.from_arrays([figures["indicator"], periods])
        own = figures[["code", "name", "name_en", "level", "indicator"]].assign(period=periods.to_numpy(), plan=np.nan)
        # No case of the group is none, not silence.
        own[["numerator", "denominator"]] = cells.reindex(at).fillna(0.0).to_numpy(dtype=float)
        is_rate = own["indicator"].map(lambda key: chosen[key].denominator_name is not None)
        own["denominator"] = own["denominator"].where(is_rate)
        return valued(own.assign(reports=1.0), chosen)

    before, year = (
        counted(figures["period"].map(lambda day, which=which: earlier(day, "month")[which])) for which in (0, 1)
    )
    now = counted(figures["period"])
    now = now.assign(change=now["value"] - before["value"], year_change=now["value"] - year["value"])
    return judged(now, chosen, targets)


@cached
def case_flow(snapshot: Snapshot, code: str, on: date, months: int, group: str | None = None) -> pd.DataFrame:
    """Return one row per month and kind of the region's cases, of the `months` up to that of `on`, oldest first.

    Columns: period, kind ("" where none is given), opened (households taken in that month), closed (cleared), stock
    (under monitoring at its end). All kinds that the region ever had, in every month; none without a case.
    """
    day = ledger_day(snapshot, on)
    cases = cases_of(snapshot, code, group)
    cases = cases[cases["included_on"].notna()]
    columns = ["period", "kind", "opened", "closed", "stock"]
    if day is None or cases.empty:
        return pd.DataFrame(columns=columns)
    kind = cases["kind"].fillna("")
    entered, left = month_numbers(cases["included_on"]), month_numbers(cases["cleared_on"])
    rows = []
    for month in range(number_of(day) - months + 1, number_of(day) + 1):
        stock = in_stock(cases, as_of(day, month))
        counts = pd.DataFrame({"opened": entered == month, "closed": left == month, "stock": stock}).groupby(kind).sum()
        rows.append(counts.rename_axis("kind").reset_index().assign(period=month_of(month)))
    return pd.concat(rows, ignore_index=True)[columns]


@cached
def durations(snapshot: Snapshot, code: str, on: date, group: str | None = None) -> pd.DataFrame:
    """Return how far the cases of the last twelve months came and how long each step took, one row for each of `STEPS`.

    Columns: step, cases (that reached it in these months), n (of them those with the day before it known), median, p90
    (days since the day before it; null without any), limit (days; null where there is none), late (that took longer
    than that; an inclusion counts from the alert).
    """
    day = ledger_day(snapshot, on)
    cases = cases_of(snapshot, code, group)
    verify_days, measure_days = limits()
    rows = []
    for step, (before, reached) in STEPS.items():
        own = cases[_lately(cases, reached, day)] if day else cases.iloc[:0]
        own = own[own["included_on"].notna()] if step == "help" else own
        took = (own[reached] - own[before]).dt.days.clip(lower=0).dropna() if before else pd.Series(dtype=float)
        limit, since = {"include": (verify_days, "alert_on"), "help": (measure_days, "included_on")}.get(
            step, (None, None)
        )
        late = int(((own[reached] - own[since]).dt.days > limit).sum()) if since else 0
        rows.append((step, len(own), len(took), took.median(), took.quantile(0.9), limit, late))
    table = pd.DataFrame(rows, columns=["step", "cases", "n", "median", "p90", "limit", "late"])
    return table.astype({"median": float, "p90": float, "limit": float})


def _lately(cases: pd.DataFrame, name: str, day: date) -> pd.Series:
    """Tell whose day `name` lies in the twelve months up to `day`."""
    return (cases[name] >= pd.Timestamp(year_to(day))) & (cases[name] <= pd.Timestamp(day))


@cached
def league(snapshot: Snapshot, code: str, on: date, level: str, group: str | None = None) -> pd.DataFrame:
    """Return one row per region at `level` within `code` with cases, by rank: how soon they were taken in and helped.

    Of the cases taken in over the last twelve months. Columns: code, name, name_en, cases, judged (whose alert is known
    and whose first measure there is or is overdue), on_time (percent of these that kept both limits; null without any),
    include_median, include_p90 (days from the alert), help_median, help_p90 (days from the inclusion, of those that
    have a measure), waiting (without a measure after the limit, whenever taken in), rank (1 is best; ties share it).
    """
    day = ledger_day(snapshot, on)
    homes = villages_of(snapshot, code, level)
    cases = cases_of(snapshot, code, group)
    cases = cases.assign(child=cases["region_code"].map(homes.set_index("village_code")["child"]))
    with snapshot.connect() as connection:
        inside = region.c.code.in_(codes_under(code, level))
        places = frame(
            connection, select(*region.c["code", "name", "name_en"]).where(inside).order_by(region.c.position)
        )
    if day is None:
        return places.iloc[:0].reindex(columns=[*places.columns, *_LEAGUE])
    verify_days, measure_days = limits()
    is_unhelped = unhelped(cases, day)
    own = cases[_lately(cases, "included_on", day)]
    known = own.assign(
        include=(own["included_on"] - own["alert_on"]).dt.days,
        help=(own["helped_on"].where(own["helped_on"] <= pd.Timestamp(day)) - own["included_on"]).dt.days.clip(lower=0),
    )
    is_over = (pd.Timestamp(day) - known["included_on"]).dt.days > measure_days
    known["judged"] = known["include"].notna() & (known["help"].notna() | is_over)
    known["kept"] = known["judged"] & (known["include"] <= verify_days) & (known["help"] <= measure_days)
    by_child = known.groupby("child")
    table = places.set_index("code").assign(cases=by_child.size(), judged=by_child["judged"].sum())
    table["on_time"] = by_child["kept"].sum() / table["judged"].where(table["judged"] > 0) * 100
    for name in ("include", "help"):
        table[f"{name}_median"], table[f"{name}_p90"] = by_child[name].median(), by_child[name].quantile(0.9)
    table["waiting"] = cases[is_unhelped].groupby("child").size()
    table = table.fillna({"cases": 0, "judged": 0, "waiting": 0}).astype(
        dict.fromkeys(("cases", "judged", "waiting"), int)
    )
    table["rank"] = table["on_time"].round(9).rank(method="min", ascending=False)
    table = table[(table["cases"] > 0) | (table["waiting"] > 0)].reset_index()
    return table.sort_values("rank", kind="stable", na_position="last", ignore_index=True)


_LEAGUE = (
    *("cases", "judged", "on_time", "include_median", "include_p90", "help_median", "help_p90"),
    *("waiting", "rank"),
)


def unhelped(cases: pd.DataFrame, day: date) -> pd.Series:
    """Tell which cases are under monitoring for as long as a first measure may take, and have none."""
    at = pd.Timestamp(day)
    is_due = (at - cases["included_on"]).dt.days >= limits()[1]
    return in_stock(cases, day) & is_due & ~(cases["helped_on"] <= at)


@cached
def coverage(snapshot: Snapshot, code: str, on: date, group: str | None = None) -> pd.DataFrame:
    """Return one row per risk of the households under monitoring, the most frequent first.

    Columns: risk ("" for those whose case names none), cases, measured (of them those with a measure for this risk, or
    with any where none is named), share (percent).
    """
    day = ledger_day(snapshot, on)
    cases = cases_of(snapshot, code, group)
    if day is None or cases.empty:
        return pd.DataFrame(columns=["risk", "cases", "measured", "share"])
    at = pd.Timestamp(day)
    with snapshot.connect() as connection:
        risks = risks_in(connection, codes_under(code, "village"))
    key = ["household_code", "opened_on"]
    stock = cases.loc[in_stock(cases, day), [*key, "helped_on"]].merge(risks, how="left", on=key)
    stock["risk"] = stock["risk"].fillna("")
    stock["measured"] = stock["answered_on"].where(stock["risk"] != "", stock["helped_on"]) <= at
    table = stock.groupby("risk").agg(cases=("measured", "size"), measured=("measured", "sum")).reset_index()
    table["share"] = table["measured"] / table["cases"] * 100
    return table.sort_values(["cases", "risk"], ascending=[False, True], kind="stable", ignore_index=True)
