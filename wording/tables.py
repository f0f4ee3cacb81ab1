"""Rows as a table shows them: few columns, each with its unit, in the reader's language."""

import pandas as pd

from i18n import Words


def task_table(words: Words, villages: pd.DataFrame) -> pd.DataFrame:
    """Return one row per village and task of a `village_tasks`, in its order, under at most nine headings."""
    _ = words.gettext
    rows = villages.itertuples(index=False)
    return pd.DataFrame(
        [
            {
                _("Township and village"): f"{words.pick(r.township, r.township_en)} {words.pick(r.name, r.name_en)}",
                _("Key task"): words.pick(r.task, r.task_en),
                _("Done / target"): _done(words, r),
                _("Ahead (+) or behind (-), points"): None if r.gap != r.gap else round(r.gap, 1) + 0.0,
                _("Who answers"): " ".join(part for part in (r.owner, r.office) if isinstance(part, str)),
                _("Deadline"): r.deadline,
                _("Last report"): r.reported_on,
                _("Days silent"): r.silent_days,
                _("Problem"): r.problem if isinstance(r.problem, str) else "",
            }
            for r in rows
        ]
    )


def _done(words: Words, row) -> str:  # type: ignore[no-untyped-def]
    unit = words.pick(row.unit, row.unit_en)
    done = (
        words.gettext("not reported") if row.done != row.done else words.number(row.done, 0 if row.done % 1 == 0 else 1)
    )
    return f"{done} / {words.number(row.target, 0 if row.target % 1 == 0 else 1)} {unit}"


def few_table(words: Words, few: pd.DataFrame) -> pd.DataFrame:
    """Return one row per village of a `the_few`, in its order."""
    _ = words.gettext
    return pd.DataFrame(
        [
            {
                _("Township and village"): f"{words.pick(r.township, r.township_en)} {words.pick(r.name, r.name_en)}",
                _("Households that lost a fifth"): r.fell,
                _("Share, %"): round(r.fell_share, 1),
                _("Under the line"): r.below_line,
                _("Households"): r.households,
                _("Mean, yuan"): None if r.mean != r.mean else round(r.mean),
                _("Mean in a year, %"): None if r.mean_change != r.mean_change else round(r.mean_change, 1),
                _("Trend"): r.trend,
            }
            for r in few.itertuples(index=False)
        ]
    )


def risk_table(words: Words, households: pd.DataFrame) -> pd.DataFrame:
    """Return one row per household of a `households_at_risk`, masked as they come; amounts are rounded."""
    _ = words.gettext
    return pd.DataFrame(
        [
            {
                _("Household"): r.household,
                _("Name"): r.name,
                _("Phone"): r.phone,
                _("Kind"): r.kind,
                _("Persons"): r.persons,
                _("Income, yuan a person"): round(r.income, -2),
                _("In a year, %"): None if r.change_percent != r.change_percent else round(r.change_percent),
            }
            for r in households.itertuples(index=False)
        ]
    )


def missing_table(words: Words, missing: pd.DataFrame, unit: str) -> pd.DataFrame:
    """Return one row per village of a `missing_by_village`, the most missing first."""
    _ = words.gettext
    return pd.DataFrame(
        [
            {
                _("Township and village"): f"{words.pick(r.township, r.township_en)} {words.pick(r.name, r.name_en)}",
                _("Missing, {unit}").format(unit=unit): round(r.missing),
                _("Applicable"): int(r.applicable),
                _("Rate, %"): round(r.rate, 2),
            }
            for r in missing.itertuples(index=False)
        ]
    )


def gaps_table(words: Words, gaps: pd.DataFrame, items: dict[str, str]) -> pd.DataFrame:
    """Return one row per open gap of an `open_gaps`, the oldest first; `items` are the guarantees' names by id."""
    _ = words.gettext
    return pd.DataFrame(
        [
            {
                _(
                    "Township and village"
                ): f"{words.pick(r.township, r.township_en)} {words.pick(r.village, r.village_en)}",
                _("Guarantee"): items[r.item],
                _("Persons"): r.persons,
                _("Found on"): r.found_on,
                _("Days open"): r.days_open,
                _("Problem"): r.problem if isinstance(r.problem, str) else "",
                _("Measure"): r.measure if isinstance(r.measure, str) else "",
                _("Who answers"): " ".join(part for part in (r.owner, r.office) if isinstance(part, str)),
            }
            for r in gaps.itertuples(index=False)
        ]
    )
