"""What the pages of income and guarantees say and give away, against the households, at every level."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.testing.v1 import AppTest

from data_access.indicators import newest_period
from data_access.snapshot import latest
from tests.data_access.slow_county import Slow
from tests.pages.conftest import Open, texts

# One worker reads the households once for all tests of this group.
pytestmark = pytest.mark.xdist_group("households")

TAIL = "990101006008"
PLACES = ["990101", "990101006", TAIL]
ITEMS = {
    "education": "Compulsory education",
    "medical": "Medical insurance",
    "housing": "Safe housing",
    "water": "Safe drinking water",
}

Sheets = dict[str, pd.DataFrame]


@pytest.fixture
def taken_away(monkeypatch: pytest.MonkeyPatch) -> Callable[[], Sheets]:
    """The last workbook that a page offered, as a reader opens it, by the sheets' names without their number."""
    offered: list[Callable[[], bytes]] = []
    add = MediaFileManager.add_deferred

    def note(self: MediaFileManager, data: Any, *args: Any, **options: Any) -> str:
        offered.append(data)
        return add(self, data, *args, **options)

    monkeypatch.setattr(MediaFileManager, "add_deferred", note)

    def opened() -> Sheets:
        sheets = pd.read_excel(io.BytesIO(offered[-1]()), sheet_name=None, engine="calamine")
        return {name.split(" ", 1)[1]: rows for name, rows in sheets.items()}

    return opened


def metrics(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def of_place(slow: Slow, place: str, month: date) -> pd.DataFrame:
    """The observations of a place in a month, by indicator."""
    return slow.figures.loc[place].xs(month, level="period")


@pytest.mark.parametrize("place", PLACES)
def test_the_income_page_says_what_the_households_say(visit: Open, slow: Slow, place: str):
    month, app = slow.months[-1], visit("income", region=place, lang="en")
    own, shown = of_place(slow, place, month), metrics(app)
    mean, fell, below = (own.loc[f"income.{key}"] for key in ("per_capita", "fell_20", "below_line"))
    assert shown["Mean"] == f"{mean['value']:,.0f} yuan"
    assert shown["Households that lost 20 %"] == f"{fell['numerator']:,.0f}"
    assert shown["Households under line"] == f"{below['numerator']:,.0f}"
    assert shown["Share of transfers"] == f"{own.at['income.transfer_share', 'value'] * 100:.1f}%"
    for label, name in (("Median", "median"), ("Poorest tenth under (P10)", "p10")):
        exact = slow.quantiles.at[(place, month), name]
        assert abs(float(shown[label].removesuffix(" yuan").replace(",", "")) - exact) <= 500
    assert f"{fell['numerator']:,.0f} households lost 20 % or more" in app.header[0].value
    assert f"of {fell['denominator']:,.0f} with both years" in texts(app)


@pytest.mark.parametrize("place", PLACES)
def test_the_income_page_gives_away_the_rows_it_shows(visit: Open, slow: Slow, taken_away, place: str):
    visit("income", region=place, lang="en")
    month, sheets = slow.months[-1], taken_away()
    names = ["Places", "Distribution", "Trend and plan", "Sources", "Change in a year", "Income bands", "The few"]
    assert list(sheets) == (names[:-1] if place == TAIL else names)
    shown = place if place in slow.inner else slow.places.at[place, "parent_code"]
    codes = slow.children(shown)
    newest = slow.figures.xs(month, level="period")["value"].unstack("indicator")
    rows = sheets["Places"]
    assert rows["Place"].tolist() == slow.places.loc[codes, "name_en"].tolist()
    assert np.allclose(rows["Mean, yuan a person"], newest.loc[codes, "income.per_capita"], atol=0.006)
    assert np.allclose(rows["Lost a fifth, %"], newest.loc[codes, "income.fell_20"] * 100, atol=0.006)
    means = slow.figures["value"].xs("income.per_capita", level="indicator")[place]
    for name, column in (("Distribution", "Mean"), ("Trend and plan", "Actual"), ("Sources", "Net income")):
        rows = sheets[name].set_index("Month")[f"{column}, yuan a person"]
        assert [day.date() for day in rows.index] == means.index.tolist()
        assert np.allclose(rows, means, atol=0.006)
    trend = sheets["Trend and plan"].set_index("Month")
    before = means[date(2025, 10, 1)]
    assert trend["Last year, yuan a person"].iloc[-1] == pytest.approx(before, abs=0.006)
    # The demo's office plans 9 % more than a year before, to the hundred yuan of a village.
    assert trend["Plan, yuan a person"].iloc[-1] == pytest.approx(before * 1.09, rel=1e-4)
    steps = sheets["Change in a year"]["Yuan a person"]
    assert steps.iloc[:-1].sum() == pytest.approx(steps.iloc[-1], abs=0.05)
    bands = sheets["Income bands"]
    assert not bands["Persons"].between(1, 4).any()
    assert bands["Households"].sum() == 2 * len(slow.within(place))


def test_the_few_are_given_away_with_their_months_and_no_household_ever(visit: Open, slow: Slow, taken_away):
    visit("income", lang="en")
    rows = taken_away()["The few"]
    fell = slow.figures["numerator"].xs("income.fell_20", level="indicator").xs(slow.months[-1], level="period")
    fell = fell[slow.villages("990101")].sort_values(ascending=False)
    assert rows["Households that lost a fifth"].tolist() == fell.head(20).tolist()
    assert rows["Oct 2026"].tolist() == fell.head(20).tolist()
    assert rows.iloc[0, 0].endswith("Shuiyan")
    village = visit("income", region=TAIL, lang="en")
    listed = village.dataframe[0].value
    assert len(listed) == 50
    assert listed["Household"].str.fullmatch(r"9901\*{8}\d{4}").all()
    assert (listed["Income, yuan a person"] % 100 == 0).all()
    assert not any("Household" in sheet for sheet in taken_away().values())


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("item", ["education", "water"])
def test_the_guarantees_page_says_and_gives_away_what_the_ledger_says(
    visit: Open, slow: Slow, demo_engine, taken_away, place: str, item: str
):
    on = newest_period(latest(demo_engine))
    assert on
    app = visit("guarantees", region=place, item=item, lang="en")
    own, sheets = of_place(slow, place, on.replace(day=1)), taken_away()
    rows = sheets["All guarantees"].set_index("Guarantee")
    for key, name in ITEMS.items():
        figure = own.loc[f"guarantee.{key}"]
        assert rows.at[name, "Missing"] == figure["denominator"] - figure["numerator"]
        assert rows.at[name, "Applicable"] == figure["denominator"]
    still = slow.gaps["cleared_on"].isna() | (slow.gaps["cleared_on"] > on)
    is_open = (slow.gaps["found_on"] <= on) & still & slow.gaps["household_code"].isin(slow.within(place).index)
    assert metrics(app)["Gaps open"] == str(is_open.sum())
    flow = sheets["Gaps by month"]
    for column, side in (("Open", "open"), ("New", "new"), ("Cleared", "cleared")):
        wanted = slow.figures["numerator"].xs(f"guarantee.{item}.{side}", level="indicator")[place]
        assert flow[column].tolist() == wanted.tolist()[-24:]
    assert sheets["Age of gaps"]["Gaps"].sum() == (is_open & (slow.gaps["item"] == item)).sum()
    places = sheets["Places"]
    shown = place if place in slow.inner else slow.places.at[place, "parent_code"]
    lacking = slow.figures.loc[slow.children(shown)].xs(on.replace(day=1), level="period")
    assert len(places) == 4 * len(slow.children(shown))
    assert places["Missing"].sum() == sum(
        (rows["denominator"] - rows["numerator"]).sum()
        for rows in (lacking.xs(f"guarantee.{key}", level="indicator") for key in ITEMS)
    )
    if is_open.any():
        assert len(sheets["Open gaps"]) == min(is_open.sum(), 100)
