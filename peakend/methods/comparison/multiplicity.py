"""Many tests at once: which of them still stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import Reason, require_fraction


@dataclass(frozen=True, slots=True)
class AdjustedTests:
    """Adjusted p-values in the order given, and which tests stand at `level`; `value` counts those.

    A test that had no p-value (None) stays None and is not counted among the tests made.
    """

    value: int | None
    adjusted: tuple[float | None, ...]
    rejected: tuple[bool, ...]
    level: float
    n: int
    method: str
    reason: Reason | None = None


def benjamini_hochberg(p_values: Sequence[float | None], *, level: float = 0.05) -> AdjustedTests:
    """Return tests adjusted so that at most a share `level` of those that stand is false, on average.

    Formula: p₍ᵢ₎ adjusted = min over j ≥ i of p₍ⱼ₎ m/j, at most 1.
    Source: Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57, 289-300.
    Shapes: `p_values` (m,), None where a test had none. Units: probabilities.
    Errors: `InvalidInput` for p-values outside [0, 1] or a level outside (0, 1); no p-value at all ends in
    `no_data`, NaN in `not_finite`.

    >>> found = benjamini_hochberg([0.001, 0.03, None, 0.02, 0.6])
    >>> [round(p, 3) if p is not None else None for p in found.adjusted], found.value
    ([0.004, 0.04, None, 0.04, 0.6], 3)
    """
    return _adjust(p_values, level, "benjamini_hochberg")


def holm(p_values: Sequence[float | None], *, level: float = 0.05) -> AdjustedTests:
    """Return tests adjusted so that the chance of any false one among those that stand is at most `level`.

    Formula: p₍ᵢ₎ adjusted = max over j ≤ i of p₍ⱼ₎ (m − j + 1), at most 1.
    Source: Holm (1979), Scandinavian Journal of Statistics 6, 65-70.
    Shapes, units, errors: as `benjamini_hochberg`.

    >>> [round(p, 3) for p in holm([0.001, 0.03, 0.02, 0.6]).adjusted]
    [0.004, 0.06, 0.06, 0.6]
    """
    return _adjust(p_values, level, "holm")


def _adjust(p_values: Sequence[float | None], level: float, method: str) -> AdjustedTests:
    require_fraction(level=level)
    places = [place for place, p in enumerate(p_values) if p is not None]
    present = np.array([p_values[place] for place in places], dtype=float)
    blank: tuple[float | None, ...] = (None,) * len(p_values)
    refused = (False,) * len(p_values)
    if present.size == 0:
        return AdjustedTests(None, blank, refused, level, 0, method, Reason.NO_DATA)
    if not np.isfinite(present).all():
        return AdjustedTests(None, blank, refused, level, 0, method, Reason.NOT_FINITE)
    if bool(((present < 0) | (present > 1)).any()):
        raise InvalidInput("not_a_probability", "p-values lie in [0, 1]")
    order = np.argsort(present, kind="stable")
    adjusted = np.empty(present.size)
    adjusted[order] = (_step_up if method == "benjamini_hochberg" else _step_down)(present[order])
    told: list[float | None] = [None] * len(p_values)
    for place, p in zip(places, adjusted.tolist(), strict=True):
        told[place] = p
    rejected = tuple(p is not None and p <= level for p in told)
    return AdjustedTests(sum(rejected), tuple(told), rejected, level, len(places), method)


def _step_up(ordered: NDArray[np.float64]) -> NDArray[np.float64]:
    ranks = np.arange(1, ordered.size + 1)
    # The factor first: where it is one, rounding must not leave less than the p-value itself.
    scaled = ordered * (ordered.size / ranks)
    return np.minimum(1.0, np.minimum.accumulate(scaled[::-1])[::-1])


def _step_down(ordered: NDArray[np.float64]) -> NDArray[np.float64]:
    scaled = ordered * np.arange(ordered.size, 0, -1)
    return np.minimum(1.0, np.maximum.accumulate(scaled))
