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
from demo.gaps import invent_gaps
from demo.geography import Geography, partition
from demo.household_files import ledgers, write_households
from demo.households import Households, invent_households
from demo.offices import OFFICES, office_sheets
from demo.peers import peer_sheets, published
from demo.places import TOWNSHIPS, region_table, villages_of
from demo.workbooks import Sheet, write_workbook

#: What `write_county` writes: regions, boundaries, the campaign, the neighbouring counties, a workbook for each week,
#: one for each office, four tables of households and the ledgers about them.
FILES = 4 + WEEKS + len(OFFICES) + 6
#: Villages whose borders nobody drew, though their place is known; and one of which not even that is known.
WITHOUT_BORDERS = ("990101008005", "990101014009")
WITHOUT_PLACE = "990101012007"
_LEVELS = {"county": "县", "township": "乡镇", "village": "村"}
_WRITERS = 2


@dataclass(frozen=True)
class County:
    """All that is known of the county: `figures` are those of each of `OFFICES`, in their order (see `indicators`).

    `gaps` are those of `gaps.invent_gaps`, `published` those of `peers.published`.
    """

    geography: Geography
    regions: pd.DataFrame
    campaign: Campaign
    figures: list[pd.DataFrame]
    households: Households
    gaps: pd.DataFrame
    published: pd.DataFrame


def invent_county(seed: int) -> County:
    """Return the county that grows from the seed; its parts have dice of their own, so that one can change alone."""
    land, names, work, homes, gaps, *offices = [np.random.default_rng([seed, part]) for part in range(5 + len(OFFICES))]
    seats = np.array([(place.east, place.north) for place in TOWNSHIPS])
    geography = partition(seats, [place.villages for place in TOWNSHIPS], land)
    regions = region_table(geography, names)
    places = {"village": villages_of(regions), "township": regions[regions["level"] == "township"]}
    figures = [office.figures(places[office.level], rng) for office, rng in zip(OFFICES, offices, strict=True)]
    villages = places["village"]
    households = invent_households(villages, homes)
    ledger = invent_gaps(villages, households.register, gaps)
    peers = np.random.default_rng([seed, 24])
    return County(geography, regions, run_campaign(villages, work), figures, households, ledger, published(peers))


def write_county(out: Path, seed: int = 2026) -> Iterator[Path]:
    """Write `FILES` files below `out` and yield each one's path once it is there, in the order of import."""
    county = invent_county(seed)
    # Writing workbooks takes twice as long as all the rest, so it has processes of its own.
    with ProcessPoolExecutor(_WRITERS, mp_context=get_context("spawn")) as writers:
        workbooks = [writers.submit(write_workbook, out / path, sheets) for path, sheets in _workbooks(county)]
        yield workbooks[0].result()
        yield _write_boundaries(out / "02 村界.geojson", county)
        tables = write_households(out / "06 农户", county.households, villages_of(county.regions))
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
    for office, figures in zip(OFFICES, county.figures, strict=True):
        yield f"05 指标/{office.name} {office.subject}.xlsx", office_sheets(office, figures, county.regions)
    for name, sheet in ledgers(county.gaps).items():
        yield f"06 农户/{name}.xlsx", [sheet]


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
