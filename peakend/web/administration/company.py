"""Units, sources and brands."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from peakend.loop.tasks import follow_units
from peakend.loop.voices_reread import start_rereading
from peakend.offerings.models import Brand
from peakend.offerings.services import BrandError, save_brand
from peakend.opinions.taxonomies import taxonomy_codes
from peakend.organization.errors import OrganizationError
from peakend.organization.models import Unit
from peakend.organization.queries import tree_of
from peakend.organization.services import add_unit, edit_unit, move_unit, set_unit_active
from peakend.voices.models import Source
from peakend.voices.sources import SourceError, edit_source
from peakend.web.access import requires
from peakend.web.administration.forms import BrandForm, SourceForm, UnitForm
from peakend.web.administration.refusals import said


@requires("organization.write")
def units(request: HttpRequest) -> HttpResponse:
    """The tree of units."""
    return render(request, "administration/units.html", {"branches": _tree(request)})


@requires("organization.write")
@require_http_methods(["GET", "POST"])
def unit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """One unit: made, renamed or put elsewhere."""
    found = _unit_in_scope(request, pk) if pk is not None else None
    branches = _tree(request)
    initial = _unit_values(found) if found else {"parent": request.GET.get("parent", "")}
    form = UnitForm(
        request.POST or None, initial=initial, parents=_possible_parents(branches, found)
    )
    if request.method == "POST" and form.is_valid():
        try:
            saved = _save_unit(request, found, form.cleaned_data)
        except OrganizationError as refusal:
            form.add_error(None, said(refusal.code, refusal.details))
        else:
            # Its name may stand with voices that were heard before it existed.
            transaction.on_commit(lambda: follow_units.enqueue())
            messages.success(request, _("%(unit)s is saved.") % {"unit": saved.title})
            return redirect("administration:units")
    context = {
        "form": form,
        "unit": found,
        "title": found.title if found else _("Add a unit"),
        "back": reverse("administration:units"),
    }
    return render(request, "administration/unit.html", context)


def _unit_values(unit: Unit) -> dict[str, Any]:
    return {
        "code": unit.code,
        "name": unit.name,
        "name_en": unit.name_en,
        "kind": unit.kind,
        "parent": unit.parent_id or "",
    }


def _possible_parents(branches: list[Any], unit: Unit | None) -> list[tuple[int, str]]:
    """Every unit but itself and what lies below it; nothing stands above the company."""
    if unit is not None and unit.parent_id is None:
        return []
    return [
        (branch.unit.pk, "\u3000" * branch.depth + branch.unit.title)
        for branch in branches
        if unit is None or not branch.unit.path.startswith(unit.path)
    ]


def _save_unit(request: HttpRequest, unit: Unit | None, values: dict[str, Any]) -> Unit:
    by: Any = request.user
    parent = Unit.objects.filter(pk=values.pop("parent") or 0).order_by("pk").first()
    if unit is None:
        return add_unit(by, parent=parent, **values)
    edit_unit(by, unit, **values)
    if parent is not None and parent.pk != unit.parent_id:
        move_unit(by, unit, parent)
    return unit


@requires("organization.write")
@require_POST
def unit_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a unit or open it again."""
    found = _unit_in_scope(request, pk)
    try:
        set_unit_active(request.user, found, not found.is_active)  # type: ignore[arg-type]
    except OrganizationError as refusal:
        messages.error(request, said(refusal.code, refusal.details))
    return redirect("administration:units")


def _unit_in_scope(request: HttpRequest, pk: int) -> Unit:
    found = get_object_or_404(Unit, pk=pk)
    if not request.scope.allows(found.pk):  # type: ignore[attr-defined]
        raise PermissionDenied
    return found


def _tree(request: HttpRequest) -> list[Any]:
    return tree_of(request.scope)  # type: ignore[attr-defined]


@requires("organization.write")
def sources(request: HttpRequest) -> HttpResponse:
    """Where voices come from, and when each was heard last."""
    rows = Source.objects.annotate(n=Count("voices"), last=Max("voices__occurred_at"))
    return render(request, "administration/sources.html", {"sources": rows.order_by("code")})


@requires("organization.write")
@require_http_methods(["GET", "POST"])
def source(request: HttpRequest, pk: int) -> HttpResponse:
    """One source: its name, its channel, which taxonomy reads it."""
    _whole_company(request)
    found = get_object_or_404(Source, pk=pk)
    form = SourceForm(request.POST or None, initial=vars(found))
    if request.method == "POST" and form.is_valid():
        before = found.taxonomy
        try:
            with transaction.atomic():
                edit_source(found, taxonomies=taxonomy_codes(), **form.cleaned_data)
                if found.taxonomy != before:
                    start_rereading(found.taxonomy, started_by=request.user, name=found.name)  # type: ignore[arg-type]
        except SourceError as refusal:
            form.add_error(None, said(refusal.code))
        else:
            messages.success(request, _("%(source)s is saved.") % {"source": found.name})
            return redirect("administration:sources")
    context = {"form": form, "title": found.name, "back": reverse("administration:sources")}
    return render(request, "administration/form.html", context)


@requires("organization.write")
def brands(request: HttpRequest) -> HttpResponse:
    """One's own brands and those of competitors."""
    rows = Brand.objects.order_by("-is_own", "name")
    return render(request, "administration/brands.html", {"brands": rows})


@requires("organization.write")
@require_http_methods(["GET", "POST"])
def brand(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """One brand."""
    _whole_company(request)
    found = get_object_or_404(Brand, pk=pk) if pk is not None else None
    form = BrandForm(request.POST or None, initial=vars(found) if found else {"is_own": True})
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_brand(found, **form.cleaned_data)
        except BrandError as refusal:
            form.add_error(None, said(refusal.code))
        else:
            messages.success(request, _("%(brand)s is saved.") % {"brand": saved.title})
            return redirect("administration:brands")
    context = {
        "form": form,
        "title": found.title if found else _("Add a brand"),
        "back": reverse("administration:brands"),
    }
    return render(request, "administration/form.html", context)


def _whole_company(request: HttpRequest) -> None:
    """Sources and brands belong to nobody's part: only who looks after the whole changes them."""
    if request.scope.units is not None:  # type: ignore[attr-defined]
        raise PermissionDenied
