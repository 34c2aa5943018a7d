"""Reading what callers hand over: lists, arrays, frames, with what is missing said as NaN."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from peakend.methods.errors import InvalidInput

_LARGEST = 1e100


def numbers(values: ArrayLike) -> NDArray[np.float64]:
    """Return values as floats of the same shape; masked entries, None and pandas' NA are NaN.

    NumPy alone drops a mask and takes the hidden values for answers. Text is refused
    (`InvalidInput("not_numbers")`), NaN is left to the method, which has a reason for it.

    >>> numbers(np.ma.array([4, 99], mask=[False, True])).tolist()
    [4.0, nan]
    """
    if isinstance(values, np.ma.MaskedArray):
        return np.array(np.ma.filled(values.astype(np.float64), np.nan), dtype=np.float64)
    try:
        return np.asarray(values, dtype=float)
    except (TypeError, ValueError) as error:
        told = getattr(values, "to_numpy", None)
        try:
            # Frames and series whose type has a missing value of its own.
            if told is not None:
                return np.asarray(told(dtype=float, na_value=np.nan), dtype=float)
        except (TypeError, ValueError):
            pass
        raise InvalidInput("not_numbers", f"numbers are needed: {error}") from error


def are_squarable(*values: ArrayLike) -> bool:
    """Tell whether all numbers are finite and so far from the largest float that their squares can be summed.

    >>> are_squarable([1.0, -2e9], 3.0), are_squarable([1e200]), are_squarable(float("nan"))
    (True, False, False)
    """
    return all(bool((np.abs(np.asarray(each, dtype=float)) < _LARGEST).all()) for each in values)


def categories(codes: ArrayLike) -> NDArray[np.generic]:
    """Return codes of any one kind as a flat array; a row without one is refused.

    NumPy alone takes what is missing for a category of its own (`InvalidInput("missing_code")`).

    >>> categories(["a", "b", "a"]).tolist()
    ['a', 'b', 'a']
    """
    given = np.asarray(codes).ravel()
    masked = isinstance(codes, np.ma.MaskedArray) and bool(np.ma.getmaskarray(codes).any())
    if masked or _any_missing(given):
        raise InvalidInput("missing_code", "a row has no code: leave it out")
    return given


def _any_missing(given: NDArray[np.generic]) -> bool:
    if given.dtype.kind == "O":
        return any(_is_missing(code) for code in given.tolist())
    return given.dtype.kind in "fcmM" and bool(np.not_equal(given, given).any())


def _is_missing(code: object) -> bool:
    try:
        return code is None or bool(code != code)
    except TypeError:  # pandas' NA is neither equal to itself nor different
        return True
