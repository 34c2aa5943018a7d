"""Question types as a registry: each reads an answer, says its scale and judges the score.

A new type is a new entry here; nothing else asks which type a question has.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from peakend.questionnaire.errors import Fault

if TYPE_CHECKING:
    from peakend.questionnaire.definition import Question

Answer = int | str
LONGEST_TEXT = 4_000  # characters; a respondent's page says so before it is reached

# U+0000 cannot be stored by PostgreSQL, and half a surrogate pair by nobody.
_UNSTORABLE = dict.fromkeys([0, *range(0xD800, 0xE000)])


@dataclass(frozen=True, slots=True)
class QuestionType:
    """One way to ask.

    ``read`` turns a raw answer into the stored one or says the fault. ``scale`` is the lowest
    and highest answer of a scored type. ``polarity`` judges a scored answer: -1, 0 or 1.
    ``metric`` is the observation code of every question of the type, '' for the question's own.
    ``control`` names how the page shows it.
    """

    code: str
    control: str
    read: Callable[[Question, object], Answer | Fault]
    scale: tuple[int, int] | None = None
    polarity: Callable[[int], int] | None = None
    metric: str = ""

    @property
    def steps(self) -> tuple[int, ...]:
        """Every answer on the scale, lowest first; empty for unscored types."""
        return tuple(range(self.scale[0], self.scale[1] + 1)) if self.scale else ()


def read_step(question: Question, raw: object) -> Answer | Fault:
    """A whole number on the type's scale; '9' and 9.0 count, 9.5 and True do not."""
    if isinstance(raw, bool):
        return Fault.NOT_A_NUMBER
    if isinstance(raw, str):
        try:
            raw = float(raw.strip())
        except ValueError:
            return Fault.NOT_A_NUMBER
    if not isinstance(raw, int | float):
        return Fault.NOT_A_NUMBER
    low, high = question.type.scale or (0, 0)
    # The first test also refuses NaN and both infinities.
    if not low <= raw <= high or raw != int(raw):
        return Fault.NOT_ON_SCALE
    return int(raw)


def read_option(question: Question, raw: object) -> Answer | Fault:
    """The code of one of the question's options."""
    known = {option.code for option in question.options}
    return raw if isinstance(raw, str) and raw in known else Fault.NOT_AN_OPTION


def read_text(question: Question, raw: object) -> Answer | Fault:
    """Free words, without what no database keeps."""
    if not isinstance(raw, str):
        return Fault.NOT_TEXT
    text = raw.translate(_UNSTORABLE).strip()
    return text if len(text) <= LONGEST_TEXT else Fault.TOO_LONG


def judge_nps(step: int) -> int:
    """Detractor (0-6), passive (7-8), promoter (9-10): Reichheld 2003."""
    return 1 if step >= 9 else 0 if step >= 7 else -1


def judge_five(step: int) -> int:
    """Two low boxes, the middle, two high boxes."""
    return 1 if step >= 4 else 0 if step == 3 else -1


def judge_effort(step: int) -> int:
    """'They made it easy', 1-7: agreeing (5-7) is good; CES 2.0."""
    return 1 if step >= 5 else 0 if step == 4 else -1


TYPES: dict[str, QuestionType] = {
    entry.code: entry
    for entry in (
        QuestionType("nps", "cells", read_step, (0, 10), judge_nps, "nps"),
        QuestionType("csat", "cells", read_step, (1, 5), judge_five, "csat"),
        QuestionType("rating", "cells", read_step, (1, 5), judge_five),
        QuestionType("ces", "cells", read_step, (1, 7), judge_effort, "ces"),
        QuestionType("choice", "options", read_option),
        QuestionType("text", "words", read_text),
    )
}
