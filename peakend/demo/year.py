"""The whole year as signals, in the order in which it was heard."""

from peakend.demo.chats import chats_of
from peakend.demo.events import events_of
from peakend.demo.guests import introduce, invite_guests
from peakend.demo.products import tests_of
from peakend.demo.stories import Plan
from peakend.demo.surveys import purchases_of, visits_of
from peakend.demo.voices import voices_of
from peakend.inbox.signals import Signal, encode, key_of

VOICES = 20_000  # open answers of the surveys included; chats come on top


def year_of(plan: Plan) -> list[tuple[str, bytes]]:
    """Every signal with its key, customers first, then by time."""
    guests = invite_guests(plan)
    responses = [*visits_of(plan, guests), *purchases_of(plan, guests), *tests_of(plan)]
    reasons = sum("reason" in response.answers for _time, response in responses)
    heard: list[tuple[str, Signal]] = [
        *responses,
        *voices_of(plan, guests, VOICES - reasons),
        *events_of(plan, guests),
        *chats_of(plan, guests),
    ]
    heard.sort(key=lambda one: one[0])
    return [
        (key_of(signal), encode(signal)) for _time, signal in (*introduce(plan, guests), *heard)
    ]
