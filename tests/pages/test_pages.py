"""Every page at every level in both languages, on the demo county."""

import json
import re
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from data_access.campaign import campaign_on
from data_access.guarantees import missing_by_village
from data_access.imports import import_files
from data_access.income import the_few
from data_access.indicators import children_of, newest_period
from data_access.snapshot import latest
from demo.build import DICTIONARY
from tests.pages.conftest import FRAME, Open, texts

LEVELS = {"county": "990101", "township": "990101002", "village": "990101002003"}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# What an English page may show in Chinese: the name of the language itself.
OWN_NAME = "中文"


def figures(app: AppTest) -> list[dict[str, Any]]:
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("page", ["overview", "campaign", "income", "guarantees", "livelihood", "village"])
def test_every_page_shows_its_parts_at_every_level_in_both_languages(visit: Open, page, level, language):
    app = visit(page, region=LEVELS[level], lang=language)
    assert not app.exception
    assert not app.error
    assert not app.warning
    assert len(app.header) == 1
    assert app.get("deck_gl_json_chart"), "no map"
    assert len(app.get("plotly_chart")) >= 2, "no legend or no ranking"
    assert len(app.metric) >= 6
    if language == "en":
        said = texts(app).replace(OWN_NAME, "")
        assert not CHINESE.search(said), CHINESE.search(said)


@pytest.mark.parametrize("page", ["overview", "campaign", "income", "guarantees", "livelihood", "village"])
def test_nothing_on_a_page_points_outside(visit: Open, page):
    app = visit(page)
    for chart in [*app.get("deck_gl_json_chart"), *app.get("plotly_chart")]:
        text = getattr(chart.proto, "json", "") or chart.proto.spec
        assert not re.search(r"https?://", text)


def test_the_headline_names_the_gap_and_its_places(visit: Open):
    headline = visit("campaign").header[0].value
    assert headline.startswith("第 63/100 天：大干100天 63.7%，落后计划 4.0 个百分点")
    assert "石岭镇" in headline
    assert "青塘镇" in headline


def test_the_ranking_is_the_query(visit: Open, demo_engine):
    snapshot = latest(demo_engine)
    on = newest_period(snapshot)
    assert on
    campaign = campaign_on(snapshot, on)
    assert campaign
    expected = children_of(snapshot, "990101", campaign.indicator, on, 0.5)
    shown = next(text for text in map(json.dumps, figures(visit("campaign"))) if escaped("末位是") in text)
    places = [shown.index(escaped(name)) for name in expected["name"]]
    assert places == sorted(places)


def escaped(text: str) -> str:
    """Return text as it stands in JSON, without the quotation marks."""
    return json.dumps(text)[1:-1]


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({"region": "nowhere"}, "没有代码为“nowhere”的区域"),
        ({"region": "![x](http://example.org/x.png)"}, "没有代码为"),
        ({"on": "2030-01-01"}, "2030年1月1日还没有数据"),
        ({"on": "yesterday"}, "“yesterday”不是 2026-11-22 这样的日期"),
        ({"lang": "fr"}, "没有“fr”这种语言"),
        ({"task": "task.T99"}, "这里没有“task.T99”这一选项"),
    ],
)
def test_a_bad_address_gets_a_plain_sentence_and_a_page(visit: Open, params, sentence):
    app = visit("campaign", **params)
    assert not app.exception
    assert sentence in app.warning[0].value
    assert app.metric


def test_a_day_before_the_first_report_says_so(visit: Open):
    app = visit("campaign", on="2026-09-01")
    assert not app.exception
    assert "截至2026年9月1日" in app.header[0].value
    assert not app.metric


def test_the_cut_off_changes_the_figures(visit: Open):
    early, late = visit("campaign", on="2026-10-20"), visit("campaign")
    assert early.header[0].value.startswith("第 23/100 天")
    assert early.header[0].value != late.header[0].value


def test_a_task_is_chosen_by_the_address(visit: Open):
    assert "问题整改" in visit("campaign", task="task.T08").header[0].value


def test_the_day_slider_moves_the_map_and_the_ranking(visit: Open):
    app = visit("campaign")
    app.slider(key="day").set_value(30).run()
    assert not app.exception
    titles = json.dumps(figures(app), ensure_ascii=False)
    assert "2026年10月27日" in titles


def test_the_breadcrumb_leads_down_and_up(visit: Open):
    app = visit("campaign")
    app.selectbox(key="pick-1").set_value("990101003").run()
    assert app.query_params["region"] in ("990101003", ["990101003"])
    assert "46.0%" in app.header[0].value
    app.selectbox(key="pick-1").set_value("").run()
    assert "63.7%" in app.header[0].value


def test_an_empty_database_says_what_to_do(pages_on, engine):
    pages_on(str(engine.url))
    app = AppTest.from_file(FRAME, default_timeout=30).run()
    assert not app.exception
    assert app.header[0].value == "还没有数据"


def test_a_database_without_tables_says_what_to_do(pages_on, tmp_path):
    pages_on(f"sqlite:///{tmp_path / 'none.sqlite'}")
    app = AppTest.from_file(FRAME, default_timeout=30).run()
    assert not app.exception
    assert "python -m data_access migrate" in app.error[0].value


def test_a_lone_region_is_shown_alone(pages_on, engine, tmp_path):
    (tmp_path / "regions.csv").write_text("代码,名称,级别\n99,云岭县,县\n", "utf-8")
    (tmp_path / "own.toml").write_text(DICTIONARY.read_text("utf-8").replace('level = "village"', 'level = "county"'))
    (tmp_path / "figures.csv").write_text(
        "指标,行政区划代码,时期,分子,分母\nguarantee.medical,99,2026-10,992,1000\n"
        "income.per_capita,99,2026-10,14000000,1000\n",
        "utf-8",
    )
    import_files(engine, [tmp_path], strict=True)
    pages_on(str(engine.url))
    for page in ("overview", "campaign", "income", "guarantees", "livelihood", "village"):
        app = AppTest.from_file(FRAME, default_timeout=30).run()
        if page != "overview":
            app.switch_page(f"{page}.py").run()
        assert not app.exception
        assert not app.error
        assert app.header


def test_the_village_whose_mean_hides_its_tail_is_named_in_the_headline_and_leads_the_few(visit: Open, demo_engine):
    snapshot = latest(demo_engine)
    on = newest_period(snapshot)
    assert on
    few = the_few(snapshot, "990101", on, 20)
    tail = few.iloc[0]
    assert tail["mean_change"] > 5
    assert tail["fell_share"] > 15
    app = visit("income")
    assert tail["name"] in app.header[0].value
    assert tail["name"] in app.dataframe[0].value.iloc[0, 0]


def test_a_household_is_shown_in_its_village_only_and_masked(visit: Open, demo_engine):
    assert "姓名" not in [column for table in visit("income").dataframe for column in table.value.columns]
    snapshot = latest(demo_engine)
    on = newest_period(snapshot)
    assert on
    village = visit("income", region=the_few(snapshot, "990101", on, 1).at[0, "code"])
    (table,) = (table.value for table in village.dataframe if "姓名" in table.value.columns)
    assert len(table) > 10
    assert table["姓名"].dropna().str.contains("*", regex=False).all()
    assert table["电话"].dropna().str.contains("****", regex=False).all()


def test_the_guarantees_name_who_is_missing(visit: Open, demo_engine):
    snapshot = latest(demo_engine)
    on = newest_period(snapshot)
    assert on
    missing = missing_by_village(snapshot, "990101", "education", on)
    app = visit("guarantees", item="education")
    assert f"{int(missing['missing'].sum())} 人" in app.header[0].value
    assert app.dataframe[0].value.iloc[:, 1].tolist() == missing["missing"].astype(int).tolist()
