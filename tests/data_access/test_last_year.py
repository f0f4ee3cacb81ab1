"""Each period beside the same one a year before."""

from datetime import date

import pandas as pd

from data_access.history import with_last_year


def test_the_year_before_is_found_by_its_period_and_not_by_its_place():
    periods = [date(2024, 2, 1), date(2024, 3, 1), date(2025, 3, 1), date(2026, 2, 1), date(2026, 3, 1)]
    series = with_last_year(pd.DataFrame({"period": periods, "value": [1.0, 2.0, 3.0, 4.0, 5.0]}))
    assert series["last_year"].fillna(0).tolist() == [0.0, 0.0, 2.0, 0.0, 3.0]
