"""Everything heard from a customer and done for them, newest first, across the rooms."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from peakend.cases.models import Case
from peakend.cases.queries import visible
from peakend.cases.titles import title_of
from peakend.customers.models import Customer
from peakend.events.models import Event
from peakend.events.queries import SPENDING, events_of
from peakend.organization.access import Scope
from peakend.surveys.models import Response
from peakend.surveys.queries import questionnaire_of
from peakend.voices.models import Voice
from peakend.web.shell.names import channel_title
from peakend.web.shell.numbers import number
from peakend.web.shell.quotes import spans_of

PAGE = 20

EVENTS = {
    "visit": gettext_lazy("Visit"),
    "purchase": gettext_lazy("Purchase"),
    "order": gettext_lazy("Order"),
    "delivery": gettext_lazy("Delivery"),
    "queue_call": gettext_lazy("Called from the queue"),
    "return": gettext_lazy("Return"),
    "reply": gettext_lazy("Reply"),
}
TONES = {-1: "bad", 0: "", 1: "good"}


@dataclass(frozen=True)
class Entry:
    """One line of the timeline. ``what`` picks how it is drawn: voice, response, event or case."""

    what: str
    icon: str
    at: datetime
    title: str
    meta: str
    tone: str = ""
    url: str = ""
    text: str = ""
    spans: tuple[Any, ...] = ()
    scores: tuple[tuple[str, str], ...] = ()


def timeline(
    customer: Customer, scope: Scope, before: datetime | None
) -> tuple[list[Entry], datetime | None]:
    """A page of the timeline before a moment, and where the next page begins (None at the end).

    Only what happened within the reader's scope is shown, though the customer may go elsewhere too.
    """
    entries: list[Entry] = []
    entries += _voices(
        _page(scope.filter(Voice.objects.filter(customer=customer)), before, "occurred_at")
    )
    entries += _responses(
        _page(scope.filter(Response.objects.filter(customer=customer)), before, "occurred_at")
    )
    entries += _events(_page(scope.filter(events_of(customer.pk)), before, "occurred_at"))
    entries += _cases(_page(visible(scope).filter(customer=customer), before, "opened_at"))
    entries.sort(key=lambda entry: entry.at, reverse=True)
    if len(entries) <= PAGE:
        return entries, None
    # An answer and its words happen at one moment: a page never ends between them.
    edge = entries[PAGE - 1].at
    shown = [entry for entry in entries if entry.at >= edge]
    return shown, edge if len(entries) > len(shown) else None


def _page(rows: Any, before: datetime | None, field: str) -> Any:
    """One more row than a page holds, so that the end is known."""
    if before is not None:
        rows = rows.filter(**{f"{field}__lt": before})
    return rows.order_by(f"-{field}", "-pk")[: PAGE + 1]


def _voices(rows: Any) -> Iterable[Entry]:
    voices = list(rows.select_related("unit", "source"))
    spans = spans_of(voices)
    for voice in voices:
        yield Entry(
            what="voice",
            icon="message-2",
            at=voice.occurred_at,
            title=channel_title(voice.channel),
            meta=_meta(voice.unit.title if voice.unit else "", voice.product),
            tone=TONES[voice.polarity],
            url=reverse("voices:voice", args=[voice.pk]),
            text=voice.text,
            spans=tuple(spans.get(voice.pk, ())),
        )


def _responses(rows: Any) -> Iterable[Entry]:
    english = (get_language() or "").startswith("en")
    for response in rows.select_related("unit", "survey"):
        questions = questionnaire_of(response.survey).questions
        scores = tuple(
            (str(question.text.get("en" if english else "zh", question.code)), f"{answer:g}")
            for question in questions
            if question.scored
            and isinstance(answer := response.answers.get(question.code), int | float)
        )
        yield Entry(
            what="response",
            icon="clipboard-check",
            at=response.occurred_at,
            title=_("Answered %(survey)s") % {"survey": response.survey},
            meta=_meta(response.unit.title if response.unit else "", response.product),
            scores=scores,
        )


def _events(rows: Any) -> Iterable[Entry]:
    for event in rows:
        yield Entry(
            what="event",
            icon="shopping-cart" if event.kind in SPENDING else "point",
            at=event.occurred_at,
            title=str(EVENTS.get(event.kind, event.kind)),
            meta=_meta(_worth(event), event.unit.title if event.unit else "", event.product),
        )


def _worth(event: Event) -> str:
    if event.value is None:
        return ""
    value = number(float(event.value), 2 if event.kind in SPENDING else 0)
    return f"¥{value}" if event.kind in SPENDING else value


def _cases(rows: Any) -> Iterable[Entry]:
    for case in rows.select_related("unit"):
        yield Entry(
            what="case",
            icon="inbox",
            at=case.opened_at,
            title=_("Case %(number)s: %(title)s")
            % {"number": case.number, "title": title_of(case)},
            meta=_meta(
                _("open, due %(due)s") % {"due": f"{case.due_at:%m/%d %H:%M}"}
                if case.is_open
                else pgettext("case", "closed"),
                case.unit.title if case.unit else "",
            ),
            tone="warn" if case.is_open else "",
            url=_case_url(case),
        )


def _case_url(case: Case) -> str:
    try:
        return reverse("cases:case", args=[case.number])
    except NoReverseMatch:
        return ""


def _meta(*parts: str) -> str:
    return "\u2002".join(part for part in parts if part)
