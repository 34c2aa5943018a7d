"""What can be wrong with an initiative; surfaces put it into words."""


class InitiativeError(ValueError):
    """Base of this room's errors; ``code`` is for surfaces to translate."""

    code = "initiative_error"


class NotVerifiable(InitiativeError):
    """The metric is a plain count, or needs an aspect that was not named."""

    code = "not_verifiable"


class InvalidTarget(InitiativeError):
    """A target is a change above zero in the direction that is better."""

    code = "invalid_target"


class InvalidGuardrail(InitiativeError):
    """A guardrail names a metric and a limit of at least zero."""

    code = "invalid_guardrail"


class NoPilot(InitiativeError):
    """Without a unit that tries it there is nothing to compare."""

    code = "no_pilot"


class InvalidDates(InitiativeError):
    """An initiative ends after it starts."""

    code = "invalid_dates"


class EndsEarlier(InitiativeError):
    """Going on until a day before the planned day of judgement would cut the trial short."""

    code = "ends_earlier"


class NotRunning(InitiativeError):
    """Only an initiative that is being verified can be settled or stopped."""

    code = "not_running"
