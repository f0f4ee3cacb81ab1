"""The standing and its doubts in words."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from i18n import words
from tests.wording.test_figures import entry
from wording.assessment import (
    aim_note,
    aim_standing,
    league_headline,
    lost_headline,
    moved_headline,
    peers_headline,
    place_headline,
    score_entry,
    standing_note,
)
from wording.figures import labelled
from wording.league import arrow, items_table, league_rows, left_out, scale_of
from wording.trust import DOUBT, doubt_of, doubted, trust_headline

EN = words("en")
NAN = float("nan")
RATE = entry(name="参保率", name_en="Insured", unit="%", unit_en="%", frequency="month")
YUAN = entry(name="收入", name_en="Income", unit="元", unit_en="yuan", decimals=0, factor=1.0, frequency="month")
ON = date(2026, 11, 29)


def scores(*rows: tuple[str, float, float, float, float]) -> pd.DataFrame:
    """Places with score, rank, change and change of rank."""
    table = pd.DataFrame(rows, columns=["code", "score", "rank", "change", "rank_change"])
    return table.assign(
        name=table["code"], name_en=table["code"], level="township", households=500.0, township=None, township_en=None,
        before=table["score"] - table["change"], rank_before=table["rank"] + table["rank_change"], reported=1.0,
        is_small=table["code"] == "Small",
    )  # fmt: skip


LEAGUE = scores(
    ("One", 91.24, 1, 0.3, 0), ("Two", 80.0, 2, -4.0, -1), ("Small", 70.0, 3, 1.0, 1), ("Silent", NAN, NAN, NAN, NAN)
)


def own(**changes: Any) -> SimpleNamespace:
    known = {
        "score": 87.84,
        "change": -0.2,
        "rank": 2,
        "rank_before": 5,
        "reported": 0.85,
        "is_small": False,
        "households": 120,
    }
    return SimpleNamespace(**(known | changes))


def test_the_headline_names_first_last_and_who_moved_most():
    assert league_headline(EN, "Yunling", own(), LEAGUE) == (
        "Yunling 87.8 points: One leads with 91.2, Small is last with 70.0; Two moved most, -4.0 in a month"
    )


def test_a_headline_says_no_more_than_is_known():
    assert league_headline(EN, "Yunling", own(), LEAGUE.iloc[3:]) == "Yunling 87.8 points"
    still = LEAGUE.assign(change=[0.01, 0.0, -0.02, NAN])
    assert "moved" not in league_headline(EN, "Yunling", own(), still)
    assert place_headline(EN, "Stone", own(rank=NAN), "Shiling", "village", 15) == "Stone 87.8 points"


def test_a_region_without_a_score_says_so():
    said = league_headline(EN, "Qinghe", own(score=NAN, rank=NAN), LEAGUE.iloc[3:])
    assert said == "Qinghe has no score: none of the items has been reported"


def test_a_village_reads_its_rank_now_and_before():
    said = place_headline(EN, "Stone", own(), "Shiling", "village", 15)
    assert said == "Stone 87.8 points: no. 2 of 15 villages in Shiling, no. 5 a month before"


def test_what_a_score_stands_on():
    trust = SimpleNamespace(checked=40, failed=3, doubts=1, passed=0.925)
    assert standing_note(EN, own(is_small=True), trust) == (
        "-0.2 points in a month · stands on 85% of the weight that applies · "
        "only 120 households: read it with caution · 1 figure in doubt"
    )
    silent = SimpleNamespace(checked=0, failed=0, doubts=0, passed=NAN)
    assert standing_note(EN, own(change=NAN, reported=NAN), silent) == ""


@pytest.mark.parametrize(("change", "text"), [(3.0, "↑3"), (-7.0, "↓7"), (0.0, ""), (NAN, "")])
def test_an_arrow_says_how_many_ranks(change, text):
    assert arrow(EN, change) == text


def test_league_rows_are_drawn_like_children_with_rank_caution_and_doubt_behind():
    rows = league_rows(EN, LEAGUE, ON, ["", DOUBT, "", ""], ["", "why", "", ""])
    drawn = labelled(EN, score_entry(EN), rows)
    assert drawn["label"].tolist() == [
        "91.2 points (no. 1)",
        f"80.0 points (no. 2 ↓1){DOUBT}",
        "70.0 points (no. 3 ↑1, few households)",
        "not reported",
    ]
    assert drawn["light"].tolist() == ["none", "none", "none", "grey"]
    assert drawn["hover"][1].endswith("Households\t500\nwhy")
    assert "A month before\t84.0 points" in drawn["hover"][1]


def test_an_unranked_score_says_why():
    rows = league_rows(EN, scores(("One", 91.0, NAN, NAN, NAN)), ON, [""], [""])
    assert labelled(EN, score_entry(EN), rows)["label"][0] == "91.0 points (not ranked: too little reported)"


def light(**changes: Any) -> SimpleNamespace:
    known = {
        "basis": "year", "value": 110.0, "year_change": 10.0, "gap": 10.0, "light": "green", "plan_value": NAN,
        "target": NAN, "numerator": 1100.0, "denominator": 10.0, "asked": 3, "known": 2, "silent": 1,
    }  # fmt: skip
    return SimpleNamespace(**(known | changes))


def test_a_light_stands_against_its_target_or_the_year_before():
    assert aim_standing(EN, YUAN, light()) == "+10.0% in a year"
    assert aim_standing(EN, RATE, light(year_change=-4.1)) == "-4.1 pts in a year"
    assert aim_standing(EN, RATE, light(basis="target", gap=-2.0, target=95.0)) == "2.0 pts below target"


def test_a_light_says_what_it_stands_on():
    assert aim_note(EN, RATE, light()) == "Insured 1,100 / 10 · worst of 2 · 1 not reported"
    assert aim_note(EN, None, light()) == "none of its 3 indicators can be judged"


def test_what_moved_most_and_what_costs_most_are_named():
    moved = pd.DataFrame({"indicator": ["rate", "x"], "measure": ["value", "growth"], "moved": [-3.2, 1.0]})
    assert moved_headline(EN, "Stone", own(), moved, {"rate": RATE}) == (
        "Stone -0.2 points in a month, most by Insured (-3.2)"
    )
    assert moved_headline(EN, "Stone", own(change=NAN), moved, {}) == "Stone had no score a month before"
    lost = pd.DataFrame({"a": [1.0, 2.0, None], "b": [6.0, 0.0, 0.0]})
    said = lost_headline(EN, lost, [("a", "Water"), ("b", "Jobs")])
    assert said == "Jobs costs most: 2.0 of 100 points on average"


@pytest.mark.parametrize(
    ("known", "measure", "text"),
    [
        (RATE, "value", "60 → 95%"),
        (YUAN, "value", "60 → 95 yuan"),
        (YUAN, "growth", "60 → 95%"),
        (YUAN, "plan", "60 → 95%"),
        (RATE, "growth", "60 → 95 pts"),
        (None, "value", "60 → 95"),
    ],
)
def test_a_scale_has_its_unit(known, measure, text):
    assert scale_of(EN, known, 60.0, 95.0, measure) == text


def mark(indicator: str, state: str, **changes: Any) -> dict[str, Any]:
    known = {
        "code": "V", "indicator": indicator, "part": "income", "measure": "value", "weight": 12.0, "full": 100.0,
        "zero": 60.0, "numerator": NAN, "denominator": NAN, "value": NAN, "measured": NAN, "share": NAN, "points": NAN,
        "lost": NAN,
    }  # fmt: skip
    return known | {"state": state} | changes


def test_an_item_left_out_says_why_and_has_no_points():
    marks = pd.DataFrame(
        [
            mark("rate", "counted", numerator=8.0, denominator=10.0, value=80.0, measured=80.0, points=50.0, lost=50.0),
            mark("late", "unreported"),
            mark("gone", "unknown"),
        ]
    )
    table = items_table(EN, marks, {"income": "Income"}, {"rate": RATE, "late": RATE})
    assert table["Figure"].tolist() == ["80.0%", "not reported", "–"]
    assert table["Stands on"].tolist() == ["8 / 10", "", ""]
    assert table["Points"].fillna(-1).tolist() == [50.0, -1, -1]
    assert table["Lost"].tolist() == ["50.0", "not reported: left out", "not in the dictionary: left out"]
    assert left_out(EN, marks, {}) == "Not in these scores: gone (not in the dictionary: left out)"
    assert left_out(EN, marks.iloc[:2], {}) == ""


def doubt(check: str, **changes: Any) -> dict[str, Any]:
    known = {
        "code": "V1", "township_code": "T1", "indicator": "rate", "check": check, "period": date(2026, 10, 1),
        "numerator": 414.0, "denominator": 529.0, "value": 78.26, "before": 60.0, "usual": 10.0,
        "since": date(2026, 8, 1),
    }  # fmt: skip
    return known | changes


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (doubt("stale"), "none for Oct 2026; the last one is of Aug 2026"),
        (doubt("impossible", numerator=530.0), "530 / 529: more than all"),
        (doubt("jump"), "from 60.0% to 78.3% in one period; up to 10.0 pts would be usual"),
        (doubt("copied", usual=3.0), "414 / 529 since Aug 2026, the same 3 times while most others moved"),
    ],
)
def test_a_doubt_is_said_with_its_figures(row, text):
    assert doubt_of(EN, RATE, SimpleNamespace(**row)) == text


def test_every_rate_at_a_hundred_is_said_with_their_number():
    assert doubt_of(EN, None, SimpleNamespace(**doubt("perfect", usual=7.0))) == "all 7 rates are exactly 100%"


def test_a_sign_stands_beside_what_is_in_doubt_and_not_beside_what_is_missing():
    failed = pd.DataFrame([doubt("jump"), doubt("stale", code="V2"), doubt("jump", code="V3")])
    marks, notes = doubted(EN, pd.DataFrame({"code": ["V1", "V2", "T1", "T2"]}), failed, {"rate": RATE})
    assert marks == [DOUBT, "", DOUBT, ""]
    assert notes[0].startswith(f"{DOUBT} In doubt\tInsured: from 60.0%")
    assert notes[2] == f"{DOUBT} In doubt\t2 figures of its villages"
    assert notes[1] == notes[3] == ""


def test_a_single_failed_check_is_not_rounded_away():
    trust = SimpleNamespace(checked=8887, failed=1, passed=1 - 1 / 8887)
    failed = pd.DataFrame([doubt("jump")])
    assert trust_headline(EN, trust, failed) == "99.9% of 8,887 checks passed: 1 figure in doubt, 0 not reported"
    whole = SimpleNamespace(checked=5, failed=0, passed=1.0)
    assert trust_headline(EN, whole, failed.iloc[:0]).startswith("100.0% of 5")
    nothing = SimpleNamespace(checked=0, failed=0, passed=NAN)
    assert trust_headline(EN, nothing, failed.iloc[:0]) == "Nothing has been reported that could be checked"


def test_a_county_reads_its_place_among_its_peers():
    columns = ["code", "name", "name_en", "value", "rank", "rank_before"]
    rows = [("A", "A", "A", 90.0, 1.0, 1.0), ("B", "B", "B", 88.0, 2.0, 3.0), ("C", "C", "C", NAN, NAN, NAN)]
    peers = pd.DataFrame(rows, columns=columns)
    assert (
        peers_headline(EN, RATE, peers, "B")
        == "Insured 88.0%: no. 2 of 2, first is A with 90.0%; no. 3 the time before"
    )
