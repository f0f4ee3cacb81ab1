"""The questions about income against the slow way, in a small county of which every household is known."""

import math
import random
from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from data_access.database import writing
from data_access.households_at_risk import households_at_risk
from data_access.income import (
    QUANTILES,
    children_income,
    distribution_of,
    distribution_over_time,
    income_change_by_source,
    income_summary,
    line_of,
    newest_month,
    quantiles_by,
    sources_over_time,
    the_few,
)
from data_access.income_measures import ranked_by
from data_access.rollups import households
from data_access.rollups.income import IDS
from data_access.snapshot import Snapshot
from tests.data_access.slow_households import SOURCES, Month, back, per_capita, year_of

TREE = {"C": None, "T1": "C", "T2": "C", "V1": "T1", "V2": "T1", "V3": "T2"}
LEVELS = {"C": "county", "T": "township", "V": "village"}
LAST = date(2026, 10, 1)
MONTHS = [back(LAST, n) for n in range(27)][::-1]
LINE = 9_000
ON = date(2026, 11, 30)


def invent() -> dict[str, tuple[str, dict[date, Month]]]:
    """Some 90 households: their village, and what they had each month. A third of V2 lost its wages this year."""
    dice = random.Random(3)
    homes = {}
    for n in range(90):
        village = f"V{n % 3 + 1}"
        size, wage = dice.randint(1, 6), dice.randint(100, 6_000)
        falls = village == "V2" and n % 9 == 1
        missing = dice.choice(MONTHS) if n % 15 == 0 else None
        homes[f"h{n:02d}"] = (
            village,
            {
                m: Month(
                    wage // 5 if falls and m > back(LAST, 12) else wage,
                    dice.randint(0, 900),
                    dice.randint(0, 1_500),
                    dice.choice([0, 0, 40]),
                    dice.randint(50, 400),
                    size,
                    max(size + dice.choice([0, 0, 0, 1, -1]), 1),
                )
                for m in MONTHS
                if m != missing
            },
        )
    return homes


HOMES = invent()


def inside(place: str) -> list[dict[date, Month]]:
    def is_in(code: str | None) -> bool:
        return code is not None and (code == place or is_in(TREE[code]))

    return [months for village, months in HOMES.values() if is_in(village)]


def incomes(place: str, month: date) -> list[float]:
    return sorted(float(each) for m in inside(place) if (each := per_capita(m, month)) is not None)


def mean(place: str, month: date, source: str = "") -> float:
    years = [(year_of(m, month), m[month].members_year) for m in inside(place) if month in m]
    whole = [(year, persons) for year, persons in years if year]
    total = sum((getattr(x, source) if source else x.net()) for year, _ in whole for x in year)
    return total / sum(persons for _, persons in whole)


def exact(values: list[float], share: float) -> float:
    return values[math.ceil(round(share * len(values), 9)) - 1]


@pytest.fixture
def county(shared: Engine, fill: Callable[..., Snapshot]) -> Snapshot:
    snapshot = fill(
        indicator=[{"id": key} for key in IDS],
        region=[{"code": c, "level": LEVELS[c[0]], "parent_code": p, "name_en": c} for c, p in TREE.items()],
        household=[{"code": h, "region_code": v, "kind": "一般农户"} for h, (v, _) in HOMES.items()],
        household_identity=[
            {"household_code": h, "name": "张三丰", "id_number": "990101199001011234", "phone": "13812345678"}
            for h in HOMES
        ],
        household_income=[
            {"household_code": h, "month": m, **row._asdict()}
            for h, (_, own) in HOMES.items()
            for m, row in own.items()
        ],
        income_line=[{"year": 2026, "amount": LINE}],
    )
    with writing(shared) as connection:
        households.rebuild(connection)
    return snapshot


@pytest.fixture
def small(shared: Engine, fill: Callable[..., Snapshot]) -> Snapshot:
    """V1 has two households of two, one of which lost half; V2 has three."""
    homes = {"a": "V1", "b": "V1", "c": "V2", "d": "V2", "e": "V2"}
    snapshot = fill(
        indicator=[{"id": key} for key in IDS],
        region=[{"code": c, "level": LEVELS[c[0]], "parent_code": TREE[c]} for c in ("C", "T1", "V1", "V2")],
        household=[{"code": h, "region_code": v} for h, v in homes.items()],
        household_income=[
            {"household_code": h, "month": m, **Month(wage=900 if h in "a" and m > back(LAST, 12) else 2_000)._asdict()}
            | {"members_now": 2, "members_year": 2}
            for h in homes
            for m in MONTHS
        ],
        income_line=[{"year": 2026, "amount": LINE}],
    )
    with writing(shared) as connection:
        households.rebuild(connection)
    return snapshot


def test_mean_and_quantiles_beside_those_of_a_year_before(county: Snapshot):
    for place in TREE:
        table = income_summary(county, place, ON).set_index("measure")
        assert table.index.tolist() == ["mean", *QUANTILES]
        for month, column in ((LAST, "value"), (back(LAST, 12), "year_before")):
            assert table.loc["mean", column] == pytest.approx(mean(place, month))
            for name, share in QUANTILES.items():
                assert abs(table.loc[name, column] - exact(incomes(place, month), share)) <= 500
        assert table.loc["mean", "change_percent"] == pytest.approx(
            (mean(place, LAST) / mean(place, back(LAST, 12)) - 1) * 100
        )


def test_the_distribution_of_every_month_that_has_one(county: Snapshot):
    for place in ("C", "T1", "V3"):
        table = distribution_over_time(county, place, ON, 40)
        assert table["period"].tolist() == MONTHS[11:]
        for row in table.itertuples():
            assert row.households == len(incomes(place, row.period))
            assert abs(row.median - exact(incomes(place, row.period), 0.5)) <= 500


def test_bands_have_no_holes_add_up_and_hold_five_persons_or_nobody(county: Snapshot):
    for place in TREE:
        bands = distribution_of(county, place, LAST)
        assert bands["band_floor"].tolist()[1:] == bands["until"].tolist()[:-1]
        assert bands["households"].tolist() == [
            sum(row.band_floor <= i < row.until for i in incomes(place, LAST)) for row in bands.itertuples()
        ]
        assert bands["households"].sum() == len(incomes(place, LAST))
        assert not bands["persons"].between(1, 4).any()
        assert (bands["persons"] == 0).any()
    assert distribution_of(county, "C", date(2020, 1, 1)).empty


def test_a_place_of_fewer_than_five_persons_tells_no_income(small: Snapshot):
    assert distribution_of(small, "V1", LAST).empty
    told = ["mean", *QUANTILES]
    assert income_summary(small, "V1", ON)["value"].isna().all()
    assert distribution_over_time(small, "V1", LAST, 1)[told].isna().all(axis=None)
    table = children_income(small, "T1", ON).set_index("code")
    columns = [*told, "mean_before", "mean_change", "below_line", "fell", "transfer_share", "median_rank"]
    assert table.loc["V1", columns].isna().all()
    assert table.loc["V1", ["households", "persons"]].tolist() == [2, 4]
    assert table.loc["V2", columns].notna().all()
    few = the_few(small, "T1", ON, 5).set_index("code")
    assert few.loc["V1", ["mean", "mean_change"]].isna().all()
    # How many lost income is what the page is for; it tells of no amount.
    assert few.at["V1", "fell"] == 1
    shown = ranked_by(children_income(small, "T1", ON), "median").set_index("code")
    assert shown["is_suppressed"].to_dict() == {"V1": True, "V2": False}


def test_the_sources_make_the_net_income(county: Snapshot):
    table = sources_over_time(county, "T1", LAST, 12)
    assert table["period"].tolist() == MONTHS[-12:]
    newest = table.iloc[-1]
    for source in SOURCES:
        assert newest[source] == pytest.approx(mean("T1", LAST, source))
    earned = table[["wage", "business", "property", "transfer"]].sum(axis=1)
    assert np.allclose(earned - table["business_cost"], table["net"])
    assert newest["transfer_share"] == pytest.approx(newest["transfer"] / newest["net"] * 100)


def test_the_steps_of_the_waterfall_lead_from_last_year_to_this(county: Snapshot):
    steps = income_change_by_source(county, "C", ON).set_index("step")["value"]
    assert list(steps.index) == ["before", *SOURCES, "now"]
    assert steps.iloc[:-1].sum() == pytest.approx(steps["now"])
    assert steps["now"] == pytest.approx(mean("C", LAST))
    assert income_change_by_source(county, "C", back(LAST, 12)).empty


@pytest.mark.parametrize(("place", "level"), [("C", None), ("C", "village"), ("T1", None)])
def test_each_child_with_its_ranks(county: Snapshot, place: str, level: str | None):
    table = children_income(county, place, ON, level).set_index("code")
    wanted = [c for c, p in TREE.items() if (c[0] == "V" if level else p == place)]
    assert table.index.tolist() == wanted
    for code, row in table.iterrows():
        now = incomes(str(code), LAST)
        assert row["mean"] == pytest.approx(mean(str(code), LAST))
        assert abs(row["p10"] - exact(now, 0.1)) <= 500
        assert row["below_line_households"] == sum(i < LINE for i in now)
        assert row["below_line"] == pytest.approx(sum(i < LINE for i in now) / len(now) * 100)
        assert row["transfer_share"] == pytest.approx(mean(str(code), LAST, "transfer") / mean(str(code), LAST) * 100)
        assert row["fell_households"] == len(fallen(str(code)))
    assert table["mean"].idxmax() == table["mean_rank"].idxmin()
    assert table["below_line"].idxmin() == table["below_line_rank"].idxmin()


def fallen(place: str, percent: int = 20) -> list[float]:
    pairs = [(per_capita(m, LAST), per_capita(m, back(LAST, 12))) for m in inside(place)]
    both = [(now, before) for now, before in pairs if now is not None and before is not None and before > 0]
    return [float(now / before) for now, before in both if now <= before * (100 - percent) / 100]


def test_the_few_are_the_villages_with_most_households_that_fell(county: Snapshot):
    table = the_few(county, "C", ON, 10)
    assert table["fell"].is_monotonic_decreasing
    assert table["code"].iloc[0] == "V2"
    for row in table.itertuples():
        assert (row.fell, row.trend[-1]) == (len(fallen(row.code)), row.fell)
        assert len(row.trend) == 12
        assert row.below_line == sum(i < LINE for i in incomes(row.code, LAST))
        assert row.households == len(incomes(row.code, LAST))
        assert row.township == TREE[row.code]
    assert the_few(county, "C", ON, 1)["code"].tolist() == ["V2"]


def test_households_at_risk_are_masked(county: Snapshot):
    table = households_at_risk(county, "V2", ON, 100)
    at_risk = {
        home
        for home, (village, months) in HOMES.items()
        if village == "V2"
        and (now := per_capita(months, LAST)) is not None
        and (now < LINE or ((b := per_capita(months, back(LAST, 12))) is not None and b > 0 and now <= b * 80 / 100))
    }
    assert len(table) == len(at_risk)
    assert sorted(table["income"]) == pytest.approx(sorted(float(per_capita(HOMES[h][1], LAST) or 0) for h in at_risk))
    assert set(table["household"]) == {"***"}
    assert set(table["name"]) == {"张**"}
    assert set(table["id_number"]) == {"9901**********1234"}
    assert set(table["phone"]) == {"138****5678"}
    assert table["change_percent"].dropna().is_monotonic_increasing
    assert len(households_at_risk(county, "C", ON, 3)) == 3


def test_without_any_income_there_is_nothing_to_show(fill: Callable[..., Snapshot]):
    empty = fill(region=[{"code": "C", "level": "county"}], indicator=[{"id": key} for key in IDS])
    assert newest_month(empty, "C", ON) is None
    assert line_of(empty, 2026) is None
    assert income_summary(empty, "C", ON).empty
    assert distribution_over_time(empty, "C", ON, 12).empty
    assert income_change_by_source(empty, "C", ON).empty
    assert children_income(empty, "C", ON).empty
    assert the_few(empty, "C", ON, 5).empty
    assert households_at_risk(empty, "C", ON, 5).empty
    assert sources_over_time(empty, "C", ON, 5).empty


@given(st.lists(st.integers(-4_000, 60_000), min_size=1, max_size=60))
def test_a_quantile_from_bands_is_within_one_band_of_the_exact_one(values: list[int]):
    floors = pd.Series([value // 500 * 500 for value in values])
    bands = floors.value_counts().rename_axis("band_floor").reset_index(name="households").assign(code="x")
    row = quantiles_by(bands, ["code"]).iloc[0]
    for name, share in QUANTILES.items():
        assert abs(row[name] - exact(sorted(values), share)) <= 500
