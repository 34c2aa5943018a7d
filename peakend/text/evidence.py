"""The words a trained analyzer's judgement rests on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from peakend.text.attention import Attention, segment_argmax
from peakend.text.scenes import Scene
from peakend.text.symbols import COMMA, QUESTION, STOP

WINDOW = (4, 8)  # tokens of evidence before and after the strongest one, in a long clause
AGREEING = 1.5  # what a clause gains as evidence by a judgement of the polarity found


def evidence_of(
    scene: Scene,
    numbers: NDArray[np.int32],
    weights: NDArray[np.float32],
    attention: Attention,
    aspect: NDArray[np.intp],
    sign: NDArray[np.intp],
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Token range of the evidence of each pair.

    Its best clause, narrowed where it is long; a neighbour that judges as found is taken in where
    the clause itself does not and the two are short together.
    """
    if not aspect.size:
        return aspect, aspect
    pairs = np.repeat(
        np.arange(aspect.size), np.diff(attention.heads, append=attention.clause.size)
    )
    agrees = _agrees(scene, attention.clause, sign[pairs])
    clause = attention.best(AGREEING * agrees.astype(np.float64))
    low, high = _spoken(scene, clause)
    silent = ~_agrees(scene, clause, sign)
    long = np.flatnonzero(high - low > sum(WINDOW))
    for step in (1, -1):
        beside = np.clip(clause + step, 0, scene.clause_start.size - 1)
        first, last = _spoken(scene, beside)
        joined = (scene.clause_text[beside] == scene.clause_text[clause]) & silent
        joined &= _agrees(scene, beside, sign) & (
            np.maximum(high, last) - np.minimum(low, first) <= sum(WINDOW)
        )
        low = np.where(joined, np.minimum(low, first), low)
        high = np.where(joined, np.maximum(high, last), high)
    if long.size:
        counts = high[long] - low[long]
        heads = np.concatenate(([0], np.cumsum(counts)[:-1])).astype(np.intp)
        token = np.arange(int(counts.sum())) - np.repeat(heads - low[long], counts)
        score = weights[numbers[token], np.repeat(aspect[long], counts)[:, None]].sum(axis=1)
        peak = token[segment_argmax(score, heads)]
        low[long] = np.maximum(low[long], peak - WINDOW[0])
        high[long] = np.minimum(high[long], peak + WINDOW[1])
    return low, high


def _spoken(scene: Scene, clause: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Token range of clauses without the word that turns and the mark that ends them."""
    bounds = np.append(scene.clause_start, scene.tokens.symbol.size)
    low, high = bounds[clause], bounds[clause + 1]
    ends = np.isin(scene.tokens.kind[high - 1], (STOP, COMMA, QUESTION))
    high = np.where(ends, np.maximum(high - 1, low + 1), high)
    opens = scene.judgements.opens[np.searchsorted(scene.judgements.edges, low)]
    return np.where(opens < high, np.maximum(low, opens), low), high


def _agrees(scene: Scene, clause: NDArray[np.intp], sign: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Whether the lexicon judges clauses as found."""
    praised, blamed = scene.clause_sentiments[clause, 1] > 0, scene.clause_sentiments[clause, 2] > 0
    agrees: NDArray[np.bool_] = np.where(sign > 0, praised, blamed & (sign < 0))
    return agrees
