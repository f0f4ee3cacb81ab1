"""What the projects page says, at its edges: nothing allocated, nobody late, money before works and after."""

from datetime import date
from types import SimpleNamespace

import pandas as pd
import pytest

from i18n import words
from wording import funds, projects

EN = words("en")


def axes(*pairs):
    rows = pd.DataFrame(pairs, columns=["first", "second"], dtype=float)
    return rows.assign(name=[f"T{n}" for n in range(len(rows))])


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        ([(80, 60), (50, 90)], "Money runs ahead of the works in T0 (+20.0 pts), farthest behind in T1 (-40.0 pts)"),
        ([(80, 60), (90, 80)], "Money runs ahead of the works, by 20.0 pts in T0"),
        ([(50, 60), (50, 90)], "Works run ahead of the money, by 40.0 pts in T1"),
        ([(50, 50)], "Money and works go together"),
        ([(None, 50)], "Money and works go together"),
    ],
)
def test_money_and_works_are_held_against_each_other(pairs, said):
    assert funds.axes_headline(EN, axes(*pairs)) == said


@pytest.mark.parametrize(
    ("end", "said"),
    [
        (None, "Nothing has been allocated this year yet"),
        (78.04, "At the present pace 78.0% is paid by the end of the year, 22.0 pts short"),
        (99.97, "At the present pace all of it is paid by the end of the year"),
    ],
)
def test_the_pace_leads_somewhere_or_nowhere(end, said):
    assert funds.curve_headline(EN, pd.DataFrame({"forecast": [None, end]}, dtype=float)) == said


def test_a_region_with_its_own_projects_beside_its_parts_is_told_apart_and_one_alone_is_not():
    flows = pd.DataFrame(
        {
            "source": ["central", "county"],
            "place_code": ["C", "T1"],
            "place": ["云岭县", "石岭镇"],
            "place_en": ["Yunling", "Shiling"],
            "kind": ["路", None],
            "allocated": [300.0, 100.0],
            "paid": [150.0, 100.0],
        }
    )
    ribbons, totals = funds.flow_rows(EN, flows, "C")
    assert ribbons[["origin", "target", "value"]].to_numpy().tolist() == [
        ["Central funds", "Yunling itself", 300.0],
        ["County funds", "Shiling", 100.0],
        ["Yunling itself", "路", 300.0],
        ["Shiling", "kind not given", 100.0],
    ]
    assert totals["Central funds"] == "300 yuan"
    assert "150 yuan (50.0%)" in ribbons.loc[0, "hover"]
    alone, _ = funds.flow_rows(EN, flows.head(1), "C")
    assert alone["target"].tolist() == ["Yunling", "路"]
    assert funds.flow_headline(EN, flows) == "400 yuan in all: 75.0% are central funds; 75.0% go into 路"


def test_households_benefit_by_mode_or_by_none_that_is_given():
    modes = pd.DataFrame(
        {"mode": [None, "务工"], "projects": [2, 1], "households": [30.0, 12.0], "benefit": [0.0, 900.0]}
    )
    rows = funds.benefit_rows(EN, modes)
    assert rows["label"].tolist() == ["30", "12 households, 900 yuan"]
    assert rows["name"].tolist() == ["mode not given", "务工"]
    assert funds.benefit_headline(EN, modes) == "42 households benefit, most by mode through 务工 (12)"
    assert funds.benefit_headline(EN, modes.head(1)) == "30 households benefit; by which mode is not given"


def test_a_gate_s_card_says_only_what_is_known():
    gates = pd.DataFrame(
        [
            ["p", "路", "V", "accepted", date(2026, 10, 1), None, "late", 59, "竣工图"],
            ["p", "路", "V", "settled", None, None, "ahead", 0, None],
        ],
        columns=[
            "project",
            "name",
            "region_code",
            "gate",
            "due_on",
            "passed_on",
            "state",
            "late_days",
            "missing_papers",
        ],
    )
    cells = projects.gate_cells(EN, gates)
    assert cells["hover"].tolist() == [
        "路 · Accepted\nDue\t1 Oct 2026\nLate\t59 days\nPapers missing\t竣工图",
        "路 · Settled",
    ]
    assert cells["label"].tolist() == ["59", ""]
    assert projects.gates_headline(EN, cells) == (
        "Of the 1 project shown, 1 stand before an overdue gate and 1 lack papers"
    )


def test_works_that_nobody_told_of_are_not_zero():
    assert projects.works_of(EN, SimpleNamespace(physical=float("nan"))) == "not reported"
    assert projects.works_of(EN, SimpleNamespace(physical=0.0)) == "0.0%"
