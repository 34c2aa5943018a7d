"""Turn situations into sentences: parse once, then draw choices and slots."""

from collections.abc import Mapping, Sequence

from numpy.random import Generator

Part = str | tuple["Pattern", ...]
Pattern = tuple[Part, ...]


class Draws:
    """Random whole numbers, drawn from the generator in blocks: one call a number is too slow."""

    BLOCK = 65_536

    def __init__(self, rng: Generator) -> None:
        self._rng = rng
        self._left: list[float] = []

    def below(self, limit: int) -> int:
        """A whole number in [0, limit)."""
        if not self._left:
            self._left = self._rng.random(self.BLOCK).tolist()
        return int(self._left.pop() * limit)

    def pick(self, choices: Sequence[str]) -> str:
        """One of the choices."""
        return choices[self.below(len(choices))]


class Grammar:
    """Situations of one language, ready to be spoken."""

    def __init__(self, slots: Mapping[str, Sequence[str]], draws: Draws) -> None:
        self._slots = slots
        self._draws = draws
        self._parsed: dict[str, Pattern] = {}

    def speak(self, situation: str) -> str:
        """One sentence of the situation, with its choices made and its slots filled."""
        pattern = self._parsed.get(situation)
        if pattern is None:
            pattern = self._parsed[situation] = parse(situation)
        return self._realise(pattern)

    def _realise(self, pattern: Pattern) -> str:
        words = []
        for part in pattern:
            if isinstance(part, tuple):
                words.append(self._realise(part[self._draws.below(len(part))]))
            elif part.startswith("{"):
                words.append(self._draws.pick(self._slots[part[1:-1]]))
            else:
                words.append(part)
        return "".join(words)


def parse(situation: str) -> Pattern:
    """Split ``a[b|c {slot}]d`` into literal words, slots and choices.

    >>> parse("[很|]好{dish}")
    ((('很',), ()), '好', '{dish}')
    """
    pattern, rest = _parse(situation, nested=False)
    if rest:
        raise ValueError(f"unbalanced choice in {situation!r}")
    return pattern


def _parse(text: str, nested: bool) -> tuple[Pattern, str]:
    parts: list[Part] = []
    while text:
        stop = next((i for i, sign in enumerate(text) if sign in "[{|]"), len(text))
        if stop:
            parts.append(text[:stop])
        text = text[stop:]
        if not text or (nested and text[0] in "|]"):
            break
        if text[0] == "{":
            end = text.index("}") + 1
            parts.append(text[:end])
            text = text[end:]
        elif text[0] == "[":
            choices: list[Pattern] = []
            while True:
                choice, text = _parse(text[1:], nested=True)
                choices.append(choice)
                if not text:
                    raise ValueError("a choice is not closed")
                if text[0] == "]":
                    break
            parts.append(tuple(choices))
            text = text[1:]
        else:
            raise ValueError(f"stray {text[0]!r}")
    return tuple(parts), text
