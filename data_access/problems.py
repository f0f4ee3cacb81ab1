"""The ledger of problems as it stood in a week: what is open and late, who answers, and whether it runs to zero."""

from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
import pandas as pd
from sqlalchemy import Select, func, select

from data_access.indicators import KEEPER
from data_access.regions import codes_under, path_to
from data_access.rollups.problems import EVENTS, PROBLEMS, WEEKS, Standing, monday, standing_on
from data_access.schema import RECKONED, rectification, region
from data_access.snapshot import Snapshot, cached
from data_access.writing import frame

#: The indicators of the ledger.
INDICATORS = PROBLEMS.indicators
#: How a problem may stand, the most urgent first; "back": it relapsed and is not fixed again, its deadline still ahead.
STATES = ("overdue", "back", "open", "fixed", "verified", "rechecked")
#: The ages of what is open, in days past the deadline: the first and the last day of each, the least late first.
AGES: tuple[tuple[int | None, int | None], ...] = ((None, -31), (-30, 0), (1, 30), (31, 90), (91, None))

_SUNDAY = pd.Timedelta(days=6)
_WEEKS_AHEAD = 26


class DaysToFix(NamedTuple):
    """How long fixing took, in days since a problem was found; not a number where nothing is fixed."""

    fixed: int
    median: float
    #: Nine of ten were fixed in so many days.
    p90: float


@cached
def problems_in(snapshot: Snapshot, code: str, week: date) -> pd.DataFrame:
    """Return the problems within a region that were found by a week's end as they stood then, the latest first.

    `week` is the period of the region's figures of `INDICATORS`: all totals are theirs. Columns: source, number, code
    (where it lies), found_on, category, description, measure, office, owner, deadline, progress, fixed_on, verified_on,
    rechecked_on, relapsed_on, evidence (as the ledger says now); level, name, name_en, township, township_en (null for
    one that lies in no township), child, child_name, child_name_en (the region's child that it lies in, or the region
    itself); stood_on (the day, a timestamp), state (one of `STATES`), days_late (past the deadline of what is open;
    negative: days left), days_to_fix (null while open), and yes or no for each field of `Standing`.
    """
    codes = _codes_in(code)
    township = region.alias("township")
    names = [township.c.name.label("township"), township.c.name_en.label("township_en")]
    where = (
        select(*region.c["code", "parent_code", "level", "name", "name_en"], *names, KEEPER.label("keeper"))
        .outerjoin(township, township.c.code == region.c.township_code)
        .where(region.c.code.in_(codes))
        .order_by(region.c.position)
    )
    inside = codes.subquery()
    of_places = select(rectification).join(inside, inside.c.code == rectification.c.region_code)
    newest = (
        select(KEEPER.label("keeper"), *(func.max(rectification.c[name]).label(name) for name in EVENTS))
        .join(rectification, rectification.c.region_code == region.c.code)
        .where(region.c.code.in_(_codes_in(keeper_of(snapshot, code))))
        .group_by(KEEPER)
    )
    with snapshot.connect() as connection:
        places = frame(connection, where)
        rows = frame(connection, of_places).sort_values(["source", "number"], ignore_index=True)
        keepers = frame(connection, newest)
    rows = rows.rename(columns={"region_code": "code"}).merge(_with_child(places, code), on="code")
    newest_days = keepers.set_index("keeper")[list(EVENTS)].apply(pd.to_datetime).max(axis=1)
    stood_on = pd.to_datetime(rows["keeper"].map(newest_days)).clip(upper=pd.Timestamp(week) + _SUNDAY)
    # A county whose ledger ended before the week is not in the week's sums either.
    is_in = (stood_on >= pd.Timestamp(week)) & (pd.to_datetime(rows["found_on"]) <= stood_on)
    rows = rows.assign(stood_on=stood_on)[is_in].reset_index(drop=True)
    stand = standing_on(rows, rows["stood_on"].to_numpy()[:, None])
    rows = rows.assign(**{name: getattr(stand, name)[:, 0] for name in Standing._fields})
    return _with_state(rows).drop(columns=["keeper", "parent_code"])


def burn_down(problems: pd.DataFrame, week: date) -> pd.DataFrame:
    """Return one row a week of a `problems_in`, from the first problem on, and on to the last deadline ahead.

    Columns: period, open (at the week's end), new (found, or back again), fixed, plan (open at its end if every
    deadline is kept); ahead only the plan. What is open is what was, and what is new, less what was fixed.
    """
    if problems.empty:
        return pd.DataFrame({name: [] for name in ("period", "open", "new", "fixed", "plan")})
    found, deadline, fixed_on, relapsed_on = (
        pd.to_datetime(problems[name]) for name in ("found_on", "deadline", "fixed_on", "relapsed_on")
    )
    now = pd.Timestamp(week)
    last = monday(max([now, *deadline.dropna()]))
    first = max(monday(found.min()), now - timedelta(weeks=WEEKS - 1))
    periods = pd.date_range(first, min(last, now + timedelta(weeks=_WEEKS_AHEAD)), freq="W-MON")
    past = periods[periods <= now]
    days = np.minimum((past + _SUNDAY).to_numpy()[None, :], problems["stood_on"].to_numpy()[:, None])
    stand = standing_on(problems, days)
    is_back = stand.relapsed & ~(fixed_on > relapsed_on).to_numpy()[:, None]
    came = stand.found.sum(axis=0) + is_back.sum(axis=0)
    went = came - stand.open.sum(axis=0)
    before = np.array([0, 0]) if first == monday(found.min()) else np.array([np.nan, np.nan])
    ahead = periods[periods > now] + _SUNDAY
    planned = [*(stand.found & ~stand.due).sum(axis=0), *(len(problems) - (deadline <= day).sum() for day in ahead)]
    table = pd.DataFrame(
        {"open": came - went, "new": np.diff(came, prepend=before[0]), "fixed": np.diff(went, prepend=before[1])}
    )
    return table.reindex(range(len(periods))).assign(period=periods.date, plan=planned)[
        ["period", "open", "new", "fixed", "plan"]
    ]


def problems_by(problems: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return one row per value of the column `by` of a `problems_in` (null: one of its own), the best on time first.

    Columns: `by`, found, open, overdue, fixed, verified, rechecked, relapsed, due, on_time, evidenced (counts),
    fixed_rate, on_time_rate, evidence_rate (percent of found, due and fixed; null of none), median_days (to fix),
    rank (by on_time_rate; ties share it, and who had no deadline yet has none).
    """
    counted = ["found", "open", "overdue", "fixed", "verified", "rechecked", "relapsed", "due", "on_time", "evidenced"]
    groups = problems.groupby(by, dropna=False, sort=False)
    table = groups[counted].sum().astype("int64").assign(median_days=groups["days_to_fix"].median().astype(float))
    for name, part, whole in (
        ("fixed_rate", "fixed", "found"),
        ("on_time_rate", "on_time", "due"),
        ("evidence_rate", "evidenced", "fixed"),
    ):
        table[name] = table[part] / table[whole].where(table[whole] > 0) * 100
    table["rank"] = table["on_time_rate"].round(9).rank(method="min", ascending=False)
    in_order = table.reset_index().sort_values(
        ["rank", "overdue", "found"], ascending=[True, True, False], kind="stable"
    )
    return in_order.reset_index(drop=True)


def days_to_fix(problems: pd.DataFrame) -> DaysToFix:
    """Return how long those of a `problems_in` took that are fixed."""
    days = problems["days_to_fix"].dropna()
    return DaysToFix(len(days), float(days.median()), float(days.quantile(0.9)))


def ages_of(problems: pd.DataFrame) -> pd.DataFrame:
    """Return one row per age of what is open in a `problems_in`: all of `AGES`, the least late first.

    Columns: first_day, last_day (past the deadline; null where the age has no end), count. Those without a deadline
    count with those whose deadline is farthest ahead.
    """
    late = problems.loc[problems["open"], "days_late"].fillna(-np.inf)
    table = pd.DataFrame(AGES, columns=["first_day", "last_day"]).astype("Int64")
    bounds = zip(table["first_day"].fillna(-(10**6)), table["last_day"].fillna(10**6), strict=True)
    return table.assign(count=[int(late.clip(lower=-(10**6)).between(low, high).sum()) for low, high in bounds])


def _codes_in(code: str) -> Select[str]:
    """Return the select of all regions within one, itself included, that an entry may belong to."""
    levels = [codes_under(code, level) for level in RECKONED]
    return select(levels[0].union_all(*levels[1:]).subquery().c.code)


def keeper_of(snapshot: Snapshot, code: str) -> str:
    """Return the region that keeps a region's ledger: its county; wider than that, the region itself."""
    return next((step.code for step in path_to(snapshot, code) if step.level in RECKONED), code)


def _with_child(places: pd.DataFrame, code: str) -> pd.DataFrame:
    """Add to the regions within `code` its child that each lies in (child, child_name, child_name_en), or itself."""
    parents = dict(zip(places["code"], places["parent_code"], strict=True))

    def child_of(place: str) -> str:
        # A prefecture's counties have a parent that is not among the places.
        while place != code and parents[place] != code and parents[place] in parents:
            place = parents[place]
        return place

    children = places["code"].map(child_of)
    own = places.set_index("code")
    names = {f"child_{name}": children.map(own[name]).astype(object) for name in ("name", "name_en")}
    return places.assign(child=children, **names)


def _with_state(rows: pd.DataFrame) -> pd.DataFrame:
    """Add state, days_late and days_to_fix, and bring the rows into their order."""
    found, deadline, fixed_on = (pd.to_datetime(rows[name]) for name in ("found_on", "deadline", "fixed_on"))
    is_rechecked = rows["verified"] & rows["rechecked"] & (pd.to_datetime(rows["rechecked_on"]) >= fixed_on)
    conditions = [rows["overdue"], rows["open"] & rows["relapsed"], rows["open"], is_rechecked, rows["verified"]]
    state = np.select(conditions, ["overdue", "back", "open", "rechecked", "verified"], default="fixed")
    table = rows.assign(
        state=pd.Series(state, index=rows.index, dtype=object),
        days_late=(rows["stood_on"] - deadline).dt.days.where(rows["open"]).astype(float),
        days_to_fix=(fixed_on - found).dt.days.where(rows["fixed"]).astype(float),
    )
    urgency = table["state"].map({name: at for at, name in enumerate(STATES)})
    order = table.assign(urgency=urgency).sort_values(
        ["urgency", "days_late", "found_on"], ascending=[True, False, True], kind="stable"
    )
    return order.drop(columns="urgency").reset_index(drop=True)
