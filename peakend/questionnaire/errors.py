"""What can be wrong with a questionnaire or an answer; surfaces say it in the reader's language."""

from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """Why an answer cannot be taken."""

    MISSING = "missing"  # a required question was passed over
    NOT_A_NUMBER = "not_a_number"
    NOT_ON_SCALE = "not_on_scale"
    NOT_AN_OPTION = "not_an_option"
    NOT_TEXT = "not_text"
    TOO_LONG = "too_long"
    UNKNOWN_QUESTION = "unknown_question"


@dataclass(frozen=True, slots=True)
class AnswerError:
    """One answer that cannot be taken: which question, and why."""

    question: str
    fault: Fault


class DefinitionError(ValueError):
    """A questionnaire that cannot be asked; ``place`` names the question or field."""

    def __init__(self, place: str, message: str) -> None:
        super().__init__(f"{place}: {message}")
        self.place = place
