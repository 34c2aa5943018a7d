"""An index taken apart: what each part weighs, says and moved."""

from dataclasses import dataclass, replace

from peakend.methods.estimate import Estimate
from peakend.metrics.definition import Definition, Part
from peakend.metrics.measuring import FromParts, MeasuredPart, measure
from peakend.metrics.queries import Reading, reading_of
from peakend.warehouse.cells import Slice


@dataclass(frozen=True)
class Branch:
    """One part of an index.

    ``share`` is its weight among all, ``score`` its figure from 0 to 1 (more is better), and
    ``moved`` by how much of the index it changed against the period compared with.
    """

    part: Part
    definition: Definition
    share: float
    reading: Reading
    score: Estimate
    moved: Estimate | None
    branches: tuple["Branch", ...] = ()


def branches_of(
    definition: Definition, slice: Slice, compare: Slice | None = None
) -> tuple[Branch, ...]:
    """The parts of an index in the order of its definition, each with its own parts."""
    segment = slice.segments[0] if len(slice.segments) == 1 else ""
    weighed = definition.weights_in(segment)
    now = _parts(definition, slice)
    before = _parts(definition, compare) if compare else {}
    total = sum(part.weight for part in weighed) or 1.0
    found = []
    for part in weighed:
        measured = now.get(part.code)
        if measured is None:
            continue
        share = part.weight / total
        earlier = before.get(part.code)
        moved = _times(measured.less(earlier), share) if earlier is not None else None
        found.append(
            Branch(
                part=part,
                definition=measured.definition,
                share=share,
                reading=reading_of(measured.definition, slice, compare=compare),
                score=measured.score,
                moved=moved if moved is not None and moved.value is not None else None,
                branches=branches_of(measured.definition, slice, compare),
            )
        )
    return tuple(found)


def _parts(definition: Definition, slice: Slice) -> dict[str, MeasuredPart]:
    if not definition.is_index:
        return {}
    measured = measure(definition, slice).get(())
    if not isinstance(measured, FromParts):
        return {}
    return {part.definition.code: part for part in measured.parts}


def _times(estimate: Estimate, share: float) -> Estimate:
    def scaled(value: float | None) -> float | None:
        return None if value is None else share * value

    return replace(
        estimate,
        value=scaled(estimate.value),
        low=scaled(estimate.low),
        high=scaled(estimate.high),
        standard_error=scaled(estimate.standard_error),
    )
