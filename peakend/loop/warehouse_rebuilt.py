"""The warehouse is derived: dropped and made anew from the operational database."""

from peakend.loop.locks import taking_turns
from peakend.loop.measures_due import Progress, carry_to_warehouse
from peakend.loop.signals_drained import drained_position
from peakend.warehouse.facts import clear_all


def rebuild(progress: Progress | None = None) -> int:
    """Drop facts and cells and load them again; how many observations there are.

    A rebuild that is cut short leaves a warehouse that knows its position: the next drain
    goes on from there.
    """
    with taking_turns("drain"):
        clear_all()
        return carry_to_warehouse(drained_position(), progress)
