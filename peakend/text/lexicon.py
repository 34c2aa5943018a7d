"""The general opinion lexicon: words of judgement and the words that turn them.

The files in `lexicon/` were written for this project. A section is a role:

    polarity V       the entry judges; V from −3 to 3
    single V         one character that judges only after a word of degree ('很香', '太老')
    negator          turns the judgement that follows within the clause
    intensifier V    multiplies the judgement that follows
    after V          multiplies the judgement before it ('好吃极了')
    contrast         what follows weighs more than what stands before
    concession       what follows weighs less
    wish             what follows is wished for, expected or claimed, not found
    question         a clause with it and a question mark asks; judgements in it are weak
    asks             a clause with it asks, with a question mark or without
    rhetorical       with a question mark, the clause denies what it says
    irony            praise near it is meant the other way
    flip             the better side of a comparison is somebody else
    neutral          no judgement, though it contains a word of judgement
    emotion N, intent N   names an emotion or an intent
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

NEGATOR, CONTRAST, CONCESSION, WISH, QUESTION, RHETORICAL, IRONY, FLIP, SINGLE, DENIED, ASKS = (
    1 << i for i in range(11)
)  # DENIED: the pattern itself begins with a word of denial ('没坏过')
ROLES = {
    "negator": NEGATOR,
    "contrast": CONTRAST,
    "concession": CONCESSION,
    "wish": WISH,
    "question": QUESTION,
    "asks": ASKS,
    "rhetorical": RHETORICAL,
    "irony": IRONY,
    "flip": FLIP,
}


_DEGREES = {
    **dict.fromkeys(("很", "真", "好", "挺", "蛮", "更", "够", "也很", "都很"), 1.3),
    **dict.fromkeys(("太", "超", "超级", "非常", "特别", "最", "巨", "贼", "好好", "十分"), 1.6),
    **dict.fromkeys(("有点", "有些", "比较", "偏", "略", "稍", "还算", "还挺"), 0.8),
    **dict.fromkeys(("不", "不够", "不太", "不怎么", "没那么"), -0.8),
}


@dataclass
class Entry:
    """What one pattern means; several sections may name the same pattern."""

    polarity: float = 0.0
    roles: int = 0
    before: float = 1.0
    after: float = 1.0
    emotions: set[str] = field(default_factory=set)
    intents: set[str] = field(default_factory=set)


@cache
def general_lexicon() -> dict[str, Entry]:
    """All entries of the shipped lexicon by pattern. Callers must not change them."""
    entries: dict[str, Entry] = {}
    listed = list(_read())
    neutral = {pattern for role, _, pattern in listed if role == "neutral"}
    for role, value, pattern in listed:
        entry = entries.setdefault(pattern, Entry())
        if role == "polarity":
            if not entry.polarity or abs(float(value)) > abs(entry.polarity):
                entry.polarity = float(value)
        elif role == "single":
            for degree, factor in _DEGREES.items():
                if degree + pattern in neutral:
                    continue
                compound = entries.setdefault(degree + pattern, Entry())
                if not compound.polarity:
                    compound.polarity = float(value) * factor
                    compound.roles |= SINGLE
        elif role == "intensifier":
            entry.before = float(value)
        elif role == "after":
            entry.after = float(value)
        elif role == "emotion":
            entry.emotions.add(value)
        elif role == "intent":
            entry.intents.add(value)
        elif role != "neutral":
            entry.roles |= ROLES[role]
    return entries


def _read() -> Iterator[tuple[str, str, str]]:
    for name, separator in (
        ("zh.txt", None),
        ("zh_trades.txt", None),
        ("en.txt", ","),
        ("emoji.txt", None),
    ):
        source = resources.files("peakend.text") / "lexicon" / name
        role = value = ""
        for line in source.read_text(encoding="utf-8").splitlines():
            if line.startswith("#") or not line.strip():
                continue
            if line.startswith("["):
                role, _, value = line.strip("[] ").partition(" ")
                continue
            for pattern in line.split(separator):
                if pattern.strip():
                    yield role, value, pattern.strip()
