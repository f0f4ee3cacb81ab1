"""Projects and their money in words: what is built and what is paid, side by side and never mixed."""

from datetime import date
from typing import Any

import pandas as pd

from data_access.indicators import Indicator
from i18n import N_, Words
from wording.figures import said_of, value_of
from wording.funds import percent, projects_count, yuan
from wording.headlines import figure_headline

GATES = {
    "listed": N_("In the library"),
    "approved": N_("Approved"),
    "tendered": N_("Tendered"),
    "started": N_("Started"),
    "finished": N_("Finished"),
    "accepted": N_("Accepted"),
    "settled": N_("Settled"),
    "handed_over": N_("Handed over"),
}
#: What a gate may be, for the key of the matrix.
GATE_STATES = {
    "done": N_("passed in time"),
    "late_done": N_("passed late, days"),
    "late": N_("overdue, days"),
    "due": N_("due within 30 days"),
    "ahead": N_("not due yet"),
    "missing": N_("papers missing"),
}
#: What a project on the map may be, the most urgent first.
MAP_STATES = {
    "late": N_("late"),
    "on_time": N_("under way in time"),
    "done": N_("finished"),
    "reserve": N_("reserve"),
    "no_place": N_("without coordinates"),
}


def project_headline(words: Words, entry: Indicator, row: Any, children: pd.DataFrame, late: float) -> str:
    """Return the payment rate with its gap, where it is lowest, and how many projects are late.

    `row` is the rate's of `figures_of`, `children` its `children_of`; without any, no place is named.
    """
    finding = figure_headline(words, entry, row, children.iloc[:0], "")
    if row.light in ("amber", "red") and row.plan == row.plan:
        text = words.gettext("{finding} ({missing})")
        finding = text.format(finding=finding, missing=yuan(words, row.plan - row.numerator))
    known = children[children["value"].notna()]
    if len(known) > 1:
        last = known.loc[known["value"].idxmin()]
        text = words.gettext("{finding}; lowest in {name} ({value})")
        name = words.pick(last["name"], last["name_en"])
        finding = text.format(finding=finding, name=name, value=percent(words, last["value"]))
    if not late:
        return words.gettext("{finding}; no project is late").format(finding=finding)
    text = words.ngettext("{finding}; {n} project is late", "{finding}; {n} projects are late", int(late))
    return text.format(finding=finding, n=words.number(late))


def none_headline(words: Words, name: str, year: int, late: float) -> str:
    """Return that a place has no project in a budget year, and how many of earlier years are late."""
    if not late:
        return words.gettext("{name} has no project of {year}").format(name=name, year=year)
    text = words.ngettext(
        "{name} has no project of {year}; {n} of an earlier year is late",
        "{name} has no project of {year}; {n} of earlier years are late",
        int(late),
    )
    return text.format(name=name, year=year, n=words.number(late))


def span_headline(words: Words, entry: Indicator, row: Any, children: pd.DataFrame) -> str:
    """Return an indicator's first and last places; `row` is the region's own figure, `children` a `children_of`."""
    name, known = words.pick(entry.name, entry.name_en), children[children["rank"].notna()]
    if len(known) < 2:
        return words.gettext("{name} {value}").format(name=name, value=said_of(words, entry, row))
    first, last = (known.iloc[at] for at in (0, -1))
    text = words.gettext("{name}: from {first} in {best} to {last} in {worst}")
    return text.format(
        name=name,
        first=value_of(words, entry, first["value"]),
        best=words.pick(first["name"], first["name_en"]),
        last=value_of(words, entry, last["value"]),
        worst=words.pick(last["name"], last["name_en"]),
    )


def stage_rows(words: Words, stages: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of `charts.gates.stage_funnel` from a `stages_of`."""
    rows = stages.assign(key=stages["gate"], name=[words.say(GATES[gate]) for gate in stages["gate"]])
    rows["label"] = [words.number(n) for n in rows["count"]]
    rows["amount_label"] = [yuan(words, value) for value in rows["investment"]]
    rows["hover"] = rows["name"] + "\n" + rows["label"] + "\t" + rows["amount_label"]
    return rows


def stage_headline(words: Words, stages: pd.DataFrame, year: int) -> str:
    """Return how many of the year's projects are finished, and how many are handed over."""
    count = stages.set_index("gate")["count"]
    text = words.gettext("Of {n} of {year}, {finished} are finished and {handed} handed over")
    total = projects_count(words, count["listed"])
    return text.format(
        n=total, year=year, finished=words.number(count["finished"]), handed=words.number(count["handed_over"])
    )


def gate_cells(words: Words, gates: pd.DataFrame) -> pd.DataFrame:
    """Return the cells of `charts.gates.gate_matrix` from a `gates_of`."""
    cells = gates.assign(
        gate_name=[words.say(GATES[gate]) for gate in gates["gate"]],
        label=[words.number(n) if n else "" for n in gates["late_days"]],
        missing=gates["missing_papers"].notna(),
    )
    cells["hover"] = [_gate_hover(words, row) for row in cells.itertuples()]
    return cells


def _gate_hover(words: Words, row: Any) -> str:
    _ = words.gettext
    lines = [f"{row.name} · {row.gate_name}"]
    if isinstance(row.due_on, date):
        lines.append(_("Due\t{day}").format(day=words.date(row.due_on)))
    if isinstance(row.passed_on, date):
        lines.append(_("Passed\t{day}").format(day=words.date(row.passed_on)))
    if row.late_days:
        lines.append(_("Late\t{n} days").format(n=words.number(row.late_days)))
    if isinstance(row.missing_papers, str):
        lines.append(_("Papers missing\t{papers}").format(papers=row.missing_papers))
    return "\n".join(lines)


def gates_headline(words: Words, cells: pd.DataFrame) -> str:
    """Return how many of the projects shown stand before a gate that is overdue, and how many lack papers."""
    late = cells.loc[cells["state"] == "late", "project"].nunique()
    lacking = cells.loc[cells["missing"], "project"].nunique()
    text = words.gettext("Of the {n} shown, {late} stand before an overdue gate and {lacking} lack papers")
    shown = projects_count(words, cells["project"].nunique())
    return text.format(n=shown, late=words.number(late), lacking=words.number(lacking))


def gantt_rows(words: Words, late: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of `charts.gantt.project_gantt` from a `late_of`."""
    _ = words.gettext
    rows = late.rename(columns={"due_finish": "planned_finish", "started_on": "started", "finished_on": "finished"})
    rows = rows.assign(key=rows["code"], label=[_("{n} days").format(n=words.number(n)) for n in rows["late_days"]])
    said = _(
        "{name}\nWho answers\t{office}\nPlanned finish\t{due}\nWorks done\t{works}\nPaid\t{paid}\nExpected\t{expected}"
    )
    rows["hover"] = [
        said.format(
            name=r.name,
            office=r.office if isinstance(r.office, str) else "–",
            due=words.date(r.planned_finish),
            works=works_of(words, r),
            paid=_paid(words, r),
            expected=words.date(r.expected) if isinstance(r.expected, date) else _("not in sight"),
        )
        for r in rows.itertuples(index=False)
    ]
    return rows


def gantt_headline(words: Words, late: pd.DataFrame) -> str:
    """Return how many projects are late and by how much at most; `late` is a `late_of`."""
    text = words.ngettext(
        "{n} project is late, by {days} days", "{n} projects are late, the longest by {days} days", len(late)
    )
    return text.format(n=words.number(len(late)), days=words.number(late["late_days"].max()))


def works_of(words: Words, row: Any) -> str:
    """Return how far a project of `projects_within` is built."""
    return words.gettext("not reported") if row.physical != row.physical else percent(words, row.physical * 100)


def _paid(words: Words, row: Any) -> str:
    if not row.allocated:
        return words.gettext("nothing allocated")
    return f"{percent(words, row.paid / row.allocated * 100)} ({yuan(words, row.paid)} / {yuan(words, row.allocated)})"


def project_hover(words: Words, row: Any) -> str:
    """Return the card of one project of `projects_within`."""
    text = words.gettext("{name}\n{gate}\t{place}\nInvestment\t{yuan}\nWorks done\t{works}\nPaid\t{paid}")
    return text.format(
        name=row.name,
        gate=words.say(GATES[row.gate]),
        place=words.pick(row.place, row.place_en),
        yuan=yuan(words, row.investment),
        works=works_of(words, row),
        paid=_paid(words, row),
    )


def project_table(words: Words, rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row per project of a `projects_within`, in its order, under nine headings."""
    _ = words.gettext
    return pd.DataFrame(
        [
            {
                _("Project"): r.name,
                _("Year"): str(r.year),
                _("Place"): words.pick(r.place, r.place_en),
                _("Who answers"): " · ".join(part for part in (r.office, r.builder) if isinstance(part, str)),
                _("Stage"): words.say(GATES[r.gate]),
                _("Works done, %"): None if r.physical != r.physical else round(r.physical * 100, 1),
                _("Paid / allocated"): f"{yuan(words, r.paid)} / {yuan(words, r.allocated)}",
                _("Days late"): int(r.late_days) or None,
                _("Gates with papers missing"): int(r.missing) or None,
            }
            for r in rows.itertuples(index=False)
        ]
    )


def ahead_headline(words: Words, ahead: pd.DataFrame, points: int) -> str:
    """Return how many projects were paid more than `points` ahead of their works; `ahead` is a `paid_ahead`."""
    text = words.ngettext(
        "{n} project is paid more than {points} points ahead of its works",
        "{n} projects are paid more than {points} points ahead of their works",
        len(ahead),
    )
    return text.format(n=words.number(len(ahead)), points=points)


def reserve_note(words: Words, reserve: pd.DataFrame) -> str:
    """Return what the library holds in reserve for later years."""
    return words.gettext("{yuan} planned").format(yuan=yuan(words, reserve["investment"].sum()))
