"""What each scored question of a survey says, with how its answers are spread."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from peakend.metrics.queries import reading
from peakend.metrics.questions import STANDARD
from peakend.organization.access import Scope
from peakend.questionnaire.definition import Question, in_language
from peakend.surveys.models import Survey
from peakend.surveys.queries import questionnaire_of
from peakend.warehouse.cells import Slice, read_cells
from peakend.web.shell import figures, marks, numbers


@dataclass(frozen=True)
class Step:
    """One answer on the scale: how many gave it, of all."""

    value: int
    count: str
    share: float
    bar: SafeString


@dataclass(frozen=True)
class Result:
    """One scored question: its figure, its spread, and where it is explained and its words are."""

    question: str
    figure: figures.FigureView
    steps: tuple[Step, ...]
    url: str
    words: str


@dataclass(frozen=True)
class Results:
    """Every scored question of a survey, over the days that answers are of."""

    since: str
    until: str
    questions: tuple[Result, ...]


def results_of(survey: Survey, scope: Scope) -> Results:
    """The scored questions in the order they are asked, then those that answers alone tell of."""
    slice = Slice(units=scope.units, sources=(survey.source.code,))
    days = sorted(row.key[0] for row in read_cells(slice, ("day",), ("score",)))
    seen = {row.key[0]: row.histogram for row in read_cells(slice, ("code",), ("score",))}
    asked = {one.metric: one for one in questionnaire_of(survey).questions if one.scored}
    codes = [*asked, *(code for code in sorted(seen) if code not in asked)]
    return Results(
        since=f"{days[0]:%Y-%m-%d}" if days else "",
        until=f"{days[-1]:%Y-%m-%d}" if days else "",
        questions=tuple(
            _result(survey, slice, code, asked.get(code), seen.get(code, ())) for code in codes
        ),
    )


def _result(
    survey: Survey, slice: Slice, code: str, question: Question | None, histogram: tuple[int, ...]
) -> Result:
    metric = code if code in STANDARD else f"score:{code}"
    figure = figures.figure_view(reading(metric, slice))
    language = "en" if (get_language() or "").startswith("en") else "zh"
    query = urlencode({"source": survey.source.code, "period": "all"})
    return Result(
        question=in_language(question.text, language) if question else figure.title,
        figure=figure,
        steps=_steps(question, histogram),
        url=f"{reverse('metrics:metric', args=[metric])}?{query}",
        words=f"{reverse('voices:index')}?{query}",
    )


def _steps(question: Question | None, histogram: tuple[int, ...]) -> tuple[Step, ...]:
    """How often each answer was given; of a question nobody designed here, the answers there are."""
    given = [value for value, count in enumerate(histogram) if count]
    scale = question.type.steps if question else range(given[0], given[-1] + 1) if given else ()
    total = sum(histogram)
    if not total:
        return ()
    counts = [(value, histogram[value] if value < len(histogram) else 0) for value in scale]
    most = max((count for _, count in counts), default=0) or 1
    return tuple(
        Step(value, numbers.number(count), count / total, marks.bar(count / most, "accent"))
        for value, count in counts
    )
