"""A conversation has ended: what its customer said is heard as one voice, like any other.

While people still talk, a voice would be understood before its point is made. Half an hour
after the last turn the customer's turns are sent through the inbox as one voice, and the reply
time as an event. Whoever comes back later to the same conversation is heard a second time, with
what is new.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from peakend.conversations.models import Conversation, Turn
from peakend.conversations.services import unheard
from peakend.inbox import open_inbox
from peakend.inbox.signals import ConversationPart, Event, Signal, encode, key_of

QUIET = timedelta(minutes=30)
AT_ONCE = 500


def send_ended(as_of: datetime) -> int:
    """Send every ended conversation to be heard; how many parts.

    Repeating it sends nothing twice: the key names the first of the turns.
    """
    inbox, sent, after = open_inbox(), 0, 0
    while waiting := unheard(as_of - QUIET, AT_ONCE, after):
        moments = _moments([turns[0] for _, turns in waiting])
        signals = [
            signal
            for conversation, turns in waiting
            for signal in _signals(conversation, turns, moments[turns[0]])
        ]
        inbox.append((key_of(signal), encode(signal)) for signal in signals)
        sent += len(waiting)
        after = waiting[-1][0].pk
    return sent


def _moments(turns: Sequence[int]) -> dict[int, datetime]:
    return dict(Turn.objects.filter(pk__in=turns).order_by("pk").values_list("pk", "at"))


def _signals(conversation: Conversation, turns: Sequence[int], at: datetime) -> list[Signal]:
    """The part, and with the first part how long its customer waited for a reply, in minutes."""
    number = f"conversation/{conversation.external_id}/{turns[0]}"
    code, time = conversation.source.code, at.isoformat()
    found: list[Signal] = [
        ConversationPart(code, conversation.external_id, list(turns), time, id=number)
    ]
    if conversation.first_reply is not None:
        found.append(
            Event(
                source=code,
                event="chat_first_reply",
                id=f"{conversation.external_id}/first_reply",
                time=conversation.started_at.isoformat(),
                value=round(conversation.first_reply / 60, 2),
                unit=conversation.unit.code if conversation.unit else "",
                brand=conversation.brand.code if conversation.brand else "",
                channel=conversation.channel,
            )
        )
    return found
