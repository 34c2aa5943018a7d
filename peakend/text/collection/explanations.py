"""Which judgement the words that say why explain: 等了半天，因为只有一个服务员."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from peakend.text.collection.cause_words import Construction, Told, told_why
from peakend.text.collection.unsaid_why import named_within, unsaid_why
from peakend.text.taxonomy import OVERALL

_SENTENCE = re.compile(r"[。！？!?\n]|\.(?!\d)")
# Characters between the words and what they explain: a result follows at once.
_REACH = {Construction.BECAUSE: 60, Construction.RESULT: 30, Construction.CONTRAST: 30}
_AT_HEAD = 8  # characters of a sentence before 因为 that still begin it: 可能是因为…
_SHORTEST = 3  # characters that can say why
_SIDES = {Construction.RESULT: (1,), Construction.BECAUSE: (-1, 1), Construction.CONTRAST: (1, -1)}


@dataclass(frozen=True, slots=True)
class Judged:
    """An opinion as it was found: aspect, polarity (−1, 0, 1) and where its words stand."""

    aspect: str
    polarity: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """The words ``start`` to ``end`` say why the opinion at ``place`` of those given was reached.

    ``about`` is the aspect that the words themselves speak of; empty where they name none other.
    """

    place: int
    start: int
    end: int
    construction: Construction
    about: str = ""


def explanations(text: str, opinions: Sequence[Judged]) -> list[Explanation]:
    """At most one explanation an opinion: the nearest words of its sentence that say why.

    What a construction points to comes first (a result before a reason that was named later);
    a judgement whose own words are the reason explains itself, which is no reason, unless they
    name a fact.
    """
    # Praise and blame for nothing in particular are explained by what is named beside them.
    judged = [
        (place, one) for place, one in enumerate(opinions) if one.polarity and one.aspect != OVERALL
    ]
    if not judged:
        return []
    edges = [edge.start() for edge in _SENTENCE.finditer(text)]
    found: dict[int, tuple[int, Explanation]] = {}
    for told in told_why(text):
        if told.end - told.start < _SHORTEST:
            continue
        nearest = _explained(told, judged, edges)
        if nearest is None:
            continue
        place, gap = nearest
        if place in found and found[place][0] <= gap:
            continue
        about = _about(told, opinions, opinions[place].aspect)
        found[place] = gap, Explanation(place, told.start, told.end, told.construction, about)
    for place, told in _unsaid(text, judged):
        if place not in found:
            about = _about(told, opinions, opinions[place].aspect)
            one = Explanation(place, told.start, told.end, told.construction, about)
            found[place] = 0, one
    for place, each in judged:
        named = named_within(text, each.start, each.end) if each.polarity < 0 else None
        if named and place not in found:
            found[place] = 0, Explanation(place, named.start, named.end, named.construction)
    return [one for _, one in sorted(found.values(), key=lambda pair: pair[1].place)]


def _unsaid(text: str, judged: Sequence[tuple[int, Judged]]) -> Iterator[tuple[int, Told]]:
    """Reasons that stand beside blame without a word that says so, with the opinion they explain."""
    blamed = [(place, one) for place, one in judged if one.polarity < 0]
    if not blamed:
        return
    for one in unsaid_why(text, [(each.start, each.end) for _, each in blamed]):
        for place, each in blamed:
            beside = each.start < one.last and one.first < each.end
            if beside and not (each.start < one.told.end and one.told.start < each.end):
                yield place, one.told


def _explained(
    told: Told, judged: Sequence[tuple[int, Judged]], edges: Sequence[int]
) -> tuple[int, int] | None:
    """The opinion that the words explain, and how far away it stands."""
    begins = min((told.mark - edge for edge in (-1, *edges) if edge < told.mark), default=0)
    for side in _SIDES[told.construction]:
        if side > 0 and told.construction == Construction.BECAUSE and begins > _AT_HEAD:
            continue  # 因为人少，等了半天; but of 很热情，因为人少，可惜… it explains what stood before
        near = []
        for place, one in judged:
            if told.construction != Construction.BECAUSE and one.polarity > 0:
                continue  # 害得, 只好 and 明明 lead to what went wrong
            if one.start < told.end and told.start < one.end:
                continue
            after = one.start >= told.end
            gap = one.start - told.end if after else told.start - one.end
            if after != (side > 0) or gap > _REACH[told.construction]:
                continue
            first, last = (told.end, one.start) if after else (one.end, told.start)
            between = [edge for edge in edges if first <= edge < last]
            # 上菜太慢了。可能是因为人手不够: the reason of what the sentence before ended with.
            follows = not after and len(between) == 1 and told.mark - between[0] <= _AT_HEAD
            if not between or follows:
                near.append((gap, place))
        if near:
            gap, place = min(near)
            return place, gap
    return None


def _about(told: Told, opinions: Sequence[Judged], explained: str) -> str:
    """The other aspect that the words are most of the evidence of."""
    for one in opinions:
        shared = min(one.end, told.end) - max(one.start, told.start)
        if (
            one.aspect not in (explained, OVERALL)
            and shared > 0
            and 2 * shared >= one.end - one.start
        ):
            return one.aspect
    return ""
