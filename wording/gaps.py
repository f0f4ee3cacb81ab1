"""The list of gaps in words, one line each, and the overview's headline over them."""

from typing import Any

import pandas as pd

from data_access.indicators import Indicator
from i18n import Words
from wording.figures import SHAPES, count_of, distance_of, standing_of, value_of


def gap_line(words: Words, gap: Any, entry: Indicator | None, figure: Any, level: str, silent_days: int) -> str:
    """Return one gap (a row of `gaps_of`) as a line; `figure` is the region's own row of `figures_of`.

    `level` is that of the children whose number the line names, empty at the last level.
    """
    if entry is None:
        text = words.gettext("{shape} {places} have not reported for more than {days} days")
        return text.format(shape=SHAPES["grey"], places=count_of(words, "village", gap.places), days=silent_days)
    name, shape = words.pick(entry.name, entry.name_en), SHAPES[gap.light]
    value, standing = value_of(words, entry, figure.value), standing_of(words, entry, figure)
    places = count_of(words, level, gap.places) if level and gap.places else ""
    if gap.kind == "hidden":
        text = words.gettext("{shape} {name} {value}, {standing}; but {places} are far behind")
        return text.format(shape=SHAPES["amber"], name=name, value=value, standing=standing, places=places)
    if gap.kind == "fell":
        fallen = distance_of(words, entry, gap.change)
        text = words.gettext("{shape} {name} {value} fell by {distance} against the period before")
        return text.format(shape=SHAPES["amber"], name=name, value=value, distance=fallen)
    return words.gettext("{shape} {name} {value}, {standing}").format(
        shape=shape, name=name, value=value, standing=standing
    )


def gap_reason(words: Words, gap: Any) -> str:
    """Return why a gap (a row of `gaps_of`) is in the list and stands where it does."""
    if gap.kind == "silent":
        return words.gettext("Villages that do not report cannot be judged")
    if gap.kind == "fell":
        return words.gettext("On plan or not, it fell by a point or more")
    if gap.kind == "hidden":
        return words.gettext("The whole is on plan and hides places that are far behind")
    return words.gettext("Behind by {times} times what is still yellow").format(times=words.number(gap.urgency, 1))


def overview_headline(
    words: Words, gaps: pd.DataFrame, entries: dict[str, Indicator], name: str, *, judged: bool
) -> str:
    """Return how many things are far behind and how many behind in a region, and which of them is the farthest.

    `judged` says whether anything reported has a plan or a target.
    """
    behind = gaps[gaps["kind"] == "behind"]
    red, amber = int((behind["light"] == "red").sum()), int((behind["light"] == "amber").sum())
    if not judged:
        return words.gettext("{name}: nothing reported has a plan or a target").format(name=name)
    if behind.empty:
        return words.gettext("{name}: everything reported is on plan").format(name=name)
    if red and amber:
        text = words.ngettext(
            "{name}: {n} thing far behind, {amber} behind", "{name}: {n} things far behind, {amber} behind", red
        )
    elif red:
        text = words.ngettext("{name}: {n} thing far behind", "{name}: {n} things far behind", red)
    else:
        text = words.ngettext("{name}: {n} thing behind, none far", "{name}: {n} things behind, none far", amber)
    headline = text.format(name=name, n=red or amber, amber=amber)
    worst = next(behind.itertuples(index=False))
    entry = entries[worst.indicator]
    largest = words.gettext("{headline}; the largest gap is {name} ({distance})")
    return largest.format(
        headline=headline, name=words.pick(entry.name, entry.name_en), distance=distance_of(words, entry, worst.gap)
    )
