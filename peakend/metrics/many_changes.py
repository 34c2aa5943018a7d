"""Many changes looked at together: which of them still stand against chance.

Of twenty aspects that did not change, one moves beyond its own 95 % interval. Where changes are
ranked, or the worst of them makes a headline, the share of false ones is held over all of them.
"""

from collections.abc import Sequence
from dataclasses import replace

from peakend.methods.comparison import benjamini_hochberg
from peakend.methods.quantiles import normal_p, z_value
from peakend.metrics.queries import Change, Reading

LEVEL = 0.05
_Z = z_value(0.95)


def changes_together(changes: Sequence[Change | None]) -> list[Change | None]:
    """The same changes; those that do not stand among so many count as noise.

    A change's p-value is read from the half of its interval that lies towards zero; false
    discoveries are held at five per cent by Benjamini and Hochberg's procedure.
    """
    tests = benjamini_hochberg([_p(one) for one in changes], level=LEVEL)
    return [
        one if one is None or one.noise or stands else replace(one, noise=True)
        for one, stands in zip(changes, tests.rejected, strict=True)
    ]


def readings_together(readings: Sequence[Reading]) -> list[Reading]:
    """The same readings with their changes judged together."""
    changes = changes_together([one.change for one in readings])
    return [replace(one, change=change) for one, change in zip(readings, changes, strict=True)]


def _p(change: Change | None) -> float | None:
    if change is None or change.low is None or change.high is None:
        return None
    half = change.value - change.low if change.value > 0 else change.high - change.value
    if half <= 0:
        return 0.0 if not change.noise else 1.0
    return normal_p(abs(change.value) / (half / _Z))
