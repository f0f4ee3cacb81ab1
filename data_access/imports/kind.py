"""What a kind of table is: its columns as offices head them, and how its rows are stored."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd
from sqlalchemy import Connection

from data_access.imports import cell_types
from data_access.imports.cell_types import Type
from data_access.rollups.households import Touched
from i18n import Message

if TYPE_CHECKING:
    from data_access.imports.batch import Batch


@dataclass(frozen=True)
class Field:
    """One column of a kind: the header we write, the headers we also read, and the type of its cells."""

    name: str
    header: str
    type: Type
    aliases: tuple[str, ...] = ()
    #: No row without it, hence no table without its column.
    required: bool = False
    #: No table without its column, though cells may be blank.
    expected: bool = False
    #: No other kind has it: a table that has this column is of this kind or of none.
    mark: bool = False
    #: A day or month on which something has happened: none is still to come.
    is_past: bool = False
    #: Only compared with what other columns say: a cell that cannot be read is passed over.
    is_beside: bool = False
    #: Said where the column is missing.
    hint: Message | None = None


def _silent(_count: int) -> None:
    """Tell nobody."""


@dataclass
class Context:
    """What the rows of one file are stored into, and what must be reckoned anew once they are."""

    connection: Connection
    #: "wgs84" or "gcj02": what longitudes and latitudes in the files mean.
    crs: str
    #: The day of the hand-in: nothing can have happened after it.
    today: date = field(default_factory=date.today)
    #: Tasks all of whose days must be reckoned anew.
    tasks: set[str] = field(default_factory=set)
    #: Tasks that only had new reports, and the earliest day of these.
    reported_tasks: set[str] = field(default_factory=set)
    reported_since: date | None = None
    #: Keys of observation rows that were written.
    cells: list[pd.DataFrame] = field(default_factory=list)
    #: What was written of households.
    touched: Touched = field(default_factory=Touched)
    #: By ledger (rollups/ledgers.py), the regions whose entries came, went or changed.
    ledgers: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    #: Whether whoever hands the file in has looked at figures that are hardly believable.
    is_confirmed: bool = False
    #: Told from time to time how many more rows of a large table are written.
    on_written: Callable[[int], None] = _silent


def _as_it_is(batch: "Batch", context: Context) -> None:
    """Leave the rows as their cells say."""


@dataclass(frozen=True)
class Kind:
    """A kind of table. `store` writes what is left of a batch and returns how many of its rows changed anything."""

    id: str
    title: Message
    fields: tuple[Field, ...]
    #: The fields that together occur once in a file.
    key: tuple[str, ...]
    store: Callable[["Batch", Context], int]
    #: Fields of which a table has one at least.
    either: tuple[str, ...] = ()
    #: Turns cells into references, before the key is looked at.
    resolve: Callable[["Batch", Context], None] = _as_it_is

    @property
    def is_of_households(self) -> bool:
        """Whether each row belongs to a household of the register."""
        return any(f.name == "household_code" for f in self.fields)

    @property
    def is_placed(self) -> bool:
        """Whether each row belongs to a region, told by code or by names."""
        return any(f.name == "region_code" for f in self.fields)


#: How a row names its region: by code, or by township and village. Every placed kind has these four.
PLACE = (
    Field("region_code", "行政区划代码", cell_types.code(), ("区划代码", "代码", "村代码", "region_code", "code")),
    Field("county", "县", cell_types.text(200), ("县名", "县名称", "区县", "county")),
    Field("township", "乡镇", cell_types.text(200), ("乡", "镇", "乡镇名称", "township")),
    Field("village", "村", cell_types.text(200), ("行政村", "村名", "村名称", "行政村名称", "village")),
)
