"""Background work of this room: takes ids, may run twice, ends the same."""

from django.utils import timezone
from django_tasks import task

from peakend.messages.services import deliver_message, due_messages


@task()
def deliver(message_id: int) -> str:
    """Deliver one message."""
    return deliver_message(message_id, timezone.now())


@task()
def deliver_left_behind() -> int:
    """Deliver what a lost task left behind; how many it looked at."""
    now = timezone.now()
    waiting = due_messages(now)
    for message_id in waiting:
        deliver_message(message_id, now)
    return len(waiting)
