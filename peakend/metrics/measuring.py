"""From a definition to what was measured: sums of observations, or the parts of an index."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from peakend.methods.estimate import Estimate, Reason, unknown
from peakend.methods.scores import weighted_index
from peakend.metrics.brands import of_own_brands
from peakend.metrics.definition import Definition
from peakend.metrics.errors import UnknownMetric
from peakend.metrics.registry import definition_of
from peakend.warehouse.answers import counted_row
from peakend.warehouse.cells import CellRow, Slice, read_cells

Key = tuple[Any, ...]


class Measured(Protocol):
    """One figure and what it takes to compare it."""

    @property
    def estimate(self) -> Estimate:
        """The value with its interval."""

    def less(self, other: Any) -> Estimate:
        """The difference to another of the same metric."""


@dataclass(frozen=True)
class FromSums:
    """A figure from the sums of its observations."""

    definition: Definition
    row: CellRow
    base: CellRow | None

    @property
    def estimate(self) -> Estimate:
        return self.definition.how.estimate(self.row, self.base)

    def less(self, other: "FromSums") -> Estimate:
        return self.definition.how.difference(self.row, self.base, other.row, other.base)


@dataclass(frozen=True)
class MeasuredPart:
    """One part of an index: its figure, and the weight it has here."""

    definition: Definition
    weight: float
    measured: Measured | None

    @property
    def score(self) -> Estimate:
        """The figure on a scale from 0 to 1 on which more is better."""
        if self.measured is None:
            return unknown("weighted_index", Reason.NO_DATA)
        found = self.measured.estimate
        if found.n < self.definition.minimum_n:
            return unknown(found.method, Reason.TOO_FEW, n=found.n)
        low, high = self.definition.scale or (0.0, 1.0)
        return _on_scale(found, low if self.definition.better > 0 else high, high - low, self)

    def less(self, other: "MeasuredPart") -> Estimate:
        """The difference of the two scores."""
        if self.score.value is None or other.score.value is None:
            return unknown("weighted_index", Reason.EMPTY_CELL)
        assert self.measured is not None
        low, high = self.definition.scale or (0.0, 1.0)
        return _on_scale(self.measured.less(other.measured), 0.0, high - low, self)


@dataclass(frozen=True)
class FromParts:
    """A figure from other figures."""

    parts: tuple[MeasuredPart, ...]

    @property
    def estimate(self) -> Estimate:
        return weighted_index([part.score for part in self.parts], self._weights)

    def less(self, other: "FromParts") -> Estimate:
        # Today's weights on both sides: what is compared is what was felt, not how it is weighed.
        before = {part.definition.code: part for part in other.parts}
        differences = [
            part.less(before[part.definition.code])
            if part.definition.code in before
            else unknown("weighted_index", Reason.EMPTY_CELL)
            for part in self.parts
        ]
        return weighted_index(differences, self._weights)

    @property
    def _weights(self) -> list[float]:
        return [part.weight for part in self.parts]


def measure(
    definition: Definition, slice: Slice, by: tuple[str, ...] = (), aspect: str = ""
) -> Mapping[Key, Measured]:
    """The figure for each combination of ``by`` in which anything was observed, in order."""
    if definition.is_index:
        return _measure_parts(definition, slice, by)
    rows, bases = sums_of(definition, slice, by, aspect)
    return {key: FromSums(definition, row, bases.get(key)) for key, row in rows.items()}


def measure_aspects(definition: Definition, slice: Slice) -> Mapping[str, Measured]:
    """A metric of aspects for every aspect heard in the slice."""
    within = asked_of(definition, slice)
    if within is None:
        return {}
    base = None
    if definition.base:
        found = read_cells(within, (), (definition.base.family,), definition.base.codes)
        base = found[0] if found else None
    rows = read_cells(within, ("code",), (definition.family,))
    return {row.key[0]: FromSums(definition, row, base) for row in rows}


def sums_of(
    definition: Definition, slice: Slice, by: tuple[str, ...] = (), aspect: str = ""
) -> tuple[dict[Key, CellRow], dict[Key, CellRow]]:
    """The sums of the metric's observations by key, and of what they are held against.

    Where something was counted against and nothing happened, that is a zero, not a gap.
    """
    within = asked_of(definition, slice, by)
    if within is None:
        return {}, {}
    codes = definition.codes or (aspect,)
    rows = {row.key: row for row in definition.reader(definition, within, by, codes)}
    if definition.base is None:
        return rows, {}
    found = read_cells(within, by, (definition.base.family,), definition.base.codes)
    bases = {row.key: row for row in found}
    for key in bases:
        rows.setdefault(key, counted_row(key, 0, 0))
    return dict(sorted(rows.items(), key=_in_order)), bases


def _in_order(item: tuple[Key, CellRow]) -> tuple[tuple[bool, Any], ...]:
    return tuple((value is None, "" if value is None else value) for value in item[0])


def asked_of(definition: Definition, slice: Slice, by: tuple[str, ...] = ()) -> Slice | None:
    """The slice cut to one's own brands, where it names none, and to the channels the metric is collected in.

    None where none of those channels is asked.
    """
    slice = of_own_brands(slice, by)
    if not definition.channels:
        return slice
    asked = set(slice.channels)
    channels = tuple(code for code in definition.channels if not asked or code in asked)
    return replace(slice, channels=channels) if channels else None


def _measure_parts(
    definition: Definition, slice: Slice, by: tuple[str, ...]
) -> dict[Key, Measured]:
    measured: dict[str, Mapping[Key, Measured]] = {}
    parts: dict[str, Definition] = {}
    for code in dict.fromkeys(part.code for part in definition.parts):
        try:
            parts[code] = definition_of(code)
        except UnknownMetric:
            continue  # taken out of use: its weight stays, and the index says that a part is missing
        measured[code] = measure(parts[code], _cut(definition, slice, by), by)
    keys = {key: None for one in measured.values() for key in one}
    found: dict[Key, Measured] = {}
    for key in sorted(keys, key=lambda key: _in_order((key, counted_row(key, 0, 0)))):
        weights = definition.weights_in(_segment(key, slice, by))
        found[key] = FromParts(
            tuple(
                MeasuredPart(
                    parts.get(part.code, definition),
                    part.weight,
                    measured.get(part.code, {}).get(key),
                )
                for part in weights
            )
        )
    return found


def _cut(definition: Definition, slice: Slice, by: tuple[str, ...]) -> Slice:
    # An index collected in some channels only holds its parts to them.
    within = asked_of(definition, slice, by)
    return replace(slice, units=frozenset()) if within is None else within


def _segment(key: Key, slice: Slice, by: tuple[str, ...]) -> str:
    """The one segment a figure is about, or '' for several."""
    if "segment" in by:
        return str(key[by.index("segment")] or "")
    return slice.segments[0] if len(slice.segments) == 1 else ""


def _on_scale(found: Estimate, zero: float, span: float, part: MeasuredPart) -> Estimate:
    """An estimate in shares of its scale, turned so that more is better."""
    sign = 1.0 if part.definition.better >= 0 else -1.0

    def turned(value: float | None) -> float | None:
        return None if value is None else sign * (value - zero) / span

    low, high = turned(found.low), turned(found.high)
    if sign < 0:
        low, high = high, low
    error = None if found.standard_error is None else found.standard_error / abs(span)
    return Estimate(
        turned(found.value), low, high, found.n, found.method, found.reason, error, found.confidence
    )
