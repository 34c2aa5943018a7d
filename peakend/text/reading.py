"""Read a batch: matches of patterns, and what the words around a judgement make of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from peakend.text import lexicon
from peakend.text.patterns import Patterns
from peakend.text.symbols import COMMA, QUESTION, SEPARATOR, STOP, Tokens

Ints = NDArray[np.int32]
_REACH = 6  # tokens before a judgement in which a negator or an intensifier still governs it


@dataclass(frozen=True)
class Reading:
    """Matches of a batch by place, with their clause, sentence and text, and judged values.

    value: float32 signed strength of each match in its context, 0 for what does not judge.
    governed: int32 first token of the words that govern the match (its own start when none do).
    """

    start: Ints
    end: Ints
    pattern: Ints
    text: Ints
    clause: Ints
    sentence: Ints
    value: NDArray[np.float32]
    governed: Ints
    edges: Ints  # token indices at which clauses end, in order; clause k ends at edges[k]


def read(tokens: Tokens, patterns: Patterns) -> Reading:
    """Find the patterns in a batch and judge each in its context."""
    found = patterns.trie.find(tokens.symbol)
    start, end, pattern = found.start, found.end, found.pattern
    roles = patterns.roles[pattern]
    kind = tokens.kind
    stop = (kind == STOP) | (kind == QUESTION)
    edge = stop | (kind == COMMA)
    turns = start[(roles & lexicon.CONTRAST) != 0]
    edge[turns] = True
    sentence_of = np.cumsum(stop, dtype=np.int32)
    clause_of = np.cumsum(edge, dtype=np.int32)
    edges = np.flatnonzero(edge)
    asks = np.append(kind[edges] == QUESTION, False)
    text_of = np.cumsum(tokens.symbol == SEPARATOR, dtype=np.int32)
    clause = clause_of[start]
    reading_text = text_of[start]
    value, governed = _judge(start, end, pattern, roles, clause, sentence_of[start], asks, patterns)
    return Reading(
        start,
        end,
        pattern,
        reading_text,
        clause,
        sentence_of[start],
        value,
        governed,
        edges.astype(np.int32),
    )


def _judge(
    start: Ints,
    end: Ints,
    pattern: Ints,
    roles: NDArray[np.uint16],
    clause: Ints,
    sentence: Ints,
    asks: NDArray[np.bool_],
    patterns: Patterns,
) -> tuple[NDArray[np.float32], Ints]:
    """Signed strength of every match in its context, and where the governing words begin."""
    polarity = patterns.polarity[pattern]
    # '很干' in '很干净': a single character is no judgement where a longer word begins with it.
    cut = np.zeros(start.size, bool)
    cut[:-1] = ((roles[:-1] & lexicon.SINGLE) != 0) & (start[1:] < end[:-1])
    polarity[cut] = 0
    # '并不' in '并不好' and '推荐大家' in '不推荐大家': the two share the word that turns.
    shared = start[1:] < end[:-1]
    roles = roles.copy()
    roles[:-1][shared & (polarity[1:] < 0)] &= ~np.uint16(lexicon.NEGATOR)
    polarity[1:][shared & (polarity[:-1] < 0) & (polarity[1:] > 0)] = 0
    asking = asks[clause]
    rhetorical = ((roles & lexicon.RHETORICAL) != 0) & asking & (polarity == 0)
    value = np.where(rhetorical, np.float32(-1.5), polarity)
    governed = start.copy()
    judging = np.flatnonzero(polarity)
    if not judging.size:
        return value, governed
    begins, ends = _runs(clause)
    first_in_clause, after_clause = begins[judging], ends[judging]
    previous = np.concatenate(([0], judging[:-1] + 1))
    reach = np.searchsorted(start, start[judging] - _REACH)
    low = np.maximum(np.maximum(first_in_clause, previous), reach)

    turned = _between(roles, lexicon.NEGATOR, low, judging)
    base = polarity[judging]
    odd = turned % 2 == 1
    factor = np.where(odd, np.where(base > 0, -0.8, -0.75), np.where(turned > 0, 0.8, 1.0))
    force = np.concatenate(([0.0], np.cumsum(patterns.log_before[pattern])))
    factor *= np.exp(np.clip(force[judging] - force[low], -1.0, 1.0))
    following = np.minimum(judging + 1, start.size - 1)
    close = start[following] - end[judging] <= 1
    factor *= np.exp(np.where(close, patterns.log_after[pattern[following]], 0.0))

    def within(role: int) -> NDArray[np.bool_]:
        return _between(roles, role, first_in_clause, after_clause) > 0

    def before(role: int) -> NDArray[np.bool_]:
        return _between(roles, role, first_in_clause, judging) > 0

    positive = base * factor > 0
    wished = before(lexicon.WISH)
    factor = np.where(wished, np.where(positive, -0.6, 0.4) * factor, factor)
    flipped = before(lexicon.FLIP) & positive & ~wished
    denied = within(lexicon.RHETORICAL) & asking[judging] & positive & ~wished
    begins, ends = _runs(sentence)
    ironies = _between(roles, lexicon.IRONY, begins[judging], ends[judging])
    mocked = (ironies > 0) & positive & ~wished
    factor = np.where(flipped | denied | mocked, -np.abs(factor), factor) * np.where(
        flipped | denied | mocked, np.sign(base), 1
    )
    doubtful = within(lexicon.QUESTION) & asking[judging] & ~denied
    factor = np.where(doubtful, 0.25 * factor, factor)
    value[judging] = base * factor
    governing = (low < judging) & ((turned > 0) | (force[judging] != force[low]))
    governed[judging] = np.where(governing, start[np.minimum(low, start.size - 1)], start[judging])
    return value.astype(np.float32), governed


def _between(
    roles: NDArray[np.uint16], role: int, low: NDArray[np.intp], high: NDArray[np.intp]
) -> NDArray[np.int32]:
    """How many matches from `low` to before `high` have the role; most roles are rare."""
    having = (roles & np.uint16(role)) != 0
    if not having.any():
        return np.zeros(low.size, np.int32)
    before = np.zeros(roles.size + 1, np.int32)
    np.cumsum(having, out=before[1:])
    counted: NDArray[np.int32] = before[high] - before[low]
    return counted


def _runs(numbers: Ints) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """First and one past the last index of the run of equal numbers around each entry."""
    fresh = np.flatnonzero(np.diff(numbers, prepend=np.int32(-1)))
    run = np.cumsum(np.diff(numbers, prepend=np.int32(-1)) != 0) - 1
    bounds = np.append(fresh, numbers.size)
    return bounds[run], bounds[run + 1]
