"""One figure in words: its value with its base, its distance from plan, its light, its place among its siblings."""

from typing import Any

import pandas as pd

from data_access.indicators import Indicator
from data_access.masking import SMALLEST_COUNT
from i18n import N_, Words

_MOST_DECIMALS = 4

SHAPES = {"green": "●", "amber": "▲", "red": "■", "grey": "○", "none": ""}

LIGHTS = {
    "green": N_("on plan or ahead"),
    "amber": N_("behind"),
    "red": N_("far behind"),
    "grey": N_("not reported"),
}

_ALL = {
    "province": N_("all provinces"),
    "prefecture": N_("all prefectures"),
    "county": N_("all counties"),
    "township": N_("all townships"),
    "village": N_("all villages"),
}

_LEVELS = {
    "province": N_("province"),
    "prefecture": N_("prefecture"),
    "county": N_("county"),
    "township": N_("township"),
    "village": N_("village"),
}


def level_name(words: Words, level: str) -> str:
    """Return what a region of this level is called."""
    return words.say(_LEVELS[level])


def all_of(words: Words, level: str) -> str:
    """Return the choice of no one region of this level but all of them."""
    return words.say(_ALL[level])


def count_of(words: Words, level: str, n: int) -> str:
    """Return a number of regions of one level, as in 5 个村."""
    text = {
        "province": words.ngettext("{n} province", "{n} provinces", n),
        "prefecture": words.ngettext("{n} prefecture", "{n} prefectures", n),
        "county": words.ngettext("{n} county", "{n} counties", n),
        "township": words.ngettext("{n} township", "{n} townships", n),
        "village": words.ngettext("{n} village", "{n} villages", n),
    }[level]
    return text.format(n=words.number(n))


def unit_of(words: Words, entry: Indicator) -> str:
    """Return an indicator's unit."""
    return words.pick(entry.unit, entry.unit_en)


def value_of(words: Words, entry: Indicator, value: float | None) -> str:
    """Return a value with its unit, or the words for "not reported"."""
    if value is None or value != value:
        return words.gettext("not reported")
    if entry.unit == "元" and entry.denominator_name:
        # A mean per person is read in yuan, whatever its size; only totals are told in 万元.
        return f"{words.number(value, entry.decimals)} {unit_of(words, entry)}"
    decimals = entry.decimals
    if entry.unit == "%" and value < 100 <= round(value, decimals):
        # 100 % is said of all of them only.
        decimals = next((n for n in range(decimals, _MOST_DECIMALS) if round(value, n) < 100), _MOST_DECIMALS)
        value = min(value, 100 - 10**-decimals)
    return words.amount(value, unit_of(words, entry), decimals)


def said_of(words: Words, entry: Indicator, row: Any) -> str:
    """Return the value of a row of `figures_of` or `children_of`, or why it has none: unreported, or a rate of none."""
    if row.value != row.value and row.light == "none":
        return words.gettext("none here")
    return value_of(words, entry, row.value)


def told_of(words: Words, entry: Indicator, row: Any) -> str:
    """Return `said_of`, of a sample with how many were asked: a rate from five answers is never told alone."""
    said = said_of(words, entry, row)
    if not entry.is_sample or row.value != row.value:
        return said
    asked = words.gettext("{n} asked").format(n=words.number(row.denominator))
    return words.gettext("{value} ({asked})").format(value=said, asked=asked)


def base_of(words: Words, entry: Indicator, row: Any) -> tuple[str, str]:
    """Return what a rate stands on, numbers and their names, as in ("38,912 / 39,225", "已参保人数 / 应参保人数")."""
    name = words.pick(entry.numerator_name, entry.numerator_name_en)
    money = entry.numerator_unit == "元"
    above = words.amount(row.numerator, "元") if money else _plain(words, entry, row.numerator)
    if row.denominator != row.denominator or entry.denominator_name is None:
        return above, name
    below = _plain(words, entry, row.denominator)
    if money and entry.unit == "%":
        # Both are sums of money: told in one unit, named once.
        size, unit = words.money_scale(row.denominator)
        decimals = 1 if size > 1 else 0
        above = words.number(row.numerator / size, decimals)
        below = words.number(row.denominator / size, decimals) + " " + unit
    return f"{above} / {below}", f"{name} / {words.pick(entry.denominator_name, entry.denominator_name_en)}"


def _plain(words: Words, entry: Indicator, number: float) -> str:
    if number != number or abs(number) >= 1000 or number == round(number):
        return words.number(number)
    return words.number(number, max(entry.decimals, 1) if abs(number) < 10 else 1)


def distance_of(words: Words, entry: Indicator, gap: float) -> str:
    """Return a gap's size without its sign: points of a rate, percent of an amount."""
    return words.distance(abs(gap)) if entry.unit == "%" else words.number(abs(gap), 1) + "%"


def standing_of(words: Words, entry: Indicator, row: Any) -> str:
    """Return where a figure stands against its plan or target, as in 落后计划 4.1 个百分点; empty without either."""
    if row.gap != row.gap:
        return ""
    distance = distance_of(words, entry, row.gap)
    planned = row.plan_value == row.plan_value
    if not planned and row.light == "amber" and round(row.gap, 1) == 0:
        # Too few for a tenth of a point, but somebody: told by their number.
        missing = abs(row.target / entry.factor * row.denominator - row.numerator)
        short = words.amount(missing, words.pick(entry.numerator_unit, entry.numerator_unit_en))
        return words.gettext("{distance} short").format(distance=short)
    if round(row.gap, 1) == 0:
        return words.gettext("on plan") if planned else words.gettext("on target")
    if row.gap < 0:
        text = words.gettext("{distance} behind plan") if planned else words.gettext("{distance} below target")
    else:
        text = words.gettext("{distance} ahead of plan") if planned else words.gettext("{distance} above target")
    return text.format(distance=distance)


def labelled(words: Words, entry: Indicator, children: pd.DataFrame) -> pd.DataFrame:
    """Add to a `children_of` what a chart writes: name in the reader's language, label (the value), hover (lines).

    The columns mark (a text behind the value) and notes (lines for the hover) are added where there are any. Where
    `children` says so (is_suppressed), there are too few persons for a figure to be shown.
    """
    table = children.assign(name=[words.pick(r.name, r.name_en) for r in children.itertuples(index=False)])
    table["label"] = [told_of(words, entry, row) for row in table.itertuples(index=False)]
    if "is_suppressed" in table:
        too_few = words.gettext("fewer than {n} persons").format(n=SMALLEST_COUNT)
        table["label"] = table["label"].mask(table["is_suppressed"], too_few)
    table["hover"] = [_hover(words, entry, row) for row in table.itertuples(index=False)]
    if "mark" in table:
        table["label"] = (table["label"] + " " + table["mark"]).str.rstrip()
    if "notes" in table:
        table["hover"] = (table["hover"] + "\n" + table["notes"]).str.rstrip()
    return table


def _hover(words: Words, entry: Indicator, row: Any) -> str:
    """Return the card of one unit: its name, then lines of a label and a value with a tab between them."""
    name = words.pick(entry.name, entry.name_en)
    if row.value != row.value:
        return "\n".join([row.name, name + "\t" + SHAPES[row.light] + " " + row.label])
    lines = [(name, row.label)]
    if row.denominator == row.denominator:
        numbers, names = base_of(words, entry, row)
        lines.append((names, numbers))
    if row.plan_value == row.plan_value:
        lines.append((words.gettext("Plan"), value_of(words, entry, row.plan_value)))
    if standing := standing_of(words, entry, row):
        lines.append((words.gettext("Standing"), SHAPES[row.light] + " " + standing))
    lines.append((words.gettext("Rank"), words.number(row.rank)))
    lines.append((words.gettext("Figures of"), words.period(row.period, entry.frequency)))
    return "\n".join([row.name, *("\t".join(line) for line in lines)])
