"""An indicator added by a dictionary entry and a workbook alone has its map, trend, ranking, heatmap and export."""

import io
import json
import random
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pytest
import python_calamine
import streamlit as st
from sqlalchemy import Engine, select
from streamlit.testing.v1 import AppTest

from data_access.database import open_engine
from data_access.imports import import_files
from data_access.schema import region
from tests.conftest import url_of
from tests.data_access.imports.conftest import Rows, write_workbook
from tests.pages.conftest import FRAME, texts

COUNTY = "990101"


class Own(NamedTuple):
    """One added indicator, with every figure that was handed in: (code, period) → (numerator, denominator)."""

    id: str
    name: str
    level: str
    frequency: str
    periods: tuple[date, ...]
    is_count: bool
    target: float | None
    is_down: bool
    is_sample: bool
    figures: dict[tuple[str, date], tuple[float, float | None]]


def _weeks(last: date, count: int) -> tuple[date, ...]:
    return tuple(last - timedelta(weeks=n) for n in range(count - 1, -1, -1))


KINDS: dict[str, tuple[str, str, tuple[date, ...], bool, float | None, bool, bool]] = {
    "lamps": ("village", "week", _weeks(date(2026, 11, 23), 5), False, 100.0, False, False),
    "wells": ("village", "year", (date(2025, 1, 1), date(2026, 1, 1)), True, None, False, False),
    "quarrels": ("village", "month", (date(2026, 9, 1), date(2026, 10, 1)), True, 0.0, True, False),
    "trust": ("township", "quarter", (date(2026, 4, 1), date(2026, 7, 1)), False, 90.0, False, True),
}
SMALL = 12


def _invented(key: str, codes: dict[str, list[str]]) -> Own:
    level, frequency, periods, is_count, target, is_down, is_sample = KINDS[key]
    dice = random.Random(key)
    figures: dict[tuple[str, date], tuple[float, float | None]] = {}
    for code in codes[level]:
        for period in periods:
            if dice.random() < 0.03:
                continue  # never handed in
            base = float(dice.randint(SMALL, 60))
            figures[code, period] = (
                (float(dice.randint(0, 9)), None) if is_count else (dice.randint(0, int(base)), base)
            )
    return Own(f"own.{key}", key.title(), level, frequency, periods, is_count, target, is_down, is_sample, figures)


def _entry(own: Own) -> str:
    lines = [
        "[[indicator]]",
        f'id = "{own.id}"\ngroup = "own"\nname = "{own.name}"\nname_en = "{own.name}"',
        'numerator = "done"\nnumerator_en = "done"\nnumerator_unit = "piece"\nnumerator_unit_en = "pieces"',
        "" if own.is_count else 'denominator = "of all"\ndenominator_en = "of all"',
        'unit = "pcs"\nunit_en = "pcs"\nfactor = 1\ndecimals = 0' if own.is_count else "",
        "" if own.is_count else 'unit = "%"\nunit_en = "%"\nfactor = 100\ndecimals = 1',
        f'direction = "{"down" if own.is_down else "up"}"\nfrequency = "{own.frequency}"\nlevel = "{own.level}"',
        f"is_sample = {str(own.is_sample).lower()}",
        'formula = "own"\nformula_en = "own formula"\nsource = "own"\nsource_en = "own source"\namber_points = 10',
    ]
    if own.target is not None:
        lines.append(f'[[indicator.target]]\nlevel = "all"\nsince = 2023-01-01\ntarget = {own.target}')
    return "\n".join(lines) + "\n"


class World(NamedTuple):
    """The county's tree, and what was added to it."""

    parents: dict[str, str]
    levels: dict[str, str]
    names: dict[str, str]
    added: dict[str, Own]
    url: str

    def is_within(self, code: str, above: str) -> bool:
        return code == above or (code in self.parents and self.is_within(self.parents[code], above))

    def sums(self, own: Own, code: str, period: date) -> tuple[float, float | None] | None:
        """What was handed in within a region, added up; None where nothing was."""
        rows = [row for (unit, day), row in own.figures.items() if day == period and self.is_within(unit, code)]
        if not rows:
            return None
        return sum(row[0] for row in rows), None if own.is_count else sum(row[1] or 0.0 for row in rows)

    def value(self, own: Own, code: str, period: date) -> float | None:
        found = self.sums(own, code, period)
        return None if found is None else found[0] if found[1] is None else found[0] / found[1] * 100

    def at(self, level: str) -> list[str]:
        return [code for code, its in self.levels.items() if its == level]

    def worst_first(self, own: Own, level: str) -> list[str]:
        """The units of a level by their value, those that handed nothing in at the end."""
        worst = 1 if own.is_down else -1
        values = {code: self.value(own, code, own.periods[-1]) for code in self.at(level)}
        known = sorted((code for code in values if values[code] is not None), key=lambda code: -worst * values[code])  # type: ignore[operator]
        return [*known, *(code for code in values if values[code] is None)]


@pytest.fixture(scope="module")
def world(demo_database: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    """The demo county with four indicators more, through the importer."""
    folder = tmp_path_factory.mktemp("own")
    engine: Engine = open_engine(url_of(Path(shutil.copy(demo_database, folder / "own.sqlite"))))
    with engine.connect() as connection:
        rows = connection.execute(select(region).order_by(region.c.position)).all()
    levels = {row.code: row.level for row in rows}
    codes = {level: [code for code, its in levels.items() if its == level] for level in ("township", "village")}
    added = {key: _invented(key, codes) for key in KINDS}
    group = '[[group]]\nid = "own"\nname = "Own"\nname_en = "Own group"\n'
    (folder / "own.toml").write_text(group + "\n".join(map(_entry, added.values())), "utf-8")
    header = ["指标", "行政区划代码", "时期", "分子", "分母"]
    sheets: dict[str, Rows] = {
        key: [
            header,
            *(
                [own.id, code, str(period), done, "" if base is None else base]
                for (code, period), (done, base) in own.figures.items()
            ),
        ]
        for key, own in added.items()
    }
    workbook = write_workbook(folder / "own.xlsx", sheets)
    reports = import_files(engine, [folder / "own.toml", workbook], language="en")
    assert all(report.is_whole for report in reports), [report.kinds for report in reports]
    engine.dispose()
    parents = {row.code: row.parent_code for row in rows if row.parent_code}
    return World(parents, levels, {row.code: row.name_en for row in rows}, added, str(url_of(folder / "own.sqlite")))


@pytest.fixture
def exported(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The workbooks that the page's buttons would hand out."""
    kept: list[bytes] = []
    monkeypatch.setattr(st, "download_button", lambda _label, data, *_args, **_more: kept.append(data()))
    return kept


def opened(page: str, **params: str) -> AppTest:
    app = AppTest.from_file(FRAME, default_timeout=60)
    app.query_params["lang"] = "en"
    app.run()
    app.switch_page(f"{page}.py")
    for name, value in params.items():
        app.query_params[name] = value
    app.query_params["lang"] = "en"
    app.run()
    assert not app.exception
    assert not app.warning
    return app


def charts(app: AppTest) -> list[dict[str, Any]]:
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


def traces(app: AppTest) -> list[dict[str, Any]]:
    return [trace for chart in charts(app) for trace in chart["data"]]


@pytest.mark.parametrize("key", KINDS)
def test_the_page_shows_an_added_indicator_in_every_form(world: World, pages_on, exported, key: str):
    own = world.added[key]
    last = own.periods[-1]
    pages_on(world.url)
    app = opened("livelihood", indicator=own.id)

    county = world.sums(own, COUNTY, last)
    value = world.value(own, COUNTY, last)
    assert county is not None
    assert value is not None
    said = f"{value:,.1f}%" if not own.is_count else f"{value:,.0f} pcs"
    assert app.header[0].value.startswith(f"{own.name} {said}")
    assert own.name in [metric.label for metric in app.metric]
    if own.is_sample:
        assert f"({county[1]:,.0f} asked)" in app.header[0].value
        assert "95 % interval" in [metric.label for metric in app.metric]

    townships = world.worst_first(own, "township")
    deck = app.get("deck_gl_json_chart")[0].proto.json
    assert all(code in deck for code in townships)
    clicks = [trace["customdata"] for trace in traces(app) if "customdata" in trace]
    best_first = [code for code in reversed(townships) if world.value(own, code, last) is not None]
    ranked = [codes for codes in clicks if set(codes) == set(townships) and len(codes) == len(townships)]
    values = [[world.value(own, code, last) for code in codes if code in best_first] for codes in ranked]
    assert values == [[world.value(own, code, last) for code in best_first]]
    cells = [codes for codes in clicks if len(codes) == len(townships) * len(own.periods)]
    assert cells, "no heatmap of townships by period"

    line = [world.value(own, COUNTY, period) for period in own.periods]
    assert any(trace.get("y") == pytest.approx(line) for trace in traces(app) if len(trace.get("y", ())) == len(line))

    assert "own formula" in texts(app)
    (workbook,) = exported
    rows = python_calamine.load_workbook(io.BytesIO(workbook)).get_sheet_by_index(0).to_python()
    table = pd.DataFrame(rows[1:], columns=rows[0])
    check_export(world, own, table)


def check_export(world: World, own: Own, table: pd.DataFrame) -> None:
    """Compare every row of the workbook with what was handed in for its place."""
    last, unit = own.periods[-1], "pcs" if own.is_count else "%"
    names = {
        f"{world.names[world.parents[code]]} {world.names[code]}" if own.level == "village" else world.names[code]: code
        for code in world.at(own.level)
    }
    assert sorted(table["Place"]) == sorted(names)
    values = [world.value(own, names[place], last) for place in table["Place"]]
    assert [None if each == "" else each for each in table[f"{own.name}, {unit}"]] == [
        None if each is None else pytest.approx(each, abs=0.051) for each in values
    ]
    known = [each for each in values if each is not None]
    assert known == sorted(known, reverse=own.is_down)
    assert None not in values[: len(known)]
    for place, row in zip(table["Place"], table.to_dict("records"), strict=True):
        found = own.figures.get((names[place], last))
        if own.is_count:
            continue
        assert (row["done"], row["of all"]) == (found or ("", "")), place
        if own.target is not None and found and found[1]:
            gap = found[0] / found[1] * 100 - own.target
            assert row["Ahead (+) or behind (-), points"] == pytest.approx(gap, abs=0.051)
        if own.is_sample and found and found[1]:
            assert row["95 % interval, from"] < found[0] / found[1] * 100 + 0.05
            assert row["to"] > found[0] / found[1] * 100 - 0.05


@pytest.mark.parametrize("key", KINDS)
def test_it_is_there_in_its_villages_and_townships_too(world: World, pages_on, key: str):
    own = world.added[key]
    pages_on(world.url)
    unit = next(code for code in world.at(own.level) if (code, own.periods[-1]) in own.figures)
    app = opened("livelihood", indicator=own.id, region=unit)
    value = world.value(own, unit, own.periods[-1])
    assert app.header[0].value.startswith(
        f"{own.name} {value:,.1f}%" if not own.is_count else f"{own.name} {value:,.0f} pcs"
    )
    assert app.get("deck_gl_json_chart")
    village = opened("village", region=unit)
    assert own.name in [metric.label for metric in village.metric]
    assert "**Own group**" in [element.value for element in village.markdown]


def test_the_overview_names_what_is_far_behind(world: World, pages_on):
    pages_on(world.url)
    app = opened("overview")
    assert any("Quarrels" in button.label or "Lamps" in button.label for button in app.button)
    assert {"Quarrels", "Lamps", "Trust", "Wells"} & {metric.label for metric in app.metric}


def test_a_village_shows_what_its_township_was_asked(world: World, pages_on):
    pages_on(world.url)
    app = opened("livelihood", indicator="own.trust", region="990101002003")
    assert "handed in by township" in app.info[0].value
    assert world.names["990101002"] in app.info[0].value
