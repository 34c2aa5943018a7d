"""The shipped general polarity model: is this text, whatever it is about, for or against?

A logistic model over token unigrams and bigrams and a few sums of lexicon judgements in context.
It is trained by `python -m peakend.text.training.general`; `models/general.md` is its card.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from peakend.text.judgements import Judgements
from peakend.text.symbols import OTHER, SEPARATOR, SYMBOLS, WORD_BASE, Tokens, Vocabulary
from peakend.text.trie import PairTable

SUMS = 10  # columns of `judgement_sums`
# Weights are whole numbers of 1 / UNIT, so that a sum does not depend on its order.
UNIT = 8192
Weights = NDArray[np.int32]


@dataclass(frozen=True)
class GeneralModel:
    """Parameters as trained. Word symbols in `unigrams` and `bigrams` index `words`.

    unigrams: uint16 symbols; bigrams: uint32 left << 16 | right; weights: one a feature, unigrams
    first; sums: float64 (2 × SUMS + 2): Chinese sums, other sums, and the two intercepts.
    """

    words: tuple[str, ...]
    unigrams: NDArray[np.uint16]
    bigrams: NDArray[np.uint32]
    weights: Weights
    sums: NDArray[np.float64]

    def dump(self) -> bytes:
        """The model as the bytes of an .npz file; the same model gives the same bytes."""
        buffer = io.BytesIO()
        np.savez_compressed(
            buffer,
            words=np.frombuffer("\n".join(self.words).encode(), np.uint8),
            unigrams=self.unigrams,
            bigrams=self.bigrams,
            weights=self.weights.astype(np.int16),
            sums=self.sums,
        )
        return buffer.getvalue()

    @classmethod
    def parse(cls, data: bytes) -> GeneralModel:
        """The model in the bytes of an .npz file."""
        with np.load(io.BytesIO(data), allow_pickle=False) as stored:
            return cls(
                tuple(stored["words"].tobytes().decode().split("\n")),
                stored["unigrams"],
                stored["bigrams"],
                stored["weights"].astype(np.int32),
                stored["sums"],
            )


@cache
def shipped_model() -> GeneralModel:
    """The model in the package."""
    file = resources.files("peakend.text") / "models" / "general.npz"
    return GeneralModel.parse(file.read_bytes())


class Scorer:
    """The general model bound to a vocabulary."""

    def __init__(self, model: GeneralModel, vocabulary: Vocabulary) -> None:
        there = np.arange(SYMBOLS, dtype=np.uint32)
        for i, symbol in enumerate(vocabulary.symbols_of(model.words)):
            there[WORD_BASE + i] = symbol
        n = model.unigrams.size
        self._unigrams = np.zeros(SYMBOLS, np.int32)
        self._unigrams[there[model.unigrams]] = model.weights[:n]
        self._unigrams[[SEPARATOR, OTHER]] = 0
        left, right = (
            there[model.bigrams >> np.uint32(16)],
            there[model.bigrams & np.uint32(0xFFFF)],
        )
        self._keys = ((left << np.uint32(16)) | right).astype(np.uint32)
        self._weights = model.weights[n:]
        self._bigrams = PairTable(self._keys, self._weights)
        self.sums = model.sums

    def unigram_weights(self) -> dict[int, int]:
        """Weight of each symbol that has one."""
        symbols = np.flatnonzero(self._unigrams)
        return dict(zip(symbols.tolist(), self._unigrams[symbols].tolist(), strict=True))

    def bigram_weights(self) -> dict[int, int]:
        """Weight of each pair of symbols, keyed by left << 16 | right."""
        return dict(zip(self._keys.tolist(), self._weights.tolist(), strict=True))

    def token_weights(self, tokens: Tokens) -> Weights:
        """What each token, with the bigram it begins, adds to the score of its text."""
        symbol = tokens.symbol
        weight = self._unigrams.take(symbol)
        wide = symbol.astype(np.uint32)
        places, found = self._bigrams.find((wide[:-1] << np.uint32(16)) | wide[1:])
        weight[places] += found
        return weight

    def logits(
        self, tokens: Tokens, judgements: Judgements, token_weights: Weights
    ) -> NDArray[np.float64]:
        """Log-odds that each text is positive."""
        n = tokens.first.size - 1
        sums = np.add.reduceat(token_weights, tokens.first[:-1]) if n else np.zeros(0)
        judged = judgement_sums(tokens, judgements)
        chinese = (tokens.chinese * 2 >= tokens.letters)[:, None]
        weights = np.where(chinese, self.sums[:SUMS], self.sums[SUMS : 2 * SUMS])
        intercept = np.where(chinese[:, 0], self.sums[-2], self.sums[-1])
        result: NDArray[np.float64] = (
            sums * (length_scale(tokens) / UNIT) + (judged * weights).sum(axis=1) + intercept
        )
        return result


def length_scale(tokens: Tokens) -> NDArray[np.float64]:
    """Damps long texts, whose n-gram evidence is not independent."""
    length = np.maximum(np.diff(tokens.first) - 1, 0)
    scale: NDArray[np.float64] = 4.0 / np.sqrt(2.0 * length + 10.0)
    return scale


def judgement_sums(tokens: Tokens, judgements: Judgements) -> NDArray[np.float64]:
    """How the lexicon's judgements in a text add up; shape (n_texts, SUMS)."""
    n = tokens.first.size - 1
    judging = np.flatnonzero(judgements.value)
    value = judgements.value[judging]
    text = judgements.text[judging]
    for_it = np.bincount(text, np.maximum(value, 0), n)
    against = np.bincount(text, np.maximum(-value, 0), n)
    middle = (tokens.first[:-1] + tokens.first[1:]) // 2
    late = np.bincount(text, value * (judgements.start[judging] >= middle[text]), n)
    first, last = np.zeros(n), np.zeros(n)
    last[text] = value
    first[text[::-1]] = value[::-1]
    length = np.maximum(np.diff(tokens.first) - 1, 1)
    return np.stack(
        (
            np.tanh((for_it - against) / 3),
            (for_it - against) / (for_it + against + 1),
            np.log1p(for_it),
            np.log1p(against),
            np.tanh(late / 3),
            for_it > 0,
            against > 0,
            np.log(length) / 4,
            np.tanh(first / 2),
            np.tanh(last / 2),
        ),
        axis=1,
    )
