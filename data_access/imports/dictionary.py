"""The indicator dictionary as TOML: [[group]], [[indicator]], and [[indicator.target]] by level and date.

The models below are the form of an entry: what they do not name is refused, so that a typing error is not passed over.
"""

import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError
from sqlalchemy import select

from data_access.imports import kind
from data_access.imports.batch import Batch, Table
from data_access.imports.cell_types import text
from data_access.imports.checking import batch_of
from data_access.imports.errors import FileError
from data_access.imports.kind import Context, Kind
from data_access.imports.kinds.storing import in_position
from data_access.imports.sheets import of_records
from data_access.rollups import income, ledgers, reviews
from data_access.schema import LEVELS, indicator, indicator_group, indicator_target, observation
from data_access.writing import upsert
from i18n import N_, Message

_ENTRY = "entry"
#: The indicator that a target stands in, counted from 0.
_OF = "of"
_RESERVED = ("task.", "campaign.")

_Name = Annotated[str, Field(min_length=1, max_length=200)]
_ShortName = Annotated[str, Field(min_length=1, max_length=100)]
_Unit = Annotated[str, Field(max_length=20)]
_Text = Annotated[str, Field(min_length=1, max_length=4000)]
_Level = Literal["province", "prefecture", "county", "township", "village"]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class Group(_Entry):
    """A group of indicators, shown as one card."""

    id: Annotated[str, Field(pattern=r"^[\w-]{1,40}$")]
    name: _ShortName
    name_en: _ShortName


class Target(_Entry):
    """A target that holds from a date on, for a level or for all of them."""

    level: Literal[_Level, "all"]
    since: date
    target: float


class Indicator(_Entry):
    """An indicator: value = numerator / denominator x factor, or numerator x factor for a count."""

    id: Annotated[str, Field(pattern=r"^[\w.-]{1,80}$")]
    group: str
    name: _Name
    name_en: _Name
    numerator: _Name
    numerator_en: _Name
    numerator_unit: _Unit
    numerator_unit_en: _Unit
    denominator: _Name | None = None
    denominator_en: _Name | None = None
    unit: _Unit
    unit_en: _Unit
    factor: float
    decimals: Annotated[int, Field(ge=0, le=6)]
    direction: Literal["up", "down"]
    frequency: Literal["day", "week", "month", "quarter", "year"]
    level: Literal[_Level, "any"]
    is_sample: bool = False
    formula: _Text
    formula_en: _Text
    source: _Text
    source_en: _Text
    amber_points: Annotated[float, Field(ge=0)] = 10.0

    @model_validator(mode="after")
    def _check(self) -> "Indicator":
        if (self.denominator is None) != (self.denominator_en is None):
            raise PydanticCustomError("missing", "needed", {"key": "denominator_en"})
        if self.is_sample and self.denominator is None:
            raise PydanticCustomError("no_sample", "needed", {"key": "denominator"})
        if self.id.startswith(_RESERVED):
            raise PydanticCustomError("reserved", "reserved", {"key": "id"})
        return self


_MODELS: dict[str, type[_Entry]] = {"group": Group, "indicator": Indicator, "indicator.target": Target}
_COLUMNS = {
    "group": "group_id",
    "numerator": "numerator_name",
    "numerator_en": "numerator_name_en",
    "denominator": "denominator_name",
    "denominator_en": "denominator_name_en",
}
_REASONS = {
    "missing": N_("This key is missing."),
    "no_sample": N_("A sample needs a denominator: how many were asked."),
    "extra_forbidden": N_("This key is unknown."),
    "reserved": N_("Names that begin with task. or campaign. belong to the campaign's own indicators."),
    "string_pattern_mismatch": N_("Only letters, digits, points, hyphens and underscores are allowed."),
    "string_type": N_("A text in quotation marks is needed."),
    "string_too_short": N_("The text is empty."),
    "string_too_long": N_("The text is too long."),
    "float_type": N_("This is not a number."),
    "bool_type": N_("This must be true or false, without quotation marks."),
    "int_type": N_("A whole number is needed."),
    "date_type": N_("A date without quotation marks is needed, such as 2025-01-01."),
}


def read_dictionary(path: Path) -> Batch:
    """Return one row per entry: its table, id, level, since and model. Raises FileError for what is no dictionary."""
    entries = _entries(path)
    batch = batch_of(DICTIONARY, [_table(*item) for item in entries.items()], [{} for _ in entries])
    ids = [record.get("id") for record in entries["indicator"]]
    records = [(name, record) for name, records in entries.items() for record in records]
    rows = [
        {
            "table": name,
            "id": str(ids[record[_OF]] if _OF in record else record.get("id")),
            "level": str(record.get("level")) if _OF in record else "",
            "since": str(record.get("since", "")),
            "model": _validated(batch, at, name, {key: value for key, value in record.items() if key != _OF}),
        }
        for at, (name, record) in enumerate(records)
    ]
    batch.rows = pd.DataFrame(rows, index=batch.rows.index, columns=["table", "id", "level", "since", "model"])
    batch.rows = batch.rows.drop(index=pd.Index(list(batch.refusals), dtype="int64"))
    return batch


def _entries(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the file's entries by table."""
    try:
        document = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise FileError(N_("The file is not in UTF-8.")) from error
    except tomllib.TOMLDecodeError as error:
        raise FileError(N_("The file is not valid TOML: {problem}.", problem=str(error))) from error
    groups, indicators = document.pop("group", []), document.pop("indicator", [])
    if not document and _are_tables(groups) and _are_tables(indicators):
        targets = [one.pop("target", []) for one in indicators]
        if all(map(_are_tables, targets)):
            placed = [{_OF: at, **target} for at, of_one in enumerate(targets) for target in of_one]
            return {"group": groups, "indicator": indicators, "indicator.target": placed}
    raise FileError(N_("A dictionary has [[group]], [[indicator]] and [[indicator.target]] tables, and nothing else."))


def _are_tables(entries: Any) -> bool:
    return isinstance(entries, list) and all(isinstance(entry, dict) for entry in entries)


def _table(name: str, records: list[dict[str, Any]]) -> Table:
    known = [_ENTRY, *_MODELS[name].model_fields]
    headers = list(dict.fromkeys([*known, *(key for record in records for key in record if key != _OF)]))
    sheet = of_records(name, headers, ({_ENTRY: at, **record} for at, record in enumerate(records, 1)))

    def cell_name(row: int, key: str) -> str:
        return f"{name}[{row}]" if key == _ENTRY else f"{name}[{row}].{key}"

    columns = {header: at for at, header in enumerate(headers)}
    return Table(sheet, headers, columns, first_row=1, cell_name=cell_name, first_number=0)


def _validated(batch: Batch, at: int, name: str, record: dict[str, Any]) -> _Entry | None:
    try:
        return _MODELS[name].model_validate(record)
    except ValidationError as errors:
        for error in errors.errors(include_url=False):
            key = str(error["loc"][0]) if error["loc"] else error["ctx"]["key"]
            batch.note_refusal(at, key, _reason(error))
        return None


def _reason(error: ErrorDetails) -> Message:
    if error["type"] == "literal_error":
        return N_("This must be one of: {choices}.", choices=error["ctx"]["expected"])
    return _REASONS.get(error["type"]) or N_("This value cannot be taken.")


def _store(batch: Batch, context: Context) -> int:
    connection = context.connection
    groups = _models(batch, "group")
    known_groups = set(connection.execute(select(indicator_group.c.id)).scalars()) | set(groups["id"])
    of_table = batch.rows["table"] == "indicator"
    lost = of_table & ~batch.rows["model"].map(lambda model: getattr(model, "group", None) in known_groups)
    batch.refuse(lost, "group", N_("No group has this id."))
    _refuse_changed_meaning(batch, context)

    indicators = _models(batch, "indicator").rename(columns=_COLUMNS)
    kept = set(indicators.get("id", ()))
    orphan = (batch.rows["table"] == "indicator.target") & ~batch.rows["id"].isin(kept)
    batch.refuse(orphan, _ENTRY, N_("The indicator of this target was refused."))
    known = set(connection.execute(select(indicator.c.id)).scalars())
    context.touched.dictionary |= not known.issuperset(kept & {*income.IDS, reviews.ID, *ledgers.indicators()})
    changed = 0
    for table, rows in ((indicator_group, groups), (indicator, indicators)):
        changed += len(upsert(connection, table, in_position(connection, table, rows))) if len(rows) else 0
    targets = upsert(connection, indicator_target, _targets(batch))
    return changed + len(targets[["indicator", "since"]].drop_duplicates())


def _models(batch: Batch, name: str) -> pd.DataFrame:
    rows = batch.rows[batch.rows["table"] == name]
    entries = [model.model_dump() for model in rows["model"]]
    return pd.DataFrame(entries, index=rows.index, columns=list(_MODELS[name].model_fields))


def _refuse_changed_meaning(batch: Batch, context: Context) -> None:
    """Refuse another level or frequency for an indicator that has figures: they would no longer add up."""
    statement = select(indicator.c.id, indicator.c.level, indicator.c.frequency).where(
        select(observation.c.indicator).where(observation.c.indicator == indicator.c.id).exists()
    )
    used = {row.id: row for row in context.connection.execute(statement)}
    for at, model in batch.rows["model"].items():
        if isinstance(model, Indicator) and model.id in used:
            for key in ("level", "frequency"):
                if getattr(model, key) != getattr(used[model.id], key):
                    reason = N_("The indicator has figures: its level and frequency can no longer be changed.")
                    batch.note_refusal(int(at), key, reason)
    batch.rows = batch.rows.drop(index=batch.rows.index.intersection(pd.Index(list(batch.refusals), dtype="int64")))


def _targets(batch: Batch) -> pd.DataFrame:
    """Return the rows of indicator_target; a target of its own level goes before one for all levels."""
    rows = batch.rows[batch.rows["table"] == "indicator.target"]
    targets = pd.DataFrame(
        [target for id_, model in zip(rows["id"], rows["model"], strict=True) for target in _by_level(id_, model)],
        columns=["indicator", "level", "since", "target", "is_own"],
    )
    own_last = targets.sort_values("is_own", kind="stable")
    return own_last.drop_duplicates(["indicator", "level", "since"], keep="last").drop(columns="is_own")


def _by_level(id_: str, model: Target) -> Iterator[dict[str, Any]]:
    for level in LEVELS if model.level == "all" else (model.level,):
        is_own = model.level != "all"
        yield {"indicator": id_, "level": level, "since": model.since, "target": model.target, "is_own": is_own}


DICTIONARY = Kind(
    id="dictionary",
    title=N_("Indicator dictionary"),
    fields=(kind.Field(_ENTRY, _ENTRY, text(20)),),
    key=("table", "id", "level", "since"),
    store=_store,
)
