"""The drivers' page, said in one line."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from peakend.methods.estimate import Estimate
from peakend.metrics.drivers import Analysis, Driver
from peakend.metrics.questions import title_of_question
from peakend.web.drivers.labels import WHY_NOT
from peakend.web.shell import numbers


@dataclass(frozen=True)
class Headline:
    """Headline and lede."""

    headline: str
    lede: str


def headline_of(analysis: Analysis, alarms: int) -> Headline:
    """Where to start, and how sure that is; below it, what the parts do not explain."""
    whole = title_of_question(analysis.whole)
    if not analysis.is_known:
        why = WHY_NOT.get(str(analysis.reason), WHY_NOT["too_few"])
        return Headline(_("What drives {whole} cannot be told").format(whole=whole), str(why))
    strongest = max(analysis.drivers, key=lambda one: one.importance.value or 0.0)
    first = analysis.driver(analysis.first[0]) if analysis.first else None
    return Headline(_first_words(whole, first, strongest), _lede(analysis, alarms))


def _first_words(whole: str, first: Driver | None, strongest: Driver) -> str:
    one = first or strongest
    said = {
        "driver": title_of_question(one.code),
        "whole": whole,
        "share": share(one),
        "score": numbers.number(one.performance.value, 2),
    }
    if first is None:
        return _(
            "{driver} decides most about {whole}: {share} of its differences. No important part is rated below the others"
        ).format(**said)
    if one.certain:
        return _(
            "Start with {driver}: it decides {share} of {whole} and is rated only {score}"
        ).format(**said)
    return _(
        "{driver} comes first, though not by much: it decides {share} of {whole} and is rated {score}"
    ).format(**said)


def share(driver: Driver) -> str:
    """``11% (9–12)``: the share of variance with its interval."""
    return share_of(driver.importance)


def share_of(one: Estimate) -> str:
    """The same of an estimate."""
    said = f"{numbers.number(100 * (one.value or 0.0))}%"
    if one.low is None or one.high is None:
        return said
    return f"{said}{numbers.THIN}({numbers.between(100 * one.low, 100 * one.high)})"


def _lede(analysis: Analysis, alarms: int) -> str:
    told = _(
        "{n} people answered all of it; together the parts explain {share} of how differently they judge."
    ).format(
        n=numbers.number(analysis.n), share=f"{numbers.number(100 * (analysis.r_squared or 0.0))}%"
    )
    if not alarms:
        return told
    alarm = ngettext(
        "In {n} place the whole falls below its parts: something nobody asks about is at work.",
        "In {n} places the whole falls below its parts: something nobody asks about is at work.",
        alarms,
    ).format(n=alarms)
    return f"{told} {alarm}"
