"""Problems that inspections found, in words: what is fixed never without what is late, came back, and where."""

from typing import Any

import pandas as pd

from charts.words import ChartWords
from data_access.indicators import Indicator
from data_access.problems import STATES, DaysToFix
from i18n import N_, Words
from wording.figures import SHAPES, value_of
from wording.headlines import places_of
from wording.income import plain_words

STATE_NAMES = {
    "overdue": N_("Late"),
    "back": N_("Back again"),
    "open": N_("Being fixed"),
    "fixed": N_("Fixed, not yet struck off"),
    "verified": N_("Struck off"),
    "rechecked": N_("Re-checked"),
}
SIGNS = {"overdue": SHAPES["red"], "back": SHAPES["amber"]}
_MONTHS_BETWEEN = 2


def state_name(words: Words, state: str) -> str:
    """Return how a problem stands."""
    return words.say(STATE_NAMES[state])


def problems_headline(words: Words, name: str, problems: pd.DataFrame, entry: Indicator, level: str) -> str:
    """Return how many problems were found and fixed, how many are late or came back, and where those are.

    `problems` is a `problems_in`, `entry` the share fixed; `level` is that of the children, empty at the last level.
    """
    if problems.empty:
        return words.gettext("{name}: no inspection has found a problem").format(name=name)
    found, fixed = len(problems), int(problems["fixed"].sum())
    text = words.ngettext("{n} problem found, {rate} fixed", "{n} problems found, {rate} fixed", found)
    finding = text.format(n=words.number(found), rate=value_of(words, entry, fixed / found * 100))
    overdue, back = int(problems["overdue"].sum()), int(problems["relapsed"].sum())
    for n, added in (
        (overdue, words.ngettext("{finding}, {n} overdue", "{finding}, {n} overdue", overdue)),
        (back, words.ngettext("{finding}, {n} came back", "{finding}, {n} came back", back)),
    ):
        finding = added.format(finding=finding, n=words.number(n)) if n else finding
    lacking = "overdue" if overdue else "open"
    places = _shares(problems, lacking)
    if not level or places.empty:
        return finding
    if overdue:
        text = words.gettext("{finding}; those overdue are mostly in {places}")
    else:
        text = words.gettext("{finding}; what is open is mostly in {places}")
    return text.format(finding=finding, places=places_of(words, places, level))


def _shares(problems: pd.DataFrame, which: str) -> pd.DataFrame:
    """Return the children by how many they have of those problems: name, name_en, share, the most first."""
    own = problems[problems[which]]
    counts = own.groupby("child", sort=False).agg(
        name=("child_name", "first"), name_en=("child_name_en", "first"), n=("child", "size")
    )
    table = counts.sort_values("n", ascending=False, kind="stable", ignore_index=True)
    return table.assign(share=table["n"] / max(table["n"].sum(), 1))


def burn_down_headline(words: Words, weeks: pd.DataFrame, overdue: int) -> str:
    """Return how many problems are open and overdue, and by when the deadlines end; `weeks` is a `burn_down`."""
    now, last = weeks[weeks["open"].notna()].iloc[-1], weeks.iloc[-1]
    if not now["open"]:
        return words.gettext("Nothing is left open")
    text = words.gettext("{n} open, {late} of them overdue")
    finding = text.format(n=words.number(now["open"]), late=words.number(overdue))
    if last["plan"] or last["period"] == now["period"]:
        return finding
    text = words.gettext("{finding}; by the deadlines none is left by {day}")
    return text.format(finding=finding, day=words.date(last["period"] + pd.Timedelta(days=6)))


def burn_down_rows(words: Words, weeks: pd.DataFrame) -> pd.DataFrame:
    """Return a `burn_down` as its chart reads it: cleared for fixed, labels, hover."""
    rows = weeks.rename(columns={"fixed": "cleared"})
    for name in ("open", "new", "cleared"):
        rows[f"{name}_label"] = [words.number(n) for n in rows[name]]
    names = [words.gettext("Not fixed"), words.gettext("New or back"), words.gettext("Fixed"), words.gettext("Plan")]
    rows["hover"] = [
        "\n".join(
            [
                words.gettext("week of {day}").format(day=words.date(row.period)),
                *(
                    f"{name}\t{text}"
                    for name, text in zip(
                        names, (row.open_label, row.new_label, row.cleared_label, words.number(row.plan)), strict=True
                    )
                ),
            ]
        )
        for row in rows.itertuples(index=False)
    ]
    return rows


def week_ticks(words: Words, weeks: pd.DataFrame) -> list[tuple[Any, str]]:
    """Return a tick at the first week of every second month."""
    firsts = weeks.loc[~weeks["period"].map(lambda day: (day.year, day.month)).duplicated(), "period"]
    return [(day, words.period(day, "month")) for day in firsts.iloc[1::_MONTHS_BETWEEN]]


def ages_headline(words: Words, ages: pd.DataFrame) -> str:
    """Return how many of the open problems are overdue and how many fall due soon; of an `ages_of`."""
    late = int(ages.loc[ages["first_day"] > 0, "count"].sum())
    soon = int(ages.loc[(ages["last_day"] == 0).fillna(value=False), "count"].sum())
    text = words.gettext("{n} open: {late} overdue, {soon} due within 30 days")
    return text.format(n=int(ages["count"].sum()), late=late, soon=soon)


def age_rows(words: Words, ages: pd.DataFrame) -> pd.DataFrame:
    """Return an `ages_of` as bars: key, name, count, label, hover."""
    names = []
    for row in ages.itertuples(index=False):
        first, last = (None if pd.isna(day) else int(day) for day in (row.first_day, row.last_day))
        if first is None:
            names.append(words.gettext("later, or no deadline"))
        elif last is None:
            names.append(words.gettext("overdue over {n} days").format(n=first - 1))
        elif last <= 0:
            names.append(words.gettext("due within {n} days").format(n=-first))
        else:
            names.append(words.gettext("overdue {first}–{last} days").format(first=first, last=last))
    rows = ages.assign(key=names, name=names, label=[words.number(n) for n in ages["count"]])
    return rows.assign(hover=rows["name"] + "\t" + rows["label"])


def pace_line(words: Words, took: DaysToFix) -> str:
    """Return how long fixing took."""
    if not took.fixed:
        return words.gettext("Nothing is fixed yet")
    text = words.gettext("Days to fix: half within {median}, nine of ten within {p90} ({n} fixed)")
    return text.format(median=words.number(took.median), p90=words.number(took.p90), n=words.number(took.fixed))


def parts_headline(words: Words, groups: pd.DataFrame, by: str) -> str:
    """Return which group of a `problems_by` has least fixed, and which most."""
    order = groups.sort_values("fixed_rate", kind="stable")
    (least, low), (most, high) = (
        (name if isinstance(name, str) else words.gettext("not given"), words.number(rate, 1) + "%")
        for name, rate in order.iloc[[0, -1]][[by, "fixed_rate"]].itertuples(index=False)
    )
    if len(groups) == 1:
        return words.gettext("{name}: {rate} fixed").format(name=least, rate=low)
    text = words.gettext("Least fixed: {least} {low}; most: {most} {high}")
    return text.format(least=least, low=low, most=most, high=high)


def part_rows(words: Words, problems: pd.DataFrame, groups: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return a `problems_by` as rows made of states: code, name, label, hover and a column for each of `STATES`.

    Back again counts with what is being fixed: both are open and in time.
    """
    state = problems["state"].replace("back", "open")
    key = problems[by].fillna("")
    counts = pd.crosstab(key, state).reindex(columns=[name for name in STATES if name != "back"], fill_value=0)
    order = groups.assign(key=groups[by].fillna("")).sort_values("found", ascending=False, kind="stable")
    rows = counts.reindex(order["key"]).reset_index(drop=True)
    order = order.reset_index(drop=True)
    rows = rows.assign(code=order["key"], name=[name or words.gettext("not given") for name in order["key"]])
    for column in counts.columns:
        rows[f"{column}_label"] = [words.number(n) if n else "" for n in rows[column]]
    text = words.gettext("{rate} fixed, evidence of {held}")
    rows["label"] = [
        text.format(rate=_percent(words, row.fixed_rate), held=_percent(words, row.evidence_rate))
        for row in order.itertuples(index=False)
    ]
    rows["hover"] = [
        "\n".join(
            [
                row["name"],
                *(f"{state_name(words, column)}\t{words.number(row[column])}" for column in counts.columns),
                row["label"],
            ]
        )
        for _, row in rows.iterrows()
    ]
    return rows


def texts(words: Words, entry: Indicator, title: str, subtitle: str) -> ChartWords:
    """Return the texts of a chart of the ledger."""
    plain = plain_words(words, title, subtitle, words.pick(entry.source, entry.source_en))
    return ChartWords(plain.title, plain.subtitle, plain.source, plan=words.gettext("Plan (deadlines)"))


def _percent(words: Words, rate: float) -> str:
    return words.gettext("none") if rate != rate else words.number(rate) + "%"
