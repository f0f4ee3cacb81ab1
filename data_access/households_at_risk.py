"""The households behind the few: who lost income or is under the line, masked."""

from datetime import date

import numpy as np
import pandas as pd
from sqlalchemy import Select, select

from data_access.income import FALL, line_of, newest_month, the_few
from data_access.masking import masked_id_number, masked_name, masked_phone
from data_access.rollups import household_months
from data_access.rollups.household_months import number_of
from data_access.rollups.income import YEAR, fallen, trailing_of
from data_access.schema import household, household_identity, region
from data_access.snapshot import Snapshot, cached
from data_access.writing import frame

# A household list is read from its rows, 48,000 in five villages and two years: 0.1 s.
_VILLAGES_LISTED = 5
_AT_RISK = (
    *("household", "income", "income_before", "persons", "change_percent", "is_below_line"),
    *("village", "village_en", "name", "id_number", "phone", "kind", "monitored_kind"),
)


@cached
def households_at_risk(snapshot: Snapshot, code: str, on: date, limit: int, fall: int = FALL) -> pd.DataFrame:
    """Return households whose trailing income fell by `fall` per cent or more, or is under the line, worst first.

    Of a village all of them; of a wider region those of the five villages that `the_few` names first. Columns:
    household (its number), income, income_before (yuan per person; before is null without a year before), persons,
    change_percent, is_below_line (null where no line is set), village, village_en, name, id_number, phone, kind,
    monitored_kind; number, name, document and phone are masked. At most `limit`.
    """
    month = newest_month(snapshot, code, on)
    few = the_few(snapshot, code, on, _VILLAGES_LISTED, fall)["code"].tolist()
    if month is None or not few:
        return pd.DataFrame(columns=_AT_RISK)
    line = line_of(snapshot, month.year)
    with snapshot.connect() as connection:
        rows = household_months.read(connection, few, number_of(month) - 2 * YEAR + 1, number_of(month))
        if rows is None:  # figures without their households, as in a frozen snapshot
            return pd.DataFrame(columns=_AT_RISK)
        trailing = trailing_of(rows)
        each = np.where(trailing.is_whole, trailing.net / np.maximum(trailing.persons, 1) / 100, np.nan)
        is_below = trailing.is_whole & (trailing.net < round((line or 0) * 100) * trailing.persons)
        table = pd.DataFrame(
            {
                "household": rows.households,
                "income": each[:, -1],
                "income_before": each[:, 0],
                "persons": rows.members_now[:, -1],
            }
        )
        before = table["income_before"]
        table["change_percent"] = (table["income"] / before.where(before > 0) - 1) * 100
        table["is_below_line"] = is_below[:, -1] if line is not None else None
        at_risk = fallen(trailing, fall)[:, -1] | (is_below[:, -1] & (line is not None))
        table = table[at_risk].sort_values("change_percent", kind="stable", na_position="last").head(limit)
        details = frame(connection, _details(table["household"].tolist()))
    details = details.fillna({"name": "", "id_number": "", "phone": ""})
    for name, mask in (("name", masked_name), ("id_number", masked_id_number), ("phone", masked_phone)):
        details[name] = details[name].map(mask)
    table = table.merge(details, how="left", on="household")
    return table.assign(household=table["household"].map(masked_id_number))


def _details(codes: list[str]) -> Select[tuple[str, ...]]:
    return (
        select(
            household.c.code.label("household"),
            region.c.name.label("village"),
            region.c.name_en.label("village_en"),
            *household_identity.c["name", "id_number", "phone"],
            *household.c["kind", "monitored_kind"],
        )
        .join(region, region.c.code == household.c.region_code)
        .outerjoin(household_identity, household_identity.c.household_code == household.c.code)
        .where(household.c.code.in_(codes))
    )
