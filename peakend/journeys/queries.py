"""Reading journeys."""

from dataclasses import dataclass

from django.db.models import Prefetch

from peakend.journeys.models import Journey, Stage, Touchpoint
from peakend.organization.access import Scope


@dataclass(frozen=True)
class Lane:
    """A stage with its touchpoints in order."""

    stage: Stage
    touchpoints: tuple[Touchpoint, ...]


@dataclass(frozen=True)
class Map:
    """A journey with its stages and touchpoints in order."""

    journey: Journey
    lanes: tuple[Lane, ...]

    @property
    def touchpoints(self) -> tuple[Touchpoint, ...]:
        """All touchpoints in the order customers meet them."""
        return tuple(touchpoint for lane in self.lanes for touchpoint in lane.touchpoints)


def journeys() -> list[Journey]:
    """Every journey, oldest first. Maps are the company's common knowledge; figures are scoped."""
    return list(Journey.objects.order_by("pk"))


def map_of(journey: Journey) -> Map:
    """The journey with everything on it, in two queries."""
    touchpoints = Touchpoint.objects.select_related("unit").order_by("position", "pk")
    stages = journey.stages.order_by("position", "pk").prefetch_related(
        Prefetch("touchpoints", touchpoints)
    )
    return Map(journey, tuple(Lane(stage, tuple(stage.touchpoints.all())) for stage in stages))


def may_redraw(scope: Scope, journey: Journey) -> bool:
    """Whether a person of this scope may change the map: its unit must lie within."""
    return scope.allows(journey.unit_id)


def touchpoint_of_code(code: str) -> Touchpoint | None:
    """The first touchpoint that listens to an aspect or question; where a pain belongs."""
    rows = Touchpoint.objects.select_related("stage__journey", "unit")
    for touchpoint in rows.order_by("stage__journey_id", "stage__position", "position", "pk"):
        if code in touchpoint.codes:
            return touchpoint
    return None
