"""Which step may follow which, and how long each may take. Tables, no branches."""

from datetime import timedelta

from peakend.cases.choices import StepKind as S

# A case with a customer goes through all eight; one that a metric raised has nobody to answer.
WITH_CUSTOMER = (
    S.RECEIVED,
    S.ACKNOWLEDGED,
    S.FACT_FINDING,
    S.RESPONSIBILITY,
    S.REPLIED,
    S.REMEDIED,
    S.VERIFIED,
    S.CLOSED,
)
WITHOUT_CUSTOMER = (
    S.RECEIVED,
    S.ACKNOWLEDGED,
    S.FACT_FINDING,
    S.RESPONSIBILITY,
    S.REMEDIED,
    S.CLOSED,
)

# What may follow. An answer may come before the facts are complete, never before the receipt;
# a customer who says it is not solved sends the case back to fact-finding.
FOLLOWS: dict[str, frozenset[str]] = {
    S.RECEIVED: frozenset({S.ACKNOWLEDGED}),
    S.ACKNOWLEDGED: frozenset({S.FACT_FINDING, S.REPLIED}),
    S.FACT_FINDING: frozenset({S.RESPONSIBILITY, S.REPLIED}),
    S.RESPONSIBILITY: frozenset({S.REPLIED, S.REMEDIED}),
    S.REPLIED: frozenset({S.FACT_FINDING, S.REMEDIED, S.VERIFIED, S.CLOSED}),
    S.REMEDIED: frozenset({S.REPLIED, S.VERIFIED, S.CLOSED}),
    S.VERIFIED: frozenset({S.FACT_FINDING, S.CLOSED}),
    S.CLOSED: frozenset({S.FACT_FINDING}),
}

# Steps that need words: what was found, who is responsible, what the customer was told.
NEEDS_NOTE = frozenset({S.FACT_FINDING, S.RESPONSIBILITY, S.REPLIED})

# Once the promised answer is given, the rest has its own clock.
NEXT_DUE: dict[str, timedelta] = {
    S.REPLIED: timedelta(days=3),
    S.REMEDIED: timedelta(days=3),
    S.VERIFIED: timedelta(days=1),
}


def path_of(has_customer: bool) -> tuple[S, ...]:
    """The steps a case of this sort goes through."""
    return WITH_CUSTOMER if has_customer else WITHOUT_CUSTOMER


def promised_step(current: str, has_customer: bool) -> str | None:
    """The step the running promise is about: the reply until it is given, then what follows.

    Without anybody to answer it is the remedy. None for a closed case.
    """
    path = [str(step) for step in path_of(has_customer)]
    first = str(S.REPLIED if has_customer else S.REMEDIED)
    if current == S.CLOSED:
        return None
    if current not in path or path.index(current) < path.index(first):
        return first
    return next_step(current, has_customer)


def allowed_after(current: str, has_customer: bool) -> tuple[str, ...]:
    """The steps that may come next, in the order of the path."""
    path = path_of(has_customer)
    return tuple(str(step) for step in path if step in FOLLOWS[current])


def next_step(current: str, has_customer: bool) -> str | None:
    """The usual next step, or none for a closed case."""
    path = path_of(has_customer)
    if current == S.CLOSED:
        return None
    place = path.index(S(current)) if S(current) in path else -1
    return str(path[place + 1])
