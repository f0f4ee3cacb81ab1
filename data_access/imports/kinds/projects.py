"""项目库: the projects of a budget year, where each is, what it costs, and the days that it passed its gates."""

import numpy as np
import pandas as pd

from data_access.imports import gcj02
from data_access.imports.batch import Batch
from data_access.imports.cell_types import amount, day, integer, number, text, year
from data_access.imports.kind import PLACE, Context, Field, Kind
from data_access.imports.kinds.project_gates import (
    PROJECT,
    STAGE,
    refuse_disorder,
    refuse_far,
    store_gates,
    touch,
)
from data_access.imports.kinds.storing import known
from data_access.rollups import project_states
from data_access.rollups.project_states import GATES
from data_access.schema import RECKONED, project, region
from data_access.writing import upsert
from i18n import N_

_LEVELS_OF_MONEY = ("central_funds", "provincial_funds", "prefecture_funds", "county_funds")
_DAYS = {
    "listed": ("入库时间", "入库日期"),
    "approved": ("批复时间", "批复日期", "立项时间"),
    "tendered": ("招标时间", "招标日期", "招投标时间", "采购时间"),
    "started": ("开工时间", "开工日期", "实际开工", "实际开工时间"),
    "finished": ("完工时间", "完工日期", "实际完工", "实际完工时间", "竣工时间"),
    "accepted": ("验收时间", "验收日期"),
    "settled": ("结算时间", "结算日期", "决算时间"),
    "handed_over": ("移交时间", "移交日期", "移交确权时间"),
}
#: A whole project for less than this is most often a unit: 万元 under a header that does not say so.
_LEAST_YUAN = 1_000
_FULLER = 1.005


def _resolve(batch: Batch, context: Context) -> None:
    level = batch.rows["region_code"].map(known(context.connection, region, "level"))
    reason = N_("A project belongs to a county, a township or a village.")
    batch.refuse(~level.isin(RECKONED), tuple(field.name for field in PLACE), reason)
    rows = batch.rows.reindex(columns=[*dict.fromkeys([*batch.rows, "planned_start", "planned_finish", "investment"])])
    late = rows["planned_finish"].notna() & rows["planned_start"].notna()
    late &= pd.to_datetime(rows["planned_finish"]) < pd.to_datetime(rows["planned_start"])
    batch.refuse(late, "planned_finish", N_("The planned finish is before the planned start."))
    refuse_far(batch, ("planned_start", "planned_finish", "as_of", *GATES), batch.rows["year"])
    if not context.is_confirmed:
        reason = N_(
            "A project of less than {amount} yuan: look at the unit, and hand it in again with --confirm if it is "
            "right.",
            amount=_LEAST_YUAN,
        )
        small = rows["investment"].reindex(batch.rows.index)
        batch.refuse((small > 0) & (small < _LEAST_YUAN), "investment", reason)
    _note_more_than_all(batch)


def _note_more_than_all(batch: Batch) -> None:
    """Note projects that the levels of government are to give more for than they cost."""
    given = batch.rows.reindex(columns=list(_LEVELS_OF_MONEY)).astype(float).sum(axis=1)
    over = given > batch.rows.get("investment", pd.Series(dtype=float)).reindex(batch.rows.index) * _FULLER
    if over.any():
        codes = ", ".join(batch.rows.loc[over, "code"].head(3))
        batch.notes.append(
            N_(
                "The levels of government together give more than the estimated total in {count} rows, as in {codes}.",
                count=int(over.sum()),
                codes=codes,
            )
        )


def _store(batch: Batch, context: Context) -> int:
    connection = context.connection
    gates = _gates(batch, context)
    refuse_disorder(batch, context, gates)
    rows = batch.rows
    if context.crs == "gcj02" and {"longitude", "latitude"} <= set(rows):
        longitude, latitude = gcj02.to_wgs84(
            rows["longitude"].to_numpy(dtype=float), rows["latitude"].to_numpy(dtype=float)
        )
        rows = rows.assign(longitude=longitude.round(6), latitude=latitude.round(6))
    before, newest = known(connection, project, "region_code"), project_states.newest_day(connection)
    changed = upsert(connection, project, rows[[column.name for column in project.c if column.name in rows]])
    context.ledgers["projects"] |= set(changed["code"].map(before).dropna()) | set(changed.get("region_code", ()))
    passed = store_gates(context, gates[gates["row"].isin(rows.index)])
    touch(context, passed, newest)
    return len({*changed["code"], *passed})


def _gates(batch: Batch, context: Context) -> pd.DataFrame:
    """Return the days of gates that the rows give: row, project_code, stage, reached_on.

    A blank cell takes a day back. 项目阶段 says that all gates up to it are passed, not when: those after the last one
    whose day is known are taken as passed by 截至日期, where the file has it, and else are not taken at all.
    """
    rows = batch.rows
    wide = rows.reindex(columns=["code", "stage", "as_of", *GATES]).astype(object)
    held = project_states.reached_days(context.connection, rows["code"].tolist())
    own = wide[list(GATES)]
    then = pd.DataFrame({gate: wide["code"].map(held.get(gate, {})).astype(object) for gate in GATES})
    up_to = wide["stage"].map(GATES.index, na_action="ignore").fillna(-1).to_numpy(dtype="int64")[:, None]
    each = np.arange(len(GATES))
    last = np.where((own.notna() | then.notna()).to_numpy(), each, -1).max(axis=1)[:, None]
    is_unsaid = (each > last) & (each <= up_to)
    as_of = pd.DataFrame(dict.fromkeys(GATES, wide["as_of"])).where(is_unsaid)
    reached = own.where(own.notna(), then.where(each <= up_to)).where(lambda days: days.notna(), as_of)
    missing = int((is_unsaid & reached.isna().to_numpy()).sum())
    if missing:
        batch.notes.append(
            N_(
                "项目阶段 names {count} gates whose days are not known yet: they count as passed once their days are "
                "handed in (as 项目节点 too), or as 截至日期 the day that the stages are known of.",
                count=missing,
            )
        )
    long = reached.assign(row=rows.index, project_code=rows["code"]).melt(
        ["row", "project_code"], list(GATES), var_name="stage", value_name="reached_on"
    )
    is_given = long["stage"].isin([gate for gate in GATES if gate in rows])
    return long[is_given | long["reached_on"].notna()].reset_index(drop=True)


def _day(gate: str) -> Field:
    header, *aliases = _DAYS[gate]
    return Field(gate, header, day, tuple(aliases))


def _money(name: str, header: str, *aliases: str, mark: bool = False) -> Field:
    return Field(name, header, amount(), aliases, mark=mark)


PROJECTS = Kind(
    id="projects",
    title=N_("Project library"),
    fields=(
        Field("code", PROJECT.header, PROJECT.type, PROJECT.aliases, required=True),
        Field("year", "年度", year, ("项目年度", "实施年度", "年份", "预算年度"), required=True),
        Field("name", "项目名称", text(200), ("名称",), required=True),
        Field("kind", "项目类型", text(60), ("项目类别", "项目性质")),
        *PLACE,
        Field("office", "主管部门", text(100), ("责任部门", "行业主管部门", "主管单位")),
        Field("builder", "实施单位", text(100), ("建设单位", "项目实施单位")),
        _money("investment", "概算总投资", "总投资", "项目总投资", "投资概算", "概算投资", mark=True),
        _money("central_funds", "中央", "中央资金", "中央级"),
        _money("provincial_funds", "省级", "省级资金"),
        _money("prefecture_funds", "市级", "市级资金"),
        _money("county_funds", "县级", "县级资金", "区县级"),
        Field("planned_start", "计划开工", day, ("计划开工时间", "计划开工日期")),
        Field("planned_finish", "计划完工", day, ("计划完工时间", "计划完工日期", "计划竣工时间"), mark=True),
        Field("households", "受益户数", integer(), ("受益农户", "受益农户数")),
        Field("benefit_mode", "联农带农机制", text(100), ("联农带农方式", "利益联结机制")),
        Field("benefit", "带动增收金额", number(minimum=0, is_money=True), ("联农带农金额", "带动增收")),
        Field("stage", "项目阶段", STAGE, ("阶段", "项目进度", "当前阶段")),
        Field("as_of", "截至日期", day, ("截至时间", "统计日期", "填报日期")),
        *(_day(gate) for gate in GATES),
        Field("longitude", "经度", number(minimum=-180, maximum=180), ("longitude", "lon", "lng")),
        Field("latitude", "纬度", number(minimum=-90, maximum=90), ("latitude", "lat")),
    ),
    key=("code",),
    resolve=_resolve,
    store=_store,
)
