"""Customers under contract: how many renew, year after year."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import special

from peakend.methods.arrays import numbers
from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import Reason, all_finite
from peakend.methods.lifetime.fitting import Matrix, most_likely


@dataclass(frozen=True, slots=True)
class ShiftedBetaGeometric:
    """The shifted beta-geometric model of renewal: each customer leaves with a fixed chance, Beta(α, β) over customers.

    Formula: P(leaves in period t) = B(α+1, β+t−1)/B(α, β), survival B(α, β+t)/B(α, β), retention (β+t−1)/(α+β+t−1):
    it rises with time because those likely to leave are gone.
    Source: Fader and Hardie (2007), Journal of Interactive Marketing 21, 76-90.

    >>> model = ShiftedBetaGeometric().fit([1000, 869, 743, 653, 593, 551, 517, 491])
    >>> round(model.alpha, 3), round(model.beta, 3), round(model.survival(12), 3)
    (0.668, 3.806, 0.378)
    """

    alpha: float | None = None
    beta: float | None = None
    log_likelihood: float | None = None
    n: float = 0
    method: str = "shifted_beta_geometric"
    reason: Reason | None = None

    @property
    def value(self) -> tuple[float, float] | None:
        """The parameters (α, β), or None."""
        return None if self.alpha is None or self.beta is None else (self.alpha, self.beta)

    def fit(self, survivors: Sequence[float]) -> ShiftedBetaGeometric:
        """Return the model fitted by maximum likelihood; the one it is called on stays as it is.

        Shapes: `survivors` (k + 1,), customers of one cohort still there after 0, 1, … k periods.
        Errors: `InvalidInput` for counts that rise or are negative; an empty cohort ends in `no_data`, fewer than two
        periods in `too_few`, NaN in `not_finite`, nobody leaving or everybody at once in `no_variance`, a likelihood
        without a top in `not_converged`.
        """
        if any(count < 0 for count in survivors):
            raise InvalidInput("negative", "counts must not be negative")
        if any(later > earlier for earlier, later in itertools.pairwise(survivors)):
            raise InvalidInput("rising", "survivors of a cohort cannot rise")
        blank = ShiftedBetaGeometric()
        if not all_finite(*survivors):
            return replace(blank, reason=Reason.NOT_FINITE)
        if not survivors or survivors[0] == 0:
            return replace(blank, reason=Reason.NO_DATA)
        n = float(survivors[0])
        if len(survivors) < 3:
            return replace(blank, n=n, reason=Reason.TOO_FEW)
        counts = numbers(survivors)
        lost, kept = -np.diff(counts), float(counts[-1])
        if kept == n or survivors[1] == 0:
            return replace(blank, n=n, reason=Reason.NO_VARIANCE)
        periods = np.arange(1, counts.size, dtype=float)

        def negative(parameters: Matrix) -> float:
            alpha, beta = parameters
            leaving = special.betaln(alpha + 1.0, beta + periods - 1.0)
            staying = special.betaln(alpha, beta + periods[-1])
            whole = float(lost @ leaving) + kept * float(staying)
            return -(whole - n * float(special.betaln(alpha, beta))) / n

        found = most_likely(negative, [(1.0, 1.0), (0.5, 3.0), (3.0, 10.0)])
        if found is None:
            return replace(blank, n=n, reason=Reason.NOT_CONVERGED)
        (alpha, beta), mean = found
        return ShiftedBetaGeometric(float(alpha), float(beta), mean * n, n)

    def survival(self, period: float) -> float:
        """Return the share of a new cohort still there after `period` periods."""
        alpha, beta = self._parameters()
        if period < 0:
            raise InvalidInput("negative", f"period must not be negative, got {period}")
        return float(np.exp(special.betaln(alpha, beta + period) - special.betaln(alpha, beta)))

    def retention(self, period: float) -> float:
        """Return the share of those there before `period` (from 1) who renew in it.

        >>> round(ShiftedBetaGeometric(alpha=0.668, beta=3.806).retention(1), 3)
        0.851
        """
        alpha, beta = self._parameters()
        if period < 1:
            raise InvalidInput("negative", f"periods count from 1, got {period}")
        return (beta + period - 1.0) / (alpha + beta + period - 1.0)

    def expected_lifetime(self, discount: float, *, renewed: int = 0) -> float:
        """Return how many payments a customer is still expected to make, each discounted by period.

        Formula: for a customer just won, the first payment included, Σ_t S(t)/(1+d)^t = ₂F₁(1, β; α+β; 1/(1+d)); for
        one who has just renewed for the n-th time the payments still to come, ₂F₁(1, β+n; α+β+n; 1/(1+d)) − 1.
        Source: Fader and Hardie (2010), Marketing Science 29, 85-93.
        Units: payments; `discount` per period, above 0.

        >>> model = ShiftedBetaGeometric(alpha=0.764, beta=1.296)
        >>> round(model.expected_lifetime(0.1), 2), round(model.expected_lifetime(0.1, renewed=4), 2)
        (3.62, 5.17)
        """
        alpha, beta = self._parameters()
        if discount <= 0 or renewed < 0:
            raise InvalidInput("not_positive", "a discount is above 0, renewals not negative")
        stays = beta + renewed
        payments = float(special.hyp2f1(1.0, stays, alpha + stays, 1.0 / (1.0 + discount)))
        return payments if renewed == 0 else payments - 1.0

    def _parameters(self) -> tuple[float, float]:
        if self.value is None:
            raise InvalidInput(
                "not_fitted", "the model has no parameters: fit it, or see its reason"
            )
        return self.value
