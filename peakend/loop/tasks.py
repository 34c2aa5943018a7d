"""The long work and the background tasks of the loop."""

from typing import Any

from django_tasks import task

from peakend.jobs.registry import kind
from peakend.jobs.runs import Run
from peakend.loop import customer_erased, warehouse_rebuilt
from peakend.loop.opinions_corrected import carry_corrections
from peakend.loop.units_named import attach_named
from peakend.loop.voices_reread import KIND, reread_voices


@kind(KIND)
def read_voices_again(run: Run) -> dict[str, Any]:
    """Read a taxonomy's voices again."""
    return reread_voices(run)


@kind(customer_erased.KIND)
def erase_a_customer(run: Run) -> dict[str, Any]:
    """Erase a customer from everything that is kept."""
    return customer_erased.erase_customer(run)


@kind(warehouse_rebuilt.KIND)
def rebuild_the_warehouse(run: Run) -> dict[str, Any]:
    """Build the warehouse anew beside the one in use."""
    return warehouse_rebuilt.rebuild_as_job(run)


@task()
def follow_corrections() -> None:
    """Let the warehouse follow what people corrected; whoever comes second finds nothing to do."""
    carry_corrections()


@task()
def follow_units() -> None:
    """Attach what was heard of units before they existed."""
    attach_named()
