"""What the background worker does by the clock, each from a function without arguments."""

from django.utils import timezone


def hear_arrivals() -> int:
    """Apply what has arrived; how many signals. Asks first, because most rounds find nothing."""
    from peakend.inbox import open_inbox
    from peakend.loop.signals_drained import drain, drained_position

    if open_inbox().last() <= drained_position():
        return 0
    return drain().signals


def hear_ended_conversations() -> None:
    """Conversations that have ended are sent to be heard; the drain does the rest."""
    from peakend.loop.conversations_ended import send_ended

    send_ended(timezone.now())


def raise_alerts() -> None:
    """Rules look at what is new, wherever it was drained; promises that run out are told upwards."""
    from peakend.loop.alerts_raised import evaluate
    from peakend.loop.case_overdue import escalate

    now = timezone.now()
    evaluate(now)
    escalate(now)


def verify_improvements() -> None:
    """Improvements whose time has come get their verdict."""
    from peakend.loop.improvement_verified import verify_due

    verify_due(timezone.now())


def publish_figures() -> None:
    """Figures of periods that are over are kept as told, so that a later change can be seen."""
    from peakend.loop.figures_published import publish_figures as publish

    publish(timezone.now())


def find_themes() -> None:
    """New voices are searched for what nobody defined."""
    from peakend.loop.themes_found import find_themes as find

    find(timezone.now())


def find_reasons() -> None:
    """New voices are read for why customers judge as they do."""
    from peakend.loop.reasons_found import find_reasons as find

    find(timezone.now())


def deliver_messages() -> None:
    """Messages that a lost task left behind go out."""
    from peakend.messages.services import deliver_message, due_messages

    now = timezone.now()
    for message in due_messages(now):
        deliver_message(message, now)
