"""Measure an analyzer against labelled texts."""

from __future__ import annotations

import time
from collections.abc import Container, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from peakend.text.batches import BatchAnalyzer
from peakend.text.taxonomy import Taxonomy

SIGNS = {"negative": -1, "neutral": 0, "positive": 1}
ABSENT = -2
_BINS = 10
_DRAWS = 400


@dataclass(frozen=True)
class AspectFigures:
    """How one aspect is found: precision and recall of its detection, and how often labelled.

    pair_f1 also asks for the right polarity; the intervals are 95%, texts drawn again.
    """

    aspect: str
    labelled: int
    found: int
    precision: float
    recall: float
    f1: float
    interval: tuple[float, float]
    pair_f1: float
    pair_interval: tuple[float, float]


@dataclass(frozen=True)
class Evaluation:
    """Figures over all texts and aspects.

    detection_f1 and pair_f1 are micro-averaged over (text, aspect) and (text, aspect, polarity).
    polarity_macro_f1 and negative_f1 are given the gold aspect: the polarity of every labelled
    pair, whether the aspect was found or not. calibration_error is the expected gap between confidence and truth
    of found pairs over ten bins, reliability the bins (mean confidence, share right, n). interval
    is the 95% bootstrap interval of pair_f1 over texts; texts_per_second is of one process's CPU.
    """

    texts: int
    detection_f1: float
    pair_f1: float
    interval: tuple[float, float]
    polarity_macro_f1: float
    negative_f1: float
    calibration_error: float
    texts_per_second: float | None
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
    """Measure an analyzer. Aspects of labels are matched by code, or by a taxonomy's names.

    What the labels do not tell from a wider aspect (noise from comfort) is read as that; where the
    two differ, as the surer one.
    """
    called = _called(analyzer)
    names = {name: called.get(name.lower(), name) for label in labels for name in label}
    codes = sorted(set(names.values()))
    place = {code: i for i, code in enumerate(codes)}
    gold = np.full((len(texts), len(codes)), ABSENT, np.int8)
    for row, label in enumerate(labels):
        for aspect, polarity in label.items():
            gold[row, place[names[aspect]]] = SIGNS[polarity]
    columns_of = [place.get(code, -1) for code in _labelled_as(analyzer, place)]
    analyzer.analyze_columns(texts[:10])
    started = time.process_time()
    columns = analyzer.analyze_columns(texts)
    seconds = time.process_time() - started
    found = np.full(gold.shape, ABSENT, np.int8)
    sure = np.zeros(gold.shape)
    for text, aspect, sign, confidence in zip(
        columns.text,
        columns.aspect,
        columns.opinion_polarity,
        columns.confidence,
        strict=True,
    ):
        column = columns_of[aspect]
        if column >= 0 and confidence >= sure[text, column]:
            found[text, column] = sign
            sure[text, column] = confidence
    given = np.full(gold.shape, ABSENT, np.int8)
    known = np.array([code in analyzer.aspects for code in codes])
    rows, places = np.nonzero((gold > ABSENT) & known)
    numbers = np.array([analyzer.aspects.index(codes[i]) for i in places.tolist()], np.intp)
    given[rows, places] = analyzer.polarities(texts, rows, numbers)
    return figures(codes, gold, found, sure, given, len(texts) / max(seconds, 1e-9), seed)


def figures(
    aspects: Sequence[str],
    gold: NDArray[np.int8],
    found: NDArray[np.int8],
    sure: NDArray[np.float64],
    given: NDArray[np.int8],
    texts_per_second: float | None = None,
    seed: int = 0,
) -> Evaluation:
    """Figures from tables of texts by aspects: polarities (−2 where absent) and confidences.

    found, sure: what was found, and how surely; given: the polarity of labelled pairs.
    """
    there = found > ABSENT
    right = there & (found == gold)
    by_text = np.stack((there & (gold > ABSENT), right, there, gold > ABSENT))
    lows, highs = _bootstrap(by_text, seed)
    error, reliability = _calibration(sure[there], right[there])
    by_class = [_class_f1(gold, given, sign) for sign in (-1, 0, 1) if (gold == sign).any()]
    return Evaluation(
        texts=len(gold),
        detection_f1=_f1((there & (gold > ABSENT)).sum(), there.sum(), (gold > ABSENT).sum()),
        pair_f1=_f1(right.sum(), there.sum(), (gold > ABSENT).sum()),
        interval=(lows[1, -1], highs[1, -1]),
        polarity_macro_f1=float(np.mean(by_class)) if by_class else 0.0,
        negative_f1=_class_f1(gold, given, -1),
        calibration_error=error,
        texts_per_second=texts_per_second,
        reliability=reliability,
        aspects=tuple(
            _aspect(code, gold[:, i], found[:, i], lows[:, i], highs[:, i])
            for i, code in enumerate(aspects)
        ),
    )


def _labelled_as(analyzer: BatchAnalyzer, labelled: Container[str]) -> list[str]:
    """The aspect under which each of the analyzer's is labelled: itself, or what it is a part of."""
    taxonomy = getattr(analyzer, "taxonomy", None)
    if not isinstance(taxonomy, Taxonomy):
        return list(analyzer.aspects)
    return [
        aspect.code if aspect.code in labelled else aspect.part_of or aspect.code
        for aspect in taxonomy.aspects
    ]


def _called(analyzer: BatchAnalyzer) -> dict[str, str]:
    """Code of each aspect by whatever it is called, in lower case; its own code always wins."""
    taxonomy = getattr(analyzer, "taxonomy", None)
    if not isinstance(taxonomy, Taxonomy):
        return {}
    by_name = {name: aspect.code for aspect in taxonomy.aspects for name in aspect.called}
    return by_name | {code.lower(): code for code in taxonomy.codes}


def _f1(right: int, found: int, labelled: int) -> float:
    return round(float(2 * right / max(found + labelled, 1)), 4)


def _class_f1(gold: NDArray[np.int8], found: NDArray[np.int8], sign: int) -> float:
    known = gold > ABSENT
    right = (known & (gold == sign) & (found == sign)).sum()
    return _f1(right, (known & (found == sign)).sum(), (gold == sign).sum())


def _aspect(
    code: str,
    gold: NDArray[np.int8],
    found: NDArray[np.int8],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
) -> AspectFigures:
    labelled, there = gold > ABSENT, found > ABSENT
    both = float((labelled & there).sum())
    return AspectFigures(
        aspect=code,
        labelled=int(labelled.sum()),
        found=int(there.sum()),
        precision=round(both / max(float(there.sum()), 1.0), 4),
        recall=round(both / max(float(labelled.sum()), 1.0), 4),
        f1=_f1(int(both), there.sum(), labelled.sum()),
        interval=(low[0], high[0]),
        pair_f1=_f1(int((labelled & (found == gold)).sum()), there.sum(), labelled.sum()),
        pair_interval=(low[1], high[1]),
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


def _bootstrap(
    by_text: NDArray[np.bool_], seed: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """95% percentile intervals, texts drawn again: lows and highs of shape (2, aspects + 1).

    by_text: for each text and aspect whether it is found as labelled, with the right polarity,
    found, labelled. First row of the result: detection F1; second: pair F1; last column: overall.
    """
    _, n, k = by_text.shape
    if not n:
        return np.zeros((2, k + 1)), np.zeros((2, k + 1))
    sums = by_text.sum(axis=2, dtype=np.int32)
    counts = np.concatenate((by_text.astype(np.int32), sums[:, :, None]), axis=2)
    rng = np.random.default_rng(seed)
    drawn = np.empty((_DRAWS, 2, k + 1))
    for number in range(_DRAWS):
        both, right, found, labelled = counts[:, rng.integers(0, n, n)].sum(axis=1)
        drawn[number] = 2 * np.stack((both, right)) / np.maximum(found + labelled, 1)
    low, high = np.percentile(drawn, (2.5, 97.5), axis=0)
    return low.round(4), high.round(4)
