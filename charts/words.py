"""What charts are told to say. Charts compute no sentence: titles, units and labels arrive in the reader's language."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ChartWords:
    """The texts of one figure; a chart leaves out what it was not given.

    `title` names the finding, `subtitle` what is measured and in what unit, `source` stands at the foot. `lights` pairs
    a light ("green", "amber", "red", "grey") with its meaning, in the order of the key. The rest name the marks.
    """

    title: str = ""
    subtitle: str = ""
    source: str = ""
    unit: str = ""
    actual: str = ""
    plan: str = ""
    forecast: str = ""
    last_year: str = ""
    lights: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class MapWords:
    """The texts of a map's legend: the five classes from least to most, and the four states that are no class."""

    classes: tuple[str, str, str, str, str]
    not_reported: str
    no_plan: str
    none_here: str
    no_shape: str
