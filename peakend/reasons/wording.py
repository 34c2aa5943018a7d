"""How the words of a reason are written, and which of them are read first."""

from collections import Counter

from peakend.text import mask

LONGEST = 120  # characters


def as_given(said: str) -> str:
    """Words of a voice as they stand for a reason: masked and in small letters."""
    return mask(said).strip().lower()[:LONGEST]


def commonest(said: Counter[str]) -> list[str]:
    """Wordings, the commonest first; of those said equally often the shortest reads best."""
    return sorted(said, key=lambda words: (-said[words], len(words), words))
