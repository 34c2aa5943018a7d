"""How far long work is, on the terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from peakend.jobs.models import Job

type_report = Callable[[int, int], None]


@contextmanager
def progress_bar(title: str, quiet: bool) -> Iterator[type_report]:
    """A bar on the terminal; nothing where nobody looks."""
    if quiet or not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn(title),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def watching(job: Job, report: type_report) -> Iterator[None]:
    """Show a job's progress while this process does it."""
    from peakend.jobs.runs import listen

    with listen(job.pk, report):
        yield
