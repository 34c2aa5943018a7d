"""Units whose whole falls far below their parts: something nobody asks about is at work."""

from collections import defaultdict
from dataclasses import dataclass, replace

from peakend.methods.drivers import CrossProducts, HiddenDriver, hidden_driver_by_segment
from peakend.methods.drivers.hidden import hidden_driver
from peakend.metrics.drivers import Analysis, joined_answers, subject_of
from peakend.surveys.models import Survey
from peakend.surveys.queries import questionnaire_of
from peakend.warehouse.cells import Slice, read_cells

LEAST_ANSWERS = 20  # of the whole, for a unit to be judged
LEAST_GAP = 0.2  # points of the whole's scale: a smaller one is not worth a search


@dataclass(frozen=True)
class Shortfall:
    """One unit whose overall score lies below what its parts explain.

    ``gap`` is observed minus expected in points of the whole, with its interval; ``adjusted`` is
    the one-sided p-value after false-discovery control over the units.
    """

    survey: str
    whole: str
    parts: tuple[str, ...]
    unit_id: int
    n: int
    observed: float
    expected: float
    gap: float
    low: float
    high: float
    adjusted: float


@dataclass(frozen=True)
class SegmentShortfall:
    """The same of one segment, held against everybody else."""

    segment: str
    n: int
    observed: float
    expected: float
    gap: float
    low: float
    high: float
    adjusted: float


def hidden_drivers(slice: Slice, *, level: float = 0.001) -> list[Shortfall]:
    """Shortfalls in every survey that asks for a whole and at least two parts, the worst first."""
    found: list[Shortfall] = []
    for survey in Survey.objects.select_related("source").order_by("pk"):
        subject = subject_of(survey, questionnaire_of(survey))
        if subject.wholes and len(subject.parts) >= 2:
            found += _shortfalls(survey, subject.wholes[0], subject.parts, slice, level)
    return sorted(found, key=lambda one: (one.gap, one.unit_id))


def hidden_segments(analysis: Analysis, *, level: float = 0.001) -> list[SegmentShortfall]:
    """Segments whose whole lies below what the parts explain for everybody else, the worst first."""
    answers, table = joined_answers(analysis)
    if not len(answers):
        return []
    segments = table.column("segment").to_numpy(zero_copy_only=False)
    codes = sorted({str(code) for code in segments if code})
    if len(codes) < 2:
        return []
    products = [
        CrossProducts.from_rows(answers[segments == code, 1:], answers[segments == code, 0])
        for code in codes
    ]
    judged = hidden_driver_by_segment(products, level=level, least=LEAST_GAP)
    found = [
        _of_segment(code, one) for code, one in zip(codes, judged.units, strict=True) if one.alarm
    ]
    return sorted(found, key=lambda one: (one.gap, one.segment))


def _of_segment(code: str, found: HiddenDriver) -> SegmentShortfall:
    return SegmentShortfall(
        segment=code,
        n=int(found.n),
        observed=found.observed or 0.0,
        expected=found.expected or 0.0,
        gap=found.value or 0.0,
        low=found.low or 0.0,
        high=found.high or 0.0,
        adjusted=found.adjusted or 0.0,
    )


def _shortfalls(
    survey: Survey, whole: str, parts: tuple[str, ...], slice: Slice, level: float
) -> list[Shortfall]:
    own = replace(slice, sources=(survey.source.code,))
    means: dict[int, dict[str, float]] = defaultdict(dict)
    answers: dict[int, int] = {}
    for row in read_cells(own, ("unit", "code"), ("score",), (whole, *parts)):
        unit, code = row.key
        if unit is not None and row.w > 0:
            means[unit][code] = row.wx / row.w
            if code == whole:
                answers[unit] = row.n
    units = sorted(
        unit
        for unit, scores in means.items()
        if answers.get(unit, 0) >= LEAST_ANSWERS and len(scores) == len(parts) + 1
    )
    if not units:
        return []
    judged = hidden_driver(
        [[means[unit][part] for part in parts] for unit in units],
        [means[unit][whole] for unit in units],
        weights=[answers[unit] for unit in units],
        # Bad units hide one another: who is left out of the model is decided generously, who is
        # reported strictly.
        level=max(level, 0.05),
        least=LEAST_GAP,
    )
    return [
        Shortfall(
            survey=survey.slug,
            whole=whole,
            parts=parts,
            unit_id=units[place],
            n=answers[units[place]],
            observed=unit.observed or 0.0,
            expected=unit.expected or 0.0,
            gap=unit.value or 0.0,
            low=unit.low or 0.0,
            high=unit.high or 0.0,
            adjusted=unit.adjusted or 0.0,
        )
        for place, unit in enumerate(judged.units)
        if unit.alarm and unit.adjusted is not None and unit.adjusted <= level
    ]
