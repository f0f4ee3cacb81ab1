"""Engines and their schema: SQLite through pysqlite3 in WAL, the embedded default, or PostgreSQL through psycopg."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pysqlite3.dbapi2
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, event, func, make_url, select

_MIGRATIONS = Path(__file__).parent / "migrations"

#: Two loads at once would each roll up what the other has not written yet: on PostgreSQL this lock makes them wait.
_LOAD_LOCK = 0x67756174

# SQLite 3.7.0 to 3.51.2 can corrupt a WAL database when a writer resets the log under a reader (sqlite.org, 2026).
_FIRST_SAFE_WAL = (3, 51, 3)


class SchemaError(RuntimeError):
    """The database is there, but its tables are older or newer than this program."""


def open_engine(url: str) -> Engine:
    """Return an engine for `url`. A SQLite file's folder is made; the tables are `migrate`'s business.

    Raises RuntimeError where the SQLite library is too old to be trusted with a write-ahead log.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        return _open_postgresql(parsed.set(drivername="postgresql+psycopg"))
    if pysqlite3.dbapi2.sqlite_version_info < _FIRST_SAFE_WAL:
        raise RuntimeError(f"SQLite {pysqlite3.dbapi2.sqlite_version} is too old: 3.51.3 or newer is needed")
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, module=pysqlite3.dbapi2)

    @event.listens_for(engine, "connect")
    def _configure(dbapi_connection, _record):  # type: ignore[no-untyped-def]
        dbapi_connection.isolation_level = None  # SQLAlchemy's BEGIN below, not the driver's own
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000", "foreign_keys=ON"):
            dbapi_connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A writer takes its lock at once: a lock upgraded half-way is refused without waiting.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _open_postgresql(url: URL) -> Engine:
    """Return an engine whose transactions see one state of the data from their first query to their last."""
    # A page's queries run one after the other: a few connections serve forty readers.
    return create_engine(url, module=psycopg, pool_pre_ping=True, pool_size=10, isolation_level="REPEATABLE READ")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Open the one transaction of a load: all of it is committed at the end, or nothing of it. Loads wait in line."""
    if engine.dialect.name == "postgresql":
        # One that sees what the load before it has written, however long it waited.
        with engine.execution_options(isolation_level="READ COMMITTED").begin() as connection:
            connection.execute(select(func.pg_advisory_xact_lock(_LOAD_LOCK)))
            yield connection
    else:
        with engine.execution_options(writes=True).begin() as connection:
            yield connection


def _alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    return config


def migrate(engine: Engine) -> None:
    """Bring the tables of `engine` to this program's revision; a new database gets all of them."""
    config = _alembic_config()
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def check_schema(engine: Engine) -> None:
    """Raise SchemaError unless the tables are at this program's revision."""
    head = ScriptDirectory.from_config(_alembic_config()).get_current_head()
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current != head:
        raise SchemaError(f"the database is at revision {current or 'none'}, this program needs {head}")
