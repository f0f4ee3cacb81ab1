"""指标: a numerator over a denominator, perhaps against a plan, for a region in a period; of any indicator there is.

Of a figure that is computed from households only the plan can be handed in.
"""

from collections.abc import Iterable

import pandas as pd
from sqlalchemy import select

from data_access.imports.batch import Batch
from data_access.imports.cell_types import number, span, text
from data_access.imports.dates import Span, period_of
from data_access.imports.errors import CellError
from data_access.imports.homes import villages_of
from data_access.imports.kind import PLACE, Context, Field, Kind
from data_access.imports.kinds.storing import known
from data_access.imports.text import plain
from data_access.rollups import computed
from data_access.rollups.campaigns import campaign_indicator, task_indicator
from data_access.rollups.households import COMPUTED, computed_spans
from data_access.schema import ANY_LEVEL, campaign, campaign_task, indicator, observation, region
from data_access.writing import frame, upsert
from i18n import N_, Message

#: What a figure is told by.
KEY = ["region_code", "indicator", "period"]
_FIGURES = ("numerator", "denominator", "plan")
#: Only money may be below zero: a household can earn less than it spends.
_MONEY = ("元", "千元", "万元", "亿元")
_LEVELS = {
    "province": N_("provinces"),
    "prefecture": N_("prefectures"),
    "county": N_("counties"),
    "township": N_("townships"),
    "village": N_("villages"),
}


def resolve(batch: Batch, context: Context) -> None:
    """Find each row's indicator, check the row against it, and turn its period into a date."""
    _pass_over_blank(batch)
    connection = context.connection
    names = ("id", "name", "name_en", "level", "frequency", "unit", "denominator_name")
    dictionary = frame(connection, select(*(indicator.c[name] for name in names))).set_index("id")
    ids = _ids_by_name(dictionary)
    batch.rows["indicator"] = batch.rows["indicator"].map(
        {name: ids.get(plain(name).casefold()) for name in batch.rows["indicator"].unique()}
    )
    batch.refuse(batch.rows["indicator"].isna(), "indicator", N_("No indicator, or more than one, has this name."))
    computed = {task_indicator(task) for task in connection.execute(select(campaign_task.c.id)).scalars()}
    computed |= {campaign_indicator(one) for one in connection.execute(select(campaign.c.id)).scalars()}
    reason = N_("This indicator is computed from the campaign's reports: hand in those.")
    batch.refuse(batch.rows["indicator"].isin(computed), "indicator", reason)

    _refuse_computed(batch, context)
    reckoned = batch.rows["indicator"].map(dictionary["level"]) == ANY_LEVEL
    reason = N_("This indicator is reckoned from a ledger: hand in that, or give the indicator a level.")
    batch.refuse(reckoned, "indicator", reason)
    its = dictionary.loc[batch.rows["indicator"]].set_index(batch.rows.index)
    level = batch.rows["region_code"].map(known(connection, region, "level"))
    places = tuple(field.name for field in PLACE)
    batch.refuse(
        level != its["level"],
        (*places[:1], *reversed(places[1:])),
        lambda at: N_("This indicator is collected for {level}.", level=_LEVELS[its.at[at, "level"]]),
    )
    _resolve_periods(batch, its["frequency"])
    _check_figures(batch, its)


def _refuse_computed(batch: Batch, context: Context) -> None:
    """Refuse what is computed from the households of the same village and month: two sources would contradict.

    The others are told apart by `is_computed`: of these the row is a plan alone, perhaps for months to come.
    """
    batch.rows = batch.rows.assign(is_computed=False)
    if not batch.rows["indicator"].str.startswith(COMPUTED).any():
        return
    has_households = batch.rows["region_code"].isin(set(villages_of(context.connection)))
    given = batch.rows.reindex(columns=list(_FIGURES)).notna()
    is_plan = given["plan"] & ~given["numerator"]
    month = batch.rows["period"].map(lambda named: named.first.replace(day=1))
    is_computed = pd.Series(data=False, index=batch.rows.index)
    for ids, first, last in computed_spans(context.connection):
        is_of_span = has_households & batch.rows["indicator"].isin(ids) & (month >= first)
        is_computed |= is_of_span & ((month <= last) | is_plan)
    batch.rows["is_computed"] = is_computed
    reason = N_("This figure is computed from the households of this village: hand in those, and here its plan alone.")
    batch.refuse(is_computed & ~is_plan, "indicator", reason)


def _pass_over_blank(batch: Batch) -> None:
    """Drop the rows that hold no figure at all, as a form does that nobody filled in: no row is "not reported"."""
    is_blank = batch.rows.reindex(columns=list(_FIGURES)).isna().all(axis="columns")
    if is_blank.any():
        batch.rows = batch.rows[~is_blank]
        batch.read -= int(is_blank.sum())
        batch.notes.append(N_("Rows without any figure were passed over: {count}.", count=int(is_blank.sum())))


def _ids_by_name(dictionary: pd.DataFrame) -> dict[str, str]:
    """Return indicator ids by what a workbook may call them: id, name or English name, where only one has it."""
    found: dict[str, set[str]] = {}
    for row in dictionary.itertuples():
        for name in (row.Index, row.name, row.name_en):
            found.setdefault(plain(name).casefold(), set()).add(row.Index)
    found |= {plain(id_).casefold(): {id_} for id_ in dictionary.index}
    return {name: next(iter(ids)) for name, ids in found.items() if len(ids) == 1}


def _resolve_periods(batch: Batch, frequency: pd.Series) -> None:
    periods: dict[tuple[Span, str], object] = {}
    problems: dict[tuple[Span, str], Message] = {}
    pairs = list(zip(batch.rows["period"], frequency[batch.rows.index], strict=True))
    for pair in set(pairs):
        try:
            periods[pair] = period_of(*pair)
        except CellError as error:
            problems[pair] = error.reason
    by_row = dict(zip(batch.rows.index, pairs, strict=True))
    batch.rows["period"] = pd.Series([periods.get(pair) for pair in pairs], index=batch.rows.index, dtype=object)
    batch.refuse(batch.rows["period"].isna(), "period", lambda at: problems[by_row[at]])


def _check_figures(batch: Batch, its: pd.DataFrame) -> None:
    def refuse(bad: pd.Series, name: str, reason: Message) -> None:
        batch.refuse(bad.reindex(batch.rows.index), name, reason)

    rows = batch.rows.reindex(columns=[*dict.fromkeys([*batch.rows.columns, *_FIGURES])])
    numerator, denominator, plan = (rows[name].astype(float) for name in _FIGURES)
    is_count = its["denominator_name"].isna().reindex(rows.index)
    is_money = its["unit"].isin(_MONEY).reindex(rows.index)
    negative = N_("The number must not be negative.")
    refuse((numerator < 0) & ~is_money, "numerator", negative)
    refuse((plan < 0) & ~is_money, "plan", negative)
    refuse(is_count & denominator.notna(), "denominator", N_("This indicator is a count: it has no denominator."))
    lacking = ~is_count & numerator.notna() & denominator.isna()
    refuse(lacking, "denominator", N_("“{column}” is missing.", column="分母"))


def _store(batch: Batch, context: Context) -> int:
    rows = batch.rows
    of_households, others = rows[rows["is_computed"]], rows[~rows["is_computed"]]
    changed = _plans_kept(of_households[[*KEY, "plan"]], context) if len(of_households) else 0
    if "numerator" in others:
        return changed + len(written(others, context))
    return changed + _plans_kept(others[[name for name in (*KEY, *_FIGURES) if name in others]], context)


def _plans_kept(rows: pd.DataFrame, context: Context) -> int:
    kept = computed.keep_plans(context.connection, rows)
    if len(kept):
        context.cells.append(kept[KEY])
    return len(kept)


def written(rows: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Write figures by region, indicator and period; return the keys of those that were new or differed.

    A row with nothing but a denominator is not reported, and is no row: its base would stand under others' figures.
    """
    rows = rows[rows.reindex(columns=["numerator", "plan"]).notna().any(axis="columns")]
    rows = rows.assign(reports=rows["numerator"].notna().astype(int))
    columns = [name for name in (*KEY, *_FIGURES, "reports") if name in rows]
    changed = upsert(context.connection, observation, rows[columns])
    if len(changed):
        context.cells.append(changed[KEY])
    return changed[KEY]


def touched(cells: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return the keys of all observation rows that were written."""
    return pd.concat([pd.DataFrame(columns=KEY), *cells], ignore_index=True)


INDICATORS = Kind(
    id="indicators",
    title=N_("Indicator figures"),
    fields=(
        Field("indicator", "指标", text(200), ("指标名称", "指标编号", "indicator"), required=True),
        *PLACE,
        Field("period", "时期", span, ("期间", "月份", "年度", "统计时间", "period"), required=True),
        Field("numerator", "分子", number(is_money=True), ("numerator",), mark=True),
        Field("denominator", "分母", number(minimum=0, is_money=True), ("denominator",)),
        Field("plan", "计划", number(is_money=True), ("计划值", "计划数", "plan"), mark=True),
    ),
    either=("numerator", "plan"),
    key=("region_code", "indicator", "period"),
    resolve=resolve,
    store=_store,
)
