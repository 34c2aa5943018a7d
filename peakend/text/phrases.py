"""Words and phrases of a collection, without a dictionary.

A phrase is a run of two to four Chinese characters or one to three Latin words. It is known by
the exact 64-bit key of its token symbols.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from peakend.text.function_words import FUNCTION_WORDS
from peakend.text.ngrams import frequent_words
from peakend.text.symbols import (
    CHINESE,
    LETTER,
    WORD,
    WORD_BASE,
    Tokens,
    Vocabulary,
    tokenize,
)

Keys = NDArray[np.uint64]
_LONGEST = 4
_STOP_CHARACTERS = "的了是我你他她它们在就也都和与及很还又这那个一不有没吧呢吗啊哦呀嘛把被给让对从到说着过得地之而且但可能会要想去来么什怎样太最更真为因所以如果上下里"
_STOP_WORDS = FUNCTION_WORDS.union((
    "me", "your", "he", "she", "by", "from", "does", "but", "if", "not", "no", "would",
    "could", "will", "can", "all", "which", "who", "what", "when", "get", "got",
))  # fmt: skip


@dataclass(frozen=True)
class Phrasebook:
    """Phrases of a collection: key, length in tokens, and each text's phrases as rows of `owner`.

    keys: distinct, sorted; count: texts each stands in; phrase, owner: one entry for every phrase
    of every text.
    """

    keys: Keys
    length: NDArray[np.int8]
    count: NDArray[np.int64]
    phrase: NDArray[np.int64]
    owner: NDArray[np.int64]
    vocabulary: Vocabulary
    spelling: dict[int, str]

    def spell(self, number: int) -> str:
        """The phrase as people write it."""
        return self.spelling[number]


def phrasebook(texts: Sequence[str], least: int = 3) -> Phrasebook:
    """All phrases that stand in at least so many texts and hold together."""
    vocabulary = Vocabulary(frequent_words(texts, least))
    tokens = tokenize(texts, vocabulary)
    owner_of = np.repeat(np.arange(len(texts), dtype=np.int64), np.diff(tokens.first))
    stops = _stop_symbols(vocabulary)
    usable = (tokens.kind == CHINESE) | ((tokens.kind == LETTER) & (tokens.symbol != WORD))
    keys: list[Keys] = []
    owners: list[NDArray[np.int64]] = []
    lengths: list[NDArray[np.int8]] = []
    at: list[NDArray[np.int64]] = []
    symbol = tokens.symbol.astype(np.uint64)
    key = np.zeros(symbol.size, np.uint64)
    whole = np.ones(symbol.size, bool)
    is_word = tokens.symbol >= WORD_BASE
    for length in range(1, _LONGEST + 1):
        n = symbol.size - length + 1
        if n <= 0:
            break
        last = slice(length - 1, length - 1 + n)
        key = (key[:n] << np.uint64(16)) | symbol[last]
        same = is_word[:n] == is_word[last]
        whole = whole[:n] & usable[last] & same
        edge = ~stops[tokens.symbol[:n]] & ~stops[tokens.symbol[last]]
        kept = whole & edge & (is_word[:n] & (length < _LONGEST) | ~is_word[:n] & (length > 1))
        places = np.flatnonzero(kept)
        keys.append(key[places])
        owners.append(owner_of[places])
        lengths.append(np.full(places.size, length, np.int8))
        at.append(places)
    return _book(
        tokens,
        texts,
        vocabulary,
        np.concatenate(keys),
        np.concatenate(owners),
        np.concatenate(lengths),
        np.concatenate(at),
        least,
    )


def _book(
    tokens: Tokens,
    texts: Sequence[str],
    vocabulary: Vocabulary,
    keys: Keys,
    owners: NDArray[np.int64],
    lengths: NDArray[np.int8],
    at: NDArray[np.int64],
    least: int,
) -> Phrasebook:
    order = np.lexsort((owners, keys))
    keys, owners, lengths, at = keys[order], owners[order], lengths[order], at[order]
    fresh = np.ones(keys.size, bool)
    fresh[1:] = (keys[1:] != keys[:-1]) | (owners[1:] != owners[:-1])
    keys, owners, lengths, at = keys[fresh], owners[fresh], lengths[fresh], at[fresh]
    distinct, first, inverse, count = np.unique(
        keys, return_index=True, return_inverse=True, return_counts=True
    )
    kept = np.flatnonzero(count >= least)
    kept = kept[_holds_together(distinct, lengths[first], count, kept)]
    place = np.full(distinct.size, -1, np.int64)
    place[kept] = np.arange(kept.size)
    known = place[inverse] >= 0
    spelling: dict[int, str] = {}
    for number, one in enumerate(kept.tolist()):
        start = int(at[first[one]])
        stop = start + int(lengths[first[one]]) - 1
        text = int(owners[first[one]])
        base = int(tokens.text_start[text])
        spelling[number] = texts[text][
            int(tokens.start[start]) - base : int(tokens.end[stop]) - base
        ]
    return Phrasebook(
        distinct[kept],
        lengths[first[kept]],
        count[kept],
        place[inverse][known],
        owners[known],
        vocabulary,
        spelling,
    )


def _holds_together(
    keys: Keys, lengths: NDArray[np.int8], count: NDArray[np.int64], kept: NDArray[np.intp]
) -> NDArray[np.bool_]:
    """False for a phrase that nearly always stands inside a longer one ('务态' in '服务态度')."""
    inside = np.zeros(keys.size, np.int64)
    sixteen = np.uint64(16)
    for length in range(2, _LONGEST + 1):
        longer = kept[lengths[kept] == length]
        mask = np.uint64((1 << (16 * (length - 1))) - 1)
        for part in (keys[longer] >> sixteen, keys[longer] & mask):
            at = np.minimum(np.searchsorted(keys, part), keys.size - 1)
            hit = (keys[at] == part) & (lengths[at] == length - 1)
            np.maximum.at(inside, at[hit], count[longer[hit]])
    result: NDArray[np.bool_] = inside[kept] < 0.8 * count[kept]
    return result


def _stop_symbols(vocabulary: Vocabulary) -> NDArray[np.bool_]:
    stops = np.zeros(1 << 16, bool)
    tokens = tokenize([_STOP_CHARACTERS], vocabulary)
    stops[tokens.symbol] = True
    words = [word for word in vocabulary.words if word in _STOP_WORDS]
    stops[vocabulary.symbols_of(words)] = True
    return stops
