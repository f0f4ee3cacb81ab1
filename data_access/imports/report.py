"""What became of a file: by kind, how many rows were read, taken, changed and refused; and the exit code of it all."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from data_access.imports.batch import Refusal
from i18n import Message

ALL_TAKEN, SOME_REFUSED, NOTHING_TAKEN = 0, 1, 2


@dataclass(frozen=True)
class KindReport:
    """One kind of rows in one file. `changed` of the `taken` rows were new or said anything new."""

    kind: str
    title: Message
    read: int
    taken: int
    changed: int
    subtotals: int
    #: Headers of columns that the kind does not know.
    ignored: list[str]
    notes: list[Message]
    refusals: list[Refusal]
    #: Rows with at least one refusal.
    refused: int
    #: How many of these are not among `refusals`.
    refused_unlisted: int = 0


@dataclass
class Report:
    """One file. With `strict`, `is_undone` says that nothing went in because something was refused."""

    path: Path
    kinds: list[KindReport] = field(default_factory=list)
    #: Why the file, or a sheet of it, was not read.
    problems: list[Message] = field(default_factory=list)
    notes: list[Message] = field(default_factory=list)
    #: The workbook with the refused rows, if any and if it could be written.
    refused_file: Path | None = None
    seconds: float = 0.0
    is_undone: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether nothing of the file was refused."""
        return not self.problems and not any(part.refusals for part in self.kinds)

    @property
    def read(self) -> int:
        """Rows read, of all kinds."""
        return sum(part.read for part in self.kinds)

    @property
    def taken(self) -> int:
        """Rows taken, of all kinds; none where all was undone."""
        return 0 if self.is_undone else sum(part.taken for part in self.kinds)

    @property
    def changed(self) -> int:
        """Rows that changed anything, of all kinds."""
        return 0 if self.is_undone else sum(part.changed for part in self.kinds)

    @property
    def refused(self) -> int:
        """Rows refused, of all kinds."""
        return sum(part.refused for part in self.kinds)


def exit_code(reports: Sequence[Report]) -> int:
    """Return 0 if everything was taken, 1 if some was refused and the rest taken, 2 if nothing was taken."""
    if all(report.is_whole for report in reports):
        return ALL_TAKEN
    return SOME_REFUSED if any(report.taken for report in reports) else NOTHING_TAKEN
