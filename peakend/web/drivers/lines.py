"""Drivers, segments and alarms as they are drawn."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from peakend.loop.hidden_driver_words import words_of_shortfalls
from peakend.loop.row_keys import PER_SIGNAL
from peakend.methods.estimate import Comparison, Estimate, Reason
from peakend.metrics.drivers import Analysis, Driver, shortfalls
from peakend.metrics.hidden_drivers import SegmentShortfall, Shortfall
from peakend.metrics.questions import scale_of, title_of_question
from peakend.opinions.models import Opinion
from peakend.organization.access import Scope
from peakend.voices.models import Voice
from peakend.web.charts import Option
from peakend.web.charts.quadrants import Spot, quadrants
from peakend.web.drivers.headline import share, share_of
from peakend.web.drivers.labels import KINDS, QUADRANTS, UNKNOWN, UNSEEN
from peakend.web.filters import ViewFilter
from peakend.web.shell import marks, names, numbers
from peakend.web.shell.quotes import spans_of

WORDS_OF_AN_ALARM = 3
LOOKED_THROUGH = 400  # of the farthest answers, for ones that say why


@dataclass(frozen=True)
class Line:
    """One driver in words."""

    title: str
    url: str
    importance: str
    weight: str
    bar: SafeString
    rated: str
    rated_interval: str
    quadrant: str
    tone: str
    sure: str
    kind: str
    why: str
    penalty: str
    reward: str
    steps: str
    stairs: str
    gap: str
    gap_tone: str
    entangled: bool


@dataclass(frozen=True)
class SegmentLine:
    """One segment: how many, how much is explained, and each part's weight there."""

    title: str
    code: str
    n: str
    explained: str
    cells: tuple[SegmentCell, ...]


@dataclass(frozen=True)
class SegmentCell:
    """A part within a segment. ``shade`` marks where its interval lies off everybody's share."""

    weight: str
    decides: str
    rated: str
    label: str
    shade: str


@dataclass(frozen=True)
class Alarm:
    """A unit or segment whose whole falls below its parts, with words that may say why."""

    title: str
    url: str
    n: str
    observed: str
    expected: str
    gap: str
    strip: SafeString
    words: tuple[tuple[Voice, tuple[Opinion, ...]], ...]


def lines_of(view: ViewFilter, analysis: Analysis) -> list[Line]:
    """The drivers, the most important first."""
    ranked = sorted(analysis.drivers, key=lambda one: -(one.importance.value or 0.0))
    most = max((one.importance.value or 0.0 for one in ranked), default=0.0) or 1.0
    return [_line(view, one, (one.importance.value or 0.0) / most) for one in ranked]


def _line(view: ViewFilter, driver: Driver, length: float) -> Line:
    quadrant, tone = QUADRANTS.get(driver.quadrant or "", (UNKNOWN, "noise"))
    kind, why = KINDS.get(driver.kind or "", (UNKNOWN, ""))
    rated = driver.performance
    return Line(
        title=title_of_question(driver.code),
        url=f"{reverse('metrics:metric', args=[f'score:{driver.code}'])}?{view.query_string()}",
        importance=share(driver),
        weight=f"{numbers.number(100 * driver.weight)}%",
        bar=marks.bar(length, "bad" if tone == "bad" else "accent", wide=True),
        rated=numbers.number(rated.value, 2),
        rated_interval=numbers.between(rated.low, rated.high, 2),
        quadrant=str(quadrant),
        tone=tone,
        sure="" if driver.certain else _("by a narrow margin"),
        kind=str(kind),
        why=str(why or _unseen(driver)),
        penalty=_effect(driver.penalty),
        reward=_effect(driver.reward),
        steps=_steps(driver),
        stairs=_stairs(driver),
        gap=_effect(driver.gap),
        gap_tone=_gap_tone(driver.gap),
        entangled=driver.entangled,
    )


def _effect(found: Comparison | None) -> str:
    if found is None or found.value is None:
        return ""
    half = None if found.low is None or found.high is None else (found.high - found.low) / 2
    return numbers.plus_minus(found.value, half, 2)


def _unseen(driver: Driver) -> str:
    """Which end too few have seen for the kind to be told."""
    if driver.penalty is None or driver.reward is None:
        return ""
    thin = [
        one.reason in (Reason.EMPTY_CELL, Reason.TOO_FEW) for one in (driver.penalty, driver.reward)
    ]
    if all(thin):
        return str(UNSEEN["between"])
    return str(UNSEEN["bad"]) if thin[0] else str(UNSEEN["good"]) if thin[1] else ""


def _steps(driver: Driver) -> str:
    """What each score adds to the one before: 3→4 +0.51, 4→5 +0.12."""
    if driver.steps is None:
        return ""
    return _(", ").join(
        f"{low:g}→{high:g} {numbers.plus_minus(gain.value, None, 2)}"
        for (low, high), gain in zip(pairwise(driver.scores), driver.steps.gains, strict=True)
        if gain.value is not None
    )


def _stairs(driver: Driver) -> str:
    """Whether perfecting it pays less and less."""
    if driver.steps is None:
        return ""
    if driver.steps.enough_from is not None:
        score = f"{driver.scores[driver.steps.enough_from]:g}"
        return _("from {score} on no step adds beyond noise").format(score=score)
    # A bent line may be told of steps of which the last is no smaller: who reads them would not believe it.
    gains = [gain.value or 0.0 for gain in driver.steps.gains]
    falls = all(later < earlier for earlier, later in pairwise(gains))
    return _("each step up adds less") if driver.steps.diminishing and falls else ""


def _gap_tone(gap: Comparison | None) -> str:
    if gap is None or not gap.excludes(0.0):
        return "noise"
    return "good" if (gap.value or 0.0) > 0 else "bad"


def segment_lines(analysis: Analysis) -> list[SegmentLine]:
    """Each segment's weights and ratings beside everybody's."""
    overall = {one.code: one.weight for one in analysis.drivers}
    importance = {one.code: one.importance for one in analysis.drivers}
    return [
        SegmentLine(
            title=names.segment_title(code),
            code=code,
            n=numbers.number(found.n),
            explained=f"{numbers.number(100 * found.r_squared)}%",
            cells=tuple(
                _cell(
                    title_of_question(part),
                    found.weights.get(part, 0.0),
                    overall[part],
                    found.importance[part],
                    importance[part],
                    found.performance[part],
                )
                for part in overall
            ),
        )
        for code, found in analysis.segments.items()
    ]


def _cell(
    title: str, weight: float, overall: float, here: Estimate, everybody: Estimate, rated: Estimate
) -> SegmentCell:
    said = f"{numbers.number(100 * weight)}%"
    shade = ""
    if here.low is not None and here.high is not None and everybody.value is not None:
        if here.low > everybody.value:
            shade = "more"
        elif here.high < everybody.value:
            shade = "less"
    label = _("{part}: {weight} of what is explained, everybody {overall}").format(
        part=title, weight=said, overall=f"{numbers.number(100 * overall)}%"
    )
    interval = numbers.between(rated.low, rated.high, 2)
    return SegmentCell(
        weight=said,
        decides=share_of(here),
        rated=f"{numbers.number(rated.value, 2)}{numbers.THIN}({interval})"
        if interval
        else numbers.number(rated.value, 2),
        label=label,
        shade=shade,
    )


def map_option(view: ViewFilter, analysis: Analysis) -> Option | None:
    """The drivers on the map of importance against performance."""
    if not analysis.is_known or analysis.performance_line is None:
        return None
    spots = [
        Spot(
            name=title_of_question(one.code),
            x=one.performance.value or 0.0,
            x_low=one.performance.low,
            x_high=one.performance.high,
            y=100 * (one.importance.value or 0.0),
            y_low=_percent(one.importance.low),
            y_high=_percent(one.importance.high),
            tone="bad" if one.quadrant == "concentrate" else "accent",
            certain=one.certain,
            tip=_("{part}: decides {share}, rated {score}, n = {n}").format(
                part=title_of_question(one.code),
                share=share(one),
                score=numbers.number(one.performance.value, 2),
                n=numbers.number(one.performance.n),
            ),
            url=f"{reverse('metrics:metric', args=[f'score:{one.code}'])}?{view.query_string()}",
        )
        for one in analysis.drivers
    ]
    low, high = scale_of(analysis.drivers[0].code)
    return quadrants(
        spots,
        (analysis.performance_line, 100 * (analysis.importance_line or 0.0)),
        (
            _("rated, {low} to {high}").format(low=f"{low:g}", high=f"{high:g}"),
            _("decides, % of the differences"),
        ),
        (
            str(QUADRANTS["concentrate"][0]),
            str(QUADRANTS["keep_up"][0]),
            str(QUADRANTS["low_priority"][0]),
            str(QUADRANTS["possible_overkill"][0]),
        ),
    )


def _percent(value: float | None) -> float | None:
    return None if value is None else 100 * value


def unit_alarms(
    view: ViewFilter, scope: Scope, analysis: Analysis, found: list[Shortfall], marking: list[str]
) -> list[Alarm]:
    """Units whose whole falls below their parts, the worst first."""
    titles = names.unit_titles({one.unit_id for one in found})
    span = max((abs(one.low) for one in found), default=1.0) * 1.15
    return [
        _alarm(
            one, titles.get(one.unit_id, ""), span,
            f"{reverse('voices:index')}?{view.query_string(unit=one.unit_id, polarity='-1')}",
            _words(analysis, scope, marking, units=[one.unit_id]),
        )
        for one in found
    ]  # fmt: skip


def segment_alarms(
    view: ViewFilter,
    scope: Scope,
    analysis: Analysis,
    found: list[SegmentShortfall],
    marking: list[str],
) -> list[Alarm]:
    """Segments whose whole falls below their parts, the worst first."""
    span = max((abs(one.low) for one in found), default=1.0) * 1.15
    return [
        _alarm(
            one, names.segment_title(one.segment), span,
            f"{reverse('voices:index')}?{view.query_string(segment=one.segment, polarity='-1')}",
            _words(analysis, scope, marking, segments=[one.segment]),
        )
        for one in found
    ]  # fmt: skip


def _alarm(one: Any, title: str, span: float, url: str, words: Any) -> Alarm:
    gap = numbers.plus_minus(one.gap, (one.high - one.low) / 2, 2)
    return Alarm(
        title=title,
        url=url,
        n=numbers.number(one.n),
        observed=numbers.number(one.observed, 2),
        expected=numbers.number(one.expected, 2),
        gap=gap,
        strip=marks.strip(one.gap, one.low, one.high, "bad", span, label=gap),
        words=words,
    )


def _words(
    analysis: Analysis, scope: Scope, marking: list[str],
    units: list[int] | None = None, segments: list[str] | None = None,
) -> tuple[tuple[Voice, tuple[Opinion, ...]], ...]:  # fmt: skip
    """The open answers of those whose whole lies farthest below their parts."""
    far = shortfalls(analysis, units or (), segments or ())[:LOOKED_THROUGH]
    ranked = {signal: place for place, (signal, _gap) in enumerate(far)}
    keys = [signal * PER_SIGNAL + place for signal in ranked for place in range(PER_SIGNAL)]
    found = scope.filter(Voice.objects.filter(pk__in=keys)).exclude(text="")
    voices = sorted(
        found.select_related("unit", "source"), key=lambda voice: ranked[voice.pk // PER_SIGNAL]
    )
    # Who names what is said nowhere else comes first, then who explains a bad answer: praise all
    # the same says little.
    telling = sorted(
        voices,
        key=lambda voice: (not any(word in voice.text for word in marking), voice.polarity > 0),
    )
    chosen = telling[:WORDS_OF_AN_ALARM]
    spans = spans_of(chosen)
    return tuple((voice, tuple(spans[voice.pk])) for voice in chosen)


def marking_words(view: ViewFilter, scope: Scope, found: list[Shortfall]) -> list[str]:
    """Words that mark the units of the alarm; for who sees the whole company, since it reads all of it."""
    if scope.units is not None or not found or view.since is None or view.until is None:
        return []
    return words_of_shortfalls(found, view.since, view.until)
