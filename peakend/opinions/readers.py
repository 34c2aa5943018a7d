"""Who reads the voices of a taxonomy now: its applied version, and the company's model beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from django.conf import settings

from peakend.opinions.models import Reader, TextModel
from peakend.opinions.taxonomies import Held, held, read_content
from peakend.text import Analysis, BatchAnalyzer, Columns, for_taxonomy, load


@dataclass(frozen=True)
class CurrentReader:
    """An analyzer and the row that its opinions name."""

    id: int
    code: str
    analyzer: BatchAnalyzer

    @property
    def aspects(self) -> tuple[str, ...]:
        """Codes by the index that the analyzer's columns hold."""
        return self.analyzer.aspects


class Blended(BatchAnalyzer):
    """A taxonomy's reading, with a trained model's word on the aspects it has learned."""

    def __init__(self, base: BatchAnalyzer, trained: BatchAnalyzer, learned: Sequence[str]) -> None:
        self.base, self.trained = base, trained
        known = [code for code in learned if code in trained.aspects]
        self.aspects = (*base.aspects, *(code for code in known if code not in base.aspects))
        self._theirs = np.array([code not in known for code in base.aspects], dtype=bool)
        place = {code: i for i, code in enumerate(self.aspects)}
        self._moved = np.array(
            [place[code] if code in known else -1 for code in trained.aspects], dtype=np.int16
        )

    @property
    def _alone(self) -> "_OneOf":
        return _OneOf(self)

    def _columns(self, texts: Sequence[str]) -> Columns:
        plain, learned = self.base.analyze_columns(texts), self.trained.analyze_columns(texts)
        from_base = np.flatnonzero(self._theirs[plain.aspect])
        moved = self._moved[learned.aspect]
        from_model = np.flatnonzero(moved >= 0)
        text = np.concatenate((plain.text[from_base], learned.text[from_model]))
        aspect = np.concatenate((plain.aspect[from_base], moved[from_model]))
        order = np.lexsort((aspect, text))  # by text, and within it by aspect, as every reading is
        columns: Mapping[str, np.ndarray] = {
            name: np.concatenate(
                (getattr(plain, name)[from_base], getattr(learned, name)[from_model])
            )[order]
            for name in ("opinion_polarity", "strength", "confidence", "start", "end")
        }
        return Columns(
            language=plain.language,
            sentiment=plain.sentiment,
            polarity=plain.polarity,
            emotions=plain.emotions,
            intents=plain.intents,
            text=text[order],
            aspect=aspect[order],
            **columns,
        )


class _OneOf:
    """Both readings of one short text, by way of the arrays: neither knows the other's aspects."""

    def __init__(self, both: Blended) -> None:
        self._both = both

    def analyze(self, text: str) -> Analysis:
        """Everything found in one text."""
        return self._both.analyze_arrays([text])[0]


def reader_of(code: str) -> CurrentReader:
    """The reader of a taxonomy's voices, ready to read.

    Raises:
        TaxonomyRefused: there is no such taxonomy.
        ModelError: the active model's folder cannot be read.
    """
    now = held(code)
    model = active_model(code)
    name = f"{code}@{now.label}" + (f"+model{model.number}" if model else "")
    analyzer = blended(analyzer_of(now), model)
    row, _ = Reader.objects.get_or_create(
        code=name,
        defaults={
            "taxonomy": code,
            "version": now.taxonomy.version,
            "model": model,
            "aspects": list(analyzer.aspects),
        },
    )
    return CurrentReader(row.pk, name, analyzer)


def active_model(code: str) -> TextModel | None:
    """The model that reads beside a taxonomy, if one was activated."""
    return TextModel.objects.filter(taxonomy=code, is_active=True).order_by("pk").first()


def analyzer_of(taxonomy: Held) -> BatchAnalyzer:
    """A taxonomy as an analyzer; those in use are made once."""
    if taxonomy.content:
        return _analyzer(taxonomy.content)
    return for_taxonomy(taxonomy.taxonomy.code)


def blended(base: BatchAnalyzer, model: TextModel | None) -> BatchAnalyzer:
    """The analyzer with a model's word on what the model has learned."""
    if model is None or not model.aspects:
        return base
    trained = _loaded(str(folder_of(model)), model.checksum)
    return Blended(base, trained, model.aspects)


def folder_of(model: TextModel) -> Path:
    """Where a model lies in the data folder."""
    return Path(settings.HOME) / model.folder


@lru_cache(maxsize=8)
def _analyzer(content: str) -> BatchAnalyzer:
    return for_taxonomy(read_content(content))


@lru_cache(maxsize=4)
def _loaded(folder: str, checksum: str) -> BatchAnalyzer:
    return load(folder)
