"""Every line of the Overview leads to the page that shows it, with the right thing chosen there."""

import pytest

from data_access.campaign import campaign_on
from data_access.gaps import gaps_of
from data_access.indicators import dictionary, newest_period
from data_access.snapshot import latest
from pages.registry import link_to
from tests.pages.conftest import PAGES, Open


@pytest.mark.parametrize("place", ["990101", "990101002", "990101002003"])
def test_each_gap_is_shown_where_its_line_leads(visit: Open, demo_engine, place):
    snapshot = latest(demo_engine)
    on = newest_period(snapshot)
    assert on
    campaign = campaign_on(snapshot, on)
    entries = dictionary(snapshot)
    gaps = gaps_of(snapshot, place, on, 0.5, campaign, 7)
    links = [link_to(entries.get(key), PAGES) for key in gaps["indicator"]]
    # Two of each page are walked. What is not among a page's choices, it says.
    walked = [link for n, link in enumerate(links) if [page for page, _ in links[:n]].count(link[0]) < 2]
    assert len({page for page, _ in walked}) > 3
    for page, chosen in walked:
        app = visit(page, region=place, **chosen)
        assert not app.exception, page
        assert [warning.value for warning in app.warning] == [], (page, chosen)


def test_every_group_of_the_dictionary_has_its_page(demo_engine):
    entries = dictionary(latest(demo_engine)).values()
    assert {link_to(entry, PAGES)[0] for entry in entries} == set(PAGES) - {"overview", "village"}
