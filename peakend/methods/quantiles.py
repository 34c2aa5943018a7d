"""Normal and Student quantiles and tail probabilities, from SciPy's special functions.

`scipy.special` instead of `scipy.stats`: the same numbers, a fraction of the import time and call cost.
"""

from __future__ import annotations

from scipy import special

from peakend.methods.estimate import require_fraction


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
