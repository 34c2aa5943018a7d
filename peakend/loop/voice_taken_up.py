"""Somebody takes up a voice: it becomes a case, or joins the one its customer has already."""

from datetime import datetime

from django.db import transaction

from peakend.alerts.causes import Cause, Evidence
from peakend.alerts.finders.grievances import cause_key, ranked_complaints
from peakend.alerts.models import Rule
from peakend.alerts.queries import active_rules, cause_in_voice
from peakend.cases.opening import Outcome, open_for_causes
from peakend.loop.case_opened import report_cases, tell_about_cases
from peakend.organization.models import User
from peakend.voices.models import Voice

PROMISE_HOURS = 24.0  # where no rule promises anything


def take_up(voice: Voice, by: User, as_of: datetime) -> Outcome | None:
    """Open or join a case for the voice; nothing if it is evidence of a case already.

    The most severe active rule that would have found the voice says who acts and by when; without
    one it is the unit the voice speaks of, within a day. Repeating it changes nothing.
    """
    rule, cause = _found_by_rule(voice)
    with transaction.atomic():
        outcomes = open_for_causes(
            [cause or _cause_of(voice)], rule=rule, as_of=as_of, promise_hours=PROMISE_HOURS, by=by
        )
        tell_about_cases(outcomes, as_of)
    report_cases()
    return outcomes[0] if outcomes else None


def _found_by_rule(voice: Voice) -> tuple[Rule | None, Cause | None]:
    for rule in active_rules():
        cause = cause_in_voice(rule, voice)
        if cause is not None:
            return rule, cause
    return None, None


def _cause_of(voice: Voice) -> Cause:
    complaints = ranked_complaints([voice.pk])
    opinion, aspect = (complaints[-1][1], complaints[-1][2]) if complaints else (None, "")
    return Cause(
        key=cause_key(voice.customer_id, voice.unit_id, voice.pk),
        occurred_at=voice.occurred_at,
        evidence=(Evidence(f"voice:{voice.pk}", voice_id=voice.pk, opinion_id=opinion),),
        unit_id=voice.unit_id,
        aspect=aspect,
        customer_id=voice.customer_id,
    )
