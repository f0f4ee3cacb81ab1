"""Income and guarantees in words: the mean never without its tail, a rate never without those who are missing."""

from collections.abc import Mapping
from datetime import date

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
#: The sources of income, and the costs that are taken off it.
SOURCES = ("wage", "business", "property", "transfer", "business_cost")
#: A curve is drawn by so many yuan, and up to what so many per cent of the households do not exceed.
_CURVE_STEP, _DRAWN = 500, 99
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
    """Return the mean with its rise, and in the same breath how many households fell and in which village most.

    `summary` is an `income_summary`; `few` a `the_few`, empty for a village itself; `fell` the region's households that
    lost `fall` % or more.
    """
    mean = summary.set_index("measure").loc["mean"]
    text = words.gettext("Income {mean} a person, {change} in a year")
    finding = text.format(mean=yuan(words, mean["value"]), change=percent(words, mean["change_percent"]))
    if not fell or fell != fell:
        return finding
    text = words.ngettext(
        "{finding}; but {n} household lost {fall} % or more",
        "{finding}; but {n} households lost {fall} % or more",
        int(fell),
    )
    finding = text.format(finding=finding, n=words.number(fell), fall=fall)
    if few.empty:
        return finding
    worst = next(few.itertuples(index=False))
    text = words.gettext("{finding}, {n} in {place}")
    return text.format(finding=finding, n=words.number(worst.fell), place=words.pick(worst.name, worst.name_en))


def measure_headline(words: Words, children: pd.DataFrame, period: str) -> str:
    """Return who has most and who least of a measure; `children` is a `ranked_by`."""
    known = children[children["value"].notna()].sort_values("value")
    if known.empty:
        return words.gettext("Nothing reported by {day}").format(day=period)
    last, first = (words.pick(row["name"], row["name_en"]) for _, row in known.iloc[[0, -1]].iterrows())
    return words.gettext("{period}: highest in {first}, lowest in {last}").format(period=period, first=first, last=last)


def month_cards(words: Words, rows: pd.DataFrame, names: Mapping[str, str]) -> list[str]:
    """Return the hover card of each row: its month, then a line for each column of `names` that is known.

    Read are period and, for each column, <column>_label.
    """
    cards = []
    for _, row in rows.iterrows():
        known = {key: name for key, name in names.items() if row[key] == row[key]}
        lines = [f"{name}\t{row[f'{key}_label']}" for key, name in known.items()]
        cards.append("\n".join([words.period(row["period"], "month"), *lines]))
    return cards


def curve_bands(words: Words, bands: pd.DataFrame, period: date) -> pd.DataFrame:
    """Add to a `distribution_of` what its curve is drawn from.

    Columns added: period, floor, share (percent of the households), density (the same for each 500 yuan of the band),
    is_drawn (all but what lies above 99 % of the households), hover.
    """
    share = bands["households"] / max(bands["households"].sum(), 1) * 100
    table = bands.assign(period=period, floor=bands["band_floor"], share=share)
    table["density"] = share * _CURVE_STEP / (bands["until"] - bands["band_floor"])
    table["is_drawn"] = share.cumsum().shift(fill_value=0.0) < _DRAWN
    text = words.gettext("{first} to under {last}")
    table["hover"] = [
        text.format(first=words.number(row.band_floor), last=yuan(words, row.until))
        + f"\n{words.period(period, 'month')}\t{words.number(row.share, 1)}%"
        for row in table.itertuples(index=False)
    ]
    return table


def step_rows(words: Words, steps: pd.DataFrame) -> pd.DataFrame:
    """Add to an `income_change_by_source` what its waterfall writes: key, name, is_total, label, hover."""
    is_total = steps["step"].isin(("before", "now"))
    signs = ["+" if value > 0 and not total else "" for value, total in zip(steps["value"], is_total, strict=True)]
    table = steps.assign(
        key=steps["step"],
        name=[source_name(words, step) for step in steps["step"]],
        is_total=is_total,
        label=[sign + yuan(words, value) for sign, value in zip(signs, steps["value"], strict=True)],
    )
    return table.assign(hover=table["name"] + "\t" + table["label"])


def source_name(words: Words, step: str) -> str:
    """Return the name of a source of income, of the costs, or of an end of the waterfall."""
    return words.say(_SOURCES[step])


def plain_words(words: Words, title: str, subtitle: str, source: str, unit: str = "") -> ChartWords:
    """Return the texts of a chart that is not about one indicator of the dictionary."""
    cited = words.gettext("Source: {source}").format(source=source)
    return ChartWords(title=title, subtitle=subtitle, source=cited, unit=unit)


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


def guarantee_headline(words: Words, entry: Indicator, value: float, missing: pd.DataFrame, code: str) -> str:
    """Return how many persons lack a guarantee in the region `code`, and in how many villages.

    `missing` is a `missing_by_village`; of a village itself the places are not told.
    """
    name = words.pick(entry.name, entry.name_en)
    if missing.empty:
        return words.gettext("{name}: nobody is missing").format(name=name)
    lacking = words.amount(missing["missing"].sum(), words.pick(entry.numerator_unit, entry.numerator_unit_en))
    text = words.gettext("{name} {value}: {missing} missing")
    finding = text.format(name=name, value=value_of(words, entry, value), missing=lacking)
    if missing["code"].eq(code).any():
        return finding
    return words.gettext("{finding}, in {places}").format(
        finding=finding, places=count_of(words, "village", len(missing))
    )


def lacking_headline(words: Words, entry: Indicator, children: pd.DataFrame, level: str) -> str:
    """Return how many of the children of a `children_of`, of one level, lack somebody, and which lacks most."""
    known = children[children["value"].notna()]
    missing = (known["denominator"] - known["numerator"]).rename("missing")
    if not (missing > 0).any():
        return words.gettext("Nobody is missing")
    most = known.loc[missing.idxmax()]
    text = words.gettext("Somebody is missing in {n} of {places}; most in {place}: {missing}")
    return text.format(
        n=words.number((missing > 0).sum()),
        places=count_of(words, level, len(known)),
        place=words.pick(most["name"], most["name_en"]),
        missing=words.amount(missing.max(), words.pick(entry.numerator_unit, entry.numerator_unit_en)),
    )


def missing_label(words: Words, entry: Indicator, value: float, missing: pd.DataFrame, named: int) -> str:
    """Return a guarantee's rate with how many it lacks, and the villages that hold most of them; `named` at most."""
    rate = value_of(words, entry, value)
    if missing.empty:
        return rate
    lacking = words.amount(missing["missing"].sum(), words.pick(entry.numerator_unit, entry.numerator_unit_en))
    places = [
        f"{words.pick(row.name, row.name_en)} {words.number(row.missing)}"
        for row in missing.head(named).itertuples(index=False)
    ]
    if not named:
        return words.gettext("{rate}, {missing} missing").format(rate=rate, missing=lacking)
    if len(missing) > named:
        places.append("…")
    text = words.gettext("{rate}, {missing} missing: {places}")
    return text.format(rate=rate, missing=lacking, places=listed(words, places))


def age_names(words: Words, ages: pd.DataFrame) -> list[str]:
    """Return what each age of a `gap_ages` is called, as in 8–30 天."""
    last = ages["last_day"].astype(object).where(ages["last_day"].notna(), None)
    return [
        words.gettext("over {n} days").format(n=first - 1)
        if end is None
        else words.gettext("{first}–{last} days").format(first=first, last=end)
        for first, end in zip(ages["first_day"], last, strict=True)
    ]
