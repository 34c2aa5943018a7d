"""Words that a shipped taxonomy lends to a thinner one of the same industry.

Who writes '油耗: 油耗, 省油' means what the shipped taxonomy of cars says with forty words. Aspects
are matched by what they are called and by the words they share; only aspects with few words
borrow, and no word that the taxonomy itself gives to another aspect.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from peakend.text.taxonomy import Aspect, Taxonomy, load_taxonomy, taxonomy_names

ROLES = ("keywords", "hints", "positive", "negative")
FEW = 12  # an aspect with fewer words borrows
_CALLED_ALIKE = 2
_LEAST = 2  # of likeness: a name in common, or two words


@dataclass(frozen=True)
class LentWords:
    """Words an aspect borrowed: its code, where from (taxonomy and aspect), which."""

    aspect: str
    taxonomy: str
    lender: str
    words: tuple[str, ...]


def with_lent_words(taxonomy: Taxonomy) -> tuple[Taxonomy, tuple[LentWords, ...]]:
    """The taxonomy with what the shipped one nearest to it lends, and what that is."""
    if not any(_is_thin(aspect) for aspect in taxonomy.aspects):
        return taxonomy, ()
    nearest, lenders = max(
        ((shipped, dict(_matched(taxonomy, shipped))) for shipped in _shipped()),
        key=lambda one: sum(likeness for _, likeness in one[1].values()),
    )
    claimed = {word for aspect in taxonomy.aspects for word in _words(aspect)}
    aspects = list(taxonomy.aspects)
    lent = []
    for lender in nearest.aspects:
        place, _ = lenders.get(lender.code) or lenders.get(lender.part_of) or (-1, 0)
        if place < 0 or not _is_thin(taxonomy.aspects[place]):
            continue
        own = aspects[place]
        given = {
            role: tuple(w for w in getattr(lender, role) if w.lower() not in claimed)
            for role in ROLES
        }
        aspects[place] = replace(own, **{r: getattr(own, r) + given[r] for r in ROLES})
        words = tuple(dict.fromkeys(word for role in ROLES for word in given[role]))
        lent.append(LentWords(own.code, nearest.code, lender.code, words))
    return replace(taxonomy, aspects=tuple(aspects)), tuple(lent)


def _matched(taxonomy: Taxonomy, shipped: Taxonomy) -> Iterator[tuple[str, tuple[int, int]]]:
    """For each aspect of a shipped taxonomy the place of the one it is most like, and how much."""
    for lender in shipped.aspects:
        if lender is shipped.aspects[shipped.overall]:
            continue
        likeness = [
            0 if place == taxonomy.overall else _likeness(own, lender)
            for place, own in enumerate(taxonomy.aspects)
        ]
        most = max(likeness)
        if most >= _LEAST and likeness.count(most) == 1:
            yield lender.code, (likeness.index(most), most)


def _likeness(own: Aspect, lender: Aspect) -> int:
    """Words and names in common; counts more where one is called as the other, or its first word."""
    shared = (_words(own) | own.called) & (_words(lender) | lender.called)
    first = {word.lower() for word in lender.keywords[:1]}
    alike = own.called & (lender.called | first) or _words(own) & (lender.called | first)
    return len(shared) + (_CALLED_ALIKE if alike else 0)


def _words(aspect: Aspect) -> frozenset[str]:
    return frozenset(word.lower() for role in ROLES for word in getattr(aspect, role))


def _is_thin(aspect: Aspect) -> bool:
    return len(_words(aspect)) < FEW


def _shipped() -> list[Taxonomy]:
    return [load_taxonomy(name) for name in taxonomy_names()]
