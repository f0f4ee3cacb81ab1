"""What may be shown of a person: names, ID numbers and phones masked, small counts left out."""

import pandas as pd

#: Counts of fewer persons are not shown outside one's own permission: with so few, a figure names somebody.
SMALLEST_COUNT = 5


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


def suppressed(counts: pd.Series) -> pd.Series:
    """Return the counts with those from 1 to 4 as null; nobody is not a small group, so 0 stays."""
    return counts.mask((counts > 0) & (counts < SMALLEST_COUNT))
