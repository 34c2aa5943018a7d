"""Read a batch: matches of patterns, and what the words around a judgement make of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from peakend.text import lexicon
from peakend.text.patterns import Patterns
from peakend.text.symbols import COMMA, QUESTION, STOP, Tokens

Ints = NDArray[np.int32]
REACH = 6  # tokens before a judgement in which a negator or an intensifier still governs it
RHETORICAL_VALUE = -1.5  # of '这也叫四星？'


@dataclass(frozen=True)
class Judgements:
    """Matches of a batch by place, with their clause, sentence and text, and judged values.

    value: float64 signed strength of each match in its context, 0 for what does not judge.
    governed: int32 first token of the words that govern the match (its own start when none do).
    bent: turned by a word or mark elsewhere, so that its own words do not show the value.
    mute: a question word or mark of a sentence that asks nothing, being rhetorical.
    asked: in a clause that asks.
    """

    start: Ints
    end: Ints
    pattern: Ints
    text: Ints
    clause: Ints
    sentence: Ints
    value: NDArray[np.float64]
    governed: Ints
    bent: NDArray[np.bool_]
    mute: NDArray[np.bool_]
    asked: NDArray[np.bool_]
    edges: Ints  # token indices at which clauses end, in order; clause k ends at edges[k]
    opens: Ints  # first token of each clause, after the word that turns: '味道' in '但是味道很好'


def judge(tokens: Tokens, patterns: Patterns) -> Judgements:
    """Find the patterns in a batch and judge each in its context."""
    found = patterns.trie.find(tokens.symbol)
    start, end, pattern = found.start, found.end, found.pattern
    roles = patterns.roles[pattern]
    kind = tokens.kind
    stop = (kind == STOP) | (kind == QUESTION)
    edge = stop | (kind == COMMA)
    turns = start[(roles & lexicon.CONTRAST) != 0]
    edge[turns] = True
    edges = np.flatnonzero(edge)
    asks = np.append(kind[edges] == QUESTION, False)
    clause = _numbered(edges, kind.size).take(start)
    sentence = _numbered(np.flatnonzero(stop), kind.size).take(start)
    text = _numbered(tokens.first[1:] - 1, kind.size).take(start)
    wonders = np.zeros(asks.size, bool)
    wonders[clause[(roles & np.uint16(lexicon.ASKS)) != 0]] = True
    value, governed, bent = _judge(
        start, end, pattern, roles, text, clause, sentence, asks, wonders, patterns
    )
    return Judgements(
        start,
        end,
        pattern,
        text,
        clause,
        sentence,
        value,
        governed,
        bent,
        _mute(roles, kind[start] == QUESTION, sentence),
        (asks | wonders)[clause],
        edges.astype(np.int32),
        _opens(edges, turns, end[(roles & lexicon.CONTRAST) != 0]),
    )


def _judge(
    start: Ints,
    end: Ints,
    pattern: Ints,
    roles: NDArray[np.uint16],
    text: Ints,
    clause: Ints,
    sentence: Ints,
    asks: NDArray[np.bool_],
    wonders: NDArray[np.bool_],
    patterns: Patterns,
) -> tuple[NDArray[np.float64], Ints, NDArray[np.bool_]]:
    """Signed strength of every match, where the words that govern it begin, whether it is bent."""
    polarity = patterns.polarity[pattern]
    # '很干' in '很干净': a single character is no judgement where a longer word begins with it.
    cut = np.zeros(start.size, bool)
    cut[:-1] = ((roles[:-1] & lexicon.SINGLE) != 0) & (start[1:] < end[:-1])
    polarity[cut] = 0
    # '并不' in '并不好', '从没' in '从没坏过', '推荐大家' in '不推荐大家': the two share the word that turns.
    shared = start[1:] < end[:-1]
    roles = roles.copy()
    same = (polarity[1:] < 0) | ((roles[1:] & np.uint16(lexicon.DENIED)) != 0)
    roles[:-1][shared & same] &= ~np.uint16(lexicon.NEGATOR)
    polarity[1:][shared & (polarity[:-1] < 0) & (polarity[1:] > 0)] = 0
    asking = asks[clause]
    rhetorical = ((roles & lexicon.RHETORICAL) != 0) & asking & (polarity == 0)
    value = np.where(rhetorical, RHETORICAL_VALUE, polarity)
    governed, bent = start.copy(), np.zeros(start.size, bool)
    judging = np.flatnonzero(polarity)
    if not judging.size:
        return value, governed, bent
    begins, ends = _runs(clause)
    first_in_clause, after_clause = begins[judging], ends[judging]
    previous = np.concatenate(([0], judging[:-1] + 1))
    reach = np.searchsorted(start, start[judging] - REACH)
    low = np.maximum(np.maximum(first_in_clause, previous), reach)

    turned = _between(roles, lexicon.NEGATOR, low, judging)
    base = polarity[judging]
    odd = turned % 2 == 1
    factor = np.where(odd, np.where(base > 0, -0.8, -0.75), np.where(turned > 0, 0.8, 1.0))
    force = np.concatenate(([0.0], np.cumsum(patterns.log_before[pattern], dtype=np.float64)))
    force = force[judging] - force[low]
    factor *= np.exp(np.clip(force, -1.0, 1.0))
    following = np.minimum(judging + 1, start.size - 1)
    close = (start[following] - end[judging] <= 1) & (following > judging)
    close &= text[following] == text[judging]
    factor *= np.exp(np.where(close, patterns.log_after[pattern[following]], 0.0))

    def within(role: int) -> NDArray[np.bool_]:
        return _between(roles, role, first_in_clause, after_clause) > 0

    def before(role: int) -> NDArray[np.bool_]:
        return _between(roles, role, first_in_clause, judging) > 0

    positive = base * factor > 0
    wished = before(lexicon.WISH)
    factor = np.where(wished, np.where(positive, -0.6, 0.4) * factor, factor)
    other = before(lexicon.FLIP) & ~wished
    unmatched = other & odd & (base > 0)  # '没有比这更好的'
    flipped = other & positive
    denied = within(lexicon.RHETORICAL) & asking[judging] & positive & ~wished
    begins, ends = _runs(sentence)
    ironies = _between(roles, lexicon.IRONY, begins[judging], ends[judging])
    mocked = (ironies > 0) & positive & ~wished
    elsewhere = flipped | denied | mocked
    bent[judging] = elsewhere | (wished & positive)
    factor = np.where(elsewhere, -np.abs(factor), factor) * np.where(elsewhere, np.sign(base), 1)
    factor = np.where(unmatched, np.abs(factor), factor)
    doubtful = within(lexicon.QUESTION) & asking[judging] | wonders[clause[judging]]
    doubtful &= ~denied
    factor = np.where(doubtful, 0.25 * factor, factor)
    # Rounded, so that a text is judged alike wherever in a batch it stands.
    value[judging] = np.rint(base * factor * 1e4) / 1e4
    governing = (low < judging) & ((turned > 0) | (np.abs(force) > 1e-9))
    governed[judging] = np.where(governing, start[np.minimum(low, start.size - 1)], start[judging])
    return value, governed, bent


def _opens(edges: NDArray[np.intp], turns: Ints, after: Ints) -> Ints:
    """First token of each clause; one that a word of contrast begins, after that word."""
    opens = np.concatenate(([0], edges + 1)).astype(np.int32)
    opens[np.searchsorted(edges, turns) + 1] = after
    return opens


def _numbered(ends: NDArray[Any], n: int) -> Ints:
    """How many of the rising `ends` are at or before each of n tokens."""
    lengths = np.diff(ends, prepend=0, append=n)
    return np.repeat(np.arange(ends.size + 1, dtype=np.int32), lengths)


def _mute(roles: NDArray[np.uint16], marks: NDArray[np.bool_], sentence: Ints) -> NDArray[np.bool_]:
    """The words and marks of asking in rhetorical sentences."""
    rhetorical: NDArray[np.bool_] = (roles & np.uint16(lexicon.RHETORICAL)) != 0
    if not rhetorical.any():
        return rhetorical
    asking: NDArray[np.bool_] = marks | ((roles & np.uint16(lexicon.QUESTION)) != 0)
    # A question mark closes its sentence, and so is counted with the next.
    return asking & np.isin(sentence - marks, sentence[rhetorical])


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
    bounds = np.concatenate(([0], np.flatnonzero(numbers[1:] != numbers[:-1]) + 1, [numbers.size]))
    lengths = np.diff(bounds)
    return np.repeat(bounds[:-1], lengths), np.repeat(bounds[1:], lengths)
