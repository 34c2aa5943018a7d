"""English words that carry grammar rather than meaning; each user adds what is empty to it alone."""

from __future__ import annotations

FUNCTION_WORDS = frozenset((
    "the", "a", "an", "and", "or", "of", "to", "in", "is", "was", "were", "are", "be",
    "been", "it", "its", "this", "that", "i", "my", "we", "our", "you", "they", "them",
    "their", "for", "with", "on", "at", "as", "had", "have", "has", "do", "did", "so",
    "very", "just", "there",
))  # fmt: skip
