"""行政区划: the regions, each with its code, its level and its parent."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import select

from data_access.imports import cell_types, gcj02
from data_access.imports.batch import Batch
from data_access.imports.cell_types import choice, code, integer, number
from data_access.imports.kind import Context, Field, Kind
from data_access.imports.kinds.storing import in_position, kept_or
from data_access.rollups.regions import spell_ancestors
from data_access.schema import LEVELS, observation, region
from data_access.writing import frame, upsert
from i18n import N_, Message

_LEVEL_NAMES = {
    "province": ("省", "自治区", "直辖市", "省级"),
    "prefecture": ("市", "地级市", "州", "盟", "地区", "市级", "地级"),
    "county": ("县", "区", "旗", "县级市", "县级", "区县"),
    "township": ("乡镇", "乡", "镇", "街道", "乡级", "镇级", "乡镇级"),
    "village": ("村", "行政村", "社区", "村级"),
}
_LEVELS = {word: level for level in LEVELS for word in (*_LEVEL_NAMES[level], level)}
_DEFAULT_SCHEME = "statistical"


def _store(batch: Batch, context: Context) -> int:
    connection = context.connection
    existing = frame(connection, select(region.c.code, region.c.parent_code, region.c.level)).set_index("code")
    _refuse_moved_levels(batch, context, existing)
    _refuse_wrong_parents(batch, existing)
    if batch.rows.empty:
        return 0
    rows = batch.rows
    if context.crs == "gcj02" and {"longitude", "latitude"} <= set(rows):
        longitude, latitude = gcj02.to_wgs84(rows["longitude"].to_numpy(), rows["latitude"].to_numpy())
        rows = rows.assign(longitude=longitude.round(6), latitude=latitude.round(6))
    rows = in_position(connection, region, kept_or(connection, region, rows, "scheme", _DEFAULT_SCHEME))
    changed = upsert(connection, region, rows)
    if len(changed):
        spell_ancestors(connection)
    return len(changed)


def _refuse_moved_levels(batch: Batch, context: Context, existing: pd.DataFrame) -> None:
    """Refuse a new level for a region that has figures: they were collected, and summed, at the old one."""
    before = batch.rows["code"].map(existing["level"])
    moved = batch.rows[before.notna() & (before != batch.rows["level"])]
    if moved.empty:
        return
    counted = select(observation.c.region_code).where(observation.c.region_code.in_(moved["code"].tolist())).distinct()
    has_figures = set(context.connection.execute(counted).scalars())
    reason = N_("The region has figures at another level: its level can no longer be changed.")
    batch.refuse(moved.index[moved["code"].isin(has_figures)], "level", reason)


def _refuse_wrong_parents(batch: Batch, existing: pd.DataFrame) -> None:
    """Refuse rows whose parent is unknown or not of a wider level, again until what is left holds together.

    With every parent of a wider level, nothing can be its own ancestor.
    """
    while not batch.rows.empty:
        given = batch.rows.reindex(columns=["code", "parent_code", "level"])
        if "parent_code" not in batch.rows:
            given["parent_code"] = given["code"].map(existing["parent_code"])
        tree = pd.concat([existing[~existing.index.isin(given["code"])], given.set_index("code")])
        width = tree["level"].map(LEVELS.index)
        has_parent = given["parent_code"].notna()
        is_unknown = has_parent & ~given["parent_code"].isin(tree.index)
        is_narrow = has_parent & ~is_unknown & _is_no_wider(width, given["parent_code"], given["code"])
        # A region that is there already may have children, and its new level may not fit them.
        children = tree[tree["parent_code"].isin(given["code"]) & ~tree.index.isin(given["code"])]
        too_narrow = children["parent_code"][_is_no_wider(width, children["parent_code"], children.index)]
        is_wide = given["code"].isin(too_narrow) & ~is_unknown & ~is_narrow
        if not (is_unknown | is_narrow | is_wide).any():
            return
        batch.refuse(is_unknown.index[is_unknown], "parent_code", _UNKNOWN_PARENT)
        batch.refuse(is_narrow.index[is_narrow], "level", _NARROW_PARENT)
        batch.refuse(is_wide.index[is_wide], "level", _WIDE_CHILDREN)


def _is_no_wider(width: pd.Series, parents: pd.Series, children: pd.Series | pd.Index) -> NDArray[np.bool_]:
    """Tell for each pair whether the parent's level is not wider; `width` counts levels from the widest, by code."""
    is_no_wider: NDArray[np.bool_] = width.reindex(parents).to_numpy() >= width.reindex(children).to_numpy()
    return is_no_wider


_UNKNOWN_PARENT: Message = N_("The region above it is neither in this file nor known already, or was refused.")
_NARROW_PARENT: Message = N_("The region above it is not of a wider level.")
_WIDE_CHILDREN: Message = N_("Regions of the same or a wider level lie below it.")

REGIONS = Kind(
    id="regions",
    title=N_("Regions"),
    fields=(
        Field(
            "code", "代码", code(), ("行政区划代码", "区划代码", "统计代码", "编码", "村代码", "code"), required=True
        ),
        Field("name", "名称", cell_types.text(200), ("行政区划名称", "区划名称", "单位名称", "name"), required=True),
        Field("name_en", "英文名称", cell_types.text(200), ("英文名", "englishname", "name_en")),
        Field("level", "级别", choice(_LEVELS), ("行政级别", "层级", "level"), required=True, mark=True),
        Field("parent_code", "上级代码", code(), ("上级行政区划代码", "上级区划代码", "父级代码", "parent_code")),
        Field("households", "户数", integer(), ("总户数", "农户数", "households")),
        Field("persons", "人口", integer(), ("人口数", "总人口", "人数", "persons")),
        Field("tags", "标签", cell_types.text(2000), ("tags",)),
        Field("longitude", "经度", number(minimum=-180, maximum=180), ("longitude", "lon", "lng")),
        Field("latitude", "纬度", number(minimum=-90, maximum=90), ("latitude", "lat")),
        Field("scheme", "编码体系", cell_types.text(40), ("代码体系", "scheme")),
    ),
    key=("code",),
    store=_store,
)
