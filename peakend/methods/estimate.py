"""What a method answers: a value with interval and n, or a reason."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from peakend.methods.errors import InvalidInput


class Reason(StrEnum):
    """Why a value, or its interval, is missing. Codes, since surfaces say it in the reader's language."""

    NO_DATA = "no_data"  # n = 0
    TOO_FEW = "too_few"  # rows are there, but fewer than the method needs
    NO_VARIANCE = "no_variance"  # every value equal, so nothing to measure spread or relation with
    NOT_FINITE = "not_finite"  # NaN or infinity among the input
    ZERO_WEIGHT = "zero_weight"  # weights sum to nothing
    EMPTY_CELL = "empty_cell"  # a combination that has to be filled has no rows
    COLLINEAR = "collinear"  # columns repeat one another, so shares or slopes cannot be told apart
    TOO_MANY_DRIVERS = "too_many_drivers"  # beyond what is computed exactly
    NOT_CONVERGED = "not_converged"  # the search for the best fit did not settle
    NO_DIFFERENCES = "no_differences"  # every pair tied
    NOT_REACHED = "not_reached"  # a quantile lies beyond what was observed


@dataclass(frozen=True, slots=True)
class Estimate:
    """One number as it may be shown.

    `value` is None when there is none, and then `reason` says why. A value without interval (one answer,
    no variance) has `low` and `high` None and a `reason` too: the reason always speaks of what is missing.
    `n` counts answers (the sum of weights where data are weighted); `standard_error` is in the unit of the
    value and belongs to the interval; `method` is a code.

    >>> Estimate(value=0.3, low=0.1, high=0.5, n=36, method="adjusted_wald").excludes(0.0)
    True
    """

    value: float | None
    low: float | None
    high: float | None
    n: float
    method: str
    reason: Reason | None = None
    standard_error: float | None = None
    confidence: float = 0.95

    def excludes(self, reference: float) -> bool:
        """Tell whether the interval is known and does not contain `reference`."""
        if self.low is None or self.high is None:
            return False
        return not self.low <= reference <= self.high


@dataclass(frozen=True, slots=True)
class Comparison(Estimate):
    """A difference with its test: `value` is first minus second, `p_value` two-sided unless said otherwise.

    `degrees_of_freedom` is None where the reference distribution has none (normal, exact).
    """

    statistic: float | None = None
    degrees_of_freedom: float | None = None
    p_value: float | None = None


def unknown(method: str, reason: Reason, *, n: float = 0, confidence: float = 0.95) -> Estimate:
    """Return the estimate that says why there is none."""
    return Estimate(None, None, None, n, method, reason, None, confidence)


def incomparable(
    method: str,
    reason: Reason,
    *,
    n: float = 0,
    confidence: float = 0.95,
    value: float | None = None,
) -> Comparison:
    """Return the comparison that says why there is none (a bare difference may still be known)."""
    return Comparison(value, None, None, n, method, reason, None, confidence)


def plain_number(number: float) -> float:
    """Return a NumPy or Python number as plain int (where whole by type) or float.

    >>> plain_number(3), plain_number(2.5)
    (3, 2.5)
    """
    return int(number) if hasattr(number, "__index__") else float(number)


def all_finite(*numbers: float) -> bool:
    """Tell whether every number is finite.

    >>> all_finite(1.0, float("nan"))
    False
    """
    return all(math.isfinite(number) for number in numbers)


def require_not_negative(**numbers: float) -> None:
    """Raise `InvalidInput("negative")` for a number below zero (NaN passes: it becomes a reason)."""
    for name, number in numbers.items():
        if number < 0:
            raise InvalidInput("negative", f"{name} must not be negative, got {number}")


def require_fraction(**numbers: float) -> None:
    """Raise `InvalidInput("not_a_fraction")` unless every number lies strictly between 0 and 1."""
    for name, number in numbers.items():
        if not 0.0 < number < 1.0:
            raise InvalidInput(
                "not_a_fraction",
                f"{name} must lie strictly between 0 and 1, got {number}",
            )
