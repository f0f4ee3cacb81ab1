"""The Problems page at every level in both languages, and its totals against the ledger's rows counted one by one."""

import json
import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from data_access.imports import import_files
from data_access.schema import rectification, region
from demo.build import DICTIONARY
from tests.data_access.slow_problems import Problem, figures, is_fixed, is_overdue, is_relapsed, newest
from tests.pages.conftest import FRAME, Open, texts

COUNTY, TOWNSHIP, VILLAGE = "990101", "990101002", "990101002003"
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def ledger(engine, code=COUNTY, source=None):
    """The problems within a region, as the database has them."""
    with engine.connect() as connection:
        rows = connection.execute(
            select(rectification, region.c.township_code).join(region, region.c.code == rectification.c.region_code)
        ).all()
    inside = [row for row in rows if code in (COUNTY, row.region_code, row.township_code)]
    return [
        Problem(*(getattr(row, name) for name in Problem._fields)) for row in inside if source in (None, row.source)
    ]


def last_day(engine):
    return newest(ledger(engine))


def charts(app: AppTest) -> list[str]:
    return [chart.proto.spec for chart in app.get("plotly_chart")]


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("code", [COUNTY, TOWNSHIP, VILLAGE])
def test_the_page_shows_its_parts_at_every_level_in_both_languages(visit: Open, code, language):
    app = visit("rectification", region=code, lang=language)
    assert not app.exception
    assert not app.error
    assert not app.warning
    assert len(app.header) == 1
    assert len(app.metric) == 6
    assert app.get("deck_gl_json_chart"), "no map"
    assert len(app.get("plotly_chart")) >= 5
    assert len(app.dataframe) >= 2
    assert all(len(table.value.columns) <= 9 for table in app.dataframe)
    if language == "en":
        said = texts(app).replace("中文", "")
        assert not CHINESE.search(said), CHINESE.search(said)


@pytest.mark.parametrize("code", [COUNTY, TOWNSHIP])
def test_the_headline_and_the_cards_are_the_ledger(visit: Open, demo_engine, code):
    known, on = ledger(demo_engine, code), last_day(demo_engine)
    fixed, overdue, back = (sum(test(p, on) for p in known) for test in (is_fixed, is_overdue, is_relapsed))
    app = visit("rectification", region=code, lang="en")
    headline = app.header[0].value
    assert headline.startswith(f"{len(known)} problems found, {fixed / len(known) * 100:.1f}% fixed, {overdue} overdue")
    assert f"{back} came back" in headline
    assert app.metric[0].value == f"{len(known) - fixed} problems"
    said = texts(app)
    for part, whole, _plan in (row for row in figures(known, on).values() if row[1]):
        assert f"{part:.0f} / {whole:.0f}" in said or (part, whole) == figures(known, on)["problems.evidence"][:2]


def test_the_two_townships_far_behind_hold_what_is_overdue(visit: Open):
    headline = visit("rectification", lang="en").header[0].value
    assert "mostly in" in headline
    assert {"Shiling", "Qingtang"} == set(headline.split("mostly in ")[1].split(", "))


def test_the_ledger_is_listed_overdue_first_with_who_answers(visit: Open, demo_engine):
    on = last_day(demo_engine)
    late = sorted((on - p.deadline).days for p in ledger(demo_engine) if is_overdue(p, on))[::-1]
    table = visit("rectification", lang="en").dataframe[-1].value
    assert len(table) == 100
    assert table["Days late"].dropna().astype(int).tolist() == late
    assert table["Who answers"].str.len().min() > 4
    assert table["Deadline"].notna().all()


def test_source_and_state_are_chosen_by_the_address(visit: Open, demo_engine):
    on = last_day(demo_engine)
    table = visit("rectification", lang="en", source="市级督查", state="overdue").dataframe[-1].value
    assert len(table) == sum(is_overdue(p, on) for p in ledger(demo_engine, source="市级督查")) > 0
    assert table["Inspection and number"].str.startswith("市级督查 ").all()


def test_a_choice_with_nothing_in_it_says_so(visit: Open):
    app = visit("rectification", lang="en", source="县级自查", state="overdue")
    assert not app.exception
    assert "No problem of this inspection" in texts(app)


def test_an_unknown_choice_gets_a_sentence_and_a_page(visit: Open):
    app = visit("rectification", lang="en", source="nobody", by="moon", indicator="income.month")
    assert not app.exception
    assert len(app.warning) == 3
    assert len(app.metric) == 6


def test_problems_that_came_back_are_named(visit: Open, demo_engine):
    on = last_day(demo_engine)
    back = [p for p in ledger(demo_engine) if is_relapsed(p, on)]
    app = visit("rectification", lang="en")
    (table,) = (each.value for each in app.dataframe if "Came back on" in each.value.columns)
    assert sorted(table["Came back on"]) == sorted(p.relapsed_on for p in back)
    assert f"{len(back)} problems were found to be back" in texts(app)
    assert f"{sum(not is_fixed(p, on) for p in back)} not fixed again" in texts(app)


def test_the_league_has_every_township_and_the_county_itself(visit: Open):
    league = visit("rectification", lang="en").dataframe[0].value
    assert len(league) == 15
    assert league["Found"].sum() == 480
    ranks = league["Rank"].dropna().tolist()
    assert ranks == sorted(ranks)
    offices = visit("rectification", lang="en", by="office").dataframe[0].value
    assert offices["Found"].sum() == 480


@pytest.mark.parametrize("indicator", ["problems.open", "problems.overdue", "problems.evidence", "problems.relapsed"])
def test_another_indicator_is_chosen_for_the_map(visit: Open, indicator):
    app = visit("rectification", lang="en", indicator=indicator)
    assert not app.exception
    assert not app.warning
    assert app.selectbox(key="indicator").value == indicator


def test_the_burn_down_runs_on_to_the_last_deadline(visit: Open, demo_engine):
    spec = next(json.loads(text) for text in charts(visit("rectification", lang="en")) if "New or back" in text)
    (plan,) = (trace for trace in spec["data"] if trace.get("line", {}).get("dash"))
    last = max(p.deadline for p in ledger(demo_engine))
    assert str(plan["x"][-1])[:10] == (last - timedelta(days=last.weekday())).isoformat()
    with_dates = [date.fromisoformat(str(day)[:10]) for day in plan["x"]]
    assert with_dates == sorted(with_dates)


def test_the_cut_off_changes_what_is_known(visit: Open, demo_engine):
    sunday = date(2026, 4, 12)
    known = [p for p in ledger(demo_engine) if p.found_on <= sunday]
    app = visit("rectification", lang="en", on="2026-04-08")
    assert app.header[0].value.startswith(f"{len(known)} problems found")
    early = visit("rectification", lang="en", on="2025-10-01")
    assert early.header[0].value.startswith("No problem has been handed in up to 1 Oct 2025")
    assert not early.metric


def test_a_village_that_no_inspection_named_has_none(visit: Open, demo_engine):
    named = {p.region_code for p in ledger(demo_engine)}
    with demo_engine.connect() as connection:
        villages = set(connection.execute(select(region.c.code).where(region.c.level == "village")).scalars())
    app = visit("rectification", lang="en", region=min(villages - named))
    assert not app.exception
    assert "no inspection has found a problem" in app.header[0].value
    assert "none here" in texts(app)
    assert "not reported" not in app.metric[1].value


def test_without_a_ledger_the_page_says_what_to_do(pages_on, engine, tmp_path):
    (tmp_path / "regions.csv").write_text("代码,名称,级别\n99,云岭县,县\n", "utf-8")
    (tmp_path / "own.toml").write_text(DICTIONARY.read_text("utf-8").replace('level = "village"', 'level = "county"'))
    (tmp_path / "figures.csv").write_text(
        "指标,行政区划代码,时期,分子,分母\nguarantee.medical,99,2026-10,992,1000\n", "utf-8"
    )
    import_files(engine, [tmp_path], strict=True)
    pages_on(str(engine.url))
    app = AppTest.from_file(FRAME, default_timeout=30)
    app.query_params["lang"] = "en"
    app.run().switch_page("rectification.py").run()
    assert not app.exception
    assert app.header[0].value.startswith("No problem has been handed in")
