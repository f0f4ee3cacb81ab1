"""An indicator through its periods and over its places in words, and what a sample can and cannot say."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from charts.words import ChartWords
from data_access.indicators import Indicator
from data_access.intervals import wilson
from i18n import N_, Words
from wording.figures import (
    LIGHTS,
    SHAPES,
    base_of,
    count_of,
    labelled,
    said_of,
    standing_of,
    told_of,
    unit_of,
    value_of,
)
from wording.headlines import listed, moved, ranking_headline
from wording.income import measure_headline
from wording.titles import chart_words

_NAMED = 3
_JUDGED = ("green", "amber", "red")
#: Cells of a heatmap are narrow: past this a count is told in thousands or 万.
_LARGE = 10_000
_BY = {
    "day": N_("by day"),
    "week": N_("by week"),
    "month": N_("by month"),
    "quarter": N_("by quarter"),
    "year": N_("by year"),
}


def periods_of(words: Words, frequency: str, n: int) -> str:
    """Return a number of periods, as in 16 周."""
    text = {
        "day": words.ngettext("{n} day", "{n} days", n),
        "week": words.ngettext("{n} week", "{n} weeks", n),
        "month": words.ngettext("{n} month", "{n} months", n),
        "quarter": words.ngettext("{n} quarter", "{n} quarters", n),
        "year": words.ngettext("{n} year", "{n} years", n),
    }[frequency]
    return text.format(n=words.number(n))


def measured_by_period(words: Words, entry: Indicator) -> str:
    """Return what a heatmap of an indicator's periods shows."""
    text = words.gettext("{name} ({unit}), {by_period}; the colour says how each stood against plan or target")
    if entry.is_sample:
        text = words.gettext("{name} ({unit}) and in brackets how many were asked, {by_period}; coloured by the target")
    name = words.pick(entry.name, entry.name_en)
    return text.format(name=name, unit=unit_of(words, entry), by_period=words.say(_BY[entry.frequency]))


def period_labels(words: Words, frequency: str, periods: Sequence[date]) -> list[str]:
    """Return short heads for periods in a row: the year stands on the first, and where it changes."""
    heads = []
    for at, day in enumerate(periods):
        is_new_year = at == 0 or day.year != periods[at - 1].year
        if frequency in ("day", "week"):
            heads.append(words.day(day))
        elif frequency == "month" and not is_new_year:
            heads.append(words.month(day))
        else:
            heads.append(words.period(day, frequency))
    return heads


def period_cells(words: Words, entry: Indicator, cells: pd.DataFrame) -> pd.DataFrame:
    """Add to a `periods_of_children` what a heatmap writes: name, period_label, label (short) and hover (lines)."""
    periods = sorted(cells["period"].unique())
    heads = dict(zip(periods, period_labels(words, entry.frequency, periods), strict=True))
    table = cells.assign(
        name=[words.pick(row.name, row.name_en) for row in cells.itertuples(index=False)],
        period_label=cells["period"].map(heads),
        label=[_short(words, entry, row) for row in cells.itertuples(index=False)],
    )
    table["hover"] = [f"{row.name}\n{period_line(words, entry, row)}" for row in table.itertuples(index=False)]
    return table


def period_line(words: Words, entry: Indicator, row: Any) -> str:
    """Return one period of a hover card: what is told of it, and what that stands on, on a line each."""
    period = words.period(row.period, entry.frequency)
    if row.value != row.value:
        return f"{period}\t{SHAPES[row.light]} {said_of(words, entry, row)}"
    lines = [f"{period}\t{SHAPES[row.light]} {told_of(words, entry, row)}"]
    if row.denominator == row.denominator:
        numbers, names = base_of(words, entry, row)
        lines.append(f"{names}\t{numbers}")
    wanted, name = wanted_of(words, row)
    if wanted == wanted:
        lines.append(f"{name}\t{value_of(words, entry, wanted)}")
    return "\n".join(lines)


def wanted_of(words: Words, row: Any) -> tuple[float, str]:
    """Return what a figure is measured against, in its unit, and its name: the plan, else the target."""
    if row.plan_value == row.plan_value:
        return float(row.plan_value), words.gettext("Plan")
    return float(row.target), words.gettext("Target")


def _short(words: Words, entry: Indicator, row: Any) -> str:
    if entry.is_sample and row.value == row.value:
        return f"{words.number(row.value)} ({words.number(row.denominator)})"
    if row.value != row.value:
        return "" if row.light == "grey" else "–"
    if abs(row.value) >= _LARGE:
        size, unit = (10_000, "万") if words.is_chinese else (1_000, "k")
        return words.number(row.value / size, 1) + unit
    return words.number(row.value, 0 if entry.unit == "%" or abs(row.value) >= 100 else entry.decimals)


def history_headline(words: Words, entry: Indicator, cells: pd.DataFrame, level: str) -> str:
    """Return which places were behind all the time, else which one most often; `cells` is a `periods_of_children`."""
    judged = cells[cells["light"].isin(_JUDGED)]
    if judged.empty:
        last = cells[cells["period"] == cells["period"].max()]
        return measure_headline(words, last, words.period(cells["period"].max(), entry.frequency))
    behind = judged.assign(behind=judged["light"] != "green").groupby("code", sort=False)["behind"]
    periods = periods_of(words, entry.frequency, int(judged["period"].nunique()))
    count, of_all = behind.sum(), behind.count()
    names = {row.code: words.pick(row.name, row.name_en) for row in judged.itertuples(index=False)}
    always = [names[code] for code in of_all.index[(count == of_all) & (of_all > 1)]]
    if 0 < len(always) <= _NAMED:
        return words.gettext("Behind all of {periods}: {places}").format(periods=periods, places=listed(words, always))
    if always:
        text = words.gettext("Behind all of {periods}: {places}")
        return text.format(periods=periods, places=count_of(words, level, len(always)))
    if not count.any():
        return words.gettext("Nobody was behind in {periods}").format(periods=periods)
    text = words.gettext("Most often behind: {place}, in {n} of {periods}")
    return text.format(place=names[count.idxmax()], n=words.number(int(count.max())), periods=periods)


def sampled(words: Words, entry: Indicator, rows: pd.DataFrame, smallest: int) -> pd.DataFrame:
    """Add to a `children_of` of a sample its interval and what a chart of it reads.

    Columns added: low, high (in the value's unit; null without one), n, n_label, is_small (fewer than `smallest`),
    name, label (the value alone) and hover; target is the plan where there is one.
    """
    ends = [wilson(row.numerator, row.denominator) for row in rows.itertuples(index=False)]
    table = labelled(words, entry, rows).assign(
        low=[end.low * entry.factor if end else np.nan for end in ends],
        high=[end.high * entry.factor if end else np.nan for end in ends],
        n=rows["denominator"],
        n_label=[_asked(words, n) for n in rows["denominator"]],
        is_small=rows["denominator"] < smallest,
        target=rows["plan_value"].fillna(rows["target"]),
        label=[said_of(words, entry, row) for row in rows.itertuples(index=False)],
    )
    interval = words.gettext("95 % interval")
    table["hover"] = [
        row.hover + ("" if row.low != row.low else f"\n{interval}\t{interval_text(words, entry, row.low, row.high)}")
        for row in table.itertuples(index=False)
    ]
    return table


def sample_words(words: Words, entry: Indicator, title: str, smallest: int) -> ChartWords:
    """Return the texts of a chart of a `sampled`."""
    texts = chart_words(words, entry, title, words.gettext("{name}, with its 95 % interval and how many were asked"))
    small = words.gettext("fewer than {n} asked").format(n=smallest)
    name = words.pick(entry.name, entry.name_en)
    return replace(
        texts,
        subtitle=texts.subtitle.format(name=name),
        plan=words.gettext("Target"),
        lights=(*texts.lights, ("small", small)),
    )


def _asked(words: Words, n: float) -> str:
    return words.gettext("{n} asked").format(n=words.number(n)) if n == n else ""


def interval_text(words: Words, entry: Indicator, low: float, high: float) -> str:
    """Return an interval, as in 91.2–95.0%; a whole end, such as 100, without decimals."""
    first, last = (0 if end == round(end) else entry.decimals for end in (low, high))
    return f"{words.number(low, first)}–{words.amount(high, unit_of(words, entry), last)}"


def interval_headline(words: Words, entry: Indicator, rows: pd.DataFrame, level: str) -> str:
    """Return which places are surely below what is wanted, for all that chance may do; `rows` is a `sampled`."""
    wanted = rows["target"]
    if wanted.isna().all() or rows["low"].isna().all():
        return measure_headline(words, rows, words.period(rows["period"].iloc[0], entry.frequency))
    end = rows["high"] < wanted if entry.direction == "up" else rows["low"] > wanted
    surely = rows[end & rows["low"].notna()]
    if surely.empty:
        return words.gettext("No place is off its target by more than chance may explain")
    names = [words.pick(row.name, row.name_en) for row in surely.itertuples(index=False)]
    places = listed(words, names) if len(names) <= _NAMED else count_of(words, level, len(names))
    return words.gettext("Off target by more than chance: {places}").format(places=places)


def caution_of(words: Words, rows: pd.DataFrame, smallest: int) -> str:
    """Return a caution naming the places where too few were asked; empty where there is none. `rows` is a `sampled`."""
    few = rows[rows["is_small"]]
    if few.empty:
        return ""
    pair = words.gettext("{value} ({asked})")
    names = [pair.format(value=row.name, asked=words.number(row.n)) for row in few.head(2 * _NAMED).itertuples()]
    text = words.gettext("Fewer than {smallest} were asked in {places}: such a share says little")
    return text.format(smallest=smallest, places=listed(words, names) + ("…" if len(few) > len(names) else ""))


def places_headline(words: Words, entry: Indicator, children: pd.DataFrame, level: str) -> str:
    """Return how many of a `children_of` are far behind and who is last; without plan or target, who has most."""
    period = words.period(children["period"].iloc[0], entry.frequency)
    if children["light"].isin(_JUDGED).any():
        return ranking_headline(words, children, level, period)
    return measure_headline(words, children, period)


def behind_headline(words: Words, units: pd.DataFrame, level: str) -> str:
    """Return how many of a `children_of` are behind plan or target."""
    of_all = count_of(words, level, len(units))
    behind = int(units["light"].isin(("amber", "red")).sum())
    if not units["light"].isin(_JUDGED).any():
        return words.gettext("{all}, the last first").format(all=of_all)
    if not behind:
        return words.gettext("Of {all} nobody is behind plan or target").format(all=of_all)
    text = words.ngettext("{n} of {all} is behind plan or target", "{n} of {all} are behind plan or target", behind)
    return text.format(n=words.number(behind), all=of_all)


def compared_with(words: Words, entry: Indicator, figure: Any) -> list[tuple[str, str, str]]:
    """Return label, value and note of what a row of `figures_of` is compared with: past figures, plan or target."""
    week = entry.frequency in ("day", "week")
    before = words.gettext("Against the week before") if week else words.gettext("Against the period before")
    changes = [(before, figure.change)] if entry.frequency != "year" else []
    changes.append((words.gettext("Against a year before"), figure.year_change))
    facts = [
        (label, moved(words, entry, figure.value, change), value_of(words, entry, figure.value - change))
        for label, change in changes
        if change == change
    ]
    wanted, name = wanted_of(words, figure)
    if wanted == wanted:
        facts.append((name, value_of(words, entry, wanted), standing_of(words, entry, figure)))
    return facts


def figure_table(words: Words, entry: Indicator, units: pd.DataFrame, townships: pd.DataFrame) -> pd.DataFrame:
    """Return one row per unit of a `children_of`, in its order, under at most nine headings with their units.

    `townships` has code, township, township_en of villages. A sample's values have their interval instead of changes.
    """
    _, unit = words.gettext, unit_of(words, entry)
    above = {row.code: words.pick(row.township, row.township_en) for row in townships.itertuples(index=False)}
    is_rate = entry.denominator_name is not None
    apart = _("points") if entry.unit == "%" else "%"
    compares = not entry.is_sample and units["year_change"].notna().any()
    rows = []
    for row in units.itertuples(index=False):
        wanted, _name = wanted_of(words, row)
        cells: dict[str, Any] = {
            _("Place"): " ".join(part for part in (above.get(row.code), words.pick(row.name, row.name_en)) if part),
            _named(words.pick(entry.name, entry.name_en), unit): _rounded(row.value, entry.decimals),
        }
        if is_rate:
            cells[words.pick(entry.numerator_name, entry.numerator_name_en)] = _rounded(row.numerator, 2)
            cells[words.pick(entry.denominator_name or "", entry.denominator_name_en)] = _rounded(row.denominator, 2)
        if entry.is_sample:
            ends = wilson(row.numerator, row.denominator)
            low, high = (end * entry.factor for end in ends) if ends else (np.nan, np.nan)
            cells[_("95 % interval, from")], cells[_("to")] = _rounded(low, 1), _rounded(high, 1)
        cells[_named(_("Plan or target"), unit)] = _rounded(wanted, entry.decimals)
        cells[_("Ahead (+) or behind (-), {unit}").format(unit=apart)] = _rounded(row.gap, 1)
        if compares:
            cells[_named(_("Change in a year"), _("points") if entry.unit == "%" else unit)] = _rounded(
                row.year_change, max(entry.decimals, 1)
            )
        cells[_("Standing")] = f"{SHAPES[row.light]} {words.say(LIGHTS[row.light])}" if row.light in LIGHTS else "–"
        rows.append(cells)
    return pd.DataFrame(rows)


def _named(name: str, unit: str) -> str:
    return f"{name}, {unit}" if unit else name


def _rounded(value: float, decimals: int) -> float | None:
    return None if value is None or value != value else round(value, decimals) + 0.0
