"""Themes nobody defined: what is new, who says it, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from peakend.opinions.errors import TaxonomyRefused
from peakend.opinions.queries import aspect_title, named
from peakend.opinions.taxonomies import edited
from peakend.opinions.wording import words_of
from peakend.themes import naming, services
from peakend.themes.choices import Kind, State
from peakend.themes.errors import ThemeRefused
from peakend.themes.models import Theme
from peakend.themes.queries import current_themes, decided_themes, looks, mentions_of
from peakend.web.access import requires
from peakend.web.filters import read_filter
from peakend.web.shell import numbers
from peakend.web.shell.filterbar import filter_bar
from peakend.web.themes import headline, pictures
from peakend.web.themes.counts import Counted, counted
from peakend.web.themes.forms import NameForm
from peakend.web.themes.places import places_of
from peakend.web.themes.verbatims import Line, page_of, quotes_of

DECIDED = 12
NEAR = 0.2  # share of a theme's voices that judge one aspect, from which it is worth a word


@dataclass(frozen=True)
class Card:
    """One theme ready to draw."""

    one: Counted
    share: str
    sentence: str
    tone: str
    columns: SafeString
    quote: Line | None
    beside: str
    others: str

    @property
    def theme(self) -> Theme:
        """The theme itself."""
        return self.one.theme


@requires("voices.read")
def index(request: HttpRequest) -> HttpResponse:
    """What rises, then what the taxonomy has no words for."""
    view = read_filter(request)
    themes = current_themes()
    every = {look.taxonomy: look.every for look in looks()}
    found = counted(themes, view, every) if view.has_data else []
    quotes = quotes_of([one.theme for one in found], view)
    rising = [one for one in found if one.theme.kind == Kind.RISING]
    unnamed = [one for one in found if one.theme.kind == Kind.UNNAMED]
    # What grew most in this very filter comes first.
    rising.sort(key=lambda one: (not one.rises, -((one.change and one.change.value) or 0.0)))
    scope = request.scope  # type: ignore[attr-defined]
    context: dict[str, Any] = {
        "view_filter": view,
        "filter_bar": filter_bar(view, scope),
        "told": headline.told_of_all(rising, unnamed, looks(), whole=scope.units is None),
        "rising": [_card(one, quotes) for one in rising],
        "unnamed": [_card(one, quotes) for one in unnamed],
        "decided": decided_themes()[:DECIDED] if scope.units is None else [],
        "may_decide": _may_decide(request),
    }
    return render(request, "themes/index.html", context)


@requires("voices.read")
def theme(request: HttpRequest, number: int) -> HttpResponse:
    """One theme: its share week by week, where it is heard, and every voice that mentions it."""
    found = _theme(request, number)
    view = read_filter(request)
    lines, after = page_of(found, view, request.GET.get("after", ""))
    context: dict[str, Any] = {
        "view_filter": view,
        "theme": found,
        "lines": lines,
        "after": after,
    }
    if request.headers.get("HX-Request") and request.GET.get("after"):
        return render(request, "themes/lines.html", context)
    every = {look.taxonomy: look.every for look in looks()}
    one = next(iter(counted([found], view, every)), None)
    context |= {
        "filter_bar": filter_bar(view, request.scope),  # type: ignore[attr-defined]
        "one": one,
        "told": headline.told_of_one(one, found.title),
        "trend": pictures.share_trend(one, view) if one else None,
        "dimensions": places_of(found, view, every.get(found.taxonomy, 1)) if one else [],
        "near": aspect_title(found.near) if found.near_share >= NEAR else "",
        "is_open": found.state == State.OPEN,
        "aspect": aspect_title(found.aspect) if found.aspect else "",
        "may_decide": _may_decide(request),
    }
    return render(request, "themes/theme.html", context)


@requires("voices.correct")
@require_http_methods(["GET", "POST"])
def name(request: HttpRequest, number: int) -> HttpResponse:
    """Add the theme to the taxonomy: as an aspect of its own, or as words of one there is."""
    found = _decided(request, number)
    try:
        taxonomy = edited(found.taxonomy)
    except TaxonomyRefused as refusal:
        raise Http404 from refusal
    form = NameForm(found, taxonomy, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _name(found, form, request)
        except TaxonomyRefused as refusal:
            form.add_error(None, words_of(refusal))
        except ThemeRefused:
            form.add_error(None, _("Somebody decided on this theme meanwhile."))
        else:
            messages.success(
                request,
                _(
                    "Kept in a new version of the taxonomy. Nothing is read by it until it is applied."
                ),
            )
            return redirect("themes:index")
    context = {
        "theme": found,
        "form": form,
        "taxonomy_title": named(dict(taxonomy.names)),
        "mentions": found.mentions.count(),
    }
    return render(request, "themes/name.html", context, status=422 if form.errors else 200)


@requires("voices.correct")
@require_POST
def dismiss(request: HttpRequest, number: int) -> HttpResponse:
    """Nothing to follow."""
    return _decide(
        request, number, services.dismiss, _("Dismissed. It stays so when it is found again.")
    )


@requires("voices.correct")
@require_POST
def restore(request: HttpRequest, number: int) -> HttpResponse:
    """Take a dismissal back."""
    return _decide(request, number, services.restore, _("Back among the themes."))


def _decide(request: HttpRequest, number: int, deed: Any, said: str) -> HttpResponse:
    found = _decided(request, number)
    try:
        deed(found.pk, request.user, timezone.now())
    except ThemeRefused:
        messages.error(request, _("Somebody decided on this theme meanwhile."))
    else:
        messages.success(request, said)
    return redirect("themes:index")


def _name(found: Theme, form: NameForm, request: HttpRequest) -> None:
    user: Any = request.user
    now = timezone.now()
    if form.cleaned_data["aspect"]:
        naming.name_within(found, form.cleaned_data["aspect"], form.phrases, user, now)
    else:
        naming.name_as_aspect(found, form.new_aspect(), user, now)


def _theme(request: HttpRequest, number: int) -> Theme:
    """The theme, if the reader may see one of its voices."""
    found = (
        Theme.objects.filter(pk=number).select_related("decided_by").first()
        if number < 2**63
        else None
    )
    scope = request.scope  # type: ignore[attr-defined]
    if found is None or (
        scope.units is not None
        and not mentions_of([found], Q(voice__unit__in=scope.units)).exists()
    ):
        raise Http404
    return found


def _decided(request: HttpRequest, number: int) -> Theme:
    """The theme for somebody who may decide on it: it is the whole company's."""
    if request.scope.units is not None:  # type: ignore[attr-defined]
        raise PermissionDenied
    return _theme(request, number)


def _may_decide(request: HttpRequest) -> bool:
    may = "voices.correct" in request.permissions  # type: ignore[attr-defined]
    return may and request.scope.units is None  # type: ignore[attr-defined]


def _card(one: Counted, quotes: dict[int, Line]) -> Card:
    theme = one.theme
    near = ""
    if theme.near and theme.near_share >= NEAR:
        near = _("{share} of them also judge {aspect}").format(
            share=f"{numbers.number(100 * theme.near_share)}%", aspect=aspect_title(theme.near)
        )
    return Card(
        one=one,
        share=headline.share_title(one.share),
        sentence=headline.sentence(one),
        tone="bad" if one.rises else "",
        columns=pictures.columns(one.weeks, pictures.columns_label(one)),
        quote=quotes.get(theme.pk),
        beside=near,
        others=" · ".join(theme.phrases[2:8]),
    )
