"""What people's corrections teach: the training set, models made from it, and the review rule."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from peakend.jobs.models import Job
from peakend.jobs.queries import visible_jobs
from peakend.loop.voices_reread import KIND as REREAD
from peakend.loop.voices_reread import start_rereading
from peakend.opinions import text_models
from peakend.opinions.errors import OpinionError
from peakend.opinions.labels import Label, training_set
from peakend.opinions.models import TextModel
from peakend.opinions.queries import aspect_title, named, review_below
from peakend.opinions.review import set_threshold, shares_below
from peakend.opinions.taxonomies import held, taxonomies_in_use
from peakend.opinions.text_models import NEEDED, models_of
from peakend.opinions.wording import words_of
from peakend.organization.access import Scope
from peakend.organization.audit import note
from peakend.voices.models import Source
from peakend.web.access import requires
from peakend.web.shell import numbers

FEW = 20  # labels of an aspect below which a model leaves it to the taxonomy
MODELS = 5  # models listed of each taxonomy


@dataclass(frozen=True)
class Count:
    """How many labels an aspect has."""

    title: str
    labels: int
    is_few: bool


@dataclass(frozen=True)
class AspectLine:
    """One aspect of a model on texts held out."""

    title: str
    labels: int
    taxonomy: float
    model: float
    learned: bool


@dataclass(frozen=True)
class ModelLine:
    """One model as the page lists it."""

    model: TextModel
    gain: str
    tone: str
    taxonomy: float
    trained: float
    aspects: tuple[AspectLine, ...]

    @property
    def learned(self) -> int:
        """How many aspects it reads."""
        return len(self.model.aspects)


@dataclass(frozen=True)
class Set:
    """The training set of one taxonomy and the models made from it."""

    code: str
    title: str
    texts: int
    complete: int
    authors: tuple[tuple[str, int], ...]
    counts: tuple[Count, ...]
    clashes: int
    models: tuple[ModelLine, ...]
    active: TextModel | None

    @property
    def enough(self) -> bool:
        """Whether a model can be trained."""
        return self.texts >= NEEDED

    @property
    def share(self) -> float:
        """How much of what training needs is there."""
        return min(1.0, self.texts / NEEDED)


@requires("voices.correct")
@require_GET
def learning(request: HttpRequest) -> HttpResponse:
    """The training set by taxonomy, its models, and below which confidence readings wait."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    by_taxonomy: dict[str, list[Label]] = {}
    for label in training_set(scope):
        by_taxonomy.setdefault(label.taxonomy, []).append(label)
    codes = dict.fromkeys([*by_taxonomy, *taxonomies_in_use()])
    sets = [_set(code, by_taxonomy.get(code, [])) for code in codes]
    context = {
        "sets": sorted(sets, key=lambda one: (-one.texts, one.code)),
        "texts": sum(one.texts for one in sets),
        "needed": NEEDED,
        "below": review_below(),
        "steps": shares_below(scope),
        "is_whole": scope.units is None,
        "jobs": _jobs(request),
    }
    return render(request, "review/learning.html", context)


@requires("voices.correct")
@require_GET
def labels(request: HttpRequest) -> StreamingHttpResponse:
    """The training set as JSON lines; the audit log says who took it."""
    taxonomy = request.GET.get("taxonomy", "")[:64]
    note("export", request.user, what="labels", filter=taxonomy)  # type: ignore[arg-type]
    scope: Scope = request.scope  # type: ignore[attr-defined]
    answer = StreamingHttpResponse(_lines(scope, taxonomy), content_type="application/jsonl")
    name = f"labels-{taxonomy or 'all'}-{timezone.localdate():%Y-%m-%d}.jsonl"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@requires("voices.correct")
@require_POST
def train(request: HttpRequest) -> HttpResponse:
    """Train a model from everything people corrected in one taxonomy's voices."""
    taxonomy = _taxonomy(request)
    text_models.start_training(
        taxonomy,
        started_by=request.user,  # type: ignore[arg-type]
        name=_title(taxonomy),
    )
    messages.success(request, _("Training has begun. The page shows how far it is."))
    return redirect("review:learning")


@requires("voices.correct")
@require_POST
def activate(request: HttpRequest, model_id: int) -> HttpResponse:
    """Let a model read beside its taxonomy, or the taxonomy alone again, and read all voices anew."""
    _whole(request)
    model = get_object_or_404(TextModel, pk=model_id)
    try:
        with transaction.atomic():
            if request.POST.get("off"):
                text_models.deactivate(model.taxonomy)
            else:
                text_models.activate(model)
            start_rereading(
                model.taxonomy,
                started_by=request.user,  # type: ignore[arg-type]
                name=_title(model.taxonomy),
            )
    except OpinionError as error:
        messages.error(request, words_of(error))
    return redirect("review:learning")


@requires("voices.correct")
@require_POST
def rule(request: HttpRequest) -> HttpResponse:
    """Below which confidence readings wait, for the whole company."""
    _whole(request)
    try:
        set_threshold(float(request.POST.get("below", "")))
    except ValueError:
        raise Http404(_("no such confidence")) from None
    return redirect("review:learning")


@requires("voices.correct")
@require_GET
def work(request: HttpRequest) -> HttpResponse:
    """The long work of this page, to be looked at again while it goes on."""
    return render(request, "review/jobs.html", {"jobs": _jobs(request)})


def _whole(request: HttpRequest) -> None:
    """What reads for the whole company is changed by whoever sees all of it."""
    if request.scope.units is not None:  # type: ignore[attr-defined]
        raise PermissionDenied


def _taxonomy(request: HttpRequest) -> str:
    _whole(request)
    taxonomy = request.POST.get("taxonomy", "")
    if not Source.objects.filter(taxonomy=taxonomy).exists():
        raise Http404(_("no such taxonomy"))
    return taxonomy


def _jobs(request: HttpRequest) -> list[Job]:
    """The newest of this page's jobs, those at work first."""
    kinds = (text_models.KIND, REREAD)
    jobs = visible_jobs(request.user, request.scope).filter(kind__in=kinds)  # type: ignore
    return sorted(jobs[:4], key=lambda job: not job.is_open)


def _lines(scope: Scope, taxonomy: str) -> Iterator[str]:
    for label in training_set(scope, taxonomy):
        yield json.dumps(label.as_line(), ensure_ascii=False) + "\n"


def _title(code: str) -> str:
    try:
        return named(held(code).taxonomy.names)
    except OpinionError:
        return code


def _set(code: str, found: list[Label]) -> Set:
    counts = Counter(aspect for label in found for aspect in label.labels)
    authors = Counter(author for label in found for author in label.authors)
    models = list(models_of(code)[:MODELS])
    return Set(
        code=code,
        title=_title(code),
        texts=len(found),
        complete=sum(label.complete for label in found),
        authors=tuple(authors.most_common(5)),
        counts=tuple(Count(aspect_title(a), n, n < FEW) for a, n in counts.most_common()),
        clashes=_clashes(found),
        models=tuple(_model(model) for model in models),
        active=next((model for model in models if model.is_active), None),
    )


def _clashes(found: list[Label]) -> int:
    """Texts that stand there twice with different labels."""
    seen: dict[str, Label] = {}
    return sum(
        dict(seen.setdefault(one.text.strip(), one).labels) != dict(one.labels) for one in found
    )


def _model(model: TextModel) -> ModelLine:
    figures = model.figures
    gain = 100 * (figures["model"] - figures["taxonomy"])
    low, high = 100 * figures["low"], 100 * figures["high"]
    tone = "good" if low > 0 else "bad" if high < 0 else ""
    told = _("{gain} points ({interval})").format(
        gain=numbers.signed(gain, 1), interval=numbers.between(low, high, 1)
    )
    aspects = tuple(
        AspectLine(
            aspect_title(one["aspect"]), one["labels"], 100 * one["taxonomy"], 100 * one["model"],
            one["learned"],
        )
        for one in sorted(figures["aspects"], key=lambda one: -one["labels"])
    )  # fmt: skip
    return ModelLine(model, told, tone, 100 * figures["taxonomy"], 100 * figures["model"], aspects)
