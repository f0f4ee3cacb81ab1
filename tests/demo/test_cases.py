"""What the monitoring page is to find in the ledger of cases."""

import numpy as np
import pandas as pd
import pytest

from demo.campaign import BEHIND
from demo.cases import DISMISSED, IDLE_PLACE, LAST_DAY, TOO_SOON, UNDECIDED, UNDER_LINE, WITH_GAP, WITHOUT_CASE
from demo.households import DROUGHT_TOWNSHIP, FLOOD_TOWNSHIPS
from settings import Monitoring

pytestmark = pytest.mark.xdist_group("demo")

TODAY = pd.Timestamp(LAST_DAY)
ORDER = [("alert", "verified"), ("verified", "included"), ("included", "cleared"), ("verified", "dismissed")]


@pytest.fixture(scope="module")
def ledger(county):
    return county.cases.ledger


@pytest.fixture(scope="module")
def stock(ledger):
    return ledger[ledger["included"].notna() & ledger["cleared"].isna()]


@pytest.fixture(scope="module")
def waiting(county, stock):
    """The cases without any measure thirty days after they were taken in."""
    measures = pd.concat([county.cases.risks.query("measure != ''"), county.cases.later])
    return stock[~stock.index.isin(measures["case"]) & ((TODAY - stock["included"]).dt.days >= 30)]


def test_eleven_hundred_households_are_under_monitoring(stock):
    assert len(stock) == pytest.approx(1_100, rel=0.03)
    assert stock["code"].is_unique


def test_days_come_in_their_order_and_none_is_to_come(ledger):
    for early, late in ORDER:
        assert not (ledger[late] < ledger[early]).any()
    assert (ledger[["alert", "verified", "included", "dismissed", "cleared"]].max() <= TODAY).all()
    assert not (ledger["dismissed"].notna() & ledger["included"].notna()).any()
    assert not ledger.duplicated(["code", "alert"]).any()


def test_a_flood_and_a_drought_bring_alerts_by_the_dozen(ledger):
    months = ledger.groupby([ledger["alert"].dt.strftime("%Y-%m"), "township"]).size().unstack(fill_value=0)
    usual = months.sum(axis=1).median()
    assert months.loc["2025-07", list(FLOOD_TOWNSHIPS)].sum() > usual
    assert months.loc[["2026-08", "2026-09"], DROUGHT_TOWNSHIP].min() > 2 * usual
    assert set(ledger.loc[ledger["disaster"] != "", "kind"]) == {"突发严重困难户"}


def test_two_townships_are_slow(ledger):
    days = (ledger["included"] - ledger["alert"]).dt.days.groupby(ledger["township"]).median()
    assert days[list(BEHIND)].min() > 15
    assert days.drop(list(BEHIND)).max() < 15


def test_one_village_did_nothing_and_the_slow_townships_not_enough(waiting, villages):
    idle = villages[villages["township"] == DROUGHT_TOWNSHIP].index[IDLE_PLACE]
    by_village = waiting.groupby("village").size()
    assert by_village.idxmax() == idle
    assert by_village.max() >= 10
    assert 20 <= len(waiting) <= 60
    assert waiting["township"].isin([*BEHIND, DROUGHT_TOWNSHIP]).mean() > 0.8


def test_some_cases_were_cleared_wrongly_dismissed_or_left_undecided(ledger):
    months = (ledger["cleared"] - ledger["included"]).dt.days / 30.5
    assert (months < 6).sum() == pytest.approx(TOO_SOON, abs=2)
    states = ledger["state"].value_counts()
    assert states[["under line", "with gap", "dismissed", "undecided"]].tolist() == [
        UNDER_LINE, WITH_GAP, DISMISSED, UNDECIDED,
    ]  # fmt: skip


def test_a_few_unsafe_houses_and_dry_wells_have_no_case(county, ledger):
    gaps = county.gaps[county.gaps["cleared"].isna() & county.gaps["item"].isin(["housing", "water"])]
    assert (~gaps["code"].isin(ledger["code"])).sum() == WITHOUT_CASE


def test_who_is_under_monitoring_is_registered_so_and_groups_are_there(county, stock):
    tags = county.cases.tags.set_index("code")
    assert (tags.loc[stock["code"], "kind"] == "监测对象").all()
    assert (tags.loc[stock["code"], "monitored_kind"].to_numpy() == stock["kind"].to_numpy()).all()
    for group in Monitoring().groups:
        is_own = tags["tags"].str.contains(group.tag)
        assert 2_000 < is_own.sum() < 12_000
        assert is_own[stock["code"]].sum() > 100


def test_most_risks_have_a_measure_that_begins_after_the_inclusion(county, ledger):
    risks = county.cases.risks
    started = risks["started"].dropna()
    assert (started >= ledger["included"].to_numpy()[risks.loc[started.index, "case"]]).all()
    entered = risks[ledger["included"].notna().to_numpy()[risks["case"]]]
    answered = pd.MultiIndex.from_frame(county.cases.later[["case", "risk"]])
    has_measure = (entered["measure"] != "") | pd.MultiIndex.from_frame(entered[["case", "risk"]]).isin(answered)
    assert 0.9 < has_measure.mean() < 0.99
    assert np.isin(county.cases.later["measure"], risks["measure"].unique()).all()
