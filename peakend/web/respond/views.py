"""Ask, accept durably, thank."""

import time
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_GET, require_http_methods

from peakend.inbox import open_inbox
from peakend.inbox.signals import Response, encode, key_of
from peakend.organization.models import Unit
from peakend.questionnaire import Questionnaire, check_answers
from peakend.questionnaire.definition import in_language
from peakend.questionnaire.types import LONGEST_TEXT
from peakend.surveys.models import Survey
from peakend.surveys.queries import open_survey, questionnaire_of
from peakend.web.access import public
from peakend.web.respond import steps, ticket
from peakend.web.respond.throttle import allowed

LANGUAGES = {"zh": "zh-hans", "en": "en"}
NAMES = {"zh": "中文", "en": "English"}
HONEYPOT = "website"  # no person sees the field; what fills it is a machine
_CHANNELS = {"link", "qr", "kiosk", "sms", "mail", "wechat"}


@public
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: HttpRequest, slug: str) -> HttpResponse:
    """One question a step; the last one sends the answers."""
    asked, questionnaire = _asked(slug)
    language = _language(request)
    with translation.override(LANGUAGES[language]):
        if request.method == "POST":
            return _accept(request, asked, questionnaire, language)
        step = steps.find_step(questionnaire, request.GET)
        return _page(request, asked, questionnaire, step, language)


@public
@require_GET
def thanks(request: HttpRequest, slug: str) -> HttpResponse:
    """Said only after the answers are on the disk."""
    asked, _questionnaire = _asked(slug)
    language = _language(request)
    with translation.override(LANGUAGES[language]):
        context = _frame(request, asked, language) | {"outcome": request.GET.get("outcome", "")}
        return render(request, "respond/thanks.html", context)


def _accept(
    request: HttpRequest, asked: Survey, questionnaire: Questionnaire, language: str
) -> HttpResponse:
    now = time.time()
    carried = ticket.read(request.POST.get("ticket", ""), asked.slug, now)
    checked = check_answers(questionnaire, steps.given(questionnaire, request.POST))
    if checked.errors:
        step = steps.step_of_error(questionnaire, checked.answers, checked.errors[0])
        return _page(request, asked, questionnaire, step, language, status=422)
    if carried is None:
        step = steps.find_step(questionnaire, request.POST)
        return _page(request, asked, questionnaire, step, language, status=422, expired=True)
    if not allowed(str(request.META.get("REMOTE_ADDR", "")), asked.slug):
        return render(request, "respond/busy.html", _frame(request, asked, language), status=429)
    if not request.POST.get(HONEYPOT):
        signal = Response(
            survey=asked.slug,
            time=timezone.localtime().isoformat(timespec="seconds"),
            answers=dict(checked.answers),
            id=carried.key,
            unit=_unit_code(request),
            brand=asked.brand.code if asked.brand else "",
            channel=_channel(request),
            language=language,
            attributes={"seconds": carried.seconds},
        )
        # Durable when it returns, and one response however often it is sent.
        open_inbox().append([(key_of(signal), encode(signal))])
    outcome = steps.first_outcome(questionnaire, checked.answers)
    address = reverse("respond:thanks", args=[asked.slug])
    query = urlencode({**_route(request, language), "outcome": outcome})
    return HttpResponseRedirect(f"{address}?{query}", status=303)


def _page(
    request: HttpRequest,
    asked: Survey,
    questionnaire: Questionnaire,
    step: steps.Step,
    language: str,
    *,
    status: int = 200,
    expired: bool = False,
) -> HttpResponse:
    form = request.POST if request.method == "POST" else request.GET
    question = step.question
    carried = form.get("ticket", "")
    if ticket.read(carried, asked.slug, time.time()) is None:
        carried = ticket.issue(asked.slug, time.time())
    others = {code: value for code, value in step.answers.items() if code != question.code}
    context = _frame(request, asked, language) | {
        "step": step,
        "question": question,
        "words": steps.wording(question, questionnaire, step.answers, language),
        "low": in_language(question.low, language),
        "high": in_language(question.high, language),
        "options": [
            (option.code, in_language(option.text, language)) for option in question.options
        ],
        "chosen": step.answers.get(question.code),
        "typed": form.get(question.code, ""),
        "ticket": carried,
        "carried": list({**_route(request, language), **others}.items()),
        "next": step.number + 1,
        "longest": LONGEST_TEXT,
        "honeypot": HONEYPOT,
        "expired": expired,
        "back": _back(request, asked, step, language, carried) if step.number > 1 else "",
        "earlier": _earlier(questionnaire, step),
        "seconds": _duration(questionnaire),
    }
    response = render(request, "respond/question.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _duration(questionnaire: Questionnaire) -> int:
    """Seconds it takes, to the ten: eight to tap, thirty to write."""
    taps = sum(question.type.control != "words" for question in questionnaire.questions)
    written = len(questionnaire.questions) - taps
    return max(10, round((8 * taps + 30 * written) / 10) * 10)


def _earlier(questionnaire: Questionnaire, step: steps.Step) -> int | str | None:
    """The score a follow-up refers to."""
    answer = step.answers.get(step.question.after)
    return answer if questionnaire.question(step.question.after) else None


def _back(
    request: HttpRequest, asked: Survey, step: steps.Step, language: str, carried: str
) -> str:
    query = {**_route(request, language), **step.answers, "ticket": carried}
    return f"{reverse('respond:survey', args=[asked.slug])}?{urlencode({**query, 'step': step.number - 1})}"


def _frame(request: HttpRequest, asked: Survey, language: str) -> dict[str, Any]:
    """What stands around every step: who asks, about which store, in which language."""
    unit = Unit.objects.filter(code=_unit_code(request)).order_by("pk").first()
    brand = asked.brand.title if asked.brand else ""
    other = "en" if language == "zh" else "zh"
    form = request.GET.copy()
    form["lang"] = other
    return {
        "survey": asked,
        "language": language,
        "brand": brand,
        "initial": (brand or str(asked))[:1].upper(),
        "place": unit.title if unit else "",
        "other": {"code": other, "name": NAMES[other], "query": form.urlencode()},
    }


def _route(request: HttpRequest, language: str) -> dict[str, str]:
    """What the address says of the respondent's way here."""
    form = request.POST if request.method == "POST" else request.GET
    route = {"u": _unit_code(request), "via": form.get("via", "")[:16], "lang": language}
    return {name: value for name, value in route.items() if value}


def _asked(slug: str) -> tuple[Survey, Questionnaire]:
    found = open_survey(slug)
    if found is None:
        raise Http404
    questionnaire = questionnaire_of(found)
    if not questionnaire.questions:
        raise Http404
    return found, questionnaire


def _unit_code(request: HttpRequest) -> str:
    """The unit asked about, where there is such a unit."""
    form = request.POST if request.method == "POST" else request.GET
    code = form.get("u", "")[:64].replace("\x00", "")
    if not code:
        return ""
    return code if Unit.objects.filter(code=code, is_active=True).exists() else ""


def _channel(request: HttpRequest) -> str:
    via = request.POST.get("via", "link")
    return via if via in _CHANNELS else "link"


def _language(request: HttpRequest) -> str:
    """The language asked for, else the browser's."""
    form = request.POST if request.method == "POST" else request.GET
    if form.get("lang") in LANGUAGES:
        return str(form["lang"])
    return "en" if translation.get_language_from_request(request).startswith("en") else "zh"
