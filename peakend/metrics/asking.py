"""Which sums metrics are about to need, so that a page asks for all of them at once."""

from collections.abc import Iterable, Iterator, Sequence

from peakend.metrics.definition import By, Definition, read_sums
from peakend.metrics.errors import UnknownMetric
from peakend.metrics.measuring import asked_of
from peakend.metrics.registry import definition_of
from peakend.warehouse.cells import Slice
from peakend.warehouse.questions import Question

Asked = tuple[Definition, str]  # a metric, and the aspect it is asked of


def questions_of(
    metrics: Sequence[Asked], shapes: Iterable[tuple[Slice, By]]
) -> Iterator[Question]:
    """The sums of all metrics for each slice and ``by``, to be read ahead.

    Metrics read afterwards find their sums there. Those that cells cannot answer ask for themselves.
    """
    return (
        question
        for slice, by in shapes
        for definition, aspect in metrics
        for question in _questions(definition, aspect, slice, by)
    )


def _questions(definition: Definition, aspect: str, slice: Slice, by: By) -> Iterator[Question]:
    within = asked_of(definition, slice, by)
    if within is None:
        return
    if definition.is_index:
        for code in dict.fromkeys(part.code for part in definition.parts):
            try:
                yield from _questions(definition_of(code), "", within, by)
            except UnknownMetric:
                continue  # taken out of use; the index says that a part is missing
        return
    if definition.reader is read_sums:
        yield Question(within, by, (definition.family,), definition.codes or (aspect,))
    if definition.base is not None:
        yield Question(within, by, (definition.base.family,), definition.base.codes)
