"""Words of judgement that mean one aspect, learned from unlabelled texts.

'精美' alone judges who knows what. Where it stands beside a keyword in these texts, and nine times
of nine that keyword names the packaging, it means the packaging where no keyword stands beside it.
Nothing that the taxonomy's own words decide is changed: a learned word is a hint of its aspect.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import sqrt

from peakend.text.cold_start import Analyzer
from peakend.text.judgements import judge
from peakend.text.symbols import tokenize
from peakend.text.taxonomy import Taxonomy

LEAST = 5  # times a word stands beside a keyword
SURE = 0.6  # lowest share of them, at 90% confidence, that name the same aspect
_Z = 1.645
BATCH = 4096


@dataclass(frozen=True)
class LearnedWord:
    """A word of judgement, its aspect, how often it stands beside a keyword of that aspect and of any.

    low: lower end of the 90% Wilson interval of the share.
    """

    word: str
    aspect: str
    beside: int
    of: int
    low: float


def opinion_words(analyzer: Analyzer, texts: Sequence[str]) -> tuple[LearnedWord, ...]:
    """The words of judgement that mean one aspect in these texts, the surest first."""
    beside: Counter[tuple[str, int]] = Counter()
    for first in range(0, len(texts), BATCH):
        beside.update(_beside_keywords(analyzer, texts[first : first + BATCH]))
    total: Counter[str] = Counter()
    for (word, _), times in beside.items():
        total[word] += times
    found = []
    for (word, aspect), times in beside.items():
        low = _lowest(times, total[word])
        if total[word] >= LEAST and aspect != analyzer.overall and low >= SURE:
            code = analyzer.aspects[aspect]
            found.append(LearnedWord(word, code, times, total[word], round(low, 4)))
    return tuple(sorted(found, key=lambda one: (-one.low, one.word)))


def with_opinion_words(taxonomy: Taxonomy, words: Sequence[LearnedWord]) -> Taxonomy:
    """The taxonomy with learned words as hints."""
    return replace(
        taxonomy,
        aspects=tuple(
            replace(
                aspect,
                hints=(*aspect.hints, *(one.word for one in words if one.aspect == aspect.code)),
            )
            for aspect in taxonomy.aspects
        ),
    )


def _beside_keywords(analyzer: Analyzer, texts: Sequence[str]) -> Counter[tuple[str, int]]:
    """How often each word of judgement without an aspect of its own takes that of a keyword beside."""
    judgements = judge(tokenize(texts, analyzer.patterns.vocabulary), analyzer.patterns)
    place, aspect = analyzer.beside_keywords(judgements)
    words = analyzer.patterns.words
    return Counter(
        (words[pattern], of)
        for pattern, of in zip(judgements.pattern[place].tolist(), aspect.tolist(), strict=True)
    )


def _lowest(times: int, of: int) -> float:
    """Lower end of the 90% Wilson interval of a share."""
    share, z2 = times / of, _Z * _Z
    spread = _Z * sqrt(share * (1 - share) / of + z2 / (4 * of * of))
    return (share + z2 / (2 * of) - spread) / (1 + z2 / of)
