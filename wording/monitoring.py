"""Households under monitoring in words: a stock never without those that nobody helps, a speed with its late ones."""

from typing import Any

import pandas as pd

from data_access.indicators import Indicator
from i18n import N_, Words
from wording.figures import SHAPES, base_of, count_of, level_name, said_of
from wording.headlines import listed, places_of

CHECKS = {
    "unhelped": N_("No measure after the limit"),
    "uncovered": N_("Unsafe house or water, no case"),
    "missed": N_("Under the line, no case"),
    "undecided": N_("Alert not decided upon"),
    "cleared_with_gap": N_("Cleared with a gap open"),
    "cleared_under_line": N_("Cleared under the line"),
    "cleared_early": N_("Cleared early"),
}
_NOTES = {
    "unhelped": N_("Under monitoring for {measure_days} days or more, and no measure has begun."),
    "uncovered": N_("An open gap of safe housing or drinking water, and the household is not under monitoring."),
    "missed": N_("Twelve months of income under the line, and no case follows the household; counted by village."),
    "undecided": N_("An alert older than {verify_days} days that was neither taken in nor dismissed."),
    "cleared_with_gap": N_("The risk was cleared in the last twelve months though a guarantee gap is still open."),
    "cleared_under_line": N_("Cleared in the last twelve months, with twelve months of income under that year's line."),
    "cleared_early": N_("Cleared in the last twelve months, less than {clear_months} months after the inclusion."),
}
_STEPS = {
    "alert": N_("Alerts"),
    "verify": N_("Alert verified"),
    "include": N_("Taken into monitoring"),
    "help": N_("First measure"),
}


def monitoring_headline(
    words: Words, name: str, stock: float, unhelped: pd.DataFrame, level: str, measure_days: int
) -> str:
    """Return how many households are under monitoring, and how many of them nobody has helped, and where.

    `unhelped` has one row per child at `level`, the most first: name, name_en, households and share (of them all); at
    the last level the region's own, with an empty `level`.
    """
    if not stock:
        return words.gettext("{name}: no household is under monitoring").format(name=name)
    text = words.ngettext("{n} household under monitoring", "{n} households under monitoring", int(stock))
    finding = text.format(n=words.number(stock))
    missing = int(unhelped["households"].sum())
    if not missing:
        return words.gettext("{finding}; all past {days} days have a measure").format(
            finding=finding, days=measure_days
        )
    text = words.ngettext(
        "{finding}; {n} of them has no measure after {days} days",
        "{finding}; {n} of them have no measure after {days} days",
        missing,
    )
    finding = text.format(finding=finding, n=words.number(missing), days=measure_days)
    if not level:
        return finding
    return words.gettext("{finding}, most in {places}").format(
        finding=finding, places=places_of(words, unhelped, level)
    )


def count_headline(words: Words, entry: Indicator, figure: Any, children: pd.DataFrame) -> str:
    """Return a count with the places that have most of it; `children` is a `children_of`."""
    finding = words.gettext("{name} {value}").format(
        name=words.pick(entry.name, entry.name_en), value=said_of(words, entry, figure)
    )
    most = children[children["numerator"] > 0].sort_values("numerator", ascending=False, kind="stable").head(2)
    if most.empty or len(children) < 2:
        return finding
    names = [words.pick(row.name, row.name_en) for row in most.itertuples(index=False)]
    return words.gettext("{finding}, most in {places}").format(finding=finding, places=listed(words, names))


def kind_name(words: Words, kind: str) -> str:
    """Return the kind of a case as the ledger calls it, or that it names none."""
    return kind or words.gettext("kind not given")


def flow_headline(words: Words, steps: pd.DataFrame) -> str:
    """Return what came and left in the newest month of a flow (period, opened, closed, stock), and what is left."""
    last, first = steps.iloc[-1], steps.iloc[0]
    text = words.gettext("{month}: {opened} came in and {closed} left, {stock} remain; {before} in {first}")
    return text.format(
        month=words.period(last["period"], "month"),
        opened=words.number(last["opened"]),
        closed=words.number(last["closed"]),
        stock=words.number(last["stock"]),
        before=words.number(first["stock"]),
        first=words.period(first["period"], "month"),
    )


def flow_rows(words: Words, steps: pd.DataFrame) -> pd.DataFrame:
    """Return a flow with what its chart writes: opened_label, closed_label, stock_label, hover."""
    rows = steps.assign(
        opened_label=["+" + words.number(n) for n in steps["opened"]],
        closed_label=["−" + words.number(n) for n in steps["closed"]],
        stock_label=[words.number(n) for n in steps["stock"]],
    )
    names = [words.gettext("Taken in"), words.gettext("Risk cleared"), words.gettext("Under monitoring")]
    rows["hover"] = [
        "\n".join(
            [
                words.period(row.period, "month"),
                *(
                    "\t".join(pair)
                    for pair in zip(names, (row.opened_label, row.closed_label, row.stock_label), strict=True)
                ),
            ]
        )
        for row in rows.itertuples(index=False)
    ]
    return rows


def step_rows(words: Words, steps: pd.DataFrame) -> pd.DataFrame:
    """Return the steps of a `durations` as bars: key, name, value, plan_value, light, label, hover."""
    rows = pd.DataFrame(
        {
            "key": steps["step"],
            "name": [words.say(_STEPS[step]) for step in steps["step"]],
            "value": steps["cases"].astype(float),
            "plan_value": float("nan"),
            "light": "none",
            "label": [_step_label(words, row) for row in steps.itertuples(index=False)],
        }
    )
    return rows.assign(hover=rows["name"] + "\t" + rows["label"])


def _step_label(words: Words, row: Any) -> str:
    number = words.number(row.cases)
    if row.median != row.median:
        return words.ngettext("{n} household", "{n} households", int(row.cases)).format(n=number)
    text = words.gettext("{n}; median {median} days, P90 {p90}")
    return text.format(n=number, median=_days(words, row.median), p90=_days(words, row.p90))


def _days(words: Words, value: float) -> str:
    return words.number(value, 0 if round(value, 1) == round(value) else 1)


def speed_headline(words: Words, steps: pd.DataFrame) -> str:
    """Return how many took longer than the limits in a `durations`."""
    by_step = steps.set_index("step")
    parts = []
    for step, text in (
        ("include", words.gettext("{late} of {n} taken in later than {limit} days after the alert")),
        ("help", words.gettext("{late} of {n} first helped later than {limit} days")),
    ):
        row = by_step.loc[step]
        if row["cases"]:
            late, n = words.number(row["late"]), words.number(row["cases"])
            parts.append(text.format(late=late, n=n, limit=words.number(row["limit"])))
    return words.gettext("; ").join(parts) or words.gettext("Nobody was taken in over the last twelve months")


def league_headline(words: Words, league: pd.DataFrame) -> str:
    """Return who kept the limits least in a `league`."""
    judged = league[league["on_time"].notna()]
    if judged.empty:
        return words.gettext("Nobody was taken in over the last twelve months")
    last = judged.iloc[-1]
    text = words.gettext("Least on time: {name}, {share} of {n}")
    share = words.number(last["on_time"], 1) + "%"
    return text.format(name=words.pick(last["name"], last["name_en"]), share=share, n=words.number(last["judged"]))


def league_table(words: Words, league: pd.DataFrame, level: str) -> pd.DataFrame:
    """Return one row per place of a `league`, in rank order; how long it took as the median and P90, in days."""
    _ = words.gettext
    return pd.DataFrame(
        [
            {
                _("Rank"): _whole(r.rank),
                level_name(words, level): words.pick(r.name, r.name_en),
                _("Taken in"): r.cases,
                _("On time, %"): None if r.on_time != r.on_time else round(r.on_time, 1),
                _("Alert to inclusion"): _pair(words, r.include_median, r.include_p90),
                _("To first measure"): _pair(words, r.help_median, r.help_p90),
                _("Waiting for a measure"): r.waiting,
            }
            for r in league.itertuples(index=False)
        ]
    )


def _whole(value: float) -> int | None:
    return None if value != value else int(value)


def _pair(words: Words, median: float, p90: float) -> str:
    return words.number(None) if median != median else f"{_days(words, median)} / {_days(words, p90)}"


def coverage_headline(words: Words, coverage: pd.DataFrame) -> str:
    """Return the risk of a `coverage` that most households have no measure for."""
    if coverage.empty:
        return words.gettext("No risk is named")
    left = coverage.assign(left=coverage["cases"] - coverage["measured"])
    worst = left.loc[left["left"].idxmax()]
    if not worst["left"]:
        return words.gettext("Every risk has its measure")
    text = words.gettext("{risk}: {left} of {n} households have no measure for it")
    risk = risk_name(words, worst["risk"])
    return text.format(risk=risk, left=words.number(worst["left"]), n=words.number(worst["cases"]))


def risk_name(words: Words, risk: str) -> str:
    """Return a risk as the ledger calls it, or that the case names none."""
    return risk or words.gettext("no risk named")


def coverage_rows(words: Words, coverage: pd.DataFrame) -> pd.DataFrame:
    """Return the risks of a `coverage` as bars: key, name, value, plan_value, light, label, hover."""
    labels = [
        f"{words.number(r.measured)} / {words.number(r.cases)}　{words.number(r.share, 1)}%"
        for r in coverage.itertuples(index=False)
    ]
    rows = pd.DataFrame(
        {
            "key": coverage["risk"],
            "name": [risk_name(words, risk) for risk in coverage["risk"]],
            "value": coverage["measured"].astype(float),
            "plan_value": coverage["cases"].astype(float),
            "light": "none",
            "label": labels,
        }
    )
    return rows.assign(hover=rows["name"] + "\t" + rows["label"])


def checks_headline(words: Words, suspects: pd.DataFrame) -> str:
    """Return how many households the checks ask about, and which check finds most."""
    if suspects.empty:
        return words.gettext("The checks find nothing to ask about")
    by_check = suspects.groupby("check")["households"].sum().sort_values(ascending=False, kind="stable")
    text = words.gettext("{n} to look at; most: {check} ({m})")
    most = words.say(CHECKS[str(by_check.index[0])])
    return text.format(n=words.number(by_check.sum()), check=most, m=words.number(by_check.iloc[0]))


def check_note(words: Words, check: str, verify_days: int, measure_days: int, clear_months: int) -> str:
    """Return what a check asks, with the limits that the county sets."""
    note = words.gettext(_NOTES[check].text)
    return note.format(verify_days=verify_days, measure_days=measure_days, clear_months=clear_months)


def suspects_table(words: Words, suspects: pd.DataFrame, items: dict[str, str], *, with_numbers: bool) -> pd.DataFrame:
    """Return one row per row of a `suspects`; `items` names guarantees; `with_numbers` adds the household's."""
    _ = words.gettext
    table = pd.DataFrame(
        [
            {
                _("Cross-check"): " · ".join(
                    [words.say(CHECKS[r.check]), *([items[r.item]] if r.item in items else [])]
                ),
                _(
                    "Township and village"
                ): f"{words.pick(r.township, r.township_en)} {words.pick(r.village, r.village_en)}",
                _("Household"): r.household if isinstance(r.household, str) else "",
                _("Households"): r.households,
                _("Since"): r.since,
                _("Days"): _whole(r.days),
                _("Who answers"): " ".join(part for part in (r.owner, r.office) if isinstance(part, str)),
            }
            for r in suspects.itertuples(index=False)
        ]
    )
    return table if with_numbers or table.empty else table.drop(columns=_("Household"))


def silent_line(words: Words, names: list[str], month: str, most: int) -> str:
    """Return which villages have not reported a month's review, `most` of them by name."""
    text = words.ngettext(
        "{n} village not in for {month}: {names}", "{n} villages not in for {month}: {names}", len(names)
    )
    shown = listed(words, names[:most]) + ("…" if len(names) > most else "")
    return text.format(n=words.number(len(names)), month=month, names=shown)


def review_cells(words: Words, entry: Indicator, cells: pd.DataFrame) -> pd.DataFrame:
    """Return the cells of a heatmap (a `periods_of_children`) with name, period_label, label and hover."""
    rows = cells.assign(
        name=[words.pick(row.name, row.name_en) for row in cells.itertuples(index=False)],
        period_label=[words.period(period, "month") for period in cells["period"]],
        label=[words.number(value, 1) if value == value else "" for value in cells["value"]],
    )
    rows["hover"] = [_cell_hover(words, entry, row) for row in rows.itertuples(index=False)]
    return rows


def _cell_hover(words: Words, entry: Indicator, row: Any) -> str:
    lines = [row.name, f"{row.period_label}\t{SHAPES[row.light]} {said_of(words, entry, row)}"]
    if row.value == row.value:
        numbers, names = base_of(words, entry, row)
        lines.append(f"{names}\t{numbers}")
    return "\n".join(lines)


def reviews_headline(words: Words, silent: list[str], month: str, entry: Indicator, figure: Any) -> str:
    """Return how many households were reviewed, and how many villages are silent about the newest month."""
    finding = words.gettext("{name} {value}").format(
        name=words.pick(entry.name, entry.name_en), value=said_of(words, entry, figure)
    )
    if not silent:
        return words.gettext("{finding}; every village has reported {month}").format(finding=finding, month=month)
    places = count_of(words, "village", len(silent))
    return words.gettext("{finding}; {places} not in for {month}").format(finding=finding, places=places, month=month)
