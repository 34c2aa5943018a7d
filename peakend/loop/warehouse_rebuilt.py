"""The warehouse is derived: made anew from the operational database, beside the one in use.

Pages read the old tables until the new ones are whole; signals and corrections go on. A process
that is killed is followed by one that goes on where it was.
"""

from collections.abc import Callable
from contextvars import copy_context
from itertools import pairwise
from typing import Any

import pyarrow as pa

from peakend.jobs.errors import JobCancelled
from peakend.jobs.models import Job
from peakend.jobs.runs import Run
from peakend.jobs.services import start_job
from peakend.loop.locks import taking_turns
from peakend.loop.measures_due import STEP, Progress, observations_between
from peakend.loop.signals_drained import drained_position
from peakend.organization.models import User
from peakend.warehouse import beside, upkeep
from peakend.warehouse.cells import refresh_cells
from peakend.warehouse.facts import append_facts, count_facts, held_position
from peakend.warehouse.tables import observations

KIND = "warehouse.rebuild"
# Signals loaded in one turn and one commit: others wait for a turn, and files should not be small.
AT_ONCE = 4 * STEP
# Of a hundred parts of the work, how many are the loading of facts; the rest are cells.
LOADING = 80


def start_rebuild(*, started_by: User | None = None, queued: bool = True) -> Job:
    """Make a rebuild a job."""
    return start_job(KIND, {}, started_by=started_by, queued=queued)


def rebuild_as_job(run: Run) -> dict[str, Any]:
    """Rebuild from where a killed run left off; what the job keeps is how many observations."""
    if not run.cursor.get("begun"):
        beside.drop()
        run.save(0, 100, begun=True)
    try:
        return {"observations": _rebuild(run.progress)}
    except JobCancelled:
        beside.drop()
        raise


def clear_leftovers() -> None:
    """Forget what was built by a rebuild that nobody will finish."""
    unfinished = Job.objects.filter(kind=KIND, state__in=[Job.State.WAITING, Job.State.RUNNING])
    if not unfinished.exists() and beside.is_under_way():
        beside.drop()


def rebuild(progress: Progress | None = None) -> int:
    """Build facts and cells anew and put them in the place of the old; how many observations."""
    beside.drop()
    return _rebuild(progress or (lambda done, total: None))


def _rebuild(progress: Callable[[int, int], None]) -> int:
    outside = copy_context()  # whoever is told sees the tables in use

    def tell(done: int, of: int) -> None:
        outside.run(progress, LOADING + (100 - LOADING) * done // max(of, 1), 100)

    with taking_turns("rebuild"):
        while True:
            loaded = _load_facts(progress)
            try:
                _roll_up(tell)
            except beside.DROPPED:
                if _still_holds(loaded):
                    raise
            if _still_holds(loaded):
                break
            with taking_turns("drain"):
                beside.drop()  # an erasure did: what was written since is of no use
        with taking_turns("drain"):
            _load_to(drained_position())
            with beside.building():
                refresh_cells()
            beside.exchange()
        return count_facts()


def _roll_up(tell: Progress) -> None:
    """Compute the cells of what is loaded, without the drain's turn, because it takes long.

    What is loaded or corrected meanwhile touches few days, and they are done again in the end.
    """
    with beside.building():
        upkeep.bring_all_together(observations())
        refresh_cells(tell)


def _still_holds(position: int) -> bool:
    """Whether nobody has dropped the facts that were loaded up to there."""
    if not beside.is_under_way():
        return False
    with beside.building():
        return held_position() >= position


def _load_facts(progress: Callable[[int, int], None]) -> int:
    """Load everything applied so far, a turn at a time; up to where that is.

    An erasure makes it begin again.
    """
    while True:
        with taking_turns("drain"):
            goal = drained_position()
            held = _load_to(goal, AT_ONCE)
        progress(LOADING * held // max(goal, 1), 100)
        if held >= goal:
            return held


def _load_to(goal: int, most: int | None = None) -> int:
    """Load what is missing up to ``goal``, at most so many signals; up to where facts are held."""
    with beside.building():
        start = held = held_position()
        until = goal if most is None else min(held + most, goal)
        while held < until:
            reached = min(held + AT_ONCE, until)
            edges = [*range(held, reached, STEP), reached]
            rows = [observations_between(*pair) for pair in pairwise(edges)]
            append_facts(pa.concat_tables(rows), reached, held)
            held = reached
        return max(held, start)
