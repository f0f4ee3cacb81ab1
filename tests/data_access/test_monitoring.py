"""The questions about monitoring against loops over every case, in counties drawn by dice."""

import statistics
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import Engine

from data_access.monitoring import (
    case_flow,
    cases_of,
    coverage,
    durations,
    league,
    ledger_day,
    map_indicators,
    monitoring_figures,
)
from data_access.snapshot import Snapshot
from tests.data_access.slow_cases import GROUPS, MEASURE_DAYS, VERIFY_DAYS, Case, figures_of, newest_of
from tests.data_access.slow_households import back
from tests.data_access.slow_monitoring import County, county_of

ON = date(2026, 6, 20)
PLACES = ("C", "T1", "V3")


@pytest.fixture(params=[1, 2, 3])
def county(request: pytest.FixtureRequest, shared: Engine, fill: Callable[..., Snapshot]) -> County:
    return county_of(shared, fill, request.param)


def own_of(county: County, code: str, group: str | None) -> list[Case]:
    """The cases of a place, of a special group where it is asked for."""
    return [c for c in county.cases if county.within(code, c.household) and is_of(county, c.household, group)]


def is_of(county: County, home: str, group: str | None) -> bool:
    return group is None or GROUPS[group] in (county.homes[home].tags or "")


def day_of(county: County, on: date = ON) -> date:
    newest = newest_of(county.cases)
    assert newest
    return min(back(on.replace(day=1), -1) - timedelta(days=1), newest)


def lately(day: date | None, until: date) -> bool:
    return day is not None and back(until.replace(day=1), 11) <= day <= until


def helped_on(case: Case) -> date | None:
    return min((since or case.included_on or case.opened_on for _, since in case.measures), default=None)


def quantile(values: Sequence[float], share: float) -> float:
    at = (len(values) - 1) * share
    low = sorted(values)[int(at)]
    high = sorted(values)[min(int(at) + 1, len(values) - 1)]
    return low + (high - low) * (at - int(at))


def test_the_ledger_speaks_of_the_end_of_a_month_but_not_of_days_to_come(county: County):
    assert ledger_day(county.snapshot, ON) == day_of(county)
    assert ledger_day(county.snapshot, date(2026, 2, 3)) == date(2026, 2, 28)
    assert ledger_day(county.snapshot, date(2030, 1, 1)) == newest_of(county.cases)


def test_there_is_no_day_without_a_case(fill: Callable[..., Snapshot]):
    snapshot = fill(region=[{"code": "C", "level": "county"}])
    assert ledger_day(snapshot, ON) is None
    assert cases_of(snapshot, "C").empty
    assert case_flow(snapshot, "C", ON, 12).empty
    assert durations(snapshot, "C", ON)["cases"].tolist() == [0, 0, 0, 0]
    assert league(snapshot, "C", ON, "village").empty
    assert coverage(snapshot, "C", ON).empty


def test_the_cards_are_those_of_the_cases(county: County):
    for code, group in product(PLACES, (None, *GROUPS)):
        day = day_of(county)
        table = monitoring_figures(county.snapshot, code, ON, 0.5, group).set_index("indicator")
        expected: dict[Any, Any] = figures_of(own_of(county, code, group), county.homes, day)
        month = day.replace(day=1)
        for name in ("stock", "persons", "new", "cleared", "measured", "unhelped", "prompt"):
            row = table.loc[f"monitoring.{name}"]
            above, below = expected.get((f"monitoring.{name}", month), (0.0, 0.0))
            assert row["numerator"] == above
            if name in ("measured", "prompt"):
                assert row["denominator"] == below
                assert row["light"] == ("none" if not below else "green" if above == below else row["light"])
                assert (
                    row["gap"] == pytest.approx(above / below * 100 - 100, nan_ok=True)
                    if below
                    else row["gap"] != row["gap"]
                )
            before = expected.get((f"monitoring.{name}", back(month, 1)), (0.0, 0.0))
            if name not in ("measured", "prompt"):
                assert row["change"] == above - before[0]


def test_the_map_shows_the_whole_group_or_the_special_one():
    assert map_indicators(None)[0] == "monitoring.stock"
    assert map_indicators("ill") == ("monitoring.stock.ill",)


def test_the_flow_counts_each_kind_in_each_month(county: County):
    for code, group in product(PLACES, (None, "ill")):
        own = [case for case in own_of(county, code, group) if case.included_on]
        flow = case_flow(county.snapshot, code, ON, 9, group)
        cells = {(r.period, r.kind): (r.opened, r.closed, r.stock) for r in flow.itertuples()}
        day = day_of(county)
        expected = {}
        for n in range(9):
            month = back(day.replace(day=1), n)
            end = day_of(county, month)
            for kind in {case.kind or "" for case in own}:
                mine = [case for case in own if (case.kind or "") == kind]
                expected[month, kind] = (
                    sum(c.included_on is not None and c.included_on.replace(day=1) == month for c in mine),
                    sum(c.cleared_on is not None and c.cleared_on.replace(day=1) == month for c in mine),
                    sum(case.in_stock(end) for case in mine),
                )
        assert cells == expected
        assert flow["period"].is_monotonic_increasing


def test_steps_take_as_long_as_the_days_between_them(county: County):
    for code, group in product(PLACES, (None, "elderly")):
        day, own = day_of(county), own_of(county, code, group)
        table = durations(county.snapshot, code, ON, group).set_index("step")
        steps: dict[str, list[tuple[date | None, date | None, date | None]]] = {
            "alert": [(None, c.alert_on, None) for c in own],
            "verify": [(c.alert_on, c.verified_on, None) for c in own],
            "include": [(c.verified_on, c.included_on, c.alert_on) for c in own],
            "help": [(c.included_on, helped_on(c), c.included_on) for c in own if c.included_on],
        }
        limits = {"include": VERIFY_DAYS, "help": MEASURE_DAYS}
        for step, every in steps.items():
            reached = [each for each in every if lately(each[1], day)]
            took = [max((late - early).days, 0) for early, late, _ in reached if early and late]
            waited = [(late - since).days for _, late, since in reached if late and since]
            over = [days for days in waited if step in limits and days > limits[step]]
            row = table.loc[step]
            assert (row["cases"], row["n"], row["late"]) == (len(reached), len(took), len(over))
            if took:
                assert row["median"] == statistics.median(took)
                assert row["p90"] == pytest.approx(quantile(took, 0.9))


def test_the_league_ranks_who_kept_both_limits(county: County):
    for level, group in product(("township", "village"), (None, "elderly")):
        day = day_of(county)
        places = [code for code in ("T1", "T2", "V1", "V2", "V3", "V4") if code[0] == level[0].upper()]
        expected = {}
        for code in places:
            own = own_of(county, code, group)
            recent = [case for case in own if lately(case.included_on, day)]
            judged, kept, waits = 0, 0, []
            for case in recent:
                assert case.included_on
                first = helped_on(case)
                helped = max((first - case.included_on).days, 0) if first and first <= day else None
                is_over = (day - case.included_on).days > MEASURE_DAYS
                waits += [] if helped is None else [helped]
                if case.alert_on and (helped is not None or is_over):
                    judged += 1
                    in_time = (case.included_on - case.alert_on).days <= VERIFY_DAYS
                    kept += in_time and helped is not None and helped <= MEASURE_DAYS
            waiting = sum(case.is_unhelped(day) for case in own)
            if recent or waiting:
                expected[code] = (len(recent), judged, kept, waits, waiting)
        table = league(county.snapshot, "C", ON, level, group).set_index("code")
        assert set(table.index) == set(expected)
        for code, (count, judged, kept, waits, waiting) in expected.items():
            row = table.loc[code]
            assert (row["cases"], row["judged"], row["waiting"]) == (count, judged, waiting)
            assert row["on_time"] == pytest.approx(kept / judged * 100) if judged else row["on_time"] != row["on_time"]
            assert row["help_median"] == statistics.median(waits) if waits else row["help_median"] != row["help_median"]
        shares = {code: row[2] / row[1] for code, row in expected.items() if row[1]}
        for code, share in shares.items():
            assert table.at[code, "rank"] == 1 + sum(other > share + 1e-12 for other in shares.values())


def test_each_risk_has_the_measures_that_answer_it(county: County):
    for code, group in product(PLACES, (None, "disabled")):
        day = day_of(county)
        counts: dict[str, list[bool]] = defaultdict(list)
        for case in own_of(county, code, group):
            if case.in_stock(day):
                for risk in case.risks or {""}:
                    counts[risk].append(case.answers(risk, day) if risk else bool(case.measures_by(day)))
        table = coverage(county.snapshot, code, ON, group)
        assert {r.risk: (r.cases, r.measured) for r in table.itertuples()} == {
            risk: (len(answers), sum(answers)) for risk, answers in counts.items()
        }
        assert table["cases"].is_monotonic_decreasing
