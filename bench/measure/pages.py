"""How long a dashboard takes to open, and an answer to change its figures."""

import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from bench.measure.process import home_of, in_process
from bench.measure.timing import at_most

OPEN_MS = 150
CHANGED_S = 3


def opened(rows: int) -> list[dict[str, Any]]:
    """A dashboard over the cells of so many observations."""
    told = in_process("dashboard", home_of(rows, "prepared"))
    p95 = told["p95"] * 1000
    return [
        at_most(
            "dashboard of 7 figures, trend, breakdown and comparison: server time, p95",
            round(p95, 1),
            "ms",
            OPEN_MS,
            f"limit {OPEN_MS} ms; median {told['p50'] * 1000:.0f} ms",
            rows,
        )
    ]


def changed() -> list[dict[str, Any]]:
    """From an answer sent to the figure that counts it, on a running installation."""
    with tempfile.TemporaryDirectory() as home:
        seconds = in_process("live", Path(home))["seconds"]
    return [
        at_most(
            "new answer to changed figure on an open dashboard",
            round(seconds[-1], 2),
            "s",
            CHANGED_S,
            f"limit {CHANGED_S} s; the slowest of {len(seconds)}, median {median(seconds):.2f} s",
            len(seconds),
        )
    ]
