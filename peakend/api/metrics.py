"""Reading metrics: what is measured, and readings of it."""

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema
from ninja.errors import HttpError

from peakend.api.access import Bearer
from peakend.api.feedback import Problem
from peakend.api.reading import check_period
from peakend.metrics.definitions import (
    Definition,
    UnknownMetric,
    definition_of,
    may_see,
    visible_metrics,
)
from peakend.metrics.queries import Reading, readings
from peakend.organization.models import Unit
from peakend.warehouse.cells import Slice

router = Router(tags=["metrics"])

# By whole weeks and months of many years an answer stays small; days are limited by their period.
MAX_READINGS = 5_000

Dimension = Literal[
    "day", "week", "month", "unit", "channel", "brand", "segment", "product", "source"
]


class MetricOut(Schema):
    """One metric of the catalogue."""

    code: str
    name: str
    definition: str
    formula: str
    better: int
    display: str
    minimum_n: int
    of_aspect: bool
    level: str
    unit: str
    standard: float | None
    target: float | None
    period: str
    parts: dict[str, float]


class ReadingOut(Schema):
    """One figure with its interval and n; `value` is null below the minimum n, with the reason."""

    key: dict[str, str | int | None]
    value: float | None
    low: float | None
    high: float | None
    n: float
    method: str
    reason: str


class ReadingQuery(Schema):
    """Over which observations, and told apart by what."""

    since: date | None = None
    until: date | None = None
    by: list[Dimension] = []
    aspect: str = ""
    unit: str = ""
    channel: str = ""
    brand: str = ""
    segment: str = ""
    product: str = ""
    source: str = ""


@router.get(
    "/metrics",
    auth=Bearer("metrics.read"),
    response=list[MetricOut],
    operation_id="get_metrics",
)
def get_metrics(request: HttpRequest) -> list[dict[str, Any]]:
    """Everything that is measured."""
    return [_metric(metric) for metric in visible_metrics(request.user)]  # type: ignore[arg-type]


@router.get(
    "/metrics/{code}",
    auth=Bearer("metrics.read"),
    response={200: list[ReadingOut], 400: Problem, 404: Problem},
    operation_id="get_metric",
)
def get_metric(
    request: HttpRequest, code: str, wanted: Query[ReadingQuery]
) -> list[dict[str, Any]]:
    """Readings of one metric within the token's part of the company. `until` is exclusive."""
    metric = _visible(request, code)
    if metric.of_aspect and not wanted.aspect:
        raise HttpError(400, "This metric is measured per aspect: name an 'aspect'.")
    check_period(wanted.since, wanted.until)
    by = tuple(dict.fromkeys(wanted.by))
    found = readings(
        code, _slice(request, wanted), by=by, aspect=wanted.aspect if metric.of_aspect else ""
    )
    if len(found) > MAX_READINGS:
        raise HttpError(400, "That is too fine: choose a shorter period or fewer dimensions.")
    return [_reading(one, by) for one in found]


def _visible(request: HttpRequest, code: str) -> Definition:
    try:
        metric = definition_of(_text(code))
    except UnknownMetric:
        metric = None
    if metric is None or not may_see(metric, request.user):  # type: ignore[arg-type]
        raise HttpError(404, "There is no metric with this code.")
    return metric


def _slice(request: HttpRequest, wanted: ReadingQuery) -> Slice:
    units: frozenset[int] | None = request.scope.units  # type: ignore[attr-defined]
    if wanted.unit:
        named = Unit.objects.filter(code=_text(wanted.unit)).order_by("pk").first()
        if named is None:
            raise HttpError(400, "There is no unit with this code.")
        below = frozenset(
            Unit.objects.filter(path__startswith=named.path).values_list("pk", flat=True)
        )
        units = below if units is None else units & below
    return Slice(
        since=wanted.since,
        until=wanted.until,
        units=units,
        channels=_one(wanted.channel),
        brands=_one(wanted.brand),
        segments=_one(wanted.segment),
        products=_one(wanted.product),
        sources=_one(wanted.source),
    )


def _one(value: str) -> tuple[str, ...]:
    return (_text(value),) if value else ()


def _text(value: str) -> str:
    # No database keeps NUL in a text, so nothing can be equal to it.
    return value.replace("\x00", "\ufffd")


def _metric(metric: Definition) -> dict[str, Any]:
    return {
        "code": metric.code,
        "name": str(metric.name),
        "definition": str(metric.definition),
        "formula": str(metric.formula),
        "better": metric.better,
        "display": metric.display,
        "minimum_n": metric.minimum_n,
        "of_aspect": metric.of_aspect,
        "level": metric.level,
        "unit": str(metric.unit),
        "standard": metric.standard,
        "target": metric.target,
        "period": metric.period,
        "parts": {part.code: part.weight for part in metric.weights_in("")},
    }


def _reading(one: Reading, by: tuple[str, ...]) -> dict[str, Any]:
    key = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in zip(by, one.key, strict=True)
    }
    shown = one.enough
    return {
        "key": key,
        "value": one.value if shown else None,
        "low": one.low if shown else None,
        "high": one.high if shown else None,
        "n": one.n,
        "method": one.method,
        "reason": one.reason or ("" if shown else "too_few"),
    }
