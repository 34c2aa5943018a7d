"""Fit the detectors: one an aspect, over n-grams weighed by what they tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from peakend.text.attention import GRAIN, found_aspects
from peakend.text.ngrams import BoundGrams, repeats
from peakend.text.scenes import Scene
from peakend.text.training.linear import fit_logistic, telling

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
_GRID = np.linspace(-4.0, 2.0, 49)
_SHRINK = 40  # labels with which an aspect's threshold stands halfway to its own best


@dataclass(frozen=True)
class Design:
    """N-gram counts of texts (damped for length) and of clauses (not damped)."""

    texts: Any
    clauses: Any


@dataclass(frozen=True)
class Detectors:
    """What was fitted, and what it says of texts it was not fitted on.

    weights: (n_grams, aspects); blend, thresholds, nearest: see `trained.Parameters`; margin:
    (texts, aspects) held out; clause_margins: (clauses, aspects) held out, in units of 1 / GRAIN.
    """

    weights: Floats
    blend: Floats
    thresholds: Floats
    nearest: float
    margin: Floats
    clause_margins: Floats

    @property
    def found(self) -> Bools:
        """Aspects found in texts held out."""
        return found_aspects(self.margin, self.thresholds, self.nearest)


def design_of(scene: Scene, grams: BoundGrams) -> Design:
    """Sparse counts of a batch."""
    numbers = grams.numbers(scene.tokens)
    n = scene.tokens.first.size - 1
    text = np.repeat(np.repeat(np.arange(n), np.diff(scene.tokens.first)), 2)
    bounds = np.append(scene.clause_start, len(numbers))
    clause = np.repeat(np.repeat(np.arange(scene.clause_start.size), np.diff(bounds)), 2)
    flat = numbers.ravel()
    known = flat < grams.size
    flat, text, clause = flat[known], text[known], clause[known]
    again, gram = repeats(scene.tokens, numbers, grams.size)
    texts = scipy.sparse.csr_matrix(
        (
            np.concatenate((scene.scale[text], -scene.scale[again])),
            (np.concatenate((text, again)), np.concatenate((flat, gram))),
        ),
        shape=(n, grams.size),
    )
    clauses = scipy.sparse.csr_matrix(
        (np.ones(flat.size), (clause, flat)), shape=(scene.clause_start.size, grams.size)
    )
    return Design(texts, clauses)


def fit_detectors(
    design: Design, present: Bools, fold: NDArray[np.intp], scene: Scene, penalty: float
) -> Detectors:
    """Fit on all texts, and on all folds but one for what is said of that one."""
    n, k = present.shape
    weights = _fit(design.texts, present, penalty)
    held_out = np.zeros((n, k))
    clause_margins = np.zeros((design.clauses.shape[0], k))
    for number in range(int(fold.max()) + 1):
        learn, hold = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        clauses = np.flatnonzero(fold[scene.clause_text] == number)
        own = _fit(design.texts[learn], present[learn], penalty)
        held_out[hold] = design.texts[hold] @ own
        clause_margins[clauses] = design.clauses[clauses] @ own
    clause_margins *= scene.clause_scale[:, None]
    best = np.maximum.reduceat(clause_margins, scene.text_clause[:-1], axis=0)
    blend = np.stack([_fit_blend(held_out[:, a], best[:, a], present[:, a]) for a in range(k)], 1)
    margin = blend[0] * held_out + blend[1] * best + blend[2]
    thresholds = fit_thresholds(margin, present)
    nearest = fit_nearest(margin, thresholds, present)
    return Detectors(weights, blend, thresholds, nearest, margin, clause_margins * GRAIN)


def _fit(texts: Any, present: Bools, penalty: float) -> Floats:
    """Weights (n_grams, aspects); the constant is left to the blend."""
    d, k = texts.shape[1], present.shape[1]
    there = scipy.sparse.csr_matrix((np.ones(texts.nnz), texts.indices, texts.indptr), texts.shape)
    ones = scipy.sparse.csr_matrix(np.ones((texts.shape[0], 1)))
    even = np.ones(texts.shape[0])
    penalties = np.append(np.full(d, penalty), 1e-3)
    weights = np.zeros((d, k))
    for aspect in range(k):
        told = telling(there, present[:, aspect])
        scaled = texts.copy()
        scaled.data *= told[scaled.indices]
        features = scipy.sparse.csr_matrix(scipy.sparse.hstack((scaled, ones)))
        solved = fit_logistic(features, present[:, aspect], even, penalties, 40)
        weights[:, aspect] = solved[:-1] * told
    return weights


def _fit_blend(text: Floats, clause: Floats, present: Bools) -> Floats:
    """What the text's score, its best clause's and a constant add to the log-odds."""
    columns = np.column_stack((text, clause))
    spread = columns.std(axis=0) + 1e-9
    features = scipy.sparse.csr_matrix(np.column_stack((columns / spread, np.ones(text.size))))
    solved = fit_logistic(features, present, np.ones(text.size), np.array([0.1, 0.1, 1e-3]), 60)
    return np.append(solved[:2] / spread, solved[2])


def fit_thresholds(margin: Floats, present: Bools) -> Floats:
    """Thresholds that maximise micro-F1 on texts held out: one for all, bent for each aspect.

    A rare aspect has little to bend its threshold by and keeps near the common one.
    """
    common = float(max(_GRID, key=lambda t: micro_f1(margin > t, present)))
    thresholds = np.full(margin.shape[1], common)
    found = margin > common
    both = (found & present).sum(axis=0).astype(float)
    total = (found.sum(axis=0) + present.sum(axis=0)).astype(float)
    for aspect in range(margin.shape[1]):
        tried = margin[:, aspect, None] > _GRID
        own_both = (tried & present[:, aspect, None]).sum(axis=0)
        own_total = tried.sum(axis=0) + present[:, aspect].sum()
        others_both, others_total = both.sum() - both[aspect], total.sum() - total[aspect]
        f1 = 2 * (others_both + own_both) / np.maximum(others_total + own_total, 1)
        best = int(f1.argmax())
        both[aspect], total[aspect] = own_both[best], own_total[best]
        count = float(present[:, aspect].sum())
        thresholds[aspect] = common + (_GRID[best] - common) * count / (count + _SHRINK)
    return thresholds


def fit_nearest(margin: Floats, thresholds: Floats, present: Bools) -> float:
    """How near an aspect must come to be found in a text without any; 0 when it does not pay."""
    plain = micro_f1(found_aspects(margin, thresholds, 0.0), present)
    best, gain = 0.0, 0.001
    for nearest in np.linspace(-3.0, -0.25, 12):
        f1 = micro_f1(found_aspects(margin, thresholds, float(nearest)), present)
        if f1 - plain > gain:
            best, gain = float(nearest), f1 - plain
    return best


def micro_f1(found: Bools, present: Bools) -> float:
    """Over all texts and aspects."""
    return float(2 * (found & present).sum() / max(found.sum() + present.sum(), 1))
