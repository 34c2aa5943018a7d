"""The words of a text that say why: after 因为 and because, before 导致 and which is why."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

LOOKED_AT = 2000  # characters of a text; who explains does it early
_LONGEST = 60  # characters of an explanation that are kept

# 怪 alone would find 怪味, and since alone 'since May'.
_AFTER = re.compile(
    r"原因就?是|原因在于|就因为|是因为|因为|由于|都怪|只怪|怪就怪|"
    r"\b(?:because of|because|due to|owing to|thanks to|on account of|as a result of|caused by|"
    r"the reason (?:is|was)(?: that)?|(?:(?<=^)|(?<=[.!?;,]\s))since(?= (?:nobody|no one|the|they|"
    r"there|it|he|she|we|you|my|our|your|this|that)\b))\b",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"导致|造成|致使|使得|引起|引发|以致于?|以至于|害得|害我|搞得|弄得|(?<!之)所以|因此|因而|只好|"
    r"(?<=[，,])结果|"
    r"(?:\band )?\bwhich is why\b|\bthat is why\b|\bthat's why\b|\btherefore\b|\bhence\b|\bled to\b|"
    r"\bresult(?:ed|ing) in\b|(?<=,)\s*so(?= (?:the|i|we|my|our|they|he|she|it|nobody|there)\b)",
    re.IGNORECASE,
)
# What should have kept it from happening: 明明有空桌，还是等了很久; although we had booked.
_AGAINST = re.compile(
    r"明明(?!白白)|说好(?!吃|喝|看|像|评)|讲好|承诺|号称|"
    r"\b(?:even though|although|despite|in spite of|supposed to|promised)\b",
    re.IGNORECASE,
)
# '本以为会很好，结果…' tells what was hoped for, not why.
_HOPED = re.compile(r"以为|本想|原想|期待|满心|想着|hoped|expected|thought", re.IGNORECASE)
_EDGE = re.compile(r"[，。！？；、…～#,!?;\n]|\.(?!\d)")
_EMPTY_HEAD = re.compile(
    r"^(?:因为|由于|就是|就因为|就|都是|都|是|由|主要|也|还|而且|而|并且|但是|但|可是|and|but|also)\s*",
    re.IGNORECASE,
)


class Construction(IntEnum):
    """How a text says why. Kept with what was found, so the numbers stay."""

    BECAUSE = 1  # 因为…, because…: the words after it
    RESULT = 2  # …导致, …which is why: the words before it
    CONTRAST = 3  # 明明…, although…: what should have kept it from happening
    GROUND = 4  # 服务差，叫了三次没人理: the fact beside what it is called
    OUTCOME = 5  # 等了一小时，菜都凉了: what happened, before what came of it
    SUPPOSED = 6  # 太慢了，估计是新来的: what the customer takes for the reason
    NAMED = 7  # 凉皮太油: the judgement names what is wrong itself


@dataclass(frozen=True, slots=True)
class Told:
    """Words that say why, in code points, end excluded; ``mark`` is where the construction begins."""

    start: int
    end: int
    mark: int
    construction: Construction


def told_why(text: str) -> tuple[Told, ...]:
    """Every place where a text says why, in order, none inside another; contrasts stand back."""
    head = text[:LOOKED_AT]
    found = list(_widest(_said(head)))
    for mark in _AGAINST.finditer(head):
        start, end = _clause_after(head, mark.end())
        # With its own word: '说好半小时' is why, 'half an hour' is not.
        if end > start and not any(one.start < end and mark.start() < one.end for one in found):
            found.append(Told(mark.start(), end, mark.start(), Construction.CONTRAST))
    return tuple(sorted(found, key=lambda one: (one.start, one.end)))


def cause_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Where a text says why: offsets in order of the text, end excluded, none inside another."""
    spans = {(one.start, one.end) for one in _widest(_said(text[:LOOKED_AT]))}
    return tuple(sorted(spans))


def _said(head: str) -> Iterator[Told]:
    for mark in _AFTER.finditer(head):
        start, end = _clause_after(head, mark.end())
        yield Told(start, end, mark.start(), Construction.BECAUSE)
    for mark in _BEFORE.finditer(head):
        start, end = _clause_before(head, mark.start())
        if not _HOPED.search(head, start, end):
            yield Told(start, end, mark.start(), Construction.RESULT)


def _widest(found: Iterator[Told]) -> Iterator[Told]:
    """Without what is empty, said twice, or inside another."""
    held = {(one.start, one.end): one for one in found if one.end > one.start}
    for (start, end), one in held.items():
        if not any((a, b) != (start, end) and a <= start and end <= b for a, b in held):
            yield one


def cause_words(text: str) -> str:
    """The first of the words that say why; empty where none do."""
    spans = cause_spans(text)
    return text[slice(*spans[0])] if spans else ""


def _clause_after(text: str, start: int) -> tuple[int, int]:
    while start < len(text) and text[start] in " ，,：:":
        start += 1
    edge = _EDGE.search(text, start)
    return _trimmed(text, start, edge.start() if edge else len(text))


def _clause_before(text: str, end: int) -> tuple[int, int]:
    while end and text[end - 1] in " ，,;；。.":
        end -= 1
    edges = [edge.end() for edge in _EDGE.finditer(text, 0, end)]
    return _trimmed(text, edges[-1] if edges else 0, end)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Without blanks and empty words at its head, and not cut inside a Latin word."""
    while start < end and (text[start].isspace() or (_EMPTY_HEAD.match(text[start:end]))):
        empty = _EMPTY_HEAD.match(text[start:end])
        start += empty.end() if empty else 1
    if end - start > _LONGEST:
        end = start + _LONGEST
        blank = text.rfind(" ", start, end)
        if text[end - 1].isascii() and blank > start:
            end = blank
    while end > start and not text[end - 1].isalnum():
        end -= 1
    return start, end
