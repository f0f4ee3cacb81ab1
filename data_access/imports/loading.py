"""Files into the database: read, checked, written with their rollups and their line in `load`; a transaction a file."""

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import chain
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
# A workbook is read by a process of its own: while it works, the file before can be checked.
_READERS = 2
#: How much of all work reading is, and reading with writing; the rest is sums.
_READ, _WRITTEN = 0.3, 0.8


@dataclass
class _File:
    """A file as it was read; what is left to do needs the database."""

    report: Report
    sha256: str = ""
    batches: list[Batch] = field(default_factory=list)

    @property
    def places(self) -> list[int]:
        """Where the kinds that it holds stand in the order of what builds on what, the first of them first."""
        return sorted(map(_place, self.batches)) or [len(_order())]

    def waits_for(self, other: "_File") -> bool:
        """Whether the other file has rows that some of its own may build on, of a kind that it does not bring."""
        return any(place < self.places[-1] and place not in self.places for place in other.places)


def _silent(_path: Path, _part: float) -> None:
    """Tell nobody."""


@dataclass
class _Bar:
    """How far all the work is: by files while they are read, by rows while they are written."""

    tell: Progress
    rows: int = 0
    written: int = 0

    def write(self, path: Path, count: int) -> None:
        """Tell that so many more rows are written."""
        self.written += count
        self.tell(path, _READ + (_WRITTEN - _READ) * self.written / max(self.rows, 1))


def _order() -> tuple[Kind, ...]:
    """Return what builds on what: a kind needs only kinds before it."""
    return DICTIONARY, REGIONS, BOUNDARIES, *(kind for kind in tables() if kind is not REGIONS)


def _place(batch: Batch) -> int:
    return _order().index(batch.kind)


class _Undo(Exception):  # noqa: N818 - the way out of a transaction
    """Something was refused and nothing shall go in."""


def import_files(
    engine: Engine,
    paths: Iterable[str | Path],
    *,
    crs: str = "wgs84",
    strict: bool = False,
    confirm: bool = False,
    today: date | None = None,
    by: str = "",
    language: str = "zh_CN",
    on_progress: Progress | None = None,
) -> list[Report]:
    """Take files, or folders of them, into the database, and return one report a file in the order they went in.

    `crs` is what longitudes and latitudes mean: wgs84 or gcj02. Each file is one transaction, or together with others
    where these need one another's rows; with `strict` all of them are one, and nothing goes in if anything is refused.
    `confirm` takes figures that are hardly believable too; nothing can have happened after `today`. `by` is who hands
    them in; `language` is that of the reasons in the workbooks of refused rows. Raises sqlalchemy.exc.SQLAlchemyError
    where the database cannot be written.
    """
    found = expanded(paths)
    bar = _Bar(on_progress or _silent)
    files = _read_all(found, bar)
    groups = _in_order(files)
    if strict:
        groups = [[*chain.from_iterable(groups)]]
    for group in groups:
        started = time.perf_counter()
        with _writing(engine, group, is_strict=strict) as connection:
            context = Context(connection, crs, today or date.today(), is_confirmed=confirm)
            _take(context, group, bar, by)
        _share_out(group, time.perf_counter() - started)
    in_order = [*chain.from_iterable(groups)]
    for file in in_order:
        _write_refused(file, language)
    if found:
        bar.tell(found[-1], 1)
    return [file.report for file in in_order]


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


def _read_all(paths: Sequence[Path], bar: _Bar) -> list[_File]:
    files = []
    with ThreadPoolExecutor(_READERS) as readers:
        for at, (path, file) in enumerate(zip(paths, readers.map(_read, paths), strict=True)):
            files.append(file)
            bar.rows += sum(len(batch.rows) for batch in file.batches)
            bar.tell(path, _READ * at / len(paths))
    return files


def _in_order(files: Iterable[_File]) -> list[list[_File]]:
    """Return the files in the order in which they need each other; those that need one another stand together."""
    groups: list[list[_File]] = []
    for file in sorted(files, key=lambda file: (file.places[0], file.places[-1])):
        waiting = (at for at, group in enumerate(groups) if any(own.waits_for(file) for own in group))
        first = next(waiting, len(groups))
        groups[first:] = [[*chain.from_iterable(groups[first:]), file]]
    return groups


def _read(path: Path) -> _File:
    started = time.perf_counter()
    file = _File(Report(path))
    try:
        with path.open("rb") as source:
            file.sha256 = hashlib.file_digest(source, "sha256").hexdigest()
        file.batches = sorted(_batches(path, file.report), key=_place)
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


@contextmanager
def _writing(engine: Engine, files: Sequence[_File], *, is_strict: bool) -> Iterator[Connection]:
    """Open the one transaction of these files; with `is_strict` undo it where any of them is not taken whole."""
    try:
        with writing(engine) as connection:
            yield connection
            if is_strict and not all(file.report.is_whole for file in files):
                raise _Undo
    except _Undo:
        for file in files:
            file.report.is_undone = True


def _take(context: Context, files: Sequence[_File], bar: _Bar, by: str) -> None:
    """Write what can be taken of these files, kind by kind, with all sums, and a row in `load` for each change."""
    steps = [(file, batch) for file in files for batch in file.batches]
    for file, batch in sorted(steps, key=lambda step: _place(step[1])):
        context.on_written = partial(bar.write, file.report.path)
        context.on_written(0)
        until = bar.written + len(batch.rows)
        file.report.kinds.append(_taken(batch, _store(batch, context)))
        context.on_written(until - bar.written)
    for file in files:
        _log(context.connection, file, by)
    _refresh(context)


def _taken(batch: Batch, changed: int) -> KindReport:
    refusals = [refusal for reasons in batch.refusals.values() for refusal in reasons]
    return KindReport(
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


def _share_out(files: Sequence[_File], seconds: float) -> None:
    """Add the time of a transaction to its files' own, by their rows."""
    rows = sum(file.report.read for file in files)
    for file in files:
        file.report.seconds += seconds * file.report.read / max(rows, 1)


def _store(batch: Batch, context: Context) -> int:
    batch.refuse_future(context.today)
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
