"""A snapshot: the database at one version of its data. Every query takes one, and it is the cache's key.

The version is the newest load's id. A load gives a new version and thereby new keys, so nothing is ever invalidated.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

import streamlit as st
from sqlalchemy import Connection, Engine, func, select

from data_access.schema import load

_P = ParamSpec("_P")
_R = TypeVar("_R")

# A county's page keeps some 40 results of 1 to 60 kB (236 villages x 18 columns x 8 bytes = 34 kB), and forty readers
# stand on perhaps 20 different pages: 2,000 entries a query are at most some 70 MB.
_ENTRIES = 2000


class SnapshotMoved(Exception):  # noqa: N818 - not an error: a load came in, the page runs again
    """The data moved on between two queries of one page; the page must run again on the new version."""


@dataclass(frozen=True)
class Snapshot:
    """An engine at one version of its data."""

    engine: Engine
    version: int

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """Open a read transaction on this version. Raises SnapshotMoved if a load has come in since."""
        with self.engine.connect() as connection:
            if version_of(connection) != self.version:
                raise SnapshotMoved
            yield connection


def version_of(connection: Connection) -> int:
    """Return the newest load's id; 0 for a database without any."""
    version: int = connection.execute(select(func.coalesce(func.max(load.c.id), 0))).scalar_one()
    return version


def latest(engine: Engine) -> Snapshot:
    """Return the snapshot of the data as they stand."""
    with engine.connect() as connection:
        return Snapshot(engine, version_of(connection))


def cached(query: Callable[_P, _R]) -> Callable[_P, _R]:
    """Keep a query's results by snapshot version and arguments; each caller gets a copy of his own."""
    keyed: dict[str | type[Any], Callable[[Any], Any]] = {Snapshot: lambda s: (str(s.engine.url), s.version)}
    wrapped: Callable[_P, _R] = st.cache_data(max_entries=_ENTRIES, show_spinner=False, hash_funcs=keyed)(query)
    return wrapped
