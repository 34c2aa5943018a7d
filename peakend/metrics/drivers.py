"""What drives the whole: how much of it each part explains, and how good the part is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
from django.db.models import Count
from numpy.typing import NDArray

from peakend.methods.comparison import paired_t
from peakend.methods.drivers import (
    DiminishingReturns,
    DriverShares,
    diminishing_returns,
    importance_performance,
    lmg,
    penalty_reward,
)
from peakend.methods.estimate import Comparison, Estimate, Reason
from peakend.methods.moments import Moments
from peakend.methods.scores import mean_score
from peakend.metrics.questions import EXPECTED, scale_of
from peakend.questionnaire import Questionnaire
from peakend.surveys.models import Survey
from peakend.surveys.queries import questionnaire_of
from peakend.warehouse.answers import read_answers
from peakend.warehouse.cells import Slice

Matrix = NDArray[np.float64]

WHOLES = ("csat", "nps", "ces")  # what the parts should explain, the first that is asked
LEAST_ROWS = 60  # complete answers below which nothing is said of what drives what
LEAST_OF_SEGMENT = 100
LEAST_ANSWERED = 0.5  # a part fewer than half were asked about would cost more rows than it tells
DRAWS = 400
MOST_RESAMPLED = 40_000  # rows beyond which fewer samples are drawn, so that a page stays a page
MOST_PARTS = 12
LEAST_AT_A_SCORE = 30  # answers of a score below which it is no step of its own
SEED = 20_071  # the same answers give the same intervals


@dataclass(frozen=True)
class Subject:
    """A survey that asks for a whole and for parts of it; ``expected`` by part where it is asked."""

    survey: Survey
    wholes: tuple[str, ...]
    parts: tuple[str, ...]
    expected: Mapping[str, str]

    @property
    def source(self) -> str:
        """The code its answers are observed under."""
        return self.survey.source.code


@dataclass(frozen=True)
class Driver:
    """One part: the share of the whole's variance it explains, how good it is, and what kind it is.

    ``kind`` is ``must_be``, ``delighter``, ``performance`` or ``indifferent`` (None where it
    cannot be told), ``penalty`` and ``reward`` what a bad and a good experience of it do to the
    whole. ``gap`` is perception minus expectation where that was asked. ``steps`` is what each
    score adds to the one before, over ``scores``; the other parts are not held still in it.
    """

    code: str
    importance: Estimate
    weight: float  # its part of what is explained, all together 1
    performance: Estimate
    quadrant: str | None
    certain: bool
    kind: str | None
    penalty: Comparison | None
    reward: Comparison | None
    gap: Comparison | None
    scores: tuple[float, ...]
    steps: DiminishingReturns | None
    entangled: bool  # others say nearly the same: the sum can be trusted, the split hardly


@dataclass(frozen=True)
class Analysis:
    """What drives one whole among these answers, or why nothing can be said.

    ``n`` counts complete answers of ``answered`` who answered the whole; ``first`` are the
    drivers to concentrate on, the most urgent first; ``left_out`` were asked of too few.
    """

    subject: Subject
    whole: str
    slice: Slice
    n: int
    answered: int
    r_squared: float | None
    drivers: tuple[Driver, ...]
    first: tuple[str, ...]
    left_out: tuple[str, ...]
    importance_line: float | None = None
    performance_line: float | None = None
    reason: Reason | None = None
    segments: Mapping[str, "SegmentDrivers"] = field(default_factory=dict)

    @property
    def is_known(self) -> bool:
        """Whether anything can be said."""
        return bool(self.drivers)

    def driver(self, code: str) -> Driver | None:
        """The driver of this code."""
        return next((one for one in self.drivers if one.code == code), None)


@dataclass(frozen=True)
class SegmentDrivers:
    """The same within one segment: shares of its whole's variance, and how good each part is there."""

    segment: str
    n: int
    r_squared: float
    importance: Mapping[str, Estimate]
    weights: Mapping[str, float]
    performance: Mapping[str, Estimate]


def subjects() -> list[Subject]:
    """Every survey drivers can be told of, the one most answered first."""
    found = []
    surveys = Survey.objects.select_related("source").annotate(answered=Count("responses"))
    for survey in surveys.order_by("-answered", "-pk"):
        subject = subject_of(survey, questionnaire_of(survey))
        if subject.wholes and len(subject.parts) >= 2:
            found.append(subject)
    return found


def subject_of(survey: Survey, questionnaire: Questionnaire) -> Subject:
    """What a survey asks for as a whole, as parts, and as expectations of parts.

    Where none of the usual wholes is asked, the first scored question is the whole: how a product
    is liked.
    """
    codes = [question.metric for question in questionnaire.questions if question.scored]
    perceived = [code for code in codes if not code.endswith(EXPECTED)]
    wholes = tuple(code for code in WHOLES if code in perceived) or tuple(perceived[:1])
    parts = tuple(code for code in perceived if code not in (*WHOLES, *wholes))
    expected = {part: part + EXPECTED for part in parts if part + EXPECTED in codes}
    return Subject(survey, wholes, parts[:MOST_PARTS], expected)


def analyse(
    subject: Subject, whole: str, slice: Slice, *, by_segment: bool = True, draws: int = DRAWS
) -> Analysis:
    """What drives the whole among the answers of the slice.

    Importance is the Shapley share of R² (LMG) with bootstrap bounds over whole respondents;
    performance the mean of the part. Only respondents who answered the whole and every part
    enter; a part that fewer than half were asked about is left out instead.
    """
    table = _answers_of(subject, whole, slice)
    answers = _columns(table, 1 + len(subject.parts) + len(subject.expected))
    asked = ~np.isnan(answers[:, 0])
    answered = int(asked.sum())
    kept, left_out = _kept_parts(subject.parts, answers[asked])
    rows = asked & ~np.isnan(answers[:, [1 + place for place in kept]]).any(axis=1)
    n = int(rows.sum())
    codes = tuple(subject.parts[place] for place in kept)
    out = tuple(subject.parts[place] for place in left_out)

    def nothing(reason: Reason) -> Analysis:
        return Analysis(subject, whole, slice, n, answered, None, (), (), out, reason=reason)

    if n == 0:
        return nothing(Reason.NO_DATA)
    if n < LEAST_ROWS or len(codes) < 2:
        return nothing(Reason.TOO_FEW)
    parts, y = answers[rows][:, [1 + place for place in kept]], answers[rows, 0]
    found = lmg(parts, y, draws=_draws(n, draws), rng=np.random.default_rng(SEED))
    if found.shares is None or found.r_squared is None:
        return nothing(found.reason or Reason.NO_VARIANCE)
    importance = _estimates(found)
    performance = [mean_score(Moments.from_values(parts[:, place])) for place in range(len(codes))]
    placed = importance_performance(importance, performance)
    kinds = _kinds(codes, parts, y)
    gaps = _gaps(subject, answers[asked])
    relative = found.relative
    stairs = [_steps(parts[:, place], y) for place in range(len(codes))]
    drivers = tuple(
        Driver(
            code=code,
            importance=importance[place],
            weight=0.0 if relative is None else float(relative[place]),
            performance=performance[place],
            quadrant=placed.drivers[place].quadrant,
            certain=placed.drivers[place].certain,
            kind=kinds[place][0],
            penalty=kinds[place][1],
            reward=kinds[place][2],
            gap=gaps.get(code),
            scores=stairs[place][0],
            steps=stairs[place][1],
            entangled=place in found.collinear,
        )
        for place, code in enumerate(codes)
    )
    return Analysis(
        subject=subject,
        whole=whole,
        slice=slice,
        n=n,
        answered=answered,
        r_squared=found.r_squared,
        drivers=drivers,
        first=tuple(codes[place] for place in placed.value or ()),
        left_out=out,
        importance_line=placed.importance_line,
        performance_line=placed.performance_line,
        segments=_by_segment(table, rows, codes, parts, y, draws) if by_segment else {},
    )


def joined_answers(analysis: Analysis) -> tuple[Matrix, pa.Table]:
    """Complete answers, the whole first and then the analysis's drivers, and what each is about."""
    table = _answers_of(analysis.subject, analysis.whole, analysis.slice)
    places = [1 + analysis.subject.parts.index(one.code) for one in analysis.drivers]
    answers = _columns(table, 1 + len(analysis.subject.parts))[:, [0, *places]]
    complete = ~np.isnan(answers).any(axis=1)
    return answers[complete], table.filter(pa.array(complete))


def shortfalls(
    analysis: Analysis, units: Sequence[int] = (), segments: Sequence[str] = ()
) -> list[tuple[int, float]]:
    """Responses of these units or segments whose whole lies farthest below their parts.

    Each is (signal, whole minus expected), the farthest first; what is expected comes from
    everybody else's answers.
    """
    answers, table = joined_answers(analysis)
    if not len(answers):
        return []
    meant = np.isin(_array(table, "unit"), list(units)) | np.isin(
        table.column("segment").to_numpy(zero_copy_only=False), list(segments)
    )
    if not meant.any() or int((~meant).sum()) <= answers.shape[1] + 1:
        return []
    design = np.column_stack([np.ones(len(answers)), answers[:, 1:]])
    slopes, *_rest = np.linalg.lstsq(design[~meant], answers[~meant, 0], rcond=None)
    gaps = answers[meant, 0] - design[meant] @ slopes
    signals = _array(table, "signal")[meant]
    return [
        (int(signals[place]), float(gaps[place]))
        for place in np.argsort(gaps, kind="stable")
        if gaps[place] < 0
    ]


def _answers_of(subject: Subject, whole: str, slice: Slice) -> pa.Table:
    own = replace(slice, sources=(subject.source,))
    expected = [subject.expected[part] for part in subject.expected]
    return read_answers(own, (whole, *subject.parts, *expected))


def _columns(table: pa.Table, width: int) -> Matrix:
    columns = [
        table.column(f"c{place}").to_numpy(zero_copy_only=False).astype(float)
        for place in range(width)
    ]
    return np.column_stack(columns) if table.num_rows else np.empty((0, width))


def _array(table: pa.Table, name: str) -> NDArray[np.int64]:
    filled = table.column(name).to_numpy(zero_copy_only=False).astype(float)
    return np.asarray(np.nan_to_num(filled, nan=-1), dtype=np.int64)


def _kept_parts(parts: Sequence[str], answers: Matrix) -> tuple[list[int], list[int]]:
    if not len(answers):
        return list(range(len(parts))), []
    told = 1.0 - np.isnan(answers[:, 1 : 1 + len(parts)]).mean(axis=0)
    kept = [place for place in range(len(parts)) if told[place] >= LEAST_ANSWERED]
    return kept, [place for place in range(len(parts)) if place not in kept]


def _draws(n: int, draws: int) -> int:
    return draws if n <= MOST_RESAMPLED else max(50, draws * MOST_RESAMPLED // n)


def _estimates(found: DriverShares) -> list[Estimate]:
    low, high = found.low, found.high
    return [
        Estimate(
            value=float(share),
            low=None if low is None else float(low[place]),
            high=None if high is None else float(high[place]),
            n=found.n,
            method="lmg",
        )
        for place, share in enumerate(found.shares if found.shares is not None else ())
    ]


def _kinds(
    codes: Sequence[str], parts: Matrix, y: Matrix
) -> list[tuple[str | None, Comparison | None, Comparison | None]]:
    """Must-be or delighter, where all parts are asked on one scale."""
    scales = {scale_of(code) for code in codes}
    if len(scales) != 1:
        return [(None, None, None)] * len(codes)
    low, high = scales.pop()
    third = (high - low) / 4.0
    found = penalty_reward(parts, y, low_until=low + third, high_from=high - third)
    if found.value is None:
        return [(None, None, None)] * len(codes)
    return [(part.kind, part.penalty, part.reward) for part in found.parts]


def _steps(part: Matrix, y: Matrix) -> tuple[tuple[float, ...], DiminishingReturns | None]:
    """The scores of a part that enough gave, and what each adds to the whole."""
    given, counts = np.unique(part, return_counts=True)
    scores = tuple(given[counts >= LEAST_AT_A_SCORE].tolist())
    if len(scores) < 2:
        return (), None
    return scores, diminishing_returns(
        scores, [Moments.from_values(y[part == score]) for score in scores]
    )


def _gaps(subject: Subject, answers: Matrix) -> dict[str, Comparison]:
    """Perception minus expectation of each part, over those who answered both."""
    found = {}
    for place, part in enumerate(subject.expected):
        perceived = answers[:, 1 + subject.parts.index(part)]
        expected = answers[:, 1 + len(subject.parts) + place]
        both = ~np.isnan(perceived) & ~np.isnan(expected)
        found[part] = paired_t(Moments.from_values(perceived[both] - expected[both]))
    return found


def _by_segment(
    table: pa.Table, rows: NDArray[np.bool_], codes: Sequence[str], parts: Matrix, y: Matrix, draws: int
) -> dict[str, SegmentDrivers]:  # fmt: skip
    segments = table.column("segment").to_numpy(zero_copy_only=False)[rows]
    found = {}
    for segment in sorted({str(code) for code in segments if code}):
        own = segments == segment
        n = int(own.sum())
        if n < LEAST_OF_SEGMENT:
            continue
        shares = lmg(
            parts[own], y[own], draws=_draws(n, draws // 2), rng=np.random.default_rng(SEED)
        )
        if shares.shares is None or shares.r_squared is None:
            continue
        relative = shares.relative
        found[segment] = SegmentDrivers(
            segment=segment,
            n=n,
            r_squared=shares.r_squared,
            importance=dict(zip(codes, _estimates(shares), strict=True)),
            weights=dict(
                zip(codes, relative.tolist() if relative is not None else [], strict=False)
            ),
            performance={
                code: mean_score(Moments.from_values(parts[own][:, place]))
                for place, code in enumerate(codes)
            },
        )
    return found
