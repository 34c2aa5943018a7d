"""What can be wrong with a file or one of its rows. Codes and facts here, words in ``wording``."""

from dataclasses import dataclass, field
from typing import Any


class ImportRefused(Exception):
    """A file cannot be taken as a whole: ``code`` says why, ``details`` hold the facts."""

    def __init__(self, code: str, **details: Any) -> None:
        self.code = code
        self.details = details
        super().__init__(code, details)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why one cell cannot be taken. ``value`` is what stood there."""

    code: str
    value: str = ""
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RowError:
    """One row that was not taken: its number as a spreadsheet shows it, its column and why."""

    row: int
    column: str
    code: str
    value: str = ""
    details: dict[str, Any] = field(default_factory=dict)
