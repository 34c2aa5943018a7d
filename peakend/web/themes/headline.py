"""The theme pages in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from peakend.methods.estimate import Estimate
from peakend.themes.models import Look
from peakend.web.shell import numbers
from peakend.web.themes.counts import Counted


@dataclass(frozen=True)
class Told:
    """Headline and lede."""

    headline: str
    lede: str


def told_of_all(
    rising: Sequence[Counted], unnamed: Sequence[Counted], looks: Sequence[Look], *, whole: bool
) -> Told:
    """What is new, in one sentence, and what it was held against; ``whole``: all voices are the reader's."""
    risen = [one for one in rising if one.rises]
    lede = _looked(looks, whole)
    if risen:
        first = max(risen, key=lambda one: one.change.value or 0.0 if one.change else 0.0)
        said = ngettext(
            "“{theme}” is new: {n} voice speaks of it, {before} did before",
            "“{theme}” is new: {n} voices speak of it, {before} did before",
            first.now,
        )
        headline = said.format(
            theme=first.theme.title,
            n=numbers.number(first.now),
            before=numbers.number(first.before or 0),
        )
    elif rising:
        headline = _("What was new lately holds its level")
    elif unnamed:
        headline = ngettext(
            "Nothing new is talked about; the taxonomy lacks words for {n} thing customers say",
            "Nothing new is talked about; the taxonomy lacks words for {n} things customers say",
            len(unnamed),
        ).format(n=len(unnamed))
    else:
        headline = _("Nobody talks of anything that the taxonomy does not name")
    return Told(headline, lede)


def told_of_one(one: Counted | None, title: str) -> Told:
    """How much is said of one theme, and whether that is more than before."""
    if one is None:
        return Told(
            _("“{theme}”: nobody speaks of it in this period").format(theme=title),
            _("Widen the period or the filter."),
        )
    said = ngettext(
        "“{theme}”: {n} voice, {share} of all",
        "“{theme}”: {n} voices, {share} of all",
        one.now,
    ).format(theme=title, n=numbers.number(one.now), share=share_title(one.share))
    return Told(said, sentence(one))


def sentence(one: Counted) -> str:
    """Now against before, and how it is meant."""
    parts = []
    if one.before is not None and one.voices_before:
        parts.append(
            _("{before} of {voices} voices in the period before; {change}.").format(
                before=numbers.number(one.before),
                voices=numbers.number(one.voices_before),
                change=change_title(one),
            )
        )
    if one.net is not None and one.net.value is not None:
        parts.append(_("Net sentiment of these voices {net}.").format(net=net_title(one.net)))
    if one.units > 1:
        parts.append(_("Heard at {n} units.").format(n=numbers.number(one.units)))
    return numbers.kept_together(_gap().join(parts))


def share_title(share: Estimate) -> str:
    """``2.1% ± 0.4``."""
    if share.value is None or share.low is None or share.high is None:
        return "–"
    margin = numbers.number(50 * (share.high - share.low), 1)
    return numbers.kept_together(f"{numbers.number(100 * share.value, 1)}% ± {margin}")


def net_title(net: Estimate) -> str:
    """``−52 ± 17``."""
    if net.value is None or net.low is None or net.high is None:
        return "–"
    return numbers.plus_minus(100 * net.value, 50 * (net.high - net.low))


def change_title(one: Counted) -> str:
    """The change of the share in percentage points, and whether it is more than noise."""
    change = one.change
    if change is None or change.value is None or change.low is None or change.high is None:
        return _("no comparison")
    size = numbers.plus_minus(100 * change.value, 50 * (change.high - change.low), 1)
    if one.rises:
        return _("{change} points, beyond chance").format(change=size)
    if one.falls:
        return _("{change} points, less than before").format(change=size)
    return _("{change} points, within noise").format(change=size)


def _gap() -> str:
    """What stands between two sentences: nothing in Chinese."""
    return "" if (get_language() or "").startswith("zh") else " "


def _looked(looks: Sequence[Look], whole: bool) -> str:
    if not looks:
        return _("Themes are looked for in the background as soon as voices have come.")
    newest = max(looks, key=lambda look: (look.recent, look.at))
    day = date_format(newest.until - timedelta(days=1), "MONTH_DAY_FORMAT")
    if not whole:  # how much the others hear is not the reader's to know
        return _(
            "Looked for in the voices of the whole company, those of the four weeks up to {day} "
            "against those of the twelve weeks before; counted here are those of your own units."
        ).format(day=day)
    said = _(
        "{recent} voices of the four weeks up to {day} were held against {earlier} of the twelve "
        "weeks before, word by word; false discoveries are kept at 5%."
    ).format(
        recent=numbers.number(sum(look.recent for look in looks)),
        earlier=numbers.number(sum(look.earlier for look in looks)),
        day=day,
    )
    parts = [look.every for look in looks if look.every > 1]
    if parts:
        said += _gap() + _("Of very many voices one in {n} was read.").format(n=max(parts))
    return said
