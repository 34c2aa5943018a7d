"""The figures under an initiative's headline."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from peakend.improvements.changes_in_words import (
    digits_of,
    factor_of,
)
from peakend.improvements.verification import Report, Side
from peakend.metrics.definitions import Definition, definition_of
from peakend.web.improvements.headline import Headline
from peakend.web.shell.numbers import number, plus_minus


@dataclass(frozen=True)
class Box:
    """One figure of the row under the headline."""

    title: str
    value: str
    note: str


def boxes(story: Headline, report: Report) -> tuple[Box, ...]:
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
