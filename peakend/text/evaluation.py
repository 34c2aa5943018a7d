"""Measure an analyzer against labelled texts."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from peakend.text.batches import BatchAnalyzer
from peakend.text.taxonomy import Taxonomy

_SIGNS = {"negative": -1, "neutral": 0, "positive": 1}
_ABSENT = -2
_BINS = 10


@dataclass(frozen=True)
class AspectFigures:
    """How one aspect is found: precision and recall of its detection, and how often labelled."""

    aspect: str
    labelled: int
    found: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class Evaluation:
    """Figures over all texts and aspects.

    detection_f1 and pair_f1 are micro-averaged over (text, aspect) and (text, aspect, polarity).
    polarity_macro_f1 and negative_f1 are given the gold aspect: over labelled pairs, where a pair
    not found counts as missed. calibration_error is the expected gap between confidence and truth
    of found pairs over ten bins, reliability the bins (mean confidence, share right, n). interval
    is the 95% bootstrap interval of pair_f1 over texts.
    """

    texts: int
    detection_f1: float
    pair_f1: float
    interval: tuple[float, float]
    polarity_macro_f1: float
    negative_f1: float
    calibration_error: float
    texts_per_second: float
    reliability: tuple[tuple[float, float, int], ...]
    aspects: tuple[AspectFigures, ...]

    def as_dict(self) -> dict[str, object]:
        """Plain values, for JSON."""
        return asdict(self)


def evaluate(
    analyzer: BatchAnalyzer,
    texts: Sequence[str],
    labels: Sequence[Mapping[str, str]],
    seed: int = 0,
) -> Evaluation:
    """Measure an analyzer. Aspects of labels are matched by code or by a taxonomy's names."""
    names = _names(analyzer)
    codes = sorted({names.get(aspect, aspect) for label in labels for aspect in label})
    place = {code: i for i, code in enumerate(codes)}
    gold = np.full((len(texts), len(codes)), _ABSENT, np.int8)
    for row, label in enumerate(labels):
        for aspect, polarity in label.items():
            gold[row, place[names.get(aspect, aspect)]] = _SIGNS[polarity]
    analyzer.analyze_columns(texts[:10])
    started = time.perf_counter()
    columns = analyzer.analyze_columns(texts)
    seconds = time.perf_counter() - started
    found = np.full(gold.shape, _ABSENT, np.int8)
    sure = np.zeros(gold.shape)
    for text, aspect, sign, confidence in zip(
        columns.text,
        columns.aspect,
        columns.opinion_polarity,
        columns.confidence,
        strict=True,
    ):
        column = place.get(analyzer.aspects[aspect])
        if column is not None:
            found[text, column] = sign
            sure[text, column] = confidence
    there = found > _ABSENT
    right = there & (found == gold)
    error, reliability = _calibration(sure[there], right[there])
    by_class = [_class_f1(gold, found, sign) for sign in (-1, 0, 1) if (gold == sign).any()]
    return Evaluation(
        texts=len(texts),
        detection_f1=_f1((there & (gold > _ABSENT)).sum(), there.sum(), (gold > _ABSENT).sum()),
        pair_f1=_f1(right.sum(), there.sum(), (gold > _ABSENT).sum()),
        interval=_bootstrap(gold, found, seed),
        polarity_macro_f1=float(np.mean(by_class)) if by_class else 0.0,
        negative_f1=_class_f1(gold, found, -1),
        calibration_error=error,
        texts_per_second=len(texts) / max(seconds, 1e-9),
        reliability=reliability,
        aspects=tuple(_aspect(code, gold[:, i], found[:, i]) for i, code in enumerate(codes)),
    )


def _names(analyzer: BatchAnalyzer) -> dict[str, str]:
    taxonomy = getattr(analyzer, "taxonomy", None)
    if not isinstance(taxonomy, Taxonomy):
        return {}
    return {name: aspect.code for aspect in taxonomy.aspects for name in aspect.names.values()}


def _f1(right: int, found: int, labelled: int) -> float:
    return round(float(2 * right / max(found + labelled, 1)), 4)


def _class_f1(gold: NDArray[np.int8], found: NDArray[np.int8], sign: int) -> float:
    known = gold > _ABSENT
    right = (known & (gold == sign) & (found == sign)).sum()
    return _f1(right, (known & (found == sign)).sum(), (gold == sign).sum())


def _aspect(code: str, gold: NDArray[np.int8], found: NDArray[np.int8]) -> AspectFigures:
    labelled, there = gold > _ABSENT, found > _ABSENT
    both = float((labelled & there).sum())
    return AspectFigures(
        code,
        int(labelled.sum()),
        int(there.sum()),
        round(both / max(float(there.sum()), 1.0), 4),
        round(both / max(float(labelled.sum()), 1.0), 4),
        _f1(int(both), there.sum(), labelled.sum()),
    )


def _calibration(
    sure: NDArray[np.float64], right: NDArray[np.bool_]
) -> tuple[float, tuple[tuple[float, float, int], ...]]:
    if not sure.size:
        return 0.0, ()
    bins = np.minimum((sure * _BINS).astype(int), _BINS - 1)
    rows = []
    gap = 0.0
    for number in range(_BINS):
        inside = bins == number
        n = int(inside.sum())
        if n:
            mean, share = float(sure[inside].mean()), float(right[inside].mean())
            rows.append((round(mean, 4), round(share, 4), n))
            gap += n * abs(mean - share)
    return round(gap / sure.size, 4), tuple(rows)


def _bootstrap(gold: NDArray[np.int8], found: NDArray[np.int8], seed: int) -> tuple[float, float]:
    """Percentile interval of pair F1 over texts drawn again 1,000 times."""
    right = ((found > _ABSENT) & (found == gold)).sum(axis=1)
    total = (found > _ABSENT).sum(axis=1) + (gold > _ABSENT).sum(axis=1)
    draws = np.random.default_rng(seed).integers(0, max(len(gold), 1), (1000, len(gold)))
    values = 2 * right[draws].sum(axis=1) / np.maximum(total[draws].sum(axis=1), 1)
    low, high = np.percentile(values, (2.5, 97.5)) if len(gold) else (0.0, 0.0)
    return round(float(low), 4), round(float(high), 4)
