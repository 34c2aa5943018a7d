"""What supports or weakens a verdict: its checks and guardrails as lines."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from peakend.improvements.changes_in_words import (
    change_in_words,
    digits_of,
    factor_of,
    metric_title,
)
from peakend.improvements.checks import Check
from peakend.improvements.choices import Finding
from peakend.improvements.guardrails import Guard
from peakend.improvements.models import Initiative
from peakend.metrics.definitions import Definition, definition_of
from peakend.web.shell.numbers import number, plus_minus

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


@dataclass(frozen=True)
class Line:
    """A check or a guardrail as a line."""

    title: str
    detail: str
    finding: str
    tone: str
    strip: dict[str, Any] | None = None


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
        said = _("%(pilots)s against %(controls)s") % {
            "pilots": figures["pilots"],
            "controls": figures["controls"],
        }
        if figures["left"] > 0:
            more = _("%(n)s more stores have too few answers") % {"n": figures["left"]}
            return pgettext("two facts", "%(first)s; %(second)s") % {"first": said, "second": more}
        return said
    if check.code == "alone":
        return _alone_words(figures["others"], figures["elsewhere"])
    return _("too little to say")


def _alone_words(others: int, elsewhere: int) -> str:
    """Where else something is tried meanwhile."""
    parts = []
    if others:
        parts.append(
            ngettext(
                "%(n)s other improvement at these stores",
                "%(n)s other improvements at these stores",
                others,
            )
            % {"n": others}
        )
    if elsewhere:
        parts.append(
            ngettext(
                "%(n)s improvement at the stores compared with",
                "%(n)s improvements at the stores compared with",
                elsewhere,
            )
            % {"n": elsewhere}
        )
    if len(parts) == 2:
        return pgettext("two facts", "%(first)s; %(second)s") % dict(
            zip(("first", "second"), parts, strict=True)
        )
    return parts[0] if parts else _("none on record")


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
