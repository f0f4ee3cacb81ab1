"""Which region a row belongs to: by its code, or by names as offices write them (石岭镇 / 青塘村村委会)."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
from sqlalchemy import Connection, select

from data_access.imports.batch import Batch
from data_access.imports.errors import CellError
from data_access.imports.kind import PLACE, Context
from data_access.schema import region
from data_access.writing import frame
from i18n import N_, Message

#: From the widest to the narrowest, the levels that a row may name.
_NAMED = ("county", "township", "village")
_FIELDS = ("region_code", *reversed(_NAMED))

_VILLAGE_OFFICE = re.compile("(?:村?村民委员会|村?村委会)$")
_COMMUNITY_OFFICE = re.compile("(?:社区)?(?:居民委员会|居委会)$")
_TOWNSHIP_OFFICE = re.compile("(?:人民政府|办事处)$")
_ENDING = {
    "county": re.compile("(?:自治县|自治旗|县|市|区|旗)$"),
    "township": re.compile("(?:民族乡|街道|镇|乡|苏木)$"),
    "village": re.compile("(?:村|社区|嘎查)$"),
}
_UNKNOWN = {
    "county": N_("No county has this name."),
    "township": N_("No township has this name here."),
    "village": N_("No village has this name here."),
}
_BETWEEN_NAMES = re.compile("[、，,;；]")
_SEVERAL = N_("Several places are named in one cell: give each a row of its own.")


def exact_key(name: str, level: str) -> str:
    """Return the form by which names are compared: no spaces, no full-width signs, no committee behind a village."""
    key = "".join(unicodedata.normalize("NFKC", name).split()).casefold()
    if level == "village":
        return _COMMUNITY_OFFICE.sub("社区", _VILLAGE_OFFICE.sub("村", key))
    return _TOWNSHIP_OFFICE.sub("", key)


def loose_key(name: str, level: str) -> str:
    """Return the name without its ending too: 石岭 for 石岭镇. Only asked where no region has the exact name."""
    key = exact_key(name, level)
    return _ENDING[level].sub("", key) or key


class _Region(NamedTuple):
    code: str
    level: str
    names: tuple[str, ...]
    #: Its own code and its ancestors' by level.
    line: dict[str, str | None]


class Gazetteer:
    """All known regions, found by code or by names."""

    def __init__(self, regions: pd.DataFrame) -> None:
        """Take rows with code, level, name, name_en, township_code and county_code."""
        self.regions: dict[str, _Region] = {}
        self._named: dict[tuple[str, str, bool], list[_Region]] = defaultdict(list)
        for row in regions.itertuples():
            names = tuple(name for name in (row.name, row.name_en) if isinstance(name, str))
            line = {"county": row.county_code, "township": row.township_code}
            if row.level not in line:
                line[row.level] = row.code
            found = self.regions[row.code] = _Region(row.code, row.level, names, line)
            if row.level in _NAMED:
                for key in {(is_exact, key) for is_exact, key in _keys(names, row.level)}:
                    self._named[row.level, key[1], key[0]].append(found)

    @classmethod
    def of(cls, connection: Connection) -> "Gazetteer":
        """Return the gazetteer of all regions in the database."""
        names = ("code", "level", "name", "name_en", "township_code", "county_code")
        return cls(frame(connection, select(*(region.c[name] for name in names))))

    def named(self, given: dict[str, str]) -> str:
        """Return the code of the one region that these names by level lead to. Raises CellError if there is not one."""
        within: dict[str, set[str]] = {}
        found: list[_Region] = []
        for level in _NAMED:
            if level not in given:
                continue
            found = self._inside(level, given[level], within)
            if not found:
                raise CellError(_SEVERAL if _BETWEEN_NAMES.search(given[level]) else _UNKNOWN[level])
            within[level] = {r.code for r in found}
        if len(found) > 1:
            raise CellError(N_("{count} regions have this name: give the code, or the township too.", count=len(found)))
        return found[0].code

    def _inside(self, level: str, name: str, within: dict[str, set[str]]) -> list[_Region]:
        for key, is_exact in ((exact_key(name, level), True), (loose_key(name, level), False)):
            candidates = self._named.get((level, key, is_exact), [])
            found = [r for r in candidates if all(r.line[wider] in codes for wider, codes in within.items())]
            if found:
                return found
        return []

    def coded(self, code: str, given: dict[str, str]) -> str:
        """Return the code if it is known and does not contradict the names given beside it. Raises CellError."""
        if code not in self.regions:
            raise CellError(N_("No region has this code."))
        for level, name in given.items():
            its = self.regions.get(self.regions[code].line.get(level) or "")
            if its is None and level != "village":
                continue  # levels may be missing above a region
            if its is None or loose_key(name, level) not in {loose_key(n, level) for n in its.names}:
                actual = self.regions[code].names[0] if its is None else its.names[0]
                raise CellError(
                    N_("The code belongs to {actual}, but the row names {given}.", actual=actual, given=name)
                )
        return code


def _keys(names: tuple[str, ...], level: str) -> Iterator[tuple[bool, str]]:
    for name in names:
        yield True, exact_key(name, level)
        yield False, loose_key(name, level)


def resolve(batch: Batch, context: Context) -> None:
    """Give every row its region_code from its code or its names; refuse rows whose region cannot be told."""
    if batch.rows.empty:
        batch.rows = batch.rows.assign(region_code=pd.Series(dtype=object))
        return
    gazetteer = Gazetteer.of(context.connection)
    fields = [field.name for field in PLACE]
    given = batch.rows.reindex(columns=fields).astype(object)
    combination = given.fillna("").groupby(fields, sort=False).ngroup().to_numpy()
    first_rows = given.iloc[np.unique(combination, return_index=True)[1]]
    codes = np.full(len(first_rows), None, dtype=object)
    problems: dict[int, Message] = {}
    for at, row in enumerate(first_rows.itertuples(index=False)):
        names = {level: name for level in _NAMED if isinstance(name := getattr(row, level), str)}
        try:
            codes[at] = _code_of(gazetteer, row.region_code, names)
        except CellError as error:
            problems[at] = error.reason
    by_row = pd.Series(combination, index=batch.rows.index)
    batch.rows = batch.rows.drop(columns=fields, errors="ignore").assign(region_code=codes[combination])
    batch.refuse(by_row.isin(list(problems)), _FIELDS, lambda at: problems[by_row[at]])


def _code_of(gazetteer: Gazetteer, code: object, names: dict[str, str]) -> str:
    if isinstance(code, str):
        return gazetteer.coded(code, names)
    if not names:
        raise CellError(N_("The region is missing: give its code, or its township and village."))
    return gazetteer.named(names)
