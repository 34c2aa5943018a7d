"""What every analyzer does alike: batches, and results as objects."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from peakend.text.judgements import Judgements
from peakend.text.personal import find_personal_data
from peakend.text.results import (
    EMOTIONS,
    INTENTS,
    LANGUAGES,
    Analysis,
    Columns,
    Opinion,
    joined,
    names_of,
    polarity_name,
)
from peakend.text.symbols import Tokens

_BATCH = 250_000  # characters read at once: arrays of this size stay near the processor
_FEW = 200  # characters below which arrays cost more to set up than they save


class ReadsOneText(Protocol):
    """An analyzer that takes texts one by one."""

    def analyze(self, text: str) -> Analysis:
        """Everything found in one text."""


class BatchAnalyzer(ABC):
    """Texts in, results out; a subclass reads one batch."""

    aspects: tuple[str, ...]

    def analyze(self, texts: Iterable[str]) -> list[Analysis]:
        """One result per text, in order."""
        listed = list(texts)
        if listed and sum(map(len, listed)) <= _FEW:
            return [self.analyze_plainly(text) for text in listed]
        return self.analyze_arrays(listed)

    def analyze_plainly(self, text: str) -> Analysis:
        """One text read in plain Python: the reference, and the quicker way for a short text."""
        return self._alone.analyze(text)

    def analyze_arrays(self, listed: Sequence[str]) -> list[Analysis]:
        """The same results by way of arrays, however few the texts."""
        columns = self.analyze_columns(listed)
        opinions: list[list[Opinion]] = [[] for _ in listed]
        for row, aspect, sign, strength, confidence, start, end in columns.opinions():
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
                names_of(emotions, EMOTIONS),
                names_of(intents, INTENTS),
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

    def polarities(
        self, texts: Sequence[str], row: NDArray[np.intp], aspect: NDArray[np.intp]
    ) -> NDArray[np.int8]:
        """Polarity of given pairs of text and aspect, whether the aspect is found or not.

        An aspect that is not found takes the polarity of its text.
        """
        columns = self.analyze_columns(texts)
        signs = columns.polarity[row]
        key = columns.text.astype(np.int64) * len(self.aspects) + columns.aspect
        wanted = row.astype(np.int64) * len(self.aspects) + aspect
        if key.size:
            at = np.minimum(np.searchsorted(key, wanted), key.size - 1)
            signs = np.where(key[at] == wanted, columns.opinion_polarity[at], signs)
        return signs.astype(np.int8)

    def near_misses(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """How nearly each text named an aspect it was not found to name, 0 to 1."""
        return np.zeros(len(texts))

    @property
    @abstractmethod
    def _alone(self) -> ReadsOneText:
        """The same model in plain Python, quicker for a short text alone."""

    @abstractmethod
    def _columns(self, texts: Sequence[str]) -> Columns:
        """Read one batch."""


def languages_of(tokens: Tokens) -> NDArray[np.int8]:
    """0 other, 1 Chinese, 2 English, 3 mixed, by the share of characters; a word counts as five."""
    words = tokens.letters / 5.0
    chinese = tokens.chinese
    language = np.where(chinese >= 3 * words, 1, np.where(words >= 3 * chinese, 2, 3))
    return np.where((chinese == 0) & (tokens.letters < 2), 0, language).astype(np.int8)


def flags_of(judgements: Judgements, bits: NDArray[np.uint8], n: int) -> NDArray[np.uint8]:
    flags = np.zeros(n, np.uint8)
    found = bits[judgements.pattern]
    hit = np.flatnonzero((found != 0) & ~judgements.mute)
    np.bitwise_or.at(flags, judgements.text[hit], found[hit])
    return flags


def _batches(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """Runs of texts of about one batch of characters; at least one, so that none gives none."""
    if not texts:
        yield []
        return
    ends = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)))
    start = 0
    while start < len(texts):
        read = int(ends[start - 1]) if start else 0
        stop = max(int(np.searchsorted(ends, read + _BATCH)), start + 1)
        yield texts[start:stop]
        start = stop
