"""The real files beside the repository, end to end: through the importer into sums, shapes and pages."""

import json
import math
import re
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pydeck as pdk
import pytest
import shapely
from sqlalchemy import Engine, select
from streamlit.testing.v1 import AppTest

from charts.camera import pixel_of
from data_access.database import migrate, open_engine
from data_access.imports import Report, import_files
from data_access.regions import geometry_version
from data_access.schema import observation
from data_access.snapshot import latest
from data_access.writing import frame
from tests.conftest import url_of
from tests.pages.conftest import FRAME, pages_on, texts  # noqa: F401 - pages_on is a fixture
from tests.servers import serving

# In one worker, so that each database is built once.
pytestmark = pytest.mark.xdist_group("real")

#: The Aceh code's digits up to each level: 2+2+2+4.
LEVELS = {"province": 2, "county": 4, "township": 6, "village": 10}
LEVEL_NAMES = {"province": "省", "county": "县", "township": "乡镇", "village": "村"}
NAME_COLUMNS = {"province": "province", "county": "regency", "township": "district", "village": "village"}
GROUPS = {
    "idm": ("村庄发展指数", "Village index"),
    "social": ("社会韧性", "Social resilience"),
    "economic": ("经济韧性", "Economic resilience"),
    "ecological": ("生态韧性", "Ecological resilience"),
}
#: The last column of the file's social and of its economic scores; each has its index too.
LAST_SOCIAL, LAST_ECONOMIC = "Skor Air Mandi & Cuci", "Skor Kualitas Jalan"
INDEX_GROUPS = {"idm_score": "idm", "IKS": "social", "IKE": "economic", "IKL": "ecological"}

FILES = ("行政区划.csv", "指标字典.toml", "指标.csv")


class Loaded(NamedTuple):
    """A database, where it lies, and what the importer said of the files that went into it."""

    engine: Engine
    url: str
    reports: list[Report]


Visit = Callable[..., AppTest]


@pytest.fixture(scope="module")
def index(real: Path) -> pd.DataFrame:
    """The Aceh index: one row per village and year."""
    table = pd.read_csv(real / "village_index_aceh.csv", dtype={"village_code": str})
    assert len(table) == 382 * 4
    return table


def indicator_columns(index: pd.DataFrame) -> dict[str, str]:
    """Return the group of each of the file's indicators by its column."""
    scores = [name for name in index.columns if name.startswith("Skor ")]
    social, economic = scores.index(LAST_SOCIAL), scores.index(LAST_ECONOMIC)
    by_place = [
        "social" if at <= social else "economic" if at <= economic else "ecological" for at in range(len(scores))
    ]
    return INDEX_GROUPS | dict(zip(scores, by_place, strict=True))


def indicator_id(column: str) -> str:
    return re.sub(r"\W+", "_", column).lower()


def regions_of_aceh(index: pd.DataFrame) -> pd.DataFrame:
    """Return the workbook 行政区划 of the file's regions, each by the newest name it has."""
    newest = index.sort_values("year").drop_duplicates("village_code", keep="last").sort_values("village_code")
    parts, above = [], None
    for level, digits in LEVELS.items():
        code = newest["village_code"].str[:digits]
        parent = newest["village_code"].str[:above] if above else ""
        own = pd.DataFrame({"代码": code, "名称": newest[NAME_COLUMNS[level]], "上级代码": parent})
        parts.append(own.drop_duplicates("代码").assign(级别=LEVEL_NAMES[level]))
        above = digits
    return pd.concat(parts)


def dictionary_of(groups: dict[str, tuple[str, str]], indicators: list[dict[str, Any]]) -> str:
    """Return a dictionary in TOML; its strings and numbers are written as in JSON."""
    named = [{"id": id_, "name": name, "name_en": name_en} for id_, (name, name_en) in groups.items()]
    entries = [("group", entry) for entry in named] + [("indicator", entry) for entry in indicators]
    return "\n".join(
        f"[[{kind}]]\n" + "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in entry.items())
        for kind, entry in entries
    )


def score_entry(column: str, group: str) -> dict[str, Any]:
    """Return a score of villages as an indicator: at every wider level its mean over the villages."""
    is_index = column in INDEX_GROUPS
    return {
        "id": indicator_id(column),
        "group": group,
        "name": column,
        "name_en": column,
        "numerator": "各村得分之和",
        "numerator_en": "sum of the villages' scores",
        "numerator_unit": "分",
        "numerator_unit_en": "points",
        "denominator": "村数",
        "denominator_en": "villages",
        "unit": "" if is_index else "分",
        "unit_en": "" if is_index else "points",
        "factor": 1,
        "decimals": 3 if is_index else 2,
        "direction": "up",
        "frequency": "year",
        "level": "village",
        "formula": "各村得分之和 ÷ 村数",
        "formula_en": "Sum of the villages' scores / villages",
        "source": "印度尼西亚村庄发展指数（IDM）",
        "source_en": "Indonesian village index (IDM)",
    }


def figures_of_aceh(index: pd.DataFrame) -> pd.DataFrame:
    """Return the workbook 指标 in long form; what the index must reach for the next status is its plan."""
    columns = list(indicator_columns(index))
    long = index.melt(["village_code", "year", "min_score"], columns, "指标", "分子")
    long["计划"] = long["min_score"].where(long["指标"] == "idm_score")
    long = long.assign(指标=long["指标"].map(indicator_id), 分母=1)
    return long.rename(columns={"village_code": "行政区划代码", "year": "时期"}).drop(columns="min_score")


def loaded(folder: Path, *files: Path) -> Iterator[Loaded]:
    url = url_of(folder / "guatu.sqlite")
    engine = open_engine(url)
    migrate(engine)
    yield Loaded(engine, url, import_files(engine, files, language="en"))
    engine.dispose()


@pytest.fixture(scope="module")
def aceh(index: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    """The Aceh index as a county's offices would hand it in."""
    folder = tmp_path_factory.mktemp("aceh")
    files = regions, entries, figures = [folder / name for name in FILES]
    regions_of_aceh(index).to_csv(regions, index=False, encoding="gb18030")
    scores = [score_entry(column, group) for column, group in indicator_columns(index).items()]
    entries.write_text(dictionary_of(GROUPS, scores), encoding="utf-8")
    figures_of_aceh(index).to_csv(figures, index=False, encoding="utf-8-sig")
    yield from loaded(folder, *files)


@pytest.fixture(scope="module")
def communes(real: Path) -> dict[str, dict[str, Any]]:
    """The features of the Provence file by code."""
    collection = json.loads((real / "communes_provence.geojson").read_text("utf-8"))
    found = {feature["properties"]["code"]: feature for feature in collection["features"]}
    assert len(found) == 947
    return found


@pytest.fixture(scope="module")
def provence(real: Path, communes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    """The communes under one region, their boundaries as the file is, and their areas as the one indicator."""
    folder = tmp_path_factory.mktemp("provence")
    files = regions, entries, figures = [folder / name for name in FILES]
    rows = [("93", "Provence-Alpes-Côte d'Azur", "省", "")]
    rows += [(code, feature["properties"]["nom"], "村", "93") for code, feature in communes.items()]
    pd.DataFrame(rows, columns=["代码", "名称", "级别", "上级代码"]).to_csv(regions, index=False)
    area = score_entry("area", "land") | {
        "name": "面积",
        "name_en": "Area",
        "unit": "km²",
        "unit_en": "km²",
        "decimals": 1,
    }
    del area["denominator"], area["denominator_en"]
    entries.write_text(dictionary_of({"land": ("土地", "Land")}, [area]), encoding="utf-8")
    reported = list(communes)[10:]  # ten communes stay silent
    sizes = [(code, "面积", 2018, round(km2(geometry_of(communes[code])), 3)) for code in reported]
    pd.DataFrame(sizes, columns=["行政区划代码", "指标", "时期", "分子"]).to_csv(figures, index=False)
    yield from loaded(folder, *files, real / "communes_provence.geojson")


def geometry_of(feature: dict[str, Any]) -> shapely.Geometry:
    return shapely.from_geojson(json.dumps(feature["geometry"]))


def km2(shape: shapely.Geometry) -> float:
    return float(shape.area * 111.32**2 * math.cos(math.radians(shape.centroid.y)))


@pytest.fixture
def visit(pages_on) -> Visit:  # noqa: F811
    """A function that runs a page of a loaded database with query parameters."""

    def run(source: Loaded, page: str, **params: str) -> AppTest:
        pages_on(source.url)
        pages = AppTest.from_file(FRAME, default_timeout=60)
        if page != "overview":
            pages.run()
            pages.switch_page(f"{page}.py")
        for name, value in params.items():
            pages.query_params[name] = value
        return pages.run()

    return run


def ranked(pages: AppTest) -> tuple[str, list[str]]:
    """Return what the page's ranking says, and the codes of its rows from the first to the last."""
    for chart in pages.get("plotly_chart"):
        *_, rows = json.loads(chart.proto.spec)["data"]
        if rows.get("orientation") == "h" and "customdata" in rows:
            return json.dumps(json.loads(chart.proto.spec)["layout"], ensure_ascii=False), rows["customdata"]
    raise AssertionError("no ranking")


def test_every_village_and_every_score_of_aceh_goes_in(aceh, index):
    assert [report.path.name for report in aceh.reports] == ["指标字典.toml", "行政区划.csv", "指标.csv"]
    assert all(report.is_whole for report in aceh.reports), [report.problems for report in aceh.reports]
    indicators = len(indicator_columns(index))
    assert indicators == 54
    regions = sum(index["village_code"].str[:digits].nunique() for digits in LEVELS.values())
    assert [report.taken for report in aceh.reports] == [len(GROUPS) + indicators, regions, len(index) * indicators]
    assert [report.changed for report in aceh.reports] == [report.read for report in aceh.reports]


def test_the_sums_of_aceh_at_every_level_are_those_of_the_file(aceh, index):
    columns = list(indicator_columns(index))
    long = index.melt(["village_code", "year", "min_score"], columns, "column", "score")
    long["plan"] = long["min_score"].where(long["column"] == "idm_score")
    key = ["region_code", "indicator", "period"]
    parts = []
    for digits in LEVELS.values():
        groups = long.groupby([long["village_code"].str[:digits], "column", "year"])
        sums = groups.agg(numerator=("score", "sum"), denominator=("score", "count"), reports=("score", "count"))
        parts.append(sums.assign(plan=groups["plan"].sum(min_count=1)).rename_axis(key).reset_index())
    expected = pd.concat(parts)
    expected["indicator"] = expected["indicator"].map(indicator_id)
    with aceh.engine.connect() as connection:
        stored = frame(connection, select(observation))
    stored["period"] = [period.year for period in stored["period"]]
    expected, stored = (table.set_index(key).sort_index() for table in (expected, stored))
    assert len(stored) == 423 * 54 * 4
    pd.testing.assert_frame_equal(stored[expected.columns], expected, check_dtype=False, check_index_type=False)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("code", ["1107", "110706", "1107062003"], ids=["county", "township", "village"])
@pytest.mark.parametrize("page", ["overview", "village"])
def test_aceh_shows_at_every_level_in_both_languages(aceh, index, visit, page, code, language):
    pages = visit(aceh, page, region=code, lang=language)
    assert not pages.exception
    assert not pages.error
    assert not pages.warning
    newest = index[index["year"] == 2024]
    own = newest[newest["village_code"].str.startswith(code)]
    name = own.iloc[0][next(NAME_COLUMNS[level] for level, digits in LEVELS.items() if digits == len(code))]
    (header,) = pages.header
    assert name in header.value
    assert bool(re.search("[\u4e00-\u9fff]", texts(pages).replace("中文", ""))) == (language == "zh_CN")
    assert f"{own['idm_score'].mean():.3f}" in [metric.value for metric in pages.metric]
    assert not pages.get("deck_gl_json_chart")
    (no_map,) = pages.info
    # A village is shown among its siblings.
    around = code[:6]
    level, digits = ("township", 6) if len(around) == 4 else ("village", 10)
    where = newest[newest["village_code"].str.startswith(around)]
    assert where.iloc[0]["regency" if level == "township" else "district"] in no_map.value
    best_first = where.groupby(where["village_code"].str[:digits])["idm_score"].mean().round(9)
    words, rows = ranked(pages)
    assert rows == best_first.sort_values(ascending=False, kind="stable").index.tolist()
    assert ("计划" if language == "zh_CN" else "Plan") in words


def test_a_score_without_a_plan_is_ranked_without_one(aceh, index, visit):
    pages = visit(aceh, "overview", region="1107", indicator="skor_dokter")
    assert not pages.exception
    newest = index[(index["year"] == 2024) & index["village_code"].str.startswith("1107")]
    best_first = newest.groupby(newest["village_code"].str[:6])["Skor Dokter"].mean().round(9)
    words, rows = ranked(pages)
    assert rows == best_first.sort_values(ascending=False, kind="stable").index.tolist()
    assert "计划" not in words


def test_the_boundaries_of_provence_go_in_and_out_with_their_shared_borders(provence, communes):
    assert all(report.is_whole for report in provence.reports), [report.problems for report in provence.reports]
    assert {part.kind: part.taken for report in provence.reports for part in report.kinds} == {
        "dictionary": 2,
        "regions": 948,
        "boundaries": 947,
        "indicators": 937,
    }
    version = geometry_version(latest(provence.engine))
    with serving(provence.url) as host:
        url = f"http://{host}/boundaries/{version}/93/village.json"
        with urllib.request.urlopen(url, timeout=20) as answer:
            features = json.load(answer)["features"]
            assert "immutable" in answer.headers["Cache-Control"]
    served = {feature["properties"]["code"]: geometry_of(feature) for feature in features}
    assert served.keys() == communes.keys()
    drawn = np.array(list(served.values()), dtype=object)
    given = np.array([geometry_of(communes[code]) for code in served], dtype=object)
    assert shapely.is_valid(drawn).all()
    assert shapely.get_num_coordinates(drawn).sum() < 0.8 * shapely.get_num_coordinates(given).sum()
    # Neither a gap nor an overlap, the islands and the one enclave are there, and nothing has moved.
    assert shapely.coverage_is_valid(drawn)
    assert shapely.union_all(drawn).area == pytest.approx(shapely.area(drawn).sum())
    assert len(shapely.get_parts(drawn)) == len(shapely.get_parts(given))
    assert shapely.get_num_interior_rings(shapely.get_parts(drawn)).sum() == 1
    common = shapely.area(shapely.intersection(drawn, given)) / shapely.area(shapely.union(drawn, given))
    assert common.min() > 0.9
    # Communes that share a border do so still, and no others.
    one, other = shapely.STRtree(given).query(given, predicate="touches")
    before, after = (shapely.length(shapely.intersection(shapes[one], shapes[other])) for shapes in (given, drawn))
    assert ((before > 0) == (after > 0)).all()


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("page", ["overview", "village"])
def test_the_map_of_provence_draws_all_communes_in_view(provence, communes, visit, page, language):
    pages = visit(provence, page, lang=language)
    assert not pages.exception
    assert not pages.warning
    (header,) = pages.header
    assert ("均未设定计划或目标" if language == "zh_CN" else "nothing reported has a plan or a target") in header.value
    (chart,) = pages.get("deck_gl_json_chart")
    deck = json.loads(chart.proto.json)
    units = next(layer for layer in deck["layers"] if layer["id"] == "units")
    assert units["data"] == f"/boundaries/{geometry_version(latest(provence.engine))}/93/village.json"
    assert "points" not in [layer["id"] for layer in deck["layers"]]
    coloured = units["_subLayerProps"]["polygons-fill"]["getFillColor"]
    assert len(coloured["domain"]) == len(communes)
    assert len(units["getFillPattern"]["domain"]) == 10  # the silent ones are hatched
    _, rows = ranked(pages)
    sizes = pd.Series({code: km2(geometry_of(feature)) for code, feature in communes.items()})
    assert rows == [*sizes[10:].round(3).sort_values(ascending=False, kind="stable").index, *sizes.index[:10]]
    # The whole of it is in the frame and fills it: half its height is 185 pixels.
    view = deck["initialViewState"]
    view = pdk.ViewState(**{name: view[name] for name in ("longitude", "latitude", "zoom", "pitch")})
    west, south, east, north = shapely.total_bounds([geometry_of(feature) for feature in communes.values()])
    left, low = pixel_of(view, west, south)
    right, top = pixel_of(view, east, north)
    assert (left, top) == pytest.approx((-right, -low), abs=0.5)
    assert 150 < low < 185
    assert right < 215
