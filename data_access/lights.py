"""The light of a figure by its distance from plan or target."""

import numpy as np
import pandas as pd


def light_of(gap: pd.Series, amber_points: pd.Series | float, reported: pd.Series, planned: pd.Series) -> pd.Series:
    """Return green (on plan or target), amber (at most `amber_points` behind), red, grey (unreported), none (no plan).

    Where there is a plan (`planned`), a gap that rounds to 0.0 points is on plan: a schedule is not that exact. A
    target is reached by the last person only: 39 missing of 327,124 are not 100 %.
    """
    rounded = gap.round(1)
    reached = rounded.where(planned, gap.round(6)) >= 0
    lights = np.select(
        [~reported, gap.isna(), reached, rounded >= -amber_points],
        ["grey", "none", "green", "amber"],
        default="red",
    )
    return pd.Series(lights, index=gap.index, dtype=object)
