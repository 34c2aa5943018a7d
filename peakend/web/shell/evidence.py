"""A customer's words with the evidence marked and personal data masked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from peakend.text import PersonalData, find_personal_data, mask

TONES = {-1: "pk-neg", 0: "pk-neu", 1: "pk-pos"}


class Span(Protocol):
    """Where an opinion rests in a text: offsets in code points, end excluded."""

    start: int
    end: int
    polarity: int


def marked(text: str, spans: Iterable[Span]) -> SafeString:
    """The text, escaped and masked, with each span in a ``<mark>``.

    Overlapping spans are cut, the earlier (then the longer) one keeps its place. A piece of
    personal data is masked whole, even when a span cuts through it.
    """
    private = {piece.start: piece for piece in find_personal_data(text)}
    edges = [(span.start, span.end, span.polarity) for span in spans]
    pieces: list[str] = []
    at = 0
    for start, end, polarity in sorted(edges, key=lambda edge: (edge[0], -edge[1])):
        start, end = max(at, start), min(len(text), end)
        if start >= end:
            continue
        pieces.append(escape(_masked(text, at, start, private)))
        words = escape(_masked(text, start, end, private))
        pieces.append(f'<mark class="pk-evidence {TONES[polarity]}">{words}</mark>')
        at = end
    pieces.append(escape(_masked(text, at, len(text), private)))
    return mark_safe("".join(pieces))


def _masked(text: str, start: int, end: int, private: Mapping[int, PersonalData]) -> str:
    """``text[start:end]`` masked; personal data appears where it begins and is skipped after."""
    shown: list[str] = []
    at = start
    for piece in private.values():
        first, last = piece.start, piece.end
        if last <= start or first >= end:
            continue
        shown.append(text[at : max(at, first)])
        if first >= start:
            shown.append(mask(text[first:last]))
        at = min(end, last)
    shown.append(text[at:end])
    return "".join(shown)


def excerpt(text: str, spans: Iterable[Span], width: int = 60) -> tuple[str, list[Moved]]:
    """A window of about ``width`` characters around the first span, with the spans moved along."""
    edges = sorted(spans, key=lambda span: span.start)
    # Latin letters take half the room of Chinese characters.
    width = round(width * (2 - sum(map(_is_wide, text)) / max(1, len(text))))
    if len(text) <= width or not edges:
        return text[: width * 3], [Moved(s.start, s.end, s.polarity) for s in edges]
    first = edges[0]
    room = max(0, width - (first.end - first.start))
    begin = max(0, first.start - room // 2)
    # Begin after the clause before, so that the window does not open in the middle of a phrase.
    for place in range(first.start, begin, -1):
        if text[place - 1] in "。！？!?；;\n":
            begin = place
            break
    else:
        # Latin words are not cut in half.
        while 0 < begin < first.start and not _is_wide(text[begin - 1]) and text[begin - 1] != " ":
            begin += 1
    finish = min(len(text), begin + width + (first.end - first.start) // 2)
    lead = "…" if begin > 0 else ""
    tail = "…" if finish < len(text) else ""
    shift = begin - len(lead)
    moved = [
        Moved(max(s.start, begin) - shift, min(s.end, finish) - shift, s.polarity)
        for s in edges
        if s.end > begin and s.start < finish
    ]
    return lead + text[begin:finish].replace("\n", " ") + tail, moved


def _is_wide(character: str) -> bool:
    return character > "\u2e7f"


class Moved:
    """A span whose offsets belong to an excerpt."""

    __slots__ = ("end", "polarity", "start")

    def __init__(self, start: int, end: int, polarity: int) -> None:
        self.start, self.end, self.polarity = start, end, polarity
