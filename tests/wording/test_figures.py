"""Figures in words: nobody is rounded away, and a rate has its base."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from data_access.indicators import Indicator
from i18n import words
from wording.figures import base_of, standing_of, value_of

CHINESE, ENGLISH = words("zh_CN"), words("en")


def entry(**changes: Any) -> Indicator:
    known = dict.fromkeys(Indicator._fields, "") | {"factor": 100.0, "decimals": 1, "amber_points": 2.0, "position": 0}
    known |= {"unit": "%", "unit_en": "%", "numerator_unit": "人", "numerator_unit_en": "persons"}
    known |= {"numerator_name": "已参保", "numerator_name_en": "enrolled"}
    known |= {"denominator_name": "应参保", "denominator_name_en": "should be enrolled", "direction": "up"}
    return Indicator(**(known | changes))


def row(
    numerator: float, denominator: float, *, plan_value: float = float("nan"), target: float = 100.0, light: str = ""
):
    value = numerator / denominator * 100
    gap = value - (target if plan_value != plan_value else plan_value)
    return SimpleNamespace(
        numerator=numerator, denominator=denominator, value=value, plan_value=plan_value, target=target, gap=gap,
        light=light, period=date(2026, 11, 1),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("numerator", "denominator", "text"),
    [
        (38_912, 39_225, "99.2%"),
        (327_085, 327_124, "99.99%"),
        (327_124, 327_124, "100.0%"),
        (9_999_999, 10_000_000, "99.9999%"),
        (0, 39_225, "0.0%"),
    ],
)
def test_a_hundred_percent_is_said_of_all_of_them_only(numerator, denominator, text):
    assert value_of(CHINESE, entry(), numerator / denominator * 100) == text


def test_a_shortfall_below_a_tenth_of_a_point_is_told_by_its_number():
    told = row(327_085, 327_124, light="amber")
    assert standing_of(CHINESE, entry(), told) == "差目标 39 人"
    assert standing_of(ENGLISH, entry(), told) == "39 persons short"


@pytest.mark.parametrize(
    ("figure", "text"),
    [
        (row(992, 1000, light="amber"), "差目标 0.8 个百分点"),
        (row(1000, 1000, light="green"), "达到目标"),
        (row(640, 1000, plan_value=67.7, light="amber"), "落后计划 3.7 个百分点"),
        (row(677, 1000, plan_value=67.72, light="green"), "与计划持平"),
        (row(700, 1000, plan_value=67.7, light="green"), "超前计划 2.3 个百分点"),
    ],
)
def test_standing(figure, text):
    assert standing_of(CHINESE, entry(), figure) == text


def test_not_reported_is_said_and_is_no_zero():
    assert value_of(CHINESE, entry(), float("nan")) == "未报"
    assert value_of(ENGLISH, entry(), None) == "not reported"


def test_a_rate_of_money_names_its_unit_once():
    money = entry(numerator_unit="元")
    assert base_of(CHINESE, money, row(107_553_100, 125_487_700))[0] == "10,755.3 / 12,548.8 万元"
    assert base_of(ENGLISH, money, row(107_553_100, 125_487_700))[0] == "107.6 / 125.5 M yuan"


def test_a_mean_per_person_stays_in_yuan():
    income = entry(unit="元", unit_en="yuan", decimals=0, factor=1.0, numerator_unit="元")
    assert value_of(CHINESE, income, 15_067.3) == "15,067 元"


def test_a_base_that_nobody_reported_is_a_dash():
    assert base_of(ENGLISH, entry(), row(float("nan"), float("nan")))[0] == "–"
