"""Each region's ancestors, spelled out from its explicit parents so that no query walks the tree."""

import pandas as pd
from sqlalchemy import Connection, select

from data_access.rollups import bands, ledgers, observations
from data_access.schema import region
from data_access.writing import frame, update

_ANCESTORS = {
    "township": "township_code",
    "county": "county_code",
    "prefecture": "prefecture_code",
    "province": "province_code",
}


def spell_ancestors(connection: Connection) -> None:
    """Write every region's ancestor columns from parent_code, and sum anew what moved with a changed parent.

    Raises ValueError where the parents run in a circle; the importer refuses such rows before.
    """
    ancestors = list(_ANCESTORS.values())
    known = frame(connection, select(*region.c["code", "parent_code", "level", *ancestors])).set_index("code")
    spelled: dict[str, dict[str, str | None]] = {}

    def line(code: str, below: tuple[str, ...] = ()) -> dict[str, str | None]:
        if code in below:
            raise ValueError(f"region {code!r} is its own ancestor")
        if code not in spelled:
            parent, level = known.at[code, "parent_code"], known.at[code, "level"]
            above = line(parent, (*below, code)) if isinstance(parent, str) else dict.fromkeys(ancestors)
            spelled[code] = above | ({_ANCESTORS[level]: code} if level in _ANCESTORS else {})
        return spelled[code]

    rows = pd.DataFrame([{"code": code, **line(code)} for code in known.index], columns=["code", *ancestors])
    changed = update(connection, region, rows)
    if changed.empty:
        return
    before = known.loc[changed["code"], ancestors].reset_index()
    moved = pd.concat([before, changed]).melt(id_vars="code", value_vars=ancestors, value_name="ancestor_code")
    moved = moved.dropna(subset="ancestor_code").query("code != ancestor_code")
    moved = moved[["code", "ancestor_code"]].drop_duplicates()
    observations.refresh_moved(connection, moved)
    bands.refresh_moved(connection, moved)
    ledgers.refresh_moved(connection, moved)
