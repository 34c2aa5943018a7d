"""An import as a page shows it: its state, its counts, and what its voices complain about."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from peakend.jobs.models import Job
from peakend.loop.signals_drained import drained_position
from peakend.metrics.pain_points import Point, ranked_points
from peakend.opinions.models import Opinion
from peakend.opinions.queries import aspect_title
from peakend.organization.access import Scope
from peakend.voices.imports import error_path
from peakend.voices.wording import refusal_words
from peakend.warehouse.cells import Slice
from peakend.web.imports.forms import STATE_NAMES

POINTS = 6


@dataclass(frozen=True)
class Pain:
    """A pain point of the file, in a customer's words. ``bar`` is its impact, 0..1."""

    point: Point
    title: str
    bar: float
    quote: str
    spans: tuple[Opinion, ...]


@dataclass(frozen=True)
class ImportView:
    """One import, ready to draw."""

    id: int
    name: str
    source: str
    state: str
    state_name: Any
    by: str
    at: datetime
    share: float | None
    counts: dict[str, int]
    error: str
    has_errors_file: bool
    is_open: bool
    understood: bool
    pains: tuple[Pain, ...] = field(default=())

    @property
    def is_settled(self) -> bool:
        """Whether nothing of it moves any more."""
        return not self.is_open and (self.understood or self.state != Job.State.DONE)


def import_view(job: Job, scope: Scope | None = None) -> ImportView:
    """The job as a page shows it; with ``scope``, its pain points as far as the reader may see."""
    counts = job.result or {
        key: job.cursor[key] for key in ("rows", "accepted", "errors") if key in job.cursor
    }
    position = job.result.get("position", 0)
    understood = job.state == Job.State.DONE and drained_position() >= position
    details = job.error.get("details", {})
    return ImportView(
        id=job.pk,
        name=job.parameters["name"],
        source=job.parameters["source"],
        state=job.state,
        state_name=STATE_NAMES[job.state],
        by=str(job.started_by or ""),
        at=job.created_at,
        share=job.share,
        counts=counts,
        error=refusal_words(job.error["code"], details) if job.error else "",
        has_errors_file=bool(counts.get("errors")) and error_path(job).exists(),
        is_open=job.is_open,
        understood=understood,
        pains=_pains(job.parameters["source"], scope) if understood and scope else (),
    )


def _pains(source: str, scope: Scope) -> tuple[Pain, ...]:
    slice = Slice(units=scope.units, sources=(source,))
    return tuple(
        _pain(point, source, scope)
        for point in ranked_points(slice, None, polarity=-1, limit=POINTS)
    )


def _pain(point: Point, source: str, scope: Scope) -> Pain:
    said = scope.filter(
        Opinion.objects.filter(
            aspect=point.aspect, polarity=-1, voice__source__code=source
        ).select_related("voice"),
        "voice__unit",
    )
    # The newest is as good as any, and the index has it at hand.
    opinion = said.order_by("-voice").first()
    return Pain(
        point,
        aspect_title(point.aspect),
        point.impact / 100,
        opinion.voice.text if opinion else "",
        (opinion,) if opinion else (),
    )
