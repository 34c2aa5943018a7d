"""People: who they are, what they may do, and where."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from peakend.organization.access import PERMISSIONS
from peakend.organization.choices import Role
from peakend.organization.errors import OrganizationError
from peakend.organization.models import Unit, User
from peakend.organization.queries import people_in, tree_of
from peakend.organization.services import (
    create_person,
    edit_person,
    set_password,
    set_person_active,
)
from peakend.web.access import requires
from peakend.web.administration.forms import NewPersonForm, PasswordForm, PersonForm
from peakend.web.administration.permission_names import permission_title
from peakend.web.administration.refusals import said

PER_PAGE = 50


@requires("organization.write")
def index(request: HttpRequest) -> HttpResponse:
    """The people of the scope, those with an open account first."""
    rows = people_in(request.scope)  # type: ignore[attr-defined]
    wanted = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    if wanted:
        rows = rows.filter(
            Q(username__icontains=wanted)
            | Q(display_name__icontains=wanted)
            | Q(email__icontains=wanted)
        )
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    roles = [
        (Role(role).label, [permission_title(code) for code in sorted(PERMISSIONS[role])])
        for role in Role.values
    ]
    return render(
        request, "administration/people.html", {"page": page, "q": wanted, "roles": roles}
    )


@requires("organization.write")
@require_http_methods(["GET", "POST"])
def person_new(request: HttpRequest) -> HttpResponse:
    """Give somebody an account."""
    initial = {"role": Role.VIEWER, "unit": getattr(request.user, "unit_id", None) or ""}
    form = NewPersonForm(
        request.POST or None, initial=initial, units=_units(request), roles=_roles(request)
    )
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        values["unit"] = _unit(values["unit"])
        try:
            created = create_person(request.user, **values)  # type: ignore[arg-type]
        except OrganizationError as refusal:
            form.add_error(None, said(refusal.code, refusal.details))
        else:
            messages.success(request, _("%(person)s can sign in now.") % {"person": created})
            return redirect("administration:people")
    context = {"form": form, "title": _("Add a person"), "back": reverse("administration:people")}
    return render(request, "administration/form.html", context)


@requires("organization.write")
@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what a person is called, what they may do and where."""
    found = _in_scope(request, pk)
    initial = {
        "display_name": found.display_name,
        "email": found.email,
        "role": found.role,
        "unit": found.unit_id or "",
    }
    form = PersonForm(
        request.POST or None, initial=initial, units=_units(request), roles=_roles(request)
    )
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        values["unit"] = _unit(values["unit"])
        try:
            edit_person(request.user, found, **values)  # type: ignore[arg-type]
        except OrganizationError as refusal:
            form.add_error(None, said(refusal.code, refusal.details))
        else:
            messages.success(request, _("%(person)s is saved.") % {"person": found})
            return redirect("administration:people")
    context = {
        "form": form,
        "person": found,
        "title": str(found),
        "back": reverse("administration:people"),
    }
    return render(request, "administration/person.html", context)


@requires("organization.write")
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a person a new password; their open sessions end."""
    found = _in_scope(request, pk)
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            set_password(request.user, found, form.cleaned_data["password"])  # type: ignore[arg-type]
        except OrganizationError as refusal:
            form.add_error("password", said(refusal.code, refusal.details))
        else:
            messages.success(request, _("%(person)s has a new password.") % {"person": found})
            return redirect("administration:people")
    context = {
        "form": form,
        "title": _("New password for %(person)s") % {"person": found},
        "back": reverse("administration:person", args=[found.pk]),
    }
    return render(request, "administration/form.html", context)


@requires("organization.write")
@require_POST
def person_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an account or open it again."""
    found = _in_scope(request, pk)
    try:
        set_person_active(request.user, found, not found.is_active)  # type: ignore[arg-type]
    except OrganizationError as refusal:
        messages.error(request, said(refusal.code, refusal.details))
    return redirect("administration:people")


def _in_scope(request: HttpRequest, pk: int) -> User:
    found = get_object_or_404(User.objects.select_related("unit"), pk=pk)
    scope = request.scope  # type: ignore[attr-defined]
    if scope.units is not None and found.unit_id not in scope.units:
        raise PermissionDenied
    return found


def _units(request: HttpRequest) -> list[tuple[Any, str]]:
    scope = request.scope  # type: ignore[attr-defined]
    choices: list[tuple[Any, str]] = [
        (branch.unit.pk, "\u3000" * branch.depth + branch.unit.title) for branch in tree_of(scope)
    ]
    return choices


def _roles(request: HttpRequest) -> list[tuple[str, Any]]:
    """The roles this person may give: none with more permissions than their own."""
    held = request.permissions  # type: ignore[attr-defined]
    return [(role, Role(role).label) for role in Role.values if PERMISSIONS[role].issubset(held)]


def _unit(typed: str) -> Unit | None:
    return Unit.objects.filter(pk=typed).order_by("pk").first() if typed else None
