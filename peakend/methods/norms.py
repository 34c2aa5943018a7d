"""Winner or not: where a result stands among all finished ones of its kind."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from peakend.methods.arrays import are_squarable, numbers
from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import Estimate, Reason, require_fraction, unknown
from peakend.methods.intervals import wilson_bounds
from peakend.methods.quantiles import z_value


def percentile_rank(value: float, norm: Sequence[float], *, confidence: float = 0.95) -> Estimate:
    """Return the share of a norm that lies below a value, ties half, in [0, 1].

    Formula: (count below + ½ count equal)/k; the interval (Wilson) says how well a norm of k results knows that
    share, not how well the value itself is known (see `compare_to_norm`).
    Source: Guilford (1965), Fundamental Statistics in Psychology and Education; Wilson (1927).
    Shapes: `norm` (k,). Units: those of the norm.
    Errors: an empty norm ends in `no_data`, NaN in `not_finite`.

    >>> percentile_rank(7.2, [5.0, 6.1, 6.8, 7.2, 8.0]).value
    0.7
    """
    method = "percentile_rank"
    z = z_value(confidence)
    figures = numbers(norm)
    if figures.size == 0:
        return unknown(method, Reason.NO_DATA, confidence=confidence)
    if not math.isfinite(value) or not np.isfinite(figures).all():
        return unknown(method, Reason.NOT_FINITE, n=figures.size, confidence=confidence)
    share = float((figures < value).mean() + (figures == value).mean() / 2.0)
    low, high = wilson_bounds(share, figures.size, z)
    return Estimate(share, low, high, figures.size, method, None, None, confidence)


def t_score(value: float, norm: Sequence[float]) -> Estimate:
    """Return the norm-referenced T-score: 50 at the mean of the norm, 10 a standard deviation.

    Formula: 50 + 10 (x − m)/s, s with k − 1. Source: McCall (1922), How to Measure in Education.
    Shapes: `norm` (k,). Units: T points. This is no Student's t.
    Errors: an empty norm ends in `no_data`, one result in `too_few`, equal ones in `no_variance`, NaN in
    `not_finite`.

    >>> round(t_score(7.0, [5.0, 6.0, 7.0]).value, 1)
    60.0
    """
    method = "t_score"
    figures = numbers(norm)
    if figures.size == 0:
        return unknown(method, Reason.NO_DATA)
    if not are_squarable(value, figures):
        return unknown(method, Reason.NOT_FINITE, n=figures.size)
    if figures.size == 1:
        return unknown(method, Reason.TOO_FEW, n=1)
    spread = float(figures.std(ddof=1))
    if spread <= 1e-13 * max(1.0, float(np.abs(figures).max())):
        return unknown(method, Reason.NO_VARIANCE, n=figures.size)
    told = 50.0 + 10.0 * (value - float(figures.mean())) / spread
    return Estimate(told, None, None, figures.size, method)


@dataclass(frozen=True, slots=True)
class NormComparison:
    """A result on its norm: `value` is its percentile in [0, 1], bounds from its own error.

    `verdict` is a code: `winner`, `on_par`, `below`; `certainty` the probability of that verdict given the error of
    the result and of the norm's cut, `chances` that of each verdict. `t_score` as in `t_score`.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int
    t_score: float | None = None
    verdict: str | None = None
    certainty: float | None = None
    chances: tuple[tuple[str, float], ...] = ()
    winner_from: float | None = None
    below_until: float | None = None
    method: str = "norm_comparison"
    reason: Reason | None = None


def compare_to_norm(
    value: float,
    standard_error: float,
    norm: Sequence[float],
    *,
    winner: float = 0.8,
    below: float = 0.3,
    higher_is_better: bool = True,
    minimum: int = 5,
    confidence: float = 0.95,
) -> NormComparison:
    """Return where a new result stands on a norm, and how sure its verdict is.

    Formula: percentile by `percentile_rank`, bounds at value ± z SE. Cuts are the `winner` and `below` quantiles of
    the norm (linear interpolation); P(above a cut) = Φ((x − cut)/√(SE² + SE_cut²)), with the error of a quantile
    SE_cut = s √(p(1−p)/k)/φ(Φ⁻¹(p)) as of a normal norm; the verdict is that of the point value.
    Source: Mosteller and Tukey (1977) for quantiles; Stuart and Ord (1994), §10.10, for their error.
    Shapes: `norm` (k,) results of finished tests of the same kind. Units: those of the norm; `winner` and `below`
    are percentiles, counted from the worse end.
    Errors: `InvalidInput` for cuts out of order or a negative error; an empty norm ends in `no_data`, fewer than
    `minimum` results in `too_few`, equal ones in `no_variance`, NaN in `not_finite`.

    >>> found = compare_to_norm(7.6, 0.1, [5.0, 5.5, 6.0, 6.2, 6.5, 6.6, 6.8, 7.0, 7.1, 7.3])
    >>> found.verdict, found.value, round(found.certainty, 2)
    ('winner', 1.0, 0.95)
    """
    require_fraction(winner=winner, below=below, confidence=confidence)
    if below >= winner:
        raise InvalidInput("cuts", f"below {below} must lie under winner {winner}")
    if standard_error < 0:
        raise InvalidInput("negative", "a standard error must not be negative")
    figures = numbers(norm)
    size = int(figures.size)
    if size == 0:
        return NormComparison(None, None, None, 0, reason=Reason.NO_DATA)
    if not are_squarable(figures, value, standard_error):
        return NormComparison(None, None, None, size, reason=Reason.NOT_FINITE)
    if size < max(2, minimum):
        return NormComparison(None, None, None, size, reason=Reason.TOO_FEW)
    spread = float(figures.std(ddof=1))
    if spread <= 1e-13 * max(1.0, float(np.abs(figures).max())):
        return NormComparison(None, None, None, size, reason=Reason.NO_VARIANCE)
    sign = 1.0 if higher_is_better else -1.0
    held, own = sign * figures, sign * value
    margin = z_value(confidence) * standard_error
    upper, lower = (float(np.quantile(held, cut)) for cut in (winner, below))
    wins = _chance_above(own, upper, standard_error, winner, spread, size)
    passes = max(wins, _chance_above(own, lower, standard_error, below, spread, size))
    chances = (("winner", wins), ("on_par", passes - wins), ("below", 1.0 - passes))
    verdict = "winner" if own >= upper else "below" if own < lower else "on_par"
    return NormComparison(
        value=percentile_rank(own, held.tolist()).value,
        low=percentile_rank(own - margin, held.tolist()).value,
        high=percentile_rank(own + margin, held.tolist()).value,
        n=size,
        t_score=50.0 + 10.0 * (own - float(held.mean())) / spread,
        verdict=verdict,
        certainty=dict(chances)[verdict],
        chances=chances,
        winner_from=sign * upper,
        below_until=sign * lower,
    )


def _chance_above(
    value: float, cut: float, error: float, share: float, spread: float, size: int
) -> float:
    normal = float(special.ndtri(share))
    density = math.exp(-normal * normal / 2.0) / math.sqrt(2.0 * math.pi)
    cut_error = spread * math.sqrt(share * (1.0 - share) / size) / density
    return float(special.ndtr((value - cut) / math.hypot(error, cut_error)))
