"""Causes: what stands beside a pain, and who can act on it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from peakend.text.collection.cause_words import cause_words
from peakend.text.personal import mask
from peakend.text.results import Columns
from peakend.text.taxonomy import Taxonomy


@dataclass(frozen=True)
class Cause:
    """What stands beside a pain, and the lever: the unit that can act and the standard it holds.

    kind: 'aspect' when another aspect is blamed in the same texts more often than chance would
    have it (lift, with n texts), 'words' when the texts themselves say why (see `cause_words`).
    """

    pain: str
    cause: str
    kind: str
    n: int
    lift: float
    owner: str
    standard: Mapping[str, str]
    example: str


def causes(
    texts: Sequence[str], columns: Columns, taxonomy: Taxonomy, least: int = 3
) -> list[Cause]:
    """Pain → cause → lever, for every aspect that is blamed; most frequent first."""
    blamed = columns.opinion_polarity == -1
    by_text: dict[int, set[int]] = defaultdict(set)
    for row, aspect in zip(
        columns.text[blamed].tolist(), columns.aspect[blamed].tolist(), strict=True
    ):
        by_text[row].add(aspect)
    alone = Counter(aspect for found in by_text.values() for aspect in found)
    both = Counter(
        (pain, other)
        for found in by_text.values()
        for pain in found
        for other in found
        if pain != other
    )
    total = max(len(texts), 1)
    result = []
    for (pain, other), n in both.items():
        lift = n * total / (alone[pain] * alone[other])
        if n >= least and lift > 1.2:
            lever = taxonomy.aspects[other]
            example = next(row for row, found in by_text.items() if {pain, other} <= found)
            result.append(
                Cause(
                    taxonomy.aspects[pain].code,
                    lever.code,
                    "aspect",
                    n,
                    round(lift, 2),
                    lever.owner,
                    lever.standard,
                    mask(texts[example][:200]),
                )
            )
    result += _named_causes(texts, by_text, taxonomy, least)
    return sorted(result, key=lambda cause: (-cause.n, cause.pain, cause.cause))


def _named_causes(
    texts: Sequence[str], by_text: Mapping[int, set[int]], taxonomy: Taxonomy, least: int
) -> list[Cause]:
    named: dict[tuple[int, str], list[int]] = defaultdict(list)
    for row, aspects in by_text.items():
        words = mask(cause_words(texts[row]).lower())
        for aspect in aspects if words else ():
            named[aspect, words].append(row)
    return [
        Cause(
            taxonomy.aspects[aspect].code, words, "words", len(rows), 1.0,
            taxonomy.aspects[aspect].owner, taxonomy.aspects[aspect].standard,
            mask(texts[rows[0]][:200]),
        )
        for (aspect, words), rows in named.items()
        if len(rows) >= least
    ]  # fmt: skip
