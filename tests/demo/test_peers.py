import numpy as np
import pytest

from demo.peers import PEERS, peer_sheets, published
from demo.places import COUNTY

pytestmark = pytest.mark.xdist_group("demo")


def test_six_counties_have_a_score_of_each_quarter(county):
    scores = county.published
    assert scores["code"].unique().tolist() == [COUNTY[0], *(code for code, _, _ in PEERS)]
    assert scores.groupby("code")["period"].nunique().eq(7).all()
    assert scores["score"].between(60, 100).all()


def test_the_county_has_caught_up_with_its_neighbours(county):
    ranks = county.published.pivot(index="period", columns="code", values="score").rank(axis=1, ascending=False)
    assert ranks[COUNTY[0]].iloc[-1] < ranks[COUNTY[0]].iloc[0]


def test_neighbours_are_written_with_codes_that_no_place_of_the_county_has(county):
    names, figures = peer_sheets(published(np.random.default_rng(1)))
    codes = names.table["行政区划代码"]
    assert codes.str.startswith("99").all()
    assert not codes.isin(county.regions["code"]).any()
    assert set(figures.table["行政区划代码"]) == {COUNTY[0], *codes}
    assert figures.table["时期"].iloc[-1] == "2026年3季度"
