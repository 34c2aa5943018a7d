"""Rules: what is watched, what a rule would have opened, and writing one."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from peakend.alerts.errors import AlertError
from peakend.alerts.finders.kind import Kind
from peakend.alerts.kinds import KINDS
from peakend.alerts.models import Rule
from peakend.alerts.queries import Preview, all_rules, preview, wolf
from peakend.alerts.services import save_rule, switch_rule
from peakend.opinions.queries import aspect_title
from peakend.web.access import requires
from peakend.web.alerts.forms import ParametersForm, RuleForm, initial_of
from peakend.web.alerts.wolf_words import wolf_words
from peakend.web.shell.names import unit_titles
from peakend.web.shell.times import span


@dataclass(frozen=True)
class RuleLine:
    """A rule as the list draws it."""

    rule: Rule
    kind: str
    watches: str
    promise: str
    goes_to: str
    open_cases: int
    all_cases: int


@requires("cases.read")
def index(request: HttpRequest) -> HttpResponse:
    """Every rule, what it watches, where it sends, and the cases it opened."""
    scope = request.scope  # type: ignore[attr-defined]
    within = Q() if scope.units is None else Q(cases__unit__in=scope.units)
    rules = all_rules().annotate(
        open_cases=Count("cases", filter=within & Q(cases__is_open=True)),
        all_cases=Count("cases", filter=within),
    )
    lines = [_line(rule) for rule in rules]
    return render(
        request,
        "alerts/index.html",
        {
            "lines": lines,
            "active": sum(line.rule.is_active for line in lines),
            "may_write": _may(request),
        },
    )


@requires("alerts.write")
def choose(request: HttpRequest) -> HttpResponse:
    """The kinds of rule there are."""
    return render(request, "alerts/choose.html", {"kinds": list(KINDS.values())})


@requires("alerts.write")
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """Write a rule of a kind."""
    return _edit(request, _kind(kind.replace("-", "_")), None)


@requires("alerts.write")
def rule(request: HttpRequest, number: int) -> HttpResponse:
    """Change a rule."""
    found = get_object_or_404(Rule, pk=number)
    return _edit(request, _kind(found.kind), found)


@require_POST
@requires("alerts.write")
def switch(request: HttpRequest, number: int) -> HttpResponse:
    """Turn a rule on or off."""
    _require_whole_company(request)
    found = get_object_or_404(Rule, pk=number)
    switch_rule(found, active=request.POST.get("active") == "1")
    return redirect("alerts:index")


def _edit(request: HttpRequest, kind: Kind, found: Rule | None) -> HttpResponse:
    _require_whole_company(request)
    common, own = initial_of(found) if found else ({"route": kind.route}, {})
    data = request.POST if request.method == "POST" else None
    form = RuleForm(data, initial=common)
    parameters = ParametersForm(kind, data, initial=own)
    context: dict[str, Any] = {
        "form": form,
        "parameters": parameters,
        "kind": kind,
        "rule": found,
    }
    if data is not None and "preview" in data:
        return _show_preview(request, kind, context)
    if data is not None and form.is_valid() and parameters.is_valid():
        try:
            saved = save_rule(form.draft(kind.code, parameters.parameters(), found), found)
        except AlertError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("“%(rule)s” is saved.") % {"rule": saved.title})
            return redirect("alerts:index")
    return render(request, "alerts/edit.html", context)


def _show_preview(request: HttpRequest, kind: Kind, context: dict[str, Any]) -> HttpResponse:
    parameters = context["parameters"]
    if parameters.is_valid():
        try:
            found = preview(kind.code, parameters.parameters(), timezone.now())
            rate = wolf(kind.code, parameters.parameters(), timezone.now())
        except AlertError as error:
            parameters.add_error(None, str(error))
        else:
            context |= {
                "preview": found,
                "examples": _examples(found),
                "wolf": wolf_words(rate) if rate else "",
            }
    if request.headers.get("HX-Request"):
        return render(request, "alerts/preview.html", context)
    return render(request, "alerts/edit.html", context)


def _examples(found: Preview) -> list[dict[str, Any]]:
    units = unit_titles({cause.unit_id for cause in found.examples if cause.unit_id})
    return [
        {
            "day": timezone.localdate(cause.occurred_at),
            "aspect": aspect_title(cause.aspect) if cause.aspect else "",
            "unit": units.get(cause.unit_id or 0, ""),
            "evidence": len(cause.evidence),
        }
        for cause in found.examples
    ]


def _line(rule: Rule) -> RuleLine:
    aspects = [aspect_title(code) for code in rule.parameters.get("aspects", ())]
    return RuleLine(
        rule=rule,
        kind=str(KINDS[rule.kind].explanation) if rule.kind in KINDS else rule.kind,
        watches=_("any aspect") if not aspects else ", ".join(aspects),
        promise=span(timedelta(hours=rule.promise_hours)),
        goes_to=rule.department.title if rule.department else str(rule.get_route_display()),
        open_cases=rule.open_cases,  # type: ignore[attr-defined]
        all_cases=rule.all_cases,  # type: ignore[attr-defined]
    )


def _kind(code: str) -> Kind:
    found = KINDS.get(code)
    if found is None:
        raise Http404
    return found


def _may(request: HttpRequest) -> bool:
    return "alerts.write" in request.permissions and request.scope.units is None  # type: ignore[attr-defined]


def _require_whole_company(request: HttpRequest) -> None:
    """Rules watch every unit, so only somebody who answers for every unit may write them."""
    if not _may(request):
        raise PermissionDenied
