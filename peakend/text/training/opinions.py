"""Fit detectors and a polarity model on labelled texts, in the manner of scikit-learn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from peakend.text.attention import GRAIN, attend
from peakend.text.cold_start import Analyzer
from peakend.text.evaluation import ABSENT, SIGNS, figures
from peakend.text.ngrams import BoundGrams, collect_grams, frequent_words
from peakend.text.results import Analysis
from peakend.text.scenes import Frame
from peakend.text.taxonomy import Taxonomy
from peakend.text.trained import Parameters, TrainedAnalyzer
from peakend.text.training.detection import Detectors, design_of, fit_detectors
from peakend.text.training.held_out import doubtful_labels, fit_reliability
from peakend.text.training.polarity import Pairs, Polarity, chances_of, fit_polarity, pairs_of

Floats = NDArray[np.float64]
Labels = Mapping[str, str]


class LabelError(ValueError):
    """Labels that cannot be learned from; the message names the first fault."""


class OpinionModel:
    """Learns aspects and their polarity from labelled texts.

    Parameters: detector_penalty and polarity_penalty hold the n-gram weights back; least is the
    number of texts an n-gram must stand in; folds, those held out in turn to set thresholds;
    seed shuffles them.

    Learned: aspects_ (names, by frequency), counts_ (texts of each), thresholds_ (a margin above it
    finds the aspect), held_out_ (an Evaluation of texts held out), out_of_fold_ (its main figures),
    doubtful_ (labels that may be missing or wrong), analyzer_ (a TrainedAnalyzer).
    """

    def __init__(
        self,
        detector_penalty: float = 1.0,
        polarity_penalty: float = 2.0,
        least: int = 2,
        folds: int = 8,
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
        present = gold > ABSENT
        self.counts_ = {a: int(n) for a, n in zip(self.aspects_, present.sum(0), strict=True)}
        frame = Frame(frequent_words(texts, self.least))
        scene = frame.see(texts)
        grams = collect_grams(scene.tokens, frame.vocabulary, self.least)
        design = design_of(scene, BoundGrams(grams, frame.vocabulary))
        folds = min(self.folds, len(texts))
        fold = np.random.default_rng(self.seed).permutation(len(texts)) % folds
        detectors = fit_detectors(design, present, fold, scene, self.detector_penalty)
        self.thresholds_ = detectors.thresholds
        row, aspect = np.nonzero(present | detectors.found)
        attention = attend(scene, row, aspect, detectors.clause_margins)
        pairs = pairs_of(scene, design, row, aspect, attention)
        polarity = self._fit_polarity(pairs, gold, None)
        reliability = self._look_back(pairs, gold, fold, detectors)
        parameters = Parameters(
            aspects=self.aspects_,
            grams=grams,
            detectors=_grains(detectors.weights),
            blend=detectors.blend,
            thresholds=detectors.thresholds,
            nearest=detectors.nearest,
            polarity=_grains(polarity.grams),
            sentiment=polarity.sentiment,
            leaning=polarity.leaning,
            reliability=reliability,
        )
        self.analyzer_ = TrainedAnalyzer(parameters, self._card(len(texts)))
        return self

    def _fit_polarity(
        self, pairs: Pairs, gold: NDArray[np.int8], rows: NDArray[np.bool_] | None
    ) -> Polarity:
        """Fit on the labelled pairs, of all texts or of the given ones."""
        sign = gold[pairs.row, pairs.aspect]
        known = sign > ABSENT if rows is None else (sign > ABSENT) & rows[pairs.row]
        chosen = np.flatnonzero(known)
        return fit_polarity(pairs, chosen, sign[chosen], gold.shape[1], self.polarity_penalty)

    def _look_back(
        self,
        pairs: Pairs,
        gold: NDArray[np.int8],
        fold: NDArray[np.intp],
        detectors: Detectors,
    ) -> Floats:
        """Set the figures on texts held out; gives the reliability of raw confidences."""
        chances = np.full((pairs.row.size, 3), 1 / 3)
        for number in range(int(fold.max()) + 1):
            model = self._fit_polarity(pairs, gold, fold != number)
            hold = np.flatnonzero(fold[pairs.row] == number)
            chances[hold] = chances_of(pairs, hold, model)
        sign = np.full(gold.shape, ABSENT, np.int8)
        chance = np.zeros(gold.shape)
        sign[pairs.row, pairs.aspect] = chances.argmax(axis=1) - 1
        chance[pairs.row, pairs.aspect] = chances.max(axis=1)
        found = detectors.found
        raw = chance / (1 + np.exp(-detectors.margin))
        right = found & (sign == gold)
        reliability = fit_reliability(raw[found], right[found])
        sure = np.interp(raw, *reliability)
        self.held_out_ = figures(
            self.aspects_,
            gold,
            np.where(found, sign, ABSENT).astype(np.int8),
            sure,
            sign,
            seed=self.seed,
        )
        self.out_of_fold_ = {
            "detection_micro_f1": self.held_out_.detection_f1,
            "pair_micro_f1": self.held_out_.pair_f1,
            "negative_f1": self.held_out_.negative_f1,
        }
        self.doubtful_ = doubtful_labels(self.aspects_, gold, detectors.margin, sign, chance)
        return reliability

    def _card(self, texts: int) -> dict[str, Any]:
        return {
            "texts": texts,
            "counts": self.counts_,
            "out_of_fold": self.out_of_fold_,
            "held_out": self.held_out_.as_dict(),
            "parameters": {
                "detector_penalty": self.detector_penalty,
                "polarity_penalty": self.polarity_penalty,
                "least": self.least,
                "folds": self.folds,
                "seed": self.seed,
            },
        }

    def predict(self, texts: Iterable[str]) -> list[Analysis]:
        """One analysis per text."""
        return self.analyzer_.analyze(texts)

    def save(self, folder: str | Path) -> None:
        """Write the model into a folder that `peakend.text.load` reads."""
        self.analyzer_.save(folder)


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


def _grains(weights: Floats) -> NDArray[np.float32]:
    """Weights in whole units of 1 / GRAIN, with the row of zeros for what is no n-gram."""
    whole = np.clip(np.rint(weights * GRAIN), -32767, 32767)
    return np.vstack((whole, np.zeros((1, whole.shape[1])))).astype(np.float32)
