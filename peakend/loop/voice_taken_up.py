"""Somebody takes up a voice: it becomes a case, or joins the one its customer has already."""

from datetime import datetime

from peakend.alerts.causes import Cause, Evidence
from peakend.alerts.finders.grievances import cause_key, ranked_complaints
from peakend.alerts.models import Rule
from peakend.alerts.queries import active_rules, cause_in_voice
from peakend.cases.models import Evidence as CaseEvidence
from peakend.cases.opening import Outcome
from peakend.loop.case_handed_on import hand_on
from peakend.organization.models import User
from peakend.voices.models import Voice


def take_up(voice: Voice, by: User, as_of: datetime) -> Outcome | None:
    """Open or join a case for the voice; nothing if it is evidence of an open case already.

    The most severe active rule that would have found the voice says who acts and by when; without
    one it is the unit the voice speaks of, within a day. Repeating it changes nothing.
    """
    if CaseEvidence.objects.filter(voice=voice, case__is_open=True).exists():
        return None
    rule, cause = _found_by_rule(voice)
    return hand_on(cause or _cause_of(voice), rule=rule, by=by, as_of=as_of)


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
