"""A space of token unigrams and bigrams, and weights over it added up for tokens."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from peakend.text.symbols import OTHER, SEPARATOR, SYMBOLS, WORD, WORD_BASE, Tokens, Vocabulary
from peakend.text.trie import PairTable

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)*")
_LONG = 64  # tokens from which a text counts an n-gram once
_UNKNOWN = (SEPARATOR, OTHER, WORD)


@dataclass(frozen=True)
class Grams:
    """N-grams by number: unigrams first, then bigrams (left symbol << 16 | right symbol).

    Symbols of words index `words` from WORD_BASE on.
    """

    words: tuple[str, ...]
    unigrams: NDArray[np.uint16]
    bigrams: NDArray[np.uint32]

    def __len__(self) -> int:
        """Number of n-grams."""
        return int(self.unigrams.size + self.bigrams.size)


class BoundGrams:
    """N-grams found in tokens of one vocabulary."""

    def __init__(self, grams: Grams, vocabulary: Vocabulary) -> None:
        there = np.arange(SYMBOLS, dtype=np.uint32)
        there[WORD_BASE : WORD_BASE + len(grams.words)] = vocabulary.symbols_of(grams.words)
        self.size = len(grams)
        self._unigram = np.full(SYMBOLS, -1, np.int32)
        self._unigram[there[grams.unigrams]] = np.arange(grams.unigrams.size)
        self._unigram[list(_UNKNOWN)] = -1
        left, right = (
            there[grams.bigrams >> np.uint32(16)],
            there[grams.bigrams & np.uint32(0xFFFF)],
        )
        numbers = np.arange(grams.bigrams.size, dtype=np.int32) + np.int32(grams.unigrams.size)
        self._bigram = PairTable((left << np.uint32(16)) | right, numbers)

    def find(self, tokens: Tokens) -> tuple[NDArray[np.intp], NDArray[np.int32]]:
        """Tokens at which a known n-gram begins, and its number."""
        unigram = self._unigram[tokens.symbol]
        at = np.flatnonzero(unigram >= 0)
        wide = tokens.symbol.astype(np.uint32)
        places, numbers = self._bigram.find((wide[:-1] << np.uint32(16)) | wide[1:])
        return np.concatenate((at, places)), np.concatenate((unigram[at], numbers))

    def token_scores(
        self, tokens: Tokens, weights: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.intp], NDArray[np.int32]]:
        """What each token adds to each score, and the n-grams that long texts repeat.

        weights: (n_grams + 1, k), the last row zero.
        """
        unigram = self._unigram[tokens.symbol]
        scores: NDArray[np.float32] = weights[unigram]  # −1 is the zero row
        wide = tokens.symbol.astype(np.uint32)
        places, numbers = self._bigram.find((wide[:-1] << np.uint32(16)) | wide[1:])
        scores[places] += weights[numbers]
        known = np.flatnonzero(unigram >= 0)
        text, gram = repeats(
            tokens, np.concatenate((known, places)), np.concatenate((unigram[known], numbers))
        )
        return scores, text, gram


def repeats(
    tokens: Tokens, at: NDArray[np.intp], number: NDArray[np.int32]
) -> tuple[NDArray[np.intp], NDArray[np.int32]]:
    """Text and n-gram of every second and later time an n-gram stands in a long text.

    A long text counts an n-gram once, or its common ones would drown the rest; in a short one
    hardly any comes twice, and looking for them would cost more than it gives.
    """
    length = np.diff(tokens.first)
    text = np.searchsorted(tokens.first, at, side="right") - 1
    long = np.flatnonzero(length[text] > _LONG)
    if not long.size:
        return long, number[:0]
    key = (text[long].astype(np.int64) << 32) | number[long]
    key.sort()
    again = key[1:][key[1:] == key[:-1]]
    return (again >> 32).astype(np.intp), (again & 0xFFFFFFFF).astype(np.int32)


def frequent_words(texts: Sequence[str], least: int) -> tuple[str, ...]:
    """Latin words that stand in at least so many texts, in order of the alphabet."""
    counts = Counter(word for text in texts for word in set(_WORD.findall(text.lower())))
    return tuple(sorted(word for word, count in counts.items() if count >= least))


def collect_grams(tokens: Tokens, vocabulary: Vocabulary, least: int) -> Grams:
    """The n-grams that stand in at least so many texts of a batch."""
    symbol = tokens.symbol.astype(np.uint64)
    owner = np.repeat(np.arange(tokens.first.size - 1, dtype=np.uint64), np.diff(tokens.first))
    known = ~np.isin(tokens.symbol, np.array(_UNKNOWN, np.uint16))
    pair = known[:-1] & known[1:]
    flag = np.uint64(1 << 32)
    keys = np.concatenate(
        (symbol[known] | flag, ((symbol[:-1] << np.uint64(16)) | symbol[1:])[pair])
    )
    owners = np.concatenate((owner[known], owner[:-1][pair]))
    order = np.lexsort((owners, keys))
    keys, owners = keys[order], owners[order]
    fresh = np.ones(keys.size, bool)
    fresh[1:] = (keys[1:] != keys[:-1]) | (owners[1:] != owners[:-1])
    distinct, counts = np.unique(keys[fresh], return_counts=True)
    kept = distinct[counts >= least]
    unigrams = (kept[kept >= flag] - flag).astype(np.uint32)
    bigrams = kept[kept < flag].astype(np.uint32)
    parts = np.concatenate((unigrams, bigrams >> np.uint32(16), bigrams & np.uint32(0xFFFF)))
    used = np.unique(parts[parts >= WORD_BASE]).astype(np.int64)
    here = np.arange(SYMBOLS, dtype=np.uint32)
    here[used] = np.arange(used.size) + WORD_BASE
    return Grams(
        tuple(vocabulary.words[symbol - WORD_BASE] for symbol in used),
        here[unigrams].astype(np.uint16),
        (here[bigrams >> np.uint32(16)] << np.uint32(16)) | here[bigrams & np.uint32(0xFFFF)],
    )
