"""The projects page at every level in both languages, and that it says what the ledger says."""

import json
import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, select
from streamlit.testing.v1 import AppTest

from data_access.imports import import_files
from data_access.indicators import children_of, figures_of
from data_access.projects import gates_of, late_of, ledger_day, paid_ahead, projects_within
from data_access.schema import project, region
from data_access.snapshot import Snapshot, latest
from demo.build import DICTIONARY
from demo.projects import AHEAD_TOWNSHIP, LAST_DAY, LIBRARY, LIBRARY_TOWNSHIP, PAID_TOWNSHIP, UNPAID_TOWNSHIP
from tests.pages.conftest import FRAME, Open, texts

ON = date(2026, 11, 29)
LEVELS = {"county": "990101", "township": "990101002", "village": "990101002003"}
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def snapshot(demo_engine: Engine) -> Snapshot:
    return latest(demo_engine)


def charts(app: AppTest) -> str:
    return json.dumps([json.loads(chart.proto.spec) for chart in app.get("plotly_chart")], ensure_ascii=False)


def titles(app: AppTest) -> list[str]:
    """What each chart writes beside its marks, its lines put together."""
    specs = [json.loads(chart.proto.spec)["layout"] for chart in app.get("plotly_chart")]
    written = [" ".join(each["text"] for each in layout.get("annotations", ())) for layout in specs]
    return [" ".join(re.sub(r"<[^>]+>", " ", text).split()) for text in written]


def figure(snapshot: Snapshot, indicator: str, code: str = "990101") -> Any:
    rows = figures_of(snapshot, code, ON, 0.5)
    return next(rows[rows["indicator"] == indicator].itertuples())


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("shape", ["areas", "points"])
def test_it_shows_its_parts_at_every_level_in_both_languages(visit: Open, level, language, shape):
    app = visit("projects", region=LEVELS[level], lang=language, map=shape)
    assert not app.exception
    assert not app.error
    assert not app.warning
    assert len(app.header) == 1
    assert app.get("deck_gl_json_chart"), "no map"
    assert len(app.get("plotly_chart")) >= 8
    assert len(app.metric) == 6
    if language == "en":
        said = texts(app).replace("中文", "")
        assert not CHINESE.search(said), CHINESE.search(said)


def test_the_headline_and_the_cards_are_the_ledgers(visit: Open, snapshot):
    app = visit("projects", lang="en")
    paid, late = figure(snapshot, "funds.paid"), figure(snapshot, "projects.late")
    last = children_of(snapshot, "990101", "funds.paid", ON, 0.5).iloc[-1]
    headline = app.header[0].value
    assert f"{paid.value:.1f}%, {-paid.gap:.1f} pts behind plan" in headline
    assert f"lowest in {last['name_en']} ({last['value']:.1f}%)" in headline
    assert headline.endswith(f"; {late.numerator:.0f} projects are late")
    finished = figure(snapshot, "projects.finished")
    said = texts(app)
    assert f"{finished.numerator:.0f} / {finished.denominator:.0f}" in said
    reserve = projects_within(snapshot, "990101", LAST_DAY)["year"].gt(2026).sum()
    assert f"{reserve} projects" in [metric.value for metric in app.metric]


def test_every_rate_has_its_base(visit: Open):
    app = visit("projects", lang="en")
    with_rate = [metric.value for metric in app.metric if metric.value.endswith("%")]
    bases = [caption.value for caption in app.caption if re.match(r"[\d.,]+ / [\d.,]+", caption.value)]
    assert len(with_rate) == 4
    # The fourth is a forecast of the first, and says what is paid now.
    assert len(bases) == 3


def test_the_late_stand_in_the_chart_and_in_the_table_in_one_order(visit: Open, snapshot):
    late = late_of(projects_within(snapshot, "990101002", LAST_DAY), LAST_DAY)
    app = visit("projects", region="990101002", lang="en")
    table = app.dataframe[-1].value
    assert table["Project"].head(len(late)).tolist() == late["name"].tolist()
    assert table["Days late"].head(len(late)).tolist() == late["late_days"].tolist()
    assert all(name in charts(app) for name in late["name"])
    gates = gates_of(snapshot, "990101002", LAST_DAY, 30)
    assert gates["missing_papers"].dropna().iloc[0] in charts(app)


def test_all_projects_are_points_where_their_states_say(visit: Open, snapshot):
    app = visit("projects", map="points", lang="en")
    deck = json.loads(app.get("deck_gl_json_chart")[0].proto.json)
    drawn = {layer["id"]: len(layer["data"]) for layer in deck["layers"] if layer["id"].startswith("projects-")}
    rows = projects_within(snapshot, "990101", LAST_DAY)
    own = rows[rows["year"] == 2026]
    late = int((rows["late_days"] > 0).sum())
    assert drawn["projects-late"] == late
    assert drawn["projects-reserve"] == (rows["year"] > 2026).sum()
    assert drawn["projects-done"] == own["finished_on"].notna().sum()


@pytest.mark.parametrize("indicator", ["projects.late", "projects.accepted", "projects.households", "funds.disbursed"])
def test_the_map_shows_what_is_chosen(visit: Open, snapshot, indicator):
    app = visit("projects", indicator=indicator, lang="en")
    assert not app.exception
    first = children_of(snapshot, "990101", indicator, ON, 0.5).iloc[0]
    assert any(f"in {first['name_en']} to" in title for title in titles(app))


def test_a_village_without_projects_says_so_in_words(visit: Open, demo_engine):
    with demo_engine.connect() as connection:
        with_one = select(project.c.region_code)
        bare = select(region.c.code).where(region.c.level == "village", region.c.code.not_in(with_one))
        code = connection.execute(bare).scalars().first()
    assert code
    app = visit("projects", region=code, lang="en")
    assert not app.exception
    assert re.fullmatch("[A-Z][a-z']+ has no project of 2026", app.header[0].value)
    assert len(app.metric) == 6


def test_days_of_other_years_show_those_years(visit: Open):
    before = visit("projects", on="2024-12-31", lang="en")
    assert before.header[0].value.startswith("No project has been handed in")
    assert not before.metric
    first = visit("projects", on="2025-06-15", lang="en")
    assert not first.exception
    assert "2025" in charts(first)
    january = visit("projects", on="2026-01-10", lang="en")
    assert not january.exception
    assert "Project funds paid 0.0%" in january.header[0].value


def test_a_lone_county_that_hands_in_totals_is_told_what_is_needed(pages_on, engine, tmp_path):
    (tmp_path / "regions.csv").write_text("代码,名称,级别\n99,云岭县,县\n", "utf-8")
    own = DICTIONARY.read_text("utf-8").replace('level = "any"', 'level = "county"')
    (tmp_path / "own.toml").write_text(own, "utf-8")
    figures = "指标,行政区划代码,时期,分子,分母\nfunds.paid,99,2026-10,992,1000\n"
    (tmp_path / "figures.csv").write_text(figures, "utf-8")
    import_files(engine, [tmp_path], strict=True)
    pages_on(str(engine.url))
    app = AppTest.from_file(FRAME, default_timeout=30)
    app.query_params["lang"] = "en"
    app.run()
    app.switch_page("projects.py").run()
    assert not app.exception
    assert app.header[0].value.startswith("No project has been handed in for")


def test_nothing_on_it_points_outside(visit: Open):
    app = visit("projects", map="points")
    for chart in [*app.get("deck_gl_json_chart"), *app.get("plotly_chart")]:
        assert not re.search(r"https?://", getattr(chart.proto, "json", "") or chart.proto.spec)


def test_the_stories_of_the_demo_can_be_found(visit: Open, snapshot):
    day = ledger_day(snapshot, ON)
    assert day == LAST_DAY
    rows = projects_within(snapshot, "990101", LAST_DAY)
    assert (rows["township"] == LIBRARY_TOWNSHIP).sum() == LIBRARY
    ahead = paid_ahead(rows, 2026, 20)
    assert ahead.loc[0, "township"] == AHEAD_TOWNSHIP
    assert ahead.loc[0, "ahead"] > 50
    app = visit("projects")
    shown = charts(app)
    assert re.search(f"{PAID_TOWNSHIP}.*{UNPAID_TOWNSHIP}", shown)
    assert ahead.loc[0, "name"] in app.dataframe[0].value.iloc[0].tolist()
