"""An initiative in words: the verdict as a headline, its checks and guardrails as lines."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peakend.improvements.choices import Finding, State, VerdictValue
from peakend.improvements.display import (
    change_in_words,
    digits_of,
    effect_in_words,
    factor_of,
    metric_title,
    suffix_of,
)
from peakend.improvements.models import Initiative
from peakend.improvements.verdicts import Verdict
from peakend.improvements.verification import Check, Guard, Report, Side, WeekPoint
from peakend.metrics.definitions import Definition, definition_of
from peakend.web.charts.effect import Week, pilot_and_control
from peakend.web.improvements.strips import Effect, effect_strip
from peakend.web.shell.names import day_title
from peakend.web.shell.numbers import number, plus_minus

TONES = {
    VerdictValue.REACHED: "good",
    VerdictValue.EFFECTIVE: "good",
    VerdictValue.NO_EFFECT: "noise",
    VerdictValue.UNDECIDED: "warn",
    VerdictValue.HARMFUL: "bad",
}
ICONS = {
    VerdictValue.REACHED: "circle-check",
    VerdictValue.EFFECTIVE: "circle-check",
    VerdictValue.NO_EFFECT: "equal",
    VerdictValue.UNDECIDED: "clock",
    VerdictValue.HARMFUL: "alert-triangle",
}
FINDING_TONES = {
    Finding.PASSED: "good",
    Finding.WATCH: "warn",
    Finding.FAILED: "bad",
    Finding.UNKNOWN: "",
}
CHECKS = {
    "parallel": gettext_lazy("Moved alike before"),
    "enough": gettext_lazy("Enough answers"),
    "placebo": gettext_lazy("A start that never was"),
    "alike": gettext_lazy("Same sort of customers"),
    "units": gettext_lazy("Units to compare"),
    "alone": gettext_lazy("Nothing else tried meanwhile"),
}
METHODS = {
    "difference_in_differences_collapsed": gettext_lazy(
        "pilots' change less the other stores' change, store by store"
    ),
    "difference_in_differences_sandwich": gettext_lazy(
        "pilots' change less the other stores' change, clustered by store"
    ),
    "difference_in_differences": gettext_lazy(
        "pilot's change less the others' change; with so few stores the interval is too hopeful"
    ),
    "welch_t": gettext_lazy("after against before; there is no store to compare with"),
}


@dataclass(frozen=True)
class Box:
    """One figure of the row under the headline."""

    title: str
    value: str
    note: str


@dataclass(frozen=True)
class Line:
    """A check or a guardrail as a line."""

    title: str
    detail: str
    finding: str
    tone: str
    strip: dict[str, Any] | None = None


@dataclass(frozen=True)
class Missing:
    """What an undecided verdict lacks and when it will be there."""

    share: float
    have: int
    need: int
    words: str


@dataclass(frozen=True)
class Story:
    """An initiative as a card or a page draws it."""

    initiative: Initiative
    metric: str
    verdict: Verdict
    verdict_words: str
    tone: str
    icon: str
    effect: str
    target: str
    span: str
    strip: SafeString | None
    chance: str
    method: str
    missing: Missing | None
    interim: bool


def tell(initiative: Initiative, verdict: Verdict, as_of: date) -> Story:
    """The verdict in words, with its strip."""
    definition = definition_of(initiative.metric)
    suffix = suffix_of(definition)
    effect = f"{effect_in_words(initiative, verdict)} {suffix}".strip()
    return Story(
        initiative=initiative,
        metric=metric_title(initiative.metric, initiative.aspect),
        verdict=verdict,
        verdict_words=_verdict_words(verdict, effect),
        tone=TONES[verdict.verdict],
        icon=ICONS[verdict.verdict],
        effect=effect,
        target=f"{change_in_words(definition, initiative.target * initiative.direction)} {suffix}".strip(),
        span=_span(definition, verdict),
        strip=_strip(initiative, definition, verdict, effect),
        chance=f"{verdict.chance:.0%}" if verdict.chance is not None else "",
        method=str(METHODS.get(verdict.method, verdict.method)),
        missing=_missing(definition, verdict, as_of),
        interim=initiative.state == State.RUNNING
        and (initiative.ends_on is None or as_of < initiative.ends_on),
    )


def _verdict_words(verdict: Verdict, effect: str) -> str:
    """The badge: what was found, with its size; or what is missing."""
    if verdict.reason == "guardrail":
        return _("A guardrail broke")
    if verdict.verdict == VerdictValue.UNDECIDED:
        if verdict.needed_n is not None and verdict.needed_n > verdict.n:
            return _("Not enough evidence, %(n)s more answers") % {
                "n": number(verdict.needed_n - verdict.n)
            }
        return _("Not enough evidence")
    return _("%(verdict)s, %(effect)s") % {"verdict": verdict.verdict.label, "effect": effect}


def _span(definition: Definition, verdict: Verdict) -> str:
    if verdict.low is None or verdict.high is None:
        return ""
    return _("%(low)s to %(high)s") % {
        "low": change_in_words(definition, verdict.low),
        "high": change_in_words(definition, verdict.high),
    }


def _strip(
    initiative: Initiative, definition: Definition, verdict: Verdict, label: str
) -> SafeString | None:
    if verdict.value is None or verdict.low is None or verdict.high is None:
        return None
    target = initiative.target * initiative.direction
    shown = Effect(
        value=verdict.value,
        low=verdict.low,
        high=verdict.high,
        target=target,
        tone=TONES[verdict.verdict],
        flipped=initiative.direction < 0,
        value_words=change_in_words(definition, verdict.value),
        low_words=change_in_words(definition, verdict.low),
        high_words=change_in_words(definition, verdict.high),
        target_words=_("target %(target)s") % {"target": change_in_words(definition, target)},
    )
    return effect_strip(shown, label)


def _missing(definition: Definition, verdict: Verdict, as_of: date) -> Missing | None:
    if verdict.verdict != VerdictValue.UNDECIDED or not verdict.needed_n:
        return None
    parts = []
    if verdict.needed_margin is not None:
        parts.append(
            _(
                "To see the target with four chances in five the interval must narrow to ± %(margin)s."
            )
            % {
                "margin": number(
                    verdict.needed_margin * factor_of(definition), digits_of(definition)
                )
            }
        )
    if verdict.resolves_on is not None and verdict.resolves_on > as_of:
        parts.append(
            _("At the present rate that is on %(day)s.")
            % {"day": date_format(verdict.resolves_on, "DATE_FORMAT")}
        )
    return Missing(
        share=min(1.0, verdict.n / verdict.needed_n),
        have=int(verdict.n),
        need=verdict.needed_n,
        words=" ".join(parts),
    )


def boxes(story: Story, report: Report) -> tuple[Box, ...]:
    """Pilot, control, net change, chance: the four figures under the headline."""
    definition = definition_of(story.initiative.metric)
    digits = digits_of(definition)
    net = ""
    if None not in (
        report.pilot.before,
        report.pilot.after,
        report.control.before,
        report.control.after,
    ):
        factor = factor_of(definition)
        own = (report.pilot.after - report.pilot.before) * factor  # type: ignore[operator]
        others = (report.control.after - report.control.before) * factor  # type: ignore[operator]
        net = _("pilots %(own)s, others %(others)s") % {
            "own": plus_minus(own, None, digits),
            "others": plus_minus(others, None, digits),
        }
    found = [
        Box(
            _("%(n)s pilot stores") % {"n": report.pilot.units},
            _course(definition, report.pilot),
            _answers(report.pilot),
        ),
        Box(
            _("%(n)s other stores") % {"n": report.control.units},
            _course(definition, report.control),
            _answers(report.control),
        ),
        Box(_("Net change"), story.effect, net),
    ]
    if story.chance:
        title = _("Chance that %(target)s is reached") % {"target": story.target}
        found.append(Box(title, story.chance, _("interval %(span)s") % {"span": story.span}))
    return tuple(found)


def _course(definition: Definition, side: Side) -> str:
    factor, digits = factor_of(definition), digits_of(definition)
    if side.before is None or side.after is None:
        return "—"
    return f"{number(side.before * factor, digits)} → {number(side.after * factor, digits)}"


def _answers(side: Side) -> str:
    return f"n = {number(side.n_before)}, {number(side.n_after)}"


def check_lines(initiative: Initiative, checks: tuple[Check, ...]) -> tuple[Line, ...]:
    """What has to hold for the verdict to mean what it says."""
    definition = definition_of(initiative.metric)
    return tuple(
        Line(
            str(CHECKS[check.code]),
            _check_words(definition, check),
            str(check.finding.label),
            FINDING_TONES[check.finding],
        )
        for check in checks
    )


def _check_words(definition: Definition, check: Check) -> str:
    """The figures of a check, said."""
    figures: dict[str, Any] = dict(check.figures)
    factor, digits = factor_of(definition), digits_of(definition)
    if check.code in ("parallel", "placebo") and "value" in figures:
        change = plus_minus(figures["value"] * factor, figures["margin"] * factor, digits)
        if check.code == "parallel":
            return _("difference drifted %(change)s a week") % {"change": change}
        return _("four weeks early: %(change)s") % {"change": change}
    if check.code == "enough":
        if figures.get("needed"):
            return _("%(n)s, needs %(needed)s") % {
                "n": number(figures["n"]),
                "needed": number(figures["needed"]),
            }
        return _("%(n)s answers at the pilots") % {"n": number(figures["n"])}
    if check.code == "alike" and "value" in figures:
        return _("largest shift of a segment %(value)s, limit %(limit)s") % {
            "value": number(figures["value"], 2),
            "limit": number(figures["limit"], 2),
        }
    if check.code == "units":
        return _("%(pilots)s against %(controls)s") % {
            "pilots": figures["pilots"],
            "controls": figures["controls"],
        }
    if check.code == "alone":
        if figures["others"]:
            return _("%(n)s other improvements at these stores") % {"n": figures["others"]}
        return _("none on record")
    return _("too little to say")


def guard_lines(guards: tuple[Guard, ...]) -> tuple[Line, ...]:
    """The guardrails with their change, their limit and their strip."""
    return tuple(_guard_line(guard) for guard in guards)


_GUARD_WORDS = {
    Finding.PASSED: gettext_lazy("held"),
    Finding.WATCH: gettext_lazy("not sure yet"),
    Finding.FAILED: gettext_lazy("broken"),
    Finding.UNKNOWN: gettext_lazy("no data"),
}


def _guard_line(guard: Guard) -> Line:
    factor, digits = factor_of(guard.metric), digits_of(guard.metric)
    detail = _("limit %(limit)s") % {"limit": change_in_words(guard.metric, guard.limit)}
    strip = None
    if guard.value is not None and guard.low is not None and guard.high is not None:
        margin = (guard.high - guard.low) / 2 * factor
        detail = f"{plus_minus(guard.value * factor, margin, digits)}\u2002{detail}"
        strip = {
            "value": guard.value * factor,
            "low": guard.low * factor,
            "high": guard.high * factor,
            "target": guard.limit * factor,
            "tone": {"good": "noise", "bad": "bad"}.get(FINDING_TONES[guard.finding], "warn"),
            "flipped": guard.metric.better < 0,
        }
    return Line(
        metric_title(guard.metric.code, guard.aspect),
        detail,
        str(_GUARD_WORDS[guard.finding]),
        FINDING_TONES[guard.finding],
        strip,
    )


def weekly_chart(initiative: Initiative, report: Report) -> dict[str, Any] | None:
    """Pilot and control week by week with the start; nothing where there is nothing to draw."""
    if len(report.pilot_weeks) < 2:
        return None
    definition = definition_of(initiative.metric)
    factor, digits = factor_of(definition), digits_of(definition)
    pilots = {point.monday: point for point in report.pilot_weeks}
    controls = {point.monday: point for point in report.control_weeks}
    mondays = sorted(pilots.keys() | controls.keys())
    start = initiative.starts_on - timedelta(days=initiative.starts_on.weekday())

    def scaled(value: float | None) -> float | None:
        return None if value is None else round(value * factor, digits + 1)

    weeks = []
    for monday in mondays:
        pilot, control = pilots.get(monday), controls.get(monday)
        weeks.append(
            Week(
                label=day_title(monday),
                pilot=scaled(pilot.value) if pilot else None,
                low=scaled(pilot.value - pilot.margin)
                if pilot and pilot.margin is not None
                else None,
                high=scaled(pilot.value + pilot.margin)
                if pilot and pilot.margin is not None
                else None,
                control=scaled(control.value) if control else None,
                tip=_tip(monday, pilot, control, factor, digits),
            )
        )
    return pilot_and_control(
        weeks,
        day_title(start),
        _("began %(day)s") % {"day": day_title(initiative.starts_on)},
        (_("pilots"), _("others")),
        (scaled(report.pilot.before), scaled(report.pilot.after)),
        bounds=tuple(bound * factor for bound in definition.scale) if definition.scale else None,  # type: ignore[arg-type]
    )


def _tip(
    monday: date, pilot: WeekPoint | None, control: WeekPoint | None, factor: float, digits: int
) -> str:
    lines = [_("Week of %(day)s") % {"day": day_title(monday)}]
    for name, point in ((_("pilots"), pilot), (_("others"), control)):
        if point is not None:
            lines.append(f"{name} {number(point.value * factor, digits)}, n = {number(point.n)}")
    return "\n".join(lines)
