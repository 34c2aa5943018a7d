"""A questionnaire as data: parsed once, then every question is a frozen object."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from peakend.questionnaire.errors import DefinitionError
from peakend.questionnaire.types import TYPES, QuestionType

Words = Mapping[str, str]  # language ('zh', 'en') → words

_CODE = re.compile(r"^[a-z][a-z0-9_]{0,62}$")
_OUTCOMES = ("negative", "neutral", "positive")


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose."""

    code: str
    text: Words


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    ``after`` names a scored question whose outcome picks the wording out of ``variants``
    ('negative', 'neutral', 'positive'): 'What disappointed you most?' after a low score.
    """

    code: str
    type: QuestionType
    text: Words
    required: bool = False
    low: Words = field(default_factory=dict)
    high: Words = field(default_factory=dict)
    options: tuple[Option, ...] = ()
    metric: str = ""
    after: str = ""
    variants: Mapping[str, Words] = field(default_factory=dict)
    name: Words = field(default_factory=dict)  # what its score is called on a page

    @property
    def scored(self) -> bool:
        """Whether the answer is a number that is measured."""
        return self.type.scale is not None


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """Questions in the order they are asked."""

    questions: tuple[Question, ...]

    def question(self, code: str) -> Question | None:
        """The question of this code, or None."""
        return next((each for each in self.questions if each.code == code), None)


def in_language(words: Words, language: str) -> str:
    """The words in the language or, where they are missing, in any other."""
    short = language.split("-")[0]
    return words.get(short) or next((text for text in words.values() if text), "")


def parse_definition(data: Mapping[str, Any]) -> Questionnaire:
    """Read ``{"questions": [{"code", "type", "text": {"zh", "en"}, …}]}``.

    Raises:
        DefinitionError: naming the question that cannot be asked and why.
    """
    raw = data.get("questions")
    if not isinstance(raw, list):
        raise DefinitionError("questions", "expected a list")
    seen: dict[str, Question] = {}
    for number, entry in enumerate(raw, 1):
        if not isinstance(entry, Mapping):
            raise DefinitionError(f"question {number}", "expected an object")
        question = _question(entry, f"question {number}")
        if question.code in seen:
            raise DefinitionError(question.code, "asked twice")
        if question.after and not (question.after in seen and seen[question.after].scored):
            raise DefinitionError(question.code, "follows no scored question before it")
        seen[question.code] = question
    return Questionnaire(tuple(seen.values()))


def _question(entry: Mapping[str, Any], place: str) -> Question:
    code = entry.get("code")
    if not isinstance(code, str) or not _CODE.match(code):
        raise DefinitionError(place, "code must be lower-case letters, digits and _")
    kind = TYPES.get(str(entry.get("type")))
    if kind is None:
        raise DefinitionError(code, f"unknown type {entry.get('type')!r}")
    text = _words(entry.get("text"), code)
    if not any(text.values()):
        raise DefinitionError(code, "has no text")
    options = tuple(
        Option(str(each.get("code")), _words(each.get("text"), code))
        for each in entry.get("options", ())
    )
    if kind.control == "options" and len({option.code for option in options}) < 2:
        raise DefinitionError(code, "needs two different options")
    variants = {
        outcome: _words(words, code)
        for outcome, words in dict(entry.get("variants", {})).items()
        if outcome in _OUTCOMES
    }
    return Question(
        code=code,
        type=kind,
        text=text,
        required=bool(entry.get("required", False)),
        low=_words(entry.get("low", {}), code),
        high=_words(entry.get("high", {}), code),
        options=options,
        metric=str(entry.get("metric") or kind.metric or code),
        after=str(entry.get("after", "")),
        variants=variants,
        name=_words(entry.get("name", {}), code),
    )


def _words(raw: Any, place: str) -> dict[str, str]:
    if not isinstance(raw, Mapping) or not all(isinstance(each, str) for each in raw.values()):
        raise DefinitionError(place, "words must be given by language")
    return {str(language): text for language, text in raw.items()}
