"""The ticket a respondent carries through the steps: proof of where it came from, and its key.

Sent twice (an impatient thumb, a lost answer on a train), it is one response: the key in it is
the idempotency key in the inbox.
"""

import secrets
from dataclasses import dataclass

from django.core import signing

_SALT = "peakend.respond"
LONGEST = 7 * 24 * 3600  # seconds a page may lie open


@dataclass(frozen=True)
class Ticket:
    """One respondent's way through one survey; ``seconds`` since it was opened."""

    key: str
    seconds: int


def issue(slug: str, now: float) -> str:
    """A new ticket for this survey, signed."""
    return signing.dumps([slug, secrets.token_urlsafe(12), int(now)], salt=_SALT)


def read(text: str, slug: str, now: float) -> Ticket | None:
    """The ticket, or None where it is forged, too old, or another survey's."""
    try:
        owner, key, opened = signing.loads(text, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    seconds = int(now) - opened
    if owner != slug or not 0 <= seconds <= LONGEST:
        return None
    return Ticket(key, seconds)
