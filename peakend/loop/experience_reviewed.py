"""The year reviewed: what stands out in everything that was heard, beyond chance.

Each question is asked of all units, aspects, segments, brands and improvements at once, with the
error rate held over everything that was looked at. So a review may be made as often as one
likes: where nothing happened it finds nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from peakend.improvements.models import Initiative
from peakend.improvements.track_record import Delivery, deliveries
from peakend.journeys.contrasts import OtherPit, other_pits
from peakend.journeys.models import Journey
from peakend.journeys.queries import map_of
from peakend.loop.hidden_driver_words import words_of_shortfalls
from peakend.methods.scores import top_box
from peakend.metrics.competition import standings
from peakend.metrics.definitions import definition_of
from peakend.metrics.hidden_drivers import hidden_drivers
from peakend.metrics.questions import name_of
from peakend.metrics.registry import read_once
from peakend.metrics.sudden_shifts import sudden_shifts
from peakend.offerings.models import Brand
from peakend.opinions.queries import aspect_title
from peakend.organization.models import Unit
from peakend.warehouse.cells import Slice

YEAR = timedelta(weeks=52)
HALF_YEAR = timedelta(weeks=26)


@dataclass(frozen=True)
class Figure:
    """The number a finding rests on, with its 95 % interval.

    ``unit`` is 'share' (0..1), 'score' (points of the scale asked on), 'emotion' (−100..100) or
    'change' (of the metric, signed as it is).
    """

    value: float
    low: float | None
    high: float | None
    n: int
    unit: str


@dataclass(frozen=True)
class Finding:
    """One question of the review and its answer; ``page`` is where its words are read.

    ``others`` counts what was found besides the strongest, which the headline tells.
    """

    key: str
    found: bool
    figure: Figure | None
    headline: str
    page: str
    others: int = 0


@read_once()
def review(until: date) -> list[Finding]:
    """Answer every question as of the day before ``until``, each with its strongest finding."""
    return [ask(until) for ask in _QUESTIONS]


def _sudden_shift(until: date) -> Finding:
    found = sudden_shifts(Slice(since=until - YEAR, until=until))
    if not found:
        return _nothing("sudden_shift", _("No aspect left its control limits at any unit."), "/")
    shift = found[0]
    share = top_box(shift.complaints, shift.voices)
    places = {(one.unit_id, one.aspect) for one in found}
    return Finding(
        key="sudden_shift",
        found=True,
        figure=Figure(shift.share, share.low, share.high, shift.voices, "share"),
        headline=_(
            "%(aspect)s went wrong at %(unit)s in the week of %(week)s: %(share)s of voices "
            "complained, usually %(usual)s"
        )
        % {
            "aspect": aspect_title(shift.aspect),
            "unit": _unit(shift.unit_id),
            "week": date_format(shift.week, "MONTH_DAY_FORMAT"),
            "share": _percent(shift.share),
            "usual": _percent(shift.usual),
        },
        page=_voices(
            period="custom",
            since=shift.week,
            until=shift.week + timedelta(days=6),
            unit=shift.unit_id,
            aspect=shift.aspect,
        ),
        others=len(places) - 1,
    )


def _hidden_driver(until: date) -> Finding:
    found = hidden_drivers(Slice(since=until - HALF_YEAR, until=until))
    if not found:
        return _nothing("hidden_driver", _("Every unit's whole is what its parts explain."), "/")
    worst = found[0]
    words = words_of_shortfalls(found, until - HALF_YEAR, until)
    headline = ngettext(
        "Something nobody asks about weighs on %(units)s: the whole is %(gap)s points below "
        "what its parts explain",
        "Something nobody asks about weighs on %(count)s units, most on %(units)s: the whole "
        "is %(gap)s points below what its parts explain",
        len(found),
    ) % {
        "count": len(found),
        "units": _unit(worst.unit_id),
        "gap": f"{-worst.gap:.1f}",
    }
    if words:
        headline = _("%(finding)s. What customers say there and not elsewhere: %(words)s") % {
            "finding": headline,
            "words": _listed(words),
        }
    return Finding(
        key="hidden_driver",
        found=True,
        figure=Figure(worst.gap, worst.low, worst.high, worst.n, "score"),
        headline=headline,
        page=_voices(
            period="custom",
            since=until - HALF_YEAR,
            until=until - timedelta(days=1),
            unit=[one.unit_id for one in found],
            **({"q": words[0]} if words else {"polarity": "-1"}),
        ),
        others=len(found) - 1,
    )


def _segment_pits(until: date) -> Finding:
    own = Brand.objects.filter(is_own=True).order_by("pk").values_list("code", flat=True)
    heard = Slice(since=until - YEAR, until=until, brands=(*own, ""))
    found: list[tuple[OtherPit, Journey, list[str]]] = []
    for journey in Journey.objects.order_by("pk"):
        touchpoints = map_of(journey).touchpoints
        names = [touchpoint.title for touchpoint in touchpoints]
        found += [(pit, journey, names) for pit in other_pits(touchpoints, heard)]
    if not found:
        return _nothing(
            "segment_pits", _("Segments with the same peak share their pit."), "/journeys/"
        )
    pit, journey, names = min(found, key=lambda one: one[0].adjusted)
    gap = pit.at_first
    return Finding(
        key="segment_pits",
        found=True,
        figure=Figure(gap.value or 0.0, gap.low, gap.high, int(gap.n), "emotion"),
        headline=_(
            "Both segments peak at %(peak)s, but %(first)s suffer most at %(first_pit)s and "
            "%(second)s at %(second_pit)s"
        )
        % {
            "peak": names[pit.peak],
            "first": _segment(pit.first.segment),
            "first_pit": names[pit.first_pit],
            "second": _segment(pit.second.segment),
            "second_pit": names[pit.second_pit],
        },
        page=f"/journeys/{journey.code}/?{urlencode({'period': '12m'})}",
        others=len(found) - 1,
    )


def _improvement_worked(until: date) -> Finding:
    found = [one for one in deliveries(until) if one.delivered]
    if not found:
        return _nothing("improvement_worked", _("No improvement is proven yet."), "/initiatives/")
    return _told(
        "improvement_worked", found, _("%(name)s worked: %(metric)s %(effect)s against the others")
    )


def _improvement_failed(until: date) -> Finding:
    found = [one for one in deliveries(until) if one.missed]
    if not found:
        return _nothing(
            "improvement_failed",
            _("No improvement that was judged fell short of its promise."),
            "/initiatives/",
        )
    return _told(
        "improvement_failed",
        found,
        _("%(name)s did not deliver: %(metric)s %(effect)s, promised %(target)s"),
    )


def _told(key: str, found: list[Delivery], sentence: str) -> Finding:
    delivery = found[0]
    initiative, effect = delivery.initiative, delivery.effect
    value = effect.value or 0.0
    margin = (effect.high - effect.low) / 2 if None not in (effect.low, effect.high) else None  # type: ignore[operator]
    return Finding(
        key=key,
        found=True,
        figure=Figure(value, effect.low, effect.high, int(effect.n), "change"),
        headline=sentence
        % {
            "name": initiative.title,
            "metric": _metric(initiative),
            "effect": _change(initiative, value)
            + ("" if margin is None else f" ± {_size(initiative, margin)}"),
            "target": _change(initiative, initiative.target * initiative.direction),
        },
        page=f"/initiatives/{initiative.pk}/",
        others=len(found) - 1,
    )


def _competitor_better(until: date) -> Finding:
    heard = Slice(since=until - YEAR, until=until)
    found = [one for one in standings(heard) if one.competitor_is_better]
    if not found:
        return _nothing(
            "competitor_better", _("No competitor is better at any aspect."), "/voices/"
        )
    best = found[0]
    titles = {brand.code: brand.title for brand in Brand.objects.order_by("pk")}
    difference = best.difference
    return Finding(
        key="competitor_better",
        found=True,
        figure=Figure(
            difference.value or 0.0, difference.low, difference.high, int(difference.n), "share"
        ),
        headline=_(
            "%(competitor)s is better at %(aspect)s: %(theirs)s complain there, %(ours)s at %(own)s"
        )
        % {
            "competitor": titles[best.competitor],
            "aspect": aspect_title(best.aspect),
            "theirs": _percent(best.competitor_share),
            "ours": _percent(best.own_share),
            "own": titles[best.own],
        },
        page=_voices(period="12m", brand=best.competitor, aspect=best.aspect),
        others=len(found) - 1,
    )


_QUESTIONS: tuple[Callable[[date], Finding], ...] = (
    _sudden_shift,
    _hidden_driver,
    _segment_pits,
    _improvement_worked,
    _improvement_failed,
    _competitor_better,
)
KEYS = tuple(ask.__name__.lstrip("_") for ask in _QUESTIONS)


def _nothing(key: str, headline: str, page: str) -> Finding:
    return Finding(key, False, None, headline, page)


def _voices(**filters: object) -> str:
    return f"/voices/?{urlencode(filters, doseq=True)}"


def _listed(words: Sequence[str]) -> str:
    """Words of customers in quotation marks, as the reader's language sets them."""
    quoted = [_("“%(word)s”") % {"word": word} for word in words]
    return pgettext("between quoted words", ", ").join(quoted)


def _unit(unit_id: int) -> str:
    unit = Unit.objects.filter(pk=unit_id).order_by("pk").first()
    return unit.title if unit else str(unit_id)


def _segment(code: str) -> str:
    """The two segments every company has, in the reader's language; others by their own name."""
    names = {"new": _("new customers"), "member": _("members")}
    return names.get(code, code)


def _metric(initiative: Initiative) -> str:
    name = name_of(definition_of(initiative.metric))
    return f"{aspect_title(initiative.aspect)} · {name}" if initiative.aspect else name


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%"


def _change(initiative: Initiative, value: float) -> str:
    return ("+" if value > 0 else "−" if value < 0 else "") + _size(initiative, abs(value))


def _size(initiative: Initiative, value: float) -> str:
    if definition_of(initiative.metric).display in ("points", "percent"):
        return f"{100 * value:.0f}"
    return f"{value:.2f}"
