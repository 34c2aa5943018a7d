"""One metric as declared data: what it is called, computed from, held against, and who may see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from peakend.metrics.formulas import Formula
from peakend.warehouse.cells import CellRow, Slice, read_cells

By = tuple[str, ...]


@dataclass(frozen=True)
class Base:
    """What a share or rate is held against: the sums of these observations."""

    family: str
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """One part of an index and its weight, for everybody or within one segment.

    ``taken_on`` and ``origin`` say when and from which answers a weight was taken that nobody set
    by hand (see :mod:`peakend.metrics.weights`).
    """

    code: str
    weight: float
    segment: str = ""
    taken_on: date | None = None
    origin: Mapping[str, Any] = field(default_factory=dict)


def read_sums(
    definition: Definition, slice: Slice, by: By, codes: tuple[str, ...]
) -> list[CellRow]:
    """The sums most metrics need: those of their cells."""
    return read_cells(slice, by, (definition.family,), codes)


Reader = Callable[["Definition", Slice, By, tuple[str, ...]], list[CellRow]]


MINUTES = _("minutes")  # the unit of what takes time


@dataclass(frozen=True)
class Definition:
    """One metric. What a company has set of its own (standard, owner, minimum n …) is already in it."""

    code: str
    name: str | Promise
    definition: str | Promise
    formula: str | Promise
    family: str
    observation: (
        str  # the code of its observations; '' for an aspect's, and where there are several
    )
    how: Formula
    better: int = 1  # 1: more is better, -1: less is better, 0: neither
    # score (as is), points (× 100, signed), percent, count, index (× 100 of 100), per_hundred, amount
    display: str = "score"
    scale: tuple[float, float] | None = None
    minimum_n: int = 30
    of_aspect: bool = False
    base: Base | None = None
    neutral: float | None = None  # the declared neutral point, for emotion curves
    doubt: str | Promise = ""  # when not to believe it
    level: str = "result"  # result: what customers conclude; process: what made them
    unit: str | Promise = ""  # of an amount: minutes, yuan
    pooled: tuple[str, ...] = ()  # several observations counted together
    reader: Reader = read_sums
    parts: tuple[Part, ...] = ()  # of an index
    is_index: bool = False
    standard: float | None = None  # what should hold at any time
    target: float | None = None  # what is to be reached
    target_on: date | None = None
    owner: int | None = None  # the unit that answers for it
    channels: tuple[str, ...] = ()  # where it is collected; empty: everywhere
    period: str = "week"  # how often it is collected, and so drawn: day, week, month
    roles: tuple[str, ...] = ()  # who may see it; empty: whoever may see metrics
    is_own: bool = False  # defined in this company, not shipped

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of its observations; empty for a metric of aspects."""
        return self.pooled or ((self.observation,) if self.observation else ())

    @property
    def can_be_part(self) -> bool:
        """Whether it can be brought onto a scale of 0 to 1 on which more is better."""
        return self.scale is not None and self.better != 0 and not self.of_aspect

    def weights_in(self, segment: str) -> tuple[Part, ...]:
        """The index's parts with the weights that hold in a segment: its own where there are any."""
        own = tuple(part for part in self.parts if part.segment == segment)
        return own or tuple(part for part in self.parts if not part.segment)
