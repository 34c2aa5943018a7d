"""The words of a text that say why: after 因为 and because, before 导致 and which is why."""

from __future__ import annotations

import re

_LOOKED_AT = 2000  # characters of a text; who explains does it early
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
# '本以为会很好，结果…' tells what was hoped for, not why.
_HOPED = re.compile(r"以为|本想|原想|期待|满心|想着|hoped|expected|thought", re.IGNORECASE)
_EDGE = re.compile(r"[，。！？；、,!?;\n]|\.(?!\d)")
_EMPTY_HEAD = re.compile(
    r"^(?:因为|由于|就是|就因为|就|都是|都|是|由|主要|也|还|而且|而|并且|但是|但|可是|and|but|also)\s*",
    re.IGNORECASE,
)


def cause_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Where a text says why: offsets in order of the text, end excluded, none inside another."""
    head = text[:_LOOKED_AT]
    found = {_clause_after(head, mark.end()) for mark in _AFTER.finditer(head)}
    for mark in _BEFORE.finditer(head):
        start, end = _clause_before(head, mark.start())
        if not _HOPED.search(head, start, end):
            found.add((start, end))
    spans = sorted(span for span in found if span[1] > span[0])
    return tuple(
        one
        for one in spans
        if not any(other != one and other[0] <= one[0] and one[1] <= other[1] for other in spans)
    )


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
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
