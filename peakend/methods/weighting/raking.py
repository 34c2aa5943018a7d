"""Weights that make a sample agree with what is known of the whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from peakend.methods.arrays import categories, numbers
from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import Estimate, Reason, unknown

Matrix = NDArray[np.float64]
Codes = NDArray[np.int64]
Targets = Mapping[int, float] | Mapping[str, float] | ArrayLike


@dataclass(frozen=True, slots=True, eq=False)
class RakedWeights:
    """Weights (n,) in the order of the rows, None where there are none.

    `design_effect` is Kish's, `effective_n` what the sample is worth, `largest_gap` the greatest relative distance
    of a margin from its target. Where raking did not settle the last weights are given with `not_converged`.
    """

    weights: Matrix | None
    design_effect: float | None
    effective_n: float | None
    n: int
    iterations: int = 0
    largest_gap: float | None = None
    method: str = "rake"
    reason: Reason | None = None

    @property
    def value(self) -> Matrix | None:
        """The weights, under the name every result has."""
        return self.weights


def rake(
    weights: ArrayLike,
    margins: Sequence[tuple[ArrayLike, Targets]],
    *,
    tolerance: float = 1e-8,
    iterations: int = 500,
    most: float | None = None,
) -> RakedWeights:
    """Return weights whose totals agree with every margin: iterative proportional fitting.

    Formula: in turn for each margin, w ← w · target/total of the row's category, until every total is within
    `tolerance` of its target. Rows of the same combination of categories share their factor, so the work is done on
    combinations and the rows are touched twice. With `most`, factors beyond that multiple of the mean weight are cut
    and the rest raked again.
    Source: Deming and Stephan (1940), Annals of Mathematical Statistics 11, 427-444; Deville, Särndal and Sautory
    (1993), JASA 88, 1013-1020.
    Shapes: `weights` (n,) base weights (ones for none); each margin is (codes (n,), targets by code): codes 0 … k−1
    with targets (k,), or any codes with a mapping code → target.
    Units: targets are totals of weight (people, or shares of one) and must agree in sum.
    Errors: `InvalidInput` for shapes that differ, negative weights or targets, a code without target, totals that
    disagree, no margin. No rows end in `no_data`, NaN in `not_finite`, weights of zero in `zero_weight`, a category
    with a target but nobody in it in `empty_cell`, margins that cannot be met together in `not_converged`.

    >>> found = rake([1, 1, 1, 1], [([0, 0, 0, 1], [50, 50]), ([0, 1, 1, 1], [40, 60])])
    >>> found.weights.round(2).tolist(), round(found.design_effect, 2)
    ([40.0, 5.0, 5.0, 50.0], 1.66)
    """
    base = numbers(weights).ravel()
    n = int(base.size)
    if not margins:
        raise InvalidInput("no_margin", "raking needs at least one margin")
    if n == 0:
        return _unraked(Reason.NO_DATA, n)
    if not np.isfinite(base).all():
        return _unraked(Reason.NOT_FINITE, n)
    if bool((base < 0).any()):
        raise InvalidInput("negative", "weights must not be negative")
    if float(base.sum()) <= 0:
        return _unraked(Reason.ZERO_WEIGHT, n)
    # The size of base weights does not matter, but must not leave the range of a float.
    base = base / base.max()
    read = [_margin(codes, targets, n) for codes, targets in margins]
    if not all(np.isfinite(target).all() for _, target in read):
        return _unraked(Reason.NOT_FINITE, n)
    totals = [float(target.sum()) for _, target in read]
    if any(abs(total - totals[0]) > 1e-6 * max(1e-300, abs(totals[0])) for total in totals):
        raise InvalidInput("totals_differ", f"targets of the margins add up to {totals}")
    if totals[0] <= 0:
        raise InvalidInput("negative", "targets must add up to something positive")
    for codes, target in read:
        if bool((target[np.bincount(codes, base, minlength=target.size) == 0] > 0).any()):
            return _unraked(Reason.EMPTY_CELL, n)
    cell_of, cells = _cells([codes for codes, _ in read], [target.size for _, target in read])
    held: Matrix = np.bincount(cell_of, base, minlength=cells[0].size).astype(float)
    factors, rounds, gap = _fit(held, cells, [target for _, target in read], tolerance, iterations)
    if most is not None:
        factors, rounds, gap = _trimmed(
            held, cells, [target for _, target in read], tolerance, iterations, most, n
        )
    if not np.isfinite(gap):
        return _unraked(Reason.NOT_CONVERGED, n)
    raked = base * factors[cell_of]
    effect = design_effect(raked)
    return RakedWeights(
        weights=raked,
        design_effect=effect.value,
        effective_n=n / effect.value if effect.value else None,
        n=n,
        iterations=rounds,
        largest_gap=gap,
        reason=None if gap <= tolerance else Reason.NOT_CONVERGED,
    )


def design_effect(weights: ArrayLike) -> Estimate:
    """Return how many times unequal weights inflate the variance of a mean.

    Formula: deff = n Σw²/(Σw)² = 1 + CV²; the sample is worth n/deff answers.
    Source: Kish (1965), Survey Sampling, §11.2; (1992), Journal of Official Statistics 8, 183-200.
    Shapes: `weights` (n,). Units: none, at least 1.
    Errors: `InvalidInput` for negative weights; none end in `no_data`, only zeros in `zero_weight`, NaN in `not_finite`.

    >>> design_effect([1, 1, 1, 3]).value
    1.3333333333333333
    """
    method = "kish_design_effect"
    array = numbers(weights).ravel()
    if array.size == 0:
        return unknown(method, Reason.NO_DATA)
    if not np.isfinite(array).all():
        return unknown(method, Reason.NOT_FINITE, n=array.size)
    if bool((array < 0).any()):
        raise InvalidInput("negative", "weights must not be negative")
    total = float(array.sum())
    if total <= 0:
        return unknown(method, Reason.ZERO_WEIGHT, n=array.size)
    share = array / total
    effect = max(1.0, array.size * float(share @ share))
    return Estimate(effect, None, None, array.size, method)


def _unraked(reason: Reason, n: int) -> RakedWeights:
    return RakedWeights(None, None, None, n, reason=reason)


def _margin(codes: ArrayLike, targets: Targets, n: int) -> tuple[Codes, Matrix]:
    """Return codes 0 … k−1 and targets (k,) of one margin."""
    given = categories(codes)
    if given.size != n:
        raise InvalidInput("shape", f"{n} weights but {given.size} codes")
    by_code = getattr(targets, "to_dict", None)
    if by_code is not None:  # a series of targets, its index the codes
        targets = by_code()
    if isinstance(targets, Mapping):
        names = list(targets)
        wanted = np.array([float(targets[name]) for name in names])  # type: ignore[index]
        told, inverse = np.unique(given, return_inverse=True)
        place = {name: index for index, name in enumerate(names)}
        missing = [code for code in told.tolist() if code not in place]
        if missing:
            raise InvalidInput("unknown_code", f"no target for {missing[:5]}")
        numbered = np.array([place[code] for code in told.tolist()], dtype=np.int64)[inverse]
    else:
        wanted = numbers(targets).ravel()
        if not np.issubdtype(given.dtype, np.integer):
            if given.dtype.kind not in "bf" or not np.array_equal(given, np.floor(given)):
                raise InvalidInput(
                    "unknown_code", "codes must be whole numbers, or targets a mapping"
                )
            given = given.astype(np.int64)
        if int(given.min()) < 0 or int(given.max()) >= wanted.size:
            raise InvalidInput("unknown_code", f"codes must lie in 0 … {wanted.size - 1}")
        numbered = given.astype(np.int64, copy=False)
    if bool((wanted < 0).any()):
        raise InvalidInput("negative", "targets must not be negative")
    return numbered, wanted


def _cells(codes: Sequence[Codes], sizes: Sequence[int]) -> tuple[Codes, list[Codes]]:
    """Return the combination each row belongs to, and each combination's code in every margin."""
    combined = codes[0].copy()
    span = sizes[0]
    for code, size in zip(codes[1:], sizes[1:], strict=True):
        # Combinations that do not occur are dropped before they outnumber the rows.
        if span * size > 4 * combined.size + 1024:
            present, combined = np.unique(combined, return_inverse=True)
            span = present.size
        combined = combined * size + code
        span *= size
    if span <= 4 * combined.size + 1024:
        seen = np.bincount(combined, minlength=span) > 0
        number = np.cumsum(seen) - 1
        cell_of = number[combined]
        first = np.empty(int(seen.sum()), dtype=np.int64)
        first[cell_of] = np.arange(combined.size)
    else:
        _, first, cell_of = np.unique(combined, return_index=True, return_inverse=True)
    return cell_of, [code[first] for code in codes]


def _fit(
    held: Matrix,
    cells: Sequence[Codes],
    targets: Sequence[Matrix],
    tolerance: float,
    iterations: int,
) -> tuple[Matrix, int, float]:
    """Return a factor per combination, the rounds taken and the largest relative gap left."""
    factors = np.ones_like(held)
    gap = np.inf
    scale = [np.where(target > 0, target, 1.0) for target in targets]
    for round_ in range(1, iterations + 1):
        for code, target in zip(cells, targets, strict=True):
            total = np.bincount(code, held * factors, minlength=target.size)
            ratio = np.divide(target, total, out=np.zeros_like(target), where=total > 0)
            factors = factors * ratio[code]
        current = held * factors
        gap = max(
            float((np.abs(np.bincount(code, current, minlength=t.size) - t) / s).max())
            for code, t, s in zip(cells, targets, scale, strict=True)
        )
        if gap <= tolerance:
            return factors, round_, gap
    return factors, iterations, gap


def _trimmed(
    held: Matrix,
    cells: Sequence[Codes],
    targets: Sequence[Matrix],
    tolerance: float,
    iterations: int,
    most: float,
    n: int,
) -> tuple[Matrix, int, float]:
    """Rake with factors cut at `most` times the mean weight, raking again what is below."""
    if not most > 1.0:
        raise InvalidInput("most", f"most must exceed 1, got {most}")
    ceiling = most * float(targets[0].sum()) / n
    factors = np.ones_like(held)
    rounds = 0
    gap = np.inf
    for _ in range(50):
        step, taken, gap = _fit(held * factors, cells, targets, tolerance, iterations)
        factors, rounds = factors * step, rounds + taken
        if float(factors.max()) <= ceiling * (1.0 + 1e-9):
            break
        factors = np.minimum(factors, ceiling)
    current = held * factors
    gap = max(
        float(
            (
                np.abs(np.bincount(code, current, minlength=target.size) - target)
                / np.where(target > 0, target, 1.0)
            ).max()
        )
        for code, target in zip(cells, targets, strict=True)
    )
    return factors, rounds, gap
