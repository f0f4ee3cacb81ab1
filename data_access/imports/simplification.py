"""Boundaries made light enough for a screen: fewer vertices, shared borders still shared, levels still aligned."""

from typing import NamedTuple

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from data_access.schema import LEVELS
from i18n import N_, Message

Shapes = NDArray[np.object_]

# 300 villages of 60 vertices are some 350 kB of GeoJSON; 250 draw a winding border without a corner to be seen.
_MEDIAN_VERTICES = 60
_MOST_VERTICES = 250
# As parts of a typical shape's side: two pixels when it fills a screen, at most twelve times that.
_FIRST_TOLERANCE, _LAST_TOLERANCE, _STEP = 0.002, 0.025, 1.25
# The fifth decimal of a degree is one metre.
_DECIMALS = 5
# Digitised twice, the same border differs by less than this part of the area.
_SAME_AREA = 0.001
_NAMED = 8


class Simplified(NamedTuple):
    """Shapes by region code, and what there is to say of them."""

    shapes: pd.Series
    notes: list[Message]


class _Mosaic(NamedTuple):
    """Shapes laid out as pieces that do not overlap: the narrowest regions, and what they leave of the wider ones."""

    pieces: list[shapely.Geometry]
    #: Which pieces make up each region that the mosaic holds.
    made_of: dict[str, list[int]]
    #: Regions that cut across narrower ones, by level; they stay outside.
    apart: dict[str, list[str]]


def simplified(regions: pd.DataFrame) -> Simplified:
    """Return the shapes of `regions` with fewer vertices and coordinates of five decimals.

    `regions` is indexed by code and has level, geometry (valid polygons, degrees) and the ancestors' codes, from
    township_code to province_code. All pieces of the mosaic are simplified as one coverage, so that borders between
    neighbours stay shared; a wider region is the union of its pieces, so that its border runs along theirs.
    """
    mosaic = _mosaic(regions)
    pieces, torn = _coverage(np.array(mosaic.pieces, dtype=object))
    shapes = {code: _union(pieces[own]) for code, own in mosaic.made_of.items()}
    loose = [code for code, own in mosaic.made_of.items() if len(own) == 1 and own[0] in torn]
    for codes in mosaic.apart.values():
        light, torn = _coverage(regions.loc[codes, "geometry"].to_numpy())
        shapes |= dict(zip(codes, light, strict=True))
        loose += [codes[at] for at in torn]
    notes = []
    if loose:
        named = ", ".join(loose[:_NAMED]) + ("…" if len(loose) > _NAMED else "")
        notes.append(N_("Borders that overlap or leave gaps could not be kept shared: {codes}.", codes=named))
    return Simplified(pd.Series(shapes, dtype=object).reindex(regions.index), notes)


def _mosaic(regions: pd.DataFrame) -> _Mosaic:
    """Lay the regions out from the narrowest level up; see `_Mosaic`."""
    mosaic = _Mosaic([], {}, {})
    for level in reversed(LEVELS):
        inside: dict[str, list[int]] = {}
        if level != LEVELS[-1]:
            within = regions.loc[list(mosaic.made_of), f"{level}_code"] if mosaic.made_of else pd.Series(dtype=object)
            for code, outer in within.items():
                inside.setdefault(str(outer), []).extend(mosaic.made_of[str(code)])
        for code, shape in regions.loc[regions["level"] == level, "geometry"].items():
            own = sorted(set(inside.get(str(code), [])))
            rest = _rest(shape, [mosaic.pieces[at] for at in own])
            if rest is None:
                mosaic.apart.setdefault(level, []).append(str(code))
                continue
            mosaic.made_of[str(code)] = [*own, *range(len(mosaic.pieces), len(mosaic.pieces) + len(rest))]
            mosaic.pieces.extend(rest)
    return mosaic


def _rest(shape: shapely.Geometry, inside: list[shapely.Geometry]) -> list[shapely.Geometry] | None:
    """Return what of the shape its inner pieces do not cover, as one piece if any; None if they reach beyond it."""
    if not inside:
        return [shape]
    covered = shapely.union_all(inside)
    smallest = _SAME_AREA * shape.area
    if shapely.difference(covered, shape).area > smallest:
        return None
    parts = [part for part in shapely.get_parts(shapely.difference(shape, covered)) if part.area > smallest]
    return [shapely.union_all(parts)] if parts else []


def _coverage(given: Shapes) -> tuple[Shapes, list[int]]:
    """Return the shapes simplified together, and which of them have borders that do not meet their neighbours'."""
    if not len(given):
        return given, []
    side = float(np.median(np.sqrt(shapely.area(given))))
    light, part = given.copy(), _FIRST_TOLERANCE
    while _is_heavy(light) and part <= _LAST_TOLERANCE:
        light = shapely.coverage_simplify(given, part * side)
        part *= _STEP
    broken = ~shapely.is_valid(light)
    light[broken] = shapely.simplify(given[broken], part * side, preserve_topology=True)
    light[:] = [_rounded(shape) for shape in light]
    if shapely.coverage_is_valid(given):
        return light, []
    return light, np.flatnonzero(~shapely.is_empty(shapely.coverage_invalid_edges(given))).tolist()


def _is_heavy(shapes: Shapes) -> bool:
    vertices = shapely.get_num_coordinates(shapes)
    return bool(np.median(vertices) > _MEDIAN_VERTICES or vertices.max() > _MOST_VERTICES)


def _union(pieces: Shapes) -> shapely.Geometry:
    return pieces[0] if len(pieces) == 1 else with_area(shapely.union_all(pieces))


def _rounded(shape: shapely.Geometry) -> shapely.Geometry:
    """Return the shape on whole metres; one too small for that as it is."""
    rounded = _on_grid(shape)
    if shapely.is_valid(rounded):
        return shapely.remove_repeated_points(rounded)
    # Rounding alone made the border cross itself: this moves vertices apart or together.
    return with_area(_on_grid(shapely.set_precision(shape, 10**-_DECIMALS, mode="valid_output"))) or shape


def _on_grid(shape: shapely.Geometry) -> shapely.Geometry:
    return shapely.transform(shape, lambda points: points.round(_DECIMALS))


def with_area(shape: shapely.Geometry) -> shapely.Geometry | None:
    """Return what of the shape has an area, as a Polygon or a MultiPolygon; None if nothing has."""
    # Twice: a collection may hold a MultiPolygon.
    parts = [part for part in shapely.get_parts(shapely.get_parts(shape)) if part.area > 0]
    if len(parts) > 1:
        return shapely.multipolygons(parts)
    return parts[0] if parts else None
