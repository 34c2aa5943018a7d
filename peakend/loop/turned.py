"""One turn of the closed loop: heard, understood and measured, then acted upon and proved."""

from dataclasses import dataclass
from datetime import datetime

from peakend.loop.alerts_raised import evaluate
from peakend.loop.case_overdue import escalate
from peakend.loop.measures_due import Progress
from peakend.loop.signals_drained import drain


@dataclass(frozen=True)
class Turn:
    """What one turn brought about."""

    signals: int
    cases_opened: int
    cases_escalated: int


def turn(as_of: datetime, progress: Progress | None = None) -> Turn:
    """Do whatever is due at ``as_of``; with nothing due it costs a few queries."""
    heard = drain(progress)
    # Opening cases reports events of its own, which the next turn measures.
    raised = evaluate(as_of) if heard.signals else None
    return Turn(
        signals=heard.signals,
        cases_opened=raised.opened if raised else 0,
        cases_escalated=len(escalate(as_of)),
    )
