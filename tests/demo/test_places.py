import pytest

from demo.places import COUNTY, RURAL_HOUSEHOLDS, SHARED_NAMES

pytestmark = pytest.mark.xdist_group("demo")


def test_all_codes_begin_with_99_and_are_unique(county):
    assert county.regions["code"].str.startswith("99").all()
    assert county.regions["code"].is_unique


def test_every_parent_stands_before_its_children(county):
    seen = set()
    for region in county.regions.itertuples():
        assert region.parent in seen or (region.level == "county" and not region.parent)
        seen.add(region.code)


def test_parents_hold_the_sums_of_their_children(county):
    regions = county.regions.set_index("code")
    for column in ("households", "persons"):
        sums = regions[regions["parent"] != ""].groupby("parent")[column].sum()
        assert (regions.loc[sums.index, column] == sums).all()
    assert abs(regions.loc[COUNTY[0], "households"] - RURAL_HOUSEHOLDS) < 100


def test_names_repeat_between_townships_but_not_within_one(county, villages):
    assert not villages.duplicated(["township", "name"]).any()
    repeated = villages.loc[villages["name"].duplicated(), "name"]
    assert set(repeated) == {f"{name}村" for name, _ in SHARED_NAMES}


def test_every_region_has_pinyin(county):
    assert county.regions["name_en"].str.fullmatch(r"[A-Z][a-z']+( County)?").all()


def test_a_syllable_that_begins_with_a_vowel_has_its_apostrophe(villages):
    names = villages[villages["name"].str.fullmatch("..?坳村")]
    assert len(names)
    assert names["name_en"].str.endswith("'ao").all()
