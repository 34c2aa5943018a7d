"""One conversation turn by turn: whose, when, after how long, with what in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.safestring import SafeString

from peakend.conversations.choices import Speaker
from peakend.conversations.models import Turn
from peakend.conversations.queries import BETTER
from peakend.conversations.topics import topic_title
from peakend.opinions.models import Opinion
from peakend.web.conversations.times import seconds_title
from peakend.web.shell.evidence import Moved, marked

PAUSE = timedelta(minutes=10)  # silence worth a line of its own


@dataclass(frozen=True)
class Bubble:
    """One turn ready to draw."""

    turn: Turn
    words: SafeString
    side: str  # customer, service or nobody
    at: datetime
    new_day: bool
    pause: str
    wait: str
    topic: str
    turned: str  # better or worse: how the mood turned over this reply


def bubbles_of(turns: Sequence[Turn], spans: dict[int, list[Opinion]]) -> list[Bubble]:
    """The turns in order, evidence of their voices marked, personal data masked."""
    found: list[Bubble] = []
    before: Turn | None = None
    for turn in turns:
        local = timezone.localtime(turn.at)
        silence = turn.at - before.at if before else timedelta(0)
        found.append(
            Bubble(
                turn=turn,
                words=marked(turn.text, _moved(turn, spans)),
                side=_side(turn),
                at=local,
                new_day=before is None or timezone.localtime(before.at).date() != local.date(),
                pause=seconds_title(silence.total_seconds()) if silence >= PAUSE else "",
                wait=seconds_title(turn.wait) if turn.wait is not None else "",
                topic=topic_title(turn.topic) if turn.topic else "",
                turned=_turned(turn),
            )
        )
        before = turn
    return found


def _moved(turn: Turn, spans: dict[int, list[Opinion]]) -> list[Moved]:
    """The voice's evidence that lies within the turn."""
    if turn.voice_id is None or turn.start is None:
        return []
    end = turn.start + len(turn.text)
    return [
        Moved(max(0, one.start - turn.start), min(one.end, end) - turn.start, one.polarity)
        for one in spans.get(turn.voice_id, [])
        if one.start < end and one.end > turn.start
    ]


def _side(turn: Turn) -> str:
    if turn.speaker == Speaker.CUSTOMER:
        return "customer"
    return "nobody" if turn.speaker == Speaker.SYSTEM else "service"


def _turned(turn: Turn) -> str:
    if turn.gain is None or abs(turn.gain) < BETTER:
        return ""
    return "better" if turn.gain > 0 else "worse"
