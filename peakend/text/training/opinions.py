"""Fit detectors and a polarity model on labelled texts, in the manner of scikit-learn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import scipy.optimize
import scipy.sparse
from numpy.typing import NDArray

from peakend.text.analyzer import Analyzer
from peakend.text.ngrams import BoundGrams, collect_grams, frequent_words, repeats
from peakend.text.results import Analysis
from peakend.text.taxonomy import Taxonomy
from peakend.text.trained import (
    SENTIMENTS,
    Attention,
    Frame,
    Parameters,
    Scene,
    TrainedAnalyzer,
    attend,
)
from peakend.text.training.linear import fit_logistic

Floats = NDArray[np.float64]
Labels = Mapping[str, str]
SIGNS = {"negative": -1, "neutral": 0, "positive": 1}
ABSENT = -2


class LabelError(ValueError):
    """Labels that cannot be learned from; the message names the first fault."""


class OpinionModel:
    """Learns aspects and their polarity from labelled texts.

    Parameters: detector_penalty and polarity_penalty hold the n-gram weights back; least is the
    number of texts an n-gram must stand in; folds, those held out in turn to set thresholds;
    seed shuffles them.

    Learned: aspects_ (names, by frequency), counts_ (texts of each), thresholds_ (a score above it
    finds the aspect), out_of_fold_ (figures on texts held out), analyzer_ (a TrainedAnalyzer).
    """

    def __init__(
        self,
        detector_penalty: float = 0.3,
        polarity_penalty: float = 1.0,
        least: int = 2,
        folds: int = 3,
        seed: int = 0,
    ) -> None:
        self.detector_penalty = detector_penalty
        self.polarity_penalty = polarity_penalty
        self.least = least
        self.folds = folds
        self.seed = seed

    def fit(self, texts: Sequence[str], labels: Sequence[Labels]) -> OpinionModel:
        """Learn from texts and, for each, the polarity of every aspect it names."""
        gold, self.aspects_ = _table(texts, labels)
        self.counts_ = {
            a: int(n) for a, n in zip(self.aspects_, (gold > ABSENT).sum(0), strict=True)
        }
        frame = Frame(frequent_words(texts, self.least))
        scene = frame.see(texts)
        grams = collect_grams(scene.tokens, frame.vocabulary, self.least)
        design = _design(scene, BoundGrams(grams, frame.vocabulary))
        fold = np.random.default_rng(self.seed).permutation(len(texts)) % self.folds
        found = self._fit_detectors(design, gold, fold, scene)
        self.thresholds_, self.out_of_fold_ = _thresholds(found.held_out, gold)
        polarity = self._fit_polarity(scene, design, gold, found.clause_scores)
        k = len(self.aspects_)
        zero = np.zeros((1, k), np.float32)
        parameters = Parameters(
            self.aspects_,
            grams,
            np.vstack((found.weights[:-1].astype(np.float32), zero)),
            found.weights[-1],
            self.thresholds_,
            polarity.grams,
            polarity.sentiment,
            polarity.leaning,
        )
        card = {
            "texts": len(texts),
            "counts": self.counts_,
            "out_of_fold": self.out_of_fold_,
            "parameters": {
                "detector_penalty": self.detector_penalty,
                "polarity_penalty": self.polarity_penalty,
                "least": self.least,
                "folds": self.folds,
                "seed": self.seed,
            },
        }
        self.analyzer_ = TrainedAnalyzer(parameters, card)
        return self

    def predict(self, texts: Iterable[str]) -> list[Analysis]:
        """One analysis per text."""
        return self.analyzer_.analyze(texts)

    def save(self, folder: str | Path) -> None:
        """Write the model into a folder that `peakend.text.load` reads."""
        self.analyzer_.save(folder)

    def _fit_detectors(
        self, design: Design, gold: NDArray[np.int8], fold: NDArray[np.intp], scene: Scene
    ) -> Detectors:
        n, k = gold.shape
        d = design.texts.shape[1]
        penalty = np.append(np.full(d, self.detector_penalty), 1e-3)
        ones = scipy.sparse.csr_matrix(np.ones((n, 1)))
        features = scipy.sparse.csr_matrix(scipy.sparse.hstack((design.texts, ones)))
        weights = np.zeros((d + 1, k))
        held_out = np.zeros((n, k))
        clause_scores = np.zeros((design.clauses.shape[0], k), np.float32)
        even = np.ones(n)
        for aspect in range(k):
            target = gold[:, aspect] > ABSENT
            weights[:, aspect] = fit_logistic(features, target, even, penalty, 60)
        for number in range(self.folds):
            learn, hold = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
            part = features[learn]
            clauses = np.flatnonzero(fold[scene.clause_text] == number)
            solved = np.zeros((d + 1, k))
            for aspect in range(k):
                target = gold[learn, aspect] > ABSENT
                solved[:, aspect] = fit_logistic(
                    part, target, even[learn], penalty, 25, weights[:, aspect]
                )
            held_out[hold] = features[hold] @ solved
            clause_scores[clauses] = design.clauses[clauses] @ solved[:-1]
        return Detectors(weights, held_out, clause_scores)

    def _fit_polarity(
        self,
        scene: Scene,
        design: Design,
        gold: NDArray[np.int8],
        clause_scores: NDArray[np.float32],
    ) -> PolarityParts:
        row, aspect = np.nonzero(gold > ABSENT)
        k = gold.shape[1]
        attention = attend(scene, row, aspect, clause_scores)
        features, d = _polarity_features(scene, design, row, aspect, attention, k)
        target = np.stack([gold[row, aspect] == sign for sign in (-1, 0, 1)], axis=1).astype(float)
        share = np.maximum(target.mean(axis=0), 1e-3)
        weight = (target / share**0.35).sum(axis=1)
        weight /= weight.mean()
        penalty = np.full(features.shape[1], self.polarity_penalty)
        penalty[2 * d :] = 0.1
        solved = fit_softmax(features, target, weight, penalty)
        grams = np.hstack((solved[:d], solved[d : 2 * d])).astype(np.float32)
        return PolarityParts(
            np.vstack((grams, np.zeros((1, 6), np.float32))),
            solved[2 * d : 2 * d + 2 * SENTIMENTS],
            solved[2 * d + 2 * SENTIMENTS :],
        )


def train(
    texts: Sequence[str],
    labels: Sequence[Labels] | None = None,
    taxonomy: Taxonomy | None = None,
    **parameters: Any,
) -> OpinionModel | Analyzer:
    """Train on labels (see OpinionModel), or, without any, start cold from a taxonomy."""
    if labels is not None:
        return OpinionModel(**parameters).fit(texts, labels)
    if taxonomy is None:
        raise ValueError("training needs labels or a taxonomy")
    return Analyzer(taxonomy)


@dataclass(frozen=True)
class Design:
    """N-gram counts of texts (scaled for length) and of clauses (not scaled)."""

    texts: Any
    clauses: Any


@dataclass(frozen=True)
class Detectors:
    """Weights with the bias last, scores of texts held out, and of clauses held out."""

    weights: Floats
    held_out: Floats
    clause_scores: NDArray[np.float32]


@dataclass(frozen=True)
class PolarityParts:
    """See `trained.Parameters`."""

    grams: NDArray[np.float32]
    sentiment: Floats
    leaning: Floats


def _table(
    texts: Sequence[str], labels: Sequence[Labels]
) -> tuple[NDArray[np.int8], tuple[str, ...]]:
    if len(texts) != len(labels):
        raise LabelError(f"{len(texts)} texts but {len(labels)} labels")
    counts: dict[str, int] = {}
    for number, label in enumerate(labels, 1):
        for aspect, polarity in label.items():
            if polarity not in SIGNS:
                raise LabelError(f"label {number}: {aspect} has the polarity {polarity!r}")
            counts[aspect] = counts.get(aspect, 0) + 1
    if not counts:
        raise LabelError("no text has a label")
    aspects = tuple(sorted(counts, key=lambda aspect: (-counts[aspect], aspect)))
    place = {aspect: i for i, aspect in enumerate(aspects)}
    gold = np.full((len(texts), len(aspects)), ABSENT, np.int8)
    for row, label in enumerate(labels):
        for aspect, polarity in label.items():
            gold[row, place[aspect]] = SIGNS[polarity]
    return gold, aspects


def _design(scene: Scene, grams: BoundGrams) -> Design:
    at, number = grams.find(scene.tokens)
    ones = np.ones(at.size)
    text = np.searchsorted(scene.tokens.first, at, side="right") - 1
    clause = np.searchsorted(scene.clause_start, at, side="right") - 1
    n = scene.tokens.first.size - 1
    again, gram = repeats(scene.tokens, at, number)
    texts = scipy.sparse.csr_matrix(
        (
            np.concatenate((scene.scale[text], -scene.scale[again])),
            (np.concatenate((text, again)), np.concatenate((number, gram))),
        ),
        shape=(n, grams.size),
    )
    clauses = scipy.sparse.csr_matrix(
        (ones, (clause, number)), shape=(scene.clause_start.size, grams.size)
    )
    return Design(texts, clauses)


def _polarity_features(
    scene: Scene,
    design: Design,
    row: NDArray[np.intp],
    aspect: NDArray[np.intp],
    attention: Attention,
    aspects: int,
) -> tuple[Any, int]:
    """Text n-grams, attended clause n-grams, sentiments, aspect: (pairs, columns)."""
    pairs = row.size
    counts = np.diff(np.append(attention.heads, attention.clause.size))
    mixing = scipy.sparse.csr_matrix(
        (
            attention.weight * scene.clause_scale[attention.clause],
            (np.repeat(np.arange(pairs), counts), attention.clause),
        ),
        shape=(pairs, design.clauses.shape[0]),
    )
    dense = np.hstack((attention.mix(scene.clause_sentiments), scene.text_sentiments[row]))
    which = scipy.sparse.csr_matrix((np.ones(pairs), (np.arange(pairs), aspect)), (pairs, aspects))
    parts = (design.texts[row], mixing @ design.clauses, scipy.sparse.csr_matrix(dense), which)
    return scipy.sparse.csr_matrix(scipy.sparse.hstack(parts)), design.texts.shape[1]


def fit_softmax(features: Any, target: Floats, weight: Floats, penalty: Floats) -> Floats:
    """Coefficients (columns, classes) of a penalised softmax regression."""
    columns, classes = features.shape[1], target.shape[1]
    transposed = features.T.tocsr()

    def loss(flat: Floats) -> tuple[float, Floats]:
        coefficients = flat.reshape(columns, classes)
        scores = features @ coefficients
        scores -= scores.max(axis=1, keepdims=True)
        chances = np.exp(scores)
        total = chances.sum(axis=1, keepdims=True)
        value = -float(weight @ ((scores - np.log(total)) * target).sum(axis=1))
        value += 0.5 * float((penalty[:, None] * coefficients**2).sum())
        slope = transposed @ (weight[:, None] * (chances / total - target))
        return value, (slope + penalty[:, None] * coefficients).ravel()

    result = scipy.optimize.minimize(
        loss, np.zeros(columns * classes), jac=True, method="L-BFGS-B", options={"maxiter": 80}
    )
    return np.asarray(result.x).reshape(columns, classes)


def _thresholds(scores: Floats, gold: NDArray[np.int8]) -> tuple[Floats, dict[str, float]]:
    """Thresholds that maximise micro-F1 on texts held out: one for all, bent for each aspect.

    A rare aspect has little to bend its threshold by and keeps near the common one.
    """
    present = gold > ABSENT
    grid = np.linspace(-4.0, 2.0, 49)
    common = float(max(grid, key=lambda t: _micro_f1(scores > t, present)))
    thresholds = np.full(scores.shape[1], common)
    for aspect in range(scores.shape[1]):
        trial = thresholds.copy()

        def gain(t: float, trial: Floats = trial, aspect: int = aspect) -> float:
            trial[aspect] = t
            return _micro_f1(scores > trial, present)

        best = float(max(grid, key=gain))
        count = float(present[:, aspect].sum())
        thresholds[aspect] = common + (best - common) * count / (count + 40)
    return thresholds, {"detection_micro_f1": round(_micro_f1(scores > thresholds, present), 4)}


def _micro_f1(found: NDArray[np.bool_], present: NDArray[np.bool_]) -> float:
    return float(2 * (found & present).sum() / max(found.sum() + present.sum(), 1))
