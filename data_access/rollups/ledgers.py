"""The ledgers there are, and what must be reckoned anew once something that they stand on has changed."""

from collections.abc import Mapping

import pandas as pd
from sqlalchemy import Connection, select

from data_access.rollups import cases, entries
from data_access.rollups.entries import Ledger
from data_access.rollups.problems import PROBLEMS
from data_access.rollups.projects import PROJECTS
from data_access.schema import region

#: A new ledger is a module with its `Ledger`, added here.
LEDGERS: tuple[Ledger, ...] = (cases.LEDGER, PROJECTS, PROBLEMS)


def refresh(connection: Connection, touched: Mapping[str, set[str]]) -> None:
    """Reckon anew what a load touched: by a ledger's id, the regions whose entries came, went or changed."""
    for ledger in LEDGERS:
        if touched.get(ledger.id):
            entries.refresh(connection, ledger, touched[ledger.id])


def refresh_moved(connection: Connection, moved: pd.DataFrame) -> None:
    """Reckon anew after regions changed their place; `moved` has code and ancestor_code, old ones and new."""
    codes = {*moved["code"], *moved["ancestor_code"]}
    refresh(connection, {ledger.id: codes for ledger in LEDGERS})


def refresh_all(connection: Connection) -> None:
    """Reckon all of them anew, as a new entry of the dictionary asks for."""
    codes = set(connection.execute(select(region.c.code)).scalars())
    refresh(connection, {ledger.id: codes for ledger in LEDGERS})


def rebuild(connection: Connection) -> None:
    """Forget and reckon all of them from nothing."""
    for ledger in LEDGERS:
        entries.rebuild(connection, ledger)


def indicators() -> frozenset[str]:
    """Return the indicators that are reckoned from a ledger."""
    return frozenset(one for ledger in LEDGERS for one in ledger.indicators)
