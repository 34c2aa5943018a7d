"""Maximum likelihood for parameters that must be positive."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]

_REACH = 12.0  # log units: beyond e^12 a parameter has run away and the data do not hold it


def most_likely(
    negative: Callable[[Matrix], float], starts: Sequence[Sequence[float]]
) -> tuple[Matrix, float] | None:
    """Return the positive parameters with the greatest likelihood and that log-likelihood, or None.

    `negative` takes parameters and returns minus the mean log-likelihood; the search runs on their logarithms from
    several starts, and None says that it did not settle within e^±12.
    """

    def on_logs(logs: Matrix) -> float:
        value = negative(np.exp(logs))
        return value if np.isfinite(value) else 1e12

    from scipy import optimize  # here, or every page that shows a score would wait for its import

    best: tuple[Matrix, float] | None = None
    for start in starts:
        found = optimize.minimize(
            on_logs,
            np.log(np.asarray(start, dtype=float)),
            method="L-BFGS-B",
            bounds=[(-_REACH, _REACH)] * len(start),
            options={"maxiter": 500, "ftol": 1e-13, "gtol": 1e-8},
        )
        logs = np.asarray(found.x, dtype=float)
        if best is None or float(found.fun) < best[1]:
            best = (logs, float(found.fun))
    if best is None or best[1] >= 1e12 or bool((np.abs(best[0]) > _REACH - 1e-3).any()):
        return None
    return np.exp(best[0]), -best[1]
