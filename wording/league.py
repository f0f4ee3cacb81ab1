"""The league in words: rows for map and ranking, the league table, and how a place comes to its score."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from data_access.indicators import Indicator
from i18n import N_, Words
from wording.assessment import item_name, points
from wording.figures import base_of, said_of
from wording.headlines import listed

STATES = {
    "unreported": N_("not reported: left out"),
    "none": N_("none here: left out"),
    "nobody": N_("reported by nobody: left out"),
    "wider": N_("collected at a wider level: left out"),
    "unknown": N_("not in the dictionary: left out"),
}


def league_rows(
    words: Words, scores: pd.DataFrame, on: Any, marks: Sequence[str], notes: Sequence[str]
) -> pd.DataFrame:
    """Return a `scores_of` as rows of a `children_of`, for map and ranking, with rank, arrow and cautions behind.

    `marks` and `notes` are those of `doubted`, in the same order.
    """
    nothing = dict.fromkeys(
        ("numerator", "denominator", "plan", "plan_value", "target", "gap", "year_change"), float("nan")
    )
    table = scores.assign(
        **nothing,
        indicator="assessment.score",
        period=on,
        value=scores["score"],
        light=["none" if known else "grey" for known in scores["score"].notna()],
        reports=1,
    )
    said = [_behind(words, row, mark) for row, mark in zip(scores.itertuples(index=False), marks, strict=True)]
    lines = [
        "\n".join(part for part in (_card(words, row), note) if part)
        for row, note in zip(scores.itertuples(index=False), notes, strict=True)
    ]
    return table.assign(mark=said, notes=lines)


def _behind(words: Words, row: Any, mark: str) -> str:
    """Return what stands behind a score: rank and its change, a caution, the sign of a doubt."""
    if row.score != row.score:
        return mark
    if row.rank != row.rank:
        return " ".join(part for part in (words.gettext("(not ranked: too little reported)"), mark) if part)
    rank, moved = words.gettext("no. {n}").format(n=words.number(row.rank)), arrow(words, row.rank_change)
    small = words.gettext("few households") if row.is_small else ""
    return "(" + ", ".join(part for part in (f"{rank} {moved}".strip(), small) if part) + ")" + mark


def arrow(words: Words, rank_change: float) -> str:
    """Return by how many ranks a place moved, as ↑3; empty where it stayed or was not ranked."""
    if rank_change != rank_change or not rank_change:
        return ""
    return ("↑" if rank_change > 0 else "↓") + words.number(abs(rank_change))


def _caution(words: Words, row: Any) -> str:
    if row.rank != row.rank:
        return words.gettext("too little reported")
    return words.gettext("few households") if row.is_small else ""


def _card(words: Words, row: Any) -> str:
    if row.score != row.score:
        return ""
    lines = [
        (words.gettext("A month before"), points(words, row.before)),
        (words.gettext("Of the weight, reported"), words.number(row.reported * 100) + "%"),
        (words.gettext("Households"), words.number(row.households)),
    ]
    return "\n".join("\t".join(line) for line in lines)


def place_name(words: Words, row: Any) -> str:
    """Return a place's name, a village's behind its township's: village names repeat within a county."""
    name = words.pick(row.name, row.name_en)
    return f"{words.pick(row.township, row.township_en)} {name}" if isinstance(row.township, str) else name


def scale_of(words: Words, entry: Indicator | None, zero: float, full: float, measure: str) -> str:
    """Return an item's scale, as in 60% → 95%."""
    unit = words.pick(entry.unit, entry.unit_en) if entry else ""
    if measure != "value":
        unit = "%" if measure == "plan" or unit != "%" else words.pick("点", "pts")
    space = "" if unit == "%" or not unit else " "
    low, high = (words.number(end, 0 if end % 1 == 0 else 1) for end in (zero, full))
    return f"{low} → {high}{space}{unit}"


def items_table(
    words: Words, marks: pd.DataFrame, parts: dict[str, str], entries: dict[str, Indicator]
) -> pd.DataFrame:
    """Return one row per item of one place's `marks_of`: weight, scale, figure with its base, points.

    `parts` are the names of the parts by id.
    """
    _ = words.gettext
    rows = []
    for row in marks.itertuples(index=False):
        entry = entries.get(row.indicator)
        counted = row.state == "counted"
        light = "none" if row.state in ("none", "counted") else "grey"
        figure = said_of(words, entry, pd.Series({"value": row.value, "light": light})) if entry else words.number(None)
        rows.append(
            {
                _("Part"): parts[row.part],
                _("Item"): item_name(words, entry, row.indicator, row.measure),
                _("Weight"): row.weight,
                _("None → full marks"): scale_of(words, entry, row.zero, row.full, row.measure),
                _("Figure"): figure,
                _("Measured"): None if not counted else round(row.measured, 1),
                _("Stands on"): base_of(words, entry, row)[0] if entry and row.numerator == row.numerator else "",
                _("Points"): None if not counted else round(row.points, 1),
                _("Lost"): words.number(row.lost, 1) if counted else words.say(STATES[row.state]),
            }
        )
    return pd.DataFrame(rows)


def league_table(
    words: Words, scores: pd.DataFrame, marks: pd.DataFrame, failed: pd.Series, entries: dict[str, Indicator]
) -> pd.DataFrame:
    """Return one row per place of a `scores_of`, in its order; `failed` counts the figures in doubt by code."""
    _ = words.gettext
    costs = marks[marks["lost"] > 0.05].sort_values("lost", ascending=False, kind="stable").drop_duplicates("code")
    worst = costs.set_index("code")
    rows = []
    for row in scores.itertuples(index=False):
        most = worst.loc[row.code] if row.code in worst.index else None
        said = ""
        if most is not None:
            item = item_name(words, entries.get(most["indicator"]), most["indicator"], most["measure"])
            said = _("{item} −{points}").format(item=item, points=words.number(most["lost"], 1))
        known = row.score == row.score
        rows.append(
            {
                _("Rank"): row.rank if row.rank == row.rank else None,
                _("Ranks up or down"): arrow(words, row.rank_change),
                _("Place"): place_name(words, row),
                _("Score"): round(row.score, 1) if known else None,
                _("In a month"): round(row.change, 1) + 0.0 if row.change == row.change else None,
                _("Costs most"): said,
                _("Weight reported, %"): round(row.reported * 100) if row.reported == row.reported else None,
                _("Figures in doubt"): int(failed.get(row.code, 0)),
                _("Caution"): _caution(words, row),
            }
        )
    return pd.DataFrame(rows)


def left_out(words: Words, marks: pd.DataFrame, entries: dict[str, Indicator]) -> str:
    """Return which items count nowhere at this level, and why; empty where all do."""
    missing = marks[marks["state"].isin(("unknown", "nobody", "wider"))].drop_duplicates("indicator")
    if missing.empty:
        return ""
    sentences = []
    for state, own in missing.groupby("state", sort=False):
        names = [item_name(words, entries.get(row.indicator), row.indicator, row.measure) for row in own.itertuples()]
        sentences.append(f"{listed(words, names)} ({words.say(STATES[str(state)])})")
    return words.gettext("Not in these scores: {items}").format(items=listed(words, sentences))
