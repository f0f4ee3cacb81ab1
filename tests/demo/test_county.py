import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import python_calamine

from demo.county import FILES, WITHOUT_BORDERS, WITHOUT_PLACE, invent_county
from tests.conftest import ROOT

# One worker invents the county once for all modules here.
pytestmark = pytest.mark.xdist_group("demo")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """All files, by their path below the directory; importing them is another test's concern."""
    out = tmp_path_factory.mktemp("county")
    # In a process of its own, as `make run` does: a page tested before in this one leaves its frame as `__main__`, with
    # which the writers' processes would start.
    command = [sys.executable, "-m", "demo", str(out)]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    return {path.relative_to(out).as_posix(): path for path in map(Path, listed)}


def read(path, header_row=2):
    """Return each sheet as a table of what its cells hold, totals left out."""
    book = python_calamine.load_workbook(path)
    tables = {}
    for name in book.sheet_names:
        rows = book.get_sheet_by_name(name).to_python()
        table = pd.DataFrame(rows[header_row + 1 :], columns=rows[header_row])
        tables[name] = table[table.iloc[:, 0] != "合计"]
    return tables


def test_the_same_seed_invents_the_same_county(county):
    again = invent_county(2026)
    assert again.geography.county.equals_exact(county.geography.county)
    pd.testing.assert_frame_equal(again.regions, county.regions)
    pd.testing.assert_frame_equal(again.campaign.targets, county.campaign.targets)
    pd.testing.assert_frame_equal(again.campaign.reports, county.campaign.reports)
    pd.testing.assert_frame_equal(again.gaps, county.gaps)
    pd.testing.assert_frame_equal(again.cases.ledger, county.cases.ledger)
    pd.testing.assert_frame_equal(again.cases.risks, county.cases.risks)
    pd.testing.assert_frame_equal(again.cases.tags, county.cases.tags)
    pd.testing.assert_frame_equal(again.projects.projects, county.projects.projects)
    pd.testing.assert_frame_equal(again.projects.flows, county.projects.flows)
    pd.testing.assert_frame_equal(again.households.register, county.households.register)
    assert all(
        np.array_equal(again.households.income[s], county.households.income[s]) for s in county.households.income
    )
    mine_and_others = zip(
        [*again.figures, *again.livelihood, again.workplaces, again.survey],
        [*county.figures, *county.livelihood, county.workplaces, county.survey],
        strict=True,
    )
    for mine, other in mine_and_others:
        pd.testing.assert_frame_equal(mine, other)


def test_another_seed_invents_another_county(county):
    other = invent_county(7)
    assert not other.geography.county.equals(county.geography.county)
    assert len(other.geography.villages) == len(county.geography.villages)
    assert not np.array_equal(other.regions["households"], county.regions["households"])


def test_files_come_in_the_order_of_import(files):
    assert len(files) == FILES
    assert list(files) == [
        *sorted(name for name in files if name < "05"),
        *(name for name in files if name.startswith("05")),
        *(name for name in files if name.startswith("06") and name.endswith("xlsx")),
        *(name for name in files if "07" <= name < "09"),
        *(name for name in files if name.endswith("parquet")),
    ]
    assert all(path.stat().st_size for path in files.values())


def test_regions_are_written_with_their_total(files, county):
    rows = python_calamine.load_workbook(files["01 行政区划.xlsx"]).get_sheet_by_index(0).to_python()
    assert rows[-1][0] == "合计"
    table = read(files["01 行政区划.xlsx"])["行政区划"].set_index("代码")
    assert table.index.tolist() == county.regions["code"].tolist()
    assert rows[-1][5:7] == table.loc[table["级别"] == "村", ["户数", "人口"]].sum().tolist()
    assert table.index[table["经度"] == ""].tolist() == [WITHOUT_PLACE]


def test_three_villages_have_no_borders(files, county):
    features = json.loads(files["02 村界.geojson"].read_text("utf-8"))["features"]
    drawn = {feature["properties"]["code"]: feature for feature in features}
    assert set(county.regions["code"]) - set(drawn) == {*WITHOUT_BORDERS, WITHOUT_PLACE}
    names = county.regions.set_index("code")["name"]
    assert all(drawn[code]["properties"]["name"] == names[code] for code in drawn)
    assert {feature["geometry"]["type"] for feature in features} == {"Polygon"}


def test_the_campaign_s_sheets_refer_to_what_there_is(files, villages):
    sheets = read(files["03 百日攻坚任务.xlsx"])
    assert list(sheets) == ["专项行动", "重点任务", "倒排工期", "任务分解"]
    tasks = set(sheets["重点任务"]["任务编号"])
    assert set(sheets["重点任务"]["行动编号"]) == set(sheets["专项行动"]["行动编号"])
    assert set(sheets["倒排工期"]["任务编号"]) == set(sheets["任务分解"]["任务编号"]) == tasks
    known = set(zip(villages["township"], villages["name"], strict=True))
    assert set(zip(sheets["任务分解"]["乡镇"], sheets["任务分解"]["村"], strict=True)) <= known


def test_reports_are_text_and_hold_every_report_once(files, county):
    weeks = [read(path)["百日任务"] for name, path in files.items() if name.startswith("04")]
    together = pd.concat(weeks)
    assert len(together) == len(county.campaign.reports)
    assert together.map(lambda cell: isinstance(cell, str)).all(axis=None)
    ways = together.groupby("乡镇")["更新时间"].agg(lambda days: days.str.replace(r"\d", "", regex=True).iloc[0])
    assert {"..", "", "--", "年月日", "//"} <= set(ways)


def test_offices_write_places_and_months_each_in_its_way(files):
    tables = {
        name: table for path in files.values() if path.parent.name == "05 指标" for name, table in read(path).items()
    }
    wide = {"务工月报", "务工月报（旧表）", "满意度调查"}
    assert wide < set(tables)
    assert all(set(table["指标"]) == {name} for name, table in tables.items() if name not in wide)
    assert list(tables["income.per_capita"].columns) == ["指标", "行政区划代码", "时期", "计划(万元)"]
    assert tables["environment.toilets"]["行政村"].str.endswith("村民委员会").any()
    assert tables["industry.unsold"]["时期"].iloc[-1] == "2026年第48周"
    assert tables["governance.training"]["分子"].str.match("[０-９]+").any()


def test_wide_tables_hold_every_count_once(files, county):
    jobs = read(files["05 指标/县人力资源和社会保障局 务工就业.xlsx"])
    assert list(jobs["务工月报（旧表）"].columns[2:]) == ["统计月份", "务工总人数", "上年同期"]
    assert sum(map(len, jobs.values())) == len(county.workplaces)
    now = jobs["务工月报"].replace("/", None).iloc[:, 3:].astype(float)
    assert now.sum().tolist() == county.workplaces.dropna(subset="planned").iloc[:, 2:].sum().tolist()
    survey = read(files["05 指标/县统计局 群众满意度.xlsx"])["满意度调查"]
    assert survey["满意人数"].sum() == county.survey["numerator"].sum()
    assert (survey["满意人数"] <= survey["受访人数"]).all()
