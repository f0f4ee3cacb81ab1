"""Regions: the tree from the widest down to a village, and the shapes on the map."""

from typing import NamedTuple

import pandas as pd
from sqlalchemy import Select, func, select

from data_access.schema import LEVELS, load, region, region_shape
from data_access.snapshot import Snapshot, cached
from data_access.writing import frame


class Region(NamedTuple):
    """One region. `households` and `persons` are the registered totals, None where not handed in."""

    code: str
    parent_code: str | None
    level: str
    name: str
    name_en: str | None
    households: int | None
    persons: int | None
    longitude: float | None
    latitude: float | None


_COLUMNS = tuple(region.c[name] for name in Region._fields)


@cached
def region_of(snapshot: Snapshot, code: str) -> Region | None:
    """Return a region by its code; None where there is none."""
    with snapshot.connect() as connection:
        row = connection.execute(select(*_COLUMNS).where(region.c.code == code)).one_or_none()
    return Region(*row) if row else None


@cached
def roots(snapshot: Snapshot) -> list[Region]:
    """Return the regions without a parent, the widest first, in order of import within a level."""
    with snapshot.connect() as connection:
        rows = connection.execute(
            select(*_COLUMNS).where(region.c.parent_code.is_(None)).order_by(region.c.position)
        ).all()
    return sorted((Region(*row) for row in rows), key=lambda found: LEVELS.index(found.level))


@cached
def entrances(snapshot: Snapshot) -> list[Region]:
    """Return the roots that have regions below them, or all where none has, in the order of `roots`.

    A neighbouring county of which only published figures are known is nothing to walk through.
    """
    tops = roots(snapshot)
    return [top for top in tops if children(snapshot, top.code)] or tops


@cached
def path_to(snapshot: Snapshot, code: str) -> list[Region]:
    """Return the regions from the widest down to `code`, both included."""
    path: list[Region] = []
    step = region_of(snapshot, code)
    while step:
        path.insert(0, step)
        step = region_of(snapshot, step.parent_code) if step.parent_code else None
    return path


@cached
def children(snapshot: Snapshot, code: str) -> list[Region]:
    """Return the regions directly under `code`, in order of import."""
    with snapshot.connect() as connection:
        rows = connection.execute(
            select(*_COLUMNS).where(region.c.parent_code == code).order_by(region.c.position)
        ).all()
    return [Region(*row) for row in rows]


def codes_under(code: str, level: str) -> Select[str]:
    """Return the select of the codes at `level` within the region `code`, itself included at its own level."""
    own = select(region.c.code).where(region.c.code == code, region.c.level == level)
    ancestor = {
        "village": (region.c.township_code, region.c.county_code, region.c.prefecture_code, region.c.province_code),
        "township": (region.c.county_code, region.c.prefecture_code, region.c.province_code),
        "county": (region.c.prefecture_code, region.c.province_code),
        "prefecture": (region.c.province_code,),
        "province": (),
    }[level]
    # One indexed look-up per ancestor column; codes are unique, so at most one of them finds anything.
    lookups = [select(region.c.code).where(column == code, region.c.level == level) for column in ancestor]
    return select(own.union_all(*lookups).subquery().c.code) if lookups else own


@cached
def units_under(snapshot: Snapshot, code: str) -> dict[str, int]:
    """Return how many regions of each level lie within `code`, itself included."""
    with snapshot.connect() as connection:
        counts = {level: select(func.count()).select_from(codes_under(code, level).subquery()) for level in LEVELS}
        return {level: connection.execute(count).scalar_one() for level, count in counts.items()}


@cached
def levels_under(snapshot: Snapshot, code: str) -> list[str]:
    """Return the levels below the region that it has units at, from its children's downwards."""
    own = region_of(snapshot, code)
    counts = units_under(snapshot, code)
    return [level for level in LEVELS[LEVELS.index(own.level) + 1 :] if counts[level]] if own else []


def is_narrower(level: str, other: str) -> bool:
    """Tell whether a level lies below another."""
    return LEVELS.index(level) > LEVELS.index(other)


@cached
def geometry_version(snapshot: Snapshot) -> int:
    """Return the newest load that brought regions or boundaries: the version in a geometry's address."""
    with snapshot.connect() as connection:
        newest = select(func.coalesce(func.max(load.c.id), 0)).where(load.c.kind.in_(("regions", "boundaries")))
        version: int = connection.execute(newest).scalar_one()
    return version


@cached
def bounds_of(snapshot: Snapshot, code: str) -> tuple[float, float, float, float] | None:
    """Return west, south, east, north of a region: of its shape, else of the shapes and points within it."""
    with snapshot.connect() as connection:
        own = select(*region_shape.c["west", "south", "east", "north"]).where(region_shape.c.region_code == code)
        row = connection.execute(own).one_or_none()
        if row is None:
            levels = [codes_under(code, level) for level in LEVELS]
            inside = levels[0].union_all(*levels[1:]).subquery()
            shapes = select(
                func.min(region_shape.c.west),
                func.min(region_shape.c.south),
                func.max(region_shape.c.east),
                func.max(region_shape.c.north),
            ).join(inside, inside.c.code == region_shape.c.region_code)
            points = select(
                func.min(region.c.longitude),
                func.min(region.c.latitude),
                func.max(region.c.longitude),
                func.max(region.c.latitude),
            ).join(inside, inside.c.code == region.c.code)
            row = connection.execute(shapes).one()
            row = connection.execute(points).one() if row[0] is None else row
    west, south, east, north = row
    return None if west is None else (float(west), float(south), float(east), float(north))


def shapes_within(snapshot: Snapshot, code: str, level: str) -> list[tuple[str, str, str | None, str]]:
    """Return code, name, name_en and GeoJSON geometry text of the shapes at `level` in a region, in order of import."""
    inside = codes_under(code, level).subquery()
    statement = (
        select(region.c.code, region.c.name, region.c.name_en, region_shape.c.geometry)
        .join(region_shape, region_shape.c.region_code == region.c.code)
        .join(inside, inside.c.code == region.c.code)
        .order_by(region.c.position)
    )
    with snapshot.connect() as connection:
        return [tuple(row) for row in connection.execute(statement)]


@cached
def places_on_map(snapshot: Snapshot, code: str, level: str) -> pd.DataFrame:
    """Return one row per region at `level` within `code`: code, longitude, latitude (its label point), has_shape.

    Longitude and latitude are null where neither a shape nor a point was handed in.
    """
    inside = codes_under(code, level).subquery()
    statement = (
        select(
            region.c.code,
            func.coalesce(region_shape.c.label_longitude, region.c.longitude).label("longitude"),
            func.coalesce(region_shape.c.label_latitude, region.c.latitude).label("latitude"),
            region_shape.c.region_code.is_not(None).label("has_shape"),
        )
        .join(inside, inside.c.code == region.c.code)
        .outerjoin(region_shape, region_shape.c.region_code == region.c.code)
        .order_by(region.c.position)
    )
    with snapshot.connect() as connection:
        return frame(connection, statement).astype({"has_shape": bool, "longitude": float, "latitude": float})
