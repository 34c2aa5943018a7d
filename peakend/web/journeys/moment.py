"""The selected moment: how it stands, what it is about, and the customers' words."""

from dataclasses import dataclass, replace

from django.db.models import Q
from django.utils.translation import gettext as _

from peakend.journeys.experience import Lived, Observed, gap_between
from peakend.journeys.models import Touchpoint
from peakend.journeys.queries import Map
from peakend.opinions.models import Opinion
from peakend.opinions.queries import aspect_title
from peakend.organization.choices import UnitKind
from peakend.organization.models import Unit
from peakend.voices.models import Voice
from peakend.warehouse.cells import read_cells
from peakend.web.filters import ViewFilter
from peakend.web.journeys.headline import Headline, segment_name
from peakend.web.journeys.lanes import STATES, measure_text, observed_span, observed_text
from peakend.web.shell.names import channel_title
from peakend.web.shell.numbers import number, plus_minus

MOST_WORDS = 4
MOST_TOPICS = 5


@dataclass(frozen=True)
class Topic:
    """One aspect heard at the moment, as a share of its complaints (or praise)."""

    title: str
    code: str
    share: float
    n: int


@dataclass(frozen=True)
class Words:
    """One customer's words with their evidence, and where they come from."""

    voice: Voice
    spans: list[Opinion]
    where: str


@dataclass(frozen=True)
class Moment:
    """What the panel beside the map shows."""

    touchpoint: Touchpoint
    title: str
    role: str
    facts: list[tuple[str, str, str]]  # name, value, tone
    polarity: int
    topics: list[Topic]
    topic_n: int
    words: list[Words]
    main_code: str
    segment: str


def look_at(
    view: ViewFilter, drawn: Map, curves: list[Lived], seen: list[Observed], story: Headline
) -> Moment:
    """Gather the panel of the story's moment."""
    place = story.place
    assert place is not None
    point = drawn.touchpoints[place]
    curve = story.curve
    here = curve.points[place] if curve else None
    polarity = 1 if here is not None and (here.value or 0.0) > 0 else -1
    # What the panel says is about the segment whose curve it stands beside.
    segment = curve.segment if curve else ""
    if segment:
        view = replace(view, segment=(segment,))
    topics, heard = _topics(view, point, polarity)
    title = point.title
    if curve and here is not None and here.value is not None:
        half = None if here.low is None or here.high is None else (here.high - here.low) / 2
        title = _("%(touchpoint)s, %(segment)s %(value)s") % {
            "touchpoint": point.title,
            "segment": segment_name(curve.segment),
            "value": plus_minus(here.value, half),
        }
    return Moment(
        touchpoint=point,
        title=title,
        role=story.role,
        facts=_facts(point, place, curves, seen[place], curve, observed_span(view)),
        polarity=polarity,
        topics=topics,
        topic_n=heard,
        words=_words(view, point, polarity),
        main_code=topics[0].code if topics else "",
        segment=segment,
    )


def _facts(
    point: Touchpoint,
    place: int,
    curves: list[Lived],
    seen: Observed,
    curve: Lived | None,
    span: str,
) -> list[tuple[str, str, str]]:
    facts = []
    if curve:
        facts.append((_("Observations"), number(curve.moments[place].n), ""))
    if point.standard_value is not None:
        if seen.value is None:
            facts.append(
                (
                    _("Standard"),
                    _("%(standard)s, nobody measures it") % {"standard": measure_text(point)},
                    "",
                )
            )
        else:
            state, tone = STATES.get(seen.state, ("", ""))
            facts.append(
                (
                    _("Standard and observed"),
                    _("%(standard)s, observed %(value)s (n = %(n)s, %(span)s): %(state)s")
                    % {
                        "standard": measure_text(point),
                        "value": observed_text(point, seen),
                        "n": number(seen.n),
                        "span": span,
                        "state": state,
                    },
                    tone,
                )
            )
    elif point.said("standard"):
        facts.append((_("Standard"), point.said("standard"), ""))
    for other in curves:
        if curve is None or other is curve:
            continue
        gap = gap_between(curve, other, place)
        if gap.value is None or gap.low is None or gap.high is None:
            continue
        name = _("Against %(segment)s") % {"segment": segment_name(other.segment)}
        text = plus_minus(gap.value, (gap.high - gap.low) / 2)
        if not gap.excludes(0.0):
            text = _("%(difference)s, within noise") % {"difference": text}
        facts.append((name, text, ""))
    if point.unit:
        facts.append((_("Owning unit"), point.unit.title, ""))
    return facts


def _topics(view: ViewFilter, point: Touchpoint, polarity: int) -> tuple[list[Topic], int]:
    """What the complaints (or the praise) at this moment are about, most first."""
    if not point.codes:
        return [], 0
    rows = read_cells(view.slice, ("code",), ("opinion",), tuple(point.codes))
    counts = {row.key[0]: row.negatives if polarity < 0 else row.positives for row in rows}
    total = sum(counts.values())
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    topics = [
        Topic(aspect_title(code), code, count / total, count)
        for code, count in ranked[:MOST_TOPICS]
        if count
    ]
    return topics, total


def handed_to(unit: Unit, view: ViewFilter, segment: str) -> ViewFilter:
    """The part of the view that is this unit's to answer for, of the segment looked at.

    A store or region answers for what was said at its own places. A department or the whole
    company is where it happened of nobody: it gets all that the giver sees.
    """
    if segment:
        view = replace(view, segment=(segment,))
    if unit.kind == UnitKind.DEPARTMENT or unit.parent_id is None:
        return view
    below = Unit.objects.filter(path__startswith=unit.path).order_by("pk")
    own = frozenset(below.values_list("pk", flat=True))
    return replace(view, allowed=own if view.allowed is None else own & view.allowed)


def strongest(view: ViewFilter, point: Touchpoint, polarity: int, most: int) -> list[Opinion]:
    """Opinions of this polarity at the moment: the surest, then the strongest, then the newest."""
    if not point.codes:
        return []
    wanted = Q(voice__in=Voice.objects.filter(view.voices()))
    rows = Opinion.objects.filter(wanted, aspect__in=point.codes, polarity=polarity)
    return list(rows.order_by("-confidence", "-strength", "-voice__occurred_at", "-pk")[:most])


def _words(view: ViewFilter, point: Touchpoint, polarity: int) -> list[Words]:
    chosen: dict[int, None] = {}
    for opinion in strongest(view, point, polarity, MOST_WORDS * 4):
        chosen.setdefault(opinion.voice_id)
    ids = list(chosen)[:MOST_WORDS]
    voices = Voice.objects.select_related("unit", "source").in_bulk(ids)
    spans: dict[int, list[Opinion]] = {}
    for opinion in Opinion.objects.filter(voice__in=ids, aspect__in=point.codes).order_by(
        "start", "pk"
    ):
        spans.setdefault(opinion.voice_id, []).append(opinion)
    return [Words(voices[pk], spans.get(pk, []), _where(voices[pk])) for pk in ids]


def _where(voice: Voice) -> str:
    parts = [
        voice.unit.title if voice.unit else "",
        channel_title(voice.channel) if voice.channel else "",
        f"{voice.occurred_at.month}/{voice.occurred_at.day}",
        segment_name(voice.segment) if voice.segment else "",
    ]
    return "\u2002".join(part for part in parts if part)
