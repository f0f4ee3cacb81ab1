"""A county's years of income in one go: 2,000 households of 60 months, as CSV and as Parquet."""

from collections import defaultdict
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Engine, func, select

from data_access.database import writing
from data_access.imports import Report, import_files
from data_access.rollups import households
from data_access.schema import household_income, income_band, observation
from tests.data_access.slow_households import SOURCES, Month, back, bands_of, income_of

ROOT = Path(__file__).parents[3]
VILLAGES, HOMES, MONTHS = 20, 100, 60
NEWEST = date(2026, 10, 1)
TODAY = date(2026, 11, 22)
HEADERS = ["户编号", "月份", "工资性收入(元)", "生产经营性收入(元)", "生产经营性支出(元)", "财产性收入(元)"]
HEADERS += ["转移性收入(元)", "当前家庭人口数", "年度家庭人口数"]

Detail = dict[str, dict[date, Month]]


def invent() -> Detail:
    """What every household had each month, by household; its code names its village. One household began late."""
    rng = np.random.default_rng(11)
    detail: Detail = {}
    for n in range(VILLAGES * HOMES):
        size, level = int(rng.integers(1, 6)), int(rng.integers(200, 900))
        parts = [dict(zip(SOURCES, row, strict=True)) for row in rng.integers(0, level, (MONTHS, 5)).tolist()]
        begins = 30 if n == 7 else 0
        members = {"members_now": size, "members_year": max(size - n % 2, 1)}
        months = {back(NEWEST, MONTHS - 1 - at): Month(**parts[at], **members) for at in range(begins, MONTHS)}
        detail[f"V{n // HOMES:02d}{n % HOMES:03d}"] = months
    return detail


def table_of(detail: Detail) -> pd.DataFrame:
    rows = [(home, f"{m:%Y%m}", *row) for home, months in detail.items() for m, row in months.items()]
    return pd.DataFrame(rows, columns=HEADERS)


def village_of(home: str) -> str:
    return home[:3]


def stored(engine: Engine) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    with engine.connect() as connection:
        observed = connection.execute(select(observation).order_by(*observation.primary_key)).all()
        bands = connection.execute(select(income_band).order_by(*income_band.primary_key)).all()
    return [tuple(row) for row in observed], [tuple(row) for row in bands]


@pytest.fixture(scope="module")
def detail() -> Detail:
    return invent()


@pytest.fixture
def homes(engine: Engine, detail: Detail, tmp_path: Path) -> Engine:
    """A county whose regions and households are known."""
    codes = [f"V{n:02d}" for n in range(VILLAGES)]
    regions = [("C", "某县", "县", ""), ("T1", "甲镇", "镇", "C"), ("T2", "乙镇", "镇", "C")]
    regions += [(code, f"{code}村", "村", "T1" if code < "V10" else "T2") for code in codes]
    pd.DataFrame(regions, columns=["代码", "名称", "级别", "上级代码"]).to_csv(tmp_path / "regions.csv", index=False)
    register = pd.DataFrame({"户编号": [*detail], "户类型": "一般农户"})
    register.assign(行政区划代码=register["户编号"].map(village_of)).to_parquet(tmp_path / "register.parquet")
    files = [ROOT / "data_access" / "indicators.toml", tmp_path / "regions.csv", tmp_path / "register.parquet"]
    assert all(report.is_whole for report in import_files(engine, files))
    return engine


def bring(engine: Engine, path: Path) -> Report:
    (report,) = import_files(engine, [path], today=TODAY, language="en")
    assert report.is_whole, report
    return report


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_all_months_in_one_go_and_what_follows_them(
    homes: Engine, detail: Detail, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
):
    monkeypatch.setattr("data_access.imports.csv_files._LARGE", 0)
    monkeypatch.setattr("data_access.imports.csv_files._MAX_BYTES", 0)
    path, table = tmp_path / f"income.{ending}", table_of(detail)
    table.to_csv(path, index=False) if ending == "csv" else table.to_parquet(path)
    assert bring(homes, path).changed == len(table)
    figures, bands = stored(homes)
    with homes.connect() as connection:
        assert connection.execute(select(func.count()).select_from(household_income)).scalar() == len(table)

    # The county's month in plain sums; one village in all its figures, the slow way.
    sums: dict[date, list[int]] = defaultdict(lambda: [0, 0])
    for months in detail.values():
        for month, row in months.items():
            sums[month][0] += row.net()
            sums[month][1] += row.members_now
    assert {row[2]: [row[3], row[4]] for row in figures if row[:2] == ("C", "income.month")} == sums
    own = [months for home, months in detail.items() if village_of(home) == "V00"]
    of_village = {(str(row[1]), row[2]): (row[3], row[4], row[6]) for row in figures if row[0] == "V00"}
    assert of_village == income_of(own, {}, 10)
    assert {(row[1], row[2]): (row[3], row[4]) for row in bands if row[0] == "V00"} == bands_of(own)

    # A corrected village, and households that had been forgotten, come to the same as all sums made anew.
    corrected = table[table["户编号"].str.startswith("V03")].tail(500)
    corrected.assign(**{HEADERS[2]: corrected[HEADERS[2]] + 40}).to_parquet(tmp_path / "corrected.parquet")
    assert bring(homes, tmp_path / "corrected.parquet").changed == 500
    assert bring(homes, tmp_path / "corrected.parquet").changed == 0
    begun_late = table[table["户编号"] == "V00007"].head(12)
    earlier = [f"{back(NEWEST, MONTHS - 1 - at):%Y%m}" for at in range(12)]
    begun_late.assign(月份=earlier).to_parquet(tmp_path / "earlier.parquet")
    assert bring(homes, tmp_path / "earlier.parquet").changed == 12
    after = stored(homes)
    assert after[0] != figures
    with writing(homes) as connection:
        households.rebuild(connection)
    assert stored(homes) == after


def test_in_one_transaction_a_second_file_corrects_the_first(homes: Engine, detail: Detail, tmp_path: Path):
    table = table_of(detail)
    table = table[table["户编号"].str.startswith("V03")]
    table.to_parquet(tmp_path / "a.parquet")
    table.tail(600).assign(**{HEADERS[2]: 5_000}).to_parquet(tmp_path / "b.parquet")
    files = [tmp_path / "a.parquet", tmp_path / "b.parquet"]
    reports = import_files(homes, files, strict=True, confirm=True, today=TODAY, language="en")
    assert [report.changed for report in reports] == [len(table), 600]
    after = stored(homes)
    with writing(homes) as connection:
        households.rebuild(connection)
    assert stored(homes) == after
