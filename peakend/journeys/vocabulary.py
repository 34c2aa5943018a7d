"""What a map may listen to and be measured by: names, as people type them, become codes."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from peakend.journeys.errors import JourneyError

_TOKEN = re.compile(r"[^\s,，、;；]+")
_STRONG = re.compile(r"[,，、;；\n]")
_SIGN = re.compile(r"<=|>=|≤|≥")


@dataclass(frozen=True)
class Vocabulary:
    """The titles, in every language, of what can be listened to and of what measures, by code.

    This room lies below those that know aspects, questions and metrics: pages gather the words.
    Of several codes with one title, those in ``offered`` are meant.
    """

    codes: Mapping[str, tuple[str, ...]]
    metrics: Mapping[str, tuple[str, ...]]
    offered: tuple[str, ...] = ()


def spelled(field: str, typed: str, vocabulary: Vocabulary) -> str:
    """What was typed into a field, with the names in it replaced by their codes.

    Raises:
        JourneyError: something named is not known.
    """
    spell = {"codes": _codes, "measure": _measure}.get(field)
    return spell(typed, vocabulary) if spell else typed


def _codes(typed: str, vocabulary: Vocabulary) -> str:
    """Names may hold blanks and commas: from each word on, the longest name that is known."""
    tokens = list(_TOKEN.finditer(typed[:4000]))
    found: list[str] = []
    unknown: list[str] = []
    at = 0
    while at < len(tokens):
        for last in range(len(tokens) - 1, at - 1, -1):
            called = _called(
                typed[tokens[at].start() : tokens[last].end()],
                vocabulary.codes,
                vocabulary.offered,
            )
            if called:
                found += called
                at = last + 1
                break
        else:
            last = at
            while last + 1 < len(tokens) and not _STRONG.search(
                typed, tokens[last].end(), tokens[last + 1].start()
            ):
                last += 1
            unknown.append(typed[tokens[at].start() : tokens[last].end()])
            at = last + 1
    if unknown:
        raise JourneyError("unknown_codes", names=unknown)
    return ", ".join(dict.fromkeys(found))


def _measure(typed: str, vocabulary: Vocabulary) -> str:
    sign = _SIGN.search(typed)
    name = typed[: sign.start()].strip() if sign else ""
    if sign is None or not name:
        return typed  # no line of a standard at all: the field itself says how to write one
    known = vocabulary.metrics
    bare = [code for code in known if code.partition(":")[2] == name]
    called = [name] if name in known else bare or _called(name, known, ())
    if not called:
        titles = [titles[0] if titles else code for code, titles in known.items()]
        raise JourneyError("unknown_metric", name=name, known=titles)
    return f"{called[0]} {typed[sign.start() :]}"


def _called(name: str, titles: Mapping[str, tuple[str, ...]], offered: Iterable[str]) -> list[str]:
    """The codes of this name: the code itself, or everything with the title."""
    if name in titles:
        return [name]
    folded = name.casefold()
    found = [
        code
        for code, known in titles.items()
        if folded == code.casefold() or any(folded == one.casefold() for one in known)
    ]
    first = [code for code in found if code in set(offered)]
    return first or found
