"""Every metric there is: shipped ones with what the company set about them, and its own."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from typing import Any, TypeVar

from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from peakend.metrics.catalogue import CATALOGUE
from peakend.metrics.definition import Definition, Part
from peakend.metrics.errors import MetricError, UnknownMetric
from peakend.metrics.formulas import MEAN
from peakend.metrics.models import Metric, MetricPart
from peakend.metrics.own import kind_of, read_formula, told_lazily
from peakend.metrics.questions import Scored, scored_questions
from peakend.organization.models import User

Kept = TypeVar("Kept")
_held: ContextVar[dict[str, Any] | None] = ContextVar("metrics_held", default=None)


@contextmanager
def read_once() -> Iterator[None]:
    """Within, what is set about metrics is read from the database once: a request, a report.

    Also a decorator. Inside another it changes nothing.
    """
    if _held.get() is not None:
        yield
        return
    token = _held.set({})
    try:
        yield
    finally:
        _held.reset(token)


def forget() -> None:
    """Something about metrics was changed: what was read before is out of date."""
    held = _held.get()
    if held is not None:
        held.clear()


@read_once()
def definition_of(code: str) -> Definition:
    """The metric behind a code; ``score:CODE`` and ``event:KIND`` are means of any question or event.

    Raises:
        UnknownMetric: there is none.
    """
    known = _registry()
    if code in known:
        return known[code]
    prefix, _colon, rest = code.partition(":")
    if rest and prefix in _OPEN:
        return _set(_OPEN[prefix](rest))
    raise UnknownMetric(code)


@read_once()
def all_metrics() -> list[Definition]:
    """Every metric with a code of its own: shipped ones first, then the company's."""
    return list(_registry().values())


def defined(row: Metric, parts: Sequence[tuple[str, float]] = ()) -> Definition:
    """The definition an own metric's row stands for, with these parts where it is an index.

    Raises:
        UnknownFormula, InvalidFormula
    """
    metric = replace(_own(row), parts=tuple(Part(code, weight) for code, weight in parts))
    return _settled(metric, row)


def visible_metrics(person: User) -> list[Definition]:
    """Those the person may see."""
    return [metric for metric in all_metrics() if may_see(metric, person)]


def closed_scores(person: User) -> frozenset[str]:
    """The questions whose scores are closed to the person's role, by the code they are observed under."""
    return frozenset(
        code
        for metric in all_metrics()
        if metric.family == "score" and not may_see(metric, person)
        for code in metric.codes
    )


def may_see(metric: Definition, person: User) -> bool:
    """Whether the metric is open to the person's role."""
    return not metric.roles or person.role in metric.roles


def _registry() -> dict[str, Definition]:
    return read_with_metrics("registry", _read_registry)


def read_with_metrics(name: str, read: Callable[[], Kept]) -> Kept:
    """What ``read`` finds, once within :func:`read_once`."""
    held = _held.get()
    if held is None:
        return read()
    if name not in held:
        held[name] = read()
    kept: Kept = held[name]
    return kept


def _read_registry() -> dict[str, Definition]:
    found = {code: _set(metric) for code, metric in CATALOGUE.items()}
    for row in _rows().values():
        if row.is_own and row.is_active:
            try:
                found[row.code] = _set(_own(row))
            except MetricError:
                continue  # a kind that is no longer there; its page says so
    return found


def _rows() -> dict[str, Metric]:
    return read_with_metrics(
        "rows", lambda: {row.code: row for row in Metric.objects.order_by("pk")}
    )


def _parts() -> dict[str, tuple[Part, ...]]:
    def read() -> dict[str, tuple[Part, ...]]:
        found: dict[str, list[Part]] = defaultdict(list)
        for row in MetricPart.objects.order_by("whole", "segment", "position", "pk"):
            found[row.whole].append(
                Part(row.part, row.weight, row.segment, row.taken_on, row.origin)
            )
        return {whole: tuple(parts) for whole, parts in found.items()}

    return read_with_metrics("parts", read)


def _own(row: Metric) -> Definition:
    """A metric the company defined."""
    kind = kind_of(row.formula.get("kind", ""))
    given = read_formula(kind.code, row.formula.get("parameters", {}))
    built = kind.build(given)
    if row.scale_low is not None and row.scale_high is not None and "scale" not in built:
        built["scale"] = (row.scale_low, row.scale_high)
    return Definition(
        code=row.code,
        name=_said(row, "name"),
        definition=_said(row, "definition"),
        formula=told_lazily(kind, given),
        better=row.better,
        display=row.display,
        level=row.level,
        unit=_said(row, "unit_word") if row.unit_word or row.unit_word_en else "",
        is_own=True,
        **built,
    )


def _set(metric: Definition) -> Definition:
    """The metric with what the company set about it."""
    row, parts = _rows().get(metric.code), _parts().get(metric.code)
    if parts:
        metric = replace(metric, parts=parts)
    return metric if row is None else _settled(metric, row)


def _settled(metric: Definition, row: Metric) -> Definition:
    return replace(
        metric,
        minimum_n=metric.minimum_n if row.minimum_n is None else row.minimum_n,
        standard=row.standard,
        target=row.target,
        target_on=row.target_on,
        owner=row.owner_id,
        channels=tuple(row.channels),
        period=row.period,
        roles=tuple(row.roles),
    )


def _said(row: Metric, name: str) -> str:
    own, english = getattr(row, name), getattr(row, f"{name}_en")

    def say() -> str:
        is_english = (get_language() or "").startswith("en")
        first, second = (english, own) if is_english else (own, english)
        return str(first or second or (row.code if name == "name" else ""))

    return lazy(say, str)()


def _question(code: str) -> Definition:
    asked: Mapping[str, Scored] = read_with_metrics("questions", scored_questions)
    low, high = asked[code].scale if code in asked else (1.0, 5.0)
    return Definition(
        f"score:{code}",
        code,
        _("What customers answered to this question."),
        _("Mean of the answers; Student's t interval."),
        "score",
        code,
        MEAN,
        scale=(low, high),
        neutral=(low + high) / 2,
        level="process",
        doubt=_(
            "When the wording, the place in the questionnaire or who is asked changed between the periods compared."
        ),
    )


def _event(kind: str) -> Definition:
    return Definition(
        f"event:{kind}",
        kind,
        _("What the business recorded."),
        _("Mean of the recorded values; Student's t interval."),
        "event",
        kind,
        MEAN,
        better=0,
        level="process",
        doubt=_("As a mean of very uneven values: a few large ones carry it."),
    )


_OPEN = {"score": _question, "event": _event}
