"""Texts in, the built-in model's kind of results out."""

from __future__ import annotations

import json
import math
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from peakend.opinions.language_model.errors import LanguageModelError
from peakend.opinions.language_model.exchange import Exchange, Spent
from peakend.opinions.language_model.masking import Masked, masked
from peakend.opinions.language_model.prompt import answer_schema, messages_for
from peakend.text import (
    EMOTIONS,
    INTENTS,
    LANGUAGES,
    Analysis,
    BatchAnalyzer,
    Columns,
    Opinion,
    Taxonomy,
    for_taxonomy,
)

MOST_TEXTS = 8  # in one request
MOST_CHARACTERS = 6_000  # of one request; a longer text is read so far
ASKED = 3  # times for one batch, before its texts are asked for one by one
OUT_FIXED, OUT_EACH = 200, 500  # tokens an answer may take: in all, and for every text
SILENT = 0.1  # sentiment below which a text judges nothing
_SIGNS = {"positive": 1, "neutral": 0, "negative": -1}


@dataclass(frozen=True)
class Readings:
    """One entry a text, None where it was not read; why says what kept it from being read.

    dropped: opinions left out because their evidence does not stand in the text or their aspect
    not in the taxonomy.
    """

    analyses: tuple[Analysis | None, ...]
    spent: Spent
    dropped: int
    why: str

    @property
    def unread(self) -> int:
        """Texts without a reading."""
        return sum(one is None for one in self.analyses)


class LanguageModelReader:
    """Reads texts by a taxonomy with a language model."""

    def __init__(self, taxonomy: Taxonomy, exchange: Exchange) -> None:
        self.taxonomy = taxonomy
        self.aspects = taxonomy.codes
        self._exchange = exchange
        self._schema = answer_schema(taxonomy)
        self._plain = for_taxonomy(taxonomy)  # tells the language and finds the personal data
        self._dropped = 0

    def read(
        self, texts: Sequence[str], report: Callable[[int], None] = lambda done: None
    ) -> Readings:
        """A reading of each text, as far as the budget and the endpoint allow.

        Raises:
            LanguageModelError: not one text could be read, because of what it says.
        """
        given = list(dict.fromkeys(texts))  # who says the same is asked about once
        found: list[Analysis | None] = [None] * len(given)
        self._dropped = 0
        why = ""
        waiting = deque(_batches(given))
        while waiting:
            rows = waiting.popleft()
            try:
                read = self._read_batch([given[row] for row in rows])
            except LanguageModelError as error:
                if error.code != "broken_answer":
                    if not any(found):
                        raise
                    why = error.code
                    break
                read = [None] * len(rows)
            for row, one in zip(rows, read, strict=True):
                found[row] = one
            missing = [row for row, one in zip(rows, read, strict=True) if one is None]
            if len(rows) > 1:  # a text alone that cannot be read is left
                waiting.extendleft([row] for row in reversed(missing))
            elif missing:
                why = "broken_answer"
            report(len(given) - sum(len(rows) for rows in waiting))
        read_of = dict(zip(given, found, strict=True))
        analyses = tuple(read_of[text] for text in texts)
        return Readings(analyses, self._exchange.spent, self._dropped, why)

    def _read_batch(self, texts: Sequence[str]) -> list[Analysis | None]:
        sent = [masked(text).head(MOST_CHARACTERS) for text in texts]
        messages = messages_for(self.taxonomy, [one.text for one in sent])
        for _ in range(ASKED):
            answer = self._exchange.ask(messages, self._schema, OUT_FIXED + OUT_EACH * len(texts))
            results = _results(answer)
            if results is not None:
                basis = self._plain.analyze(texts)
                return [
                    self._analysis(basis[n], sent[n], results[n]) if n in results else None
                    for n in range(len(texts))
                ]
        raise LanguageModelError("broken_answer", attempts=ASKED)

    def _analysis(self, plain: Analysis, sent: Masked, result: Mapping[str, Any]) -> Analysis:
        """A result in the built-in model's form; language and personal data are told here."""
        by_aspect: dict[str, Opinion] = {}
        for item in _listed(result.get("opinions")):
            opinion = self._opinion(item, sent)
            if opinion is None:
                self._dropped += 1
            elif opinion.strength > getattr(by_aspect.get(opinion.aspect), "strength", 0):
                by_aspect[opinion.aspect] = opinion
        return Analysis(
            language=plain.language,
            sentiment=round(_number(result.get("sentiment"), -1, 1, 0), 4),
            opinions=tuple(by_aspect[code] for code in self.aspects if code in by_aspect),
            emotions=_known(result.get("emotions"), EMOTIONS),
            intents=_known(result.get("intents"), INTENTS),
            pii=plain.pii,
        )

    def _opinion(self, item: Any, sent: Masked) -> Opinion | None:
        """An opinion whose words stand in the text; nothing for one that was made up."""
        if not isinstance(item, dict):
            return None
        aspect, polarity, quote = (item.get(key) for key in ("aspect", "polarity", "evidence"))
        if aspect not in self.aspects or polarity not in _SIGNS or not isinstance(quote, str):
            return None
        span = sent.find(quote)
        if span is None:
            return None
        return Opinion(
            aspect,
            polarity,
            round(_number(item.get("strength"), 1, 5, 3), 3),
            round(_number(item.get("confidence"), 0, 1, 0.5), 3),
            *span,
        )


class Recorded(BatchAnalyzer):
    """Readings that were made before, as an analyzer of those texts: it asks nobody again."""

    def __init__(self, taxonomy: Taxonomy, texts: Iterable[str], read: Iterable[Analysis]) -> None:
        self.taxonomy = taxonomy
        self.aspects = taxonomy.codes
        self._of = dict(zip(texts, read, strict=True))

    def analyze(self, texts: Iterable[str]) -> list[Analysis]:
        """The reading of each text."""
        return [self._of[text] for text in texts]

    @property
    def _alone(self) -> Recorded:  # type: ignore[override]
        return self

    def _columns(self, texts: Sequence[str]) -> Columns:
        read = self.analyze(texts)
        rows = [
            (row, self.aspects.index(one.aspect), one)
            for row, analysis in enumerate(read)
            for one in sorted(analysis.opinions, key=lambda one: self.aspects.index(one.aspect))
        ]
        sentiment = np.array([one.sentiment for one in read], np.float32)
        sign = np.where(np.abs(sentiment) < SILENT, 0, np.sign(sentiment))
        return Columns(
            language=np.array([LANGUAGES.index(one.language) for one in read], np.int8),
            sentiment=sentiment,
            polarity=sign.astype(np.int8),
            emotions=np.array([_bits(one.emotions, EMOTIONS) for one in read], np.uint8),
            intents=np.array([_bits(one.intents, INTENTS) for one in read], np.uint8),
            text=np.array([row for row, _, _ in rows], np.int32),
            aspect=np.array([aspect for _, aspect, _ in rows], np.int16),
            opinion_polarity=np.array([_SIGNS[one.polarity] for _, _, one in rows], np.int8),
            strength=np.array([one.strength for _, _, one in rows], np.float32),
            confidence=np.array([one.confidence for _, _, one in rows], np.float32),
            start=np.array([one.start for _, _, one in rows], np.int32),
            end=np.array([one.end for _, _, one in rows], np.int32),
        )


def _batches(texts: Sequence[str]) -> Iterator[list[int]]:
    rows: list[int] = []
    size = 0
    for row, text in enumerate(texts):
        length = min(len(text), MOST_CHARACTERS)
        if rows and (len(rows) == MOST_TEXTS or size + length > MOST_CHARACTERS):
            yield rows
            rows, size = [], 0
        rows.append(row)
        size += length
    if rows:
        yield rows


def _results(answer: str) -> dict[int, Mapping[str, Any]] | None:
    """Results by number; None where the answer is not what the schema asks for."""
    try:
        data = json.loads(answer)
    except (ValueError, RecursionError):
        return None
    results = data.get("results") if isinstance(data, dict) else None
    if not isinstance(results, list):
        return None
    return {
        one["n"]: one
        for one in results
        if isinstance(one, dict)
        and type(one.get("n")) is int
        and isinstance(one.get("opinions"), list)
    }


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _known(value: Any, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if name in _listed(value))


def _number(value: Any, low: float, high: float, otherwise: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return otherwise
    return min(max(float(value), low), high)


def _bits(names: Sequence[str], order: tuple[str, ...]) -> int:
    return sum(1 << order.index(name) for name in names)
