"""The names a map may use: aspects, questions and what is measured."""

from dataclasses import dataclass

from peakend.journeys.experience import FAMILIES
from peakend.journeys.vocabulary import Vocabulary
from peakend.metrics.definitions import all_metrics
from peakend.metrics.questions import name_of, scored_questions
from peakend.opinions.queries import aspect_names, aspect_title
from peakend.warehouse.cells import Slice, read_cells
from peakend.web.alerts.forms import aspect_choices

_MEASURED = ("score", "event")


@dataclass(frozen=True)
class Choice:
    """One name to choose."""

    value: str
    title: str
    is_chosen: bool = False


def vocabulary() -> Vocabulary:
    """Everything that is known today: of the taxonomies, of the surveys, and what was observed."""
    questions = {code: tuple(one.words.values()) for code, one in scored_questions().items()}
    heard = {str(row.key[0]): () for row in read_cells(Slice(), ("code",), FAMILIES)}
    aspects = aspect_names()
    codes: dict[str, tuple[str, ...]] = {**heard, **questions}
    for code, titles in aspects.items():
        codes[code] = (*titles, *codes.get(code, ()))
    offered = dict.fromkeys([*(code for code, _title in aspect_choices()), *questions])
    return Vocabulary(codes, _metrics(questions), tuple(offered))


def _metrics(questions: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """What a standard can be held against: means of answers and of what the business recorded."""
    known: dict[str, tuple[str, ...]] = {
        f"score:{code}": words for code, words in questions.items()
    }
    for family in _MEASURED:
        for row in read_cells(Slice(), ("code",), (family,)):
            if row.key[0]:
                known.setdefault(f"{family}:{row.key[0]}", ())
    for metric in all_metrics():
        # A map reads the mean of one code's observations; a metric of another code is none of it.
        if metric.family in _MEASURED and metric.code == metric.observation:
            known[metric.code] = (name_of(metric),)
    return known


def listened_choices(known: Vocabulary, chosen: list[str]) -> tuple[list[Choice], str]:
    """The names offered, those of ``chosen`` marked, and the rest of ``chosen`` as one line."""
    choices = [Choice(code, _title(known, code), code in chosen) for code in known.offered]
    rest = ", ".join(one for one in chosen if one and one not in known.offered)
    return choices, rest


def measure_choices(known: Vocabulary) -> list[Choice]:
    """The beginnings of a standard's line: each measure, with its title."""
    return [
        Choice(f"{code} <= ", titles[0] if titles else code)
        for code, titles in known.metrics.items()
    ]


def _title(known: Vocabulary, code: str) -> str:
    title = aspect_title(code)
    questions = scored_questions() if title == code else {}
    return questions[code].title if code in questions else title
