"""Measures of income in the form that maps and rankings read."""

import pandas as pd

from data_access.masking import is_small


def ranked_by(children: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Return a `children_income` as the frame that maps and rankings read, in the order of one of its measures.

    `measure` is a column that has a rank beside it. The columns are those of `data_access.indicators.children_of`;
    there is no plan, so that the light is "none", or "grey" without a figure; `is_suppressed` is added, for places
    where too few persons have one for it to be shown.
    """
    table = children[["code", "name", "name_en", "level", "period"]].assign(
        value=children[measure].astype(float),
        **dict.fromkeys(("numerator", "denominator", "plan", "plan_value", "target", "gap", "change"), float("nan")),
        year_change=children["mean_change"] if measure == "mean" else float("nan"),
        rank=children[f"{measure}_rank"],
        is_suppressed=is_small(children["persons"]),
        reports=0,
    )
    table["light"] = table["value"].notna().map({True: "none", False: "grey"})
    return table.sort_values("rank", kind="stable", na_position="last", ignore_index=True)
