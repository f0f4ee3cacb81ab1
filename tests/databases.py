"""Databases for tests, new ones and copies, of both kinds that the product runs on."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Protocol

from sqlalchemy import Engine, create_engine

from data_access.database import migrate, open_engine
from tests.postgres import private_server


class Databases(Protocol):
    """A place for databases of one kind."""

    @contextmanager
    def new(self) -> Iterator[Engine]:
        """Give an empty database with all its tables, and take it away again."""

    @contextmanager
    def copy(self, template: str) -> Iterator[Engine]:
        """Give a copy of the database `template`, to which nobody may be connected, and take it away again."""

    def keep(self, name: str) -> Engine:
        """Make an empty database with all its tables that stays as long as its place."""


class SqliteDatabases:
    """Files in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._numbers = folder, count()
        self.keep("empty").dispose()

    @contextmanager
    def new(self) -> Iterator[Engine]:
        with self.copy("empty") as engine:
            yield engine

    @contextmanager
    def copy(self, template: str) -> Iterator[Engine]:
        path = self._folder / f"{next(self._numbers)}.sqlite"
        engine = open_engine(f"sqlite:///{shutil.copy(self._folder / f'{template}.sqlite', path)}")
        yield engine
        engine.dispose()
        for file in self._folder.glob(f"{path.name}*"):
            file.unlink()

    def keep(self, name: str) -> Engine:
        engine = open_engine(f"sqlite:///{self._folder / name}.sqlite")
        migrate(engine)
        return engine


class PostgresDatabases:
    """Databases of a private server."""

    def __init__(self, server: str) -> None:
        self._server, self._numbers = server, count()
        administrator = server.replace("postgresql:", "postgresql+psycopg:") + "postgres"
        self._administrator = create_engine(administrator, isolation_level="AUTOCOMMIT")
        self.keep("empty").dispose()

    @contextmanager
    def new(self) -> Iterator[Engine]:
        with self.copy("empty") as engine:
            yield engine

    @contextmanager
    def copy(self, template: str) -> Iterator[Engine]:
        name = f"copy{next(self._numbers)}"
        self._say(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        engine = open_engine(self._server + name)
        yield engine
        engine.dispose()
        self._say(f"DROP DATABASE {name} WITH (FORCE)")

    def keep(self, name: str) -> Engine:
        self._say(f"CREATE DATABASE {name}")
        engine = open_engine(self._server + name)
        migrate(engine)
        return engine

    def close(self) -> None:
        """Hang up, so that the server can stop."""
        self._administrator.dispose()

    def _say(self, statement: str) -> None:
        with self._administrator.connect() as connection:
            connection.exec_driver_sql(statement)


@contextmanager
def databases_of(kind: str, folder: Path) -> Iterator[Databases]:
    """Give a place for databases of a kind, sqlite or postgresql, until the block ends."""
    if kind == "sqlite":
        yield SqliteDatabases(folder)
    else:
        with private_server() as server:
            place = PostgresDatabases(server)
            yield place
            place.close()
