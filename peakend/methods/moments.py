"""The sufficient statistics of a mean: what a rollup cell keeps of its rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from peakend.methods.arrays import numbers
from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import all_finite


@dataclass(frozen=True, slots=True)
class Moments:
    """Count, sum and sum of squares of a set of values, weighted or not.

    `n` counts answers; `total` is Σwx and `squares` Σwx² (Σx and Σx² without weights), in the unit of the
    value and its square; `weight` is Σw and `weight_squares` Σw², both n where there are no weights.
    Sets add up with `+`, so a month is the sum of its days.

    Source: Kish (1965), Survey Sampling, for the effective n (Σw)²/Σw².
    Errors: `InvalidInput("negative")` for negative n, weight or squares.

    >>> Moments.from_values([4, 5, 3]) + Moments.from_values([2])
    Moments(n=4, total=14.0, squares=54.0, weight=None, weight_squares=None)
    >>> Moments.from_values([4, 5, 3, 2]).mean
    3.5
    """

    n: float
    total: float
    squares: float
    weight: float | None = None
    weight_squares: float | None = None

    def __post_init__(self) -> None:
        numbers = (self.n, self.squares, self.weight or 0.0, self.weight_squares or 0.0)
        if any(number < 0 for number in numbers):
            raise InvalidInput(
                "negative", f"counts, weights and squares must not be negative: {self}"
            )
        if (self.weight is None) != (self.weight_squares is None):
            raise InvalidInput("half_weighted", "weight and weight_squares come together")

    @classmethod
    def from_values(cls, values: ArrayLike, *, weights: ArrayLike | None = None) -> Moments:
        """Sum raw values, shape (n,), with weights of the same shape or none."""
        array = numbers(values).ravel()
        if weights is None:
            return cls(array.size, float(array.sum()), float(np.dot(array, array)))
        scale = numbers(weights).ravel()
        if scale.shape != array.shape:
            raise InvalidInput("shape", f"{array.size} values but {scale.size} weights")
        if bool((scale < 0).any()):
            raise InvalidInput("negative", "weights must not be negative")
        weighted = array * scale
        return cls(
            array.size,
            float(weighted.sum()),
            float(np.dot(weighted, array)),
            float(scale.sum()),
            float(np.dot(scale, scale)),
        )

    @classmethod
    def from_histogram(cls, histogram: Mapping[float, float]) -> Moments:
        """Sum a histogram of score → count.

        >>> Moments.from_histogram({5: 10, 1: 2}).mean
        4.333333333333333
        """
        return cls(
            sum(histogram.values()),
            float(sum(score * count for score, count in histogram.items())),
            float(sum(score * score * count for score, count in histogram.items())),
        )

    def __add__(self, other: Moments) -> Moments:
        """Return the moments of both sets together."""
        weighted = self.weight is not None or other.weight is not None
        return Moments(
            self.n + other.n,
            self.total + other.total,
            self.squares + other.squares,
            self.weight_sum + other.weight_sum if weighted else None,
            self.weight_square_sum + other.weight_square_sum if weighted else None,
        )

    @property
    def weight_sum(self) -> float:
        """Σw, which is n without weights."""
        return self.n if self.weight is None else self.weight

    @property
    def weight_square_sum(self) -> float:
        """Σw², which is n without weights."""
        return self.n if self.weight_squares is None else self.weight_squares

    @property
    def finite(self) -> bool:
        """Whether no NaN or infinity entered the sums."""
        return all_finite(self.n, self.total, self.squares, self.weight_sum, self.weight_square_sum)

    @property
    def effective_n(self) -> float:
        """Kish's effective n: (Σw)²/Σw², 0 where there is no weight."""
        if self.weight is None:
            return float(self.n)
        return self.weight_sum**2 / self.weight_square_sum if self.weight_square_sum > 0 else 0.0

    @property
    def mean(self) -> float | None:
        """Mean, or None without weight."""
        return self.total / self.weight_sum if self.weight_sum > 0 else None

    @property
    def variance(self) -> float | None:
        """Sample variance with the effective n − 1 below, or None where that is not positive.

        What rounding leaves of a difference of equal sums counts as zero: a constant set has no variance.
        """
        if self.weight_sum <= 0 or self.effective_n <= 1.0:
            return None
        mean = self.total / self.weight_sum
        population = self.squares / self.weight_sum - mean * mean
        if population <= 1e-13 * max(self.squares / self.weight_sum, mean * mean):
            return 0.0
        return population * self.effective_n / (self.effective_n - 1.0)


def sum_moments(parts: Iterable[Moments]) -> Moments:
    """Add many sets of moments.

    >>> sum_moments([Moments.from_values([1, 2]), Moments.from_values([3])]).mean
    2.0
    """
    total = Moments(0, 0.0, 0.0)
    for part in parts:
        total = total + part
    return total
