"""A text without its personal data, and the way back from a place in it to the original."""

from __future__ import annotations

from dataclasses import dataclass

from peakend.text import find_personal_data, mask


@dataclass(frozen=True)
class Masked:
    """A masked text; starts and ends give, for each of its characters, the original's offsets."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def head(self, size: int) -> Masked:
        """Its beginning: cut after masking, so that no half of a number slips through."""
        return Masked(self.text[:size], self.starts[:size], self.ends[:size])

    def find(self, quote: str) -> tuple[int, int] | None:
        """Where a quote stands in the original (end excluded); nothing where it does not."""
        quote = quote.strip().strip("\"'“”‘’「」").strip()
        at = self.text.find(quote) if quote else -1
        return (self.starts[at], self.ends[at + len(quote) - 1]) if at >= 0 else None


def masked(text: str) -> Masked:
    """A text as it may leave the house. A quote that holds part of a masked piece holds all of it."""
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    for piece in find_personal_data(text):
        starts += range(at, piece.start)
        ends += range(at + 1, piece.start + 1)
        stars = mask(text[piece.start : piece.end])
        if stars == text[piece.start : piece.end]:  # told only by its neighbours: hidden whole
            stars = "***"
        starts += [piece.start] * len(stars)
        ends += [piece.end] * len(stars)
        parts += [text[at : piece.start], stars]
        at = piece.end
    starts += range(at, len(text))
    ends += range(at + 1, len(text) + 1)
    return Masked("".join((*parts, text[at:])), tuple(starts), tuple(ends))
