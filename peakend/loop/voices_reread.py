"""Everything a taxonomy's voices said is read again by today's reader, window by window.

Each window is one transaction of the operational database and one commit of the warehouse, both
repeatable, so a run that was killed goes on where it stopped. Corrections of people stay.
"""

from typing import Any

from django.utils import timezone

from peakend.jobs.errors import JobFailed
from peakend.jobs.models import Job
from peakend.jobs.runs import Run
from peakend.jobs.services import start_job
from peakend.loop.locks import taking_turns
from peakend.loop.measures_due import observations_between
from peakend.loop.opinions_corrected import AT_ONCE, replace_signals
from peakend.loop.reasons_found import find_reasons
from peakend.loop.row_keys import PER_SIGNAL
from peakend.loop.signals_drained import drained_position
from peakend.opinions.errors import TaxonomyRefused
from peakend.opinions.readers import CurrentReader, reader_of
from peakend.opinions.rereading import read_again
from peakend.organization.models import User
from peakend.text import ModelError
from peakend.voices.models import Source
from peakend.warehouse.cells import refresh_cells
from peakend.warehouse.facts import held_position, replace_range

KIND = "opinions.reread"
WINDOW = 5_000  # positions of the inbox read at once


def start_rereading(
    taxonomy: str, *, started_by: User | None = None, queued: bool = True, name: str = ""
) -> Job:
    """Make the reading anew of a taxonomy's voices a job."""
    parameters = {"taxonomy": taxonomy, "name": name or taxonomy}
    return start_job(KIND, parameters, started_by=started_by, queued=queued)


def reread_voices(run: Run) -> dict[str, Any]:
    """Read again from where a killed run left off; what the job keeps: voices read and changed."""
    taxonomy = run.parameters["taxonomy"]
    sources = list(
        Source.objects.filter(taxonomy=taxonomy).order_by("pk").values_list("pk", flat=True)
    )
    # A drain that began with the reader of before ends first: what it adds is read here.
    with taking_turns("drain"):
        total = drained_position()
    after = int(run.cursor.get("position", 0))
    voices, changed = int(run.cursor.get("voices", 0)), int(run.cursor.get("changed", 0))
    try:
        while after < total:
            until = min(after + WINDOW, total)
            found = _window(taxonomy, sources, after, until)
            after, voices, changed = until, voices + found[0], changed + found[1]
            run.save(after, total, position=after, voices=voices, changed=changed)
    finally:
        # Whatever ended the run: what was replaced reaches the cells.
        with taking_turns("drain"):
            refresh_cells()
    find_reasons(timezone.now(), anew=True)
    return {"voices": voices, "changed": changed, "reader": _reader(taxonomy).code}


def _window(taxonomy: str, sources: list[int], after: int, until: int) -> tuple[int, int]:
    with taking_turns("drain"):
        first, last = (after + 1) * PER_SIGNAL, (until + 1) * PER_SIGNAL
        found = read_again(first, last, sources, _reader(taxonomy))
        held = held_position()
        signals = sorted({voice // PER_SIGNAL for voice in found.changed})
        signals = [signal for signal in signals if signal <= held]
        if len(signals) <= AT_ONCE:
            replace_signals(signals)
        else:
            until = min(until, held)  # not below `after`: some of its signals are held
            replace_range(after, until, observations_between(after, until))
    return found.voices, len(found.changed)


def _reader(taxonomy: str) -> CurrentReader:
    try:
        return reader_of(taxonomy)
    except TaxonomyRefused as refusal:
        raise JobFailed(refusal.code, refusal.details) from refusal
    except ModelError as error:
        raise JobFailed("model_unreadable", {"fault": str(error)}) from error
