"""What may be shown of a person: names, numbers and phones masked, small groups joined with others or left out."""

import pandas as pd

#: Counts of fewer persons are not shown outside one's own permission: with so few, a figure names somebody.
SMALLEST_COUNT = 5
_BAND = ["band_floor", "until", "households", "persons"]


def masked_name(name: str) -> str:
    """Return the family name alone: 张** (two signs, whatever the name's length)."""
    return name[:1] + "**" if name else ""


def masked_id_number(number: str) -> str:
    """Return the first four and the last four characters: 1409**********1234."""
    return _middle_masked(number, 4, 4)


def masked_phone(number: str) -> str:
    """Return the first three and the last four digits: 138****5678."""
    return _middle_masked(number, 3, 4)


def _middle_masked(text: str, first: int, last: int) -> str:
    # What is hardly longer than its ends would still be told by them.
    if len(text) < first + last + 3:
        return "*" * len(text)
    return text[:first] + "*" * (len(text) - first - last) + text[-last:]


def is_small(counts: pd.Series) -> pd.Series:
    """Tell which counts of persons are from 1 to 4; nobody is not a small group."""
    return (counts > 0) & (counts < SMALLEST_COUNT)


def joined(bands: pd.DataFrame) -> pd.DataFrame:
    """Return the bands of a distribution so joined with their neighbours that none holds 1 to 4 persons.

    `bands` has band_floor, until (where it ends), households and persons, the lowest first and without holes; so has
    the result. Fewer than 5 persons in all have no distribution: no row.
    """
    rows: list[list[int]] = []
    for floor, until, households, persons in bands[_BAND].itertuples(index=False):
        if rows and 0 < rows[-1][3] < SMALLEST_COUNT:
            rows[-1] = [rows[-1][0], until, rows[-1][2] + households, rows[-1][3] + persons]
        else:
            rows.append([floor, until, households, persons])
    # Too few at the top end join those below them, across the empty bands between.
    while len(rows) > 1 and 0 < rows[-1][3] < SMALLEST_COUNT:
        _, until, households, persons = rows.pop()
        rows[-1] = [rows[-1][0], until, rows[-1][2] + households, rows[-1][3] + persons]
    table = pd.DataFrame(rows, columns=_BAND, dtype="int64")
    return table[~is_small(table["persons"])]
