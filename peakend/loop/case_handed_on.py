"""Somebody hands a cause on: it becomes a case or joins one, and those who must act hear of it."""

from datetime import datetime

from django.db import IntegrityError, transaction

from peakend.alerts.causes import Cause
from peakend.alerts.models import Rule
from peakend.cases.opening import Effect, Outcome, open_for_causes
from peakend.cases.services import Deed, rename
from peakend.loop.case_opened import report_cases, tell_about_cases
from peakend.organization.models import User

PROMISE_HOURS = 24.0  # where no rule promises anything


def hand_on(
    cause: Cause,
    *,
    by: User,
    as_of: datetime,
    rule: Rule | None = None,
    promise_hours: float = PROMISE_HOURS,
    title: str = "",
) -> Outcome | None:
    """The case that the cause opened or joined; nothing if all of it is in that case already.

    Repeating it changes nothing. A case that is new by it gets the ``title``.
    """

    def handed_on() -> Outcome | None:
        with transaction.atomic():
            outcomes = open_for_causes(
                [cause], rule=rule, as_of=as_of, promise_hours=promise_hours, by=by
            )
            for outcome in outcomes:
                if title and outcome.effect == Effect.OPENED:
                    rename(outcome.case_id, title, Deed(by, as_of))
            tell_about_cases(outcomes, as_of)
        return outcomes[0] if outcomes else None

    try:
        outcome = handed_on()
    except IntegrityError:  # somebody did the same at this moment: theirs is joined
        outcome = handed_on()
    report_cases()
    return outcome
