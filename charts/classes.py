"""The five classes of a map: fixed, round limits, and how many units lie between them."""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from charts.theme import Palette
from charts.words import MapWords

#: The states of a unit that belongs to no class.
NOT_REPORTED, NO_PLAN, NONE_HERE = -1, -2, -3


@dataclass(frozen=True)
class Measure:
    """What a map's colours stand for: a column of the children, and the four limits between its five classes.

    A class holds its lower limit: with limits (-20, -10, 0, 10) a gap of exactly -10 is in the third class, as its
    light is amber, and 0 is "at plan".
    """

    column: Literal["gap", "value"]
    limits: tuple[float, float, float, float]

    def colours(self, palette: Palette) -> tuple[str, str, str, str, str]:
        """Return the five classes' colours: diverging about the plan for a gap, a ramp for an amount."""
        return palette.diverging if self.column == "gap" else palette.sequential


#: Points behind (-) or ahead (+) of plan; the same limits as the lights, so that a map and a ranking never disagree.
GAP = Measure("gap", (-20.0, -10.0, 0.0, 10.0))
#: A rate from 0 to 100.
PERCENT = Measure("value", (20.0, 40.0, 60.0, 80.0))


def amount(low: float, high: float, least: float = 0.0) -> Measure:
    """Return classes with round limits, at least `least` apart, for values from `low` to `high`.

    Between limits nearer than the decimals they are written with, two classes would read the same. Give the ends of all
    the periods that a slider can show, not of one: the classes must not move under the reader.
    """
    step = max(_round_step((high - low) / 5), least)
    start = math.floor(low / step + 1e-9) * step
    first, second, third, fourth = (round(start + step * n, 10) for n in (1, 2, 3, 4))
    return Measure("value", (first, second, third, fourth))


def _round_step(step: float) -> float:
    """Return the 1, 2, 2.5 or 5 times a power of ten that is the least one not below `step`."""
    if not step > 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(step))
    return next(factor * power for factor in (1.0, 2.0, 2.5, 5.0, 10.0) if factor * power >= step * (1 - 1e-9))


@dataclass(frozen=True)
class LegendRow:
    """One entry of a map's legend: a class (0 to 4) or a state that is no class, and how many units it holds."""

    kind: int | Literal["not_reported", "no_plan", "none_here", "no_shape"]
    text: str
    colour: str
    count: int


def class_of(number: float | None, measure: Measure) -> int | None:
    """Return the class of one figure, 0 to 4; None when it is not known."""
    if number is None or pd.isna(number):
        return None
    # Binary noise must not push a unit exactly at plan into the class behind it.
    return bisect_right(measure.limits, round(float(number), 6))


def classes(
    children: pd.DataFrame, measure: Measure, words: MapWords, palette: Palette
) -> tuple[list[int], tuple[LegendRow, ...]]:
    """Return each child's class (0 to 4, `NOT_REPORTED`, `NO_PLAN` or `NONE_HERE`) and the legend's rows.

    Columns read: value (null: not reported, or, with the light "none", a rate over nothing), the measure's column,
    light, has_shape. The rows of the five classes, "not reported", "no plan" and "none here" add up to all of them;
    "no shape" counts some again. The five classes and "not reported" are always there, the others only where they hold
    somebody.
    """
    found = [
        (NONE_HERE if light == "none" else NOT_REPORTED)
        if pd.isna(value)
        else NO_PLAN
        if (index := class_of(figure, measure)) is None
        else index
        for value, figure, light in zip(children["value"], children[measure.column], children["light"], strict=True)
    ]
    rows = [
        LegendRow(index, text, colour, found.count(index))
        for index, (text, colour) in enumerate(zip(words.classes, measure.colours(palette), strict=True))
    ]
    rows.append(LegendRow("not_reported", words.not_reported, palette.not_reported, found.count(NOT_REPORTED)))
    if without_plan := found.count(NO_PLAN):
        rows.append(LegendRow("no_plan", words.no_plan, palette.no_plan, without_plan))
    if none_here := found.count(NONE_HERE):
        rows.append(LegendRow("none_here", words.none_here, palette.no_plan, none_here))
    if without_shape := int((~children["has_shape"].astype(bool)).sum()):
        rows.append(LegendRow("no_shape", words.no_shape, palette.ink, without_shape))
    return found, tuple(rows)


def fills(found: Sequence[int], measure: Measure, palette: Palette) -> list[str]:
    """Return the fill of each class that `classes` found."""
    outside = {NOT_REPORTED: palette.not_reported, NO_PLAN: palette.no_plan, NONE_HERE: palette.no_plan}
    return [outside[index] if index in outside else measure.colours(palette)[index] for index in found]
