"""Tokens of one text: see `peakend.text.symbols` for what a token is."""

from __future__ import annotations

from dataclasses import dataclass

from peakend.text.symbols import (
    CHINESE,
    COMMA,
    DIGIT,
    DIGITS,
    LETTER,
    OTHER,
    PUNCTUATION,
    SEPARATOR,
    SPACE,
    STOP,
    Vocabulary,
    character_tables,
)

_APOSTROPHES = "'\u2019"


class _Characters(dict[str, tuple[int, int]]):
    """Symbol and class of a character, looked up in the tables once."""

    def __missing__(self, character: str) -> tuple[int, int]:
        symbol, kind = character_tables()
        code = min(ord(character), 0x1FFFF)
        self[character] = int(symbol[code]), int(kind[code])
        return self[character]


_CHARACTERS = _Characters()


@dataclass(slots=True)
class Tokens:
    """Tokens of one text, a separator last; letters and chinese count its characters."""

    symbol: list[int]
    start: list[int]
    end: list[int]
    kind: list[int]
    letters: int
    chinese: int


def tokenize(text: str, vocabulary: Vocabulary) -> Tokens:
    """Tokens of one text."""
    characters = [_CHARACTERS[character] for character in text]
    n = len(text)
    found = Tokens([], [], [], [], 0, 0)
    add_symbol, add_kind = found.symbol.append, found.kind.append
    add_start, add_end = found.start.append, found.end.append
    chinese = 0
    at = 0
    while at < n:
        symbol, kind = characters[at]
        end = at + 1
        if kind == CHINESE:
            chinese += 1
        elif kind == LETTER:
            end = _end_of_word(text, characters, at)
            symbol = vocabulary.symbol(vocabulary.spelled(text[at:end]))
            found.letters += sum(characters[i][1] == LETTER for i in range(at, end))
        elif kind == DIGIT:
            while end < n and characters[end][1] == DIGIT:
                end += 1
            if end - at > 1:
                symbol = DIGITS
        elif kind == SPACE:
            # Between two Chinese characters a space ends a clause; elsewhere it is nothing.
            beside = 0 < at < n - 1 and characters[at - 1][1] == CHINESE == characters[end][1]
            if not beside:
                at = end
                continue
            symbol, kind = OTHER, COMMA
        elif text[at] == "." and end < n and characters[end][1] in (DIGIT, LETTER):
            kind = PUNCTUATION
        add_symbol(symbol)
        add_kind(kind)
        add_start(at)
        add_end(end)
        at = end
    add_symbol(SEPARATOR)
    add_kind(STOP)
    add_start(n)
    add_end(n + 1)
    found.chinese = chinese
    return found


def _end_of_word(text: str, characters: list[tuple[int, int]], start: int) -> int:
    """Where the run of letters ends; an apostrophe between letters belongs to it."""
    end, n = start + 1, len(text)
    while end < n:
        if characters[end][1] != LETTER:
            inside = (
                text[end] in _APOSTROPHES
                and characters[end - 1][1] == LETTER
                and end + 1 < n
                and characters[end + 1][1] == LETTER
            )
            if not inside:
                break
        end += 1
    return end
