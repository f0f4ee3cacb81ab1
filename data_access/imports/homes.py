"""Which household a row belongs to, and which village that household belongs to."""

import pandas as pd
from sqlalchemy import Connection, select

from data_access.imports.batch import Batch
from data_access.imports.cell_types import code
from data_access.imports.kind import Context, Field
from data_access.schema import household
from data_access.writing import frame
from i18n import N_

HOUSEHOLD = Field(
    "household_code", "户编号", code(dtype="category"), ("农户编号", "户编码", "户号", "household_code"), required=True
)


def villages_of(connection: Connection) -> pd.Series:
    """Return the village of every household of the register, by the household's code."""
    rows = frame(connection, select(household.c.code, household.c.region_code))
    return pd.Series(rows["region_code"].to_numpy(dtype=object), index=rows["code"].to_numpy(dtype=object))


def resolve(batch: Batch, context: Context) -> None:
    """Give every row its region_code, that of its household's village; refuse rows whose household is not known."""
    register = villages_of(context.connection)
    of_category = register.reindex(batch.rows["household_code"].cat.categories).to_numpy(dtype=object)
    codes, villages = pd.factorize(of_category)
    # The last, that of a null, is -1 as well.
    which = codes[batch.rows["household_code"].cat.codes.to_numpy()]
    homes = pd.Categorical.from_codes(which, pd.Index(villages, dtype=object))
    batch.rows = batch.rows.assign(region_code=homes)
    unknown = N_("No household has this number: hand in the register of households first.")
    batch.refuse(batch.rows["region_code"].isna(), "household_code", unknown)


def spans(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row per village of rows with region_code and month: region_code, first and last (months)."""
    by_village = rows.groupby("region_code", observed=True)["month"]
    if not isinstance(rows["month"].dtype, pd.CategoricalDtype):
        return by_village.agg(first="min", last="max").reset_index()
    months = rows["month"].cat.categories
    order = pd.Series(pd.Index(months).argsort().argsort(), dtype="int64").to_numpy()
    ranked = rows.assign(rank=order[rows["month"].cat.codes]).groupby("region_code", observed=True)["rank"]
    in_order = sorted(months)
    table = ranked.agg(first="min", last="max").reset_index()
    named = {name: table[name].map(dict(enumerate(in_order))) for name in ("first", "last")}
    return table.assign(region_code=table["region_code"].astype(object), **named)
