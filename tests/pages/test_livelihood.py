"""The Livelihood page on the demo county: whatever no other page shows."""

import json

import pytest

from data_access.indicators import children_of, dictionary, figures_of, newest_period
from data_access.snapshot import latest
from demo.livelihood import ASKED_THERE, HARDLY_ASKED, SLACKENED, UNSOLD
from pages.registry import PAGE_OF_GROUP, is_left_over, page_of
from tests.pages.conftest import Open, texts
from tests.pages.test_pages import CHINESE, LEVELS, OWN_NAME, figures

#: One of each form: a rate by week, a count with a plan, a sample of townships, a mean, a rate by month.
FORMS = (
    "environment.cleanup", "industry.unsold", "satisfaction.rate", "governance.team_days", "employment.posts",
)  # fmt: skip


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("indicator", FORMS)
def test_every_form_of_indicator_has_all_its_parts_at_every_level(visit: Open, indicator, level):
    app = visit("livelihood", region=LEVELS[level], indicator=indicator, lang="en")
    assert not app.exception
    assert not app.error
    assert not app.warning
    assert app.get("deck_gl_json_chart")
    # The map's legend, the ranking or the intervals, the line and the heatmap.
    assert len(app.get("plotly_chart")) == 4
    assert len(app.dataframe) == 1
    said = texts(app).replace(OWN_NAME, "")
    assert not CHINESE.search(said), CHINESE.search(said)


def test_the_groups_that_no_other_page_owns_are_the_choices(visit: Open, demo_engine):
    snapshot = latest(demo_engine)
    on = newest_period(snapshot)
    assert on
    known, entries = figures_of(snapshot, "990101", on, 0.5), dictionary(snapshot)
    app = visit("livelihood")
    pages = app.session_state["place"].pages
    reported = [entries[key] for key in known.loc[known["light"] != "grey", "indicator"]]
    expected = list(dict.fromkeys(entry.group_name for entry in reported if is_left_over(entry.group_id, pages)))
    assert app.button_group(key="group").options == expected
    assert {"就业", "产业", "人居环境", "满意度", "乡村治理"} <= set(expected)
    assert not {"攻坚任务", "收入", "三保障和饮水安全"} & set(expected)


def test_a_group_falls_to_livelihood_until_its_page_is_there():
    assert page_of("funds", {"livelihood", "income"}) == "livelihood"
    assert page_of("funds", {"livelihood", "projects"}) == "projects"
    assert page_of("toilets of our own", PAGE_OF_GROUP.values()) == "livelihood"


def test_choosing_a_group_opens_its_first_indicator(visit: Open):
    app = visit("livelihood", indicator="environment.cleanup", lang="en")
    app.button_group(key="group").set_value("industry").run()
    assert not app.exception
    assert app.query_params["indicator"] in ("industry.unsold", ["industry.unsold"])
    assert app.header[0].value.startswith("Unsold produce")


def test_an_unknown_indicator_gets_a_plain_sentence_and_a_page(visit: Open):
    app = visit("livelihood", indicator="environment.none")
    assert "environment.none" in app.warning[0].value
    assert app.metric


def test_where_it_goes_wrong_is_found_on_the_page(visit: Open, demo_engine):
    assert SLACKENED in visit("livelihood", indicator="environment.cleanup").header[0].value
    assert UNSOLD[0] in visit("livelihood", indicator="industry.unsold").header[0].value


def test_the_ranking_at_village_level_is_the_query(visit: Open, demo_engine):
    snapshot = latest(demo_engine)
    on = newest_period(snapshot)
    assert on
    expected = children_of(snapshot, "990101", "environment.cleanup", on, 0.5, "village")["code"].tolist()
    app = visit("livelihood", indicator="environment.cleanup", level="village")
    clicks = [trace["customdata"] for chart in figures(app) for trace in chart["data"] if "customdata" in trace]
    assert expected in clicks


def test_nine_answers_are_never_told_alone(visit: Open):
    county = visit("livelihood", indicator="satisfaction.rate", lang="en")
    cautions = [each.value for each in county.caption if "Fewer than 30" in each.value]
    assert len(cautions) == 1
    assert f"({ASKED_THERE})" in cautions[0]
    charts = json.dumps(figures(county))
    assert f"⚠ {ASKED_THERE} asked" in charts.encode().decode("unicode_escape")
    assert f"100 ({ASKED_THERE})" in charts
    own = visit("livelihood", indicator="satisfaction.rate", region="990101012", lang="en")
    assert f"100.0% ({ASKED_THERE} asked)" in own.header[0].value
    assert f"⚠ {ASKED_THERE} asked" in [caption.value for caption in own.caption]
    assert any(HARDLY_ASKED in caption.value for caption in visit("livelihood", indicator="satisfaction.rate").caption)


def test_a_village_is_told_whose_figures_it_sees(visit: Open):
    app = visit("livelihood", indicator="satisfaction.rate", region="990101012001", lang="en")
    assert "handed in by township" in app.info[0].value
    assert f"({ASKED_THERE} asked)" in app.header[0].value


def test_the_table_begins_with_the_farthest_behind(visit: Open):
    table = visit("livelihood", indicator="governance.training", region="990101002", lang="en").dataframe[0].value
    lights = [standing[0] for standing in table["Standing"]]
    assert lights == sorted(lights, key="■▲●○".index)
    assert lights[0] == "■"
    assert table["Place"].str.startswith("Shiling ").all()
