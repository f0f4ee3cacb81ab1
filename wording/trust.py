"""Doubts about figures in words: what a check found, with the figures, and the sign beside a figure that failed one."""

from typing import Any

import pandas as pd

from data_access.indicators import Indicator
from i18n import N_, Words
from wording.figures import base_of, value_of
from wording.league import place_name

#: The sign behind a figure that failed a check.
DOUBT = "※"
_NOTED = 3

CHECKS = {
    "stale": N_("No report"),
    "impossible": N_("Impossible"),
    "jump": N_("Jump"),
    "copied": N_("Copied"),
    "perfect": N_("Too perfect"),
}


def doubt_of(words: Words, entry: Indicator | None, row: Any) -> str:
    """Return in words what a row of `failed_checks` found; `entry` is its indicator's, None for "perfect"."""
    if entry is None:
        return words.gettext("all {n} rates are exactly 100%").format(n=words.number(row.usual))
    if row.check == "stale":
        text = words.gettext("none for {period}; the last one is of {since}")
        return text.format(
            period=words.period(row.period, entry.frequency), since=words.period(row.since, entry.frequency)
        )
    numbers, _ = base_of(words, entry, row)
    if row.check == "impossible":
        return words.gettext("{numbers}: more than all").format(numbers=numbers)
    if row.check == "jump":
        text = words.gettext("from {before} to {value} in one period; up to {usual} would be usual")
        usual = words.distance(row.usual) if entry.unit == "%" else words.number(row.usual, 1) + "%"
        return text.format(
            before=value_of(words, entry, row.before), value=value_of(words, entry, row.value), usual=usual
        )
    text = words.gettext("{numbers} since {since}, the same {n} times while most others moved")
    return text.format(numbers=numbers, since=words.period(row.since, entry.frequency), n=words.number(row.usual))


def doubted(
    words: Words, children: pd.DataFrame, failed: pd.DataFrame, entries: dict[str, Indicator]
) -> tuple[list[str], list[str]]:
    """Return for each of `children` the sign of a figure in doubt, or "", and the hover lines that say why.

    `failed` is a `failed_checks`: of one indicator, where the children show one. Who did not report has no figure to
    doubt. A township is marked for its own figures and names how many of its villages' are in doubt.
    """
    doubts = failed[failed["check"] != "stale"]
    marks, notes = [], []
    for code in children["code"]:
        own = doubts[doubts["code"] == code]
        below = doubts[(doubts["township_code"] == code) & (doubts["code"] != code)]
        lines = [
            _line(words, entries.get(row.indicator), doubt_of(words, entries.get(row.indicator), row))
            for row in own.head(_NOTED).itertuples(index=False)
        ]
        if len(below):
            text = words.ngettext("{n} figure of its villages", "{n} figures of its villages", len(below))
            lines.append(_line(words, None, text.format(n=words.number(len(below)))))
        marks.append(DOUBT if lines else "")
        notes.append("\n".join(lines))
    return marks, notes


def _line(words: Words, entry: Indicator | None, text: str) -> str:
    said = (
        words.gettext("{name}: {text}").format(name=words.pick(entry.name, entry.name_en), text=text) if entry else text
    )
    return f"{DOUBT} {words.gettext('In doubt')}\t{said}"


def trust_headline(words: Words, trust: Any, failed: pd.DataFrame) -> str:
    """Return how many checks passed and how many figures are in doubt or missing; `trust` is a row of `trust_of`."""
    if not trust.checked:
        return words.gettext("Nothing has been reported that could be checked")
    missing = int((failed["check"] == "stale").sum())
    doubt = len(failed) - missing
    text = words.ngettext(
        "{share} of {n} checks passed: {doubt} figure in doubt, {missing} not reported",
        "{share} of {n} checks passed: {doubt} figures in doubt, {missing} not reported",
        doubt,
    )
    passed = min(trust.passed * 100, 99.9) if trust.failed else 100.0
    return text.format(
        share=words.number(passed, 1) + "%",
        n=words.number(trust.checked),
        doubt=words.number(doubt),
        missing=words.number(missing),
    )


def doubts_table(words: Words, failed: pd.DataFrame, entries: dict[str, Indicator]) -> pd.DataFrame:
    """Return one row per failed check of a `failed_checks`, doubtful figures before missing ones."""
    _ = words.gettext
    order = failed.assign(late=failed["check"] == "stale").sort_values("late", kind="stable")
    rows = []
    for row in order.itertuples(index=False):
        entry = entries.get(row.indicator)
        rows.append(
            {
                _("Place"): place_name(words, row),
                _("Indicator"): words.pick(entry.name, entry.name_en) if entry else _("All rates"),
                _("Doubt"): words.say(CHECKS[row.check]),
                _("What was found"): doubt_of(words, entry, row),
                _("Period"): words.period(row.period, entry.frequency if entry else "month"),
            }
        )
    return pd.DataFrame(rows)
