"""What belongs to a customer: rows, positions in the inbox, and words that others may have quoted."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import msgspec

from peakend.cases.models import Case
from peakend.conversations.choices import Speaker
from peakend.conversations.models import Conversation, Turn
from peakend.customers.erasing import Key, identities_of, numbers_of
from peakend.customers.models import Customer
from peakend.customers.sightings import canonical_identity
from peakend.events.models import Event
from peakend.inbox import Inbox
from peakend.inbox.signals import Who
from peakend.loop.row_keys import PER_SIGNAL
from peakend.surveys.models import Response
from peakend.surveys.queries import questionnaire_of
from peakend.voices.models import Voice

BATCH = 5_000
# Shorter words are anybody's: blacking them out would hit what others wrote.
LEAST_NAME = 3
LEAST_IDENTITY = 6
LEAST_PHRASE = 8
# Kept without the prefix of China, with which others may have written them.
PHONES = {"phone", "mobile"}

_PHRASE_ENDS = re.compile(r"[\n\r。！？!?；;，,]+")


class _Sender(msgspec.Struct):
    """All of a signal that tells who sent it."""

    customer: Who | None = None


@dataclass(frozen=True)
class Belongings:
    """Everything of one customer, in keys; ``words`` would tell of them wherever they stand."""

    numbers: tuple[int, ...]
    identities: frozenset[Key]
    voices: tuple[int, ...]
    responses: tuple[int, ...]
    events: tuple[int, ...]
    conversations: tuple[int, ...]
    cases: tuple[int, ...]
    positions: tuple[int, ...]
    words: tuple[str, ...]
    names: tuple[str, ...]  # those of the words that other people may bear too


def belongings_of(customer: Customer, inbox: Inbox) -> Belongings:
    """Gather what belongs to a customer, also what has arrived and is not applied yet."""
    identities = identities_of(customer)
    voices = list(Voice.objects.filter(customer=customer).order_by("pk"))
    responses = list(
        Response.objects.filter(customer=customer).select_related("survey").order_by("pk")
    )
    events = list(Event.objects.filter(customer=customer).order_by("pk"))
    conversations = list(Conversation.objects.filter(customer=customer).order_by("pk"))
    turns = list(Turn.objects.filter(conversation__customer=customer).order_by("pk"))
    said = [turn.text for turn in turns if turn.speaker == Speaker.CUSTOMER]
    sent, spelled = _sent_by(identities, inbox)
    rows = [row.pk for some in (voices, responses, events, turns) for row in some]
    names = _own_name(customer)
    cases = list(Case.objects.filter(customer=customer).order_by("pk"))
    external = {
        *(row.external_id for row in voices),
        *(row.external_id for row in responses),
        *(row.external_id for row in events),
        *(row.external_id for row in conversations),
    }
    return Belongings(
        numbers=tuple(numbers_of(customer)),
        identities=frozenset(identities),
        voices=tuple(row.pk for row in voices),
        responses=tuple(row.pk for row in responses),
        events=tuple(row.pk for row in events),
        conversations=tuple(row.pk for row in conversations),
        cases=tuple(row.pk for row in cases),
        positions=tuple(sorted({key // PER_SIGNAL for key in rows} | sent)),
        words=tuple(
            sorted(
                {
                    *names,
                    *_long({value for _, value in identities} | spelled, LEAST_IDENTITY),
                    *_long((f"86{v}" for k, v in identities if k in PHONES), LEAST_IDENTITY),
                    *_long(external, LEAST_PHRASE),
                    *_phrases(row.text for row in voices),
                    *_phrases(said),
                    *_phrases(words for row in responses for words in _in_own_words(row)),
                    *_long((row.title.strip() for row in cases), LEAST_PHRASE),
                },
                key=lambda word: (-len(word), word),
            )
        ),
        names=tuple(names),
    )  # fmt: skip


def _own_name(customer: Customer) -> list[str]:
    """The name where it tells who is meant: nobody else's name holds it."""
    name = customer.name.strip()
    if len(name) < LEAST_NAME:
        return []
    others = Customer.objects.filter(name__contains=name).exclude(pk=customer.pk)
    return [] if others.exists() else [name]


def _in_own_words(response: Response) -> Iterator[str]:
    """The answers that were written: an option is the company's word."""
    questionnaire = questionnaire_of(response.survey)
    for code, answer in response.answers.items():
        question = questionnaire.question(code)
        if question is None or not question.options:
            yield from _strings([answer])


def _sent_by(identities: Iterable[Key], inbox: Inbox) -> tuple[set[int], set[str]]:
    """Positions of the signals that name one of the identities, and how they spell them.

    Updates of a profile leave no row, so the inbox itself is asked.
    """
    wanted, found, spelled = set(identities), set[int](), set[str]()
    after = 0
    while wanted and (rows := inbox.read(after, BATCH)):
        after = rows[-1][0]
        for position, payload in rows:
            if b'"ids"' not in payload:
                continue
            try:
                who = msgspec.json.decode(payload, type=_Sender).customer
            except msgspec.MsgspecError:
                continue
            ids = who.ids.items() if who else ()
            if any((k.strip().lower()[:32], canonical_identity(k, v)) in wanted for k, v in ids):
                found.add(position)
                spelled.update(str(value) for _, value in ids)
    return found, spelled


def _long(words: Iterable[str], least: int) -> Iterator[str]:
    """Those that cannot be anybody's; a date is, however long."""
    return (word for word in words if len(word) >= least and not re.fullmatch(r"[\d-]{10}", word))


def _phrases(texts: Iterable[str]) -> Iterator[str]:
    """The sentences of texts, because a quotation may leave the rest out."""
    for text in texts:
        pieces = [piece.strip() for piece in _PHRASE_ENDS.split(text)]
        yield from (piece for piece in {text.strip(), *pieces} if len(piece) >= LEAST_PHRASE)


def _strings(values: Iterable[object]) -> Iterator[str]:
    """Every text within nested answers."""
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            yield from _strings(value.values())
        elif isinstance(value, list):
            yield from _strings(value)
