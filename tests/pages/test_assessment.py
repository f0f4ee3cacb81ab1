"""The assessment page at every level in both languages, on the demo county."""

import json
import re

import pytest
from streamlit.testing.v1 import AppTest

from data_access.assessment import lights_of, scores_of
from data_access.imports import import_files
from data_access.indicators import newest_period
from data_access.peers import peers_of
from data_access.snapshot import Snapshot, latest
from data_access.trust import failed_checks
from demo.build import DICTIONARY
from tests.pages.conftest import FRAME, Open, texts
from tests.pages.test_pages import CHINESE, LEVELS, OWN_NAME

PEER = "990103"


@pytest.fixture
def snapshot(demo_engine) -> Snapshot:
    return latest(demo_engine)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("level", LEVELS)
def test_the_page_shows_its_parts_at_every_level_in_both_languages(visit: Open, level, language):
    app = visit("assessment", region=LEVELS[level], lang=language)
    assert not app.exception
    assert not app.error
    assert not app.warning
    assert len(app.header) == 1
    assert len(app.metric) == 6
    assert app.get("deck_gl_json_chart")
    # Legend, ranking, what is lost, what moved, the months; and the peers of the county.
    assert len(app.get("plotly_chart")) == (6 if level == "county" else 5)
    assert len(app.dataframe) >= 2
    assert all(len(table.value.columns) <= 9 for table in app.dataframe)
    if language == "en":
        said = texts(app).replace(OWN_NAME, "")
        assert not CHINESE.search(said), CHINESE.search(said)
    for chart in [*app.get("deck_gl_json_chart"), *app.get("plotly_chart")]:
        assert not re.search(r"https?://", getattr(chart.proto, "json", "") or chart.proto.spec)


@pytest.mark.parametrize("level", ["township", "village"])
def test_the_headline_and_the_league_are_the_query(visit: Open, snapshot: Snapshot, level):
    on = newest_period(snapshot)
    assert on
    scores = scores_of(snapshot, "990101", on, 0.5, level)
    app = visit("assessment", level=level, lang="en")
    headline = app.header[0].value
    first, last = scores.iloc[0], scores[scores["rank"].notna()].iloc[-1]
    assert f"{first['name_en']} leads with {first['score']:.1f}" in headline
    assert f"{last['name_en']} is last with {last['score']:.1f}" in headline
    league = app.dataframe[0].value
    assert league["Rank"].fillna(0).tolist() == scores["rank"].fillna(0).tolist()
    assert league["Score"].tolist() == pytest.approx(scores["score"].round(1).tolist())
    shares = league.loc[league["Rank"].duplicated(keep=False), ["Rank", "Score"]].drop_duplicates()
    assert not shares["Rank"].duplicated().any(), "who shares a rank shares the score that is shown"


def test_a_village_reads_its_rank_among_its_siblings_and_scores_as_in_the_county(visit: Open, snapshot: Snapshot):
    on = newest_period(snapshot)
    assert on
    county = scores_of(snapshot, "990101", on, 0.5, "village").set_index("code")
    siblings = scores_of(snapshot, "990101002", on, 0.5, "village").set_index("code")
    code = LEVELS["village"]
    headline = visit("assessment", region=code, lang="en").header[0].value
    assert f"{county.loc[code, 'score']:.1f} points" in headline
    assert f"no. {siblings.loc[code, 'rank']:.0f} of {len(siblings)} villages" in headline


def test_the_lights_are_the_query(visit: Open, snapshot: Snapshot):
    on = newest_period(snapshot)
    assert on
    lights = lights_of(snapshot, "990101", on, 0.5)
    shapes = {"green": "●", "amber": "▲", "red": "■", "grey": "○"}
    shown = visit("assessment", lang="en").metric
    assert [metric.label for metric in shown] == lights["light_name_en"].tolist()
    assert [metric.delta[0] for metric in shown] == [shapes[light] for light in lights["light"]]


def test_what_is_in_doubt_is_named_with_its_figures_and_marked_in_the_ranking(visit: Open, snapshot: Snapshot):
    on = newest_period(snapshot)
    assert on
    failed = failed_checks(snapshot, "990101", on, 0.5)
    doubts = failed[failed["check"] != "stale"]
    assert len(doubts)
    app = visit("assessment", lang="en")
    table = next(one.value for one in app.dataframe if "What was found" in one.value.columns)
    assert len(table) == min(len(failed), 100)
    for row in doubts.itertuples():
        assert table["Place"].str.endswith(row.name_en).any()
    ranking = next(c.proto.spec for c in app.get("plotly_chart") if "between first and last" in c.proto.spec)
    marked = {text for trace in json.loads(ranking)["data"] for text in trace.get("text") or [] if "※" in text}
    assert len(marked) == doubts["township_code"].nunique()


def test_the_county_stands_among_its_peers(visit: Open, snapshot: Snapshot):
    on = newest_period(snapshot)
    assert on
    peers = peers_of(snapshot, "990101", "assessment.published", on)
    own = peers.set_index("code").loc["990101"]
    app = visit("assessment", lang="en")
    assert any(f"no. {own['rank']:.0f} of 6" in sub.value for sub in app.subheader)


def test_peers_are_no_rooms_to_walk_through_but_one_can_come_back_from_them(visit: Open):
    def first_boxes(**params: str) -> list[list[str]]:
        return [box.options for box in visit("assessment", lang="en", **params).selectbox if box.key == "pick-0"]

    assert first_boxes() == []
    assert first_boxes(region=PEER) == [["Yunling County", "Songyang County"]]


def test_what_moved_follows_the_chosen_place(visit: Open):
    def told(app: AppTest, name: str) -> bool:
        return any(name in c.proto.spec and "points in a month" in c.proto.spec for c in app.get("plotly_chart"))

    app = visit("assessment", lang="en", moved="990101003")
    assert told(app, "Qingtang")
    app.selectbox(key="moved").set_value("990101005").run()
    assert told(app, "Baisha")
    app.selectbox(key="pick-1").set_value("990101003").run()
    assert not app.exception
    assert not app.warning, "a place chosen in the county is no choice in a township, and no fault"


@pytest.mark.parametrize("page", ["overview", "campaign", "income", "guarantees", "village", "assessment"])
def test_a_neighbour_of_which_only_its_score_is_known_is_no_error(visit: Open, page):
    app = visit(page, region=PEER)
    assert not app.exception
    assert not app.error
    assert app.header


def test_a_day_before_the_first_figure_says_so(visit: Open):
    app = visit("assessment", on="2015-01-01", lang="en")
    assert not app.exception
    assert "nothing has been reported" in app.header[0].value


def test_a_lone_county_is_scored_by_what_it_hands_in(pages_on, engine, tmp_path):
    (tmp_path / "regions.csv").write_text("代码,名称,级别\n99,云岭县,县\n", "utf-8")
    (tmp_path / "own.toml").write_text(DICTIONARY.read_text("utf-8").replace('level = "village"', 'level = "county"'))
    (tmp_path / "figures.csv").write_text(
        "指标,行政区划代码,时期,分子,分母\nguarantee.medical,99,2026-10,992,1000\n", "utf-8"
    )
    import_files(engine, [tmp_path], strict=True)
    pages_on(str(engine.url))
    app = AppTest.from_file(FRAME, default_timeout=30).run()
    app.switch_page("assessment.py").run()
    assert not app.exception
    assert not app.error
    # 99.2 % lies at three fifths between 98 and 100; the only item reported is too little to be ranked.
    assert "60.0" in app.header[0].value
