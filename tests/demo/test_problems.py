"""The fictional ledger of problems tells its stories, and its days follow each other."""

import numpy as np
import pandas as pd
import pytest

from demo.campaign import BEHIND
from demo.problems import INSPECTIONS, LAST_DAY, NEAR, invent_problems, problem_sheets

pytestmark = pytest.mark.xdist_group("demo")


@pytest.fixture(scope="module")
def problems(county):
    table = county.problems
    is_fixed = table["fixed"].notna() & ~(table["relapsed"] & ~(table["fixed"] > table["rechecked"]))
    names = county.regions.set_index("code")["name"]
    township = table["code"].str[:9].where(table["level"] != "county").map(names)
    return table.assign(is_fixed=is_fixed, overdue=~is_fixed & (table["deadline"] < LAST_DAY), township=township)


def test_five_inspections_found_480_problems(problems):
    assert len(problems) == 480
    assert problems["source"].unique().tolist() == [each.name for each in INSPECTIONS]
    assert len(INSPECTIONS) == 5
    assert not problems.duplicated(["source", "number"]).any()
    assert set(problems["level"]) == {"village", "township", "county"}


def test_the_two_townships_behind_hold_most_of_what_is_overdue(problems):
    late = problems[problems["overdue"]]
    assert 25 <= len(late) <= 60
    assert late["township"].isin(BEHIND).mean() > 0.5
    assert 0.75 < problems["is_fixed"].mean() < 0.9


def test_some_twenty_came_back_and_half_of_them_are_fixed_again(problems):
    back = problems[problems["relapsed"]]
    assert 15 <= len(back) <= 30
    assert 0.3 < back["is_fixed"].mean() < 0.8


def test_one_deadline_is_near_with_much_still_open(problems):
    near = problems[problems["source"] == NEAR]
    assert near["deadline"].between(LAST_DAY, LAST_DAY + pd.Timedelta(days=30)).all()
    assert near["is_fixed"].mean() < 0.7
    assert not near["overdue"].any()


def test_days_follow_each_other_and_none_is_ahead(problems):
    once = problems[~problems["relapsed"]]
    for early, late in (("found", "fixed"), ("fixed", "verified"), ("verified", "rechecked")):
        both = once[[early, late]].dropna()
        assert (both[early] <= both[late]).all()
    assert problems[["found", "fixed", "verified", "rechecked"]].max().max() <= LAST_DAY
    assert problems.loc[problems["relapsed"], "rechecked"].notna().all()


def test_each_inspection_s_office_writes_its_sheet_its_own_way(problems, county):
    sheets = problem_sheets(county.problems, county.regions)
    assert sum(len(sheet.table) for sheet in sheets) == 480
    assert len({tuple(sheet.table.columns) for sheet in sheets}) >= 3
    ways = {sheet.table.iloc[0, 2].translate(str.maketrans("", "", "0123456789")) for sheet in sheets}
    assert len(ways) == 5


def test_the_same_dice_invent_the_same_ledger(county):
    again = [invent_problems(county.regions, np.random.default_rng([2026, 22])) for _ in range(2)]
    pd.testing.assert_frame_equal(*again)
    pd.testing.assert_frame_equal(again[0], county.problems)
