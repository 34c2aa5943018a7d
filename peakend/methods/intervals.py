"""Intervals of one proportion and of the difference of two, shared by scores, comparison and control."""

from __future__ import annotations

import math


def wilson_bounds(share: float, n: float, z: float) -> tuple[float, float]:
    """Return Wilson's score interval of a share in [0, 1] out of n > 0 answers.

    Formula: (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n).
    Source: Wilson (1927), JASA 22, 209-212.

    >>> tuple(round(bound, 4) for bound in wilson_bounds(81 / 263, 263, 1.959964))
    (0.2553, 0.3662)
    """
    # Multiplied through by n, so that weights near nothing do not divide by it.
    spread = z * math.sqrt(share * (1.0 - share) * n + z * z / 4.0)
    centre = share * n + z * z / 2.0
    scale = n + z * z
    return max(0.0, min(share, (centre - spread) / scale)), min(
        1.0, max(share, (centre + spread) / scale)
    )


def newcombe_bounds(
    first: tuple[float, float, float], second: tuple[float, float, float]
) -> tuple[float, float]:
    """Return the bounds of a difference of two independent estimates, each given as (value, low, high).

    Formula: d − √((p₁−l₁)² + (u₂−p₂)²) to d + √((u₁−p₁)² + (p₂−l₂)²).
    Source: Newcombe (1998), Statistics in Medicine 17, 873-890, method 10, for Wilson intervals;
    Zou and Donner (2008), Statistics in Medicine 27, 1693-1702, for any others.

    >>> low, high = newcombe_bounds((0.8, 0.7, 0.88), (0.6, 0.5, 0.7))
    >>> round(low, 4), round(high, 4)
    (0.0586, 0.3281)
    """
    (value1, low1, high1), (value2, low2, high2) = first, second
    difference = value1 - value2
    return (
        difference - math.hypot(value1 - low1, high2 - value2),
        difference + math.hypot(high1 - value1, value2 - low2),
    )
