"""Judge a pair of text and aspect from all that was found about it.

A small softmax over seven quantities, so that a stray word in a long happy review does not turn an
aspect negative, and a mention without a word of judgement takes the colour of its surroundings.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
COLUMNS = ("balance", "agreement", "clause", "text", "judged", "mixed", "mentions", "constant")
JUDGED = COLUMNS.index("judged")
CLEAR, LUKEWARM = 0.35, 0.3  # in the column balance
EVEN = 0.5
UNANIMOUS = 0.05
SURE = 0.55
COSTS = (1.25, 1.0, 1.0)  # a missed complaint costs more than a false one


@cache
def shipped_pair_weights() -> Floats:
    """Coefficients of the shipped model, shape (len(COLUMNS), 3)."""
    file = resources.files("peakend.text") / "models" / "pairs.txt"
    rows = [line.split(",")[1:] for line in file.read_text(encoding="utf-8").splitlines()[1:]]
    return np.array(rows, np.float64)


def pair_columns(
    value: Floats, clause: Floats, text_logit: Floats, heads: NDArray[np.intp]
) -> Floats:
    """The quantities of each pair, shape (n_pairs, len(COLUMNS)).

    value, clause: one entry a mention (judgement in context, n-gram logit of its surroundings),
    sorted by pair; heads: where each pair begins; text_logit: one entry a pair.
    """
    balance = np.add.reduceat(value, heads)
    weight = np.add.reduceat(np.abs(value), heads)
    mentions = np.diff(np.append(heads, value.size))
    return np.stack(
        (
            np.tanh(balance / 2),
            balance / (weight + 0.5),
            np.add.reduceat(clause, heads) / mentions,
            np.tanh(text_logit / 2),
            weight > 0,
            (weight - np.abs(balance)) / (weight + 0.5),
            np.log(mentions),
            np.ones(heads.size),
        ),
        axis=1,
    )


def pair_probabilities(columns: Floats, weights: Floats) -> Floats:
    """Probability of negative, neutral and positive for each pair."""
    scores = columns @ weights
    scores -= scores.max(axis=1, keepdims=True)
    exponentials = np.exp(scores)
    result: Floats = exponentials / exponentials.sum(axis=1, keepdims=True)
    return result


def pair_polarity(
    probabilities: Floats,
    columns: Floats,
    praised: NDArray[np.bool_],
    blamed: NDArray[np.bool_],
    told: NDArray[np.bool_],
) -> NDArray[np.int8]:
    """−1, 0 or 1 for each pair.

    praised, blamed: whether any mention judges so; told: whether it is only told or asked,
    so that it is neutral. A pair is never judged against all of its own
    mentions, nor against their clear balance; without a judgement the surroundings must be sure.
    """
    weighed = probabilities * COSTS
    balance = columns[:, 0]
    judged = columns[:, JUDGED] > 0
    # Words such as '一般' and '排队' alone are lukewarm: neither a pain nor a delight.
    weighed[judged & (np.abs(balance) < LUKEWARM), 1] *= 8.0
    # All mentions say the same and clearly: '没有晚点' is praise, though '没有' sounds like blame.
    weighed[(np.abs(balance) > CLEAR) & ~(praised & blamed), 1] *= UNANIMOUS
    # Praised and blamed about alike: the aspect as a whole is neither.
    weighed[praised & blamed & (np.abs(balance) < EVEN), 1] *= 2.0
    weighed[(balance > CLEAR) | (judged & ~blamed), 0] = 0
    weighed[(balance < -CLEAR) | (judged & ~praised), 2] = 0
    weighed[~judged & (probabilities[:, 0] < SURE), 0] = 0
    weighed[told, 0] = weighed[told, 2] = 0
    sign: NDArray[np.int8] = (weighed.argmax(axis=1) - 1).astype(np.int8)
    return sign
