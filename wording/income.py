"""Income and guarantees in words: the mean never without its tail, a rate never without those who are missing."""

import pandas as pd

from charts.words import ChartWords
from data_access.indicators import Indicator
from i18n import N_, Words
from wording.figures import count_of, value_of
from wording.headlines import listed

#: What the map and the ranking of incomes can show, by its column in `children_income`.
MEASURES = {
    "mean": N_("Mean income"),
    "median": N_("Median income"),
    "p10": N_("Income that the poorest tenth stays under (P10)"),
    "below_line": N_("Share of households under the line"),
    "fell": N_("Share of households that lost a fifth or more"),
    "transfer_share": N_("Share of transfers in income"),
}
_SOURCES = {
    "wage": N_("Wages"),
    "business": N_("Business"),
    "property": N_("Property"),
    "transfer": N_("Transfers"),
    "business_cost": N_("Business costs"),
    "before": N_("A year before"),
    "now": N_("Now"),
}


def measure_entry(words: Words, entry: Indicator, measure: str) -> Indicator:
    """Return the dictionary entry under which a measure of `children_income` is shown; `entry` is that of the mean."""
    name = words.say(MEASURES[measure])
    share = measure in ("below_line", "fell", "transfer_share")
    unit, unit_en = ("%", "%") if share else (entry.unit, entry.unit_en)
    return entry._replace(
        name=name,
        name_en=name,
        unit=unit,
        unit_en=unit_en,
        decimals=1 if share else 0,
        direction="down" if share else "up",
    )


def yuan(words: Words, value: float | None) -> str:
    """Return an income per person in yuan, whatever its size."""
    return words.number(value) + " " + words.pick("元", "yuan")


def percent(words: Words, value: float | None) -> str:
    """Return a relative change with its sign."""
    if value is None or value != value:
        return words.number(None)
    return ("+" if round(value, 1) > 0 else "") + words.number(value, 1) + "%"


def income_headline(words: Words, summary: pd.DataFrame, few: pd.DataFrame, fell: float, fall: int) -> str:
    """Return the mean with its rise, and in the same breath how many households fell and in which villages most.

    `summary` is an `income_summary`, `few` a `the_few`; `fell` the region's households whose income fell by `fall` %.
    """
    mean = summary.set_index("measure").loc["mean"]
    text = words.gettext("Income {mean} a person, {change} in a year")
    finding = text.format(mean=yuan(words, mean["value"]), change=percent(words, mean["change_percent"]))
    if not fell or fell != fell:
        return finding
    names = [words.pick(row.name, row.name_en) for row in few.head(3).itertuples(index=False) if row.fell]
    text = words.ngettext(
        "{finding}; but {n} household lost {fall} % or more, most in {places}",
        "{finding}; but {n} households lost {fall} % or more, most in {places}",
        int(fell),
    )
    return text.format(finding=finding, n=words.number(fell), fall=fall, places=listed(words, names))


def measure_headline(words: Words, children: pd.DataFrame, period: str) -> str:
    """Return who has most and who least of a measure; `children` is a `ranked_by`."""
    known = children[children["value"].notna()].sort_values("value")
    if known.empty:
        return words.gettext("Nothing reported by {day}").format(day=period)
    last, first = (words.pick(row["name"], row["name_en"]) for _, row in known.iloc[[0, -1]].iterrows())
    return words.gettext("{period}: highest in {first}, lowest in {last}").format(period=period, first=first, last=last)


def source_name(words: Words, step: str) -> str:
    """Return the name of a source of income, of the costs, or of an end of the waterfall."""
    return words.say(_SOURCES[step])


def plain_words(words: Words, title: str, subtitle: str, source: str) -> ChartWords:
    """Return the texts of a chart that is not about one indicator of the dictionary."""
    cited = words.gettext("Source: {source}").format(source=source)
    return ChartWords(title=title, subtitle=subtitle, source=cited, unit="")


def distribution_headline(words: Words, series: pd.DataFrame) -> str:
    """Return how the median and the tenth percentile moved over the months of a `distribution_over_time`."""
    first, last = series.iloc[0], series.iloc[-1]
    text = words.gettext(
        "Median {median} a person; a tenth of the households stays under {p10} ({change} since {period})"
    )
    return text.format(
        median=yuan(words, last["median"]),
        p10=yuan(words, last["p10"]),
        change=percent(words, (last["p10"] / first["p10"] - 1) * 100 if first["p10"] > 0 else None),
        period=words.period(first["period"], "month"),
    )


def change_headline(words: Words, steps: pd.DataFrame) -> str:
    """Return which source carried the change of an `income_change_by_source`."""
    parts = steps[~steps["step"].isin(("before", "now"))]
    most = parts.loc[parts["value"].abs().idxmax()]
    text = words.gettext("{source} changed income most: {value}")
    sign = "+" if most["value"] > 0 else ""
    return text.format(source=source_name(words, most["step"]), value=sign + yuan(words, most["value"]))


def guarantee_headline(words: Words, entry: Indicator, value: float, missing: pd.DataFrame) -> str:
    """Return how many persons lack a guarantee and in how many villages; `missing` is a `missing_by_village`."""
    name = words.pick(entry.name, entry.name_en)
    if missing.empty:
        return words.gettext("{name}: nobody is missing").format(name=name)
    text = words.gettext("{name} {value}: {missing} missing, in {places}")
    unit = words.pick(entry.numerator_unit, entry.numerator_unit_en)
    lacking = words.amount(missing["missing"].sum(), unit)
    places = count_of(words, "village", len(missing))
    return text.format(name=name, value=value_of(words, entry, value), missing=lacking, places=places)
