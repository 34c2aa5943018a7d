"""Where a text means an aspect, and whether: scores of clauses and texts, and attention to clauses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from peakend.text.ngrams import repeats
from peakend.text.scenes import Scene

Floats = NDArray[np.float64]
# N-gram weights are whole numbers of 1 / GRAIN: their sums are exact in any order.
GRAIN = 2048
TEMPERATURE = 1.5  # how sharply attention prefers the clause that means the aspect most


def clause_sums(
    scene: Scene, numbers: NDArray[np.int32], weights: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Weights of the n-grams of each clause, added up: (clauses, columns)."""
    if not scene.clause_start.size:
        return np.zeros((0, weights.shape[1]), np.float32)
    bounds = np.append(scene.clause_start, len(numbers)).astype(np.int32) * np.int32(2)
    counts = scipy.sparse.csr_matrix(
        (np.ones(numbers.size, np.float32), numbers.ravel(), bounds),
        shape=(scene.clause_start.size, len(weights)),
    )
    summed: NDArray[np.float32] = counts @ weights
    return summed


def text_sums(
    scene: Scene,
    clause_scores: NDArray[np.float32],
    numbers: NDArray[np.int32],
    weights: NDArray[np.float32],
) -> NDArray[np.float32]:
    """The same for texts, where a long text counts an n-gram once: (texts, columns)."""
    if not clause_scores.size:
        return clause_scores
    summed: NDArray[np.float32] = np.add.reduceat(clause_scores, scene.text_clause[:-1], axis=0)
    again, gram = repeats(scene.tokens, numbers, len(weights) - 1)
    if again.size:
        heads = np.flatnonzero(np.diff(again, prepend=-1))
        bounds = np.append(heads, again.size)
        counts = scipy.sparse.csr_matrix(
            (np.ones(again.size, np.float32), gram, bounds), shape=(heads.size, len(weights))
        )
        summed[again[heads]] -= counts @ weights
    return summed


def margins(
    scene: Scene, text_scores: NDArray[np.float32], clause_margins: Floats, blend: Floats
) -> Floats:
    """Log-odds that each text means each aspect: by the whole text and by its best clause."""
    if not text_scores.size:
        return np.zeros(text_scores.shape)
    best = np.maximum.reduceat(clause_margins, scene.text_clause[:-1], axis=0)
    whole = text_scores * scene.scale[:, None]
    result: Floats = blend[0] * (whole / GRAIN) + blend[1] * (best / GRAIN) + blend[2]
    return result


def found_aspects(margin: Floats, thresholds: Floats, nearest: float) -> NDArray[np.bool_]:
    """Aspects above their threshold; where a text has none, the one that misses it least."""
    excess = margin - thresholds
    found: NDArray[np.bool_] = excess > 0
    if excess.size:
        best = excess.argmax(axis=1)
        rows = np.flatnonzero(excess.max(axis=1) > nearest)
        found[rows, best[rows]] = True
    return found


def sentiments(scene: Scene, attention: Attention, row: NDArray[np.intp]) -> Floats:
    """What lexicon and general model say of each pair's clauses and of its text."""
    return np.hstack((attention.mix(scene.clause_sentiments), scene.text_sentiments[row]))


def softmax(logits: Floats) -> Floats:
    """Chances from log-odds, row by row."""
    chances = np.exp(logits - logits.max(axis=1, keepdims=True)) if logits.size else logits
    result: Floats = chances / chances.sum(axis=1, keepdims=True)
    return result


@dataclass(frozen=True)
class Attention:
    """How much each pair of text and aspect attends to each clause of its text.

    clause, weight, focus (the logarithm of weight but for a constant a pair): one entry a clause
    of a pair; heads: where each pair begins.
    """

    clause: NDArray[np.intp]
    weight: Floats
    focus: Floats
    heads: NDArray[np.intp]

    def mix(self, clauses: NDArray[Any]) -> Floats:
        """Clause columns weighed by attention: (pairs, columns)."""
        if not self.heads.size:
            return np.zeros((0, clauses.shape[1]))
        mixed: Floats = np.add.reduceat(
            clauses[self.clause] * self.weight[:, None], self.heads, axis=0
        )
        return mixed

    def best(self, bonus: Floats) -> NDArray[np.intp]:
        """The clause each pair attends to most, given what speaks for each besides."""
        if not self.heads.size:
            return self.clause
        return self.clause[segment_argmax(self.focus + bonus, self.heads)]


def attend(
    scene: Scene, row: NDArray[np.intp], aspect: NDArray[np.intp], clause_margins: Floats
) -> Attention:
    """Attention of pairs by the detectors' damped scores of clauses."""
    first, last = scene.text_clause[row], scene.text_clause[row + 1]
    counts = last - first
    heads = np.concatenate(([0], np.cumsum(counts)[:-1])).astype(np.intp)[: row.size]
    clause = np.arange(int(counts.sum())) - np.repeat(heads - first, counts)
    if not row.size:
        return Attention(clause, np.zeros(0), np.zeros(0), heads)
    score = clause_margins[clause, np.repeat(aspect, counts)] * (TEMPERATURE / GRAIN)
    score -= np.repeat(np.maximum.reduceat(score, heads), counts)
    weight = np.exp(score)
    weight /= np.repeat(np.add.reduceat(weight, heads), counts)
    return Attention(clause, weight, score, heads)


def segment_argmax(values: NDArray[Any], heads: NDArray[np.intp]) -> NDArray[np.intp]:
    """Index of the first largest value of each segment."""
    counts = np.diff(np.append(heads, values.size))
    top = np.repeat(np.maximum.reduceat(values, heads), counts)
    hits = np.flatnonzero(values >= top)
    segment = np.searchsorted(heads, hits, side="right") - 1
    first = np.ones(hits.size, bool)
    first[1:] = segment[1:] != segment[:-1]
    return hits[first]
