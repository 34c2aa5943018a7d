"""Improvements under verification, as the overview shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from peakend.improvements.choices import Finding, VerdictValue
from peakend.improvements.queries import UnderVerification, under_verification
from peakend.methods.estimate import Reason
from peakend.metrics.definitions import Definition
from peakend.organization.access import Scope
from peakend.web.shell import figures, marks, names, numbers

LIMIT = 2
TOO_FEW = str(Reason.TOO_FEW)
TONES = {
    VerdictValue.REACHED: "good",
    VerdictValue.EFFECTIVE: "good",
    VerdictValue.HARMFUL: "bad",
    VerdictValue.NO_EFFECT: "bad",
    VerdictValue.UNDECIDED: "warn",
}
FINDINGS = {
    Finding.PASSED: "good",
    Finding.WATCH: "warn",
    Finding.FAILED: "bad",
    Finding.UNKNOWN: "",
}


@dataclass(frozen=True)
class Turn:
    """What was known by one day: the effect on the strip shared by all days."""

    day: str
    effect: str
    picture: SafeString


@dataclass(frozen=True)
class Guarded:
    """A metric that must not suffer."""

    title: str
    change: str
    finding: str
    tone: str


@dataclass(frozen=True)
class Line:
    """One improvement under verification."""

    number: int
    title: str
    url: str
    metric: str
    when: str
    effect: str  # empty where too few have answered
    target: str
    verdict: str
    tone: str
    n: str
    resolves: str
    turns: tuple[Turn, ...]
    guards: tuple[Guarded, ...]


def lines(scope: Scope, as_of: date) -> list[Line]:
    """The improvements that are judged soonest, with the effect as it was known week by week."""
    return [_line(one) for one in under_verification(scope, as_of, limit=LIMIT)]


def _line(one: UnderVerification) -> Line:
    verdict, metric = one.verdict, one.metric
    scale = figures.display_of(metric).scale
    goal = one.direction * one.target
    edges = [
        abs(scale * edge) for __, v in one.course for edge in (v.low, v.high) if edge is not None
    ]
    # Early weeks are wide: the strip fits what is known now, and their intervals run out of it.
    newest = [abs(scale * edge) for edge in (verdict.low, verdict.high) if edge is not None]
    span = 1.15 * max([2 * abs(scale * goal), *(newest or edges)])
    day = _("day {day} of {days}") if one.days else _("day {day}")
    resolves = ""
    if verdict.resolves_on is not None:
        resolves = _("At this pace it can be judged on {day}.").format(
            day=names.day_title(verdict.resolves_on)
        )
    turns = tuple(
        Turn(
            names.day_title(at),
            _moved(found.value, found.margin, metric),
            marks.strip(
                scale * found.value, scale * found.low, scale * found.high,
                _tone(found.low, found.high, one.direction), span, scale * goal, one.direction < 0,
                _moved(found.value, found.margin, metric),
            ),
        )
        for at, found in one.course
        if found.value is not None
        and found.low is not None
        and found.high is not None
        and found.reason != TOO_FEW
    )  # fmt: skip
    return Line(
        number=one.number,
        title=one.title,
        url=_address(one.number),
        metric=figures.title_of(metric, one.aspect),
        when=day.format(day=one.day, days=one.days),
        effect="" if verdict.reason == TOO_FEW else _moved(verdict.value, verdict.margin, metric),
        target=numbers.signed(scale * goal, figures.display_of(metric).decimals),
        verdict=str(VerdictValue(verdict.verdict).label),
        tone=TONES[VerdictValue(verdict.verdict)],
        n=numbers.number(verdict.n),
        resolves=resolves,
        turns=turns,
        guards=tuple(
            Guarded(
                figures.title_of(guard.metric, guard.aspect),
                _moved(guard.value, _half(guard.low, guard.high), guard.metric),
                str(Finding(guard.finding).label),
                FINDINGS[Finding(guard.finding)],
            )
            for guard in one.guards
        ),
    )


def _address(number: int) -> str:
    try:
        return reverse("improvements:initiative", args=[number])
    except NoReverseMatch:
        return ""


def _half(low: float | None, high: float | None) -> float | None:
    return None if low is None or high is None else (high - low) / 2


def _moved(value: float | None, margin: float | None, metric: Definition) -> str:
    if value is None:
        return "–"
    shown = figures.display_of(metric)
    half = None if margin is None else shown.scale * margin
    return numbers.plus_minus(shown.scale * value, half, shown.change_decimals)


def _tone(low: float, high: float, direction: int) -> str:
    if low <= 0 <= high:
        return "noise"
    return "good" if (low > 0) == (direction > 0) else "bad"
