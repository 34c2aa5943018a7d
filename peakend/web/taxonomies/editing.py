"""Taxonomies changed: aspect by aspect, saved as versions, applied by a job."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from peakend.loop.voices_reread import start_rereading
from peakend.opinions import preview as previews
from peakend.opinions.editing import clashes_of, copy_as, put_aspect, take_aspect
from peakend.opinions.errors import OpinionError, TaxonomyRefused
from peakend.opinions.models import TaxonomyVersion
from peakend.opinions.queries import aspect_title, forget_aspects, named
from peakend.opinions.taxonomies import (
    apply_version,
    discard_version,
    edited,
    held,
    save_version,
    taxonomy_codes,
)
from peakend.opinions.wording import words_of
from peakend.text import Aspect, Taxonomy, load_taxonomy, taxonomy_names
from peakend.voices.models import Source
from peakend.web.access import requires
from peakend.web.taxonomies.forms import AspectForm, CopyForm
from peakend.web.taxonomies.views import held_or_404, preview_context, version_or_404


@requires("voices.correct")
@require_http_methods(["GET", "POST"])
def aspect(request: HttpRequest, code: str, aspect: str) -> HttpResponse:
    """One aspect: its names, words, owner and standard, with what a change would do beside."""
    _whole(request)
    taxonomy = _edited(code)
    if aspect not in taxonomy.codes:
        raise Http404(_("no such aspect"))
    return _form(request, taxonomy, taxonomy.aspect(aspect))


@requires("voices.correct")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, code: str) -> HttpResponse:
    """A new aspect."""
    _whole(request)
    return _form(request, _edited(code), None)


@requires("voices.correct")
@require_POST
def preview(request: HttpRequest, code: str) -> HttpResponse:
    """What the form as it stands would change, on texts the reader may see."""
    taxonomy = _edited(code)
    given = request.POST.get("aspect", "")
    old = taxonomy.aspect(given) if given in taxonomy.codes else None
    form = AspectForm(taxonomy, old, request.POST)
    if not form.is_valid():
        return render(request, "taxonomies/preview.html", {"faults": form.errors})
    changed = form.as_aspect()
    try:
        drafted = put_aspect(taxonomy, changed, old.code if old else "")
    except TaxonomyRefused as error:
        return render(request, "taxonomies/preview.html", {"refusal": words_of(error)})
    shown = previews.preview(drafted, request.scope)  # type: ignore[attr-defined]
    clashes = [
        (clash.word, _title(drafted, clash.aspect), clash.has_it)
        for clash in clashes_of(drafted, changed.code)[:8]
    ]
    titles = {one.code: named(one.names) for one in drafted.aspects}
    context = {**preview_context(shown, changed.code, titles), "clashes": clashes}
    return render(request, "taxonomies/preview.html", context)


@requires("voices.correct")
@require_POST
def remove(request: HttpRequest, code: str, aspect: str) -> HttpResponse:
    """Take an aspect out, in a new version."""
    _whole(request)
    taxonomy = _edited(code)
    try:
        title = _title(taxonomy, aspect)
        _save(request, take_aspect(taxonomy, aspect), _("{aspect} taken out").format(aspect=title))
    except OpinionError as error:
        messages.error(request, words_of(error))
    return redirect("taxonomies:taxonomy", code)


@requires("voices.correct")
@require_POST
def apply(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Let a version read from now on, and read again what was heard before."""
    _whole(request)
    found = version_or_404(code, number)
    with transaction.atomic():
        apply_version(found, at=timezone.now())
        start_rereading(
            code,
            started_by=request.user,  # type: ignore[arg-type]
            name=named(held(code).taxonomy.names),
        )
        transaction.on_commit(forget_aspects)
    messages.success(
        request, _("Version {n} reads from now on. What was heard before is being read again.")
        .format(n=number),
    )  # fmt: skip
    return redirect("taxonomies:taxonomy", code)


@requires("voices.correct")
@require_POST
def discard(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Forget a version that never read anything."""
    _whole(request)
    try:
        discard_version(version_or_404(code, number))
    except TaxonomyRefused as error:
        messages.error(request, words_of(error))
    return redirect("taxonomies:taxonomy", code)


@requires("voices.correct")
@require_POST
def shipped(request: HttpRequest, code: str) -> HttpResponse:
    """The shipped taxonomy again, as a new version that waits to be applied."""
    _whole(request)
    if code not in taxonomy_names():
        raise Http404(_("no such taxonomy"))
    try:
        _save(request, load_taxonomy(code), _("as shipped"))
    except TaxonomyRefused as error:
        messages.error(request, words_of(error))
    return redirect("taxonomies:taxonomy", code)


@requires("voices.correct")
@require_http_methods(["GET", "POST"])
def copy(request: HttpRequest) -> HttpResponse:
    """A taxonomy of one's own, begun from another; no source is read by it yet."""
    _whole(request)
    choices = [(code, named(held(code).taxonomy.names)) for code in taxonomy_codes()]
    form = CopyForm(choices, request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        names = {"zh": data["name_zh"], "en": data["name_en"]}
        try:
            with transaction.atomic():
                copied = copy_as(edited(data["source"]), data["code"], names)
                version = _save(request, copied, _("begun from {code}").format(code=data["source"]))
                apply_version(version, at=timezone.now())
                transaction.on_commit(forget_aspects)
        except TaxonomyRefused as error:
            form.add_error(None, words_of(error))
        else:
            return redirect("taxonomies:taxonomy", data["code"])
    status = 422 if form.errors else 200
    return render(request, "taxonomies/copy.html", {"form": form}, status=status)


def _form(request: HttpRequest, taxonomy: Taxonomy, old: Aspect | None) -> HttpResponse:
    form = AspectForm(taxonomy, old, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        changed = form.as_aspect()
        said = _("{aspect} changed") if old else _("{aspect} added")
        try:
            drafted = put_aspect(taxonomy, changed, old.code if old else "")
            _save(request, drafted, said.format(aspect=named(changed.names)))
        except TaxonomyRefused as error:
            form.add_error(None, words_of(error))
        else:
            messages.success(request, _("Saved. It reads once it is applied."))
            return redirect("taxonomies:taxonomy", taxonomy.code)
    context: dict[str, Any] = {
        "form": form,
        "code": taxonomy.code,
        "title": named(taxonomy.names),
        "old": old,
        "old_title": named(old.names) if old else "",
        "is_read": Source.objects.filter(taxonomy=taxonomy.code).exists(),
    }
    status = 422 if form.errors else 200
    return render(request, "taxonomies/aspect.html", context, status=status)


def _save(request: HttpRequest, taxonomy: Taxonomy, said: str) -> TaxonomyVersion:
    return save_version(
        taxonomy,
        author=request.user,  # type: ignore[arg-type]
        at=timezone.now(),
        note=said,
    )


def _edited(code: str) -> Taxonomy:
    held_or_404(code)
    return edited(code)


def _title(taxonomy: Taxonomy, code: str) -> str:
    if code in taxonomy.codes:
        return named(taxonomy.aspect(code).names)
    return aspect_title(code)


def _whole(request: HttpRequest) -> None:
    """A taxonomy reads for the whole company: whoever sees all of it may change it."""
    if request.scope.units is not None:  # type: ignore[attr-defined]
        raise PermissionDenied
