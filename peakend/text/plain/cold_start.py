"""Opinions of one text by a taxonomy: see `peakend.text.cold_start`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import mul

from peakend.text.aspect_polarity import (
    CLEAR,
    COSTS,
    EVEN,
    LUKEWARM,
    SURE,
    UNANIMOUS,
    shipped_pair_weights,
)
from peakend.text.cold_start import AROUND, QUIET, SHARED, SILENT, Analyzer
from peakend.text.lexicon import CONTRAST
from peakend.text.mentions import SPOKEN
from peakend.text.personal import find_personal_data
from peakend.text.plain.judgements import Match, PlainPatterns, judge, named_feelings
from peakend.text.plain.text_polarity import PlainScorer
from peakend.text.plain.tokens import Tokens, tokenize
from peakend.text.results import (
    EMOTIONS,
    INTENTS,
    LANGUAGES,
    Analysis,
    Opinion,
    names_of,
    polarity_name,
)
from peakend.text.text_polarity import UNIT


@dataclass(slots=True)
class Mention:
    """What is said of an aspect at one place; start and end are tokens."""

    aspect: int
    value: float
    sure: float
    start: int
    end: int
    clause: int
    around: float = 0.0
    named: bool = False
    whole: bool = False
    asked: bool = False


class PlainAnalyzer:
    """Reads one text as an `Analyzer` reads many."""

    def __init__(self, analyzer: Analyzer) -> None:
        self._aspects = analyzer.aspects
        self._vocabulary = analyzer.patterns.vocabulary
        self._patterns = PlainPatterns(analyzer.patterns)
        self._scorer = PlainScorer(analyzer.scorer)
        self._groups = [aspect.group for aspect in analyzer.taxonomy.aspects]
        self._overall = analyzer.overall
        self._factual = analyzer.factual
        self._weights = shipped_pair_weights().T.tolist()

    def analyze(self, text: str) -> Analysis:
        """Everything found in one text."""
        tokens = tokenize(text, self._vocabulary)
        matches, edges = judge(tokens, self._patterns)
        weights = self._scorer.token_weights(tokens.symbol)
        logit = self._scorer.logit(tokens, matches, weights)
        sentiment = math.tanh(logit / 2)
        judged = any(match.value for match in matches)
        empty = len(tokens.symbol) <= 1
        silent = empty or (not judged and abs(sentiment) < SILENT)
        if empty:
            sentiment = 0.0
        mentions = self._mentions(matches)
        for mention in mentions:
            mention.around = _surroundings(mention, edges, weights)
        mentions = self._with_siblings(mentions)
        emotions, intents = named_feelings(matches, self._patterns)
        return Analysis(
            LANGUAGES[language_of(tokens)],
            round(sentiment, 4),
            self._opinions(tokens, matches, edges, mentions, logit, silent),
            names_of(emotions, EMOTIONS),
            names_of(intents, INTENTS),
            find_personal_data(text),
        )

    def _mentions(self, matches: Sequence[Match]) -> list[Mention]:
        """Judgements with their aspects, and names of aspects in clauses that judge nothing."""
        keyword, hint = self._patterns.keyword, self._patterns.hint
        judged = {match.clause for match in matches if match.value}
        naming = [match for match in matches if keyword[match.pattern] >= 0]
        found = [self._attached(m, naming, judged) for m in matches if m.value]
        for match in naming:
            if match.clause not in judged and not hint[match.pattern]:
                found.append(_quiet(match, keyword[match.pattern]))
        return [
            mention
            for mention in found
            if mention.aspect >= 0 and (mention.aspect != self._overall or mention.value)
        ]

    def _attached(self, match: Match, naming: Sequence[Match], judged: set[int]) -> Mention:
        """A judgement with its aspect: its own, or that of the nearest keyword."""
        patterns = self._patterns
        hint, keyword = patterns.hint, patterns.keyword
        implied = patterns.implied[match.pattern]
        if implied < 0:
            implied = keyword[match.pattern]
        found = Mention(
            implied if implied >= 0 else self._overall,
            match.value,
            0.88 if implied >= 0 else 0.6,
            match.governed,
            match.end,
            match.clause,
            asked=match.asked,
        )
        before, after = _neighbours(match, naming)
        gap_before = gap_after = math.inf
        if before and before.clause == match.clause:
            gap_before = max(match.start - before.end, 0)
        if after and after.clause == match.clause:
            gap_after = max(after.start - match.end, 0)
        nearest = before if gap_before <= gap_after + 1 else after
        gap = min(gap_before, gap_after) if nearest is after else gap_before
        if nearest and gap < math.inf:
            clear = not hint[nearest.pattern]
            if implied >= 0 and hint[match.pattern] and clear and gap < 6:
                implied = -1  # '等菜等了好久': a hint gives way to a keyword beside it
            named = implied < 0 and gap < (10 if clear else 4)
            if named:
                found.aspect = keyword[nearest.pattern]
                found.sure = 0.85 - 0.02 * min(gap, 12)
                found.whole = patterns.whole[nearest.pattern]
            if gap <= 8 and (named or (implied >= 0 and keyword[nearest.pattern] == implied)):
                found.start = min(found.start, nearest.start)
                found.end = max(found.end, nearest.end)
                found.named = clear and not match.bent
        else:
            named = False
        if implied >= 0:
            found.whole = patterns.whole[match.pattern]
        elif not named:
            # '服务员呢，很好': the clause before names what this one judges.
            carried = (
                before
                and before.clause == match.clause - 1
                and before.sentence == match.sentence
                and not hint[before.pattern]
                and before.clause not in judged
            )
            found.aspect = keyword[before.pattern] if before and carried else self._overall
            found.sure = 0.6
        return found

    def _with_siblings(self, mentions: list[Mention]) -> list[Mention]:
        """Add, for a judgement of a whole group, its other aspects that the text does not name."""
        named = {mention.aspect for mention in mentions}
        added = [
            replace(
                mention,
                aspect=sibling,
                value=mention.value * SHARED,
                sure=mention.sure * SHARED,
            )
            for mention in mentions
            if mention.whole
            for sibling, group in enumerate(self._groups)
            if group == self._groups[mention.aspect] and sibling not in named
        ]
        return mentions + added

    def _opinions(
        self,
        tokens: Tokens,
        matches: Sequence[Match],
        edges: Sequence[int],
        mentions: Sequence[Mention],
        logit: float,
        silent: bool,
    ) -> tuple[Opinion, ...]:
        """One opinion per aspect: judged by all mentions, the clearest as evidence."""
        after = {match.start: match.end for match in matches if match.roles & CONTRAST}
        opens = [0, *(after.get(edge, edge + 1) for edge in edges)]
        by_aspect: dict[int, list[Mention]] = {}
        for mention in mentions:
            by_aspect.setdefault(mention.aspect, []).append(mention)
        found = []
        for aspect, own in sorted(by_aspect.items()):
            own.sort(key=lambda mention: -abs(mention.value))
            sign, chance = _polarity(own, logit, self._weights, silent, self._factual)
            evidence = max(own, key=lambda mention: _worth(mention, sign))
            start, end = _spoken(evidence, mentions, opens, edges)
            force = max(abs(mention.value) * (_sign(mention.value) == sign) for mention in own)
            strength = min(max(1 + force, 1.5), 5.0) if sign else 1.0
            found.append(
                Opinion(
                    self._aspects[aspect],
                    polarity_name(sign),
                    round(strength, 3),
                    round(evidence.sure * chance, 3),
                    tokens.start[start],
                    tokens.end[end - 1],
                )
            )
        return tuple(found)


def language_of(tokens: Tokens) -> int:
    """See `batches.languages_of`."""
    words = tokens.letters / 5.0
    if not tokens.chinese and tokens.letters < 2:
        return 0
    if tokens.chinese >= 3 * words:
        return 1
    return 2 if words >= 3 * tokens.chinese else 3


def _quiet(match: Match, aspect: int) -> Mention:
    return Mention(aspect, 0.0, QUIET, match.start, match.end, match.clause, asked=match.asked)


def _neighbours(match: Match, naming: Sequence[Match]) -> tuple[Match | None, Match | None]:
    """The nearest matches before and after that name an aspect."""
    before = after = None
    for other in naming:
        if other.start < match.start:
            before = other
        elif other.start > match.start:
            after = other
            break
    return before, after


def _surroundings(mention: Mention, edges: Sequence[int], weights: Sequence[int]) -> float:
    """N-gram logit of the clause around a mention, at most a dozen tokens to each side."""
    low = edges[mention.clause - 1] + 1 if mention.clause else 0
    high = edges[min(mention.clause, len(edges) - 1)]
    low = min(max(low, mention.start - AROUND), mention.start)
    high = max(min(high, mention.end + AROUND), mention.end)
    return sum(weights[low:high]) * 4 / math.sqrt(2.0 * (high - low) + 10) / UNIT


def _polarity(
    mentions: Sequence[Mention],
    logit: float,
    weights: Sequence[Sequence[float]],
    silent: bool,
    factual: bool,
) -> tuple[int, float]:
    """−1, 0 or 1 for all that is said of an aspect, and its chance; 0 in a text that judges nothing."""
    values = [mention.value for mention in mentions]
    balance = sum(values)
    weight = sum(map(abs, values))
    column = (
        math.tanh(balance / 2),
        balance / (weight + 0.5),
        sum(mention.around for mention in mentions) / len(mentions),
        math.tanh(logit / 2),
        weight > 0,
        (weight - abs(balance)) / (weight + 0.5),
        math.log(len(mentions)),
        1.0,
    )
    scores = [sum(map(mul, column, own)) for own in weights]
    highest = max(scores)
    powers = [math.exp(score - highest) for score in scores]
    total = sum(powers)
    chances = [power / total for power in powers]
    praised, blamed = max(values) > 0, min(values) < 0
    weighed = list(map(mul, chances, COSTS))
    balance = column[0]
    judged = weight > 0
    if judged and abs(balance) < LUKEWARM:
        weighed[1] *= 8.0
    if abs(balance) > CLEAR and not (praised and blamed):
        weighed[1] *= UNANIMOUS
    if praised and blamed and abs(balance) < EVEN:
        weighed[1] *= 2.0
    if balance > CLEAR or (judged and not blamed) or (not judged and chances[0] < SURE):
        weighed[0] = 0.0
    if balance < -CLEAR or (judged and not praised):
        weighed[2] = 0.0
    told = not judged and (factual or all(mention.asked for mention in mentions))
    place = 1 if silent or told else weighed.index(max(weighed))
    return place - 1, 1.0 if told else chances[place]


def _worth(mention: Mention, sign: int) -> int:
    """How well a mention shows the judgement: see `mentions.best_mentions`."""
    agrees = _sign(mention.value) == sign if sign else mention.value != 0
    return 2 * agrees + (mention.named and mention.value != 0)


def _spoken(
    mention: Mention, mentions: Sequence[Mention], opens: Sequence[int], edges: Sequence[int]
) -> tuple[int, int]:
    """Tokens of the evidence: the mention's clause up to its neighbours, where short."""
    low = min(opens[mention.clause], mention.start)
    high = max(edges[min(mention.clause, len(edges) - 1)], mention.end)
    for other in mentions:
        if other.end <= mention.start:
            low = max(low, other.end)
        if other.start >= mention.end:
            high = min(high, other.start)
    return (low, high) if high - low <= SPOKEN else (mention.start, mention.end)


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)
