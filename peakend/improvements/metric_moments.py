"""From rollup cells to the moments a comparison takes, by the metric's formula."""

from peakend.improvements.errors import NotVerifiable
from peakend.methods.moments import Moments
from peakend.metrics.definitions import Definition
from peakend.metrics.measuring import sums_of
from peakend.warehouse.cells import Slice

Key = tuple[object, ...]


def require_verifiable(definition: Definition, aspect: str) -> None:
    """Refuse metrics no comparison of answers can judge.

    Raises:
        NotVerifiable
    """
    if definition.how.moments is None:
        raise NotVerifiable(definition.code)
    if definition.of_aspect != bool(aspect):
        raise NotVerifiable(f"{definition.code} of {aspect or 'no aspect'}")


def moments_by(
    definition: Definition, aspect: str, slice: Slice, by: tuple[str, ...]
) -> dict[Key, Moments]:
    """The moments of the metric for each combination of ``by``; what has no answers is left out."""
    to_moments = definition.how.moments
    if to_moments is None:
        raise NotVerifiable(definition.code)
    rows, bases = sums_of(definition, slice, by, aspect)
    found = {key: to_moments(row, bases.get(key)) for key, row in rows.items()}
    return {key: moments for key, moments in found.items() if moments.n > 0}
