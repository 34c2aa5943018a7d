"""Changes as people read them: in the metric's display unit, with sign and interval."""

from django.utils.translation import gettext_lazy as _

from peakend.improvements.models import Initiative
from peakend.improvements.verdicts import Verdict
from peakend.metrics.definitions import Definition, definition_of
from peakend.metrics.questions import name_of
from peakend.opinions.queries import aspect_title

_FACTORS = {"points": 100.0, "percent": 100.0}
_SUFFIXES = {"points": _("points"), "percent": _("percentage points")}


def metric_title(metric: str, aspect: str) -> str:
    """The metric's name, with its aspect where it has one."""
    name = name_of(definition_of(metric))
    return f"{aspect_title(aspect)} · {name}" if aspect else name


def factor_of(definition: Definition) -> float:
    """What a value is multiplied with to be shown."""
    return _FACTORS.get(definition.display, 1.0)


def digits_of(definition: Definition) -> int:
    """Decimals that are shown of a change."""
    return 1 if factor_of(definition) == 100 else 2


def suffix_of(definition: Definition) -> str:
    """The unit of a change, in the reader's language; nothing for plain scores."""
    return str(_SUFFIXES.get(definition.display, ""))


def change_in_words(definition: Definition, change: float) -> str:
    """``+6.2``: a change with its sign and a true minus."""
    shown = f"{change * factor_of(definition):+.{digits_of(definition)}f}"
    return shown.replace("-", "\u2212")


def effect_in_words(initiative: Initiative, verdict: Verdict) -> str:
    """``+6.2 ± 2.9``; a dash where there is no value."""
    definition = definition_of(initiative.metric)
    if verdict.value is None:
        return "—"
    words = change_in_words(definition, verdict.value)
    if verdict.margin is None:
        return words
    margin = verdict.margin * factor_of(definition)
    return f"{words} ± {margin:.{digits_of(definition)}f}"
