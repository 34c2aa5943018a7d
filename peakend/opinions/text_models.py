"""The company's own models: which one reads beside a taxonomy, and making one as a job."""

from collections.abc import Sequence
from functools import partial
from shutil import rmtree

from django.db import transaction
from django.db.models import Min, QuerySet

from peakend.jobs.models import Job
from peakend.jobs.services import start_job
from peakend.opinions.errors import ModelRefused
from peakend.opinions.models import Correction, TextModel
from peakend.opinions.readers import folder_of
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
def retire_trained_on(voices: Sequence[int]) -> list[TextModel]:
    """Take models out of use that learned from these voices, and remove what they remember of them.

    A model keeps the short strings it learned from. Readings made with its help stay.
    """
    spoken = Correction.objects.filter(voice__in=voices).order_by("voice__source__taxonomy")
    since = spoken.values("voice__source__taxonomy").annotate(first=Min("made_at"))
    retired = []
    for one in since.values_list("voice__source__taxonomy", "first"):
        for model in models_of(one[0]).filter(made_at__gte=one[1]):
            model.is_active, model.aspects = False, []
            model.save(update_fields=["is_active", "aspects"])
            transaction.on_commit(partial(rmtree, folder_of(model), ignore_errors=True))
            retired.append(model)
    return retired


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
