"""What is said of problems: nothing of what is not there, and where what is late lies."""

from datetime import date

import pandas as pd
import pytest

from data_access.indicators import Indicator
from data_access.problems import DaysToFix
from i18n import words
from wording.problem_tables import league_headline, ledger_headline
from wording.problems import ages_headline, burn_down_headline, pace_line, parts_headline, problems_headline, week_ticks

ENGLISH = words("en")
ENTRY = Indicator._make([None] * len(Indicator._fields))._replace(unit="%", unit_en="%", decimals=1)
FIRST = date(2026, 3, 2)


def problems(*rows):
    """Problems as (place, fixed, overdue, relapsed)."""
    table = pd.DataFrame(rows, columns=["child", "fixed", "overdue", "relapsed"])
    table = table.assign(open=~table["fixed"].astype(bool), child_name=table["child"], child_name_en=table["child"])
    return table.astype({"fixed": bool, "overdue": bool, "relapsed": bool, "open": bool})


@pytest.mark.parametrize(
    ("rows", "level", "said"),
    [
        ([], "village", "Here: no inspection has found a problem"),
        ([("A", True, False, False)], "village", "1 problem found, 100.0% fixed"),
        (
            [("A", True, False, True), ("B", False, False, False)],
            "village",
            "2 problems found, 50.0% fixed, 1 came back; what is open is mostly in B",
        ),
        (
            [("A", False, True, False), ("A", False, True, False), ("B", False, False, False)],
            "village",
            "3 problems found, 0.0% fixed, 2 overdue; those overdue are mostly in A",
        ),
        ([("A", False, True, False)], "", "1 problem found, 0.0% fixed, 1 overdue"),
    ],
)
def test_the_headline_says_what_is_late_and_where(rows, level, said):
    assert problems_headline(ENGLISH, "Here", problems(*rows), ENTRY, level) == said


def test_all_but_one_fixed_is_never_all():
    rows = [("A", True, False, False)] * 2999 + [("B", False, False, False)]
    assert "99.97% fixed" in problems_headline(ENGLISH, "Here", problems(*rows), ENTRY, "")


def weeks(*opened, plan):
    period = [day.date() for day in pd.date_range(FIRST, periods=len(plan), freq="W-MON")]
    return pd.DataFrame({"period": period, "plan": plan, "open": [*opened, *[None] * (len(plan) - len(opened))]})


def test_the_way_to_zero_names_what_is_late_and_the_last_day():
    said = burn_down_headline(ENGLISH, weeks(5.0, 4.0, plan=[5, 3, 0]), 1)
    assert said == "4 open, 1 of them overdue; by the deadlines none is left by 22 Mar 2026"
    assert burn_down_headline(ENGLISH, weeks(5.0, 4.0, plan=[5, 3, 2]), 0) == "4 open, 0 of them overdue"
    assert burn_down_headline(ENGLISH, weeks(5.0, 0.0, plan=[5, 3, 2]), 0) == "Nothing is left open"


def test_ticks_stand_at_the_first_weeks_of_months():
    ticks = week_ticks(ENGLISH, weeks(plan=[0] * 30))
    assert [day.day <= 7 for day, _ in ticks] == [True] * len(ticks)
    assert [text for _, text in ticks] == ["Apr 2026", "Jun 2026", "Aug 2026"]


def test_groups_are_told_by_their_ends():
    groups = pd.DataFrame({"source": ["A", None], "fixed_rate": [90.0, 40.0]})
    assert parts_headline(ENGLISH, groups, "source") == "Least fixed: not given 40.0%; most: A 90.0%"
    assert parts_headline(ENGLISH, groups.iloc[:1], "source") == "A: 90.0% fixed"
    league = pd.DataFrame({"child": ["a", "b"], "on_time_rate": [90.0, 40.0], "overdue": [0, 3]})
    assert league_headline(ENGLISH, league, {"a": "Upper", "b": "Lower"}) == (
        "Least on time: Lower, 40.0% of its deadlines; 3 overdue in all"
    )
    assert league_headline(ENGLISH, league, {}) == "40.0% to 90.0% fixed on time; 3 overdue in all"
    assert league_headline(ENGLISH, league.assign(on_time_rate=None), {}) == "No deadline has come yet"


def test_the_ledger_says_how_late_the_latest_is():
    table = problems(("A", False, True, False), ("A", True, False, False)).assign(days_late=[40.0, None])
    assert ledger_headline(ENGLISH, table) == "2 problems in the ledger: 1 overdue, the longest by 40 days"
    assert ledger_headline(ENGLISH, table.iloc[1:]) == "1 problem in the ledger, none overdue"


def test_ages_and_days_are_told_in_numbers():
    ages = pd.DataFrame({"first_day": [None, -30, 1], "last_day": [-31, 0, None], "count": [2, 3, 4]}).astype("Int64")
    assert ages_headline(ENGLISH, ages) == "9 open: 4 overdue, 3 due within 30 days"
    assert pace_line(ENGLISH, DaysToFix(0, float("nan"), float("nan"))) == "Nothing is fixed yet"
    assert pace_line(ENGLISH, DaysToFix(7, 31.0, 78.0)).startswith("Days to fix: half within 31")
