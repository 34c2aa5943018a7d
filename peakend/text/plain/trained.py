"""Opinions of one text by a trained model: see `peakend.text.trained`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from operator import mul

import numpy as np

from peakend.text.attention import GRAIN, TEMPERATURE
from peakend.text.evidence import AGREEING, WINDOW
from peakend.text.lexicon import CONTRAST
from peakend.text.ngrams import LONG
from peakend.text.personal import find_personal_data
from peakend.text.plain.cold_start import language_of
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
from peakend.text.symbols import COMMA, QUESTION, STOP
from peakend.text.text_polarity import UNIT
from peakend.text.trained import TrainedAnalyzer


@dataclass(slots=True)
class Clause:
    """Tokens of a clause (end excluded), its weights added up, and what is said of it.

    opens: its first token after the word that turns.
    """

    start: int
    end: int
    opens: int
    scale: float
    scores: list[float]
    sentiments: tuple[float, ...]


class PlainTrainedAnalyzer:
    """Reads one text as a `TrainedAnalyzer` reads many."""

    def __init__(self, analyzer: TrainedAnalyzer) -> None:
        p = analyzer.parameters
        self._aspects = p.aspects
        self._vocabulary = analyzer.frame.vocabulary
        self._patterns = PlainPatterns(analyzer.frame.patterns)
        self._scorer = PlainScorer(analyzer.frame.scorer)
        self._unigram, self._bigram = analyzer.grams.as_dictionaries()
        self._weights = analyzer.weights
        self._rows: dict[int, list[float]] = {}
        self._blend = p.blend.T.tolist()
        self._thresholds = p.thresholds.tolist()
        self._nearest = p.nearest
        self._sentiment = p.sentiment.transpose(0, 2, 1).tolist()
        self._leaning = p.leaning.tolist()
        self._reliability = p.reliability

    def analyze(self, text: str) -> Analysis:
        """Everything found in one text."""
        tokens = tokenize(text, self._vocabulary)
        matches, edges = judge(tokens, self._patterns)
        weights = self._scorer.token_weights(tokens.symbol)
        logit = self._scorer.logit(tokens, matches, weights)
        silent = len(tokens.symbol) <= 1
        grams = self._grams(tokens.symbol)
        clauses = self._clauses(tokens, edges, matches, weights, grams)
        emotions, intents = named_feelings(matches, self._patterns)
        return Analysis(
            LANGUAGES[language_of(tokens)],
            0.0 if silent else round(math.tanh(logit / 2), 4),
            () if silent else self._opinions(tokens, matches, logit, clauses, grams),
            names_of(emotions, EMOTIONS),
            names_of(intents, INTENTS),
            find_personal_data(text),
        )

    def _grams(self, symbols: Sequence[int]) -> list[list[int]]:
        """The n-grams that begin at each token."""
        found = []
        for at, symbol in enumerate(symbols):
            one = self._unigram.get(symbol)
            two = (
                self._bigram.get(symbol << 16 | symbols[at + 1]) if at + 1 < len(symbols) else None
            )
            found.append([gram for gram in (one, two) if gram is not None])
        return found

    def _row(self, gram: int) -> list[float]:
        """Weights of an n-gram: the aspects' detectors, then the six polarity columns."""
        if gram not in self._rows:
            self._rows[gram] = self._weights[gram].tolist()
        return self._rows[gram]

    def _clauses(
        self,
        tokens: Tokens,
        edges: Sequence[int],
        matches: Sequence[Match],
        weights: Sequence[int],
        grams: Sequence[Sequence[int]],
    ) -> list[Clause]:
        """The clauses of the text; the mark that closes the text begins none."""
        last = len(tokens.symbol)
        starts = [0] + [edge + 1 for edge in edges if edge + 1 < last - 1]
        after = {match.start + 1: match.end for match in matches if match.roles & CONTRAST}
        found = []
        for start, end in zip(starts, [*starts[1:], last], strict=True):
            scale = 4 / math.sqrt(2.0 * (end - start) + 10)
            inside = [match.value for match in matches if start <= match.start < end]
            rows = [self._row(gram) for at in range(start, end) for gram in grams[at]]
            scores = [sum(column) for column in zip(*rows, strict=True)]
            found.append(
                Clause(
                    start,
                    end,
                    after.get(start, start),
                    scale,
                    scores or [0.0] * self._weights.shape[1],
                    _sentiments(inside, sum(weights[start:end]) * (scale / UNIT)),
                )
            )
        return found

    def _opinions(
        self,
        tokens: Tokens,
        matches: Sequence[Match],
        logit: float,
        clauses: Sequence[Clause],
        grams: Sequence[Sequence[int]],
    ) -> tuple[Opinion, ...]:
        k = len(self._aspects)
        length = len(tokens.symbol) - 1
        scale = 4.0 / math.sqrt(2.0 * length + 10.0)
        whole = [sum(column) for column in zip(*(c.scores for c in clauses), strict=True)]
        if length + 1 > LONG:
            flat = [gram for own in grams for gram in own]
            seen: set[int] = set()
            for gram in flat:
                if gram in seen:
                    whole = [a - b for a, b in zip(whole, self._row(gram), strict=True)]
                seen.add(gram)
        margins = []
        for aspect, (text, clause, constant) in enumerate(self._blend):
            best = max(c.scores[aspect] * c.scale for c in clauses)
            margins.append(
                text * (whole[aspect] * scale / GRAIN) + clause * (best / GRAIN) + constant
            )
        excess = [m - threshold for m, threshold in zip(margins, self._thresholds, strict=True)]
        found = {aspect for aspect in range(k) if excess[aspect] > 0}
        if max(excess) > self._nearest:
            found.add(excess.index(max(excess)))
        said = _sentiments([match.value for match in matches], logit)
        opinions = []
        for aspect in sorted(found):
            focus = [c.scores[aspect] * c.scale * (TEMPERATURE / GRAIN) for c in clauses]
            highest = max(focus)
            powers = [math.exp(score - highest) for score in focus]
            total = sum(powers)
            attention = [power / total for power in powers]
            chances = self._chances(aspect, attention, clauses, whole, scale, said)
            place = chances.index(max(chances))
            start, end = self._evidence(tokens, clauses, focus, aspect, place - 1, grams)
            chance = chances[place]
            raw = chance / (1 + math.exp(-margins[aspect]))
            force = 1.5 + 3.5 * min(max((chance - 0.33) / 0.67, 0.0), 1.0)
            opinions.append(
                Opinion(
                    self._aspects[aspect],
                    polarity_name(place - 1),
                    round(force, 3) if place != 1 else 1.0,
                    round(float(np.interp(raw, *self._reliability)), 3),
                    tokens.start[start],
                    tokens.end[end - 1],
                )
            )
        return tuple(opinions)

    def _chances(
        self,
        aspect: int,
        attention: Sequence[float],
        clauses: Sequence[Clause],
        whole: Sequence[float],
        scale: float,
        said: Sequence[float],
    ) -> list[float]:
        """Chance of negative, neutral and positive."""
        k = len(self._aspects)
        heard = [
            sum(map(mul, attention, column))
            for column in zip(*(c.sentiments for c in clauses), strict=True)
        ]
        logits = []
        for i in range(3):
            clause = [c.scores[k + 3 + i] * (c.scale / GRAIN) for c in clauses]
            logits.append(
                whole[k + i] * (scale / GRAIN)
                + sum(map(mul, attention, clause))
                + sum(map(mul, [*heard, *said], self._sentiment[aspect][i]))
                + self._leaning[aspect][i]
            )
        highest = max(logits)
        powers = [math.exp(logit - highest) for logit in logits]
        total = sum(powers)
        return [power / total for power in powers]

    def _evidence(
        self,
        tokens: Tokens,
        clauses: Sequence[Clause],
        focus: Sequence[float],
        aspect: int,
        sign: int,
        grams: Sequence[Sequence[int]],
    ) -> tuple[int, int]:
        """The best clause, narrowed where it is long; or with a neighbour that judges as found."""
        agreeing = [sign != 0 and clause.sentiments[1 if sign > 0 else 2] > 0 for clause in clauses]
        worth = [score + AGREEING * a for score, a in zip(focus, agreeing, strict=True)]
        best = worth.index(max(worth))
        start, end = _spoken(tokens, clauses[best])
        if end - start > sum(WINDOW):
            scores = [
                sum(self._row(gram)[aspect] for gram in grams[at]) for at in range(start, end)
            ]
            peak = start + scores.index(max(scores))
            return max(start, peak - WINDOW[0]), min(end, peak + WINDOW[1])
        for beside in (best + 1, best - 1):
            if not agreeing[best] and 0 <= beside < len(clauses) and agreeing[beside]:
                first, last = _spoken(tokens, clauses[beside])
                if max(end, last) - min(start, first) <= sum(WINDOW):
                    start, end = min(start, first), max(end, last)
        return start, end


def _spoken(tokens: Tokens, clause: Clause) -> tuple[int, int]:
    """Tokens of a clause without the word that turns and the mark that ends it."""
    end = clause.end
    if tokens.kind[end - 1] in (STOP, COMMA, QUESTION):
        end = max(end - 1, clause.start + 1)
    return (clause.opens if clause.opens < end else clause.start), end


def _sentiments(values: Sequence[float], logit: float) -> tuple[float, ...]:
    """What lexicon and general model say."""
    good = sum(value for value in values if value > 0)
    bad = -sum(value for value in values if value < 0)
    return (
        math.tanh((good - bad) / 2),
        float(good > 0),
        float(bad > 0),
        float(good == 0 and bad == 0),
        math.tanh(logit / 2),
        min(max(logit, -4.0), 4.0) / 2,
    )
