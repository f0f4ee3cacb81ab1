"""The fictional county of the default seed, invented once and read by all tests here."""

import pandas as pd
import pytest

from demo.county import County, invent_county
from demo.places import villages_of


@pytest.fixture(scope="session")
def county() -> County:
    return invent_county(2026)


@pytest.fixture(scope="session")
def villages(county: County) -> pd.DataFrame:
    return villages_of(county.regions)


@pytest.fixture(scope="session")
def figures(county: County) -> pd.DataFrame:
    """All offices' figures, with the value (numerator over denominator) beside them."""
    together = pd.concat(county.figures, ignore_index=True)
    return together.assign(value=together["numerator"] / together["denominator"])
