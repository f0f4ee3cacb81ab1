"""The list of gaps against a slow, obvious recomputation on the demo county."""

import pytest

from data_access.campaign import campaign_on, village_tasks
from data_access.gaps import gaps_of, worst_by_group
from data_access.indicators import children_of, dictionary, figures_of, newest_period
from data_access.snapshot import latest

HALF, SILENT = 0.5, 7


@pytest.mark.parametrize("code", ["990101", "990101002", "990101002003"])
def test_gaps_are_what_one_finds_by_looking_at_each_indicator(demo_engine, code):
    snapshot = latest(demo_engine)
    on = newest_period(snapshot)
    assert on
    campaign = campaign_on(snapshot, on)
    assert campaign
    entries = dictionary(snapshot)
    expected = {}
    for row in figures_of(snapshot, code, on, HALF).itertuples():
        entry = entries[row.indicator]
        children = children_of(snapshot, code, row.indicator, on, HALF)
        far = int((children["light"] == "red").sum())
        fallen = row.change == row.change and round(row.change * (1 if entry.direction == "up" else -1), 1) <= -1
        if row.indicator == campaign.indicator or row.light == "grey":
            continue
        if row.light in ("amber", "red"):
            expected[row.indicator] = ("behind", int((children["gap"].round(1) < 0).sum()))
        elif fallen and entry.unit == "%" and row.gap == row.gap:
            expected[row.indicator] = ("fell", int((children["gap"].round(1) < 0).sum()))
        elif far:
            expected[row.indicator] = ("hidden", far)
    tasks = village_tasks(snapshot, code, campaign, on)
    silent = sum(days > SILENT for days in tasks.groupby("code")["silent_days"].min())

    found = gaps_of(snapshot, code, on, HALF, campaign, SILENT)
    of_indicators = found[found["kind"] != "silent"]
    assert {r.indicator: (r.kind, r.places) for r in of_indicators.itertuples()} == expected
    assert found.loc[found["kind"] == "silent", "places"].tolist() == ([silent] if silent else [])
    assert found["urgency"].is_monotonic_decreasing
    reds = found.index[found["light"] == "red"]
    assert list(reds) == list(range(len(reds)))


def test_each_group_has_one_card_and_the_most_urgent_comes_first(demo_engine):
    snapshot = latest(demo_engine)
    on = newest_period(snapshot)
    assert on
    entries = dictionary(snapshot)
    figures = figures_of(snapshot, "990101", on, HALF)
    figures = figures[figures["light"] != "grey"]
    lead = "task.T01"
    cards = worst_by_group(figures, entries, lead)
    groups = [entries[key].group_id for key in cards["indicator"]]
    assert sorted(groups) == sorted({entries[key].group_id for key in figures["indicator"]})
    assert cards["indicator"][0] == lead
    for group, card in list(zip(groups, cards.itertuples(), strict=True))[1:]:
        of_group = figures[[entries[key].group_id == group for key in figures["indicator"]]]
        distances = [
            row.gap / entries[row.indicator].amber_points for row in of_group.itertuples() if row.gap == row.gap
        ]
        if distances:
            assert card.gap / entries[card.indicator].amber_points == min(distances)
