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
LONG = 64  # tokens from which a text counts an n-gram once
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
        self._unigram = np.full(SYMBOLS, self.size, np.int32)
        self._unigram[there[grams.unigrams]] = np.arange(grams.unigrams.size)
        self._unigram[list(_UNKNOWN)] = self.size
        left, right = (
            there[grams.bigrams >> np.uint32(16)],
            there[grams.bigrams & np.uint32(0xFFFF)],
        )
        numbers = np.arange(grams.bigrams.size, dtype=np.int32) + np.int32(grams.unigrams.size)
        self._pairs = (left << np.uint32(16)) | right, numbers
        self._bigram = PairTable(*self._pairs)

    def as_dictionaries(self) -> tuple[dict[int, int], dict[int, int]]:
        """Number of each unigram by its symbol, of each bigram by left << 16 | right."""
        symbols = np.flatnonzero(self._unigram < self.size)
        pairs, numbers = self._pairs
        return (
            dict(zip(symbols.tolist(), self._unigram[symbols].tolist(), strict=True)),
            dict(zip(pairs.tolist(), numbers.tolist(), strict=True)),
        )

    def numbers(self, tokens: Tokens) -> NDArray[np.int32]:
        """The unigram and the bigram that begin at each token, (tokens, 2); `size` for none."""
        found = np.full((tokens.symbol.size, 2), self.size, np.int32)
        found[:, 0] = self._unigram.take(tokens.symbol)
        wide = tokens.symbol.astype(np.uint32)
        places, numbers = self._bigram.find((wide[:-1] << np.uint32(16)) | wide[1:])
        found[places, 1] = numbers
        return found


def repeats(
    tokens: Tokens, numbers: NDArray[np.int32], none: int
) -> tuple[NDArray[np.intp], NDArray[np.int32]]:
    """Text and n-gram of every second and later time an n-gram stands in a long text.

    A long text counts an n-gram once, or its common ones would drown the rest; in a short one
    hardly any comes twice, and looking for them would cost more than it gives. numbers: as
    `BoundGrams.numbers` gives them, `none` where there is no n-gram.
    """
    length = np.diff(tokens.first)
    long = np.flatnonzero(length > LONG)
    if not long.size:
        return long, numbers[:0, 0]
    token = np.flatnonzero(np.repeat(length > LONG, length))
    text = np.repeat(long, length[long])
    key = ((text.astype(np.int64) << 32)[:, None] | numbers[token]).ravel()
    key.sort()
    again = key[1:].compress(key[1:] == key[:-1])
    gram = (again & 0xFFFFFFFF).astype(np.int32)
    known = gram != none
    return (again >> 32).astype(np.intp)[known], gram[known]


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
