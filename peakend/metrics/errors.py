"""What can be wrong with a metric; surfaces say it in the reader's language."""


class MetricError(ValueError):
    """A metric that cannot be kept as it was asked for."""


class UnknownMetric(KeyError):
    """No metric has this code."""


class CodeTaken(MetricError):
    """A metric of this code is there already."""


class InvalidCode(MetricError):
    """Codes are lower-case letters, digits and _."""


class UnknownFormula(MetricError):
    """No formula of this kind is registered."""


class InvalidFormula(MetricError):
    """The formula's parameters contradict its kind."""


class NoWholeness(MetricError):
    """An index would be part of itself."""


class NotAPart(MetricError):
    """What has no scale, or no better side, cannot be added up with others."""


class InUse(MetricError):
    """Other metrics are computed from this one."""


class DashboardRefused(MetricError):
    """A dashboard that cannot be kept as it was asked for."""


class NameTaken(DashboardRefused):
    """The person has a dashboard of this name already."""


class WrongNumber(DashboardRefused):
    """A dashboard has one to seven figures."""


class MayNotShare(DashboardRefused):
    """Only who looks after the whole company shares with everyone, only who has a unit with a unit."""
