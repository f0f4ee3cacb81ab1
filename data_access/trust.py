"""Whether a figure can be believed: each one that the score or the lights stand on is checked by rule, place by place.

The fear is 数字过关, figures that pass where nothing has changed. A failed check is a question to the village, not a
verdict; the figure still counts.
"""

import warnings
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Select, and_, select, tuple_

from data_access.assessment import league_of, rules
from data_access.indicators import Indicator, dictionary, matrix_of
from data_access.periods import earlier
from data_access.regions import codes_under
from data_access.schema import LEVELS, observation, region
from data_access.snapshot import Snapshot, cached
from data_access.writing import frame
from settings import Trust, settings

#: The checks: no figure where the others have one; more than all of them; a move out of all proportion; the same figure
#: again and again while the others move; every rate exactly 100 %.
CHECKS = ("stale", "impossible", "jump", "copied", "perfect")

#: How many periods before the present one a figure's usual moves are read from, and how many moves are enough.
_HISTORY, _ENOUGH = 12, 6
#: A move of so few persons, households or times is no jump, however small the village.
_FEW_UNITS = 2.0
#: What the median of absolute deviations is multiplied by to be a standard deviation where moves are normal.
_NORMAL = 1.4826
#: The share of the others that must have moved for an unmoved figure to be strange, and how many full rates are.
_MOST, _PERFECT_FROM = 0.75, 5
#: Fewer persons, households or times than this, or fewer short of all, may well be the same again.
_FEW = 10.0

_COLUMNS = ["code", "indicator", "check", "passed", "period", "numerator", "denominator", "value", "before", "usual"]
_COLUMNS += ["since"]

Table = NDArray[np.float64]
Flags = NDArray[np.bool_]
Codes = NDArray[np.object_]


@cached
def failed_checks(snapshot: Snapshot, code: str, on: date, complete_from: float) -> pd.DataFrame:
    """Return one row per check that a figure within the region fails, by place in order of import, then indicator.

    Columns: code, name, name_en, level, township_code, township, township_en (both names null but for villages),
    indicator (null for "perfect"), check (see `CHECKS`), period, numerator, denominator, value, before (the value of
    the period before), usual (of a jump the largest move that would have passed; of a copied figure in how many periods
    it stands; of perfect ones how many rates), since (the first period of a copied figure, the last of a stale one).
    """
    township = region.alias("township")
    is_above = and_(township.c.code == region.c.township_code, township.c.code != region.c.code)
    names = (
        select(
            *region.c["code", "name", "name_en", "level", "township_code"],
            township.c.name.label("township"),
            township.c.name_en.label("township_en"),
        )
        .outerjoin(township, is_above)
        .where(region.c.code.in_(_inside(code)))
        .order_by(region.c.position)
    )
    with snapshot.connect() as connection:
        places = frame(connection, names)
    checks = _checks(snapshot, league_of(snapshot, code), on, complete_from)
    return places.merge(checks[~checks["passed"]].drop(columns="passed"), on="code")


@cached
def trust_of(snapshot: Snapshot, code: str, on: date, complete_from: float, level: str) -> pd.DataFrame:
    """Return one row per region at `level` within `code`, in order of import.

    Columns: code, checked, failed, doubts (failed checks of figures that are there), passed (a share, null where no
    check was run). A township answers for the figures of its villages too.
    """
    above = region.c.code if level == "village" else region.c[f"{level}_code"]
    with snapshot.connect() as connection:
        order = select(region.c.code).where(region.c.code.in_(codes_under(code, level))).order_by(region.c.position)
        places = frame(connection, order)
        inside = select(region.c.code, above.label("place")).where(region.c.code.in_(_inside(code)))
        units = frame(connection, inside).set_index("code")["place"]
    checks = _checks(snapshot, league_of(snapshot, code), on, complete_from)
    place = checks["code"].map(units)
    counts = {
        "checked": place.value_counts(),
        "failed": place[~checks["passed"]].value_counts(),
        "doubts": place[~checks["passed"] & (checks["check"] != "stale")].value_counts(),
    }
    table = places.assign(**{name: places["code"].map(count).fillna(0).astype(int) for name, count in counts.items()})
    return table.assign(passed=1 - table["failed"] / table["checked"].where(table["checked"] > 0))


def _inside(code: str) -> Select[str]:
    """Return the select of the codes of all regions within one, itself included."""
    first, *others = (codes_under(code, level) for level in LEVELS)
    return select(first.union_all(*others).subquery().c.code)


@cached
def _checks(snapshot: Snapshot, league: str, on: date, complete_from: float) -> pd.DataFrame:
    """Return one row per check that was run on a figure within the league; columns `_COLUMNS`."""
    entries, rule = dictionary(snapshot), settings().trust
    asked = [item.indicator for item in rules().items] + [key for aim in rules().lights for key in aim.indicators]
    known = [entries[key] for key in dict.fromkeys(asked) if key in entries]
    parts = []
    for level in LEVELS:
        # A ledger speaks of every place, so nothing of it is stale; days are too short for any of these checks.
        own = [entry for entry in known if entry.level == level and entry.frequency != "day"]
        for history in _histories(snapshot, league, level, own, on, complete_from):
            parts += [_stale(history), _impossible(history, rule), _jumps(history, rule), _copied(history, rule)]
    table = pd.concat([part for part in parts if len(part)] or [pd.DataFrame(columns=_COLUMNS)], ignore_index=True)
    return pd.concat([table, _perfect(table)], ignore_index=True).astype({"passed": bool})


class _History(NamedTuple):
    """One indicator's figures of the units that collect it: a row a unit, a column a period, the last one judged."""

    entry: Indicator
    codes: Codes
    periods: list[date]
    numerator: Table
    denominator: Table
    value: Table

    @property
    def moves(self) -> Table:
        """The moves from period to period: in points of a rate, in percent of an amount."""
        before, after = self.value[:, :-1], self.value[:, 1:]
        if self.entry.unit == "%":
            return after - before
        return (after - before) / np.where(before == 0, np.nan, np.abs(before)) * 100


def _histories(
    snapshot: Snapshot, league: str, level: str, entries: list[Indicator], on: date, complete_from: float
) -> Iterator[_History]:
    """Yield the figures of indicators collected at one level, up to the period that pages show of the league."""
    figures = matrix_of(snapshot, league, tuple(entry.id for entry in entries), on, complete_from, level)
    judged = figures.dropna(subset="period").drop_duplicates("indicator").set_index("indicator")["period"]
    periods = {entry.id: _periods_to(judged[entry.id], entry.frequency) for entry in entries if entry.id in judged}
    if not periods:
        return
    cells = [(key, day) for key, days in periods.items() for day in days]
    statement = select(*observation.c["region_code", "indicator", "period", "numerator", "denominator"]).where(
        observation.c.region_code.in_(codes_under(league, level)),
        tuple_(observation.c.indicator, observation.c.period).in_(cells),
    )
    with snapshot.connect() as connection:
        rows = frame(connection, statement).astype({"numerator": float, "denominator": float})
    codes = figures["code"].drop_duplicates()
    for entry in entries:
        if entry.id in periods:
            own = rows[rows["indicator"] == entry.id].set_index(["region_code", "period"])
            numerator, denominator = (
                own[side].unstack().reindex(index=codes, columns=periods[entry.id]).to_numpy()
                for side in ("numerator", "denominator")
            )
            base = np.ones_like(numerator) if entry.denominator_name is None else denominator
            value = numerator / np.where(base == 0, np.nan, base) * entry.factor
            yield _History(entry, codes.to_numpy(), periods[entry.id], numerator, denominator, value)


def _periods_to(last: date, frequency: str) -> list[date]:
    """Return the period `last` and the `_HISTORY` before it, oldest first."""
    periods = [last]
    while len(periods) <= _HISTORY:
        periods.insert(0, earlier(periods[0], frequency)[0])
    return periods


def _run(history: _History, check: str, run: Flags, failed: Flags, **more: Any) -> pd.DataFrame:
    """Return a row for each unit on which a check was run; `more` are columns of all units."""
    table = pd.DataFrame(
        {
            "code": history.codes,
            "indicator": history.entry.id,
            "check": check,
            "passed": ~failed,
            "period": history.periods[-1],
            "numerator": history.numerator[:, -1],
            "denominator": history.denominator[:, -1],
            "value": history.value[:, -1],
            "before": history.value[:, -2],
            "usual": np.nan,
            "since": None,
        }
        | more
    )
    return table[run].astype({"since": object})


def _stale(history: _History) -> pd.DataFrame:
    """Check that who has reported before has reported for the period that most others have."""
    given = ~np.isnan(history.numerator)
    last = [
        max((day for day, is_there in zip(history.periods, row, strict=True) if is_there), default=None)
        for row in given
    ]
    return _run(history, "stale", given.sum(axis=1) > 0, ~given[:, -1], since=last)


def _impossible(history: _History, rule: Trust) -> pd.DataFrame:
    """Check that a share is not more than the whole."""
    entry = history.entry
    is_share = entry.unit == "%" and entry.denominator_name is not None and entry.id not in rule.may_exceed
    numerator, denominator = history.numerator[:, -1], history.denominator[:, -1]
    run = ~np.isnan(numerator) & ~np.isnan(denominator) & np.full(len(numerator), is_share)
    return _run(history, "impossible", run, numerator > denominator)


def _jumps(history: _History, rule: Trust) -> pd.DataFrame:
    """Check that the last move is not out of all proportion to the unit's own earlier ones.

    What all units do together is taken off first; where that is itself a jump, as when a year begins anew, nobody's is.
    """
    moves = history.moves
    common = _median(moves, axis=0)
    own = moves - common
    past, now = own[:, :-1], own[:, -1]
    middle = _median(past, axis=1)
    away = np.abs(past - middle[:, None])
    usual = _NORMAL * np.fmax(_median(away, axis=1), _median(away.ravel(), axis=0))
    base = history.denominator[:, -1] if history.entry.unit == "%" else np.abs(history.numerator[:, -2])
    few = _FEW_UNITS / np.where(base == 0, np.nan, base) * 100
    limit = np.fmax(np.fmax(rule.jump_deviations * usual, rule.least_jump), few)
    run = ~np.isnan(now) & ((~np.isnan(past)).sum(axis=1) >= _ENOUGH) & ~(np.abs(common[-1]) > rule.least_jump)
    return _run(history, "jump", run, np.abs(now - middle) > limit, usual=limit)


def _copied(history: _History, rule: Trust) -> pd.DataFrame:
    """Check that a figure well between none and all is not the same for periods while most others moved."""
    count = rule.copied_periods
    numerator, denominator = history.numerator[:, -count:], history.denominator[:, -count:]
    complete = ~np.isnan(numerator).any(axis=1)
    base = np.nan_to_num(denominator, nan=-1.0)
    same = complete & (numerator == numerator[:, :1]).all(axis=1) & (base == base[:, :1]).all(axis=1)
    moved = (complete & ~same).sum() >= _MOST * max(complete.sum(), 1)
    # A few in all, or a few short of all, stay so by chance.
    inside = ~(numerator[:, -1] < _FEW) & ~(denominator[:, -1] - numerator[:, -1] < _FEW)
    run: Flags = complete & inside & np.full(len(same), moved)
    return _run(history, "copied", run, same, usual=float(count), since=history.periods[-count])


def _perfect(table: pd.DataFrame) -> pd.DataFrame:
    """Check that a unit's shares are not all exactly 100 %, of those that have enough of them."""
    shares = table[(table["check"] == "impossible") & (table["denominator"] > 0)]
    is_full = shares["numerator"] == shares["denominator"]
    by_unit = is_full.groupby(shares["code"], sort=False).agg(usual="size", full="all")
    by_unit["period"] = shares.groupby("code")["period"].max()
    by_unit = by_unit[by_unit["usual"] >= _PERFECT_FROM].reset_index()
    return by_unit.assign(check="perfect", passed=~by_unit["full"].astype(bool)).reindex(columns=_COLUMNS)


def _median(values: Table, axis: int) -> Table:
    """Return the median of what is known; not a number where nothing is."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # numpy warns of rows without any number
        found: Table = np.nanmedian(values, axis=axis)
    return found
