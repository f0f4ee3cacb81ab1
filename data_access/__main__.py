"""The command line of the shared database: `python -m data_access import FILE…`, `migrate`, `freeze`, and more.

Exit codes: 0 everything was taken, or there was nothing to change; 1 some rows were refused and the rest taken;
2 nothing was taken (refused with --strict, unreadable, or of no known kind); 3 the database cannot be used or is of
another version; 4 wrong usage.
"""

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError

from data_access import database
from data_access.imports import Report, exit_code, import_files
from data_access.imports.loading import expanded
from data_access.imports.summary import lines
from data_access.rollups import households, ledgers
from data_access.schema import load
from i18n import LANGUAGES, N_, Words, words
from settings import SettingsError, settings

UNUSABLE_DATABASE, WRONG_USAGE, INTERRUPTED = 3, 4, 130

_EXIT_CODES = """\b
Exit codes:
  0  everything was taken, or there was nothing to change
  1  some rows were refused, the rest was taken
  2  nothing was taken: refused with --strict, unreadable, or of no known kind
  3  the database cannot be used, or is of another version
  4  wrong usage
"""

_database_option = click.option("--database", "url", metavar="URL", help="Default: config.toml or GUATU_DATABASE_URL.")
_language_option = click.option("--lang", "language", type=click.Choice(LANGUAGES), help="Language of the messages.")


class _DatabaseError(click.ClickException):
    """The database cannot be used."""

    exit_code = UNUSABLE_DATABASE


@contextmanager
def _opened(url: str | None, said: Words, *, check: bool = True) -> Iterator[Engine]:
    """Open the database, by default the configured one; whatever is wrong with it becomes one sentence."""
    try:
        engine = database.open_engine(url or settings().database.absolute_url)
        try:
            if check:
                database.check_schema(engine)
            yield engine
        finally:
            engine.dispose()
    except database.SchemaError as error:
        hint = N_("The database does not have the tables of this version: run “python -m data_access migrate” first.")
        raise _DatabaseError(f"{said.say(hint)} ({error})") from error
    except (SQLAlchemyError, SettingsError, RuntimeError, OSError) as error:
        detail = str(getattr(error, "orig", None) or error).strip()
        raise _DatabaseError(said.say(N_("The database cannot be used: {problem}", problem=detail))) from error


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return ""


def _words(language: str | None) -> Words:
    return words(language or settings().display.language)


@click.group(epilog=_EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Guatu's shared database: bring files in, upgrade its tables, list its loads."""


@cli.command("import", epilog=_EXIT_CODES)
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--crs", type=click.Choice(("wgs84", "gcj02")), default="wgs84", help="What longitudes and latitudes mean."
)
@click.option("--strict", is_flag=True, help="Take nothing at all if anything is refused.")
@click.option("--confirm", is_flag=True, help="Take income that jumped five times up or down, once it was looked at.")
@click.option("--by", default=_user, help="Who hands the files in.")
@_language_option
@_database_option
def import_command(
    files: tuple[Path, ...],
    crs: str,
    strict: bool,
    confirm: bool,
    by: str,
    language: str | None,
    url: str | None,
) -> int:
    """Take tables (xlsx, csv, parquet), boundaries (geojson) and the indicator dictionary (toml), or folders of them.

    A row that cannot be taken is written with its cell and the reason to NAME.refused.xlsx beside its file.
    """
    if not expanded(files):
        raise click.UsageError("there are no files to import in these folders")
    said = _words(language)
    with _opened(url, said) as engine:
        reports = _imported(engine, files, crs=crs, strict=strict, confirm=confirm, by=by, language=said.language)
    for report in reports:
        click.echo("\n".join(lines(report, said)))
    return exit_code(reports)


def _imported(engine: Engine, files: tuple[Path, ...], **options: object) -> list[Report]:
    with click.progressbar(
        length=1000, file=sys.stderr, hidden=not sys.stderr.isatty(), item_show_func=lambda name: name
    ) as bar:

        def show(path: Path, share: float) -> None:
            bar.update(round(share * 1000) - bar.pos, path.name)

        return import_files(engine, files, on_progress=show, **options)  # type: ignore[arg-type]


@cli.command()
@_language_option
@_database_option
def migrate(language: str | None, url: str | None) -> None:
    """Create the tables, or bring them to this version."""
    with _opened(url, _words(language), check=False) as engine:
        database.migrate(engine)


@cli.command()
@click.option("--last", "count", type=click.IntRange(1), default=20, show_default=True, help="So many.")
@_language_option
@_database_option
def loads(count: int, language: str | None, url: str | None) -> None:
    """List the last loads, the newest first."""
    said = _words(language)
    with _opened(url, said) as engine, engine.connect() as connection:
        rows = connection.execute(select(load).order_by(load.c.id.desc()).limit(count)).all()
    for row in rows:
        counts = N_(
            "rows read {read}, changed {changed}, refused {refused}",
            read=said.number(row.rows),
            changed=said.number(row.rows_changed),
            refused=said.number(row.rows_refused),
        )
        who = f"{row.loaded_at:%Y-%m-%d %H:%M} UTC  {row.loaded_by}"
        click.echo(f"{row.id}  {who}  {row.file}  {row.kind}  {said.say(counts)}  {row.sha256[:12]}")


@cli.command()
@_language_option
@_database_option
def rebuild(language: str | None, url: str | None) -> None:
    """Forget all that is computed from households and ledgers, and all sums, and build them from nothing."""
    with _opened(url, _words(language)) as engine, database.writing(engine) as connection:
        households.rebuild(connection)
        ledgers.rebuild(connection)


@cli.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default="data/frozen")
@_language_option
@_database_option
def freeze(folder: Path, language: str | None, url: str | None) -> None:
    """Write the figures as they stand, without any household, into one file of FOLDER, and print its path."""
    # Pages' queries bring Streamlit along, which no other command waits for, or has its warnings from.
    from data_access import freezing
    from data_access.snapshot import latest

    said = _words(language)
    with _opened(url, said) as engine:
        try:
            click.echo(freezing.freeze(latest(engine), folder))
        except ValueError as error:
            raise click.ClickException(said.say(N_("There are no figures to freeze yet."))) from error


def main() -> int:
    """Run the command line and return its exit code."""
    try:
        return cli(standalone_mode=False) or 0
    except click.UsageError as error:
        error.show()
        return WRONG_USAGE
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
