"""How many to ask in each stratum."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import Reason


@dataclass(frozen=True, slots=True)
class Allocation:
    """Numbers to sample per stratum, in the order given; `value` is the same tuple, `n` their sum."""

    value: tuple[int, ...] | None
    n: int
    method: str
    reason: Reason | None = None


def allocate(
    n: int,
    sizes: Sequence[int],
    *,
    method: str = "proportional",
    deviations: Sequence[float] | None = None,
    costs: Sequence[float] | None = None,
    quotas: Sequence[float] | None = None,
    least: int = 0,
) -> Allocation:
    """Return a sample of n shared out over strata.

    Formula: proportional n N_h/N; Neyman n N_h s_h/Σ N s (with costs n ∝ N_h s_h/√c_h); quota n q_h/Σ q; equal n/H.
    Rounded by largest remainder; no stratum gives more than it has, the excess goes to the others; each gives at
    least `least` (or all it has).
    Source: Neyman (1934), Journal of the Royal Statistical Society 97, 558-625; Cochran (1977), §5.5.
    Shapes: `sizes`, `deviations`, `costs`, `quotas` (H,). Units: people; deviations in the unit of the measure.
    Errors: `InvalidInput` for an unknown method, shapes that differ, negative numbers, missing deviations or quotas.
    No strata or nobody in them end in `no_data`, deviations or quotas all zero in `no_variance`, NaN in `not_finite`.
    A sample larger than the population takes everybody.

    >>> allocate(100, [5000, 3000, 2000]).value
    (50, 30, 20)
    >>> allocate(100, [5000, 3000, 2000], method="neyman", deviations=[1, 2, 4]).value
    (26, 32, 42)
    """
    if method not in ("proportional", "neyman", "quota", "equal"):
        raise InvalidInput("method", f"unknown method {method!r}")
    if n < 0 or least < 0 or any(size < 0 for size in sizes):
        raise InvalidInput("negative", "numbers of people must not be negative")
    for name, numbers in (("deviations", deviations), ("costs", costs), ("quotas", quotas)):
        if numbers is not None and len(numbers) != len(sizes):
            raise InvalidInput("shape", f"{len(sizes)} strata but {len(numbers)} {name}")
        if numbers is not None and any(number < 0 for number in numbers):
            raise InvalidInput("negative", f"{name} must not be negative")
    told = f"allocate_{method}"
    if sum(sizes) == 0:
        return Allocation(None, 0, told, Reason.NO_DATA)
    shares = _shares(method, sizes, deviations, costs, quotas)
    if not all(math.isfinite(share) for share in shares):
        return Allocation(None, 0, told, Reason.NOT_FINITE)
    if sum(shares) <= 0:
        return Allocation(None, 0, told, Reason.NO_VARIANCE)
    value = _shared_out(min(n, sum(sizes)), shares, sizes, least)
    return Allocation(value, sum(value), told)


def _shares(
    method: str,
    sizes: Sequence[int],
    deviations: Sequence[float] | None,
    costs: Sequence[float] | None,
    quotas: Sequence[float] | None,
) -> list[float]:
    if method == "equal":
        return [1.0 if size > 0 else 0.0 for size in sizes]
    if method == "proportional":
        return [float(size) for size in sizes]
    if method == "quota":
        if quotas is None:
            raise InvalidInput("half_given", "quota allocation needs quotas")
        return [float(quota) for quota in quotas]
    if deviations is None:
        raise InvalidInput("half_given", "Neyman allocation needs deviations")
    if costs is not None and any(cost == 0 for cost in costs):
        raise InvalidInput("not_positive", "costs must be positive")
    prices = [1.0] * len(sizes) if costs is None else [math.sqrt(cost) for cost in costs]
    return [
        size * deviation / price
        for size, deviation, price in zip(sizes, deviations, prices, strict=True)
    ]


def _shared_out(
    n: int, shares: Sequence[float], sizes: Sequence[int], least: int
) -> tuple[int, ...]:
    """Return whole numbers in proportion to shares, within floor and ceiling, that add up to n where they can."""
    floor = [min(least, size) for size in sizes]
    if sum(floor) >= n:
        floor = [0] * len(sizes)
    asked = [
        size if share > 0 else low for size, share, low in zip(sizes, shares, floor, strict=True)
    ]
    told = asked if sum(asked) <= n else _rounded(_scaled(n, shares, sizes, floor), n, sizes)
    # What ceilings or shares of zero leave over goes where there still is room, the largest stratum first.
    for place in sorted(range(len(sizes)), key=lambda each: (-sizes[each], each)):
        told[place] += max(0, min(n - sum(told), sizes[place] - told[place]))
    return tuple(told)


def _scaled(
    n: int, shares: Sequence[float], sizes: Sequence[int], floor: Sequence[int]
) -> list[float]:
    """Return shares times the one multiplier whose result, kept within floor and ceiling, adds up to n."""

    def held(multiplier: float) -> list[float]:
        return [
            min(float(size), max(float(low), multiplier * share))
            for size, share, low in zip(sizes, shares, floor, strict=True)
        ]

    low, high = (
        0.0,
        max(size / share for size, share in zip(sizes, shares, strict=True) if share > 0),
    )
    for _ in range(200):
        middle = (low + high) / 2.0
        if sum(held(middle)) > n:
            high = middle
        else:
            low = middle
    return held(low)


def _rounded(ideal: Sequence[float], n: int, sizes: Sequence[int]) -> list[int]:
    """Return ideals as whole numbers that add up to n: down first, then up by the largest remainder."""
    told = [math.floor(number + 1e-9) for number in ideal]
    for place in sorted(range(len(told)), key=lambda each: (told[each] - ideal[each], each)):
        if sum(told) < n and told[place] < sizes[place]:
            told[place] += 1
    return told
