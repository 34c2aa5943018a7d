"""What happened in a conversation, turn by turn."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

from peakend.conversations.choices import Speaker
from peakend.conversations.topics import topic_of
from peakend.conversations.wording import is_greeting, wording_of
from peakend.text import Analysis, BatchAnalyzer
from peakend.text.conversations import Turn as Spoken
from peakend.text.conversations import is_question, read_conversation

CALM = 0.2  # moods closer to nothing than this are neither good nor bad


@dataclass(frozen=True)
class Line:
    """A turn as it is read."""

    id: int
    at: datetime
    speaker: str
    text: str
    name: str = ""


@dataclass(frozen=True)
class TurnReading:
    """What one turn says and does; the names are those of the model."""

    id: int
    mood: float | None = None
    is_question: bool = False
    is_unanswered: bool = False
    topic: str = ""
    wait: float | None = None
    gain: float | None = None
    felt: int | None = None
    wording: int | None = None


@dataclass(frozen=True)
class Reading:
    """What the turns add up to, and each of them."""

    first_reply: float | None
    median_reply: float | None
    questions: int
    unanswered: int
    drift: float | None
    resolved: bool | None
    answered_by: str
    agent: str
    turns: tuple[TurnReading, ...]


def read_all(conversations: Sequence[Sequence[Line]], analyzer: BatchAnalyzer) -> list[Reading]:
    """Read conversations, whose customers' words are analysed together."""
    said = {
        line.text for lines in conversations for line in lines if line.speaker == Speaker.CUSTOMER
    }
    texts = sorted(said)
    known = _Known(dict(zip(texts, map(_calm, texts, analyzer.analyze(texts)), strict=True)))
    return [_read(lines, known) for lines in conversations]


class _Known:
    """Stands in for the analyzer: every text was analysed before, all at once."""

    def __init__(self, found: Mapping[str, Analysis]) -> None:
        self.found = found

    def analyze(self, texts: Iterable[str]) -> list[Analysis]:
        return [self.found[text] for text in texts]


def _calm(text: str, found: Analysis) -> Analysis:
    """The analysis with the mood of a turn.

    Polarity is learned from reviews, in which questions are mostly reproach; who asks a service
    desk whether there is parking reproaches nobody.
    """
    judges = any(opinion.polarity != "neutral" for opinion in found.opinions)
    asks = is_question(text) or "question" in found.intents
    moved = found.emotions or {"complaint", "praise", "leave"} & set(found.intents)
    return found if judges or moved or not asks else replace(found, sentiment=0.0)


def _read(lines: Sequence[Line], known: _Known) -> Reading:
    ordered = sorted(lines, key=lambda line: (line.at, line.id))
    # A robot's greeting is no reply where a person answers; where nobody does, it is all there is.
    replying = {Speaker.STAFF}
    if not any(line.speaker == Speaker.STAFF for line in ordered):
        replying = {Speaker.ROBOT}
    heard = [one for one in ordered if one.speaker == Speaker.CUSTOMER or one.speaker in replying]
    spoken = [Spoken(one.speaker == Speaker.CUSTOMER, one.at, one.text) for one in heard]
    whole = read_conversation(spoken, cast(BatchAnalyzer, known))
    turns = {line.id: TurnReading(line.id) for line in ordered}
    _ask(heard, turns, known)
    _reply(heard, turns)
    _turn_moods(heard, turns)
    asked = [turn for turn in turns.values() if turn.is_question]
    return Reading(
        whole.first_reply,
        whole.median_reply,
        len(asked),
        sum(turn.is_unanswered for turn in asked),
        whole.drift,
        whole.resolved,
        *_who_answered(heard),
        tuple(turns[line.id] for line in ordered),
    )


def _who_answered(heard: Sequence[Line]) -> tuple[str, str]:
    """Who spoke for the company, and the person who said most (the first of those who did)."""
    replies = [line for line in heard if line.speaker != Speaker.CUSTOMER]
    if not replies:
        return "", ""
    names = Counter(line.name for line in replies if line.speaker == Speaker.STAFF and line.name)
    return replies[0].speaker, names.most_common(1)[0][0] if names else ""


def _ask(heard: Sequence[Line], turns: dict[int, TurnReading], known: _Known) -> None:
    """Moods of the customer's turns, their questions and topics, and which nobody answered."""
    last_reply = max(
        (place for place, line in enumerate(heard) if line.speaker != Speaker.CUSTOMER), default=-1
    )
    for place, line in enumerate(heard):
        if line.speaker != Speaker.CUSTOMER:
            continue
        (found,) = known.analyze([line.text])
        asks = is_question(line.text) and not is_greeting(line.text)
        turns[line.id] = replace(
            turns[line.id],
            mood=found.sentiment,
            is_question=asks,
            is_unanswered=asks and place > last_reply,
            topic=topic_of(line.text) if asks else "",
        )


def _reply(heard: Sequence[Line], turns: dict[int, TurnReading]) -> None:
    """How long the customer had waited when somebody replied."""
    since: datetime | None = None
    for line in heard:
        if line.speaker == Speaker.CUSTOMER:
            since = since or line.at
        elif since is not None:
            wait = (line.at - since).total_seconds()
            turns[line.id] = replace(turns[line.id], wait=wait)
            since = None


def _turn_moods(heard: Sequence[Line], turns: dict[int, TurnReading]) -> None:
    """How the mood turned over a reply that stands between two turns of the customer."""
    for before, reply, after in zip(heard, heard[1:], heard[2:], strict=False):
        sides = (before.speaker, after.speaker)
        if reply.speaker == Speaker.CUSTOMER or sides != (Speaker.CUSTOMER, Speaker.CUSTOMER):
            continue
        first, second = turns[before.id].mood, turns[after.id].mood
        if first is not None and second is not None:
            turns[reply.id] = replace(
                turns[reply.id],
                gain=round(second - first, 4),
                felt=side_of(first),
                wording=wording_of(reply.text),
            )


def side_of(mood: float) -> int:
    """Which side a mood is on; close to nothing is neither."""
    return 0 if abs(mood) < CALM else (1 if mood > 0 else -1)
