"""What happened in conversations: questions, replies, and the turn of a customer's mood."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from peakend.text.batches import BatchAnalyzer

_TURN_FOR_THE_BETTER = 0.5
_QUESTION_MARKS = ("？", "?", "吗", "怎么", "如何", "什么时候", "多少", "能不能", "可以吗")
_SOLVED = ("解决了", "好的谢谢", "谢谢", "明白了", "可以了", "搞定", "收到了", "thank", "solved", "works now")  # fmt: skip


@dataclass(frozen=True)
class Turn:
    """One thing said. at must be aware; customer is False for staff and robots."""

    customer: bool
    at: datetime
    text: str


@dataclass(frozen=True)
class ConversationReading:
    """One conversation. Times are in seconds, None where nobody replied."""

    first_reply: float | None
    median_reply: float | None
    questions: int
    unanswered: tuple[str, ...]
    topics: tuple[str, ...]
    drift: float | None
    resolved: bool | None


@dataclass(frozen=True)
class Script:
    """A reply after which customers felt better: a candidate for training."""

    text: str
    topic: str
    gain: float
    row: int


def read_conversation(turns: Sequence[Turn], analyzer: BatchAnalyzer) -> ConversationReading:
    """Reply times, open questions, topics, and the mood from the first to the last turn.

    drift is the sentiment of the customer's last turn minus the first, None with fewer than two.
    resolved is None when the customer's last turn says neither.
    """
    ordered = sorted(turns, key=lambda turn: turn.at)
    waits: list[float] = []
    asked: list[str] = []
    questions = 0
    waiting_since: datetime | None = None
    for turn in ordered:
        if turn.customer:
            waiting_since = waiting_since or turn.at
            if is_question(turn.text):
                questions += 1
                asked.append(turn.text)
        else:
            if waiting_since is not None:
                waits.append((turn.at - waiting_since).total_seconds())
            waiting_since = None
            asked = []
    said = [turn.text for turn in ordered if turn.customer]
    found = analyzer.analyze(said)
    topics = Counter(opinion.aspect for one in found for opinion in one.opinions)
    drift = found[-1].sentiment - found[0].sentiment if len(found) > 1 else None
    return ConversationReading(
        waits[0] if waits else None,
        statistics.median(waits) if waits else None,
        questions,
        tuple(asked),
        tuple(topic for topic, _ in sorted(topics.items(), key=lambda item: (-item[1], item[0]))),
        None if drift is None else round(drift, 4),
        _resolved(said[-1], found[-1].sentiment) if said else None,
    )


def is_question(text: str) -> bool:
    """Whether a turn asks something."""
    lowered = text.lower()
    if any(mark in lowered for mark in _QUESTION_MARKS):
        return True
    return lowered.startswith(("how ", "what ", "when ", "where ", "why ", "can ", "is ", "do "))


def script_candidates(
    conversations: Sequence[Sequence[Turn]], analyzer: BatchAnalyzer, top: int = 20
) -> list[Script]:
    """Replies between two customer turns of which the second is clearly happier."""
    scripts: list[Script] = []
    for row, turns in enumerate(conversations):
        ordered = sorted(turns, key=lambda turn: turn.at)
        found = analyzer.analyze([turn.text for turn in ordered])
        for i in range(1, len(ordered) - 1):
            before, reply, after = ordered[i - 1], ordered[i], ordered[i + 1]
            if before.customer and not reply.customer and after.customer:
                gain = found[i + 1].sentiment - found[i - 1].sentiment
                if gain >= _TURN_FOR_THE_BETTER:
                    opinions = found[i - 1].opinions
                    topic = opinions[0].aspect if opinions else ""
                    scripts.append(Script(reply.text, topic, round(gain, 4), row))
    return sorted(scripts, key=lambda script: (-script.gain, script.row))[:top]


def _resolved(last: str, sentiment: float) -> bool | None:
    lowered = last.lower()
    if any(mark in lowered for mark in _SOLVED) and sentiment >= 0:
        return True
    return False if sentiment < -0.3 or is_question(last) else None
