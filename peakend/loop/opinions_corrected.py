"""What people corrected reaches the warehouse: the voice's observations are taken anew.

The page shows a correction at once; figures follow when a background task has been here. Whoever is
interrupted leaves the marks, and the next one takes them up.
"""

from collections.abc import Sequence

import pyarrow as pa

from peakend.loop.locks import taking_turns
from peakend.loop.measures_due import observations_between
from peakend.loop.row_keys import PER_SIGNAL
from peakend.opinions.models import Uncarried
from peakend.warehouse.cells import refresh_cells
from peakend.warehouse.facts import held_position, replace_facts

AT_ONCE = 100  # signals replaced in one commit
MARKS = 500  # marks worked off between two refreshes of the cells


def carry_corrections() -> int:
    """Take the observations of corrected voices anew and refresh their cells; how many signals.

    What the warehouse does not hold yet needs nothing: it will be loaded as it is by now.
    """
    carried = 0
    while Uncarried.objects.exists():
        with taking_turns("drain"):
            marks = list(Uncarried.objects.order_by("pk").values_list("pk", "voice_id")[:MARKS])
            held = held_position()
            signals = sorted({voice // PER_SIGNAL for _, voice in marks})
            replace_signals([signal for signal in signals if signal <= held])
            refresh_cells()
        Uncarried.objects.filter(pk__in=[mark for mark, _ in marks]).delete()
        carried += len(signals)
    return carried


def replace_signals(signals: Sequence[int]) -> None:
    """Put today's observations of these signals in the place of what the warehouse holds."""
    for at in range(0, len(signals), AT_ONCE):
        part = signals[at : at + AT_ONCE]
        rows = pa.concat_tables([observations_between(signal - 1, signal) for signal in part])
        replace_facts(part, rows)
