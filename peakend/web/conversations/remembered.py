"""What was summed once is remembered until somebody says something more, or is erased."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db.models import Max
from django.utils.translation import get_language

from peakend.conversations.models import Conversation, Turn
from peakend.conversations.queries import Conversations

T = TypeVar("T")
KEPT = 64  # answers that a process remembers
_kept: dict[tuple[Any, ...], Any] = {}
_keeping = Lock()


def state() -> tuple[Any, ...]:
    """What changes whenever an answer could: the newest turn, how many conversations; and whose."""
    newest = Turn.objects.aggregate(newest=Max("pk"))["newest"]
    return str(settings.HOME), newest, Conversation.objects.order_by().count()


def remembered(
    at: tuple[Any, ...], name: str, rows: tuple[Conversations | None, ...], compute: Callable[[], T]
) -> T:
    """The answer of ``compute`` to a question of this name about these conversations."""
    try:
        asked = tuple(None if one is None else str(one.query) for one in rows)
    except EmptyResultSet:
        return compute()  # nothing fits, which is quickly found out again
    key = (*at, name, get_language(), *asked)
    found: T
    try:
        found = _kept[key]
    except KeyError:
        found = compute()
        with _keeping:
            _kept[key] = found
            while len(_kept) > KEPT:
                del _kept[next(iter(_kept))]
    return found
