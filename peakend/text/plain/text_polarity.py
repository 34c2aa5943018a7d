"""Whether one text is for or against: see `peakend.text.text_polarity`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from operator import mul

from peakend.text.plain.judgements import Match
from peakend.text.plain.tokens import Tokens
from peakend.text.text_polarity import SUMS, UNIT, Scorer


class PlainScorer:
    """The general model as dictionaries: weights are whole numbers of 1 / UNIT."""

    def __init__(self, scorer: Scorer) -> None:
        self._unigrams = scorer.unigram_weights()
        self._bigrams = scorer.bigram_weights()
        self._sums: list[float] = scorer.sums.tolist()

    def token_weights(self, symbols: Sequence[int]) -> list[int]:
        """What each token, with the bigram it begins, adds to the score of its text."""
        one, two = self._unigrams.get, self._bigrams.get
        weights = [one(left, 0) + two(left << 16 | right, 0) for left, right in pairwise(symbols)]
        return [*weights, one(symbols[-1], 0)]

    def logit(self, tokens: Tokens, matches: Sequence[Match], weights: Sequence[int]) -> float:
        """Log-odds that the text is positive."""
        length = len(tokens.symbol) - 1
        judged = _judgement_sums(matches, length)
        chinese = tokens.chinese * 2 >= tokens.letters
        own = self._sums[:SUMS] if chinese else self._sums[SUMS : 2 * SUMS]
        intercept = self._sums[-2] if chinese else self._sums[-1]
        scale = 4.0 / math.sqrt(2.0 * length + 10.0) / UNIT
        judgements: float = sum(map(mul, judged, own))
        return sum(weights) * scale + judgements + intercept


def _judgement_sums(matches: Sequence[Match], length: int) -> tuple[float, ...]:
    """How the judgements of a text of so many tokens add up."""
    values = [match.value for match in matches if match.value]
    praise = sum(value for value in values if value > 0)
    blame = -sum(value for value in values if value < 0)
    middle = (length + 1) // 2
    late = sum(match.value for match in matches if match.value and match.start >= middle)
    first, last = (values[0], values[-1]) if values else (0.0, 0.0)
    return (
        math.tanh((praise - blame) / 3),
        (praise - blame) / (praise + blame + 1),
        math.log1p(praise),
        math.log1p(blame),
        math.tanh(late / 3),
        praise > 0,
        blame > 0,
        math.log(max(length, 1)) / 4,
        math.tanh(first / 2),
        math.tanh(last / 2),
    )
