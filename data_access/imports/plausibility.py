"""Income that is hardly believable: a village whose median jumps five times up or down is held until confirmed.

Such a jump is most often a unit: 万元 under a header that says 元, a year's sum in a month's column.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Connection

from data_access.imports.batch import Batch
from data_access.rollups import household_months
from data_access.rollups.household_months import number_of
from i18n import N_, Message

JUMP = 5.0
#: A month is compared with the middle one of so many before it: a harvest is not a jump.
_COMPARED = 3
_VILLAGES_AT_ONCE = 256
_EARNED = ("wage", "business", "property", "transfer")


def hold(batch: Batch, connection: Connection) -> None:
    """Refuse a village's rows of a month whose median per-capita income jumps against the months before.

    Compared is income before costs, so that a season's costs do not count as a fall.
    """
    rows = batch.rows
    months = rows["month"].cat.remove_unused_categories()
    numbers = np.array([number_of(day) for day in months.cat.categories])
    villages = rows["region_code"].cat.remove_unused_categories()
    first = int(numbers.min())
    cells = villages.cat.codes.to_numpy().astype(np.int64), numbers[months.cat.codes.to_numpy()] - first
    earned = rows[list(_EARNED)].sum(axis=1).to_numpy() / rows["members_now"].to_numpy()
    table = _medians(earned, *cells, (len(villages.cat.categories), int(numbers.max()) - first + 1))
    before = _medians_before(connection, villages.cat.categories.tolist(), first)
    ratio = _jumps(before, table)
    by_row = ratio[cells]
    is_held = ~np.isnan(by_row)
    if is_held.any():
        reasons = {value: _reason(value) for value in np.unique(by_row[is_held])}
        at_row = dict(zip(rows.index[is_held], by_row[is_held], strict=True))
        batch.refuse(pd.Series(is_held, index=rows.index), _EARNED, lambda at: reasons[at_row[at]])


def _reason(ratio: float) -> Message:
    return N_(
        "The village's median income is {ratio} times that of the months before: look at the unit, and hand it in "
        "again with --confirm if it is right.",
        ratio=format(ratio, ".2g"),
    )


def _medians(
    values: NDArray[np.float64], village: NDArray[np.int64], month: NDArray[np.int64], shape: tuple[int, int]
) -> NDArray[np.float64]:
    """Return the medians by village and month; not a number where there is no row."""
    middle = pd.Series(values).groupby(village * shape[1] + month).median()
    table = np.full(shape, np.nan)
    table.ravel()[middle.index.to_numpy()] = middle.to_numpy()
    return table


def _medians_before(connection: Connection, villages: list[str], first: int) -> NDArray[np.float64]:
    """Return the medians that the database has of the months before, one row a village."""
    table = np.full((len(villages), _COMPARED), np.nan)
    place = {code: at for at, code in enumerate(villages)}
    for at in range(0, len(villages), _VILLAGES_AT_ONCE):
        held = household_months.read(connection, villages[at : at + _VILLAGES_AT_ONCE], first - _COMPARED, first - 1)
        if held is None:
            continue
        earned = sum(held.amounts[name] for name in _EARNED) / np.maximum(held.members_now, 1) / 100
        ends = [*held.starts[1:], len(earned)]
        for code, start, end in zip(held.villages, held.starts, ends, strict=True):
            own = np.where(held.is_present[start:end], earned[start:end], np.nan)
            has_rows = held.is_present[start:end].any(axis=0)
            table[place[code], has_rows] = np.nanmedian(own[:, has_rows], axis=0)
    return table


def _jumps(before: NDArray[np.float64], table: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how many times each month's median is that of the months before, where it jumps; else not a number.

    A month that jumps is none that later ones are compared with.
    """
    past = [before[:, at] for at in range(before.shape[1])]
    ratios = np.full(table.shape, np.nan)
    for at in range(table.shape[1]):
        recent = _middle(np.array(past[-_COMPARED:]))
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = table[:, at] / np.where(recent > 0, recent, np.nan)
        jumps = (ratio >= JUMP) | (ratio <= 1 / JUMP)
        ratios[jumps, at] = ratio[jumps]
        past.append(np.where(jumps | np.isnan(table[:, at]), recent, table[:, at]))
    return ratios


def _middle(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the median of each column, whatever is not a number left out; not a number where nothing is left."""
    in_order = np.sort(values, axis=0)  # what is not a number comes last
    count = (~np.isnan(values)).sum(axis=0)
    lower, upper = ((count - 1).clip(0) // 2, count // 2)
    middle: NDArray[np.float64] = (np.take_along_axis(in_order, np.array([lower, upper]), axis=0)).mean(axis=0)
    return np.where(count > 0, middle, np.nan)
