"""The norm library: finished tests and waves deposit their figures; a new one is placed on them."""

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import QuerySet

from peakend.methods.norms import NormComparison, compare_to_norm
from peakend.metrics.brands import every_brand
from peakend.metrics.choices import StudyKind
from peakend.metrics.definitions import Definition, UnknownMetric, definition_of
from peakend.metrics.display import display_of
from peakend.metrics.errors import MetricError
from peakend.metrics.models import NormFigure, NormStudy
from peakend.metrics.queries import reading
from peakend.metrics.questions import EXPECTED
from peakend.organization.models import User
from peakend.surveys.models import Survey
from peakend.surveys.queries import questionnaire_of
from peakend.warehouse.cells import Slice

MATCHES = ("category", "market", "method")  # what a norm should share with the test, most last
LEAST = 5  # results below which there is no norm (see peakend.methods.norms)
# Metrics each standard question can be told by.
TOLD_BY = {
    "nps": ("nps", "recommendation"),
    "csat": ("csat", "csat_top_two"),
    "ces": ("ces", "easy_share"),
}
COLUMNS = (
    "name", "category", "market", "method", "finished_on", "metric", "value", "n", "standard_error",
)  # fmt: skip


class NothingToDeposit(MetricError):
    """The survey has no figure with enough answers."""


class DepositedAlready(MetricError):
    """This study is in the library."""


class UnreadableNorms(MetricError):
    """A line of figures cannot be read; ``line`` counts from 1, the heading included."""

    def __init__(self, line: int, field: str) -> None:
        super().__init__(f"line {line}: {field}")
        self.line = line
        self.field = field


@dataclass(frozen=True)
class StudyDraft:
    """What is known of a finished test or wave."""

    name: str
    category: str
    finished_on: date
    market: str = ""
    method: str = ""
    kind: str = StudyKind.TEST
    name_en: str = ""


@dataclass(frozen=True)
class FigureDraft:
    """One of its figures, in the unit that is stored."""

    metric: str
    value: float
    standard_error: float
    n: int


@dataclass(frozen=True)
class Placement:
    """One figure of a study on its norm.

    ``norm`` are the results it is held against, ``matched`` what they share with it;
    ``widened`` says that too few shared everything.
    """

    study: NormStudy
    figure: NormFigure
    metric: Definition
    result: NormComparison
    norm: tuple[NormFigure, ...]
    matched: tuple[str, ...]

    @property
    def widened(self) -> bool:
        """Whether the norm had to be taken from farther away."""
        asked = [name for name in MATCHES if getattr(self.study, name)]
        return len(self.matched) < len(asked)


@transaction.atomic
def deposit(
    draft: StudyDraft,
    figures: Sequence[FigureDraft],
    *,
    by: User | None,
    survey: Survey | None = None,
) -> NormStudy:
    """Put a finished study into the library.

    Raises:
        NothingToDeposit, DepositedAlready, UnknownMetric
    """
    if not figures:
        raise NothingToDeposit(draft.name)
    for figure in figures:
        definition_of(figure.metric)
    same = {
        "name": draft.name, "category": draft.category, "market": draft.market,
        "method": draft.method, "finished_on": draft.finished_on,
    }  # fmt: skip
    if NormStudy.objects.filter(**same).exists():
        raise DepositedAlready(draft.name)
    study = NormStudy.objects.create(
        **same, kind=draft.kind, name_en=draft.name_en, survey=survey, deposited_by=by
    )
    NormFigure.objects.bulk_create(
        NormFigure(
            study=study, metric=one.metric, value=one.value, standard_error=one.standard_error,
            n=one.n,
        )
        for one in figures
    )  # fmt: skip
    return study


def deposit_survey(
    survey: Survey,
    draft: StudyDraft,
    *,
    by: User | None,
    since: date | None = None,
    until: date | None = None,
) -> NormStudy:
    """Put what a survey found (in a period: one wave) into the library.

    Raises:
        NothingToDeposit, DepositedAlready
    """
    return deposit(draft, figures_of(survey, since=since, until=until), by=by, survey=survey)


def figures_of(
    survey: Survey, *, since: date | None = None, until: date | None = None
) -> list[FigureDraft]:
    """The figures of a survey with enough answers, as the metrics tell them."""
    # Who tests a competitor's product deposits it too.
    slice = Slice(since=since, until=until, brands=every_brand(), sources=(survey.source.code,))
    codes = [
        question.metric
        for question in questionnaire_of(survey).questions
        if question.scored and not question.metric.endswith(EXPECTED)
    ]
    metrics = [metric for code in codes for metric in TOLD_BY.get(code, (f"score:{code}",))]
    found = []
    for metric in dict.fromkeys(metrics):
        now = reading(metric, slice)
        if now.enough and now.value is not None:
            error = now.standard_error or 0.0
            found.append(FigureDraft(metric, now.value, error, int(now.n)))
    return found


@transaction.atomic
def deposit_lines(text: str, *, by: User | None) -> list[NormStudy]:
    """Put studies from a table into the library: one line a figure, columns as in ``COLUMNS``.

    Values are as they are shown (45 for an NPS of 45, 62.5 for per cent). Lines with the same
    name, category, market, method and day are one study. A standard error left empty is reckoned
    from n where the figure is a share.

    Raises:
        UnreadableNorms, DepositedAlready
    """
    studies: dict[StudyDraft, list[FigureDraft]] = {}
    reader = csv.DictReader(io.StringIO(text.strip().lstrip("\ufeff")), delimiter=_delimiter(text))
    if not reader.fieldnames or not {"name", "category", "metric", "value", "n"} <= set(
        reader.fieldnames
    ):
        raise UnreadableNorms(1, "heading")
    for number, row in enumerate(reader, 2):
        study = StudyDraft(
            name=_text(row, "name", number),
            category=_text(row, "category", number),
            finished_on=_day(row, number),
            market=(row.get("market") or "").strip(),
            method=(row.get("method") or "").strip(),
        )
        studies.setdefault(study, []).append(_figure(row, number))
    return [deposit(study, figures, by=by) for study, figures in studies.items()]


def remove_study(study: NormStudy) -> None:
    """Take a study out of the library."""
    study.delete()


def all_studies() -> QuerySet[NormStudy]:
    """Every study with its figures, the newest first."""
    return NormStudy.objects.prefetch_related("figures").order_by("-finished_on", "-pk")


def waiting_surveys() -> list[Survey]:
    """Surveys that take no more answers and are not in the library yet."""
    known = NormStudy.objects.filter(survey__isnull=False).values_list("survey_id", flat=True)
    closed = Survey.objects.filter(is_active=False).exclude(pk__in=set(known))
    return [survey for survey in closed.order_by("-created_at", "-pk") if figures_of(survey)]


def placements(study: NormStudy) -> list[Placement]:
    """Every figure of a study on its norm, in the order it was deposited."""
    figures = list(study.figures.order_by("pk"))
    others = (
        NormFigure.objects.filter(metric__in={figure.metric for figure in figures})
        .exclude(study=study)
        .select_related("study")
        .order_by("study__finished_on", "pk")
    )
    by_metric: dict[str, list[NormFigure]] = {}
    for other in others:
        by_metric.setdefault(other.metric, []).append(other)
    found = []
    for figure in figures:
        try:
            metric = definition_of(figure.metric)
        except UnknownMetric:
            continue
        found.append(_placed(study, figure, metric, by_metric.get(figure.metric, [])))
    return found


def _placed(
    study: NormStudy, figure: NormFigure, metric: Definition, others: Sequence[NormFigure]
) -> Placement:
    """Against the results that share most with it; fewer than five do not make a norm."""
    asked = [name for name in MATCHES if getattr(study, name)]
    for kept in range(len(asked), -1, -1):
        matched = tuple(asked[:kept])
        norm = tuple(one for one in others if _shares(one.study, study, matched))
        if len(norm) >= LEAST or kept == 0:
            break
    result = compare_to_norm(
        figure.value,
        figure.standard_error,
        [one.value for one in norm],
        higher_is_better=metric.better >= 0,
        minimum=LEAST,
    )
    return Placement(study, figure, metric, result, norm, matched)


def _shares(one: NormStudy, other: NormStudy, names: Iterable[str]) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in names)


def _delimiter(text: str) -> str:
    heading = text.strip().split("\n", 1)[0]
    return max((",", "\t", ";"), key=heading.count)


def _text(row: Mapping[str, str | None], name: str, line: int) -> str:
    value = (row.get(name) or "").strip()
    if not value or len(value) > 120:
        raise UnreadableNorms(line, name)
    return value


def _day(row: Mapping[str, str | None], line: int) -> date:
    try:
        return date.fromisoformat((row.get("finished_on") or "").strip().replace("/", "-"))
    except ValueError:
        raise UnreadableNorms(line, "finished_on") from None


def _number(row: Mapping[str, str | None], name: str, line: int) -> float:
    try:
        value = float((row.get(name) or "").strip().rstrip("%"))
    except ValueError:
        raise UnreadableNorms(line, name) from None
    if not math.isfinite(value):
        raise UnreadableNorms(line, name)
    return value


def _figure(row: Mapping[str, str | None], line: int) -> FigureDraft:
    code = _text(row, "metric", line)
    try:
        metric = definition_of(code)
    except UnknownMetric:
        raise UnreadableNorms(line, "metric") from None
    scale = display_of(metric).scale
    value, n = _number(row, "value", line) / scale, _number(row, "n", line)
    if n < 1 or n != int(n):
        raise UnreadableNorms(line, "n")
    if metric.scale and not metric.scale[0] <= value <= metric.scale[1]:
        raise UnreadableNorms(line, "value")
    if (row.get("standard_error") or "").strip():
        error = _number(row, "standard_error", line) / scale
    elif metric.scale == (0, 1):
        error = math.sqrt(value * (1 - value) / n)
    else:
        raise UnreadableNorms(line, "standard_error")
    if error < 0:
        raise UnreadableNorms(line, "standard_error")
    return FigureDraft(code, value, error, int(n))
