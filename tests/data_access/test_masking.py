import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_access.masking import is_small, joined, masked_id_number, masked_name, masked_phone


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


def test_one_to_four_persons_are_a_small_group_and_nobody_is_none():
    assert is_small(pd.Series([0.0, 1, 4, 5, float("nan")])).tolist() == [False, True, True, False, False]


def bands_of(persons: list[int]) -> pd.DataFrame:
    floors = [500 * at for at in range(len(persons))]
    ends = [floor + 500 for floor in floors]
    return pd.DataFrame(
        {"band_floor": floors, "until": ends, "households": [p // 2 for p in persons], "persons": persons}
    )


@pytest.mark.parametrize(
    ("persons", "shown"),
    [
        ([5, 6, 7], [(0, 500, 5), (500, 1000, 6), (1000, 1500, 7)]),
        ([1, 4, 0, 9], [(0, 1000, 5), (1000, 1500, 0), (1500, 2000, 9)]),
        ([2, 0, 0, 3, 8], [(0, 2000, 5), (2000, 2500, 8)]),
        ([9, 0, 0, 3], [(0, 2000, 12)]),
        ([9, 3], [(0, 1000, 12)]),
        ([2, 2], []),
        ([], []),
    ],
)
def test_bands_of_few_persons_join_their_neighbours(persons, shown):
    table = joined(bands_of(persons))
    assert [(row.band_floor, row.until, row.persons) for row in table.itertuples()] == shown


@given(st.lists(st.sampled_from([0, 0, 1, 2, 3, 4, 5, 20]), max_size=30))
def test_nobody_is_lost_and_no_band_tells_of_a_few(persons):
    before, table = bands_of(persons), joined(bands_of(persons))
    assert not is_small(table["persons"]).any()
    assert (table["band_floor"].to_numpy()[1:] == table["until"].to_numpy()[:-1]).all()
    if sum(persons) >= 5:
        assert table[["households", "persons"]].sum().tolist() == before[["households", "persons"]].sum().tolist()
        assert (table["band_floor"].iloc[0], table["until"].iloc[-1]) == (0, 500 * len(persons))
