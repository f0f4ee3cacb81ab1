"""What a leader does, in a real Chromium: opens, drills down three ways, goes back, reloads, moves the day."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from data_access.database import open_engine
from data_access.imports import import_files
from tests.browser.conftest import Server

Visit = Callable[[str], Page]


def headline(page: Page) -> str:
    return page.locator("h2").first.inner_text()


def test_drill_by_ranking_then_back_and_reload(visit: Visit, settle):
    page = visit("/campaign")
    county = headline(page)
    assert "第 63/100 天" in county
    bar = page.locator(".js-plotly-plot", has_text="末位是").locator(".ytick").last
    box = bar.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] + 60, box["y"] + box["height"] / 2)
    expect(page).to_have_url(re.compile("region=990101"))
    expect(page.locator("h2").first).not_to_have_text(county)
    settle(page)
    township = headline(page)
    page.go_back()
    expect(page.locator("h2").first).to_have_text(county)
    page.go_forward()
    expect(page.locator("h2").first).to_have_text(township)
    page.reload()
    settle(page)
    expect(page.locator("h2").first).to_have_text(township)


def test_drill_by_map(slow_clock, visit: Visit):
    page = visit("/campaign")
    page.wait_for_timeout(3000)
    box = page.locator("[data-testid=stDeckGlJsonChart]").bounding_box()
    assert box
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*middle)
    page.mouse.move(middle[0] + 2, middle[1])
    card = page.locator(".deck-tooltip")
    shown = card.locator(".gt > div:visible")
    expect(shown).to_have_count(1, timeout=15_000)
    expect(shown).to_contain_text(re.compile("(落后|超前)计划"))
    page.mouse.click(*middle)
    expect(page).to_have_url(re.compile("region=990101"), timeout=15_000)


def test_drill_by_select_box(visit: Visit, settle):
    page = visit("/campaign")
    page.locator("[data-testid=stSelectbox] input").first.click()
    page.get_by_role("option", name="青塘镇").click()
    expect(page).to_have_url(re.compile("region=990101003"))
    settle(page)
    expect(page.locator("h2").first).to_contain_text("46.0%")


def test_the_page_links_keep_the_place(visit: Visit, settle):
    page = visit("/?region=990101003&lang=en")
    page.get_by_role("link", name="Village").click()
    expect(page).to_have_url(re.compile(r"/village\?.*region=990101003"))
    settle(page)
    expect(page.locator("h2").first).to_contain_text("Qingtang")


def test_move_the_day_and_play(visit: Visit, settle):
    page = visit("/campaign")
    thumb = page.get_by_role("slider").first
    thumb.focus()
    for _ in range(5):
        thumb.press("ArrowLeft")
    expect(page).to_have_url(re.compile("day=58"))
    settle(page)
    expect(page.locator(".js-plotly-plot", has_text="2026年11月24日")).to_have_count(1)
    page.get_by_role("button", name="▶").click()
    expect(page.locator(".js-plotly-plot", has_text="2026年11月29日")).to_have_count(1, timeout=30_000)
    expect(page.get_by_role("button", name="▶")).to_be_visible(timeout=15_000)


@pytest.mark.parametrize("path", ["/?region=nowhere", "/campaign?on=garbage", "/village?region=%3Cscript%3E"])
def test_a_bad_address_shows_a_sentence(visit: Visit, path):
    page = visit(path)
    expect(page.locator("[data-testid=stAlert]").first).to_be_visible()
    expect(page.locator("[data-testid=stException]")).to_have_count(0)


def test_an_open_page_follows_a_load(visit: Visit, server: Server, tmp_path: Path):
    page = visit("/campaign?region=990101003")
    before = headline(page)
    workbook = tmp_path / "百日任务.csv"
    workbook.write_text(
        "任务编号,行政区划代码,目标值,当前完成值,更新时间\n" + f"T01,990101003001,1000,1000,{date(2026, 11, 29)}\n",
        "utf-8",
    )
    engine = open_engine(server.database_url)
    reports = import_files(engine, [workbook], today=date(2026, 11, 29))
    engine.dispose()
    assert reports[0].taken == 1
    expect(page.locator("h2").first).not_to_have_text(before, timeout=15_000)


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080)])
@pytest.mark.parametrize(
    "path", ["/", "/campaign", "/income", "/guarantees?item=medical", "/village?region=990101002003"]
)
def test_nothing_is_wider_than_the_screen(visit: Visit, page: Page, path, width, height):
    page.set_viewport_size({"width": width, "height": height})
    visit(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
