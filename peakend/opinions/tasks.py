"""The long work of this room."""

from typing import Any

from django.utils import timezone

from peakend.jobs.errors import JobFailed
from peakend.jobs.registry import kind
from peakend.jobs.runs import Run
from peakend.opinions.errors import OpinionError
from peakend.opinions.text_models import KIND


@kind(KIND)
def train_text_model(run: Run) -> dict[str, Any]:
    """Train a model from what people corrected; a killed run begins anew."""
    from peakend.opinions.learning import train_model  # an optimiser no page needs

    try:
        model = train_model(
            run.parameters["taxonomy"],
            author=run.job.started_by,
            at=timezone.now(),
            progress=run.save,
        )
    except OpinionError as error:
        raise JobFailed(error.code, error.details) from error
    return {"model": model.pk, "number": model.number, "aspects": model.aspects}
