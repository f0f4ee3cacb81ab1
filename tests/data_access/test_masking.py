import pandas as pd
import pytest

from data_access.masking import masked_id_number, masked_name, masked_phone, suppressed


@pytest.mark.parametrize(("name", "shown"), [("张三", "张**"), ("欧阳建国", "欧**"), ("张", "张**"), ("", "")])
def test_of_a_name_the_first_character_is_shown(name, shown):
    assert masked_name(name) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("140901199001011234", "1409**********1234"),
        ("14090119900101123442", "1409************3442"),
        ("12345678", "*" * 8),
    ],
)
def test_of_an_id_number_both_ends_are_shown(number, shown):
    assert masked_id_number(number) == shown


@pytest.mark.parametrize(("number", "shown"), [("13812345678", "138****5678"), ("5678", "****"), ("", "")])
def test_of_a_phone_both_ends_are_shown(number, shown):
    assert masked_phone(number) == shown


def test_counts_of_one_to_four_persons_are_left_out():
    assert suppressed(pd.Series([0.0, 1, 4, 5])).fillna(-1).tolist() == [0, -1, -1, 5]
