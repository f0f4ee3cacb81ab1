"""研判记录: which households were reviewed in a month's monitoring."""

from sqlalchemy import func, select

from data_access.imports import homes
from data_access.imports.batch import Batch
from data_access.imports.cell_types import Type, day, month
from data_access.imports.kind import Context, Field, Kind
from data_access.schema import household_review
from data_access.writing import append, upsert
from i18n import N_

_COLUMNS = ["household_code", "month", "reviewed_on"]


def _store(batch: Batch, context: Context) -> int:
    rows = batch.rows.reindex(columns=[*_COLUMNS, "region_code"])
    newest = context.connection.execute(select(func.max(household_review.c.month))).scalar()
    if newest is None or rows["month"].cat.remove_unused_categories().cat.categories.min() > newest:
        append(context.connection, household_review, rows[_COLUMNS])
        changed = rows
    else:
        changed = rows.loc[upsert(context.connection, household_review, rows[_COLUMNS]).index]
    if len(changed):
        context.touched.reviews.append(homes.spans(changed))
    return len(changed)


REVIEWS = Kind(
    id="reviews",
    title=N_("Monthly reviews"),
    fields=(
        homes.HOUSEHOLD,
        Field("month", "研判月份", month, ("月份", "所属月份", "month"), required=True, is_past=True),
        Field(
            "reviewed_on",
            "研判时间",
            Type(day.parse, dtype="category"),
            ("研判日期", "reviewed_on"),
            expected=True,
            mark=True,
            is_past=True,
        ),
    ),
    key=("household_code", "month"),
    store=_store,
)
