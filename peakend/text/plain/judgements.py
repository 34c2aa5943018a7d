"""What the words around a judgement make of it, in one text: see `peakend.text.judgements`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from peakend.text import lexicon
from peakend.text.judgements import REACH, RHETORICAL_VALUE
from peakend.text.patterns import Patterns
from peakend.text.plain.tokens import Tokens
from peakend.text.symbols import COMMA, QUESTION, STOP


@dataclass(slots=True)
class Match:
    """A pattern found: its tokens (end excluded), what it means, and what it means here."""

    start: int
    end: int
    pattern: int
    polarity: float
    roles: int
    clause: int = 0
    sentence: int = 0
    value: float = 0.0
    governed: int = 0
    bent: bool = False
    mute: bool = False
    asked: bool = False


class PlainPatterns:
    """Compiled patterns as lists and dictionaries."""

    def __init__(self, patterns: Patterns) -> None:
        trie = patterns.trie
        self.first = trie.first_states()
        self.following = trie.following_states()
        self.accept = trie.accept.tolist()
        self.polarity = patterns.polarity.tolist()
        self.roles = patterns.roles.tolist()
        self.log_before = patterns.log_before.tolist()
        self.log_after = patterns.log_after.tolist()
        self.keyword = patterns.keyword.tolist()
        self.implied = patterns.implied.tolist()
        self.hint = patterns.hint.tolist()
        self.whole = patterns.whole.tolist()
        self.emotions = patterns.emotions.tolist()
        self.intents = patterns.intents.tolist()


def named_feelings(matches: Sequence[Match], patterns: PlainPatterns) -> tuple[int, int]:
    """Bits of the emotions and of the intents that a text names."""
    emotions = intents = 0
    for match in matches:
        if not match.mute:
            emotions |= patterns.emotions[match.pattern]
            intents |= patterns.intents[match.pattern]
    return emotions, intents


def find_matches(symbols: Sequence[int], patterns: PlainPatterns) -> list[Match]:
    """The longest pattern at every place, without those inside another one."""
    first, following, accept = patterns.first, patterns.following, patterns.accept
    found = []
    reach = 0
    n = len(symbols)
    for start, symbol in enumerate(symbols):
        state = first.get(symbol, 0)
        end = longest = 0
        at = start
        while state:
            at += 1
            if accept[state] >= 0:
                longest, end = accept[state], at
            state = following.get(state << 16 | symbols[at], 0) if at < n else 0
        if end > reach:
            reach = end
            polarity, roles = patterns.polarity[longest], patterns.roles[longest]
            found.append(Match(start, end, longest, polarity, roles))
    return found


def judge(tokens: Tokens, patterns: PlainPatterns) -> tuple[list[Match], list[int]]:
    """Matches with their judged values, and the token indices at which clauses end."""
    matches = find_matches(tokens.symbol, patterns)
    turns = {match.start for match in matches if match.roles & lexicon.CONTRAST}
    edges, clause_of, sentence_of = [], [], []
    sentence = 0
    for at, kind in enumerate(tokens.kind):
        if kind in (STOP, QUESTION):
            sentence += 1
        if kind in (STOP, QUESTION, COMMA) or at in turns:
            edges.append(at)
        clause_of.append(len(edges))
        sentence_of.append(sentence)
    for match in matches:
        match.clause, match.sentence = clause_of[match.start], sentence_of[match.start]
        match.governed = match.start
    _part_overlapping(matches)
    rhetorical = {match.sentence for match in matches if match.roles & lexicon.RHETORICAL}
    for match in matches if rhetorical else ():
        mark = tokens.kind[match.start] == QUESTION
        asking = mark or match.roles & lexicon.QUESTION
        match.mute = bool(asking) and match.sentence - mark in rhetorical
    asks = [tokens.kind[edge] == QUESTION for edge in edges]
    wonders = {match.clause for match in matches if match.roles & lexicon.ASKS}
    for match in matches:
        match.asked = match.clause in wonders or (match.clause < len(asks) and asks[match.clause])
    mocked = {match.sentence for match in matches if match.roles & lexicon.IRONY}
    first = 0
    for clause, group in groupby(matches, key=lambda match: match.clause):
        inside = list(group)
        first += len(inside)
        after = matches[first] if first < len(matches) else None
        _judge_clause(inside, after, asks[clause], mocked, patterns)
    return matches, edges


def _part_overlapping(matches: Sequence[Match]) -> None:
    """Decide between two matches that share a token."""
    overlapping = [(one, two) for one, two in pairwise(matches) if two.start < one.end]
    for one, _ in overlapping:
        if one.roles & lexicon.SINGLE:
            one.polarity = 0.0  # '很干' in '很干净'
    for one, two in overlapping:
        if two.polarity < 0 or two.roles & lexicon.DENIED:
            one.roles &= ~lexicon.NEGATOR  # '并不' in '并不好'
        if one.polarity < 0 < two.polarity:
            two.polarity = 0.0  # '推荐大家' in '不推荐大家'


def _judge_clause(
    inside: Sequence[Match],
    after: Match | None,
    asking: bool,
    mocked: set[int],
    patterns: PlainPatterns,
) -> None:
    """Set the value of every match of one clause; `after` is the match that follows it."""
    roles = 0
    for match in inside:
        roles |= match.roles
    since = 0
    seen = 0  # roles of the matches before
    for i, match in enumerate(inside):
        if not match.polarity:
            rhetorical = asking and match.roles & lexicon.RHETORICAL
            match.value = RHETORICAL_VALUE if rhetorical else 0.0
            seen |= match.roles
            continue
        governing = [other for other in inside[since:i] if other.start >= match.start - REACH]
        since = i + 1
        turned = sum(1 for other in governing if other.roles & lexicon.NEGATOR)
        force = sum(patterns.log_before[other.pattern] for other in governing)
        base = match.polarity
        factor = 1.0
        if turned % 2:
            factor = -0.8 if base > 0 else -0.75
        elif turned:
            factor = 0.8
        factor *= math.exp(min(max(force, -1.0), 1.0))
        following = inside[i + 1] if i + 1 < len(inside) else after
        if following and following.start - match.end <= 1:
            factor *= math.exp(patterns.log_after[following.pattern])
        positive = base * factor > 0
        if seen & lexicon.WISH:
            factor *= -0.6 if positive else 0.4
            match.bent = bool(positive)
            denied = False
        else:
            denied = bool(asking and roles & lexicon.RHETORICAL and positive)
            other = seen & lexicon.FLIP
            flipped = other and positive
            if other and turned % 2 and base > 0:
                factor = abs(factor)  # '没有比这更好的'
            if denied or flipped or (match.sentence in mocked and positive):
                factor = -abs(factor) if base > 0 else abs(factor)
                match.bent = True
        doubtful = roles & lexicon.ASKS or (asking and roles & lexicon.QUESTION)
        if doubtful and not denied:
            factor *= 0.25
        match.value = round(base * factor * 1e4) / 1e4
        if governing and (turned or abs(force) > 1e-9):
            match.governed = governing[0].start
        seen |= match.roles
