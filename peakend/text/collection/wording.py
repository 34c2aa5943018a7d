"""Whole phrases from their pieces: 先关注公, 关注公众 and 注公众号 are one thing said."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

_TOGETHER = 0.8  # of the texts that hold a piece go on alike
_ALIKE = 0.7  # of the texts that held it first still do
_COVERED = 0.7  # of a piece's texts hold the whole around it
_LOOKED_AT = 400  # texts; more would not tell better
_LONGEST = 12  # tokens: Chinese characters or Latin words
_WORD = r"[^\W\d_]+(?:['’][^\W\d_]+)?"
_CHINESE = re.compile(r"[\u3400-\u9fff]")


def whole_phrases(pieces: Sequence[str], texts: Sequence[str]) -> list[str]:
    """What the texts say where they hold the pieces, in the pieces' order.

    A piece grows to both sides as long as most texts go on alike. Of a piece and a whole around
    it one is kept: the whole, unless the piece is far more often said without it.
    """
    looked_at = list(texts[:_LOOKED_AT])
    wholes = list(dict.fromkeys(_grown(piece, looked_at) for piece in dict.fromkeys(pieces)))
    counts = {whole: _count(whole, looked_at) for whole in wholes}
    return [
        whole
        for whole in wholes
        if not any(
            other != whole
            and (
                _covers(other, whole, counts)
                or (inside(other, whole) and not _covers(whole, other, counts))
            )
            for other in wholes
        )
    ] or wholes[:1]


def inside(piece: str, whole: str) -> bool:
    """Whether a phrase is a part of another: characters of a Chinese, words of a Latin one."""
    if _latin(piece):
        return f" {piece.lower()} " in f" {whole.lower()} "
    return piece in whole


def _grown(piece: str, texts: Sequence[str]) -> str:
    """The piece with what nearly always stands around it."""
    lowered = [text.lower() for text in texts]
    lowered = [text for text in lowered if piece.lower() in text]
    first = held = len(lowered)
    grown = piece
    while held and len(_tokens(grown)) < _LONGEST:
        neighbours = _neighbours_of_words if _latin(piece) else _neighbours_of_characters
        before, after = neighbours(grown.lower(), lowered)
        (count, token), side = max((_commonest(before), -1), (_commonest(after), 1))
        if not token or count < _TOGETHER * held or count < _ALIKE * first:
            break
        between = " " if _latin(piece) else ""
        grown = f"{token}{between}{grown}" if side < 0 else f"{grown}{between}{token}"
        held = count
    return grown


def _neighbours_of_characters(phrase: str, texts: Sequence[str]) -> tuple[list[str], list[str]]:
    """The Chinese characters before and after the phrase, one of each text that has them."""
    before, after = [], []
    for text in texts:
        at = text.find(phrase)
        if at > 0 and _CHINESE.match(text[at - 1]):
            before.append(text[at - 1])
        end = at + len(phrase)
        if at >= 0 and end < len(text) and _CHINESE.match(text[end]):
            after.append(text[end])
    return before, after


def _neighbours_of_words(phrase: str, texts: Sequence[str]) -> tuple[list[str], list[str]]:
    """The words before and after the phrase, one of each text that has them."""
    spoken = re.escape(phrase)
    looking = re.compile(rf"(?:({_WORD})\s)?(?<!\w){spoken}(?!\w)(?:\s({_WORD}))?")
    found = [match.groups() for text in texts if (match := looking.search(text)) is not None]
    return [word for word, _ in found if word], [word for _, word in found if word]


def _commonest(tokens: Sequence[str]) -> tuple[int, str]:
    """How often the commonest token comes, and the token; nothing of nothing."""
    counts = Counter(tokens)
    return max(((count, token) for token, count in counts.items()), default=(0, ""))


def _covers(whole: str, piece: str, counts: dict[str, int]) -> bool:
    """Whether a piece stands inside a whole and is seldom said without it."""
    return inside(piece, whole) and counts[whole] >= _COVERED * counts[piece]


def _count(phrase: str, texts: Sequence[str]) -> int:
    lowered = phrase.lower()
    return sum(lowered in text.lower() for text in texts)


def _tokens(phrase: str) -> list[str]:
    return phrase.split() if _latin(phrase) else list(phrase)


def _latin(phrase: str) -> bool:
    return phrase[:1].isascii()
