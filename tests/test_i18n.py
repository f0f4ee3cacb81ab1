import math
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

import i18n
from i18n import N_, NOT_KNOWN, Words, words

DAY = date(2025, 11, 2)

CATALOG = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

msgid "Row {row}: {reason}"
msgstr "第 {row} 行：{reason}"

msgid "The deadline, {day}, has passed."
msgstr "期限 {day} 已过。"

msgid "{n} village"
msgid_plural "{n} villages"
msgstr[0] "{n} 个村"
"""


@pytest.fixture
def chinese() -> Words:
    return words("zh_CN")


@pytest.fixture
def english() -> Words:
    return words("en")


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Words:
    """Chinese with three sentences of our own."""
    folder = tmp_path / "zh_CN" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "guatu.po").write_text(CATALOG, encoding="utf-8")
    monkeypatch.setattr(i18n, "_LOCALES", tmp_path)
    return words.__wrapped__("zh_CN")


def test_sentences_are_translated_and_others_stay_as_they_are(small: Words):
    assert small.gettext("Row {row}: {reason}") == "第 {row} 行：{reason}"
    assert small.gettext("Not in the catalog") == "Not in the catalog"
    assert small.ngettext("{n} village", "{n} villages", 2) == "{n} 个村"


def test_a_kept_message_is_said_with_its_values_in_the_reader_s_language(small: Words):
    message = N_("Row {row}: {reason}", row=7, reason=N_("The deadline, {day}, has passed.", day=DAY))
    assert small.say(message) == "第 7 行：期限 2025年11月2日 已过。"


def test_a_day_in_a_message_is_written_as_english_does(english: Words):
    assert english.say(N_("Due on {day}", day=DAY)) == "Due on 2 Nov 2025"


def test_plurals_in_english(english: Words):
    assert english.ngettext("{n} village", "{n} villages", 1) == "{n} village"
    assert english.ngettext("{n} village", "{n} villages", 2) == "{n} villages"


@pytest.mark.parametrize(
    ("value", "decimals", "said"),
    [
        (0, 0, "0"),
        (96000, 0, "96,000"),
        (1234567.891, 1, "1,234,567.9"),
        (-1234.5, 1, "-1,234.5"),
        (-0.04, 1, "0.0"),
        (-0.4, 0, "0"),
        (1e15, 0, "1,000,000,000,000,000"),
        (99.95, 1, "100.0"),
        (None, 1, NOT_KNOWN),
        (math.nan, 0, NOT_KNOWN),
    ],
)
@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_numbers(language: str, value: float | None, decimals: int, said: str):
    assert words(language).number(value, decimals) == said


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "said"),
    [
        (63.25, "%", 1, "63.2%"),
        (37, "人", 0, "37 人"),
        (12345, "户", 0, "12,345 户"),
        (1.26, "吨", 1, "1.3 吨"),
        (42, "", 0, "42"),
        # 万元 from 10,000 yuan up, with one decimal; nothing else is told in ten thousands.
        (9999, "元", 0, "9,999 元"),
        (9999.4, "元", 0, "9,999 元"),
        (9999.6, "元", 0, "1.0 万元"),
        (10000, "元", 0, "1.0 万元"),
        (-25600, "元", 0, "-2.6 万元"),
        (123456789, "元", 0, "12,345.7 万元"),
        (None, "元", 0, NOT_KNOWN),
        (math.nan, "%", 1, NOT_KNOWN),
    ],
)
def test_amounts_in_chinese(chinese: Words, value: float | None, unit: str, decimals: int, said: str):
    assert chinese.amount(value, unit, decimals) == said


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (63.2, "%", "63%"),
        (12345, "yuan", "12,345 yuan"),
        (999999, "yuan", "999,999 yuan"),
        (1250000, "yuan", "1.2 M yuan"),
        (12345, "households", "12,345 households"),
        (math.nan, "yuan", NOT_KNOWN),
    ],
)
def test_amounts_in_english(english: Words, value: float, unit: str, said: str):
    assert english.amount(value, unit) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [(4.14, "+4.1"), (-4.16, "-4.2"), (0.0, "0.0"), (0.04, "0.0"), (-0.04, "0.0"), (0.06, "+0.1")],
)
def test_points_carry_their_sign(chinese: Words, english: Words, value: float, said: str):
    assert chinese.points(value) == f"{said} 个百分点"
    assert english.points(value).startswith(f"{said} ")
    assert not english.points(value).endswith("%")


def test_a_distance_has_no_sign(chinese: Words):
    assert chinese.distance(4.14) == "4.1 个百分点"


def test_what_is_not_known_is_a_dash(chinese: Words):
    assert {chinese.points(math.nan), chinese.points(None), chinese.distance(math.nan)} == {NOT_KNOWN}
    assert {chinese.date(None), chinese.date(pd.NaT), chinese.date(math.nan)} == {NOT_KNOWN}  # type: ignore[arg-type]


def test_dates(chinese: Words, english: Words):
    assert (chinese.date(DAY), english.date(DAY)) == ("2025年11月2日", "2 Nov 2025")
    assert (chinese.day(DAY), english.day(DAY)) == ("11月2日", "2 Nov")


@pytest.mark.parametrize(
    ("day", "frequency", "in_chinese", "in_english"),
    [
        (DAY, "day", "2025年11月2日", "2 Nov 2025"),
        (date(2025, 10, 27), "week", "2025年10月27日", "27 Oct 2025"),
        (date(2025, 9, 1), "month", "2025年9月", "Sep 2025"),
        (date(2025, 10, 1), "quarter", "2025年第4季度", "Q4 2025"),
        (date(2025, 1, 1), "quarter", "2025年第1季度", "Q1 2025"),
        (date(2025, 1, 1), "year", "2025年", "2025"),
    ],
)
def test_periods(chinese: Words, english: Words, day: date, frequency: str, in_chinese: str, in_english: str):
    assert (chinese.period(day, frequency), english.period(day, frequency)) == (in_chinese, in_english)


def test_names_fall_back_to_chinese(chinese: Words, english: Words):
    assert (chinese.pick("石岭镇", "Shiling"), english.pick("石岭镇", "Shiling")) == ("石岭镇", "Shiling")
    assert (english.pick("石岭镇", None), english.pick("石岭镇", "")) == ("石岭镇", "石岭镇")


def test_words_are_a_key_by_their_language():
    assert words("en") is words("en")
    assert hash(words("en")) != hash(words("zh_CN"))
    assert words("en") != words("zh_CN")


def test_a_language_without_a_catalog_is_refused():
    with pytest.raises(ValueError, match="no catalog for language 'fr'"):
        words("fr")
