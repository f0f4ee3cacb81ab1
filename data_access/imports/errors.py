"""What the importer cannot take: a cell, or a whole file. Both carry a sentence for the person who handed it in."""

from i18n import Message


class CellError(ValueError):
    """A cell's value cannot be taken."""

    def __init__(self, reason: Message) -> None:
        super().__init__(reason.text)
        self.reason = reason


class FileError(ValueError):
    """A file, or one of its sheets, cannot be read at all."""

    def __init__(self, reason: Message) -> None:
        super().__init__(reason.text)
        self.reason = reason
