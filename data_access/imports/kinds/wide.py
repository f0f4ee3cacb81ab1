"""Wide tables (务工, 满意度 and a county's own): a row a place and period, whose counts are figures of indicators.

A table is a description, `settings.WideTable`: which columns are numerator, denominator and plan of which indicator. To
the checks of `indicators.py` each figure is handed as if it stood in a table of its own.
"""

from dataclasses import replace
from datetime import date
from functools import partial

import pandas as pd
from sqlalchemy import select

from data_access.imports.batch import Batch
from data_access.imports.cell_types import number, span
from data_access.imports.kind import PLACE, Context, Field, Kind
from data_access.imports.kinds.indicators import INDICATORS, KEY, resolve, written
from data_access.periods import earlier, later
from data_access.schema import indicator, observation
from data_access.writing import frame
from i18n import N_, Message
from settings import WideFigure, WideTable

_CELL = ["region_code", "period"]
_AMOUNTS = ("numerator", "denominator", "plan")
_PLACE = [field.name for field in PLACE]


def kind_of(table: WideTable, title: Message | None = None) -> Kind:
    """Return the kind that a description makes."""
    first = table.figures[0].numerator
    marks = {figure.numerator for figure in table.figures}
    return Kind(
        id=table.id,
        title=title or N_("Table “{name}”", name=table.name),
        fields=(
            *PLACE,
            Field("period", table.period[0], span, table.period[1:], required=True),
            *(
                Field(
                    header,
                    header,
                    number(is_money=True),
                    table.aliases.get(header, ()),
                    expected=header == first,
                    mark=header in marks,
                )
                for header in table.columns
            ),
        ),
        key=("region_code", "period"),
        store=partial(_store, table),
    )


def _store(table: WideTable, batch: Batch, context: Context) -> int:
    """Write what each of the table's figures says; a row with anything that cannot be taken is refused as a whole."""
    figures = _known_figures(table, batch, context)
    _pass_over_blank(table, batch)
    parts = {figure: part for figure in figures if (part := _part(batch, figure))}
    for part in parts.values():
        resolve(part, context)
        part.refuse_duplicates()
        _refuse(batch, part)
    kept = set(batch.rows.index)
    changed: set[int] = set()
    # Counts come before the figures that compare them with the year before.
    for figure in sorted(parts, key=lambda each: bool(each.last_year)):
        rows = parts[figure].rows
        rows = rows[rows.index.isin(kept)]
        write = _write_against_last_year if figure.last_year else _write
        changed |= write(figure, rows, batch, context)
    return len(changed)


def _known_figures(table: WideTable, batch: Batch, context: Context) -> list[WideFigure]:
    """Return the figures whose indicators the dictionary has; name the others, and refuse a table of none."""
    ids = {figure.indicator for figure in table.figures}
    found = set(context.connection.execute(select(indicator.c.id).where(indicator.c.id.in_(ids))).scalars())
    columns = {name for each in batch.tables for name in each.columns}
    for figure in table.figures:
        if figure.indicator not in found and figure.numerator in columns:
            reason = N_(
                "“{column}” was passed over: the dictionary has no indicator “{indicator}”.",
                column=figure.numerator,
                indicator=figure.indicator,
            )
            batch.notes.append(reason)
    if not found:
        reason = N_("The dictionary has none of the indicators of this table: import the dictionary first.")
        batch.refuse(batch.rows.index, table.figures[0].numerator, reason)
    return [figure for figure in table.figures if figure.indicator in found]


def _pass_over_blank(table: WideTable, batch: Batch) -> None:
    """Drop the rows without any count, as a form has them for places that handed in nothing."""
    is_blank = batch.rows.reindex(columns=list(table.columns)).isna().all(axis="columns")
    if is_blank.any():
        batch.rows = batch.rows[~is_blank]
        batch.read -= int(is_blank.sum())
        batch.notes.append(N_("Rows without any figure were passed over: {count}.", count=int(is_blank.sum())))


def _part(batch: Batch, figure: WideFigure) -> Batch | None:
    """Return the rows of the sheets that have a figure's columns as a batch of that one indicator, None without any.

    With a denominator of last year's, 0 stands in for one that is not given, and is_open says so.
    """
    names = {amount: header for amount in _AMOUNTS if (header := getattr(figure, amount))}
    needed = {figure.numerator} if figure.last_year else {figure.numerator, figure.denominator} - {""}
    having = [at for at, table in enumerate(batch.tables) if needed <= table.columns.keys()]
    rows = batch.rows[batch.origin["table"][batch.rows.index].isin(having)]
    if rows.empty:
        return None
    given = {amount: rows[header] for amount, header in names.items() if header in rows}
    tables = [
        replace(
            table,
            columns={name: at for name, at in table.columns.items() if name in (*_PLACE, "period")}
            | {amount: table.columns[header] for amount, header in names.items() if header in table.columns},
        )
        for table in batch.tables
    ]
    part = Batch(INDICATORS, tables, rows[_CELL].assign(indicator=figure.indicator, **given), batch.origin)
    if figure.last_year:
        denominator = part.rows.get("denominator", pd.Series(float("nan"), index=rows.index))
        part.rows = part.rows.assign(denominator=denominator.fillna(0.0), is_open=denominator.isna())
    elif figure.denominator:
        lacking = part.rows["numerator"].notna() & part.rows["denominator"].isna()
        part.refuse(lacking, "denominator", N_("“{column}” is missing.", column=figure.denominator))
    return part


def _refuse(batch: Batch, part: Batch) -> None:
    """Take out of the table what was refused of a part of it, with the part's reasons."""
    refused = pd.Index(list(part.refusals), dtype="int64")
    for at, reasons in part.refusals.items():
        known = batch.refusals.setdefault(at, [])
        known += [reason for reason in reasons if reason not in known]
    batch.refused_unlisted += part.refused_unlisted
    batch.rows = batch.rows.drop(index=batch.rows.index.intersection(refused))


def _write(_figure: WideFigure, rows: pd.DataFrame, _batch: Batch, context: Context) -> set[int]:
    """Write a figure as it stands and return the rows that said anything new."""
    return _among(rows, written(rows, context))


def _write_against_last_year(figure: WideFigure, rows: pd.DataFrame, batch: Batch, context: Context) -> set[int]:
    """Write a count over that of the same period last year, and those of next year that were waiting for this one.

    What is stored of last year goes before what the row says of it, so that it does not matter which came first.
    """
    asked = select(indicator.c.frequency).where(indicator.c.id == figure.indicator)
    frequency = context.connection.execute(asked).scalar_one()
    before = {day: earlier(day, frequency)[1] for day in rows["period"].unique()}
    after = {day: later(day, frequency) for day in before}
    counts = _counts(context, figure.last_year, rows["region_code"], {*before, *before.values(), *after.values()})

    def count_in(periods: pd.Series) -> pd.Series:
        keys = pd.MultiIndex.from_arrays([rows["region_code"], periods])
        return pd.Series(counts.reindex(keys).to_numpy(dtype=float), index=rows.index)

    # A place without a count must not stand in the base either: it would look like a loss.
    rows = rows[rows["numerator"].notna()]
    given = rows["denominator"].mask(rows["is_open"])
    own = rows.assign(denominator=count_in(rows["period"].map(before)).fillna(given))
    lacking = own["denominator"].isna()
    if silent := int(lacking.sum()):
        reason = N_(
            "Rows without a figure of last year to compare “{column}” with: {count}.",
            column=figure.numerator,
            count=silent,
        )
        batch.notes.append(reason)
    changed = written(own[~lacking], context)

    following = rows["period"].map(after)
    theirs = rows.assign(period=following, numerator=count_in(following), denominator=count_in(rows["period"]))
    waiting = theirs["numerator"].notna() & theirs["denominator"].notna()
    in_file = pd.MultiIndex.from_frame(theirs[_CELL]).isin(pd.MultiIndex.from_frame(rows[_CELL]))
    brought = written(theirs[waiting & ~in_file].drop(columns="plan", errors="ignore"), context)
    return _among(rows, changed) | _among(theirs, brought)


def _counts(context: Context, count: str, regions: pd.Series, periods: set[date]) -> pd.Series:
    """Return what is stored of a count by region and period."""
    statement = select(*observation.c["region_code", "period", "numerator"]).where(
        observation.c.region_code.in_(regions.unique().tolist()),
        observation.c.indicator == count,
        observation.c.period.in_(list(periods)),
    )
    return frame(context.connection, statement).set_index(_CELL)["numerator"]


def _among(rows: pd.DataFrame, changed: pd.DataFrame) -> set[int]:
    """Return the index of the rows whose figures are among those that changed."""
    if changed.empty:
        return set()
    keys = pd.MultiIndex.from_frame(changed[KEY].astype(object))
    return set(rows.index[pd.MultiIndex.from_frame(rows[KEY].astype(object)).isin(keys)])


EMPLOYMENT = kind_of(
    WideTable(
        id="employment",
        name="务工就业",
        period=("月份", "统计月份", "时期", "年月"),
        figures=(
            WideFigure(indicator="employment.total", numerator="务工总人数"),
            WideFigure(
                indicator="employment.workers",
                numerator="务工总人数",
                denominator="上年同期",
                last_year="employment.total",
            ),
            WideFigure(indicator="employment.outside_province", numerator="省外务工", denominator="务工总人数"),
            WideFigure(indicator="employment.in_province", numerator="省内县外", denominator="务工总人数"),
            WideFigure(indicator="employment.in_county", numerator="县内务工", denominator="务工总人数"),
            WideFigure(indicator="employment.posts", numerator="公益性岗位在岗", denominator="公益性岗位计划"),
            WideFigure(indicator="employment.workshops", numerator="帮扶车间就业"),
        ),
        aliases={
            "务工总人数": ("务工人数", "外出务工总人数", "务工就业人数"),
            "上年同期": ("去年同期", "上年同期务工人数", "上年同月"),
            "省外务工": ("省外务工人数", "省外"),
            "省内县外": ("省内县外务工", "省内县外务工人数"),
            "县内务工": ("县内务工人数", "县内"),
            "公益性岗位在岗": ("公益性岗位在岗人数", "公岗在岗"),
            "公益性岗位计划": ("公益性岗位计划数", "公岗计划"),
            "帮扶车间就业": ("帮扶车间就业人数", "微工厂就业", "就业帮扶车间就业人数"),
        },
    ),
    N_("Employment"),
)

SATISFACTION = kind_of(
    WideTable(
        id="satisfaction",
        name="满意度",
        period=("调查时间", "调查批次", "批次", "时期", "季度"),
        figures=(WideFigure(indicator="satisfaction.rate", numerator="满意人数", denominator="受访人数"),),
        aliases={"满意人数": ("满意", "表示满意人数"), "受访人数": ("受访", "样本数", "有效样本", "调查人数")},
    ),
    N_("Satisfaction survey"),
)
