"""Monitoring cases into observations: who is under monitoring at a month's end, who came and left, how soon helped.

A month speaks of its last day, the newest one of the ledger's newest day: nobody is overdue before his time is over. A
household takes its cases along when it moves.
"""

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, Select, and_, func, select

from data_access.rollups.entries import Ledger
from data_access.rollups.household_months import month_of, number_of
from data_access.schema import (
    ANY_LEVEL,
    case_measure,
    case_risk,
    household,
    indicator,
    indicator_group,
    monitoring_case,
)
from data_access.writing import frame, upsert
from settings import settings

GROUP = "monitoring"
STOCK = "monitoring.stock"
IDS = (
    STOCK,
    "monitoring.persons",
    "monitoring.new",
    "monitoring.cleared",
    "monitoring.measured",
    "monitoring.unhelped",
    "monitoring.prompt",
)
#: How many months a share of the cases included lately looks back on, the newest one included.
YEAR = 12

# A mistyped year in the ledger must not fill the table with months.
_MONTHS = 60
_KEY = ["household_code", "opened_on"]
_DAYS = ("alert_on", "verified_on", "included_on", "dismissed_on", "cleared_on")
_COLUMNS = ["region_code", "indicator", "period", "numerator", "denominator", "plan"]
_OF_CASE = ("kind", "clearing", "owner", "office")

_Counts = NDArray[np.float64]

_GROUP_ROW = {"id": GROUP, "name": "监测帮扶", "name_en": "Monitoring", "position": 0}
_GROUP_STOCK = {
    "group_id": GROUP,
    "numerator_name": "在册监测户",
    "numerator_name_en": "households under monitoring",
    "numerator_unit": "户",
    "numerator_unit_en": "households",
    "unit": "户",
    "unit_en": "hh",
    "factor": 1.0,
    "decimals": 0,
    "direction": "down",
    "frequency": "month",
    "level": ANY_LEVEL,
    "source": "监测对象台账，乡村振兴服务中心",
    "source_en": "Monitoring ledger, rural revitalisation centre",
    "amber_points": 10.0,
    # Behind those that the dictionary has.
    "position": 10_000,
}


def group_indicator(group: str) -> str:
    """Return the indicator of the households of a special group that are under monitoring."""
    return f"{STOCK}.{group}"


def newest_day(connection: Connection) -> date | None:
    """Return the newest day that the ledger of cases speaks of; None for an empty one."""
    newest = connection.execute(select(*(func.max(monitoring_case.c[name]) for name in _DAYS))).one()
    return max((day for day in newest if day is not None), default=None)


def as_of(newest: date, month: int) -> date:
    """Return the day that a numbered month's figures speak of: its last, or `newest` where that is earlier."""
    last: date = (pd.Timestamp(month_of(month + 1)) - pd.Timedelta(days=1)).date()
    return min(last, newest)


def cases_in(connection: Connection, regions: Select[str] | Collection[str]) -> pd.DataFrame:
    """Return one row per case of the households of these regions, by household and then the day it was opened.

    Columns: household_code, opened_on, region_code, kind, persons (the register's where the case has none), tags (""
    without any), alert_on, verified_on, included_on, dismissed_on, cleared_on, clearing, owner, office, helped_on (its
    first measure), measured_on (from then on each risk has a measure; of a case without risks, its first). Days are
    datetime64, null where not known or not yet.
    """
    statement = (
        select(
            *monitoring_case.c[*_KEY, *_OF_CASE, *_DAYS],
            household.c.region_code,
            func.coalesce(monitoring_case.c.persons, household.c.persons).label("persons"),
            func.coalesce(household.c.tags, "").label("tags"),
        )
        .join(household, household.c.code == monitoring_case.c.household_code)
        .where(household.c.region_code.in_(regions))
        .order_by(*monitoring_case.c[*_KEY])
    )
    cases = _dated(frame(connection, statement), "opened_on", *_DAYS).astype({"persons": float})
    measures = _measures_in(connection, regions)
    cases["helped_on"] = _of_each(cases, measures.groupby(_KEY)["started_on"].min())
    risks = _answered(_risks_in(connection, regions), measures)
    unanswered = risks[risks["answered_on"].isna()].groupby(_KEY).size()
    has_risk = _of_each(cases, risks.groupby(_KEY).size()).notna()
    measured = _of_each(cases, risks.groupby(_KEY)["answered_on"].max())
    cases["measured_on"] = measured.mask(_of_each(cases, unanswered).notna()).where(has_risk, cases["helped_on"])
    return cases


def risks_in(connection: Connection, regions: Select[str] | Collection[str]) -> pd.DataFrame:
    """Return one row per case and risk of these regions: household_code, opened_on, risk, answered_on.

    A risk is answered from the first day of a measure that names it, or of one that names none where it is the only
    risk of its case; answered_on is null where there is no such measure.
    """
    return _answered(_risks_in(connection, regions), _measures_in(connection, regions))


def figures(connection: Connection, codes: Collection[str]) -> pd.DataFrame:
    """Return the figures of the cases of these regions, as `entries.Ledger` asks for them."""
    newest = newest_day(connection)
    return sums_of(cases_in(connection, codes), newest) if newest else pd.DataFrame(columns=_COLUMNS)


def sums_of(cases: pd.DataFrame, newest: date) -> pd.DataFrame:
    """Return the figures of `cases` (as `cases_in` returns them) by region and month, of a ledger up to `newest`.

    Columns: region_code, indicator, period, numerator, denominator, plan (null).
    """
    cases = cases[cases["included_on"].notna()]
    if cases.empty:
        return pd.DataFrame(columns=_COLUMNS)
    last = number_of(newest)
    months = np.arange(last - _MONTHS + 1, last + 1)
    ends = pd.DatetimeIndex([as_of(newest, int(month)) for month in months])
    which, regions = pd.factorize(cases["region_code"])
    entered = month_numbers(cases["included_on"])
    first = pd.Series(entered).groupby(which).min().to_numpy()
    is_known = months >= first[:, None]
    region, month = np.nonzero(is_known)
    periods = np.array([month_of(int(number)) for number in months], dtype=object)

    def by_region(matrix: NDArray[Any]) -> _Counts:
        sums = np.zeros((len(regions), len(months)))
        np.add.at(sums, which, matrix)
        known: _Counts = sums[is_known]
        return known

    parts = [
        pd.DataFrame(
            {
                "region_code": regions.to_numpy(dtype=object)[region],
                "indicator": id_,
                "period": periods[month],
                "numerator": by_region(above),
                "denominator": np.nan if below is None else by_region(below),
                "plan": np.nan,
            }
        )
        for id_, above, below in _measured(cases, months, ends)
    ]
    return pd.concat(parts, ignore_index=True)[_COLUMNS]


def _measured(
    cases: pd.DataFrame, months: NDArray[np.int64], ends: pd.DatetimeIndex
) -> Iterator[tuple[str, NDArray[Any], NDArray[Any] | None]]:
    """Give each indicator with what every case adds to its numerator and denominator in every month."""
    rules = settings().monitoring
    day = ends.to_numpy()[None, :]
    included, cleared, alert, helped, measured = (
        cases[name].to_numpy()[:, None]
        for name in ("included_on", "cleared_on", "alert_on", "helped_on", "measured_on")
    )
    entered, left = (month_numbers(cases[name])[:, None] for name in ("included_on", "cleared_on"))
    # A comparison with no date is false.
    in_stock = (included <= day) & ~(cleared <= day)
    yield STOCK, in_stock, None
    yield "monitoring.persons", in_stock * cases["persons"].fillna(0).to_numpy()[:, None], None
    yield "monitoring.new", entered == months, None
    yield "monitoring.cleared", left == months, None
    yield "monitoring.measured", in_stock & (measured <= day), in_stock
    is_due = day - included >= np.timedelta64(rules.measure_days, "D")
    yield "monitoring.unhelped", in_stock & is_due & ~(helped <= day), None
    is_recent = (entered <= months) & (entered > months - YEAR) & ~np.isnat(alert)
    is_prompt = included - alert <= np.timedelta64(rules.verify_days, "D")
    yield "monitoring.prompt", is_recent & is_prompt, is_recent
    for group in rules.groups:
        yield group_indicator(group.id), in_stock & in_group(cases, group.id).to_numpy()[:, None], None


def in_group(households: pd.DataFrame, group: str | None) -> pd.Series:
    """Tell which rows of `households` (with tags) are of a special group of the settings; all of them for None."""
    if group is None:
        return pd.Series(data=True, index=households.index)
    tag = {one.id: one.tag for one in settings().monitoring.groups}[group]
    return households["tags"].str.contains(tag, regex=False).astype(bool)


def _write_groups(connection: Connection) -> list[str]:
    """Give the special groups the indicators that the dictionary does not have; return those of all groups."""
    groups = settings().monitoring.groups
    held = set(connection.execute(select(indicator.c.id)).scalars())
    rows = [
        _GROUP_STOCK
        | {
            "id": group_indicator(group.id),
            "name": f"在册监测对象（{group.name}）",
            "name_en": f"Households under monitoring ({group.name_en.lower()})",
            "formula": f"月末未消除风险、标签含“{group.tag}”的监测户数",
            "formula_en": f"Households under monitoring at the end of the month, tagged: {group.name_en.lower()}",
        }
        for group in groups
        if group_indicator(group.id) not in held
    ]
    if rows and not _is_empty(connection):
        if connection.execute(select(indicator_group.c.id).where(indicator_group.c.id == GROUP)).first() is None:
            upsert(connection, indicator_group, pd.DataFrame([_GROUP_ROW]))
        upsert(connection, indicator, pd.DataFrame(rows))
    return [group_indicator(group.id) for group in groups]


def _is_empty(connection: Connection) -> bool:
    return connection.execute(select(monitoring_case.c.household_code).limit(1)).first() is None


def _risks_in(connection: Connection, regions: Select[str] | Collection[str]) -> pd.DataFrame:
    statement = select(*case_risk.c[*_KEY, "risk"]).where(_lives_in(case_risk.c.household_code, regions))
    return _dated(frame(connection, statement), "opened_on")


def _measures_in(connection: Connection, regions: Select[str] | Collection[str]) -> pd.DataFrame:
    """Return one row per measure: household_code, opened_on, risk, started_on; where that is not known, the inclusion.

    A measure without a day is one that there is; it is not told since when.
    """
    own = and_(
        monitoring_case.c.household_code == case_measure.c.household_code,
        monitoring_case.c.opened_on == case_measure.c.opened_on,
    )
    since = func.coalesce(case_measure.c.started_on, monitoring_case.c.included_on, monitoring_case.c.opened_on)
    statement = (
        select(*case_measure.c[*_KEY, "risk"], since.label("started_on"))
        .join(monitoring_case, own)
        .where(_lives_in(case_measure.c.household_code, regions))
    )
    return _dated(frame(connection, statement), "opened_on", "started_on")


def _lives_in(code: ColumnElement[str], regions: Select[str] | Collection[str]) -> ColumnElement[bool]:
    return code.in_(select(household.c.code).where(household.c.region_code.in_(regions)))


def _answered(risks: pd.DataFrame, measures: pd.DataFrame) -> pd.DataFrame:
    """Return `risks` with answered_on, the first day of a measure for each."""
    alone = risks[~risks.duplicated(_KEY, keep=False)].rename(columns={"risk": "only"})
    named = measures.merge(alone, how="left", on=_KEY)
    named["risk"] = named["risk"].where((named["risk"] != "") | named["only"].isna(), named["only"])
    first = named.groupby([*_KEY, "risk"], as_index=False)["started_on"].min()
    return risks.merge(first.rename(columns={"started_on": "answered_on"}), how="left", on=[*_KEY, "risk"])


def _of_each(cases: pd.DataFrame, values: pd.Series) -> pd.Series:
    """Return the values of the cases, in their order; null where a case has none."""
    return pd.Series(values.reindex(pd.MultiIndex.from_frame(cases[_KEY])).to_numpy(), index=cases.index)


def _dated(rows: pd.DataFrame, *names: str) -> pd.DataFrame:
    return rows.astype(dict.fromkeys(names, "datetime64[s]"))


def month_numbers(days: pd.Series) -> NDArray[np.int64]:
    """Return the numbers of the months that these days lie in; -1 for none."""
    numbers: NDArray[np.int64] = (days.dt.year * 12 + days.dt.month - 1).fillna(-1).to_numpy(dtype=np.int64)
    return numbers


LEDGER = Ledger("cases", IDS, figures, _write_groups)
