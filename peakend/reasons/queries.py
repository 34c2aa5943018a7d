"""Reading reasons: how often each is given, and what is complained of beside a pain."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Substr

from peakend.opinions.models import Opinion
from peakend.organization.access import Scope
from peakend.reasons.models import Explained, Look, Reason
from peakend.reasons.wording import as_given, commonest

MOST_VOICES = 20_000  # of a pain whose other complaints are counted: the newest
MOST_WORDINGS = 4  # of a reason that are shown


@dataclass(frozen=True)
class Given:
    """A reason, how many voices give it, and the reader's own customers' words for it."""

    reason: Reason
    voices: int
    wordings: tuple[str, ...]  # commonest first, at least one

    @property
    def words(self) -> str:
        """The words it is given in most often."""
        return self.wordings[0]


@dataclass(frozen=True)
class Why:
    """The reasons given for one aspect, commonest first; ``voices`` say why at all."""

    aspect: str
    polarity: int
    voices: int
    reasons: tuple[Given, ...]


def reasons_of(
    aspects: Collection[str], polarity: int, within: Q, scope: Scope, least: int = 3
) -> dict[str, Why]:
    """The reasons that at least ``least`` voices give, by aspect.

    ``within`` is a condition on the rows of :class:`Explained` (``voice__…``); the words are those
    given within the reader's ``scope``.
    """
    rows = (
        _standing(within)
        .filter(reason__aspect__in=list(aspects), reason__polarity=polarity)
        .values("reason_id", "reason__aspect")
        .annotate(voices=Count("pk"))
        .order_by("-voices", "reason_id")
    )
    counts = [(row["reason_id"], row["reason__aspect"], row["voices"]) for row in rows]
    known = Reason.objects.in_bulk([key for key, _, voices in counts if voices >= least])
    said = _wordings(known, scope)
    return {
        aspect: Why(
            aspect,
            polarity,
            sum(voices for _, of, voices in counts if of == aspect),
            tuple(
                Given(known[key], voices, said[key])
                for key, of, voices in counts
                if of == aspect and key in known
            ),
        )
        for aspect in aspects
    }


def gives_reason(reason: int) -> Q:
    """The condition on a voice that it gives a reason.

    A list of keys, not a question asked of each voice: a reason has few voices among very many.
    """
    return Q(pk__in=_standing(Q(reason=reason)).values("voice"))


def words_of_reason(reason: int, scope: Scope, aspect: str = "") -> str:
    """A reason (of an aspect) in the words most often given within the scope; empty where none are."""
    known = Reason.objects.filter(**({"aspect": aspect} if aspect else {})).in_bulk([reason])
    return _wordings(known, scope).get(reason, ("",))[0]


def is_given_within(reason: int, scope: Scope) -> bool:
    """Whether a voice within the scope gives a reason: whoever sees none may not read its words."""
    return scope.filter(Explained.objects.filter(reason=reason), "voice__unit").exists()


def explained_by(reason: int) -> Q:
    """The condition on an opinion that a reason explains it."""
    return Q(pk__in=_standing(Q(reason=reason)).values("opinion"))


def reasons_in(voices: Collection[int]) -> list[Explained]:
    """Where these voices say why, with the reasons."""
    rows = _standing(Q(voice__in=list(voices))).select_related("reason", "opinion")
    return list(rows.order_by("voice_id", "start"))


def last_look() -> Look | None:
    """How far the voices have been read."""
    return Look.objects.order_by("pk").first()


def judged_beside(aspect: str, polarity: int, within: Q) -> tuple[int, dict[str, int]]:
    """Of the newest voices that judge an aspect so, how many judge each other aspect so too.

    Returns how many voices were looked at, and the counts by aspect. ``within`` is a condition
    on opinions (``voice__…``).
    """
    there = (
        Opinion.objects.filter(within, aspect=aspect, polarity=polarity)
        .order_by("-voice_id")
        .values_list("voice_id", flat=True)[:MOST_VOICES]
    )
    rows = (
        Opinion.objects.filter(voice__in=there, polarity=polarity)
        .values("aspect")
        .annotate(voices=Count("voice_id", distinct=True))
        .order_by("aspect")
    )
    counts = {row["aspect"]: row["voices"] for row in rows}
    return counts.pop(aspect, 0), counts


def _wordings(known: Mapping[int, Reason], scope: Scope) -> dict[int, tuple[str, ...]]:
    """The commonest wordings of reasons within the scope.

    What is kept with a reason is of the whole company; other units' customers are not quoted.
    """
    if scope.units is None:
        return {
            key: (one.words, *(words for words in one.wordings if words != one.words))[
                :MOST_WORDINGS
            ]
            for key, one in known.items()
        }
    rows = scope.filter(Explained.objects.filter(reason__in=list(known)), "voice__unit")
    span = Substr("voice__text", F("start") + 1, F("end") - F("start"))
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for row in rows.order_by().values("reason_id", said=span).annotate(voices=Count("pk")):
        found[row["reason_id"]][row["said"].lower()] += row["voices"]
    return {
        key: tuple(dict.fromkeys(map(as_given, commonest(said)[:MOST_WORDINGS])))
        for key, said in found.items()
    }


def _standing(within: Q) -> QuerySet[Explained]:
    """Explanations whose opinion still judges what it judged: people correct readings."""
    return Explained.objects.filter(
        within, opinion__aspect=F("reason__aspect"), opinion__polarity=F("reason__polarity")
    )
