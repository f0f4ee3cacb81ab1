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
