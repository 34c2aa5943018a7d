"""Improvements: which worked, which are being verified, and putting one on record."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from peakend.cases.models import Case
from peakend.cases.queries import visible as visible_cases
from peakend.cases.titles import title_of
from peakend.improvements.choices import State
from peakend.improvements.errors import EndsEarlier, InitiativeError, InvalidDates
from peakend.improvements.models import Initiative
from peakend.improvements.queries import day_of, known_until, visible
from peakend.improvements.services import InitiativeDraft, start_initiative
from peakend.improvements.services import prolong as prolong_initiative
from peakend.improvements.services import stop as stop_initiative
from peakend.improvements.verification import report, verify
from peakend.opinions.queries import aspect_of, aspect_title
from peakend.organization.models import Unit
from peakend.reasons.queries import words_of_reason
from peakend.web.access import requires
from peakend.web.improvements.boxes import boxes
from peakend.web.improvements.chart import weekly_chart
from peakend.web.improvements.check_lines import check_lines, guard_lines
from peakend.web.improvements.forms import InitiativeForm, metric_choices
from peakend.web.improvements.headline import Headline, headline_of, headline_of_all

_RUN_WEEKS = 8
_PROLONG_WEEKS = 4
_ORDER = {
    State.RUNNING: 0,
    State.REOPENED: 1,
    State.PLANNED: 2,
    State.PROVEN: 3,
    State.STOPPED: 4,
}


@requires("improvements.read")
def index(request: HttpRequest) -> HttpResponse:
    """Every improvement with its verdict, those that are being verified first."""
    as_of = known_until()
    rows = visible(request.scope).select_related("owner", "unit").order_by("-starts_on", "-pk")  # type: ignore[attr-defined]
    stories = [_story(one, as_of) for one in rows[:60]]
    stories.sort(key=lambda story: _ORDER[State(story.initiative.state)])
    return render(
        request,
        "improvements/index.html",
        {"stories": stories, "headline": headline_of_all(stories)},
    )


@requires("improvements.read")
def initiative(request: HttpRequest, number: int) -> HttpResponse:
    """One improvement: did it work, what speaks for it, what could mislead."""
    found = _find(request, number)
    day = day_of(found, known_until())
    seen = report(found, day)
    story = headline_of(found, seen.verdict, day)
    scope = request.scope  # type: ignore[attr-defined]
    pilots = list(found.pilots.order_by("path"))
    return render(
        request,
        "improvements/initiative.html",
        {
            "story": story,
            "boxes": boxes(story, seen),
            "checks": check_lines(found, seen.checks),
            "guards": guard_lines(seen.guards),
            "chart": weekly_chart(found, seen),
            "pilots": pilots,
            "may_write": "improvements.write" in request.permissions and _owns(request, found),  # type: ignore[attr-defined]
            "prolong_until": _later(found).isoformat(),
            "may_end_earlier": found.ends_on is not None and found.ends_on > timezone.localdate(),
            "verifications": found.verifications.filter(is_final=True).order_by("-on"),
            "case": found.case if found.case and scope.allows(found.case.unit_id) else None,
        },
    )


@requires("improvements.write")
def new(request: HttpRequest) -> HttpResponse:
    """Put an improvement on record, from nothing, from a case or from a pain point."""
    scope = request.scope  # type: ignore[attr-defined]
    case = _case(request)
    if request.method == "POST":
        form = InitiativeForm(request.POST, scope=scope)
        if form.is_valid():
            try:
                made = start_initiative(
                    _draft(form, case, request),
                    by=request.user,  # type: ignore[arg-type]
                    as_of=timezone.localdate(),
                    token=request.POST.get("token", "")[:64],
                )
            except InitiativeError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("Improvement %(n)s is on record.") % {"n": made.pk})
                return redirect("improvements:initiative", number=made.pk)
    else:
        form = InitiativeForm(scope=scope, initial=_initial(request, case))
    context = {
        "form": form,
        "case": case,
        "case_title": title_of(case) if case else "",
        "token": request.POST.get("token") or uuid4().hex,
    }
    return render(request, "improvements/new.html", context)


@require_POST
@requires("improvements.write")
def prolong(request: HttpRequest, number: int) -> HttpResponse:
    """Go on collecting until a later day."""
    found = _find_own(request, number)
    until = _date(request.POST.get("until", ""))
    if until is None or until <= timezone.localdate():
        messages.error(request, _("Name a day to come."))
    else:
        may_shorten = request.POST.get("earlier") == "1"
        try:
            prolonged = prolong_initiative(found.pk, until, may_shorten=may_shorten)
        except EndsEarlier:
            messages.error(
                request,
                _(
                    "That is before the planned day of judgement, %(day)s. To end the trial sooner, "
                    "tick “judge it earlier than planned”."
                )
                % {"day": found.ends_on},
            )
        except InvalidDates:
            messages.error(request, _("It has to end after it began."))
        except InitiativeError:
            messages.error(request, _("This improvement is settled."))
        else:
            messages.success(request, _("It is judged on %(day)s.") % {"day": prolonged.ends_on})
    return redirect("improvements:initiative", number=number)


@require_POST
@requires("improvements.write")
def stop(request: HttpRequest, number: int) -> HttpResponse:
    """Give an improvement up."""
    found = _find_own(request, number)
    try:
        stop_initiative(found.pk, timezone.now())
    except InitiativeError:
        messages.error(request, _("This improvement is settled."))
    else:
        messages.success(
            request,
            _("Improvement %(n)s is stopped; what was found so far stays.") % {"n": found.number},
        )
    return redirect("improvements:initiative", number=number)


def _story(found: Initiative, as_of: date) -> Headline:
    day = day_of(found, as_of)
    return headline_of(found, verify(found, day), day)


def _later(found: Initiative) -> date:
    """Four weeks from today, never before the day of judgement that is planned."""
    ahead = timezone.localdate() + timedelta(weeks=_PROLONG_WEEKS)
    return max(found.ends_on, ahead) if found.ends_on else ahead


def _find(request: HttpRequest, number: int) -> Initiative:
    rows = visible(request.scope).select_related("owner", "unit", "case")  # type: ignore[attr-defined]
    found = rows.filter(pk=number).order_by("pk").first()
    if found is None:
        raise Http404
    return found


def _find_own(request: HttpRequest, number: int) -> Initiative:
    found = _find(request, number)
    if not _owns(request, found):
        raise PermissionDenied
    return found


def _owns(request: HttpRequest, found: Initiative) -> bool:
    """The owner, and whoever answers for the owning unit; without one, for the whole company."""
    scope = request.scope  # type: ignore[attr-defined]
    return found.owner_id == request.user.pk or scope.allows(found.unit_id)


def _case(request: HttpRequest) -> Case | None:
    asked = request.POST.get("case") or request.GET.get("case", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 18):
        return None
    rows = visible_cases(request.scope)  # type: ignore[attr-defined]
    return rows.filter(pk=int(asked)).order_by("pk").first()


def _initial(request: HttpRequest, case: Case | None) -> dict[str, Any]:
    """What is known already: the aspect and the place of the case or the pain point."""
    today = timezone.localdate()
    aspect = case.aspect if case else request.GET.get("aspect", "")
    unit = str(case.origin_id or "") if case else request.GET.get("unit", "")
    metric = request.GET.get("metric", "")
    initial: dict[str, Any] = {
        "metric": _known(metric) or ("net_sentiment" if aspect else "rating"),
        "starts_on": today,
        "ends_on": today + timedelta(weeks=_RUN_WEEKS),
        "owner": request.user,
    }
    if aspect and aspect_of(aspect):
        initial |= {
            "aspect": aspect,
            "target": 10,
            "hypothesis": _hypothesis(request, aspect),
        }
    if unit.isascii() and unit.isdigit() and len(unit) < 18:
        initial["pilots"] = [int(unit)]
    return initial


def _known(metric: str) -> str:
    """The metric, if an improvement can be held to it."""
    return metric if metric in dict(metric_choices()) else ""


def _hypothesis(request: HttpRequest, aspect: str) -> str:
    """The beginning of a hypothesis, with the reason that customers give where one was chosen."""
    words, asked = "", request.GET.get("reason", "")
    if asked.isascii() and asked.isdigit() and len(asked) < 18:
        scope = request.scope  # type: ignore[attr-defined]
        words = words_of_reason(int(asked), scope, aspect)
    if not words:
        said = _("If we …, complaints about “%(aspect)s” will fall, because …")
        return said % {"aspect": aspect_title(aspect)}
    said = _(
        "If we …, complaints about “%(aspect)s” will fall: customers give as reason “%(words)s”."
    )
    return said % {"aspect": aspect_title(aspect), "words": words}


def _draft(form: InitiativeForm, case: Case | None, request: HttpRequest) -> InitiativeDraft:
    data = form.cleaned_data
    return InitiativeDraft(
        name=data["name"],
        name_en=data["name_en"],
        hypothesis=data["hypothesis"],
        metric=data["metric"],
        aspect=data["aspect"],
        target=form.change,
        starts_on=data["starts_on"],
        ends_on=data["ends_on"],
        pilots=list(data["pilots"]),
        owner=data["owner"],
        unit=_common_unit(list(data["pilots"])) or request.user.unit,  # type: ignore[union-attr]
        guardrails=form.guardrails,
        case=case,
        insight={"aspect": data["aspect"]} if data["aspect"] else {},
    )


def _common_unit(pilots: list[Unit]) -> Unit | None:
    """The lowest unit all pilots lie within."""
    paths = [unit.path.strip("/").split("/") for unit in pilots]
    shared = None
    for parts in zip(*paths, strict=False):
        if len(set(parts)) > 1:
            break
        shared = parts[0]
    return Unit.objects.filter(pk=int(shared)).order_by("pk").first() if shared else None


def _date(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None
