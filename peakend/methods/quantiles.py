"""Normal and Student quantiles and tail probabilities, from SciPy's special functions.

`scipy.special` instead of `scipy.stats`: the same numbers, a fraction of the import time and call cost.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from peakend.methods.estimate import require_fraction

FloatArray = NDArray[Any]


def z_value(confidence: float) -> float:
    """Return the two-sided normal quantile of a confidence level.

    >>> round(z_value(0.95), 6)
    1.959964
    """
    require_fraction(confidence=confidence)
    return float(special.ndtri(0.5 + confidence / 2.0))


def t_value(confidence: float, degrees_of_freedom: float) -> float:
    """Return the two-sided Student quantile of a confidence level.

    >>> round(t_value(0.95, 9), 4)
    2.2622
    """
    require_fraction(confidence=confidence)
    return float(special.stdtrit(degrees_of_freedom, 0.5 + confidence / 2.0))


def normal_p(statistic: float) -> float:
    """Return the two-sided normal p-value.

    >>> round(normal_p(1.959964), 6)
    0.05
    """
    return float(2.0 * special.ndtr(-abs(statistic)))


def student_p(statistic: float, degrees_of_freedom: float) -> float:
    """Return the two-sided Student p-value.

    >>> round(student_p(2.262157, 9), 6)
    0.05
    """
    return float(2.0 * special.stdtr(degrees_of_freedom, -abs(statistic)))


def chi_square_p(statistic: float, degrees_of_freedom: float) -> float:
    """Return the upper-tail chi-square p-value.

    >>> round(chi_square_p(3.841459, 1), 6)
    0.05
    """
    return float(special.chdtrc(degrees_of_freedom, statistic))


def f_p(statistic: float, numerator: float, denominator: float) -> float:
    """Return the upper-tail F p-value.

    >>> round(f_p(4.9646, 1, 10), 4)
    0.05
    """
    return float(special.fdtrc(numerator, denominator, statistic))


def student_below(statistic: float, degrees_of_freedom: float | None) -> float:
    """Return the probability below a Student statistic; without degrees of freedom, a normal one.

    >>> round(student_below(2.262157, 9), 6), round(student_below(1.959964, None), 6)
    (0.975, 0.975)
    """
    if degrees_of_freedom is None:
        return float(special.ndtr(statistic))
    return float(special.stdtr(degrees_of_freedom, statistic))


def normal_above(tail: float) -> float:
    """Return how many standard deviations lie below a one-sided tail of this size, at most 38.

    >>> round(normal_above(0.025), 4)
    1.96
    """
    # Beyond 38 the tail of a float is nothing, and no bound.
    return float(-special.ndtri(min(1.0 - 1e-16, max(tail, 3e-316))))


def binomial_tail(hits: int, n: int, share: float) -> float:
    """Return the probability of at least ``hits`` of ``n``, each with chance ``share``.

    >>> round(binomial_tail(8, 10, 0.5), 6)
    0.054688
    """
    return float(special.bdtrc(hits - 1, n, share)) if hits > 0 else 1.0


def hypergeometric_tail(hits: int, total: int, marked: int, drawn: int) -> float:
    """Return the probability of at least ``hits`` marked among ``drawn`` of ``total`` that hold ``marked``.

    Fisher's exact test, one-sided: the probabilities are summed, none is approximated.

    >>> round(hypergeometric_tail(3, 20, 5, 6), 6)
    0.131321
    """
    most = min(marked, drawn)
    if hits > most:
        return 0.0
    if hits <= max(0, drawn + marked - total):
        return 1.0
    k = np.arange(hits, most + 1)
    terms = (
        _log_choose(marked, k)
        + _log_choose(total - marked, drawn - k)
        - _log_choose(total, np.asarray(drawn))
    )
    largest = terms.max()
    return float(min(1.0, np.exp(largest) * np.exp(terms - largest).sum()))


def _log_choose(n: int, k: FloatArray) -> FloatArray:
    return np.asarray(special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1))
