"""Why one point hurts or delights: the reasons given, what is judged beside it, and the levers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

from django.utils import timezone

from peakend.methods.comparison import benjamini_hochberg, two_proportions
from peakend.methods.estimate import Estimate
from peakend.methods.scores import top_box
from peakend.metrics.pain_points import NO_LEVER
from peakend.opinions.owners import owner_title
from peakend.opinions.queries import aspect_of, aspect_title, named
from peakend.reasons.queries import Given, judged_beside
from peakend.warehouse.cells import read_cells
from peakend.web.cases.standards import Standing, standings
from peakend.web.filters import ViewFilter
from peakend.web.pains.ranking import Row
from peakend.web.shell import numbers
from peakend.web.shell.quotes import prefixed

MOST_REASONS = 8
MOST_BESIDE = 5
LEAST = 3  # voices that judge another aspect beside it


@dataclass(frozen=True)
class Lever:
    """Who can act and the standard that should hold: the taxonomy's, and what was measured."""

    aspect: str
    title: str
    owner: str
    standard: str
    standing: Standing


@dataclass(frozen=True)
class Cause:
    """One reason with how many of the point's voices give it, and its lever."""

    key: int
    words: str
    others: tuple[str, ...]  # the same in other wordings
    voices: int
    share: str
    interval: str
    bar: float
    lever: Lever


@dataclass(frozen=True)
class Beside:
    """Another aspect judged alike by the same voices more often than by everybody else."""

    aspect: str
    title: str
    voices: int
    here: str
    elsewhere: str


@dataclass(frozen=True)
class Explained:
    """The chosen point with its causes. ``says_why``: how many of its voices give a reason."""

    row: Row
    lever: Lever
    causes: tuple[Cause, ...]
    beside: tuple[Beside, ...]
    says_why: int
    share_why: str


def explained(view: ViewFilter, row: Row, polarity: int) -> Explained:
    """Everything known of why the point is as it is, within the page's filter."""
    given = row.why.reasons[:MOST_REASONS]
    about = [row.code, *(one.reason.about for one in given if one.reason.about)]
    held = levers(view, list(dict.fromkeys(about)))
    voices = row.point.voices
    largest = max((one.voices for one in given), default=1)
    return Explained(
        row=row,
        lever=held[row.code],
        causes=tuple(
            _cause(one, voices, largest, held[one.reason.about or row.code]) for one in given
        ),
        beside=_beside(view, row.code, polarity),
        says_why=row.why.voices,
        share_why=_percent(top_box(min(row.why.voices, voices), voices)),
    )


def _cause(given: Given, voices: int, largest: int, lever: Lever) -> Cause:
    share = top_box(min(given.voices, voices), voices)
    interval = ""
    if share.low is not None and share.high is not None:
        interval = numbers.between(100 * share.low, 100 * share.high, 1)
    return Cause(
        key=given.reason.pk,
        words=given.words,
        others=given.wordings[1:],
        voices=given.voices,
        share=_percent(share),
        interval=interval,
        bar=given.voices / largest,
        lever=lever,
    )


def levers(view: ViewFilter, aspects: Sequence[str]) -> dict[str, Lever]:
    """Who acts on each aspect, its standard, and what was observed in the page's units."""
    at = timezone.make_aware(datetime.combine(view.as_of, time.min))
    seen = standings(aspects, view.allowed, at)
    found = {}
    for code in aspects:
        aspect = aspect_of(code)
        found[code] = Lever(
            code,
            aspect_title(code),
            owner_title(aspect.owner) if aspect else "",
            named(dict(aspect.standard)) if aspect and aspect.standard else "",
            seen[code],
        )
    return found


def _beside(view: ViewFilter, aspect: str, polarity: int) -> tuple[Beside, ...]:
    """What the same voices judge alike: against everybody else, false discoveries held at 5 %."""
    looked, counts = judged_beside(aspect, polarity, prefixed(view.voices(), "voice"))
    heard = sum(row.signals for row in read_cells(view.slice, (), ("voice",)))
    everywhere = {
        row.key[0]: row.negative_signals if polarity < 0 else row.signals - row.negative_signals
        for row in read_cells(view.slice, ("code",), ("opinion",))
    }
    rest = heard - looked
    tried = []
    for code, n in counts.items():
        others = max(0, everywhere.get(code, 0) - n)
        if code in NO_LEVER or n < LEAST or rest <= 0 or n > looked:
            continue
        tried.append((code, n, others, two_proportions(n, looked, min(others, rest), rest)))
    stands = benjamini_hochberg([test.p_value for *_, test in tried]).rejected
    sure = [
        (code, n, others)
        for (code, n, others, test), stood in zip(tried, stands, strict=True)
        if stood and (test.value or 0.0) > 0
    ]
    sure.sort(key=lambda one: (-one[1], one[0]))
    return tuple(
        Beside(code, aspect_title(code), n, _share(n, looked), _share(min(others, rest), rest))
        for code, n, others in sure[:MOST_BESIDE]
    )


def _share(part: int, whole: int) -> str:
    return f"{numbers.number(100 * part / whole, 1)}%"


def _percent(share: Estimate) -> str:
    return "" if share.value is None else f"{numbers.number(100 * share.value, 1)}%"
