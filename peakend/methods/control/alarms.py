"""How often a chosen alarm would cry wolf, on the metric's own history."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from peakend.methods.arrays import are_squarable, numbers
from peakend.methods.control.change import change_points
from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import Reason, require_fraction
from peakend.methods.quantiles import t_value

Detector = Callable[[Sequence[float]], Sequence[int]]


@dataclass(frozen=True, slots=True)
class FalseAlarms:
    """How often an alarm fires where nothing happened: `value` is the share of points with one.

    `apart` is the mean distance between false alarms in points (None where none fired), `quiet` the share of simulated
    stretches without any, `observed` the alarms in the history as it was. Bounds are Wald's over stretches.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int
    apart: float | None = None
    quiet: float | None = None
    observed: int | None = None
    draws: int = 0
    method: str = "block_bootstrap"
    reason: Reason | None = None


def false_alarms(
    history: Sequence[float],
    detector: Detector,
    *,
    rng: np.random.Generator,
    draws: int = 200,
    horizon: int | None = None,
    block: int | None = None,
    confidence: float = 0.95,
) -> FalseAlarms:
    """Return how often a detector would have fired on a history in which nothing happened.

    Formula: the history without its own level shifts (`change_points`) is cut into blocks of neighbours that are drawn
    with replacement and laid end to end, which keeps how neighbours hang together but no pattern longer than a block;
    the detector is run on each such stretch, and its alarms are counted per point.
    Source: Künsch (1989), Annals of Statistics 17, 1217-1241, for the moving-block bootstrap.
    Shapes: `history` (n,); `detector` takes values and returns the positions of its alarms, for instance
    `lambda values: xmr_chart(values, baseline=20).outside`. `horizon` points a stretch (the history's length by
    default), `block` neighbours kept together (n^⅓ by default).
    Units: alarms per point of the history.
    Errors: `InvalidInput` for fewer than two draws or a block or horizon below 1; no history ends in `no_data`, fewer than
    eight points in `too_few`, NaN in `not_finite`, a flat history in `no_variance`.

    >>> rng = np.random.default_rng(3)
    >>> history = rng.normal(4, 0.2, 60).tolist()
    >>> wolf = false_alarms(history, lambda values: [i for i, v in enumerate(values) if v < 3.6], rng=rng)
    >>> 0.01 < wolf.value < 0.06
    True
    """
    require_fraction(confidence=confidence)
    if draws < 2:
        raise InvalidInput("draws", f"at least two stretches are needed, got {draws}")
    if (block is not None and block < 1) or (horizon is not None and horizon < 1):
        raise InvalidInput("block", "block and horizon count points, from 1")
    n = len(history)
    if n == 0:
        return FalseAlarms(None, None, None, 0, reason=Reason.NO_DATA)
    if not are_squarable(history):
        return FalseAlarms(None, None, None, n, reason=Reason.NOT_FINITE)
    if n < 8:
        return FalseAlarms(None, None, None, n, reason=Reason.TOO_FEW)
    calm = _without_shifts(numbers(history))
    if float(np.ptp(calm)) == 0.0:
        return FalseAlarms(None, None, None, n, reason=Reason.NO_VARIANCE)
    length = n if horizon is None else horizon
    width = min(n, max(1, round(n ** (1.0 / 3.0))) if block is None else block)
    counts = np.array(
        [len(set(detector(_stretch(calm, length, width, rng)))) for _ in range(draws)]
    )
    rate = float(counts.mean()) / length
    margin = _margin(counts, length, confidence)
    return FalseAlarms(
        value=rate,
        low=max(0.0, rate - margin),
        high=rate + margin,
        n=n,
        apart=1.0 / rate if rate > 0 else None,
        quiet=float((counts == 0).mean()),
        observed=len(set(detector(list(history)))),
        draws=draws,
    )


def _without_shifts(history: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the history at one level: its own shifts are no noise."""
    found = change_points(history.tolist())
    calm = history.copy()
    for segment in found.segments:
        calm[segment.start : segment.stop] += float(history.mean()) - segment.mean
    return calm


def _stretch(
    calm: NDArray[np.float64], length: int, width: int, rng: np.random.Generator
) -> list[float]:
    starts = rng.integers(0, calm.size - width + 1, -(-length // width))
    places = (starts[:, None] + np.arange(width)).ravel()[:length]
    return [float(value) for value in calm[places]]


def _margin(counts: NDArray[np.int64], length: int, confidence: float) -> float:
    spread = float(counts.std(ddof=1)) / math.sqrt(counts.size) / length
    return t_value(confidence, counts.size - 1.0) * spread
