"""What can be wrong with a rule; surfaces put it into words."""


class AlertError(ValueError):
    """Base of this room's errors; ``code`` is for surfaces to translate."""

    code = "alert_error"


class UnknownKind(AlertError):
    """No rule kind of this code is registered."""

    code = "unknown_kind"


class InvalidParameters(AlertError):
    """The parameters do not fit the kind's schema; the message names the field."""

    code = "invalid_parameters"


class RouteIncomplete(AlertError):
    """A rule that routes to a department has to name it."""

    code = "route_incomplete"
