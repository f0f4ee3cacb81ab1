"""Every figure behind the guarantees page, in every place and month of the demo county, against its households."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Engine

from data_access.guarantees import (
    AGES,
    gap_ages,
    gap_flow,
    guarantee_items,
    guarantee_matrix,
    missing_by_village,
    open_gaps,
)
from data_access.indicators import newest_period
from data_access.snapshot import Snapshot, latest
from tests.data_access.slow_county import Slow

# One worker reads the households once for all tests of this group.
pytestmark = pytest.mark.xdist_group("households")

ITEMS = ("education", "medical", "housing", "water")
SIDES = ("open", "new", "cleared")
EARLIER = date(2026, 3, 15)


@pytest.fixture(scope="module")
def snapshot(demo_engine: Engine) -> Snapshot:
    return latest(demo_engine)


@pytest.fixture(params=["newest", "earlier"])
def day(request: pytest.FixtureRequest, snapshot: Snapshot) -> date:
    newest = newest_period(snapshot)
    assert newest
    return newest if request.param == "newest" else EARLIER


def test_the_ledger_is_whole(slow: Slow):
    assert len(slow.gaps) > 5_000
    assert set(slow.gaps["item"]) == set(ITEMS) == {item.id for item in guarantee_items()}
    assert slow.gaps.merge(slow.base, on=["household_code", "item"]).shape[0] == len(slow.gaps)


def test_the_open_gaps_and_their_ages_in_every_place(slow: Slow, snapshot: Snapshot, day: date):
    still = slow.gaps["cleared_on"].isna() | (slow.gaps["cleared_on"] > day)
    ledger = slow.gaps[(slow.gaps["found_on"] <= day) & still].join(
        slow.homes[["village", "township", "county"]], "household_code"
    )
    ledger["days_open"] = [(day - found).days for found in ledger["found_on"]]
    said = ["item", "persons", "found_on", "days_open", "problem", "measure", "owner", "office"]
    ages = [(item, first, last or 99_999) for item in ITEMS for first, last in AGES]
    for place, level in slow.places.loc[slow.some if day == EARLIER else slow.places.index, "level"].items():
        own = ledger[ledger[level] == place]
        table = open_gaps(snapshot, str(place), day)
        assert table["days_open"].is_monotonic_decreasing
        rows = table[["village_code", *said]].itertuples(index=False, name=None)
        assert sorted(rows) == sorted(own[["village", *said]].itertuples(index=False, name=None))
        inside = [own[(own["item"] == item) & own["days_open"].between(first, last)] for item, first, last in ages]
        counted = gap_ages(snapshot, str(place), day).set_index(["item", "first_day"])
        counted = counted.loc[[(item, first) for item, first, _ in ages]]
        assert counted["gaps"].tolist() == [len(rows) for rows in inside]
        assert counted["persons"].tolist() == [rows["persons"].sum() for rows in inside]
    assert len(ledger) > 50


def test_the_flow_of_gaps_in_every_place(slow: Slow, snapshot: Snapshot):
    wide = slow.figures["numerator"].unstack("indicator")
    newest = slow.ledger_months[-1]
    for at, place in enumerate(slow.places.index):
        # The county and the townships in all items, a village in one of them by turns.
        for item in ITEMS if place in slow.inner else ITEMS[at % 4 : at % 4 + 1]:
            flow = gap_flow(snapshot, place, item, newest).set_index("period")
            wanted = wide.loc[place][[f"guarantee.{item}.{side}" for side in SIDES]].dropna()
            assert flow.index.tolist() == wanted.index.tolist() == slow.ledger_months
            assert (flow[list(SIDES)].to_numpy() == wanted.to_numpy()).all()


def test_who_is_missing_in_every_child_and_village(slow: Slow, snapshot: Snapshot, day: date):
    newest = slow.figures.xs(day.replace(day=1), level="period")
    for place in slow.inner:
        matrix = guarantee_matrix(snapshot, place, day, 0.5).set_index(["code", "item"])
        assert matrix.index.tolist() == [(code, item) for code in slow.children(place) for item in ITEMS]
        for item in ITEMS:
            own = newest.xs(f"guarantee.{item}", level="indicator")
            lacking = own["denominator"] - own["numerator"]
            cells = matrix.xs(item, level="item")
            assert (cells["missing"] == lacking[cells.index]).all()
            assert (cells["applicable"] == own.loc[cells.index, "denominator"]).all()
            assert np.allclose(cells["rate"], own.loc[cells.index, "value"] * 100)
            named = missing_by_village(snapshot, place, item, day).set_index("code")
            inside = lacking[slow.villages(place)]
            inside = inside[inside > 0].sort_values(ascending=False, kind="stable")
            pd.testing.assert_series_equal(named["missing"], inside, check_names=False)
            assert (named["applicable"] == own.loc[named.index, "denominator"]).all()
            assert np.allclose(named["rate"], own.loc[named.index, "value"] * 100)
            assert np.allclose(named["share"], inside / inside.sum())
