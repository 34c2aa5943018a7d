"""What happened beside the figures: noting it, and finding it again for a chart."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from peakend.metrics.choices import AnnotationKind
from peakend.metrics.errors import MetricError
from peakend.metrics.models import Annotation
from peakend.organization.access import Scope
from peakend.organization.models import Unit, User


class OutOfScope(MetricError):
    """Somebody who looks after a part may not speak for another, or for the whole."""


@dataclass(frozen=True)
class AnnotationDraft:
    """What somebody wants to note."""

    on: date
    title: str
    title_en: str = ""
    kind: str = AnnotationKind.OTHER
    unit: Unit | None = None
    metric: str = ""


def annotate(draft: AnnotationDraft, *, by: User | None, scope: Scope) -> Annotation:
    """Note what happened on a day.

    Raises:
        OutOfScope: the unit lies outside the person's scope.
    """
    if not scope.allows(draft.unit.pk if draft.unit else None):
        raise OutOfScope(draft.unit.code if draft.unit else "company")
    return Annotation.objects.create(
        on=draft.on,
        title=draft.title,
        title_en=draft.title_en,
        kind=draft.kind,
        unit=draft.unit,
        metric=draft.metric,
        created_by=by,
    )


def remove_annotation(annotation: Annotation, *, scope: Scope) -> None:
    """Take a note away.

    Raises:
        OutOfScope
    """
    if not scope.allows(annotation.unit_id):
        raise OutOfScope(str(annotation.pk))
    annotation.delete()


def annotations_between(
    since: date,
    until: date,
    scope: Scope,
    *,
    metric: str = "",
    units: frozenset[int] | None = None,
) -> QuerySet[Annotation]:
    """What happened from ``since`` to before ``until`` and may explain a figure of these units.

    What concerns the whole company concerns every unit; a unit's own concerns those who see it.
    """
    seen = Q(unit=None)
    allowed = scope.units if units is None else units
    seen |= Q(unit__isnull=False) if allowed is None else Q(unit__in=allowed)
    about = Q(metric="") | Q(metric=metric)
    return (
        Annotation.objects.filter(seen & about, on__gte=since, on__lt=until)
        .select_related("unit")
        .order_by("on", "pk")
    )
