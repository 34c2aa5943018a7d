"""How a journey was lived: the emotion curve of each segment, from the observations.

A moment's emotion is its net sentiment on −100…+100: positive observations less negative ones,
over all. Opinions and answered questions count alike, each as −1, 0 or +1.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from peakend.journeys.choices import Comparator
from peakend.journeys.models import Touchpoint
from peakend.methods.comparison.means import welch
from peakend.methods.estimate import Comparison, Estimate, Reason
from peakend.methods.experience import EmotionCurve, emotion_curve
from peakend.methods.moments import Moments, sum_moments
from peakend.methods.quantiles import z_value
from peakend.methods.scores import mean_score, net_share
from peakend.warehouse.cells import CellRow, Slice, read_cells

NEUTRAL = 0.0
MINIMUM_N = 20  # fewer observations at a moment make no peak, pit or end
FAMILIES = ("opinion", "score")
MOST_SEGMENTS = 3

WORSE, BETTER, SAME, UNKNOWN = "worse", "better", "same", "unknown"
MET, MISSED, UNDECIDED, UNMEASURED = "met", "missed", "undecided", "unmeasured"


@dataclass(frozen=True)
class Lived:
    """One segment's way through the journey.

    ``moments``, ``points`` and the curve's places follow the touchpoints. ``mean`` weighs each moment by its
    duration; ``difference`` is the peak-end score less that mean, and ``memory`` says whether the
    journey is remembered better or worse than it was, beyond noise. Margins are half-widths of
    95 % intervals and take the choice of moments as given.
    """

    segment: str  # '' for all customers together
    moments: tuple[Moments, ...]
    points: tuple[Estimate, ...]  # net sentiment -100..100, adjusted Wald intervals
    curve: EmotionCurve
    peak_end_margin: float | None
    mean: float | None
    mean_margin: float | None
    difference: float | None
    difference_margin: float | None

    @property
    def n(self) -> int:
        """How many observations the curve rests on."""
        return int(self.curve.n)

    @property
    def peak_end(self) -> float | None:
        """The mean of the most intense moment and the last."""
        return self.curve.value

    @property
    def memory(self) -> str:
        """``worse`` or ``better`` than lived, the ``same`` within noise, or ``unknown``."""
        if self.difference is None or self.difference_margin is None:
            return UNKNOWN
        if abs(self.difference) <= self.difference_margin:
            return SAME
        return BETTER if self.difference > 0 else WORSE


def lived(touchpoints: Sequence[Touchpoint], slice: Slice) -> list[Lived]:
    """The curve of each segment of the slice, the most heard first.

    Segments are those the slice names, else the most heard (at most three). Where no customer's
    segment is known, one curve stands for all.
    """
    codes = tuple(sorted({code for point in touchpoints for code in point.codes}))
    if not codes:
        return []
    rows = read_cells(slice, ("segment", "code"), FAMILIES, codes)
    heard: dict[str, int] = {}
    sums: dict[tuple[str, str], Moments] = {}
    for row in rows:
        segment, code = row.key
        heard[segment] = heard.get(segment, 0) + row.n
        sums[segment, code] = emotion_of(row)
    named = [one for one in sorted(heard, key=lambda one: (-heard[one], one)) if one]
    if len(named) < 2 and not slice.segments:
        whole: dict[tuple[str, str], Moments] = {}
        for (_, code), moments in sums.items():
            whole["", code] = whole.get(("", code), Moments(0, 0.0, 0.0)) + moments
        return [_live("", touchpoints, whole)] if heard else []
    return [_live(segment, touchpoints, sums) for segment in named[:MOST_SEGMENTS]]


def emotion_of(row: CellRow) -> Moments:
    """The moments of −100, 0 and +100 as often as negative, neutral and positive were heard."""
    n = row.positives + row.neutrals + row.negatives
    return Moments(
        n, 100.0 * (row.positives - row.negatives), 10_000.0 * (row.positives + row.negatives)
    )


def _live(
    segment: str, touchpoints: Sequence[Touchpoint], sums: dict[tuple[str, str], Moments]
) -> Lived:
    nothing = Moments(0, 0.0, 0.0)
    moments = tuple(
        sum_moments(sums.get((segment, code), nothing) for code in point.codes)
        for point in touchpoints
    )
    curve = emotion_curve(moments, NEUTRAL, minimum_n=MINIMUM_N)
    points = tuple(_net_point(one) for one in moments)
    durations = [float(point.minutes) for point in touchpoints]
    places = [place for place, point in enumerate(points) if point.n >= MINIMUM_N]
    total = math.fsum(durations[place] for place in places)
    if curve.value is None or curve.intense is None or curve.end is None or total <= 0:
        return Lived(segment, moments, points, curve, None, None, None, None, None)
    by_duration = {place: durations[place] / total for place in places}
    remembered = {curve.intense: 0.5, curve.end: 0.5}
    if curve.intense == curve.end:
        remembered = {curve.end: 1.0}
    # The score and the mean share moments, so their difference is taken moment by moment.
    contrast = {place: remembered.get(place, 0.0) - by_duration[place] for place in places}
    mean = math.fsum(by_duration[place] * (points[place].value or 0.0) for place in places)
    return Lived(
        segment=segment,
        moments=moments,
        points=points,
        curve=curve,
        peak_end_margin=_margin(points, remembered),
        mean=mean,
        mean_margin=_margin(points, by_duration),
        difference=curve.value - mean,
        difference_margin=_margin(points, contrast),
    )


def _net_point(moments: Moments) -> Estimate:
    """The moment's net sentiment; its interval knows that even unanimous customers are a sample."""
    tone, strong = moments.total / 100.0, moments.squares / 10_000.0
    positives, negatives = (strong + tone) / 2, (strong - tone) / 2
    share = net_share(positives, moments.n - strong, negatives)
    if share.value is None:
        return share
    low, high, error = (
        None if one is None else 100.0 * one
        for one in (share.low, share.high, share.standard_error)
    )
    value = 100.0 * share.value
    if moments.n < MINIMUM_N:
        return Estimate(value, None, None, share.n, share.method, Reason.TOO_FEW)
    return Estimate(value, low, high, share.n, share.method, share.reason, error)


def _margin(points: Sequence[Estimate], weights: dict[int, float]) -> float | None:
    """Half the 95 % interval of a weighted sum of independent moments."""
    variance = 0.0
    for place, weight in weights.items():
        error = points[place].standard_error
        if error is None:
            return None
        variance += (weight * error) ** 2
    return z_value(0.95) * math.sqrt(variance)


def gap_between(first: Lived, second: Lived, place: int) -> Comparison:
    """How differently two segments felt the same moment: first less second."""
    return welch(first.moments[place], second.moments[place])


@dataclass(frozen=True)
class Observed:
    """What was measured against a touchpoint's standard."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    state: str  # met, missed, undecided (the interval holds the standard) or unmeasured


UNSEEN = Observed(None, None, None, 0, UNMEASURED)


def observed(touchpoints: Sequence[Touchpoint], slice: Slice) -> list[Observed]:
    """The measured mean at each touchpoint and whether its standard holds, beyond noise."""
    codes = {bare_code(point.standard_metric) for point in touchpoints if point.standard_metric}
    if not codes:
        return [UNSEEN for _ in touchpoints]
    rows = read_cells(slice, ("code",), ("score", "event"), tuple(sorted(codes)))
    measured = {row.key[0]: Moments(row.n, row.wx, row.wx2, row.w, row.w2) for row in rows}
    return [_against_standard(point, measured) for point in touchpoints]


def bare_code(metric: str) -> str:
    """The code of the observations behind a metric's: ``event:reply_time`` measures ``reply_time``."""
    return metric.partition(":")[2] or metric


def _against_standard(point: Touchpoint, measured: dict[str, Moments]) -> Observed:
    moments = measured.get(bare_code(point.standard_metric)) if point.standard_metric else None
    if moments is None or point.standard_value is None:
        return UNSEEN
    mean = mean_score(moments)
    if mean.value is None:
        return UNSEEN
    state = _verdict(mean, point.standard_comparator, point.standard_value)
    return Observed(mean.value, mean.low, mean.high, int(mean.n), state)


def _verdict(mean: Estimate, comparator: str, standard: Decimal) -> str:
    bar = float(standard)
    if mean.low is None or mean.high is None:
        return UNDECIDED
    below, above = mean.high <= bar, mean.low >= bar
    kept, broken = (below, above) if comparator == Comparator.AT_MOST else (above, below)
    if kept:
        return MET
    return MISSED if broken else UNDECIDED
