"""`peakend worker`: the background of an installation.

Three things run beside each other: tasks from the queue (jobs, messages), the drain that applies
arriving signals, and chores that come round by the clock. Killing the process loses nothing:
tasks of jobs are taken up again, the drain goes on from its position.
"""

import logging
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import click

from peakend.cli.language import say

logger = logging.getLogger("peakend.worker")


@dataclass(frozen=True)
class Chore:
    """Something done again and again: ``call`` names a function without arguments."""

    call: str
    seconds: float


# What comes round, by the clock. The drain has a thread of its own, so that a long import in the
# queue does not hold up a respondent's answer. Its look is two short reads, and open dashboards wait.
DRAIN = (Chore("peakend.cli.chores:hear_arrivals", 0.25),)
# Its own thread as well: whoever works long is still alive.
PULSE = (Chore("peakend.jobs.pulse:beat", 10.0),)
CHORES = (
    Chore("peakend.jobs.services:recover_jobs", 5.0),
    Chore("peakend.cli.chores:raise_alerts", 20.0),
    Chore("peakend.cli.chores:deliver_messages", 60.0),
    Chore("peakend.cli.chores:find_themes", 300.0),
    Chore("peakend.cli.chores:find_reasons", 60.0),
    Chore("peakend.cli.chores:hear_ended_conversations", 60.0),
    Chore("peakend.loop.opinions_corrected:carry_corrections", 60.0),
    Chore("peakend.cli.chores:verify_improvements", 3600.0),
    Chore("peakend.loop.warehouse_tended:tend", 600.0),
    Chore("peakend.cli.chores:publish_figures", 3600.0),
    Chore("peakend.loop.customer_erased:forget_what_ended_jobs_held", 60.0),
    Chore("peakend.loop.customer_erased:scrub_databases", 600.0),
    Chore("peakend.jobs.services:prune_jobs", 24 * 3600.0),
    Chore("peakend.voices.uploads:prune_uploads", 24 * 3600.0),
)


@click.command(
    help=say(
        "Work in the background: imports, arriving signals, alerts, messages.",
        "后台进程：导入、接收信号、告警与消息。",
    )
)
@click.option("--once", is_flag=True, help=say("Do what waits, then end.", "处理完待办后退出。"))
def worker(once: bool) -> None:
    from peakend.config.start import prepare_database, start_django

    start_django()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    logging.getLogger("django_tasks_db").setLevel(logging.WARNING)  # it tells of every look
    prepare_database()
    ended = threading.Event()
    if once:
        for chore in (*CHORES[:1], *DRAIN):
            resolve(chore.call)()
        work_off_queue()
        while tasks_wait():
            # A killed process's database session may still hold a task for a moment.
            ended.wait(0.5)
            work_off_queue()
        for chore in (*DRAIN, *CHORES[1:]):
            resolve(chore.call)()
        return
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    threads = [
        threading.Thread(target=come_round, args=(chores, ended), name=name, daemon=True)
        for name, chores in (("pulse", PULSE), ("drain", DRAIN), ("chores", CHORES))
    ]
    for thread in threads:
        thread.start()
    while not ended.is_set():
        attempt(work_off_queue)
        ended.wait(1.0)
    for thread in threads:
        thread.join(timeout=20)


def work_off_queue() -> None:
    """Do every task that is due."""
    from django.utils.crypto import get_random_string
    from django_tasks_db.management.commands.db_worker import Worker

    Worker(
        queue_names=["*"],
        interval=0.0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=get_random_string(32),
        excluded_queue_names=[],
    ).run()


def tasks_wait() -> bool:
    """Whether a task is due that nobody has taken."""
    from django_tasks_db.models import DBTaskResult

    return bool(DBTaskResult.objects.ready().exists())


def come_round(chores: tuple[Chore, ...], ended: threading.Event) -> None:
    """Do each chore again and again until the end, one that fails as well."""
    import time

    from django.db import close_old_connections, connections

    due = dict.fromkeys(chores, 0.0)
    while not ended.is_set():
        close_old_connections()
        for chore, at in due.items():
            if time.monotonic() >= at and not ended.is_set():
                attempt(resolve(chore.call))
                due[chore] = time.monotonic() + chore.seconds
        ended.wait(max(0.05, min(due.values()) - time.monotonic()))
    connections.close_all()


def attempt(work: Callable[[], Any]) -> None:
    """Do something; what goes wrong is logged, and the next round tries again."""
    try:
        work()
    except Exception:
        logger.exception("%s failed", getattr(work, "__name__", work))


def resolve(name: str) -> Callable[[], Any]:
    """The function that 'package.module:function' names."""
    module, _, function = name.partition(":")
    found: Callable[[], Any] = getattr(import_module(module), function)
    return found
