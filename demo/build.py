"""The demo county in the database, through the importer like any other county's."""

import tempfile
from datetime import timedelta
from pathlib import Path

import click
from sqlalchemy import select

from data_access.database import migrate, open_engine
from data_access.imports import exit_code, import_files
from data_access.schema import load
from demo.campaign import REPORTED_DAYS
from demo.county import FILES, write_county
from demo.tasks import START

# The workbooks are written in a quarter of the time that the whole takes.
_STEPS = 4 * FILES

#: The day up to which the offices report, whatever day it is for those who look.
TODAY = START + timedelta(REPORTED_DAYS - 1)
DICTIONARY = Path(__file__).parents[1] / "data_access" / "indicators.toml"


def is_empty(url: str) -> bool:
    """Bring the database's tables up to date and return whether nothing has ever been loaded."""
    engine = open_engine(url)
    migrate(engine)
    with engine.connect() as connection:
        empty = connection.execute(select(load.c.id).limit(1)).first() is None
    engine.dispose()
    return empty


def build(url: str, workbooks: Path | None = None, seed: int = 2026) -> None:
    """Write the demo county's workbooks and import them into the database, with a progress bar.

    `workbooks` is where they are left to be looked at; by default they go away at the end. All goes in, or nothing.
    Raises RuntimeError if the importer refuses any of them, which would be a fault of ours.
    """
    with tempfile.TemporaryDirectory() as passing:
        folder = workbooks or Path(passing)
        engine = open_engine(url)
        migrate(engine)
        with click.progressbar(length=_STEPS, label="演示县 demo county", show_eta=False) as bar:

            def advance(_path: Path, part: float) -> None:
                bar.update(round(FILES + (_STEPS - FILES) * part) - bar.pos)

            paths = [DICTIONARY]
            for path in write_county(folder, seed):
                paths.append(path)
                bar.update(1)
            reports = import_files(engine, paths, strict=True, today=TODAY, by="demo", on_progress=advance)
        engine.dispose()
        if exit_code(reports):
            raise RuntimeError("the importer refused a part of the demo county")
