"""An indicator's periods, its places and its samples in words."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from i18n import words
from tests.wording.test_figures import entry
from wording.figures import told_of
from wording.livelihood import (
    behind_headline,
    caution_of,
    compared_with,
    figure_table,
    history_headline,
    interval_headline,
    interval_text,
    period_cells,
    period_labels,
    sampled,
)

ENGLISH = words("en")
MONDAY = date(2026, 11, 23)
SURVEY = entry(is_sample=True, frequency="quarter", name="满意度", name_en="Satisfaction", decimals=1)
WEEKLY = entry(is_sample=False, frequency="week", name="整治", name_en="Clean-ups")
TOWNSHIPS = pd.DataFrame({"code": ["a"], "township": ["甲镇"], "township_en": ["Jia"]})


def rows(*figures: tuple[str, float, float], target: float = 95.0, **more: Any) -> pd.DataFrame:
    """Rows as `children_of` gives them: a place with numerator and denominator each, not a number where unreported."""
    table = pd.DataFrame(figures, columns=["code", "numerator", "denominator"])
    value = table["numerator"] / table["denominator"] * 100
    gap = value - target
    light = np.select([value.isna(), gap >= 0, gap >= -10], ["grey", "green", "amber"], default="red")
    return table.assign(
        name=table["code"], name_en=table["code"].str.upper(), value=value, target=target, plan_value=np.nan,
        gap=gap, light=light, rank=value.rank(ascending=False), period=date(2026, 7, 1), change=np.nan,
        year_change=np.nan, **more,
    )  # fmt: skip


def cells(lights: dict[str, str]) -> pd.DataFrame:
    """A row a place and week, its lights by their first letter."""
    full = {"g": "green", "a": "amber", "r": "red", "-": "grey", "n": "none"}
    weeks = [MONDAY - timedelta(weeks=n) for n in range(len(next(iter(lights.values()))) - 1, -1, -1)]
    found = [
        {"code": code, "name": code, "name_en": code.upper(), "period": week, "light": full[letter]}
        for code, letters in lights.items()
        for week, letter in zip(weeks, letters, strict=True)
    ]
    table = pd.DataFrame(found)
    value = table["light"].map({"green": 100.0, "amber": 90.0, "red": 0.0, "none": 50.0})
    return table.assign(
        value=value, numerator=value, denominator=100.0, target=100.0, plan_value=np.nan, gap=value - 100
    )


def test_a_samples_value_is_told_with_how_many_were_asked():
    (row,) = rows(("a", 5.0, 5.0)).itertuples(index=False)
    assert told_of(ENGLISH, SURVEY, row) == "100.0% (5 asked)"
    assert told_of(ENGLISH, WEEKLY, row) == "100.0%"
    (silent,) = rows(("a", np.nan, np.nan)).itertuples(index=False)
    assert told_of(ENGLISH, SURVEY, silent) == "not reported"


def test_a_sample_has_its_interval_and_a_caution_where_it_is_small():
    table = sampled(ENGLISH, SURVEY, rows(("a", 81.0, 263.0), ("b", 9.0, 9.0), ("c", np.nan, np.nan)), 30)
    assert table["low"].tolist()[:2] == pytest.approx([25.53, 70.085], abs=0.005)
    assert table["high"].tolist()[:2] == pytest.approx([36.62, 100.0], abs=0.005)
    assert table["low"].isna().tolist() == [False, False, True]
    assert table["is_small"].tolist() == [False, True, False]
    assert table["n_label"].tolist() == ["263 asked", "9 asked", ""]
    assert "70.1–100%" in table.at[1, "hover"]
    assert caution_of(ENGLISH, table, 30) == "Fewer than 30 were asked in B (9): such a share says little"
    assert caution_of(ENGLISH, table, 5) != ""
    assert caution_of(ENGLISH, table[table["code"] == "a"], 30) == ""


def test_only_what_chance_does_not_explain_is_called_off_target():
    table = sampled(ENGLISH, SURVEY, rows(("a", 50.0, 60.0), ("b", 4.0, 5.0), ("c", 97.0, 100.0)), 30)
    assert interval_headline(ENGLISH, SURVEY, table, "township") == "Off target by more than chance: A"
    fine = table[table["code"] != "a"]
    expected = "No place is off its target by more than chance may explain"
    assert interval_headline(ENGLISH, SURVEY, fine, "township") == expected


@pytest.mark.parametrize(
    ("lights", "headline"),
    [
        ({"x": "rrr", "y": "grg"}, "Behind all of 3 weeks: X"),
        ({"x": "ra-", "y": "ggg"}, "Behind all of 3 weeks: X"),
        ({"x": "rgr", "y": "grg"}, "Most often behind: X, in 2 of 3 weeks"),
        ({"x": "ggg", "y": "g-g"}, "Nobody was behind in 3 weeks"),
        (dict.fromkeys("wxyz", "rr"), "Behind all of 2 weeks: 4 villages"),
        # Behind in the only week it reported is not behind all the time.
        ({"x": "--r", "y": "grg"}, "Most often behind: X, in 1 of 3 weeks"),
    ],
)
def test_the_heatmap_names_who_is_behind_all_the_time(lights, headline):
    assert history_headline(ENGLISH, WEEKLY, cells(lights), "village") == headline


def test_without_a_target_the_heatmap_names_the_ends():
    table = cells({"x": "nn", "y": "nn"})
    table.loc[table["code"] == "x", "value"] = 10.0
    assert history_headline(ENGLISH, WEEKLY, table, "village") == "23 Nov 2026: highest in Y, lowest in X"


def test_cells_say_little_and_their_hover_says_it_all():
    table = period_cells(ENGLISH, WEEKLY, cells({"x": "g-", "y": "rn"}))
    assert table["label"].tolist() == ["100", "", "0", "50"]
    assert table["period_label"].tolist() == ["16 Nov", "23 Nov"] * 2
    assert "100 / 100" in table.at[0, "hover"]
    assert "not reported" in table.at[1, "hover"]
    survey = period_cells(ENGLISH, SURVEY, rows(("a", 9.0, 10.0)))
    assert survey["label"].tolist() == ["90 (10)"]


def test_months_carry_their_year_where_it_begins():
    months = [date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1), date(2027, 2, 1)]
    assert period_labels(ENGLISH, "month", months) == ["Nov 2026", "Dec", "Jan 2027", "Feb"]
    assert period_labels(words("zh_CN"), "month", months) == ["2026年11月", "12月", "2027年1月", "2月"]


def test_the_table_tells_numerator_denominator_and_distance():
    table = figure_table(ENGLISH, WEEKLY, rows(("a", 9.0, 10.0), ("b", np.nan, np.nan)), TOWNSHIPS)
    assert table["Place"].tolist() == ["Jia A", "B"]
    first = table.iloc[0]
    assert first[["Clean-ups, %", "enrolled", "should be enrolled", "Plan or target, %"]].tolist() == [90, 9, 10, 95]
    assert first["Ahead (+) or behind (-), points"] == -5
    assert table.iloc[1]["Standing"] == "○ not reported"
    assert len(table.columns) <= 9


def test_the_table_of_a_sample_has_its_interval():
    table = figure_table(ENGLISH, SURVEY, rows(("a", 81.0, 263.0)), TOWNSHIPS)
    assert table.loc[0, ["95 % interval, from", "to"]].tolist() == [25.5, 36.6]
    assert len(table.columns) <= 9


@pytest.mark.parametrize(
    ("figures", "headline"),
    [
        ([("a", 1.0, 10.0), ("b", 10.0, 10.0)], "1 of 2 villages is behind plan or target"),
        ([("a", 1.0, 10.0), ("b", 9.0, 10.0), ("c", np.nan, np.nan)], "2 of 3 villages are behind plan or target"),
        ([("a", 10.0, 10.0)], "Of 1 village nobody is behind plan or target"),
    ],
)
def test_how_many_are_behind(figures, headline):
    assert behind_headline(ENGLISH, rows(*figures), "village") == headline


def test_ends_that_are_whole_have_no_decimals():
    assert interval_text(ENGLISH, SURVEY, 70.12, 100.0) == "70.1–100%"
    assert interval_text(ENGLISH, SURVEY, 0.0, 16.1) == "0–16.1%"


def test_a_figure_is_compared_with_what_is_known():
    (row,) = rows(("a", 90.0, 100.0)).assign(change=-2.0, year_change=np.nan).itertuples(index=False)
    assert compared_with(ENGLISH, SURVEY, row) == [
        ("Against the period before", "-2.0 pts", "92.0%"),
        ("Target", "95.0%", "5.0 pts below target"),
    ]
    (row,) = rows(("a", 90.0, 100.0), target=np.nan).assign(change=3.0, year_change=4.0).itertuples(index=False)
    facts = compared_with(ENGLISH, WEEKLY._replace(frequency="year"), row)
    assert facts == [("Against a year before", "+4.0 pts", "86.0%")]
