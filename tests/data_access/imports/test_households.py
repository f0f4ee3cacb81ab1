"""Households, their income, guarantees and reviews, as offices hand them in."""

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import select, text

from data_access.imports import import_files
from data_access.imports.columns import read_large_csv
from data_access.imports.kinds.households import has_right_check_digit
from data_access.rollups import households
from data_access.schema import (
    guarantee_gap,
    household,
    household_identity,
    household_income,
    household_review,
    income_line,
    observation,
)

ROOT = Path(__file__).parents[3]
REGISTER: list[list[Any]] = [
    [
        "县(市、区、旗)",
        "乡(镇)",
        "行政村",
        "户编号",
        "户类型",
        "监测对象类别",
        "人数",
        "姓名",
        "证件号码",
        "户联系电话",
    ],
    ["云岭县", "石岭镇", "上村", "H1", "一般农户", "/", 4, "张三", "990101199001011234", "13812345678"],
    ["云岭县", "石岭镇", "上村", "H2", "脱贫户", "无", 3, "李四", "", ""],
    ["云岭县", "青塘乡", "上村", "H3", "监测对象", "突发严重困难户", 2, "王五", "", ""],
]
INCOME = [
    "户编号", "月份", "工资性收入(元)", "生产经营性收入(元)", "财产性收入(元)", "转移性收入(元)", "生产经营性支出(元)",
    "当前家庭人口数", "年度家庭人口数", "人均纯收入",
]  # fmt: skip


def with_check_digit(first17: str) -> str:
    return next(first17 + last for last in "0123456789X" if has_right_check_digit(first17 + last))


REGISTER[1][8] = with_check_digit("99010119900101123")


@pytest.fixture
def register(county, take, write):
    report = take(write("register.xlsx", [["脱贫户花名册"], ["填报单位：中心"], *REGISTER]))
    assert report.is_whole, report
    return county


@pytest.fixture
def dictionary_of_ours(county):
    """The dictionary that Guatu ships, over the small one of the other tests."""
    (report,) = import_files(county, [ROOT / "data_access" / "indicators.toml"])
    assert report.taken > 20


def rows_of(engine, table):
    with engine.connect() as connection:
        return sorted(tuple(row) for row in connection.execute(select(table)))


def month(home, when, wage=1000, now=4, year=4):
    return [home, when, wage, 0, "/", 200, 100, now, year, ""]


def figure(engine, place, indicator, period):
    with engine.connect() as connection:
        own = [observation.c.region_code == place, observation.c.indicator == indicator, observation.c.period == period]
        return connection.execute(select(observation.c.numerator, observation.c.denominator).where(*own)).one_or_none()


def test_the_register_and_who_they_are_go_into_two_tables(register):
    assert rows_of(register, household)[0] == ("H1", "990101001001", "一般农户", None, 4, None)
    assert rows_of(register, household)[2] == ("H3", "990101002001", "监测对象", "突发严重困难户", 2, None)
    assert rows_of(register, household_identity)[0] == ("H1", "张三", REGISTER[1][8], "13812345678")
    assert len(rows_of(register, household_identity)) == 3


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        (8, "990101199001011235", "check digit"),
        (8, "12345", "18, 20 or 22"),
        (8, 990101199001011234, "rounded"),
        (2, "无名村", "No village"),
        (2, "", "village"),
    ],
)
def test_a_household_that_cannot_be_taken(county, take, write, refused, column, value, reason):
    row = list(REGISTER[1])
    row[column] = value
    (said,) = refused(take(write("register.xlsx", [REGISTER[0], row]))).values()
    assert reason in said


def test_income_in_yuan_or_ten_thousands_and_months_as_offices_write_them(register, take, write):
    report = take(write("income.xlsx", [INCOME, month("H1", "202403"), month("H2", "2024.4", now="", year=3)]))
    assert report.is_whole, report
    in_wan = [cell.replace("(元)", "(万元)") for cell in INCOME]
    assert take(write("wan.xlsx", [in_wan, ["H1", "2024年4月", 0.1, 0, "/", 0.02, 0.01, 4, 4, ""]])).is_whole
    assert rows_of(register, household_income) == [
        ("H1", date(2024, 3, 1), 1000.0, 0.0, 100.0, 0.0, 200.0, 4, 4),
        ("H1", date(2024, 4, 1), 1000.0, 0.0, 100.0, 0.0, 200.0, 4, 4),
        ("H2", date(2024, 4, 1), 1000.0, 0.0, 100.0, 0.0, 200.0, 3, 3),
    ]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (month("H9", "202403"), "No household has this number"),
        (month("H1", "2024"), "month by month"),
        (month("H1", "202403", wage=-5), "negative"),
        (month("H1", "202403", now="", year=""), "members is missing"),
        (month("H1", "202403", now=0), "smaller than"),
        (["H1", "202403", "/", "", "无", "-", "", 3, 3, ""], "no amount"),
    ],
)
def test_income_that_cannot_be_taken(register, take, write, refused, row, reason):
    (said,) = refused(take(write("income.xlsx", [INCOME, row]))).values()
    assert reason in said


def test_income_is_summed_where_the_dictionary_asks_for_it(register, take, write, tmp_path):
    ours = tmp_path / "indicators.toml"
    ours.write_text((ROOT / "data_access" / "indicators.toml").read_text("utf-8"), encoding="utf-8")
    assert take(write("income.xlsx", [INCOME, month("H1", "202403"), month("H2", "202403", now=3)])).is_whole
    assert figure(register, "990101", "income.month", date(2024, 3, 1)) is None
    # An entry of the dictionary that comes later computes what was there before.
    take(ours)
    assert figure(register, "990101001001", "income.month", date(2024, 3, 1)) == (2200.0, 7.0)
    assert figure(register, "990101", "income.month", date(2024, 3, 1)) == (2200.0, 7.0)
    report = take(write("next.xlsx", [INCOME, month("H3", "202403", wage=1300, now=2)]))
    assert (report.changed, report.refused) == (1, 0)
    assert figure(register, "990101", "income.month", date(2024, 3, 1)) == (3600.0, 9.0)
    with register.connect() as connection:
        assert connection.execute(text("SELECT kind, rows_changed FROM load ORDER BY id DESC")).first() == ("income", 1)


def test_a_figure_that_households_give_is_not_handed_in_as_well(register, take, write, refused, dictionary_of_ours):
    take(write("income.xlsx", [INCOME, month("H1", "202403")]))
    headers = ["指标", "乡镇", "村", "时期", "分子", "分母"]
    twice = ["income.month", "石岭镇", "上村", "2024-03", 5, 1]
    before = ["income.month", "石岭镇", "上村", "2024-02", 5, 1]
    elsewhere = ["income.month", "青塘乡", "青塘村", "2024-03", 5, 1]
    report = take(write("figures.xlsx", [headers, twice, before, elsewhere]))
    assert (report.taken, refused(report)["A2"]) == (2, REASON_COMPUTED)


REASON_COMPUTED = "This figure is computed from the households of this village: hand in those, and here its plan alone."


def plan_of(engine, code, period=date(2024, 3, 1)):
    own = (observation.c.region_code == code, observation.c.indicator == "income.month", observation.c.period == period)
    columns = observation.c["numerator", "denominator", "plan", "reports"]
    with engine.connect() as connection:
        found = connection.execute(select(*columns).where(*own)).one_or_none()
    return None if found is None else tuple(found)


@pytest.mark.parametrize("denominator", ["", 99])
@pytest.mark.parametrize("is_first", [True, False], ids=["plan first", "income first"])
def test_the_plan_of_a_figure_that_households_give(register, take, write, dictionary_of_ours, is_first, denominator):
    header = ["指标", "乡镇", "村", "时期", "分子", "分母", "计划(万元)"]
    rows = [["income.month", "石岭镇", "上村", when, "", denominator, "0.3"] for when in ("202403", "202404")]
    rows += [["income.month", "青塘乡", "上村", "202403", "/", denominator, "0.1"]]
    files = [
        write("plan.xlsx", [header, *rows]),
        write("income.xlsx", [INCOME, month("H1", "202403"), month("H3", "202403", now=2)]),
    ]
    for file in files if is_first else reversed(files):
        assert take(file).is_whole
    assert plan_of(register, "990101001001") == (1100.0, 4.0, 3000.0, 1)
    assert plan_of(register, "990101") == (2200.0, 6.0, 4000.0, 2)
    # The same again, and a correction of the income, change the plan no more.
    assert take(files[0]).changed == 0
    take(write("again.xlsx", [INCOME, month("H1", "202403", wage=2000)]))
    assert plan_of(register, "990101001001") == (2100.0, 4.0, 3000.0, 1)
    with register.begin() as connection:
        households.rebuild(connection)
    assert plan_of(register, "990101") == (3200.0, 6.0, 4000.0, 2)
    # Of a month to come there is a plan only; with its household the figure goes, the plan stays.
    assert plan_of(register, "990101001001", date(2024, 4, 1))[2:] == (3000.0, 0)
    take(write("moved.xlsx", [REGISTER[0], [*REGISTER[1][:1], "青塘乡", *REGISTER[1][2:]]]))
    assert plan_of(register, "990101001001") == (None, None, 3000.0, 0)


def test_a_household_that_moves_takes_its_income_along(register, take, write, dictionary_of_ours):
    take(write("income.xlsx", [INCOME, month("H1", "202403"), month("H2", "202403", wage=0)]))
    moved = list(REGISTER[1])
    moved[1:3] = ["青塘乡", "上村"]
    take(write("moved.xlsx", [REGISTER[0], moved]))
    assert figure(register, "990101001001", "income.month", date(2024, 3, 1)) == (100.0, 4.0)
    assert figure(register, "990101002001", "income.month", date(2024, 3, 1)) == (1100.0, 4.0)


BASE = ["户编号", "保障项目", "应保障人数"]
GAPS = ["户编号", "保障项目", "人数", "发现时间", "问题描述", "措施", "责任人", "解决时间"]


@pytest.fixture
def base(register, take, write, dictionary_of_ours):
    rows = [["H1", "基本医疗", 4], ["H2", "医保", 3], ["H1", "饮水安全", 4], ["H3", "medical", 2]]
    assert take(write("base.xlsx", [BASE, *rows])).is_whole
    return register


def test_gaps_are_open_until_they_are_cleared(base, take, write):
    rows = [
        ["H1", "基本医疗", 2, "2025.1.10", "未参保", "上门动员", "李某", "2025.3.5"],
        ["H2", "基本医疗", "", "2025.2.10", "未参保", "", "李某", "/"],
    ]
    assert take(write("gaps.xlsx", [GAPS, *rows])).is_whole
    assert rows_of(base, guarantee_gap)[1][3] == 3
    of = {m: figure(base, "990101", "guarantee.medical", date(2025, m, 1)) for m in (1, 2, 3)}
    assert of == {1: (7.0, 9.0), 2: (4.0, 9.0), 3: (6.0, 9.0)}
    counts = {
        s: figure(base, "990101001001", f"guarantee.medical.{s}", date(2025, 3, 1)) for s in ("open", "new", "cleared")
    }
    assert counts == {"open": (3.0, None), "new": (0.0, None), "cleared": (2.0, None)}
    assert figure(base, "990101", "guarantee.water", date(2025, 1, 1)) == (4.0, 4.0)
    assert figure(base, "990101", "guarantee.education", date(2025, 1, 1)) is None


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (["H1", "义务教育", 1, "2025.1.10", "", "", "", ""], "does not apply"),
        (["H1", "就业", 1, "2025.1.10", "", "", "", ""], "must be one of"),
        (["H1", "基本医疗", 5, "2025.1.10", "", "", "", ""], "more persons"),
        (["H1", "基本医疗", 1, "2025.1.10", "", "", "", "2025.1.9"], "cleared before"),
        (["H1", "基本医疗", 1, "2025.1", "", "", "", ""], "full date"),
    ],
)
def test_a_gap_that_cannot_be_taken(base, take, write, refused, row, reason):
    (said,) = refused(take(write("gaps.xlsx", [GAPS, row]))).values()
    assert reason in said


def test_reviews_are_of_a_month_and_may_be_held_later(register, take, write, dictionary_of_ours):
    headers = ["户编号", "研判月份", "研判时间"]
    assert take(write("a.xlsx", [headers, ["H1", "202503", "2025.4.2"], ["H3", "2025年3月", ""]])).is_whole
    assert rows_of(register, household_review)[0] == ("H1", date(2025, 3, 1), date(2025, 4, 2))
    assert figure(register, "990101001001", "monitoring.reviewed", date(2025, 3, 1)) == (1.0, 2.0)
    take(write("b.xlsx", [headers, ["H1", "202503", "2025.4.3"], ["H2", "202503", "2025.4.2"]]))
    assert figure(register, "990101", "monitoring.reviewed", date(2025, 3, 1)) == (3.0, 3.0)


def test_the_line_of_a_year(county, take, write):
    assert take(write("lines.xlsx", [["年度", "监测范围线(元)"], ["2024", 8000], ["2025年", "8,500"]])).is_whole
    assert rows_of(county, income_line) == [(2024, 8000.0), (2025, 8500.0)]


JUMPED = "The village's median income is {ratio} times that of the months before"


def test_a_median_that_jumps_is_held_until_it_is_confirmed(register, take, write, refused):
    before = [month(h, f"2024-{m:02d}") for m in (1, 2, 3) for h in ("H1", "H2", "H3")]
    assert take(write("before.xlsx", [INCOME, *before])).is_whole
    wrong = [month("H1", "2024-04", wage=10_000_000), month("H2", "2024-04", wage=9_000_000), month("H3", "2024-04")]
    path = write("wrong.xlsx", [INCOME, *wrong, month("H1", "2024-05", wage=10_000_000)])
    report = take(path)
    assert (report.taken, report.refused) == (1, 3)
    assert all(reason.startswith(JUMPED) for reason in refused(report).values())
    assert take(path, confirm=True).is_whole


def test_within_one_file_a_month_that_jumped_is_no_measure_for_the_next(register, take, write):
    months = [month("H1", f"2024-{m:02d}", wage=10_000_000 if m > 3 else 1000) for m in range(1, 7)]
    assert take(write("all.xlsx", [INCOME, *months])).refused == 3


def test_a_season_is_no_jump(register, take, write):
    wages = [1000, 1000, 1000, 3500, 900, 2500, 800]
    rows = [month("H1", f"2024-{m:02d}", wage=w) for m, w in enumerate(wages, 1)]
    assert take(write("season.xlsx", [INCOME, *rows])).is_whole


@pytest.fixture
def bulk():
    """1,200 household-months as a table of text, as offices export it."""
    months = pd.period_range("1991-01", periods=400, freq="M").strftime("%Y%m")
    return pd.DataFrame([month(h, m) for h in ("H1", "H2", "H3") for m in months], columns=INCOME).astype(str)


@pytest.mark.parametrize("ending", ["parquet", "csv", "gb18030.csv"])
def test_large_files_are_read_by_column_and_refused_by_row(
    register, take, bulk, tmp_path, refused, monkeypatch, ending
):
    bulk.loc[7, "户编号"] = "H9"
    bulk.loc[8, "工资性收入(元)"] = "很多"
    path = tmp_path / f"income.{ending}"
    if ending == "parquet":
        bulk.to_parquet(path)
    else:
        bulk.to_csv(path, index=False, encoding="gb18030" if "gb" in ending else "utf-8")
        monkeypatch.setattr("data_access.imports.csv_files._LARGE", 0)
        monkeypatch.setattr("data_access.imports.csv_files._MAX_BYTES", 0)
    report = take(path)
    assert (report.read, report.taken, report.changed) == (1200, 1198, 1198)
    assert set(refused(report)) == {"A9", "C10"}
    assert take(path).changed == 0


def test_a_parquet_file_may_hold_numbers_and_dates(register, take, tmp_path):
    table = pd.DataFrame([month("H1", "", wage=1000.5)], columns=INCOME).drop(columns=["人均纯收入", "财产性收入(元)"])
    table = table.assign(**{"财产性收入(元)": None, "月份": pd.Timestamp("2024-03-01")})
    table.to_parquet(path := tmp_path / "income.parquet")
    assert take(path).is_whole
    assert rows_of(register, household_income)[0][:3] == ("H1", date(2024, 3, 1), 1000.5)


def test_a_damaged_parquet_file_is_told(county, take, tmp_path):
    (path := tmp_path / "a.parquet").write_bytes(b"PAR1 no")
    (problem,) = take(path).problems
    assert "Parquet" in problem.text


def test_a_large_csv_with_a_title_above_its_header_is_read_the_slow_way(tmp_path):
    (path := tmp_path / "a.csv").write_text("题目\n户编号,月份\nH1,202401\n", encoding="utf-8")
    assert read_large_csv(path) is None


def test_of_a_table_that_is_wrong_throughout_not_every_row_is_listed(register, take, bulk, tmp_path, monkeypatch):
    monkeypatch.setattr("data_access.imports.batch.MOST_REFUSALS", 10)
    bulk.assign(户编号="H9").to_parquet(path := tmp_path / "a.parquet")
    (part,) = take(path).kinds
    assert (part.refused, len(part.refusals)) == (1200, 10)
