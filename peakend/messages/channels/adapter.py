"""What every kind of channel has to offer, and what it is given to send."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Outgoing:
    """A message ready to leave: ``key`` is the same at every attempt, so receivers can tell."""

    address: str
    secret: str
    key: str
    template: str
    subject: str
    body: str
    link: str
    at: datetime


@dataclass(frozen=True)
class Adapter:
    """One kind of channel: what its address looks like, and how to send to it."""

    check: Callable[[str], None]
    send: Callable[[Outgoing], int | None]
    mask: Callable[[str], str]
