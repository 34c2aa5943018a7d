"""Reads of conversations: sums over a period, and the rows of one page.

The sums are taken from the columns that were read when a turn came; nothing here looks at a text.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import (
    Count,
    F,
    FloatField,
    IntegerField,
    Max,
    Q,
    QuerySet,
    Sum,
)
from django.db.models.functions import Cast, Round

from peakend.conversations.models import Conversation, Turn
from peakend.methods.moments import Moments
from peakend.voices.models import Voice

Conversations = QuerySet[Conversation]
Key = tuple[Any, ...]
Waits = Counter[int]  # how many conversations waited so many seconds

BETTER = 0.3  # how far a mood must turn between two turns to be worth a word


@dataclass(frozen=True)
class Totals:
    """What conversations add up to.

    ``asked`` of them held a question, ``left_open`` ended with one unanswered; ``solved`` and
    ``unsolved`` are those whose last words tell; ``better`` and ``worse`` those whose customer's
    mood turned.
    """

    conversations: int = 0
    asked: int = 0
    left_open: int = 0
    solved: int = 0
    unsolved: int = 0
    better: int = 0
    worse: int = 0
    unheard: int = 0  # to which nobody replied
    drift: Moments = field(default_factory=lambda: Moments(0, 0.0, 0.0))


@dataclass(frozen=True)
class Asked:
    """One topic of questions: conversations that ask about it, and those that left one open."""

    topic: str
    conversations: int
    left_open: int


@dataclass(frozen=True)
class Used:
    """One wording of replies: how often, how the mood turned over it by the mood before."""

    wording: int
    conversations: int
    better: int
    by_felt: dict[int, Moments]

    @property
    def n(self) -> int:
        """Times it was said between two turns of a customer."""
        return int(sum(moments.n for moments in self.by_felt.values()))


def totals(rows: Conversations, *fields: str) -> dict[Key, Totals]:
    """The sums, by the values of the fields (all in one under the empty key without fields)."""
    sums = {
        "conversations": Count("pk"),
        "asked": Count("pk", filter=Q(questions__gt=0)),
        "left_open": Count("pk", filter=Q(unanswered__gt=0)),
        "solved": Count("pk", filter=Q(resolved=True)),
        "unsolved": Count("pk", filter=Q(resolved=False)),
        "better": Count("pk", filter=Q(drift__gte=BETTER)),
        "worse": Count("pk", filter=Q(drift__lte=-BETTER)),
        "unheard": Count("pk", filter=Q(answered_by="")),
        "drifting": Count("drift"),
        "drifted": Sum("drift"),
        "squares": Sum(F("drift") * F("drift"), output_field=FloatField()),
    }
    rows = rows.order_by()
    found = rows.values(*fields).annotate(**sums) if fields else [rows.aggregate(**sums)]
    told: dict[Key, Totals] = {}
    for row in found:
        n, total, squares = (row.pop(name) or 0 for name in ("drifting", "drifted", "squares"))
        key = tuple(row.pop(name) for name in fields)
        told[key] = Totals(**row, drift=Moments(n, float(total), float(squares)))
    return told


def waits(rows: Conversations, column: str, *fields: str) -> dict[Key, Waits]:
    """How many conversations waited how many whole seconds, by the values of the fields."""
    seconds = Cast(Round(column), IntegerField())
    found: dict[Key, Waits] = defaultdict(Counter)
    known = rows.order_by().filter(**{f"{column}__isnull": False})
    for row in known.values(*fields, seconds=seconds).annotate(n=Count("pk")):
        found[tuple(row[name] for name in fields)][row["seconds"]] += row["n"]
    return dict(found)


def topics(rows: Conversations) -> dict[str, Asked]:
    """What is asked about, by topic; questions of no topic stand under the empty name."""
    asked = Turn.objects.filter(is_question=True, conversation__in=rows.order_by())
    found = asked.order_by().values("topic").annotate(
        conversations=Count("conversation", distinct=True),
        left_open=Count("conversation", distinct=True, filter=Q(is_unanswered=True)),
    )  # fmt: skip
    return {row["topic"]: Asked(**row) for row in found}


def turns_by_felt(rows: Conversations) -> dict[int, Moments]:
    """How the mood turns over replies, by the mood before them."""
    found: Any = _replies(rows).values("felt").annotate(**_GAINS)
    return {row["felt"]: _moments(row) for row in found}


def used_replies(rows: Conversations, least: int, most: int) -> list[Used]:
    """The wordings used at least so often, the most used first, at most so many."""
    often: Any = (
        _replies(rows)
        .values("wording")
        .annotate(
            uses=Count("pk"),
            conversations=Count("conversation", distinct=True),
            better=Count("pk", filter=Q(gain__gte=BETTER)),
        )
        .filter(uses__gte=least)
        .order_by("-uses", "wording")[:most]
    )
    kept = {row["wording"]: row for row in often}
    parts: dict[int, dict[int, Moments]] = defaultdict(dict)
    split = _replies(rows).filter(wording__in=list(kept)).values("wording", "felt")
    rows_by_felt: Any = split.annotate(**_GAINS)
    for row in rows_by_felt:
        parts[row["wording"]][row["felt"]] = _moments(row)
    return [
        Used(wording, row["conversations"], row["better"], parts[wording])
        for wording, row in kept.items()
    ]


def examples(rows: Conversations, wordings: Sequence[int]) -> dict[int, Turn]:
    """The newest reply in each wording."""
    newest = (
        _replies(rows).filter(wording__in=wordings).values("wording").annotate(newest=Max("pk"))
    )
    turns = Turn.objects.filter(pk__in=[row["newest"] for row in newest]).order_by("pk")
    return {turn.wording: turn for turn in turns if turn.wording is not None}


def turns_of(conversation: Conversation) -> list[Turn]:
    """Everything that was said, with the voices it became."""
    return list(conversation.turns.order_by("at", "id"))


def conversation_of(voice: Voice) -> Conversation | None:
    """The conversation that a voice was said in."""
    return Conversation.objects.filter(turns__voice=voice).order_by("pk").first()


_GAINS = {
    "n": Count("pk"),
    "total": Sum("gain"),
    "squares": Sum(F("gain") * F("gain"), output_field=FloatField()),
}


def _replies(rows: Conversations) -> QuerySet[Turn]:
    # An order means the rows were cut to the newest, and is all that says which those are.
    chosen = rows if rows.query.is_sliced else rows.order_by()
    return Turn.objects.filter(
        wording__isnull=False, conversation__in=chosen.values("pk")
    ).order_by()


def _moments(row: dict[str, Any]) -> Moments:
    return Moments(row["n"], float(row["total"] or 0.0), float(row["squares"] or 0.0))
