"""What every analyzer does alike: batches, and results as objects."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from peakend.text.personal import find_personal_data
from peakend.text.reading import Reading
from peakend.text.results import (
    EMOTIONS,
    INTENTS,
    LANGUAGES,
    Analysis,
    Columns,
    Opinion,
    joined,
    polarity_name,
)
from peakend.text.symbols import Tokens

_BATCH = 250_000  # characters read at once: arrays of this size stay near the processor


class BatchAnalyzer(ABC):
    """Texts in, results out; a subclass reads one batch."""

    aspects: tuple[str, ...]

    def analyze(self, texts: Iterable[str]) -> list[Analysis]:
        """One result per text, in order."""
        listed = list(texts)
        columns = self.analyze_columns(listed)
        opinions: list[list[Opinion]] = [[] for _ in listed]
        for row, aspect, sign, strength, confidence, start, end in zip(
            columns.text.tolist(),
            columns.aspect.tolist(),
            columns.opinion_polarity.tolist(),
            columns.strength.tolist(),
            columns.confidence.tolist(),
            columns.start.tolist(),
            columns.end.tolist(),
            strict=True,
        ):
            opinions[row].append(
                Opinion(
                    self.aspects[aspect],
                    polarity_name(sign),
                    round(strength, 3),
                    round(confidence, 3),
                    start,
                    end,
                )
            )
        return [
            Analysis(
                LANGUAGES[language],
                round(sentiment, 4),
                tuple(found),
                _named(emotions, EMOTIONS),
                _named(intents, INTENTS),
                find_personal_data(text),
            )
            for text, language, sentiment, found, emotions, intents in zip(
                listed,
                columns.language.tolist(),
                columns.sentiment.tolist(),
                opinions,
                columns.emotions.tolist(),
                columns.intents.tolist(),
                strict=True,
            )
        ]

    def analyze_columns(self, texts: Sequence[str]) -> Columns:
        """The same as arrays, for many texts; personal data is not looked for."""
        return joined([self._columns(batch) for batch in _batches(texts)])

    @abstractmethod
    def _columns(self, texts: Sequence[str]) -> Columns:
        """Read one batch."""


def languages_of(tokens: Tokens) -> NDArray[np.int8]:
    """0 other, 1 Chinese, 2 English, 3 mixed, by the share of characters; a word counts as five."""
    words = tokens.letters / 5.0
    chinese = tokens.chinese
    language = np.where(chinese >= 3 * words, 1, np.where(words >= 3 * chinese, 2, 3))
    return np.where((chinese == 0) & (tokens.letters < 2), 0, language).astype(np.int8)


def flags_of(reading: Reading, bits: NDArray[np.uint8], n: int) -> NDArray[np.uint8]:
    flags = np.zeros(n, np.uint8)
    found = bits[reading.pattern]
    hit = np.flatnonzero(found)
    np.bitwise_or.at(flags, reading.text[hit], found[hit])
    return flags


def _named(bits: int, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for i, name in enumerate(names) if bits >> i & 1)


def _batches(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """Runs of texts of about one batch of characters; at least one, so that none gives none."""
    if not texts:
        yield []
        return
    start = size = 0
    for i, text in enumerate(texts):
        size += len(text)
        if size >= _BATCH:
            yield texts[start : i + 1]
            start, size = i + 1, 0
    if start < len(texts):
        yield texts[start:]
