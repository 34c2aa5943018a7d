"""The company's own models: which one reads beside a taxonomy, and making one as a job."""

from django.db import transaction
from django.db.models import QuerySet

from peakend.jobs.models import Job
from peakend.jobs.services import start_job
from peakend.opinions.errors import ModelRefused
from peakend.opinions.models import TextModel
from peakend.organization.models import User

KIND = "opinions.train"
NEEDED = 60  # corrected texts below which nothing is trained


def models_of(taxonomy: str) -> QuerySet[TextModel]:
    """Every model trained for a taxonomy, newest first."""
    rows = TextModel.objects.filter(taxonomy=taxonomy).select_related("author")
    return rows.order_by("-number")


def start_training(taxonomy: str, *, started_by: User | None = None, name: str = "") -> Job:
    """Make the training of a model from a taxonomy's corrected texts a job."""
    parameters = {"taxonomy": taxonomy, "name": name or taxonomy}
    return start_job(KIND, parameters, started_by=started_by)


@transaction.atomic
def activate(model: TextModel) -> None:
    """Let a model read beside its taxonomy from now on; a job reads again what was heard before.

    Raises:
        ModelRefused: it reads no aspect better than the taxonomy does.
    """
    if not model.aspects:
        raise ModelRefused("nothing_learned")
    deactivate(model.taxonomy)
    model.is_active = True
    model.save(update_fields=["is_active"])


@transaction.atomic
def deactivate(taxonomy: str) -> None:
    """Let a taxonomy read alone again."""
    for model in TextModel.objects.filter(taxonomy=taxonomy, is_active=True).order_by("pk"):
        model.is_active = False
        model.save(update_fields=["is_active"])
