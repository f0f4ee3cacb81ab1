"""The ledger of problems as tables: the league, those that came back, and the ledger itself."""

from typing import Any

import pandas as pd

from i18n import Words
from wording.problems import SIGNS, state_name


def league_headline(words: Words, groups: pd.DataFrame, names: dict[str, str]) -> str:
    """Return who kept least of the deadlines, or how many were kept where the groups of a `problems_by` are unnamed."""
    known = groups[groups["on_time_rate"].notna()]
    if known.empty:
        return words.gettext("No deadline has come yet")
    best, last = known.iloc[0], known.iloc[-1]
    low, high = (words.number(row["on_time_rate"], 1) + "%" for row in (last, best))
    overdue = words.number(groups["overdue"].sum())
    if names and len(known) > 1:
        name = names[last[groups.columns[0]]]
        text = words.gettext("Least on time: {name}, {low} of its deadlines; {n} overdue in all")
        return text.format(name=name, low=low, n=overdue)
    return words.gettext("{low} to {high} fixed on time; {n} overdue in all").format(low=low, high=high, n=overdue)


def league_table(words: Words, groups: pd.DataFrame, by: str, heading: str, names: dict[str, str]) -> pd.DataFrame:
    """Return one row per group of a `problems_by`, the best on time first; `names` stand in place of codes."""
    _ = words.gettext
    return pd.DataFrame(
        [
            {
                _("Rank"): None if row["rank"] != row["rank"] else int(row["rank"]),
                heading: names.get(row[by], row[by]) if isinstance(row[by], str) else _("not given"),
                _("Found"): row["found"],
                _("Not fixed"): row["open"],
                _("Late"): row["overdue"],
                _("Fixed, %"): round(row["fixed_rate"], 1),
                _("On time, %"): None if row["on_time_rate"] != row["on_time_rate"] else round(row["on_time_rate"], 1),
                _("Days to fix, median"): None if row["median_days"] != row["median_days"] else row["median_days"],
                _("Came back / re-checked"): f"{row['relapsed']} / {row['rechecked']}",
            }
            for _at, row in groups.iterrows()
        ]
    )


def relapses_headline(words: Words, relapses: pd.DataFrame) -> str:
    """Return how many came back and how many of them are not fixed again."""
    back = int(relapses["open"].sum())
    text = words.ngettext(
        "{n} problem was found to be back at the re-check; {open} not fixed again",
        "{n} problems were found to be back at the re-check; {open} not fixed again",
        len(relapses),
    )
    return text.format(n=words.number(len(relapses)), open=words.number(back))


def relapses_table(words: Words, relapses: pd.DataFrame) -> pd.DataFrame:
    """Return one row per problem that came back."""
    _ = words.gettext
    return pd.DataFrame(
        [
            {
                _("Inspection and number"): f"{row.source} {row.number}",
                _("Place"): place_name(words, row),
                _("Problem"): row.description,
                _("Came back on"): row.relapsed_on,
                _("Who answers"): _who(row),
                _("Stands now"): _state(words, row),
            }
            for row in relapses.itertuples(index=False)
        ]
    )


def ledger_headline(words: Words, problems: pd.DataFrame) -> str:
    """Return how many of the listed problems are overdue and for how long at most."""
    late = problems.loc[problems["overdue"], "days_late"]
    count = words.ngettext("{n} problem in the ledger", "{n} problems in the ledger", len(problems))
    finding = count.format(n=words.number(len(problems)))
    if late.empty:
        return words.gettext("{finding}, none overdue").format(finding=finding)
    text = words.gettext("{finding}: {late} overdue, the longest by {days} days")
    return text.format(finding=finding, late=words.number(len(late)), days=words.number(late.max()))


def ledger_table(words: Words, problems: pd.DataFrame) -> pd.DataFrame:
    """Return one row per problem of a `problems_in`, in its order, under nine headings."""
    _ = words.gettext
    return pd.DataFrame(
        [
            {
                _("Inspection and number"): f"{row.source} {row.number}",
                _("Place"): place_name(words, row),
                _("Problem"): row.description,
                _("Who answers"): _who(row),
                _("Deadline"): row.deadline,
                _("Days late"): row.days_late if row.overdue else None,
                _("State"): _state(words, row),
                _("Measure"): row.measure if isinstance(row.measure, str) else "",
                _("Evidence"): row.evidence if isinstance(row.evidence, str) else "",
            }
            for row in problems.itertuples(index=False)
        ]
    )


def place_name(words: Words, row: Any) -> str:
    """Return the township and village of a problem, the township alone, or the county."""
    name = words.pick(row.name, row.name_en)
    if row.level != "village" or not isinstance(row.township, str):
        return name
    return f"{words.pick(row.township, row.township_en)} {name}"


def _who(row: Any) -> str:
    return " ".join(part for part in (row.owner, row.office) if isinstance(part, str))


def _state(words: Words, row: Any) -> str:
    """Return the state, with a sign where it wants somebody, and a mark where the problem has been back."""
    text = f"{SIGNS.get(row.state, '')} {state_name(words, row.state)}".strip()
    if row.relapsed and row.state != "back":
        return words.gettext("{state} (was back)").format(state=text)
    return text
