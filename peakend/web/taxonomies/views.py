"""The taxonomies there are, what is in them, and what a saved version would change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from peakend.jobs.queries import visible_jobs
from peakend.loop.voices_reread import KIND
from peakend.methods.estimate import Estimate
from peakend.opinions import preview as previews
from peakend.opinions.errors import TaxonomyRefused
from peakend.opinions.models import TaxonomyVersion
from peakend.opinions.owners import owner_title
from peakend.opinions.queries import aspect_title, named
from peakend.opinions.taxonomies import (
    Held,
    edited,
    held,
    pending_version,
    read_content,
    taxonomy_codes,
)
from peakend.organization.access import Scope
from peakend.organization.audit import note
from peakend.text import Aspect, Taxonomy, taxonomy_names, write_taxonomy
from peakend.voices.models import Source, Voice
from peakend.warehouse.cells import Slice, newest_day, read_cells
from peakend.web.access import requires
from peakend.web.shell import numbers

WEEKS = 4
LATELY = timedelta(hours=1)  # how long a job that ended is still told of
VERSIONS = 12  # versions listed


@dataclass(frozen=True)
class Known:
    """One taxonomy as the list of them shows it."""

    code: str
    title: str
    is_own: bool
    version: int
    aspects: int
    sources: str
    voices: int
    waits: bool


@dataclass(frozen=True)
class Line:
    """One aspect as its taxonomy lists it."""

    aspect: Aspect
    title: str
    words: int
    owner: str
    standard: str
    opinions: int
    change: str  # what the saved version does to it: 'new', 'changed' or nothing


@dataclass(frozen=True)
class Share:
    """So many texts of the sample, their share with interval, and about how many of all voices."""

    count: int
    share: str
    interval: str
    of_all: int | None


@dataclass(frozen=True)
class Changed:
    """What would become of one aspect, as the preview draws it."""

    title: str
    is_first: bool
    change: previews.AspectChange
    gained: Share | None
    lost: Share | None


@requires("voices.correct")
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Every taxonomy, those that read voices first."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    sources: dict[str, list[str]] = {}
    for source in Source.objects.order_by("code"):
        sources.setdefault(source.taxonomy, []).append(source.title)
    counts = scope.filter(Voice.objects.all()).values("source__taxonomy").annotate(n=Count("pk"))
    voices = {row["source__taxonomy"]: row["n"] for row in counts.order_by("source__taxonomy")}
    known = [_known(code, sources.get(code, []), voices.get(code, 0)) for code in taxonomy_codes()]
    known.sort(key=lambda one: (not one.sources, -one.voices, one.code))
    context = {
        "used": [one for one in known if one.sources],
        "others": [one for one in known if not one.sources],
        "waiting": sum(one.waits for one in known),
        "is_whole": scope.units is None,
    }
    return render(request, "taxonomies/index.html", context)


@requires("voices.correct")
@require_GET
def taxonomy(request: HttpRequest, code: str) -> HttpResponse:
    """One taxonomy as it will read: with what is saved and waits to be applied."""
    now = held_or_404(code)
    pending = pending_version(code)
    shown = read_content(pending.content) if pending else now.taxonomy
    versions = TaxonomyVersion.objects.filter(code=code).select_related("author")
    jobs = visible_jobs(request.user, request.scope)  # type: ignore[arg-type,attr-defined]
    lately = Q(finished_at__isnull=True) | Q(finished_at__gte=timezone.now() - LATELY)
    job = jobs.filter(lately, kind=KIND, parameters__taxonomy=code).first()
    sources = [s.title for s in Source.objects.filter(taxonomy=code).order_by("code")]
    gone = [named(a.names) for a in now.taxonomy.aspects if a.code not in shown.codes]
    context = {
        "code": code,
        "title": named(shown.names),
        "now": now,
        "pending": pending,
        "groups": _groups(request, shown, now.taxonomy if pending else None),
        "gone": _(", ").join(gone) if pending else "",
        "aspects": len(shown.aspects),
        "sources": _(", ").join(sources),
        "versions": versions.order_by("-version")[:VERSIONS],
        "applied": now.taxonomy.version if now.is_own else None,
        "is_shipped": code in taxonomy_names(),
        "is_whole": request.scope.units is None,  # type: ignore[attr-defined]
        "jobs": [job] if job else [],
    }
    return render(request, "taxonomies/taxonomy.html", context)


@requires("voices.correct")
@require_GET
def version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """What a saved version would change, on texts the reader may see."""
    found = version_or_404(code, number)
    shown = previews.preview(read_content(found.content), request.scope)  # type: ignore[attr-defined]
    return render(request, "taxonomies/preview.html", preview_context(shown))


@requires("voices.correct")
@require_GET
def export(request: HttpRequest, code: str) -> HttpResponse:
    """The taxonomy as the YAML file that the command line reads."""
    held_or_404(code)
    note("export", request.user, what="taxonomy", filter=code)  # type: ignore[arg-type]
    answer = HttpResponse(write_taxonomy(edited(code)), content_type="application/yaml")
    answer["Content-Disposition"] = f'attachment; filename="{code}.yaml"'
    return answer


def held_or_404(code: str) -> Held:
    """The taxonomy that reads under a code."""
    try:
        return held(code)
    except TaxonomyRefused:
        raise Http404(_("no such taxonomy")) from None


def version_or_404(code: str, number: int) -> TaxonomyVersion:
    """A saved version of a taxonomy."""
    small = number if number < 2**31 else -1
    found = TaxonomyVersion.objects.filter(code=code, version=small).first()
    if found is None:
        raise Http404(_("no such version"))
    return found


def preview_context(
    shown: previews.Preview, first: str = "", titles: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """What a preview's template needs; the aspect that is edited comes first."""
    names = titles or {}
    lines = [
        Changed(
            title=names.get(one.aspect) or aspect_title(one.aspect),
            is_first=one.aspect == first,
            change=one,
            gained=_share(one.gained, shown),
            lost=_share(one.lost, shown),
        )
        for one in sorted(shown.changes, key=lambda one: one.aspect != first)
    ]
    return {"preview": shown, "lines": lines, "first": first}


def _share(estimate: Estimate, shown: previews.Preview) -> Share | None:
    """A count of the sample in words: its share with interval, and what that is of all voices."""
    if not estimate.value or estimate.low is None or estimate.high is None:
        return None
    return Share(
        count=round(estimate.value * estimate.n),
        share=f"{numbers.number(100 * estimate.value, 1)}%",
        interval=f"{numbers.between(100 * estimate.low, 100 * estimate.high, 1)}%",
        of_all=round(estimate.value * shown.voices) if shown.voices > shown.n else None,
    )


def _known(code: str, sources: list[str], voices: int) -> Known:
    now = held(code)
    return Known(
        code=code,
        title=named(now.taxonomy.names),
        is_own=now.is_own,
        version=now.taxonomy.version,
        aspects=len(now.taxonomy.aspects),
        sources=_(", ").join(sources),
        voices=voices,
        waits=pending_version(code) is not None,
    )


def _groups(
    request: HttpRequest, shown: Taxonomy, now: Taxonomy | None
) -> list[tuple[str, list[Line]]]:
    newest = newest_day()
    until = (newest or timezone.localdate()) + timedelta(days=1)
    units = request.scope.units  # type: ignore[attr-defined]
    slice = Slice(since=until - timedelta(weeks=WEEKS), until=until, units=units)
    heard = {row.key[0]: row.n for row in read_cells(slice, ("code",), ("opinion",))}
    before = {aspect.code: aspect for aspect in now.aspects} if now else None
    groups: dict[str, list[Line]] = {}
    for aspect in shown.aspects:
        line = _line(aspect, heard.get(aspect.code, 0), before)
        groups.setdefault(named(aspect.group_names), []).append(line)
    return list(groups.items())


def _line(aspect: Aspect, opinions: int, before: dict[str, Aspect] | None) -> Line:
    change = ""
    if before is not None:
        old = before.get(aspect.code)
        change = "new" if old is None else "changed" if old != aspect else ""
    words = (aspect.keywords, aspect.hints, aspect.positive, aspect.negative, aspect.whole)
    return Line(
        aspect=aspect,
        title=named(aspect.names),
        words=sum(len(one) for one in words),
        owner=owner_title(aspect.owner),
        standard=named(aspect.standard),
        opinions=int(opinions),
        change=change,
    )
