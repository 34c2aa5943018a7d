"""What to do for the customer: four moves for every case, and the words that fit its grievance.

The order is that of service recovery: apologise and ask forgiveness; look at the problem
together; solve it and keep them informed; record it and learn.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from peakend.opinions.queries import group_of

Words = str | Promise


@dataclass(frozen=True)
class Move:
    """One thing to do; ``script`` are words to say, where words help."""

    code: str
    title: Words
    hint: Words
    script: Words = ""


@dataclass(frozen=True)
class Playbook:
    """The moves for one sort of grievance."""

    code: str
    name: Words
    apology: Words
    remedy: Words


_WAITING = Playbook(
    "waiting",
    _("Waiting and speed"),
    _(
        "I am sorry. You came to us and we let you wait, and nobody told you how long it would"
        " take. Please forgive us. I would like to hear how the evening went on for you."
    ),
    _("Say what made the wait, and offer a seat without queueing next time."),
)
_PEOPLE = Playbook(
    "people",
    _("Attitude and manner"),
    _(
        "I am sorry for how you were spoken to. Nobody should leave us feeling like that. I have"
        " read your words and would like to apologise to you in person."
    ),
    _("Talk with the colleague first, then tell the customer what you did about it."),
)
_PRODUCT = Playbook(
    "product",
    _("Food and product quality"),
    _(
        "I am sorry, what you got was not what we stand for. Please tell me what exactly was"
        " wrong, so that I can trace it today."
    ),
    _("Replace or refund at once, trace the batch, and tell the customer what you found."),
)
_DELIVERY = Playbook(
    "delivery",
    _("Delivery and order"),
    _(
        "I am sorry that your order did not arrive as it should. I am checking it right now and"
        " will call you back with what happened."
    ),
    _("Send what was missing today, or refund it; then say which step failed."),
)
_MONEY = Playbook(
    "money",
    _("Price and promise"),
    _(
        "I am sorry that the bill surprised you. Let us go through it together; what we promised"
        " is what counts."
    ),
    _("Keep the promise as the customer understood it, then mend how it is worded."),
)
_PLACE = Playbook(
    "place",
    _("Place and cleanliness"),
    _(
        "I am sorry for the state you found us in. It is being set right now, and I will send you"
        " a picture when it is done."
    ),
    _("Mend it the same day and show the customer."),
)
_ANY = Playbook(
    "any",
    _("Any grievance"),
    _(
        "Thank you for telling us, and I am sorry for what happened. Please forgive us. I would"
        " like to understand it properly and put it right."
    ),
    _("Ask what would put it right before offering anything."),
)

# By aspect where it differs from its group, then by the group of the aspect.
_BY_ASPECT = {
    "wait_time": _WAITING,
    "queue_calling": _WAITING,
    "serving_speed": _WAITING,
    "waiting": _WAITING,
    "appointments": _WAITING,
    "parking": _PLACE,
    "customer_service": _PEOPLE,
    "front_desk": _PEOPLE,
    "room_cleanliness": _PLACE,
}
_BY_GROUP = {
    "service": _PEOPLE,
    "people": _PEOPLE,
    "dish": _PRODUCT,
    "product": _PRODUCT,
    "care": _PRODUCT,
    "delivery": _DELIVERY,
    "fulfilment": _DELIVERY,
    "price": _MONEY,
    "money": _MONEY,
    "environment": _PLACE,
    "location": _PLACE,
    "place": _PLACE,
    "lodging": _PLACE,
}


def playbook_of(aspect: str) -> Playbook:
    """The playbook that fits an aspect; the general one where none does."""
    return _BY_ASPECT.get(aspect) or _BY_GROUP.get(group_of(aspect)) or _ANY


def moves_of(aspect: str, answers_somebody: bool) -> tuple[Move, ...]:
    """What to do in a case of this aspect, in order."""
    playbook = playbook_of(aspect)
    learn = Move(
        "learn",
        _("Record the cause and learn"),
        _("Close with the root cause; if it came back, propose an improvement."),
    )
    if not answers_somebody:
        return (
            Move(
                "read",
                _("Read what customers said"),
                _("Look for what the complaints share: hour, shift, dish, counter."),
            ),
            Move(
                "look",
                _("Look at the place together"),
                _("Stand where the customers stood, with the people who work there."),
            ),
            Move("contain", _("Stop it from spreading today"), playbook.remedy),
            learn,
        )
    return (
        Move(
            "apologise",
            _("Apologise and ask forgiveness"),
            _("First contact within the promise, by a person with a name."),
            playbook.apology,
        ),
        Move(
            "check",
            _("Look at the problem together"),
            _("Let the customer tell it; write down their words, not yours."),
        ),
        Move("solve", _("Solve it and say by when"), playbook.remedy),
        Move(
            "inform",
            _("Keep them informed"),
            _("One word when it is done; one more when something changes."),
        ),
        learn,
    )
