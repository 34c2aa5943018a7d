"""Cross-tabs with pairwise significance: many questions against one set of columns, in one pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from peakend.methods.arrays import numbers
from peakend.methods.errors import InvalidInput
from peakend.methods.estimate import Reason, require_fraction

Matrix = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class CrossTab:
    """One question against the columns.

    `counts` (options, columns) weighted counts; `shares` of each column, NaN-free: columns nobody is in have None in
    `bases` and 0 here; `bases` the effective number of answers per column; `higher` (options, columns, columns) true
    where the first column's share is above the second's beyond noise; `p_values` the same shape, 1 where untested.
    """

    value: Matrix | None
    counts: Matrix
    shares: Matrix
    bases: tuple[float | None, ...]
    higher: NDArray[np.bool_]
    p_values: Matrix
    n: int
    level: float
    method: str = "pairwise_z_holm"
    reason: Reason | None = None

    def letters(self, option: int, column: int) -> str:
        """Return the letters of the columns this cell is significantly above, as survey tables print them.

        >>> table = cross_tab([[0]] * 60 + [[1]] * 60, [0] * 50 + [1] * 10 + [0] * 10 + [1] * 50)[0]
        >>> table.letters(0, 0), table.letters(0, 1)
        ('B', '')
        """
        above = np.flatnonzero(self.higher[option, column])
        return "".join(_letter(int(other)) for other in above)


def cross_tab(
    answers: ArrayLike,
    columns: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    options: int | Sequence[int] | None = None,
    groups: int | None = None,
    level: float = 0.05,
    adjust: str = "holm",
    least: float = 5.0,
) -> tuple[CrossTab, ...]:
    """Return one cross-tab per question, with every pair of columns compared in every row.

    Formula: two-sided z test of two shares with the pooled share, on effective bases (Σw)²/Σw²; within each row the
    pairs are adjusted by Holm ('holm'), Bonferroni ('bonferroni') or not at all ('none'). Columns with a base below
    `least` are not tested.
    Source: Fleiss, Levin and Paik (2003), §3, for the test; Holm (1979); Kish (1965) for the base.
    Shapes: `answers` (n, questions) codes 0 … options − 1, −1 for no answer; `columns` (n,) codes 0 … groups − 1, −1 for
    none; `weights` (n,). Units: shares in [0, 1].
    Errors: `InvalidInput` for shapes that differ, codes out of range, negative weights, an unknown adjustment; a
    question nobody answered ends in `no_data`, NaN weights in `not_finite`, a single column in `too_few` (the shares
    are told all the same).

    >>> answers = [[0, 1]] * 40 + [[1, 1]] * 10 + [[0, 0]] * 15 + [[1, 0]] * 35
    >>> tables = cross_tab(answers, [0] * 50 + [1] * 50)
    >>> tables[0].shares.round(2).tolist(), tables[0].letters(0, 0)
    ([[0.8, 0.3], [0.2, 0.7]], 'B')
    """
    require_fraction(level=level)
    _require_adjustment(adjust)
    codes = _whole(answers, "answers")
    if codes.ndim == 1:
        codes = codes[:, None]
    column = _whole(columns, "columns").ravel()
    n, questions = codes.shape
    scale = np.ones(n) if weights is None else numbers(weights).ravel()
    if column.size != n or scale.size != n:
        raise InvalidInput("shape", f"{n} answers, {column.size} columns, {scale.size} weights")
    finite = bool(np.isfinite(scale).all())
    if bool((scale < 0).any()):
        raise InvalidInput("negative", "weights must not be negative")
    width = _span(column, groups, "columns")
    heights = [
        _span(codes[:, question], _at(options, question), "answers")
        for question in range(questions)
    ]
    weighted = weights is not None
    return tuple(
        _tabled(
            codes[:, question],
            column,
            scale if finite else np.zeros(n),
            weighted,
            heights[question],
            width,
            level,
            adjust,
            least,
            finite,
        )
        for question in range(questions)
    )


def cross_tab_from_counts(
    counts: ArrayLike,
    *,
    bases: Sequence[float] | None = None,
    level: float = 0.05,
    adjust: str = "holm",
    least: float = 5.0,
) -> CrossTab:
    """Return the cross-tab of answers already counted, however many rows they stand for.

    Formula, source: see `cross_tab`.
    Shapes: `counts` (options, columns), weighted or not; `bases` (columns,) the effective number of answers of each
    column where the counts are weighted, their sums by default. Where one answer may hold several options (topics
    of a voice), `bases` are the answers, and shares are of them. Units: shares in [0, 1].
    Errors: `InvalidInput` for shapes that differ, negative counts, an unknown adjustment; otherwise as `cross_tab`.

    >>> table = cross_tab_from_counts([[40, 15], [10, 35]])
    >>> table.shares.round(2).tolist(), table.letters(0, 0)
    ([[0.8, 0.3], [0.2, 0.7]], 'B')
    """
    require_fraction(level=level)
    _require_adjustment(adjust)
    held = numbers(counts)
    if held.ndim != 2:
        raise InvalidInput("shape", f"counts need options and columns, got shape {held.shape}")
    if bool((held < 0).any()):
        raise InvalidInput("negative", "counts must not be negative")
    finite = bool(np.isfinite(held).all())
    totals = held.sum(axis=0) if finite else np.zeros(held.shape[1])
    if bases is None:
        sizes = totals
    else:
        sizes = numbers(bases).ravel()
        if sizes.size != held.shape[1]:
            raise InvalidInput("shape", f"{held.shape[1]} columns but {sizes.size} bases")
        if bool((sizes < 0).any()):
            raise InvalidInput("negative", "bases must not be negative")
        finite = finite and bool(np.isfinite(sizes).all())
        if finite and bool((held > sizes * (1.0 + 1e-12)).any()):
            raise InvalidInput("more_than_all", "an option counts more answers than its column has")
    if not finite:
        held, totals, sizes = np.zeros_like(held), np.zeros(held.shape[1]), np.zeros(held.shape[1])
    # Shares of answers, where an answer may hold several options, add up to more than one.
    return _told(held, sizes, sizes, float(sizes.sum()), level, adjust, least, finite)


def _require_adjustment(adjust: str) -> None:
    if adjust not in ("holm", "bonferroni", "none"):
        raise InvalidInput(
            "method", f"adjust must be 'holm', 'bonferroni' or 'none', got {adjust!r}"
        )


def _tabled(
    code: Codes,
    column: Codes,
    scale: Matrix,
    weighted: bool,
    height: int,
    width: int,
    level: float,
    adjust: str,
    least: float,
    finite: bool,
) -> CrossTab:
    # No answer and no column are one cell more each, cut off after counting.
    place = (code + 1) * (width + 1) + column + 1
    size = (height + 1) * (width + 1)
    if weighted:
        sums = np.bincount(place, scale, minlength=size).astype(float)
        squares = np.bincount(place, scale * scale, minlength=size).astype(float)
    else:
        sums = np.bincount(place, minlength=size).astype(float)
        squares = sums
    counts = sums.reshape(height + 1, width + 1)[1:, 1:]
    totals = counts.sum(axis=0)
    spread = squares.reshape(height + 1, width + 1)[1:, 1:].sum(axis=0)
    bases = np.divide(totals**2, spread, out=np.zeros(width), where=spread > 0)
    n = int(((code >= 0) & (column >= 0)).sum())
    return _told(counts, totals, bases, n, level, adjust, least, finite)


def _told(
    counts: Matrix,
    totals: Matrix,
    bases: Matrix,
    n: float,
    level: float,
    adjust: str,
    least: float,
    finite: bool,
) -> CrossTab:
    shares = np.divide(counts, totals, out=np.zeros_like(counts), where=totals > 0)
    p_values, higher = _compared(shares, counts, totals, bases, level, adjust, least)
    reason = None
    if not finite:
        reason = Reason.NOT_FINITE
    elif not bool((totals > 0).any()):
        reason = Reason.NO_DATA if n == 0 else Reason.ZERO_WEIGHT
    elif int((bases >= least).sum()) < 2:
        reason = Reason.TOO_FEW
    return CrossTab(
        value=shares if reason in (None, Reason.TOO_FEW) else None,
        counts=counts,
        shares=shares,
        bases=tuple(float(base) if base > 0 else None for base in bases),
        higher=higher,
        p_values=p_values,
        n=int(n),
        level=level,
        method=f"pairwise_z_{adjust}",
        reason=reason,
    )


def _compared(
    shares: Matrix,
    counts: Matrix,
    totals: Matrix,
    bases: Matrix,
    level: float,
    adjust: str,
    least: float,
) -> tuple[Matrix, NDArray[np.bool_]]:
    height, width = shares.shape
    p_values = np.ones((height, width, width))
    higher = np.zeros((height, width, width), dtype=bool)
    tested = np.flatnonzero(bases >= least)
    one, two = (tested[side] for side in np.triu_indices(tested.size, 1))
    if one.size == 0 or height == 0:
        return p_values, higher
    gap = shares[:, one] - shares[:, two]
    pooled = (shares[:, one] * bases[one] + shares[:, two] * bases[two]) / (bases[one] + bases[two])
    error = np.sqrt(
        np.maximum(0.0, pooled * (1.0 - pooled)) * (1.0 / bases[one] + 1.0 / bases[two])
    )
    z = np.divide(np.abs(gap), error, out=np.zeros_like(gap), where=error > 1e-12)
    raw = 2.0 * special.ndtr(-z)
    told = _adjusted(raw, adjust)
    p_values[:, one, two] = p_values[:, two, one] = told
    stands = told <= level
    higher[:, one, two] = stands & (gap > 0)
    higher[:, two, one] = stands & (gap < 0)
    return p_values, higher


def _adjusted(raw: Matrix, adjust: str) -> Matrix:
    pairs = raw.shape[1]
    if adjust == "none":
        return raw
    if adjust == "bonferroni":
        told: Matrix = np.minimum(1.0, raw * pairs)
        return told
    order = np.argsort(raw, axis=1, kind="stable")
    scaled = np.take_along_axis(raw, order, axis=1) * np.arange(pairs, 0, -1)
    stepped = np.minimum(1.0, np.maximum.accumulate(scaled, axis=1))
    sorted_back = np.empty_like(raw)
    np.put_along_axis(sorted_back, order, stepped, axis=1)
    return sorted_back


def _whole(codes: ArrayLike, name: str) -> Codes:
    # A masked answer is none; NumPy alone would drop the mask and count what it hides.
    given = np.ma.filled(codes, -1) if isinstance(codes, np.ma.MaskedArray) else np.asarray(codes)
    if given.size and not np.issubdtype(given.dtype, np.integer):
        raise InvalidInput("unknown_code", f"{name} must be whole numbers, −1 for none")
    return given.astype(np.int64, copy=False)


def _span(codes: Codes, given: int | None, name: str) -> int:
    most = int(codes.max()) + 1 if codes.size else 0
    if codes.size and int(codes.min()) < -1:
        raise InvalidInput("unknown_code", f"{name} start at 0, or are −1 for none")
    if given is not None and most > given:
        raise InvalidInput("unknown_code", f"{name} must lie in 0 … {given - 1}")
    return max(0, most) if given is None else given


def _at(options: int | Sequence[int] | None, question: int) -> int | None:
    if options is None or isinstance(options, int):
        return options
    return options[question]


def _letter(column: int) -> str:
    """Return A … Z, then AA, AB, …

    >>> _letter(0), _letter(25), _letter(26)
    ('A', 'Z', 'AA')
    """
    return chr(65 + column) if column < 26 else _letter(column // 26 - 1) + _letter(column % 26)
