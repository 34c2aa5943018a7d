"""The long work of this room."""

from typing import Any

from django.utils.translation import override

from peakend.jobs.registry import kind
from peakend.jobs.runs import Run
from peakend.voices.imports import KIND, run_import


@kind(KIND)
def import_voices(run: Run) -> dict[str, Any]:
    """Take a file of feedback into the inbox, in the language of the person who began it."""
    with override(run.parameters.get("language") or None):
        return run_import(run)
