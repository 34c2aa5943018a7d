"""Did it work: the change of those with the action against the change of those without."""

from __future__ import annotations

import math
from collections.abc import Sequence

from peakend.methods.comparison.means import student_comparison, welch
from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import Comparison, Reason, incomparable
from peakend.methods.moments import Moments, sum_moments


def difference_in_differences(
    treated_before: Moments,
    treated_after: Moments,
    control_before: Moments,
    control_after: Moments,
    *,
    confidence: float = 0.95,
) -> Comparison:
    """Return how much more the treated changed than the control did.

    Formula: (x̄_TA − x̄_TB) − (x̄_CA − x̄_CB), standard error √Σ s²/n over the four cells, Student with
    Satterthwaite's degrees of freedom: Welch's test, for four independent groups.
    Source: Angrist and Pischke (2009), Mostly Harmless Econometrics, §5.2; Satterthwaite (1946).
    Units: those of the scores; shares enter as 0/1 moments, NPS as −1/0/+1.
    Shapes: the moments of each of the four cells.
    Errors: an empty cell ends in `empty_cell`, NaN in `not_finite`; a cell with one answer leaves the bare
    difference with `too_few`, no variance anywhere with `no_variance`. Where answers of one store resemble one
    another use `difference_in_differences_by_cluster`.

    >>> cell = Moments.from_values
    >>> effect = difference_in_differences(cell([3, 4, 3]), cell([5, 4, 5]), cell([3, 4, 4]), cell([4, 3, 4]))
    >>> round(effect.value, 3), round(effect.standard_error, 3)
    (1.333, 0.667)
    """
    method = "difference_in_differences"
    cells = (treated_after, treated_before, control_after, control_before)
    n = sum(cell.n for cell in cells)
    if not all(cell.finite for cell in cells):
        return incomparable(method, Reason.NOT_FINITE, confidence=confidence)
    means = [cell.mean for cell in cells]
    if any(mean is None for mean in means):
        return incomparable(method, Reason.EMPTY_CELL, n=n, confidence=confidence)
    after, before, other_after, other_before = (mean for mean in means if mean is not None)
    value = (after - before) - (other_after - other_before)
    variances = [cell.variance for cell in cells]
    if any(variance is None for variance in variances):
        return incomparable(method, Reason.TOO_FEW, n=n, confidence=confidence, value=value)
    parts = [
        variance / cell.effective_n
        for variance, cell in zip(variances, cells, strict=True)
        if variance is not None
    ]
    total = sum(parts)
    if total == 0.0:
        return incomparable(method, Reason.NO_VARIANCE, n=n, confidence=confidence, value=value)
    freedom = 1.0 / sum(
        (part / total) ** 2 / (cell.effective_n - 1.0)
        for part, cell in zip(parts, cells, strict=True)
    )
    return student_comparison(method, value, math.sqrt(total), freedom, n=n, confidence=confidence)


def difference_in_differences_by_cluster(
    treated: Sequence[tuple[Moments, Moments]],
    control: Sequence[tuple[Moments, Moments]],
    *,
    form: str = "collapsed",
    confidence: float = 0.95,
) -> Comparison:
    """Return how much more the treated clusters (stores, teams) changed than the control clusters did.

    Formula: 'collapsed' takes each cluster's change of mean as one observation and compares the two sets by
    Welch's t: every store counts alike, and few stores are enough. 'sandwich' weighs every answer alike:
    difference of cell means with the cluster-robust error Σ_g (Σ_cells ± n_gc(x̄_gc − x̄_c)/N_c)², times
    G/(G−1)·(N−1)/(N−4), Student with G−1 degrees of freedom; it needs about 20 clusters on each side.
    Source: Bertrand, Duflo and Mullainathan (2004), QJE 119, 249-275; Donald and Lang (2007), Review of
    Economics and Statistics 89, 221-233; Liang and Zeger (1986) for the sandwich.
    Shapes: one (before, after) pair of moments per cluster. Units: those of the scores.
    Errors: `InvalidInput` for an unknown form; no clusters end in `no_data`; a cluster empty before or after is
    left out under 'collapsed'; fewer than two clusters a side leave the bare difference with `too_few`.

    >>> m = Moments.from_values
    >>> treated = [(m([3, 4]), m([5, 5])), (m([2, 3]), m([4, 4])), (m([4, 4]), m([5, 4]))]
    >>> control = [(m([3, 4]), m([4, 4])), (m([2, 3]), m([3, 2])), (m([4, 4]), m([4, 4]))]
    >>> effect = difference_in_differences_by_cluster(treated, control)
    >>> round(effect.value, 3), effect.n, effect.p_value < 0.1
    (1.0, 24, True)
    """
    if form not in ("collapsed", "sandwich"):
        raise InvalidInput("form", f"form must be 'collapsed' or 'sandwich', got {form!r}")
    method = f"difference_in_differences_{form}"
    cells = [cell for pair in (*treated, *control) for cell in pair]
    n = sum(cell.n for cell in cells)
    if not all(cell.finite for cell in cells):
        return incomparable(method, Reason.NOT_FINITE, confidence=confidence)
    if not treated or not control:
        return incomparable(method, Reason.NO_DATA, n=n, confidence=confidence)
    if form == "sandwich":
        return _sandwich(method, treated, control, n, confidence)
    result = welch(_changes(treated), _changes(control), confidence=confidence)
    return Comparison(
        value=result.value,
        low=result.low,
        high=result.high,
        n=n,
        method=method,
        reason=result.reason,
        standard_error=result.standard_error,
        confidence=confidence,
        statistic=result.statistic,
        degrees_of_freedom=result.degrees_of_freedom,
        p_value=result.p_value,
    )


def _changes(pairs: Sequence[tuple[Moments, Moments]]) -> Moments:
    changes = [
        after.mean - before.mean
        for before, after in pairs
        if before.mean is not None and after.mean is not None
    ]
    return Moments.from_values(changes)


def _sandwich(
    method: str,
    treated: Sequence[tuple[Moments, Moments]],
    control: Sequence[tuple[Moments, Moments]],
    n: float,
    confidence: float,
) -> Comparison:
    variance = 0.0
    value = 0.0
    for side, pairs in ((1.0, treated), (-1.0, control)):
        before, after = (sum_moments(pair[time] for pair in pairs) for time in (0, 1))
        if before.mean is None or after.mean is None:
            return incomparable(method, Reason.EMPTY_CELL, n=n, confidence=confidence)
        value += side * (after.mean - before.mean)
        for start, end in pairs:
            change = (end.total - end.weight_sum * after.mean) / after.weight_sum
            change -= (start.total - start.weight_sum * before.mean) / before.weight_sum
            variance += change**2
    clusters = len(treated) + len(control)
    if min(len(treated), len(control)) < 2 or n <= 4:
        return incomparable(method, Reason.TOO_FEW, n=n, confidence=confidence, value=value)
    variance *= clusters / (clusters - 1.0) * (n - 1.0) / (n - 4.0)
    # Residuals of equal answers leave rounding only.
    if variance <= 1e-24 * max(1.0, value**2):
        return incomparable(method, Reason.NO_VARIANCE, n=n, confidence=confidence, value=value)
    return student_comparison(
        method, value, math.sqrt(variance), clusters - 1.0, n=n, confidence=confidence
    )
