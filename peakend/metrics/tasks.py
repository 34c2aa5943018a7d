"""The long work of this room."""

from typing import Any

from peakend.jobs.registry import kind
from peakend.jobs.runs import Run
from peakend.metrics.long_questions import KIND, answer_by_month


@kind(KIND)
def answer_long_questions(run: Run) -> dict[str, Any]:
    """Read from the facts what no rollup tells apart."""
    return answer_by_month(run)
