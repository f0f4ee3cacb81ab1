"""The whole fictional county, and all that its offices hand in, file by file in the order of import."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from demo.campaign import Campaign, run_campaign
from demo.campaign_sheets import WEEKS, campaign_sheets, week_sheet
from demo.case_files import case_sheets, write_tags
from demo.cases import Cases, invent_cases
from demo.gaps import invent_gaps
from demo.geography import Geography, partition
from demo.household_files import ledgers, write_households
from demo.households import Households, invent_households
from demo.indicators import income_plan
from demo.livelihood import wave, workplaces
from demo.livelihood_sheets import employment_sheets, survey_sheet
from demo.offices import LIVELIHOOD_OFFICES, OFFICES, PLANNER, office_sheets
from demo.peers import peer_sheets, published
from demo.places import TOWNSHIPS, region_table, villages_of
from demo.problems import DICE, invent_problems, problem_sheets
from demo.project_files import project_workbooks
from demo.projects import Works, run_projects
from demo.workbooks import Sheet, write_workbook

#: What `write_county` writes: regions, boundaries, the campaign, a workbook for each week, one for each office, the
#: plan of income, the neighbouring counties, five tables of households and the ledgers about them, the projects and two
#: years' money, and the problems that inspections found.
FILES = 3 + WEEKS + len(OFFICES) + len(LIVELIHOOD_OFFICES) + 2 + 9 + 3 + 1
#: Villages whose borders nobody drew, though their place is known; and one of which not even that is known.
WITHOUT_BORDERS = ("990101008005", "990101014009")
WITHOUT_PLACE = "990101012007"
_LEVELS = {"county": "县", "township": "乡镇", "village": "村"}
_WRITERS = 2
#: Every part of the county has dice of its own; the sixth were those of an office that no longer hands in figures.
_UNUSED_DICE, _PROJECT_DICE = 6, 20


@dataclass(frozen=True)
class County:
    """All that is known of the county: `figures` are those of each of `OFFICES`, in their order (see `indicators`).

    `plan` is that of income; `gaps` are those of `gaps.invent_gaps`; `livelihood` are the figures of each of
    `LIVELIHOOD_OFFICES`; `workplaces` and `survey` are what the offices with a wide table write; `published` are those
    of `peers.published`; `problems` those of `problems.invent_problems`.
    """

    geography: Geography
    regions: pd.DataFrame
    campaign: Campaign
    figures: list[pd.DataFrame]
    households: Households
    plan: pd.DataFrame
    gaps: pd.DataFrame
    livelihood: list[pd.DataFrame]
    workplaces: pd.DataFrame
    survey: pd.DataFrame
    cases: Cases
    projects: Works
    published: pd.DataFrame
    problems: pd.DataFrame


def invent_county(seed: int) -> County:
    """Return the county that grows from the seed; its parts have dice of their own, so that one can change alone."""
    parts = (part for part in range(6 + len(OFFICES)) if part != _UNUSED_DICE)
    land, names, work, homes, gaps, *offices = [np.random.default_rng([seed, part]) for part in parts]
    seats = np.array([(place.east, place.north) for place in TOWNSHIPS])
    geography = partition(seats, [place.villages for place in TOWNSHIPS], land)
    regions = region_table(geography, names)
    places = {"village": villages_of(regions), "township": regions[regions["level"] == "township"]}
    figures = [figures(places[o.level], rng) for (o, figures), rng in zip(OFFICES.items(), offices, strict=True)]
    villages = places["village"]
    households = invent_households(villages, homes)
    plan = income_plan(villages, households.register["village"].to_numpy(), households.income, households.months)
    ledger = invent_gaps(villages, households.register, gaps)
    *more, jobs, asked = [np.random.default_rng([seed, 23, n]) for n in range(len(LIVELIHOOD_OFFICES) + 2)]
    livelihood = [invent(villages, rng) for invent, rng in zip(LIVELIHOOD_OFFICES.values(), more, strict=True)]
    wide = {office.subject: each for office, each in zip(OFFICES, figures, strict=True) if office.is_wide}
    return County(
        geography,
        regions,
        run_campaign(villages, work),
        figures,
        households,
        plan,
        ledger,
        livelihood,
        workplaces(wide["务工就业"], villages, jobs),
        pd.concat([wide["群众满意度"], wave(places["township"], asked)], ignore_index=True),
        invent_cases(villages, households, ledger, seed),
        run_projects(villages, places["township"], np.random.default_rng([seed, _PROJECT_DICE])),
        published(np.random.default_rng([seed, 24])),
        invent_problems(regions, np.random.default_rng([seed, DICE])),
    )


def write_county(out: Path, seed: int = 2026) -> Iterator[Path]:
    """Write `FILES` files below `out` and yield each one's path once it is there, in the order of import."""
    county = invent_county(seed)
    # Writing workbooks takes twice as long as all the rest, so it has processes of its own.
    with ProcessPoolExecutor(_WRITERS, mp_context=get_context("spawn")) as writers:
        workbooks = [writers.submit(write_workbook, out / path, sheets) for path, sheets in _workbooks(county)]
        yield workbooks[0].result()
        yield _write_boundaries(out / "02 村界.geojson", county)
        villages = villages_of(county.regions)
        tables = write_households(out / "06 农户", county.households, villages)
        tables.append(write_tags(out / "06 农户", county.cases, villages))
        for workbook in workbooks[1:]:
            yield workbook.result()
        yield from tables


def _workbooks(county: County) -> Iterator[tuple[str, list[Sheet]]]:
    """Return each workbook's path below the directory, and its sheets."""
    yield "01 行政区划.xlsx", [_region_sheet(county.regions)]
    yield "03 百日攻坚任务.xlsx", campaign_sheets(county.campaign)
    yield "03 省对县考核.xlsx", peer_sheets(county.published)
    for week in range(1, WEEKS + 1):
        yield f"04 百日任务/第{week}周.xlsx", [week_sheet(county.campaign, week)]
    wide = {
        "务工就业": employment_sheets(county.workplaces, county.regions),
        "群众满意度": [survey_sheet(county.survey, county.regions)],
    }
    offices = [
        *zip(OFFICES, county.figures, strict=True),
        *zip(LIVELIHOOD_OFFICES, county.livelihood, strict=True),
        (PLANNER, county.plan),
    ]
    for office, figures in offices:
        sheets = wide[office.subject] if office.is_wide else office_sheets(office, figures, county.regions)
        yield f"05 指标/{office.name} {office.subject}.xlsx", sheets
    for name, sheet in (ledgers(county.gaps) | case_sheets(county.cases, villages_of(county.regions))).items():
        yield f"06 农户/{name}.xlsx", [sheet]
    for name, sheets in project_workbooks(county.projects).items():
        yield f"07 项目资金/{name}.xlsx", sheets
    yield "08 问题整改台账.xlsx", problem_sheets(county.problems, county.regions)


def _region_sheet(regions: pd.DataFrame) -> Sheet:
    is_placed = regions["code"] != WITHOUT_PLACE
    table = pd.DataFrame(
        {
            "代码": regions["code"],
            "名称": regions["name"],
            "英文名称": regions["name_en"],
            "级别": regions["level"].map(_LEVELS),
            "上级代码": regions["parent"],
            "户数": regions["households"],
            "人口": regions["persons"],
            "标签": regions["tags"],
            "经度": regions["longitude"].where(is_placed),
            "纬度": regions["latitude"].where(is_placed),
        }
    )
    county = table.iloc[0]
    total = ("合计", "", "", "", "", int(county["户数"]), int(county["人口"]))
    return Sheet("行政区划", "云岭县行政区划基本情况表", "填报单位：云岭县统计局", table, total)


def _write_boundaries(path: Path, county: County) -> Path:
    """Write a GeoJSON feature for each region whose borders are known, with `code` and `name` as properties."""
    land, regions = county.geography, county.regions
    shapes = [land.county, *land.townships, *land.villages]
    undrawn = {*WITHOUT_BORDERS, WITHOUT_PLACE}
    features = [
        f'{{"type":"Feature","properties":{{"code":"{code}","name":"{name}"}},"geometry":{shapely.to_geojson(shape)}}}'
        for code, name, shape in zip(regions["code"], regions["name"], shapes, strict=True)
        if code not in undrawn
    ]
    path.write_text('{"type":"FeatureCollection","features":[\n' + ",\n".join(features) + "\n]}\n", encoding="utf-8")
    return path
