"""The same figure is the same on every page that shows it."""

import pytest
from streamlit.testing.v1 import AppTest

from data_access.indicators import dictionary, newest_period
from data_access.snapshot import latest
from tests.pages.conftest import PAGES, Open

PLACES = {"county": "990101", "township": "990101002", "village": "990101002003"}


def shown(app: AppTest) -> dict[str, tuple[str, str]]:
    """Every figure on a page by its label: its value, and what stands under it."""
    return {card.label: (card.value, card.delta) for card in app.metric}


@pytest.mark.parametrize("level", PLACES)
def test_a_figure_shown_on_two_pages_is_the_same(visit: Open, level):
    seen: dict[str, dict[str, tuple[str, str]]] = {}
    for page in PAGES:
        for label, said in shown(visit(page, region=PLACES[level])).items():
            seen.setdefault(label, {})[page] = said
    twice = {label: by_page for label, by_page in seen.items() if len(by_page) > 1}
    assert len(twice) > 20, "the pages no longer share figures: this test proves nothing"
    assert {label: by_page for label, by_page in twice.items() if len(set(by_page.values())) > 1} == {}


def test_no_two_indicators_have_one_name(demo_engine):
    snapshot = latest(demo_engine)
    assert newest_period(snapshot)
    entries = dictionary(snapshot).values()
    for names in ([entry.name for entry in entries], [entry.name_en for entry in entries]):
        assert len(names) == len(set(names))
