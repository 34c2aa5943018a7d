"""The answer in words: what the figures say, said before they are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from peakend.metrics.pains import Point
from peakend.metrics.queries import Reading
from peakend.metrics.shifts import Shift
from peakend.opinions.queries import aspect_title
from peakend.web.charts.trends import Option, control_chart
from peakend.web.charts.trends import Point as ChartPoint
from peakend.web.filters import ViewFilter
from peakend.web.overview.queries import NotableSeries, ToldPoint
from peakend.web.shell import figures, names, numbers
from peakend.web.shell.words import Quote


@dataclass(frozen=True)
class Story:
    """Headline and the sentence under it; ``words`` leads to the voices it rests on."""

    headline: str
    lede: str
    words: str = ""
    voices: str = ""


def story_of(
    view: ViewFilter,
    shift: Shift | None,
    point: Point | None,
    readings: Sequence[Reading],
    pains: Sequence[ToldPoint],
) -> Story:
    """The headline: what went wrong somewhere in one week, else the worst notable point, else the
    figure that moved most, else that nothing did.
    """
    lede = company_line(readings)
    if shift is not None:
        return _of_shift(view, shift, lede)
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
        return Story(_of_reading(moved), lede, _voices_url(view))
    if view.compare_slice is None:
        return Story(_("What customers say, all in one place"), lede, _voices_url(view))
    if any(reading.change for reading in readings):
        return Story(
            _("Experience is steady: every change lies within noise"), lede, _voices_url(view)
        )
    return Story(_("There is nothing to compare this period with yet"), lede, _voices_url(view))


def _of_shift(view: ViewFilter, shift: Shift, lede: str) -> Story:
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
    return Story(headline, f"{there} {lede}", f"{reverse('voices:index')}?{words}", count)


def _of_point(view: ViewFilter, point: Point, lede: str) -> Story:
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
    return Story(headline, f"{there} {lede}", _voices_url(view, point), count)


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


def series_option(view: ViewFilter, series: NotableSeries) -> Option | None:
    """The notable series against its control limits; each week leads to its words."""
    chart = series.chart
    if chart.value is None or not any(week.voices for week in series.weeks):
        return None
    points = []
    for place, week in enumerate(series.weeks):
        share = week.share
        low, high = chart.low[place], chart.high[place]
        words = {
            "aspect": series.aspect, "polarity": "-1", "period": "custom",
            "since": week.monday, "until": week.monday.fromordinal(week.monday.toordinal() + 6),
        }  # fmt: skip
        if series.unit is not None:
            words["unit"] = str(series.unit)
        tip = ""
        if share is not None:
            tip = _("Week of {day}: {share}% of {n} complain").format(
                day=names.day_title(week.monday), share=numbers.number(100 * share), n=week.voices
            )
        points.append(
            ChartPoint(
                label=names.day_title(week.monday),
                value=None if share is None else 100 * share,
                low=None if low is None else 100 * low,
                high=None if high is None else 100 * high,
                tip=tip,
                url=f"{reverse('voices:index')}?{view.query_string(**words)}",
            )
        )
    last = next((w for w in reversed(series.weeks) if w.share is not None), None)
    end = f"{numbers.number(100 * last.share)}%" if last and last.share is not None else ""
    if chart.outside and last is not None and series.weeks[chart.outside[-1]] is last:
        end = _("{value} beyond the limit").format(value=end)
    upper = next((100 * high for high in reversed(chart.high) if high is not None), None)
    return control_chart(
        points,
        center=100 * chart.value,
        center_label=_("usual {value}%").format(value=numbers.number(100 * chart.value)),
        limit_label=_("limit {value}%").format(value=numbers.number(upper)),
        end_label=end,
        outside=[place for place in chart.outside if _is_worse(series, place)],
    )


def _is_worse(series: NotableSeries, place: int) -> bool:
    share, center = series.weeks[place].share, series.chart.value
    return share is not None and center is not None and share > center


@dataclass(frozen=True)
class TableRow:
    """A pain or delight point as its table draws it."""

    point: Point
    title: str
    place: str
    change: str
    tone: str
    share: float
    unit: int | None
    quote: Quote | None
    heard: str


def table_rows(points: Sequence[ToldPoint], tone: str) -> list[TableRow]:
    """The ranking in the reader's language."""
    units = names.unit_titles()
    sources = names.source_titles()
    return [_row(told, tone, units, sources) for told in points]


def _row(told: ToldPoint, tone: str, units: dict[int, str], sources: dict[str, str]) -> TableRow:
    change = told.point.change
    grew = change is not None and not change.noise and change.value > 0
    place = ""
    if told.unit is not None:
        place = units.get(told.unit, "")
    elif told.units > 1:
        place = ngettext("{n} store", "{n} stores", told.units).format(n=told.units)
    heard = ""
    if told.quote:
        voice = told.quote.voice
        day = names.day_title(timezone.localtime(voice.occurred_at).date())
        heard = f"{sources.get(voice.source.code, voice.source.code)} {day}"
    moved = ""
    if change is not None and change.margin is not None:
        moved = numbers.plus_minus(100 * change.value, 100 * change.margin, 0)
    return TableRow(
        point=told.point,
        title=aspect_title(told.point.aspect),
        place=place,
        change=moved,
        tone=tone if grew else "",
        share=told.share,
        unit=told.unit,
        quote=told.quote,
        heard=heard,
    )
