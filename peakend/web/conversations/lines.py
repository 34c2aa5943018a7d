"""Conversations a page at a time, each in one line."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from peakend.conversations.choices import Speaker
from peakend.conversations.models import Conversation, Turn
from peakend.conversations.queries import BETTER, Conversations
from peakend.text import mask
from peakend.web.conversations.times import seconds_title
from peakend.web.conversations.within import NEWEST, ROW
from peakend.web.shell import names
from peakend.web.shell.moments import moment_of

SIZE = 20
WORDS = 120  # characters of the first words


@dataclass(frozen=True)
class Line:
    """One conversation as the list draws it."""

    conversation: Conversation
    words: str
    source: str
    channel: str
    day: str
    first_reply: str
    mood: str  # better, worse or nothing


@dataclass(frozen=True)
class Page:
    """Lines, and the key of the next page ('' on the last)."""

    lines: tuple[Line, ...]
    after: str


def page_of(rows: Conversations, after: str) -> Page:
    """The page that follows the key ``after``; a key nobody gave is the beginning."""
    # What they came with: the customer's first words, a question before a greeting.
    said = Turn.objects.filter(conversation=OuterRef("pk"), speaker=Speaker.CUSTOMER)
    first = said.order_by("-is_question", "at", "id").values("text")[:1]
    rows = rows.select_related(*ROW).annotate(words=Subquery(first)).order_by(*NEWEST)
    time, _tilde, number = after.partition("~")
    at = moment_of(time)
    if at is not None and number.isdecimal() and len(number) < 19:
        rows = rows.filter(Q(started_at__lt=at) | Q(started_at=at, pk__lt=int(number)))
    found = list(rows[: SIZE + 1])
    sources = names.source_titles()
    more = ""
    if len(found) > SIZE:
        last = found[SIZE - 1]
        more = f"{last.started_at.isoformat()}~{last.pk}"
    return Page(tuple(_line(one, sources) for one in found[:SIZE]), more)


def told(one: Conversation, topics: list[str]) -> str:
    """One conversation in a sentence: what it was about, how it was answered, how it ended."""
    parts = []
    if topics:
        parts.append(_("Asked about {topics}").format(topics=_(", ").join(topics[:2])))
    if one.first_reply is not None:
        parts.append(_("first reply after {time}").format(time=seconds_title(one.first_reply)))
    else:
        parts.append(_("nobody replied"))
    if one.unanswered:
        parts.append(_("a question left open"))
    elif one.drift is not None and abs(one.drift) >= BETTER:
        parts.append(_("left happier") if one.drift > 0 else _("left less happy"))
    text = _("; ").join(parts)
    return text[:1].upper() + text[1:]


def _line(one: Conversation, sources: dict[str, str]) -> Line:
    words = mask(getattr(one, "words", None) or "")
    drift = one.drift or 0.0
    return Line(
        conversation=one,
        words=words[:WORDS] + ("…" if len(words) > WORDS else ""),
        source=sources.get(one.source.code, one.source.code),
        channel=names.channel_title(one.channel),
        day=names.day_title(timezone.localtime(one.started_at).date()),
        first_reply=seconds_title(one.first_reply) if one.first_reply is not None else "",
        mood="better" if drift >= BETTER else "worse" if drift <= -BETTER else "",
    )
