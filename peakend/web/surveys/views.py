"""The list, one survey, a new one, its QR code."""

from io import BytesIO
from typing import Any

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from peakend.methods.estimate import Estimate
from peakend.organization.choices import UnitKind
from peakend.organization.models import Unit
from peakend.questionnaire.definition import Question, in_language
from peakend.surveys.models import Survey
from peakend.surveys.queries import SurveyStanding, questionnaire_of, standing, standings
from peakend.surveys.services import close_survey, create_survey, reopen_survey
from peakend.web.access import requires
from peakend.web.surveys.forms import NewSurveyForm
from peakend.web.surveys.results import results_of

LEAST_ANSWERS = 10  # below, a score is not shown


@requires("surveys.read")
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Every survey with its responses and what they say."""
    rows = [_row(one) for one in standings(request.scope)]  # type: ignore[attr-defined]
    return render(
        request,
        "surveys/index.html",
        {
            "rows": rows,
            "open": sum(row["standing"].survey.is_active for row in rows),
            "responses": sum(row["standing"].responses for row in rows),
        },
    )


@requires("surveys.write")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask for what differs, and open the survey."""
    form = NewSurveyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        made = create_survey(
            slug=data["slug"],
            title=data["title"],
            title_en=data["title_en"],
            definition=form.definition(),
            taxonomy=data["taxonomy"],
            brand=data["brand"],
            created_by=request.user,  # type: ignore[arg-type]
        )
        return redirect("surveys:survey", slug=made.slug)
    return render(request, "surveys/new.html", {"form": form})


@requires("surveys.read")
@require_GET
def survey(request: HttpRequest, slug: str) -> HttpResponse:
    """What is asked, where, and what was answered so far."""
    asked = get_object_or_404(Survey.objects.select_related("brand"), slug=slug)
    scope = request.scope  # type: ignore[attr-defined]
    stores = scope.filter(Unit.objects.filter(kind=UnitKind.STORE, is_active=True), "pk")
    unit = _unit(request, stores)
    address = respond_address(asked, unit)
    language = "en" if (get_language() or "").startswith("en") else "zh"
    return render(
        request,
        "surveys/survey.html",
        {
            "survey": asked,
            "row": _row(standing(asked, scope)),
            "results": results_of(asked, scope),
            "questions": [
                _question(question, language) for question in questionnaire_of(asked).questions
            ],
            "address": address,
            "qr": qr_svg(f"{address}{'&' if unit else '?'}via=qr"),
            "qr_address": _qr_address(asked, unit),
            "unit": unit,
            "stores": stores.order_by("path"),
        },
    )


@requires("surveys.read")
@require_GET
def qr_code(request: HttpRequest, slug: str) -> HttpResponse:
    """The QR code as a file to print."""
    asked = get_object_or_404(Survey, slug=slug)
    scope = request.scope  # type: ignore[attr-defined]
    unit = _unit(request, scope.filter(Unit.objects.filter(is_active=True), "pk"))
    address = respond_address(asked, unit)
    drawing = segno.make(f"{address}{'&' if unit else '?'}via=qr", error="m", micro=False)
    file = BytesIO()
    drawing.save(file, kind="svg", scale=10, border=4)
    response = HttpResponse(file.getvalue(), content_type="image/svg+xml")
    name = f"{asked.slug}{f'-{unit.code}' if unit else ''}.svg"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@requires("surveys.write")
@require_POST
def switch(request: HttpRequest, slug: str) -> HttpResponse:
    """Close an open survey, open a closed one."""
    asked = get_object_or_404(Survey, slug=slug)
    if request.POST.get("open") == "1":
        reopen_survey(asked)
    else:
        close_survey(asked)
    return HttpResponseRedirect(reverse("surveys:survey", args=[asked.slug]))


def respond_address(asked: Survey, unit: Unit | None) -> str:
    """The address customers open."""
    address = f"{settings.BASE_URL}{reverse('respond:survey', args=[asked.slug])}"
    return f"{address}?{urlencode({'u': unit.code})}" if unit else address


def qr_svg(address: str) -> SafeString:
    """The address as an SVG in the page; it carries no styles, so the security policy allows it."""
    drawing = segno.make(address, error="m", micro=False)
    return mark_safe(drawing.svg_inline(scale=5, border=2, svgclass="pk-qr", lineclass=None))


def _qr_address(asked: Survey, unit: Unit | None) -> str:
    address = reverse("surveys:qr_code", args=[asked.slug])
    return f"{address}?{urlencode({'u': unit.pk})}" if unit else address


def _unit(request: HttpRequest, among: Any) -> Unit | None:
    chosen = request.GET.get("u", "")
    return among.filter(pk=int(chosen)).first() if chosen.isdecimal() and len(chosen) < 10 else None


def _row(one: SurveyStanding) -> dict[str, Any]:
    """A standing ready to draw: NPS in points, means on their own scale."""
    factor = 100.0 if one.question and one.question.type.code == "nps" else 1.0
    score = one.score
    shown = score is not None and score.value is not None and score.n >= LEAST_ANSWERS
    return {
        "standing": one,
        "kind": one.question.type.code if one.question else "",
        "value": score.value * factor if shown and score and score.value is not None else None,
        "margin": _margin(score, factor) if shown else None,
        "decimals": 0 if factor == 100.0 else 2,
        "missing": max(0, LEAST_ANSWERS - one.responses),
    }


def _margin(score: Estimate | None, factor: float) -> float | None:
    if score is None or score.low is None or score.high is None:
        return None
    return factor * (score.high - score.low) / 2


def _question(question: Question, language: str) -> dict[str, Any]:
    return {
        "code": question.code,
        "kind": question.type.code,
        "steps": question.type.steps,
        "text": in_language(question.text, language),
        "low": in_language(question.low, language),
        "high": in_language(question.high, language),
        "required": question.required,
        "variants": [in_language(words, language) for words in question.variants.values()],
        "options": [in_language(option.text, language) for option in question.options],
    }
