"""监测对象: a household at risk, from the alert to the day that the risk is gone."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection, Table, delete, select, tuple_

from data_access.imports.batch import Batch
from data_access.imports.cell_types import choice, day, integer, text
from data_access.imports.homes import HOUSEHOLD
from data_access.imports.kind import Context, Field, Kind
from data_access.rollups.cases import newest_day
from data_access.schema import case_measure, case_risk, household, monitoring_case
from data_access.writing import frame, stage, upsert
from i18n import N_

_KEY = ["household_code", "opened_on"]
_DAYS = ("alert_on", "verified_on", "included_on", "dismissed_on", "cleared_on")
_DETAILS = ("kind", "persons", *_DAYS, "clearing", "owner", "office")
#: A case has at most so many risks, each with its measure in the column of the same number.
_NUMBERS = tuple(range(1, 6))
#: The days of a case in the order in which they come; a pair that shares a later day is told at that one.
_IN_ORDER = (
    ("alert_on", "verified_on"),
    ("alert_on", "included_on"),
    ("verified_on", "included_on"),
    ("included_on", "cleared_on"),
    ("alert_on", "dismissed_on"),
    ("verified_on", "dismissed_on"),
)
_NAMES = {
    "alert_on": N_("the alert"),
    "verified_on": N_("the verification"),
    "included_on": N_("the inclusion"),
    "dismissed_on": N_("the dismissal"),
    "cleared_on": N_("the clearance"),
}


def _resolve(batch: Batch, context: Context) -> None:
    """Leave the rows that are cases, each with the day that it was opened; refuse those that contradict themselves."""
    _pass_over_others(batch)
    rows = batch.rows
    no_day = rows.reindex(columns=["alert_on", "included_on"]).isna().all(axis=1)
    batch.refuse(
        no_day, ("included_on", "alert_on"), N_("Neither the day of the alert nor that of the inclusion is given.")
    )
    held = held_cases(context.connection, batch.rows["household_code"])
    opened = [
        _opened_on(row, held[row.household_code]) for row in with_columns(batch.rows, *_DAYS).itertuples(index=False)
    ]
    batch.rows = batch.rows.assign(opened_on=pd.Series(opened, index=batch.rows.index, dtype=object))
    _check_days(batch, held)
    _check_clearance(batch)
    _refuse_overlaps(batch, held)


def _pass_over_others(batch: Batch) -> None:
    """Drop the rows of households without a case, as the national export of all registered households has them."""
    own = [name for name in batch.rows if name in _DAYS or name.startswith(("risk_", "measure_"))]
    is_case = batch.rows[own].notna().any(axis=1)
    if "is_cleared" in batch.rows:
        is_case |= batch.rows["is_cleared"] == "yes"
    if not is_case.all():
        batch.rows = batch.rows[is_case]
        batch.read -= int((~is_case).sum())
        batch.notes.append(
            N_("Rows of households without a case were passed over: {count}.", count=int((~is_case).sum()))
        )


def with_columns(rows: pd.DataFrame, *names: str) -> pd.DataFrame:
    """Return `rows` with these columns, null where the file does not have them, and nulls as None."""
    table = rows.reindex(columns=[*dict.fromkeys([*rows.columns, *names])]).astype(object)
    return table.where(table.notna(), None)


def held_cases(connection: Connection, households: pd.Series) -> dict[str, list[Any]]:
    """Return by household the cases that are known of these, the earliest first."""
    asked = select(*monitoring_case.c[*_KEY, *_DAYS]).order_by(*monitoring_case.c[*_KEY])
    wanted = set(households)
    held: dict[str, list[Any]] = defaultdict(list)
    for case in connection.execute(asked):
        if case.household_code in wanted:
            held[case.household_code].append(case)
    return held


def _opened_on(row: Any, held: Iterable[Any]) -> date:
    """Return the day by which a row's case is known: that of the case held that it speaks of, else its first own day.

    It is the same case that has the same day of inclusion or of the alert; and what was an alert becomes an inclusion.
    """
    for name in ("included_on", "alert_on"):
        for case in held:
            if getattr(row, name) is not None and getattr(case, name) == getattr(row, name):
                opened: date = case.opened_on
                return opened
    if row.alert_on is not None:
        alert: date = row.alert_on
        return alert
    included: date = row.included_on
    undecided = [c.opened_on for c in held if c.included_on is None and c.dismissed_on is None]
    return max((day for day in undecided if day <= included), default=included)


def _check_days(batch: Batch, held: dict[str, list[Any]]) -> None:
    """Refuse days out of their order, those that are held and not given again among them."""
    known = {(home, case.opened_on): case for home, cases in held.items() for case in cases}
    keys = list(zip(batch.rows["household_code"], batch.rows["opened_on"], strict=True))
    days = pd.DataFrame(
        {
            name: pd.to_datetime(
                batch.rows[name]
                if name in batch.rows
                else pd.Series(
                    [getattr(known.get(key), name, None) for key in keys], index=batch.rows.index, dtype=object
                )
            )
            for name in _DAYS
        }
    )
    for early, late in _IN_ORDER:
        now = days.loc[batch.rows.index]
        reason = N_("{late} is before {early}.", late=_NAMES[late], early=_NAMES[early])
        batch.refuse(now[late] < now[early], (late, early), reason)
    now = days.loc[batch.rows.index]
    both = now["dismissed_on"].notna() & now["included_on"].notna()
    batch.refuse(both, "dismissed_on", N_("It is both dismissed and under monitoring."))
    now = days.loc[batch.rows.index]
    never = now["cleared_on"].notna() & now["included_on"].isna()
    batch.refuse(never, "cleared_on", N_("It was cleared without ever being under monitoring."))


def _check_clearance(batch: Batch) -> None:
    if "is_cleared" not in batch.rows:
        return
    has_day = batch.rows["cleared_on"].notna()
    missing = (batch.rows["is_cleared"] == "yes") & ~has_day
    batch.refuse(missing, ("cleared_on", "is_cleared"), N_("The risk is said to be cleared, but the day is missing."))
    has_day = batch.rows["cleared_on"].notna()
    beyond = (batch.rows["is_cleared"] == "no") & has_day
    batch.refuse(beyond, "cleared_on", N_("The risk is said not to be cleared, but a day of clearance is given."))


def _refuse_overlaps(batch: Batch, held: dict[str, list[Any]]) -> None:
    """Refuse a case of a household that another one of it was still open at: it would be counted twice."""
    given = with_columns(batch.rows, *_DAYS)
    given = given[~given.duplicated(_KEY, keep=False)]
    spans: dict[str, list[tuple[date, date, int | None]]] = defaultdict(list)
    keys = set(zip(given["household_code"], given["opened_on"], strict=True))
    never = date.max
    for home in set(given["household_code"]):
        for case in held[home]:
            if case.included_on is not None and (home, case.opened_on) not in keys:
                spans[home].append((case.included_on, case.cleared_on or never, None))
    known = {(home, case.opened_on): case for home, cases in held.items() for case in cases}
    for row in given.itertuples():
        before = known.get((row.household_code, row.opened_on))
        included, cleared = (
            getattr(row if name in batch.rows else before, name, None) for name in ("included_on", "cleared_on")
        )
        if included is not None:
            spans[row.household_code].append((included, cleared or never, row.Index))
    bad: dict[int, date] = {}
    for cases in spans.values():
        last, *later = sorted(cases, key=lambda case: case[:2])
        for case in later:
            at, other = (case[2], last) if case[2] is not None else (last[2], case)
            if last[1] > case[0] and at is not None:
                bad[at] = other[0]
            last = max(last, case, key=lambda each: each[1])
    reasons = {
        at: N_("Another case of this household, under monitoring since {day}, is open then.", day=since)
        for at, since in bad.items()
    }
    batch.refuse(pd.Index(list(bad), dtype="int64"), ("included_on", "cleared_on"), lambda at: reasons[at])


def _store(batch: Batch, context: Context) -> int:
    connection, rows = context.connection, batch.rows
    before = newest_day(connection)
    cases = rows[[*_KEY, *(name for name in _DETAILS if name in rows)]].astype({"household_code": object})
    changed = [upsert(connection, monitoring_case, cases)[_KEY]]
    risks, measures = _parts(rows)
    if any(name.startswith("risk_") for name in rows):
        gone = _gone(connection, cases[_KEY], risks)
        for table in (case_measure, case_risk):
            _delete(connection, table, gone)
        changed += [gone[_KEY], upsert(connection, case_risk, risks)[_KEY]]
    changed.append(upsert(connection, case_measure, measures)[_KEY])
    keys = pd.concat([part.astype(object) for part in changed]).drop_duplicates()
    is_changed = pd.MultiIndex.from_frame(cases[_KEY]).isin(pd.MultiIndex.from_frame(keys))
    context.ledgers["cases"] |= set(rows.loc[is_changed, "region_code"])
    if newest_day(connection) != before:
        # The ledger speaks of another day now, in every place that it knows.
        everywhere = select(household.c.region_code).join(
            monitoring_case, monitoring_case.c.household_code == household.c.code
        )
        context.ledgers["cases"] |= set(connection.execute(everywhere.distinct()).scalars())
    return int(is_changed.sum())


def _parts(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the risks of the cases, and their measures: each with the risk in the column of the same number."""
    names = [(f"risk_{n}", f"measure_{n}", f"started_{n}") for n in _NUMBERS]
    wide = with_columns(rows, *(name for own in names for name in own))
    parts = [wide[[*_KEY, *own]].set_axis([*_KEY, "risk", "measure", "started_on"], axis=1) for own in names]
    every = pd.concat(parts, ignore_index=True)
    risks = every.loc[every["risk"].notna(), [*_KEY, "risk"]].drop_duplicates()
    measures = every.assign(risk=every["risk"].fillna(""))[every["measure"].notna()]
    measures = measures.sort_values("started_on", kind="stable", na_position="last")
    return risks, measures.drop_duplicates([*_KEY, "risk", "measure"])


def _gone(connection: Connection, cases: pd.DataFrame, risks: pd.DataFrame) -> pd.DataFrame:
    """Return the risks that these cases have no longer: household_code, opened_on, risk."""
    held = frame(connection, select(*case_risk.c[*_KEY, "risk"]))
    is_own = pd.MultiIndex.from_frame(held[_KEY]).isin(pd.MultiIndex.from_frame(cases))
    is_kept = pd.MultiIndex.from_frame(held).isin(pd.MultiIndex.from_frame(risks))
    return held[np.asarray(is_own & ~is_kept)]


def _delete(connection: Connection, table: Table, keys: pd.DataFrame) -> None:
    if len(keys):
        types = {name: table.c[name].type for name in keys}
        gone = stage(connection, "gone_risk", types, keys)
        connection.execute(delete(table).where(tuple_(*(table.c[name] for name in keys)).in_(select(gone))))
        gone.drop(connection)


def _numbered(name: str, header: str, of_first: tuple[str, ...], kind: Any) -> tuple[Field, ...]:
    """Return five fields of one header with numbers behind; the first may also stand without its number."""
    return tuple(Field(f"{name}_{n}", f"{header}{n}", kind, of_first if n == 1 else ()) for n in _NUMBERS)


CASES = Kind(
    id="cases",
    title=N_("Monitoring cases"),
    fields=(
        HOUSEHOLD,
        Field("kind", "监测对象类别", text(40), ("监测类别", "监测对象类型")),
        Field("alert_on", "预警时间", day, ("风险线索发现时间", "线索发现时间", "预警日期"), mark=True),
        Field("verified_on", "核实时间", day, ("核实日期", "入户核实时间")),
        Field("included_on", "识别监测时间", day, ("识别时间", "纳入监测时间", "纳入时间"), expected=True),
        Field("dismissed_on", "排除时间", day, ("排除日期", "排除风险时间")),
        *_numbered("risk", "致贫返贫风险", ("致贫返贫风险", "致贫返贫风险点"), text(60)),
        *_numbered("measure", "帮扶措施", ("帮扶措施",), text(200, is_free=True)),
        *_numbered("started", "帮扶时间", ("帮扶时间", "帮扶开始时间"), day),
        Field("persons", "人数", integer(minimum=1), ("家庭人口数", "监测人数")),
        Field("owner", "责任人", text(100), ("帮扶责任人", "帮扶联系人")),
        Field("office", "责任单位", text(100), ("帮扶单位",)),
        Field(
            "is_cleared",
            "风险是否已消除",
            choice({"是": "yes", "否": "no", "已消除": "yes", "未消除": "no"}),
            mark=True,
        ),
        Field("clearing", "风险消除方式", text(40), ("消除方式",)),
        Field("cleared_on", "消除监测时间", day, ("风险消除时间", "消除时间"), expected=True, mark=True),
    ),
    key=("household_code", "opened_on"),
    resolve=_resolve,
    store=_store,
)
