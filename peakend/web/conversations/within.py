"""Which conversations a page speaks of: those of its filter, and what a click narrows them to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from peakend.conversations.choices import Speaker
from peakend.conversations.models import Conversation, Turn
from peakend.conversations.queries import BETTER
from peakend.conversations.topics import question_topics, topic_title
from peakend.web.conversations.times import BINS, bin_title
from peakend.web.filters import ViewFilter

OTHER = "other"  # questions of no topic
LARGEST = 2**63


def conversations_of(view: ViewFilter) -> QuerySet[Conversation]:
    """The conversations that began in the page's period, within its filter and scope."""
    return Conversation.objects.filter(_begun(view.voices()))


def compared_with(view: ViewFilter) -> QuerySet[Conversation] | None:
    """Those of the period compared with, or nothing."""
    span: tuple[date, date] | None = view.compared_span
    return conversations_of(replace(view, since=span[0], until=span[1])) if span else None


def _begun(voices: Q) -> Q:
    """A condition on voices as one on conversations, which begin where voices occur."""
    moved = Q()
    moved.connector, moved.negated = voices.connector, voices.negated
    for child in voices.children:
        if isinstance(child, Q):
            moved.children.append(_begun(child))
        elif isinstance(child, tuple):
            moved.children.append((child[0].replace("occurred_at", "started_at"), child[1]))
    return moved


@dataclass(frozen=True)
class Facet:
    """One way to narrow the list, by a value in the address.

    ``condition`` is nothing where the value means nothing; ``title`` is how it reads on the page.
    """

    label: Any
    condition: Callable[[str], Q | None]
    title: Callable[[str], str]


@dataclass(frozen=True)
class Narrowed:
    """A facet that the address chose."""

    name: str
    value: str
    label: str
    title: str


def narrowed(asked: QueryDict) -> tuple[Q, list[Narrowed]]:
    """What the address narrows the list to; what cannot be understood is left out."""
    wanted, chosen = Q(), []
    for name, facet in FACETS.items():
        value = asked.get(name, "").replace("\0", "")[:120]
        condition = facet.condition(value) if value else None
        if condition is not None:
            wanted &= condition
            chosen.append(Narrowed(name, value, str(facet.label), facet.title(value)))
    return wanted, chosen


def _topic(code: str) -> Q | None:
    if code != OTHER and code not in question_topics().codes:
        return None
    return _said(is_question=True, topic="" if code == OTHER else code)


def _wording(number: str) -> Q | None:
    if not number.isdecimal() or int(number) >= LARGEST:
        return None
    return _said(wording=int(number), gain__isnull=False)


def _said(**turn: Any) -> Q:
    return Q(Exists(Turn.objects.filter(conversation=OuterRef("pk"), **turn)))


def _waited(code: str) -> Q | None:
    found = next((one for one in BINS if one.code == code), None)
    if found is None:
        return None
    wanted = (
        Q(first_reply__gt=found.above) if found.above is not None else Q(first_reply__isnull=False)
    )
    return wanted if found.most is None else wanted & Q(first_reply__lte=found.most)


def _one_of(conditions: Mapping[str, Q]) -> Callable[[str], Q | None]:
    return lambda value: conditions.get(value)


def _titled(titles: Mapping[str, Any]) -> Callable[[str], str]:
    return lambda value: str(titles[value])


ANSWERED_BY = {
    "staff": gettext_lazy("a person"),
    "robot": gettext_lazy("only a robot"),
    "nobody": gettext_lazy("nobody"),
}
FACETS: dict[str, Facet] = {
    "topic": Facet(
        gettext_lazy("Asked about"),
        _topic,
        lambda code: topic_title(code) if code != OTHER else _("Something else"),
    ),
    "left": Facet(
        pgettext_lazy("conversation", "Questions"),
        _one_of({"open": Q(unanswered__gt=0), "asked": Q(questions__gt=0)}),
        _titled({"open": gettext_lazy("left without an answer"), "asked": gettext_lazy("asked")}),
    ),
    "wait": Facet(gettext_lazy("First reply"), _waited, bin_title),
    "end": Facet(
        pgettext_lazy("conversation", "End"),
        _one_of(
            {
                "solved": Q(resolved=True),
                "unsolved": Q(resolved=False),
                "unsaid": Q(resolved__isnull=True),
            }
        ),
        _titled(
            {
                "solved": pgettext_lazy("conversation", "solved"),
                "unsolved": pgettext_lazy("conversation", "not solved"),
                "unsaid": gettext_lazy("the last words do not tell"),
            }
        ),
    ),
    "mood": Facet(
        gettext_lazy("Mood at the end"),
        _one_of(
            {
                "better": Q(drift__gte=BETTER),
                "same": Q(drift__gt=-BETTER, drift__lt=BETTER),
                "worse": Q(drift__lte=-BETTER),
            }
        ),
        _titled(
            {
                "better": pgettext_lazy("mood", "better than at first"),
                "same": pgettext_lazy("mood", "as at first"),
                "worse": pgettext_lazy("mood", "worse than at first"),
            }
        ),
    ),
    "by": Facet(
        gettext_lazy("Answered by"),
        _one_of(
            {
                "staff": Q(answered_by=Speaker.STAFF),
                "robot": Q(answered_by=Speaker.ROBOT),
                "nobody": Q(answered_by=""),
            }
        ),
        _titled(ANSWERED_BY),
    ),
    "agent": Facet(gettext_lazy("Agent"), lambda name: Q(agent=name), lambda name: name),
    "wording": Facet(gettext_lazy("Reply"), _wording, lambda number: _("in these words")),
}


@dataclass(frozen=True)
class ListFilter(ViewFilter):
    """The page's filter with the facets chosen, which stay when another period is."""

    facets: tuple[tuple[str, str], ...] = ()

    def parameters(self, **changes: Any) -> Iterator[tuple[str, str]]:
        """Names and values of the address, the facets among them."""
        return super().parameters(**{**dict(self.facets), **changes})


def with_facets(view: ViewFilter, facets: Mapping[str, str]) -> ListFilter:
    """The filter of the list that these facets narrow."""
    held = {field.name: getattr(view, field.name) for field in fields(view)}
    return ListFilter(**held, facets=tuple(facets.items()))


# What one conversation's row needs beyond its own columns.
ROW = ("source", "unit", "brand")
NEWEST = (F("started_at").desc(), F("pk").desc())
