"""The rows behind a chart as a spreadsheet takes them: numbers and dates, under headings in the reader's language."""

from collections.abc import Mapping

import pandas as pd

from i18n import Words
from wording.income import source_name

# Yuan and percents keep two decimals: more of them say nothing, fewer would not add up.
_DECIMALS = 2


def _sheet(rows: pd.DataFrame, headings: Mapping[str, str]) -> pd.DataFrame:
    """Return the columns that `headings` names, in its order and under its headings."""
    return rows[list(headings)].round(_DECIMALS).rename(columns=dict(headings))


def _named(words: Words, rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(place=[words.pick(row.name, row.name_en) for row in rows.itertuples(index=False)])


def _per_person(words: Words, what: str) -> str:
    return words.gettext("{what}, yuan a person").format(what=what)


def incomes_sheet(words: Words, children: pd.DataFrame) -> pd.DataFrame:
    """Return one row per place of a `children_income`."""
    _ = words.gettext
    return _sheet(
        _named(words, children),
        {
            "place": _("Place"),
            "period": _("Month"),
            "households": _("Households"),
            "persons": _("Persons"),
            "mean": _per_person(words, _("Mean")),
            "mean_change": _("Mean in a year, %"),
            "p10": _per_person(words, "P10"),
            "p25": _per_person(words, "P25"),
            "median": _per_person(words, _("Median")),
            "p75": _per_person(words, "P75"),
            "p90": _per_person(words, "P90"),
            "below_line_households": _("Households under the line"),
            "below_line": _("Under the line, %"),
            "fell_households": _("Households that lost a fifth"),
            "fell": _("Lost a fifth, %"),
            "transfer_share": _("Share of transfers, %"),
        },
    )


def distribution_sheet(words: Words, series: pd.DataFrame) -> pd.DataFrame:
    """Return one row per month of a `distribution_over_time`."""
    _ = words.gettext
    quantiles = {name: name.upper() for name in ("p10", "p25", "p75", "p90")}
    names = {"mean": _("Mean"), "median": _("Median")} | quantiles
    amounts = {name: _per_person(words, names[name]) for name in ("mean", "p10", "p25", "median", "p75", "p90")}
    counts = {"households": _("Households"), "persons": _("Persons")}
    return _sheet(series, {"period": _("Month")} | amounts | counts)


def trend_sheet(words: Words, series: pd.DataFrame) -> pd.DataFrame:
    """Return one row per month of a `trend_of` the mean with last year's."""
    _ = words.gettext
    return _sheet(
        series,
        {
            "period": _("Month"),
            "numerator": _("Net income of twelve months, yuan"),
            "denominator": _("Persons"),
            "value": _per_person(words, _("Actual")),
            "plan_value": _per_person(words, _("Plan")),
            "last_year": _per_person(words, _("Last year")),
        },
    )


def sources_sheet(words: Words, sources: pd.DataFrame) -> pd.DataFrame:
    """Return one row per month of a `sources_over_time`."""
    _ = words.gettext
    names = ("wage", "business", "property", "transfer", "business_cost")
    amounts = {name: _per_person(words, source_name(words, name)) for name in names}
    rest = {"net": _per_person(words, _("Net income")), "transfer_share": _("Share of transfers, %")}
    return _sheet(sources, {"period": _("Month")} | amounts | rest)


def steps_sheet(words: Words, steps: pd.DataFrame) -> pd.DataFrame:
    """Return one row per step of an `income_change_by_source`."""
    _ = words.gettext
    rows = steps.assign(step=[source_name(words, step) for step in steps["step"]])
    return _sheet(rows, {"step": _("Step"), "value": _("Yuan a person")})


def bands_sheet(words: Words, bands: pd.DataFrame) -> pd.DataFrame:
    """Return one row per month and band of `distribution_of`s with their period and share (percent)."""
    _ = words.gettext
    return _sheet(
        bands,
        {
            "period": _("Month"),
            "band_floor": _per_person(words, _("From")),
            "until": _per_person(words, _("To under")),
            "households": _("Households"),
            "persons": _("Persons"),
            "share": _("Share, %"),
        },
    )


def few_sheet(words: Words, table: pd.DataFrame, few: pd.DataFrame) -> pd.DataFrame:
    """Return the `few_table` of these villages with a column a month in place of the line that stands for them."""
    of_months = few["trend"].tolist()
    months = pd.date_range(end=few["period"].iloc[0], periods=len(of_months[0]), freq="MS")
    trend = pd.DataFrame(of_months, columns=[words.period(month.date(), "month") for month in months])
    return pd.concat([table.drop(columns=words.gettext("Trend")), trend], axis=1)


def guarantees_sheet(words: Words, rows: pd.DataFrame, items: Mapping[str, str]) -> pd.DataFrame:
    """Return one row per place and guarantee of a `guarantee_matrix`, or of the like; `items` are names by id."""
    _ = words.gettext
    named = _named(words, rows).assign(item=rows["item"].map(dict(items)), covered=rows["applicable"] - rows["missing"])
    return _sheet(
        named,
        {
            "place": _("Place"),
            "item": _("Guarantee"),
            "period": _("Month"),
            "applicable": _("Applicable"),
            "covered": _("Covered"),
            "missing": _("Missing"),
            "rate": _("Rate, %"),
            "target": _("Target, %"),
        },
    )


def flow_sheet(words: Words, flow: pd.DataFrame) -> pd.DataFrame:
    """Return one row per month of a `gap_flow`."""
    _ = words.gettext
    return _sheet(flow, {"period": _("Month"), "open": _("Open"), "new": _("New"), "cleared": _("Cleared")})


def ages_sheet(words: Words, ages: pd.DataFrame) -> pd.DataFrame:
    """Return one row per age of a `gap_ages` with its name."""
    _ = words.gettext
    return _sheet(ages, {"name": _("Age"), "gaps": _("Gaps"), "persons": _("Persons")})
