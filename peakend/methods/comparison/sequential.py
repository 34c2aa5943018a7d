"""Looking before the end without fooling oneself: boundaries for interim looks."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import special

from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import Reason, require_fraction

Matrix = NDArray[np.float64]

_GRID = (201, 2001)  # least and most points of the density between two boundaries
_FAR = 8.5  # sigmas: what lies beyond has a probability below 1e-17


@dataclass(frozen=True, slots=True)
class SpendingBoundary:
    """Boundaries for |z| (or z, one-sided), one per look: a test that crosses its own may stop.

    `value` gives the boundaries, None for a look at which nothing may be spent; `nominal` the p-value each stands
    for; `spent` the error probability used up to and including each look.
    """

    value: tuple[float | None, ...] | None
    nominal: tuple[float | None, ...]
    spent: tuple[float, ...]
    information: tuple[float, ...]
    n: int
    method: str
    reason: Reason | None = None


def spending_boundary(
    information: Sequence[float],
    *,
    alpha: float = 0.05,
    shape: str = "obrien_fleming",
    sided: int = 2,
    form: str = "spending",
) -> SpendingBoundary:
    """Return how far a test must go at each look to stop, with `alpha` for all looks together.

    Formula: looks at information fractions t_k; z_k√t_k is a Brownian motion, whose density between the boundaries is
    carried forward by numerical integration. 'spending' (Lan and DeMets) chooses each boundary so that the error used
    by t is α(t) = 2 − 2Φ(z_{α/2}/√t) (O'Brien-Fleming) or α ln(1 + (e − 1)t) (Pocock), each for one side with half of a
    two-sided `alpha`: looks need not be planned. 'classic' has z_k constant (Pocock) or ∝ 1/√t_k (O'Brien-Fleming).
    Source: Lan and DeMets (1983), Biometrika 70, 659-663; Pocock (1977), Biometrika 64, 191-199; O'Brien and Fleming
    (1979), Biometrics 35, 549-556; Armitage, McPherson and Rowe (1969) for the integration.
    Shapes: `information` (K,) rising fractions in (0, 1], usually answers so far over answers planned.
    Units: boundaries in standard errors (z); error as a share in (0, 1).
    Errors: `InvalidInput` for fractions out of order, an unknown shape, form or number of sides; no looks end in
    `no_data`, NaN in `not_finite`.

    >>> [round(z, 3) for z in spending_boundary([0.2, 0.4, 0.6, 0.8, 1.0]).value]
    [4.877, 3.357, 2.68, 2.29, 2.031]
    >>> [round(z, 3) for z in spending_boundary([0.5, 1.0], shape="pocock", form="classic").value]
    [2.178, 2.178]
    """
    require_fraction(alpha=alpha)
    if shape not in ("obrien_fleming", "pocock"):
        raise InvalidInput("shape", f"shape must be 'obrien_fleming' or 'pocock', got {shape!r}")
    if form not in ("spending", "classic"):
        raise InvalidInput("form", f"form must be 'spending' or 'classic', got {form!r}")
    if sided not in (1, 2):
        raise InvalidInput("sided", f"a test has one side or two, got {sided}")
    method = f"{shape}_{form}"
    looks = [float(fraction) for fraction in information]
    if not looks:
        return SpendingBoundary(None, (), (), (), 0, method, Reason.NO_DATA)
    if not all(math.isfinite(fraction) for fraction in looks):
        return SpendingBoundary(None, (), (), (), 0, method, Reason.NOT_FINITE)
    rising = all(later > earlier for earlier, later in zip([0.0, *looks], looks, strict=False))
    if not rising or looks[-1] > 1.0 + 1e-12:
        raise InvalidInput("information", f"fractions must rise within (0, 1], got {looks}")
    share = alpha / sided
    if form == "spending":
        bounds = _spending_bounds(looks, share, shape, sided)
    else:
        bounds = _classic_bounds(looks, share, shape, sided)
    crossed = _crossed(looks, bounds, sided)
    return SpendingBoundary(
        value=tuple(bound if math.isfinite(bound) else None for bound in bounds),
        nominal=tuple(
            float(sided * special.ndtr(-bound)) if math.isfinite(bound) else None
            for bound in bounds
        ),
        spent=tuple(float(sided * each) for each in np.cumsum(crossed)),
        information=tuple(looks),
        n=len(looks),
        method=method,
    )


def _to_spend(shape: str, share: float) -> Callable[[float], float]:
    if shape == "pocock":
        return lambda t: share * math.log(1.0 + (math.e - 1.0) * min(1.0, t))
    quantile = float(special.ndtri(1.0 - share / 2.0))
    return lambda t: 2.0 * float(special.ndtr(-quantile / math.sqrt(min(1.0, t))))


def _spending_bounds(looks: Sequence[float], share: float, shape: str, sided: int) -> list[float]:
    spend = _to_spend(shape, share)
    bounds: list[float] = []
    walk = _Walk(looks, sided)
    used = 0.0
    for t in looks:
        allowed = spend(t) - used
        bound = walk.bound_for(t, allowed)
        walk.advance(t, bound)
        bounds.append(bound)
        used = spend(t)
    return bounds


def _classic_bounds(looks: Sequence[float], share: float, shape: str, sided: int) -> list[float]:
    def scaled(constant: float) -> list[float]:
        if shape == "pocock":
            return [constant] * len(looks)
        return [constant * math.sqrt(looks[-1] / t) for t in looks]

    def excess(constant: float) -> float:
        return sum(_crossed(looks, scaled(constant), sided)) - share

    from scipy import optimize  # here, or every page that shows a score would wait for its import

    return scaled(float(optimize.brentq(excess, 0.5, 8.0, xtol=1e-7)))


def _crossed(looks: Sequence[float], bounds: Sequence[float], sided: int) -> list[float]:
    """Return the chance, under no difference, to cross each upper boundary first."""
    walk = _Walk(looks, sided)
    told = []
    for t, bound in zip(looks, bounds, strict=True):
        told.append(walk.chance_above(t, bound))
        walk.advance(t, bound)
    return told


class _Walk:
    """A Brownian motion that ends where it leaves the boundaries, carried from look to look."""

    def __init__(self, looks: Sequence[float], sided: int) -> None:
        self.sided = sided
        # Four points to the shortest step: Simpson's rule is then right to five digits.
        step = min(math.sqrt(t - s) for s, t in pairwise([0.0, *looks]))
        points = round(4.0 * 2.0 * _FAR / step)
        self.grid = min(_GRID[1], max(_GRID[0], points + 1 - points % 2))
        self.time = 0.0
        self.places: Matrix = np.zeros(1)
        self.mass: Matrix = np.ones(1)

    def chance_above(self, t: float, bound: float) -> float:
        """Return the chance to lie above `bound` (in z) at time t without having left before."""
        if not math.isfinite(bound):
            return 0.0
        step = math.sqrt(t - self.time)
        above = special.ndtr((self.places - bound * math.sqrt(t)) / step)
        return float(self.mass @ above)

    def bound_for(self, t: float, chance: float) -> float:
        """Return the boundary (in z) that is crossed first at time t with the given chance; inf for next to none."""
        if chance <= 1e-16:
            return math.inf
        from scipy import (
            optimize,  # here, or every page that shows a score would wait for its import
        )

        return float(
            optimize.brentq(lambda z: self.chance_above(t, z) - chance, -8.0, _FAR, xtol=1e-9)
        )

    def advance(self, t: float, bound: float) -> None:
        """Carry what stays within the boundaries to time t."""
        high = min(bound, _FAR) * math.sqrt(t)
        low = -high if self.sided == 2 else -_FAR * math.sqrt(t)
        places = np.linspace(low, high, self.grid)
        step = math.sqrt(t - self.time)
        away = (places[:, None] - self.places[None, :]) / step
        density = np.exp(-0.5 * away**2) @ self.mass / (step * math.sqrt(2.0 * math.pi))
        # Simpson's rule, so that the mass of a point is its density times its share of the line.
        rule = np.ones(self.grid)
        rule[1:-1:2], rule[2:-1:2] = 4.0, 2.0
        self.places = places
        self.mass = np.asarray(density * rule * (high - low) / (3.0 * (self.grid - 1)), dtype=float)
        self.time = t
