"""Background work of this room: takes ids, may run twice, ends the same."""

from django.utils import timezone
from django_tasks import task

from peakend.messages.services import deliver_message


@task()
def deliver(message_id: int) -> str:
    """Deliver one message."""
    return deliver_message(message_id, timezone.now())
