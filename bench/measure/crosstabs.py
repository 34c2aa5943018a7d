"""A table for each question, with every pair of columns compared, against pandas and statsmodels."""

from itertools import combinations
from typing import Any

import numpy as np
import pandas
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportions_ztest

from bench.measure.timing import row, side_by_side
from peakend.methods.crosstab import cross_tab

ROWS = 10_000
QUESTIONS = 50
COLUMNS = 6
OPTIONS = 5


def run() -> list[dict[str, Any]]:
    """Both make the same decision for every pair in every row of every table."""
    answers, columns = _survey()
    frame = pandas.DataFrame(answers, columns=[f"q{n}" for n in range(QUESTIONS)])
    frame["column"] = columns
    timed = side_by_side(
        lambda: cross_tab(answers, columns, options=OPTIONS, groups=COLUMNS),
        lambda: _by_hand(frame),
        rounds=9,
        peer_rounds=2,
    )
    for table, expected in zip(timed.result, timed.expected, strict=True):
        pairs = table.p_values[:, *np.triu_indices(COLUMNS, 1)]
        assert np.allclose(pairs, expected, atol=1e-9)
    return [
        row(
            f"cross-tab with pairwise significance, {QUESTIONS} questions × {COLUMNS} columns",
            round(timed.ours * 1000, 1),
            "ms",
            f"pandas and statsmodels, {timed.peer:.2f} s",
            timed.ratio,
            30,
            ROWS,
        )
    ]


def _by_hand(frame: pandas.DataFrame) -> list["np.ndarray"]:
    """Of each question the adjusted p-values, options × pairs of columns."""
    tables = []
    for question in frame.columns[:-1]:
        counts = pandas.crosstab(frame[question], frame["column"])
        bases = counts.sum()
        tables.append(
            np.array(
                [
                    multipletests(
                        [
                            proportions_ztest(counts.loc[option, [*pair]], bases[[*pair]])[1]
                            for pair in combinations(counts.columns, 2)
                        ],
                        method="holm",
                    )[1]
                    for option in counts.index
                ]
            )
        )
    return tables


def _survey() -> "tuple[np.ndarray, np.ndarray]":
    rng = np.random.default_rng(5)
    columns = rng.integers(0, COLUMNS, ROWS)
    feeling = rng.normal(size=(ROWS, QUESTIONS)) + 0.1 * columns[:, None]
    cuts = np.quantile(feeling, np.arange(1, OPTIONS) / OPTIONS)
    return np.searchsorted(cuts, feeling), columns
