"""The monitoring page at every level, in both languages, whole and by special group, on the demo county."""

import re
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from data_access.imports import import_files
from data_access.indicators import children_of, newest_period
from data_access.monitoring import REVIEWED, monitoring_figures
from data_access.snapshot import latest
from data_access.suspects import suspects, unhelped_by_child
from demo.build import DICTIONARY
from tests.pages.conftest import FRAME, Open, texts

LEVELS = {"county": "990101", "township": "990101012", "village": "990101012006"}
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture
def demo(demo_engine):
    snapshot = latest(demo_engine)
    on = newest_period(snapshot)
    assert on
    return snapshot, on


def value_of(app: AppTest, label: str) -> str:
    return next(metric.value for metric in app.metric if metric.label == label)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("level", LEVELS)
def test_the_page_shows_its_parts_at_every_level_in_both_languages(visit: Open, level, language):
    app = visit("monitoring", region=LEVELS[level], lang=language)
    assert not app.exception
    assert not app.error
    assert not app.warning
    assert len(app.header) == 1
    assert app.get("deck_gl_json_chart"), "no map"
    # Legend, ranking, flow, steps, risks, reviews.
    assert len(app.get("plotly_chart")) == 6
    assert len(app.metric) == 6
    assert len(app.dataframe) == 2
    assert all(len(table.value.columns) <= 9 for table in app.dataframe)
    if language == "en":
        assert not CHINESE.search(texts(app).replace("中文", ""))


@pytest.mark.parametrize("level", LEVELS)
def test_the_headline_and_the_cards_are_the_figures(visit: Open, demo, level):
    snapshot, on = demo
    code = LEVELS[level]
    figures = monitoring_figures(snapshot, code, on, 0.5).set_index("indicator")["numerator"]
    app = visit("monitoring", region=code, lang="en")
    stock, waiting = figures["monitoring.stock"], figures["monitoring.unhelped"]
    assert app.header[0].value.startswith(
        f"{stock:,.0f} households under monitoring; {waiting:.0f} of them have no measure"
    )
    assert value_of(app, "In and out this month") == (
        f"+{figures['monitoring.new']:.0f} / −{figures['monitoring.cleared']:.0f}"
    )
    if level != "village":
        (child, *_) = unhelped_by_child(snapshot, code, on, "township" if level == "county" else "village")["name_en"]
        assert child in app.header[0].value


def test_a_special_group_is_a_filter_on_all_of_the_page(visit: Open, demo):
    snapshot, on = demo
    app = visit("monitoring", group="ill", lang="en")
    assert not app.exception
    figures = monitoring_figures(snapshot, "990101", on, 0.5, "ill").set_index("indicator")["numerator"]
    whole = monitoring_figures(snapshot, "990101", on, 0.5).set_index("indicator")["numerator"]
    assert 0 < figures["monitoring.stock"] == whole["monitoring.stock.ill"] < whole["monitoring.stock"]
    assert app.header[0].value.startswith(f"{figures['monitoring.stock']:.0f} households")
    children = children_of(snapshot, "990101", "monitoring.stock.ill", on, 0.5)
    specs = [chart.proto.spec for chart in app.get("plotly_chart")]
    assert any(all(f"{n:.0f} hh" in spec for n in children["numerator"]) for spec in specs)
    assert len(app.dataframe[1].value) == len(suspects(snapshot, "990101", on, "township", "ill"))


def test_a_check_is_chosen_by_the_address(visit: Open, demo):
    snapshot, on = demo
    found = suspects(snapshot, "990101", on, "township")
    app = visit("monitoring", check="missed", lang="en")
    missed = found[found["check"] == "missed"]
    assert app.dataframe[1].value["Households"].tolist() == missed["households"].tolist()
    assert "no case follows the household" in texts(app)


def test_no_household_is_numbered_above_its_village(visit: Open):
    for code in ("990101", "990101012"):
        tables = visit("monitoring", region=code, lang="en").dataframe
        assert not any("Household" in table.value for table in tables)
        assert not any(re.search(r"\d{16}", table.value.to_csv()) for table in tables)
    numbered = visit("monitoring", region=LEVELS["village"], lang="en").dataframe[1].value
    assert numbered["Household"].str.startswith(LEVELS["village"]).sum() > 10


def test_villages_that_are_silent_about_the_review_are_named(visit: Open, demo):
    snapshot, on = demo
    villages = children_of(snapshot, "990101012", REVIEWED, on, 0.0, "village")
    silent = villages.loc[villages["light"] == "grey", "name_en"].tolist()
    assert silent
    said = texts(visit("monitoring", region="990101012", lang="en"))
    assert all(name in said for name in silent)


def test_one_kind_of_cases_is_drawn_alone(visit: Open):
    one, whole = (
        [chart.proto.spec for chart in visit("monitoring", **params).get("plotly_chart")]
        for params in ({"kind": "脱贫不稳定户"}, {})
    )
    assert [at for at, (mine, other) in enumerate(zip(one, whole, strict=True)) if mine != other] == [2]


@pytest.mark.parametrize("params", [{"group": "nobody"}, {"check": "x"}, {"indicator": "income.month"}, {"kind": "户"}])
def test_a_choice_that_there_is_not_gets_a_plain_sentence(visit: Open, params):
    app = visit("monitoring", **params)
    assert not app.exception
    assert next(iter(params.values())) in app.warning[0].value
    assert app.metric


def test_an_early_day_shows_the_ledger_as_it_stood(visit: Open):
    app = visit("monitoring", on="2024-02-10", lang="en")
    assert not app.exception
    assert "as of 29 Feb 2024" in texts(app)
    before = visit("monitoring", on="2020-01-10", lang="en")
    assert not before.exception
    assert before.header


def test_without_a_ledger_the_page_says_what_to_hand_in(pages_on, engine, tmp_path):
    (tmp_path / "regions.csv").write_text("代码,名称,级别\n99,云岭县,县\n", "utf-8")
    (tmp_path / "own.toml").write_text(DICTIONARY.read_text("utf-8").replace('level = "village"', 'level = "county"'))
    (tmp_path / "figures.csv").write_text(
        "指标,行政区划代码,时期,分子,分母\nmonitoring.reviewed,99,2026-10,992,1000\n", "utf-8"
    )
    import_files(engine, [tmp_path], strict=True)
    pages_on(str(engine.url))
    app = AppTest.from_file(FRAME, default_timeout=30).run()
    app.switch_page("monitoring.py")
    app.query_params["lang"] = "en"
    app.run()
    assert not app.exception
    assert not app.error
    assert app.header[0].value == "No monitoring case has been handed in"


def test_a_ledger_of_one_case_in_a_lone_village_is_a_page(pages_on, engine, tmp_path):
    (tmp_path / "regions.csv").write_text("代码,名称,级别\n99,上村,村\n", "utf-8")
    (tmp_path / "homes.csv").write_text("户编号,村代码,户类型\nH1,99,监测对象\n", "utf-8")
    (tmp_path / "cases.csv").write_text("户编号,识别监测时间,消除监测时间\nH1,2026-03-02,\n", "utf-8")
    import_files(engine, [DICTIONARY, tmp_path], strict=True)
    pages_on(str(engine.url))
    app = AppTest.from_file(FRAME, default_timeout=30).run()
    app.switch_page("monitoring.py")
    app.query_params["lang"] = "en"
    app.run()
    assert not app.exception
    assert not app.error
    assert app.header[0].value == "1 household under monitoring; all past 30 days have a measure"
    assert date(2026, 3, 2).isoformat() not in texts(app)
