"""Shares of R² against pingouin's, and against the one regression that any tool needs to begin."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pingouin

from bench.measure.timing import at_most, row, side_by_side
from peakend.methods.drivers import lmg

ROWS = 100_000
DRAWS = 500
# Its own folder, as two versions cannot live in one environment; `make bench` fills it.
EARLIER_PINGOUIN = Path("build/peers/pingouin-0.6")


def run() -> list[dict[str, Any]]:
    """Against two pingouins, and against ``numpy.linalg.lstsq`` of the same matrix."""
    return [
        _against_earlier_pingouin(),
        _against_pingouin(peer_rounds=5),
        _against_one_regression(),
        _bootstrap(),
    ]


def _against_earlier_pingouin() -> dict[str, Any]:
    """The one that fits each subset of drivers on its own, up to 0.6: half a minute."""
    process = subprocess.run(
        [sys.executable, "-m", "bench.measure.drivers"],
        env={**os.environ, "PYTHONPATH": str(EARLIER_PINGOUIN.resolve())},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    result: dict[str, Any] = json.loads(process.stdout.splitlines()[-1])
    return result


def _against_pingouin(peer_rounds: int) -> dict[str, Any]:
    parts, whole = _answers(12)
    timed = side_by_side(
        lambda: lmg(parts, whole),
        lambda: pingouin.linear_regression(parts, whole, relimp=True),
        rounds=9,
        peer_rounds=peer_rounds,
    )
    # The first of pingouin's rows is the intercept.
    assert np.allclose(timed.result.shares, timed.expected["relimp"].to_numpy()[1:], atol=1e-9)
    return row(
        f"lmg, 12 drivers, against pingouin {pingouin.__version__}",
        round(timed.ours * 1000, 2),
        "ms",
        f"pingouin.linear_regression(relimp=True), {timed.peer:.2f} s",
        timed.ratio,
        300,
        ROWS,
    )


def _against_one_regression() -> dict[str, Any]:
    parts, whole = _answers(15)
    matrix = np.column_stack([np.ones(ROWS), parts])
    timed = side_by_side(
        lambda: lmg(parts, whole), lambda: np.linalg.lstsq(matrix, whole), rounds=9
    )
    return at_most(
        "lmg, 15 drivers, in regressions",
        round(timed.ours / timed.peer, 3),
        "×",
        4.0,
        f"one numpy.linalg.lstsq of the same matrix, {timed.peer * 1000:.0f} ms; limit 4 of them",
        ROWS,
    )


def _bootstrap() -> dict[str, Any]:
    parts, whole = _answers(12)
    matrix = np.column_stack([np.ones(ROWS), parts])
    timed = side_by_side(
        lambda: lmg(parts, whole, draws=DRAWS, rng=np.random.default_rng(1)),
        lambda: np.linalg.lstsq(matrix, whole),
        rounds=3,
    )
    assert timed.result.draws == DRAWS
    return at_most(
        f"lmg, 12 drivers, {DRAWS} bootstraps, in regressions",
        round(timed.ours / timed.peer, 1),
        "×",
        150.0,
        f"one numpy.linalg.lstsq of the same matrix, {timed.peer * 1000:.0f} ms; limit 150 of them",
        ROWS,
    )


def _answers(drivers: int) -> "tuple[np.ndarray, np.ndarray]":
    """Scores that go together, as the parts of one experience do, and a whole they explain in part."""
    rng = np.random.default_rng(3)
    mood = rng.normal(size=(ROWS, 1))
    parts = 0.7 * mood + rng.normal(size=(ROWS, drivers))
    whole = parts @ np.linspace(0.1, 0.6, drivers) + rng.normal(size=ROWS)
    return parts, whole


if __name__ == "__main__":
    print(json.dumps(_against_pingouin(peer_rounds=1)))
