"""What the figures say, said before they are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from peakend.metrics.pain_points import Point
from peakend.metrics.queries import Reading
from peakend.metrics.sudden_shifts import Shift
from peakend.opinions.queries import aspect_title
from peakend.web.filters import ViewFilter
from peakend.web.overview.queries import NotableSeries, ToldPoint
from peakend.web.shell import figures, names, numbers


@dataclass(frozen=True)
class Headline:
    """Headline and the sentence under it; ``words`` leads to the voices it rests on."""

    headline: str
    lede: str
    words: str = ""
    voices: str = ""


def headline_of(
    view: ViewFilter,
    shift: Shift | None,
    point: Point | None,
    readings: Sequence[Reading],
    pains: Sequence[ToldPoint],
    series: NotableSeries | None = None,
) -> Headline:
    """The headline: what went wrong somewhere in one week, else the worst notable point, else the
    figure that moved most, else that nothing did.
    """
    lede = company_line(readings)
    if shift is not None:
        return _of_shift(view, shift, f"{_since(shift, series)} {lede}".strip())
    if point is not None and point.change is not None:
        return _of_point(view, point, lede)
    if pains:
        first = pains[0].point
        most = _("Most complaints are about {aspect}: {n} voices.").format(
            aspect=aspect_title(first.aspect), n=numbers.number(first.voices)
        )
        lede = f"{lede} {most}"
    moved = _most_moved(readings)
    if moved is not None and moved.change is not None:
        return Headline(_of_reading(moved), lede, _voices_url(view))
    if view.compare_slice is None:
        return Headline(_("What customers say, all in one place"), lede, _voices_url(view))
    if any(reading.change for reading in readings):
        return Headline(_("No change stands out from noise"), lede, _voices_url(view))
    return Headline(_("There is nothing to compare this period with yet"), lede, _voices_url(view))


def _of_shift(view: ViewFilter, shift: Shift, lede: str) -> Headline:
    unit = names.unit_titles({shift.unit_id}).get(shift.unit_id, "")
    count = numbers.number(shift.complaints)
    headline = _("{aspect} went wrong at {unit}: {n} complaints in the week of {week}").format(
        aspect=aspect_title(shift.aspect),
        unit=unit,
        n=count,
        week=f"{shift.week.month}/{shift.week.day}",
    )
    there = _(
        "{share}% of the {n} voices there that week complain of it, {usual}% usually."
    ).format(
        share=numbers.number(100 * shift.share),
        n=numbers.number(shift.voices),
        usual=numbers.number(100 * shift.usual),
    )
    words = view.query_string(
        aspect=shift.aspect,
        polarity="-1",
        unit=str(shift.unit_id),
        period="custom",
        since=shift.week.isoformat(),
        until=(shift.week + timedelta(days=6)).isoformat(),
    )
    return Headline(headline, f"{there} {lede}", f"{reverse('voices:index')}?{words}", count)


def _since(shift: Shift, series: NotableSeries | None) -> str:
    """Where the share stands now, if the week told of is not the last."""
    last = series.weeks[-1] if series and series.weeks else None
    if last is None or last.share is None or last.monday <= shift.week:
        return ""
    return _("In the week of {week} it was {share}% of {n}.").format(
        week=f"{last.monday.month}/{last.monday.day}",
        share=numbers.number(100 * last.share),
        n=numbers.number(last.voices),
    )


def _of_point(view: ViewFilter, point: Point, lede: str) -> Headline:
    change = point.change
    assert change is not None
    aspect, count = aspect_title(point.aspect), numbers.number(point.voices)
    moved = numbers.plus_minus(100 * change.value, 100 * (change.margin or 0), 0)
    after = change.before + change.value
    if point.unit is not None:
        unit = names.unit_titles({point.unit}).get(point.unit, "")
        headline = _(
            "{aspect} at {unit} drags experience down: {n} complaints, {change} points"
        ).format(aspect=aspect, unit=unit, n=count, change=moved)
        there = _(
            "Of the voices there that speak of it, {after}% complain, {before}% before."
        ).format(after=numbers.number(100 * after), before=numbers.number(100 * change.before))
    else:
        headline = _("Complaints about {aspect} are growing: {n} voices, {change} points").format(
            aspect=aspect, n=count, change=moved
        )
        there = _("Of the voices that speak of it, {after}% complain, {before}% before.").format(
            after=numbers.number(100 * after), before=numbers.number(100 * change.before)
        )
    return Headline(headline, f"{there} {lede}", _voices_url(view, point), count)


def _most_moved(readings: Sequence[Reading]) -> Reading | None:
    def widths(reading: Reading) -> float:
        change = reading.change
        if change is None or change.noise or not change.margin:
            return 0.0
        return abs(change.value) / change.margin

    best = max(readings, key=widths, default=None)
    return best if best is not None and widths(best) > 0 else None


def _of_reading(reading: Reading) -> str:
    change = figures.change_view(reading.change, reading.metric)
    assert change is not None
    name = figures.title_of(reading.metric)
    said = (
        _("{metric} got worse: {change}")
        if reading.verdict < 0
        else _("{metric} got better: {change}")
    )
    return said.format(metric=name, change=change.text)


def company_line(readings: Sequence[Reading]) -> str:
    """Net sentiment of the whole slice with its change, in one sentence."""
    for reading in readings:
        if reading.metric.code != "sentiment" or not reading.enough:
            continue
        value = figures.written(reading.value, reading.metric)
        change = figures.change_view(reading.change, reading.metric)
        if change is None:
            return _("Net sentiment of all voices is {value}.").format(value=value)
        said = _("Net sentiment of all voices is {value}, {change}, {word}.")
        return said.format(value=value, change=change.text, word=change.word)
    return ""


def _voices_url(view: ViewFilter, point: Point | None = None) -> str:
    changes = {}
    if point is not None:
        changes = {"aspect": point.aspect, "polarity": "-1" if point.polarity < 0 else "1"}
        if point.unit is not None:
            changes["unit"] = str(point.unit)
    return f"{reverse('voices:index')}?{view.query_string(**changes)}"
