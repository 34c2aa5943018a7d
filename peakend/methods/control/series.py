"""Reading a series: gaps allowed, NaN not, and the spread of neighbours as its noise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from peakend.methods.errors import InvalidInput

D2_OF_TWO = 1.128379167095513  # mean range of two normal values in sigmas: 2/√π


def without_gaps(values: Sequence[float | None]) -> tuple[NDArray[np.float64], list[int]]:
    """Return the values that are there and their positions; a gap is None."""
    positions = [index for index, value in enumerate(values) if value is not None]
    return np.array([values[index] for index in positions], dtype=float), positions


def baseline_length(baseline: int | None, length: int) -> int:
    """Return how many first points set the centre; all of them by default."""
    if baseline is None:
        return length
    if baseline < 1:
        raise InvalidInput("baseline", f"baseline must be at least 1, got {baseline}")
    return min(baseline, length)


def moving_range_sigma(values: NDArray[np.float64]) -> float:
    """Return the noise of a series from its mean moving range, insensitive to slow shifts of level.

    Formula: mean |xᵢ − xᵢ₋₁| / d₂, d₂ = 2/√π. Source: Montgomery (2020), Statistical Quality Control, §6.4.

    >>> round(moving_range_sigma(np.array([1.0, 3.0, 2.0])), 4)
    1.3293
    """
    return float(np.abs(np.diff(values)).mean()) / D2_OF_TWO


def spread_over(
    values: Sequence[float], positions: Sequence[int], length: int
) -> tuple[float | None, ...]:
    """Return values at their positions in a series of `length`, None in the gaps."""
    spread: list[float | None] = [None] * length
    for position, value in zip(positions, values, strict=True):
        spread[position] = float(value)
    return tuple(spread)
