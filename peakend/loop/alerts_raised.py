"""Rules read what is new, and what they find becomes cases that somebody answers for."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from peakend.alerts.models import Rule
from peakend.alerts.queries import active_rules, causes_since, newest_position
from peakend.alerts.services import mark_evaluated
from peakend.cases.opening import Effect, Outcome, open_for_causes
from peakend.loop.case_opened import report_cases, tell_about_cases
from peakend.loop.locks import taking_turns


@dataclass(frozen=True)
class AlertsReport:
    """What an evaluation led to; ``by_rule`` maps a rule's code to the cases it opened."""

    opened: int
    joined: int
    reopened: int
    by_rule: dict[str, int] = field(default_factory=dict)


def evaluate(
    as_of: datetime,
    *,
    from_occurrence: bool = False,
    tell: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> AlertsReport:
    """Evaluate every active rule on what came since its last time; repeating it opens nothing.

    ``from_occurrence`` counts promises from when the customer spoke instead of from now, as in
    a history that is replayed; ``tell`` sends notices and messages about what was opened.
    ``progress`` is told (done, total) after each rule.
    """
    with taking_turns("alerts"):
        rules = list(active_rules())
        outcomes: list[Outcome] = []
        by_rule: dict[str, int] = {}
        for number, rule in enumerate(rules, start=1):
            found = _evaluate_rule(rule, as_of, from_occurrence)
            by_rule[rule.code] = sum(outcome.effect == Effect.OPENED for outcome in found)
            outcomes += found
            if progress:
                progress(number, len(rules))
        if tell:
            tell_about_cases(outcomes, as_of)
    report_cases()
    counts = Counter(outcome.effect for outcome in outcomes)
    return AlertsReport(
        opened=counts[Effect.OPENED],
        joined=counts[Effect.JOINED],
        reopened=counts[Effect.REOPENED],
        by_rule=by_rule,
    )


def _evaluate_rule(rule: Rule, as_of: datetime, from_occurrence: bool) -> list[Outcome]:
    # The mark is taken before looking: what arrives meanwhile is seen the next time.
    position = newest_position()
    causes = causes_since(rule, as_of)
    outcomes = open_for_causes(causes, rule=rule, as_of=as_of, from_occurrence=from_occurrence)
    # Killed between these lines, the rule looks again and finds its causes known.
    mark_evaluated(rule, position, as_of)
    return outcomes
