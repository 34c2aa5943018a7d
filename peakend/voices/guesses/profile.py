"""What the cells of one column look like."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

_WIDE = re.compile(r"[\u2e80-\uffff]")


@dataclass(frozen=True)
class Profile:
    """A column's name and its cells in the sample."""

    name: str
    cells: tuple[str, ...]

    @cached_property
    def values(self) -> tuple[str, ...]:
        """The cells that hold anything, trimmed."""
        return tuple(cell.strip() for cell in self.cells if cell.strip())

    @cached_property
    def distinct(self) -> int:
        """How many different values there are."""
        return len(set(self.values))

    @property
    def variety(self) -> float:
        """Distinct values per value, 0..1."""
        return self.distinct / len(self.values) if self.values else 0.0

    @cached_property
    def mean_length(self) -> float:
        """Characters a value, a wide (Chinese) one counting as two."""
        if not self.values:
            return 0.0
        sample = self.values[:200]
        wide = len(_WIDE.findall("".join(sample)))
        return (sum(map(len, sample)) + wide) / len(sample)

    @cached_property
    def numeric(self) -> float:
        """The share of values that are numbers."""
        if not self.values:
            return 0.0
        return sum(_is_number(value) for value in self.values) / len(self.values)

    @cached_property
    def lettered(self) -> float:
        """The share of letters (of any script) among the signs of the values."""
        signs = "".join(self.values[:100])
        return sum(map(str.isalpha, signs)) / len(signs) if signs else 0.0

    @cached_property
    def counts_rows(self) -> bool:
        """Whether the column only numbers the rows: 1, 2, 3 … or 0, 1, 2 …"""
        values = self.values
        if len(values) < 3 or len(values) != len(self.cells) or values[0] not in {"0", "1"}:
            return False
        start = int(values[0])
        return all(value == str(start + place) for place, value in enumerate(values))

    @property
    def examples(self) -> tuple[str, ...]:
        """A few values to show."""
        return tuple(dict.fromkeys(value[:80] for value in self.values))[:3]


def profiles_of(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[Profile]:
    """A profile for each column of the sample."""
    turned = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
    return [Profile(name, tuple(cells)) for name, cells in zip(columns, turned, strict=True)]


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True
