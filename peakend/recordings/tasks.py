"""What the worker does for recordings."""

from typing import Any

from peakend.jobs.registry import kind
from peakend.jobs.runs import Run
from peakend.recordings.taking import KIND, take


@kind(KIND)
def transcribe(run: Run) -> dict[str, Any]:
    """Turn recordings into words."""
    return take(run)
