"""Improvements are judged by their own metric, and come back when they are not proven."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from peakend.improvements.changes_in_words import change_in_words, effect_in_words, metric_title
from peakend.improvements.choices import State
from peakend.improvements.models import Initiative
from peakend.improvements.services import record_verdict
from peakend.improvements.verdicts import Verdict
from peakend.improvements.verification import verify
from peakend.messages.choices import Topic
from peakend.messages.services import announce, notify
from peakend.messages.templates import in_both_languages
from peakend.metrics.definitions import definition_of
from peakend.metrics.registry import read_once


@dataclass(frozen=True)
class VerifiedReport:
    """How many initiatives were looked at, proven, and sent back."""

    verified: int
    proven: int
    reopened: int


@read_once()
def verify_due(as_of: datetime) -> VerifiedReport:
    """Verify every initiative that has started; on its day of judgement it is settled and told."""
    today = timezone.localdate(as_of)
    waiting = Initiative.objects.filter(
        state__in=(State.PLANNED, State.RUNNING), starts_on__lte=today
    )
    counts = {State.PROVEN: 0, State.REOPENED: 0}
    looked_at = 0
    for initiative in waiting.order_by("pk"):
        looked_at += 1
        # Killed for a while, the day of judgement is still the day that was agreed.
        day = min(today, initiative.ends_on) if initiative.ends_on else today
        verdict = verify(initiative, day)
        state = _record(initiative, verdict, day, as_of)
        if state in counts:
            counts[State(state)] += 1
    return VerifiedReport(looked_at, counts[State.PROVEN], counts[State.REOPENED])


@transaction.atomic
def _record(initiative: Initiative, verdict: Verdict, day: date, as_of: datetime) -> str:
    if not record_verdict(initiative, verdict, day, as_of):
        return ""
    initiative.refresh_from_db()
    _tell(initiative, verdict, as_of)
    return initiative.state


def _tell(initiative: Initiative, verdict: Verdict, as_of: datetime) -> None:
    is_proven = initiative.state == State.PROVEN
    template = "initiative_verdict" if is_proven else "initiative_reopened"
    context = {
        "number": initiative.pk,
        "name": in_both_languages(lambda: initiative.title),
        "verdict": in_both_languages(lambda: verdict.verdict.label),
        "metric": in_both_languages(lambda: metric_title(initiative.metric, initiative.aspect)),
        "effect": effect_in_words(initiative, verdict),
        "target": change_in_words(
            definition_of(initiative.metric), initiative.target * initiative.direction
        ),
    }
    key = f"initiative:{initiative.pk}:{initiative.ends_on}:{initiative.reopened}"
    link = f"/initiatives/{initiative.pk}/"
    if initiative.owner is not None:
        notify(
            [initiative.owner], template=template, context=context, key=key, link=link, as_of=as_of
        )
    announce(
        topic=Topic.INITIATIVE_VERDICT,
        template=template,
        context=context,
        key=key,
        link=link,
        as_of=as_of,
        unit=initiative.unit,
    )
