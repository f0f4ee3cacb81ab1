"""帮扶措施: what is done about the risks of a monitoring case."""

import pandas as pd
from sqlalchemy import select

from data_access.imports.batch import Batch
from data_access.imports.cell_types import day, text
from data_access.imports.homes import HOUSEHOLD
from data_access.imports.kind import Context, Field, Kind
from data_access.imports.kinds.cases import held_cases, with_columns
from data_access.schema import case_measure, case_risk
from data_access.writing import frame, upsert
from i18n import N_

_KEY = ["household_code", "opened_on"]


def _resolve(batch: Batch, context: Context) -> None:
    """Find the case that each measure belongs to: that of the day of inclusion, else the household's newest."""
    held = held_cases(context.connection, batch.rows["household_code"])
    rows = with_columns(batch.rows, "included_on", "risk")
    opened = [
        max(
            (c.opened_on for c in held[row.household_code] if row.included_on in (None, c.included_on)),
            default=None,
        )
        for row in rows.itertuples(index=False)
    ]
    batch.rows = batch.rows.assign(
        opened_on=pd.Series(opened, index=batch.rows.index, dtype=object), risk=rows["risk"].fillna("")
    )
    unknown = N_("This household has no such case: hand in 监测对象 (the cases) first.")
    batch.refuse(batch.rows["opened_on"].isna(), ("included_on", "household_code"), unknown)
    risks = frame(context.connection, select(*case_risk.c[*_KEY, "risk"]))
    of_case = pd.MultiIndex.from_frame(batch.rows[_KEY].astype(object))
    has_risks = of_case.isin(pd.MultiIndex.from_frame(risks[_KEY]))
    is_known = pd.MultiIndex.from_frame(batch.rows[[*_KEY, "risk"]].astype(object)).isin(
        pd.MultiIndex.from_frame(risks)
    )
    is_other = has_risks & ~is_known & (batch.rows["risk"] != "")
    batch.refuse(is_other, "risk", N_("The case does not name this risk."))


def _store(batch: Batch, context: Context) -> int:
    rows = batch.rows.astype({"household_code": object})
    columns = [*_KEY, "risk", "measure", *(["started_on"] if "started_on" in rows else [])]
    changed = upsert(context.connection, case_measure, rows[columns])
    context.ledgers["cases"] |= set(rows.loc[rows["household_code"].isin(changed["household_code"]), "region_code"])
    return len(changed)


MEASURES = Kind(
    id="measures",
    title=N_("Measures for monitoring cases"),
    fields=(
        HOUSEHOLD,
        Field("included_on", "识别监测时间", day, ("识别时间", "纳入监测时间", "纳入时间")),
        Field("risk", "致贫返贫风险", text(60), ("风险", "致贫返贫风险点")),
        Field("measure", "帮扶措施", text(200, is_free=True), ("措施",), required=True),
        Field("started_on", "开始时间", day, ("帮扶开始时间", "帮扶时间", "开始帮扶时间"), expected=True),
    ),
    key=("household_code", "opened_on", "risk", "measure"),
    resolve=_resolve,
    store=_store,
)
