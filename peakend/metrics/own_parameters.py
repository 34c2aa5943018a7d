"""What a company chooses when it defines a metric of its own: a typed schema for each kind of formula."""

from typing import Annotated

import msgspec

Codes = Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=20)]
Code = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Step = Annotated[int, msgspec.Meta(ge=0, le=10)]
Days = Annotated[int, msgspec.Meta(ge=1, le=1_000)]


class Questions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Answers to these questions, counted together."""

    codes: Codes


class QuestionsWithin(Questions, frozen=True, forbid_unknown_fields=True):
    """Answers on a stretch of the scale."""

    at_least: Step = 4
    at_most: Step = 10


class QuestionsNet(Questions, frozen=True, forbid_unknown_fields=True):
    """Answers at the top less answers at the bottom."""

    at_least: Step = 4
    at_most: Step = 2


class Aspects(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Opinions on these aspects, counted together."""

    codes: Codes


class Aspect(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Voices that speak of this aspect."""

    code: Code


class Event(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was recorded under this name."""

    code: Code


class EventWithin(Event, frozen=True, forbid_unknown_fields=True):
    """Recorded values within bounds."""

    at_least: float | None = None
    at_most: float | None = None


class EventsPerOccasion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Events held against occasions."""

    codes: Codes
    occasions: Codes


class Customers(Event, frozen=True, forbid_unknown_fields=True):
    """Customers by what they did, and how many days they have to come again."""

    days: Days = 90


class Nothing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The parts say everything."""
