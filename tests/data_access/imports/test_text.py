import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_access.imports.text import cleaned, is_mojibake, plain

WORDS = [
    "云岭县行政区划代码",
    "大干100天",
    "责任人：张三",
    "Éourres",
    "Aÿ-Champagne",
    "ĲSSEL",
    "東京都",
    "Ünal",
    "村",
    "联通",
    "脱贫户",
]


@pytest.mark.parametrize("blank", ["", " ", "/", "无", "-", "—", "N/A", "／", "\u3000", "\ufeff", "_x000D_"])
def test_signs_for_nothing_are_blank(blank: str):
    assert cleaned(blank) is None


def test_full_width_signs_and_spaces_do_not_tell_names_apart():
    assert plain(" 县（市、区、旗）\n１２ ") == "县(市、区、旗)12"


@pytest.mark.parametrize("word", WORDS)
def test_words_are_not_mojibake(word: str):
    assert not is_mojibake(word)


@pytest.mark.parametrize("wrong", ["gb18030", "cp1252", "latin-1"])
def test_utf8_read_in_another_encoding_is_mojibake(wrong: str):
    try:
        broken = "防返贫监测".encode().decode(wrong)
    except UnicodeDecodeError:
        broken = "防返贫监".encode().decode(wrong, "replace")
    assert is_mojibake(broken)


def test_gbk_read_as_latin_and_lost_characters_are_mojibake():
    assert is_mojibake("行政区划".encode("gbk").decode("latin-1"))
    assert is_mojibake("云岭\ufffd县")
    assert is_mojibake("锟斤拷")


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=4))
def test_short_chinese_text_is_taken_for_what_it_is(word: str):
    assert not is_mojibake(word)


@given(st.text())
def test_any_text_can_be_looked_at(text: str):
    is_mojibake(text)
    plain(text)
    cleaned(text)
