"""Monitoring in words, in English: what a headline says of many, of one and of nobody."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from data_access.suspects import CHECKS
from i18n import words
from tests.wording.test_figures import entry
from wording import monitoring
from wording.monitoring import (
    check_note,
    checks_headline,
    count_headline,
    coverage_headline,
    coverage_rows,
    flow_rows,
    league_headline,
    league_table,
    monitoring_headline,
    silent_line,
    speed_headline,
    step_rows,
    suspects_table,
)

ENGLISH = words("en")


def waiting(*counts: int) -> pd.DataFrame:
    table = pd.DataFrame({"name": [f"村{n}" for n in range(len(counts))], "households": list(counts)})
    table["name_en"] = [f"Place {n}" for n in range(len(counts))]
    return table.assign(share=table["households"] / max(sum(counts), 1))


@pytest.mark.parametrize(
    ("stock", "unhelped", "level", "text"),
    [
        (0, waiting(), "village", "X: no household is under monitoring"),
        (1, waiting(), "village", "1 household under monitoring; all past 30 days have a measure"),
        (1043, waiting(1), "", "1,043 households under monitoring; 1 of them has no measure after 30 days"),
        (
            90,
            waiting(30, 8),
            "township",
            "90 households under monitoring; 38 of them have no measure after 30 days, IN",
        ),
        (
            90,
            waiting(*[2] * 10),
            "village",
            "90 households under monitoring; 20 of them have no measure after 30 days, IN",
        ),
    ],
)
def test_the_headline_names_those_whom_nobody_helps(stock, unhelped, level, text):
    where = "most in Place 0" if level == "township" else "most in 10 villages"
    assert monitoring_headline(ENGLISH, "X", stock, unhelped, level, 30) == text.replace("IN", where)


def test_a_count_names_who_has_most_of_it():
    one = entry(denominator_name=None, unit="户", unit_en="hh", factor=1.0, decimals=0, name_en="Stock")
    row = SimpleNamespace(value=12.0, light="none")
    children = waiting(0, 9, 3).assign(numerator=[0.0, 9.0, 3.0])
    assert count_headline(ENGLISH, one, row, children) == "Stock 12 hh, most in Place 1, Place 2"
    assert count_headline(ENGLISH, one, row, children.head(1)) == "Stock 12 hh"
    assert count_headline(ENGLISH, one, row, children.assign(numerator=0.0)) == "Stock 12 hh"


@pytest.fixture
def steps():
    return pd.DataFrame(
        {
            "step": ["alert", "verify", "include", "help"],
            "cases": [30, 28, 1200, 0],
            "n": [0, 28, 1100, 0],
            "median": [np.nan, 4.0, 7.5, np.nan],
            "p90": [np.nan, 9.0, 15.2, np.nan],
            "limit": [np.nan, np.nan, 15.0, 30.0],
            "late": [0, 0, 101, 0],
        }
    )


def test_a_step_says_how_long_it_took(steps):
    rows = step_rows(ENGLISH, steps)
    assert rows["label"].tolist() == [
        "30 households", "28; median 4 days, P90 9", "1,200; median 7.5 days, P90 15.2", "0 households",
    ]  # fmt: skip
    assert rows["value"].tolist() == [30, 28, 1200, 0]
    assert speed_headline(ENGLISH, steps) == "101 of 1,200 taken in later than 15 days after the alert"
    assert speed_headline(ENGLISH, steps.assign(cases=0)) == "Nobody was taken in over the last twelve months"


def test_the_league_ends_with_the_last_and_says_what_is_not_known():
    league = waiting(1, 1, 1).assign(
        cases=[20, 3, 0], judged=[19, 3, 0], on_time=[100.0, 33.3, np.nan], include_median=[7.0, 21.0, np.nan],
        include_p90=[9.5, 40.0, np.nan], help_median=[1.0, np.nan, np.nan], help_p90=[2.0, np.nan, np.nan],
        waiting=[0, 2, 1], rank=[1.0, 2.0, np.nan],
    )  # fmt: skip
    assert league_headline(ENGLISH, league) == "Least on time: Place 1, 33.3% of 3"
    assert league_headline(ENGLISH, league.tail(1)) == "Nobody was taken in over the last twelve months"
    table = league_table(ENGLISH, league, "village")
    assert len(table.columns) <= 9
    assert table["Alert to inclusion"].tolist() == ["7 / 9.5", "21 / 40", "–"]
    assert table["Waiting for a measure"].tolist() == [0, 2, 1]


def test_the_risk_with_most_left_leads():
    coverage = pd.DataFrame({"risk": ["因病", "", "因灾"], "cases": [100, 10, 4], "measured": [97, 5, 4]})
    coverage["share"] = coverage["measured"] / coverage["cases"] * 100
    assert coverage_headline(ENGLISH, coverage) == "no risk named: 5 of 10 households have no measure for it"
    assert coverage_headline(ENGLISH, coverage.tail(1)) == "Every risk has its measure"
    assert coverage_headline(ENGLISH, coverage.head(0)) == "No risk is named"
    assert coverage_rows(ENGLISH, coverage)["label"].tolist() == ["97 / 100　97.0%", "5 / 10　50.0%", "4 / 4　100.0%"]


def test_what_came_in_and_what_left_have_their_signs():
    flow = pd.DataFrame({"period": [pd.Timestamp("2026-11-01").date()], "opened": [12], "closed": [8], "stock": [1043]})
    (row,) = flow_rows(ENGLISH, flow).itertuples()
    assert (row.opened_label, row.closed_label, row.stock_label) == ("+12", "−8", "1,043")
    assert row.hover == "Nov 2026\nTaken in\t+12\nRisk cleared\t−8\nUnder monitoring\t1,043"


def test_every_check_has_its_name_and_says_what_it_asks():
    assert set(monitoring.CHECKS) == set(CHECKS)
    notes = [check_note(ENGLISH, check, 15, 30, 6) for check in CHECKS]
    assert len(set(notes)) == len(CHECKS)
    assert notes[0] == "Under monitoring for 30 days or more, and no measure has begun."


def test_suspects_are_counted_by_household_and_numbered_only_where_asked():
    found = pd.DataFrame(
        {
            "check": ["uncovered", "missed"], "village": "上村", "village_en": "Upper", "township": "石岭镇",
            "township_en": "Shiling", "household": ["H1", None], "households": [1, 4], "since": None,
            "days": [12.0, np.nan], "owner": ["李某", None], "office": [None, None], "item": ["water", None],
        }
    )  # fmt: skip
    assert checks_headline(ENGLISH, found) == "5 to look at; most: Under the line, no case (4)"
    assert checks_headline(ENGLISH, found.head(0)) == "The checks find nothing to ask about"
    table = suspects_table(ENGLISH, found, {"water": "Water"}, with_numbers=False)
    assert table["Cross-check"].tolist() == ["Unsafe house or water, no case · Water", "Under the line, no case"]
    assert "Household" not in table
    assert suspects_table(ENGLISH, found, {}, with_numbers=True)["Household"].tolist() == ["H1", ""]
    assert suspects_table(ENGLISH, found.head(0), {}, with_numbers=False).empty


def test_of_many_silent_villages_the_first_are_named():
    names = ["A", "B", "C"]
    assert silent_line(ENGLISH, names, "Nov 2026", 2) == "3 villages not in for Nov 2026: A, B…"
    assert silent_line(ENGLISH, names[:1], "Nov 2026", 2) == "1 village not in for Nov 2026: A"
