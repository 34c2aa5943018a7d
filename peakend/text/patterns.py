"""Lexicon and taxonomy compiled into one trie with arrays of what each pattern means."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from peakend.text.lexicon import DENIED, NEGATOR, Entry, general_lexicon
from peakend.text.results import EMOTIONS, INTENTS
from peakend.text.symbols import Vocabulary, tokenize
from peakend.text.taxonomy import Taxonomy
from peakend.text.trie import Trie

_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]+(?:['\u2019][A-Za-z]+)*")
_STATED = 1.5
_IMPLIED = 2.0  # polarity of a taxonomy's phrase that the general lexicon does not know


@dataclass(frozen=True)
class Patterns:
    """A trie and, for every pattern, what it means.

    words: how it is written; polarity, before, log_after: float32; roles: uint16 bits of `lexicon`; keyword, implied: aspect
    index the pattern names or judges, −1 for none; hint: the keyword counts only beside a judgement;
    whole: it names the aspect's whole group; emotions, intents: uint8 bit sets.
    """

    vocabulary: Vocabulary
    trie: Trie
    words: tuple[str, ...]
    polarity: NDArray[np.float32]
    roles: NDArray[np.uint16]
    log_before: NDArray[np.float32]
    log_after: NDArray[np.float32]
    keyword: NDArray[np.int16]
    implied: NDArray[np.int16]
    hint: NDArray[np.bool_]
    whole: NDArray[np.bool_]
    emotions: NDArray[np.uint8]
    intents: NDArray[np.uint8]


def compile_patterns(taxonomy: Taxonomy, words: tuple[str, ...] = ()) -> Patterns:
    """Compile the general lexicon and a taxonomy. `words` joins the vocabulary."""
    entries: dict[str, Entry] = dict(general_lexicon())
    keyword: dict[str, int] = {}
    implied: dict[str, int] = {}
    for index, aspect in enumerate(taxonomy.aspects):
        for word in aspect.keywords:
            keyword.setdefault(word.lower(), index)
    # One Chinese character alone ('面', '菜') is part of too many words to name anything.
    hints = {word for word in keyword if len(word) == 1}
    for index, aspect in enumerate(taxonomy.aspects):
        for word in aspect.hints:
            keyword.setdefault(word.lower(), index)
            hints.add(word.lower())
    for index, aspect in enumerate(taxonomy.aspects):
        for phrases, sign in ((aspect.positive, 1.0), (aspect.negative, -1.0)):
            for phrase in phrases:
                lowered = phrase.lower()
                implied.setdefault(lowered, index)
                known = entries.get(lowered)
                if known is None:
                    entries[lowered] = Entry(polarity=sign * _IMPLIED)
                elif known.polarity * sign < _STATED:
                    # The taxonomy is explicit where the general lexicon is lukewarm or silent.
                    entries[lowered] = replace(known, polarity=sign * _STATED)
    whole = {word.lower() for aspect in taxonomy.aspects for word in aspect.whole}
    texts = list(dict.fromkeys([*entries, *keyword]))
    vocabulary = Vocabulary(
        {w.lower().replace("\u2019", "'") for t in texts for w in _LATIN.findall(t)} | set(words)
    )
    tokens = tokenize(texts, vocabulary)
    symbols = tokens.symbol.tolist()
    spelled = [tuple(symbols[a : b - 1]) for a, b in pairwise(tokens.first.tolist())]
    _inherit(texts, spelled, entries, keyword, implied, hints, whole)
    denying = {
        symbols[0]
        for text, symbols in zip(texts, spelled, strict=True)
        if len(symbols) == 1 and text in entries and entries[text].roles & NEGATOR
    }
    _inherit_feelings(texts, spelled, entries, denying)
    trie = Trie(spelled)
    blank = Entry()
    rows = [entries.get(text, blank) for text in texts]
    return Patterns(
        vocabulary=vocabulary,
        trie=trie,
        words=tuple(texts),
        polarity=np.array([row.polarity for row in rows], np.float32),
        roles=np.array(
            [
                row.roles | (DENIED if len(symbols) > 1 and symbols[0] in denying else 0)
                for row, symbols in zip(rows, spelled, strict=True)
            ],
            np.uint16,
        ),
        log_before=np.log(np.array([row.before for row in rows], np.float32)),
        log_after=np.log(np.array([row.after for row in rows], np.float32)),
        keyword=np.array([keyword.get(text, -1) for text in texts], np.int16),
        implied=np.array([implied.get(text, -1) for text in texts], np.int16),
        whole=np.array([text in whole for text in texts]),
        hint=np.array([text in hints for text in texts]),
        emotions=np.array([_bits(row.emotions, EMOTIONS) for row in rows], np.uint8),
        intents=np.array([_bits(row.intents, INTENTS) for row in rows], np.uint8),
    )


def _inherit(
    texts: list[str],
    spelled: list[tuple[int, ...]],
    entries: dict[str, Entry],
    keyword: dict[str, int],
    implied: dict[str, int],
    hints: set[str],
    whole: set[str],
) -> None:
    """Give a judgement of the general lexicon the aspect of the taxonomy's word inside it.

    '味道还可以' is one entry of the lexicon; the word '味道' in it names the aspect.
    """
    named = {
        symbols: text
        for text, symbols in zip(texts, spelled, strict=True)
        if text in implied or (text in keyword and text not in hints)
    }
    for text, symbols in zip(texts, spelled, strict=True):
        n = len(symbols)
        if n < 2 or text in implied or text in keyword or not entries[text].polarity:
            continue
        for size in range(n - 1, 0, -1):
            # At an end only: '个小' in the middle of '等了一个小时' is no word.
            ends = (symbols[:size], symbols[n - size :])
            inside = [named[part] for part in ends if part in named]
            if inside:
                # '干净' in '房间干净' says more than '房间', unless it only hints ('前台热情').
                word = min(inside, key=lambda word: word not in implied or word in hints)
                implied[text] = implied[word] if word in implied else keyword[word]
                if word in whole:
                    whole.add(text)
                break


def _inherit_feelings(
    texts: list[str],
    spelled: list[tuple[int, ...]],
    entries: dict[str, Entry],
    denying: set[int],
) -> None:
    """Give a judgement the emotions and intents of its parts: '申请退款' complains as '退款' does.

    Not where the part is denied ('不推荐') or judged the other way, and not from a single Chinese
    character, which is part of too many words.
    """
    parts: dict[tuple[int, ...], Entry] = {}
    sizes: dict[int, set[int]] = {}  # of the parts that begin with a symbol
    for text, symbols in zip(texts, spelled, strict=True):
        entry = entries.get(text)
        if entry is None:
            continue
        if (entry.emotions or entry.intents) and (len(symbols) > 1 or text.isascii()):
            parts[symbols] = entry
            sizes.setdefault(symbols[0], set()).add(len(symbols))
    for text, symbols in zip(texts, spelled, strict=True):
        if len(symbols) < 2 or sizes.keys().isdisjoint(symbols):
            continue
        entry = entries.get(text)
        if entry is None or not entry.polarity:
            continue
        for at, symbol in enumerate(symbols):
            if symbol not in sizes or (at and symbols[at - 1] in denying):
                continue
            for size in sizes[symbol]:
                part = parts.get(symbols[at : at + size]) if size < len(symbols) else None
                if part and part.polarity * entry.polarity >= 0:
                    entries[text] = entry = replace(
                        entry,
                        emotions=entry.emotions | part.emotions,
                        intents=entry.intents | part.intents,
                    )


def _bits(names: set[str], order: tuple[str, ...]) -> int:
    return sum(1 << order.index(name) for name in names) if names else 0  # most have none
