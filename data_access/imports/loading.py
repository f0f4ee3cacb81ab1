"""Files into the database: read, checked, written with their rollups and their line in `load`; a transaction a file."""

import hashlib
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, Engine, insert

from data_access.database import writing
from data_access.imports import homes, places
from data_access.imports.batch import Batch
from data_access.imports.boundaries import BOUNDARIES, read_boundaries
from data_access.imports.checking import checked_rows
from data_access.imports.columns import read_parquet
from data_access.imports.csv_files import read_csv
from data_access.imports.dictionary import DICTIONARY, read_dictionary
from data_access.imports.errors import FileError
from data_access.imports.headers import recognise
from data_access.imports.kind import Context, Kind
from data_access.imports.kinds import tables
from data_access.imports.kinds.indicators import touched
from data_access.imports.kinds.regions import REGIONS
from data_access.imports.refused import ENDING, write_refused
from data_access.imports.report import KindReport, Report
from data_access.imports.sheets import Sheet
from data_access.imports.workbooks import read_workbook
from data_access.rollups import households, ledgers, observations
from data_access.rollups.campaigns import refresh_tasks
from data_access.schema import load
from i18n import N_, Message, words

#: Called with the file at hand and the part of all work, from 0 to 1, that is done.
Progress = Callable[[Path, float], None]

_WORKBOOKS = (".xlsx", ".xlsm")
_TABLES = (*_WORKBOOKS, ".csv", ".parquet")
_GEOJSON = (".geojson", ".json")
_ENDINGS = (*_TABLES, *_GEOJSON, ".toml")


@dataclass
class _File:
    """A file as it was read; what is left to do needs the database."""

    report: Report
    sha256: str = ""
    batches: list[Batch] = field(default_factory=list)

    @property
    def order(self) -> int:
        order = _order()
        return min((order.index(batch.kind) for batch in self.batches), default=len(order))


def _order() -> tuple[Kind, ...]:
    """Return what builds on what: a kind needs only kinds before it."""
    return DICTIONARY, REGIONS, BOUNDARIES, *(kind for kind in tables() if kind is not REGIONS)


class _Undo(Exception):  # noqa: N818 - the way out of a transaction
    """Something was refused and nothing shall go in."""


def import_files(
    engine: Engine,
    paths: Iterable[str | Path],
    *,
    crs: str = "wgs84",
    strict: bool = False,
    confirm: bool = False,
    by: str = "",
    language: str = "zh_CN",
    on_progress: Progress | None = None,
) -> list[Report]:
    """Take files, or folders of them, into the database, and return one report a file in the order they went in.

    `crs` is what longitudes and latitudes mean: wgs84 or gcj02. Each file is one transaction; with `strict` all of them
    are one, and nothing goes in if anything is refused. `confirm` takes figures
    that are hardly believable too. `by` is who hands them in; `language` is that of the reasons in
    the workbooks of refused rows. Raises sqlalchemy.exc.SQLAlchemyError where the database cannot be written.
    """
    found = expanded(paths)
    steps = 2 * len(found)

    def progress(path: Path, step: float) -> None:
        if on_progress:
            on_progress(path, step / steps)

    files = []
    for at, path in enumerate(found):
        progress(path, at)
        files.append(_read(path))
    files.sort(key=lambda file: file.order)

    def take(file: _File, context: Context) -> None:
        at = len(files) + files.index(file)
        context.on_progress = lambda part: progress(file.report.path, at + part)
        context.on_progress(0)
        _take(context, file, by)

    if strict:
        _take_all_or_nothing(engine, files, lambda connection: Context(connection, crs, is_confirmed=confirm), take)
    else:
        for file in files:
            with writing(engine) as connection:
                context = Context(connection, crs, is_confirmed=confirm)
                take(file, context)
                _refresh(context)
    for file in files:
        _write_refused(file, language)
    if found:
        progress(found[-1], steps)
    return [file.report for file in files]


def expanded(paths: Iterable[str | Path]) -> list[Path]:
    """Return the files, and those in the folders whose endings are known; refused rows only if named themselves."""
    found: list[Path] = []
    for path in map(Path, paths):
        if not path.is_dir():
            found.append(path)
            continue
        inside = (p for p in sorted(path.rglob("*")) if p.suffix.lower() in _ENDINGS and p.is_file())
        found += [p for p in inside if not p.name.endswith(ENDING) and not p.name.startswith((".", "~$"))]
    return list(dict.fromkeys(found))


def _read(path: Path) -> _File:
    started = time.perf_counter()
    file = _File(Report(path))
    try:
        with path.open("rb") as source:
            file.sha256 = hashlib.file_digest(source, "sha256").hexdigest()
        file.batches = sorted(_batches(path, file.report), key=lambda batch: _order().index(batch.kind))
    except FileError as error:
        file.report.problems.append(error.reason)
    except OSError as error:
        file.report.problems.append(N_("The file cannot be opened: {problem}.", problem=error.strerror or str(error)))
    file.report.seconds = time.perf_counter() - started
    return file


def _batches(path: Path, report: Report) -> list[Batch]:
    ending = path.suffix.lower()
    if ending in _GEOJSON:
        return [read_boundaries(path)]
    if ending == ".toml":
        return [read_dictionary(path)]
    if ending not in _TABLES:
        raise FileError(N_("Files of this type are not read: save it as .xlsx or .csv."))
    if ending == ".csv":
        return _recognised([read_csv(path)], report)
    return _recognised([read_parquet(path)] if ending == ".parquet" else _visible_sheets(path, report), report)


def _visible_sheets(path: Path, report: Report) -> list[Sheet]:
    sheets, hidden = read_workbook(path)
    if hidden:
        report.notes.append(N_("Hidden sheets are not read: {names}.", names=", ".join(hidden)))
    return sheets


def _recognised(sheets: list[Sheet], report: Report) -> list[Batch]:
    by_sheet = [(sheet, recognise(sheet, tables())) for sheet in sheets if sheet.height]
    unknown = [sheet.name for sheet, found in by_sheet if not found]
    if len(unknown) == len(by_sheet):
        raise FileError(N_("No table that we know was found: no row among the first ten has the headers of one."))
    if unknown:
        report.notes.append(N_("Sheets that hold no known table were passed over: {names}.", names=", ".join(unknown)))
    report.problems += [
        N_("Sheet “{sheet}”: {problem}", sheet=sheet.name, problem=one.problem)
        for sheet, found in by_sheet
        for one in found
        if one.problem
    ]
    taken = [one for _, found in by_sheet for one in found if not one.problem]
    kinds = [kind for kind in tables() if any(found.kind is kind for found in taken)]
    return [checked_rows(kind, [found for found in taken if found.kind is kind]) for kind in kinds]


def _take_all_or_nothing(
    engine: Engine,
    files: Sequence[_File],
    context_of: Callable[[Connection], Context],
    take: Callable[[_File, Context], None],
) -> None:
    try:
        with writing(engine) as connection:
            context = context_of(connection)
            for file in files:
                take(file, context)
            _refresh(context)
            if not all(file.report.is_whole for file in files):
                raise _Undo
    except _Undo:
        for file in files:
            file.report.is_undone = True


def _take(context: Context, file: _File, by: str) -> None:
    """Write what can be taken of a file, and one row in `load` for each kind that changed anything."""
    started = time.perf_counter()
    for batch in file.batches:
        changed = _store(batch, context)
        refusals = [refusal for reasons in batch.refusals.values() for refusal in reasons]
        file.report.kinds.append(
            KindReport(
                kind=batch.kind.id,
                title=batch.kind.title,
                read=batch.read,
                taken=len(batch.rows),
                changed=changed,
                subtotals=batch.subtotals,
                ignored=batch.ignored,
                notes=batch.notes,
                refusals=sorted(refusals, key=lambda r: (r.sheet, r.row)),
                refused=len(batch.refusals) + batch.refused_unlisted,
                refused_unlisted=batch.refused_unlisted,
            )
        )
    _log(context.connection, file, by)
    file.report.seconds += time.perf_counter() - started


def _store(batch: Batch, context: Context) -> int:
    if batch.rows.empty:
        return 0
    if batch.kind.is_placed:
        places.resolve(batch, context)
    if batch.kind.is_of_households:
        homes.resolve(batch, context)
    batch.kind.resolve(batch, context)
    batch.refuse_duplicates()
    return batch.kind.store(batch, context) if len(batch.rows) else 0


def _refresh(context: Context) -> None:
    """Bring the sums up to date with what a transaction wrote."""
    if context.tasks:
        refresh_tasks(context.connection, context.tasks | context.reported_tasks)
    elif context.reported_tasks:
        refresh_tasks(context.connection, context.reported_tasks, context.reported_since)
    if context.cells:
        observations.refresh(context.connection, touched(context.cells))
    households.refresh(context.connection, context.touched)
    if context.touched.dictionary:
        ledgers.refresh_all(context.connection)
    else:
        ledgers.refresh(context.connection, context.ledgers)


def _log(connection: Connection, file: _File, by: str) -> None:
    rows = [
        {
            "file": file.report.path.name,
            "sha256": file.sha256,
            "kind": part.kind,
            "rows": part.read,
            "rows_changed": part.changed,
            "rows_refused": part.refused,
            "loaded_by": by,
        }
        for part in file.report.kinds
        if part.changed
    ]
    if rows:
        connection.execute(insert(load), rows)


def _write_refused(file: _File, language: str) -> None:
    refused = [batch for batch in file.batches if batch.refusals]
    if not refused:
        return
    try:
        file.report.refused_file = write_refused(file.report.path, refused, words(language))
    except OSError as error:
        problem: Message = N_("The refused rows could not be written beside the file: {problem}.", problem=str(error))
        file.report.notes.append(problem)
