"""Small typed builders of rows; extend freely."""

from itertools import count

from django.test import Client

from peakend.inbox import open_inbox
from peakend.inbox.signals import Event, Response, Signal, Voice, encode, key_of
from peakend.loop.signals_drained import DrainReport, drain
from peakend.organization.choices import Role, UnitKind
from peakend.organization.models import Unit, User
from peakend.organization.services import create_unit

_numbers = count(1)


def a_unit(parent: Unit | None = None, code: str = "", kind: str = UnitKind.STORE) -> Unit:
    """A unit below ``parent``."""
    number = next(_numbers)
    return create_unit(
        code=code or f"unit-{number}",
        name=f"{number} 号店",
        name_en=f"Store {number}",
        kind=kind,
        parent=parent,
    )


def a_user(role: str = Role.CX_LEAD, unit: Unit | None = None, username: str = "") -> User:
    """A person with a role within a unit; the password is 'correct horse'."""
    user = User(username=username or f"person-{next(_numbers)}", role=role, unit=unit)
    user.email = f"{user.username}@example.com"
    user.set_password("correct horse")
    user.save()
    return user


def signed_in(person: User) -> Client:
    """A browser of a person who reads English."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    return client


def a_voice_signal(text: str = "等位两个小时，太久了", **changes: object) -> Voice:
    """A voice as it arrives."""
    values: dict[str, object] = {
        "source": "dianping",
        "text": text,
        "time": "2026-07-25T18:30:00+08:00",
        "id": f"v{next(_numbers)}",
    }
    return Voice(**{**values, **changes})  # type: ignore[arg-type]


def a_response_signal(answers: dict[str, object], **changes: object) -> Response:
    """A survey response as it arrives."""
    values: dict[str, object] = {
        "survey": "after-visit",
        "answers": answers,
        "time": "2026-07-25T20:00:00+08:00",
        "id": f"r{next(_numbers)}",
    }
    return Response(**{**values, **changes})  # type: ignore[arg-type]


def an_event_signal(event: str, value: float | None = None, **changes: object) -> Event:
    """An event as it arrives."""
    values: dict[str, object] = {
        "source": "pos",
        "event": event,
        "value": value,
        "time": "2026-07-25T18:00:00+08:00",
        "id": f"e{next(_numbers)}",
    }
    return Event(**{**values, **changes})  # type: ignore[arg-type]


def hear(*signals: Signal) -> DrainReport:
    """Let signals arrive and turn them into observations."""
    open_inbox().append((key_of(signal), encode(signal)) for signal in signals)
    return drain()
