"""A model of the company's own, trained from what its people corrected.

Labels are held out in turn. On the texts held out, the model and the taxonomy are compared aspect by
aspect, and the model is given the aspects it reads better; the others stay the taxonomy's. So a few
hundred corrections help where they can and harm nowhere.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.db import transaction
from numpy.typing import NDArray

from peakend.opinions.errors import ModelRefused
from peakend.opinions.labels import Label, training_set
from peakend.opinions.models import TextModel
from peakend.opinions.readers import analyzer_of
from peakend.opinions.taxonomies import held
from peakend.opinions.text_models import NEEDED
from peakend.organization.access import Scope
from peakend.organization.models import User
from peakend.text import BatchAnalyzer, LabelError, OpinionModel

LEAST = 20  # labels of an aspect below which it stays the taxonomy's
FOLDS = 3
DRAWS = 1_000
SIGNS = {"negative": -1, "neutral": 0, "positive": 1}
ABSENT = -2

Progress = Callable[[int, int], None]
Table = NDArray[np.int8]


@dataclass(frozen=True)
class AspectGain:
    """How one aspect is read on texts held out: pair F1 of the taxonomy and of the model."""

    aspect: str
    labels: int
    taxonomy: float
    model: float
    learned: bool


@dataclass(frozen=True)
class Gain:
    """What a model reads better than the taxonomy, on texts held out.

    Pair F1 is micro-averaged over (text, aspect, polarity); ``low`` and ``high`` bound the
    difference at 95% (bootstrap over texts).
    """

    texts: int
    taxonomy: float
    model: float
    low: float
    high: float
    aspects: tuple[AspectGain, ...]

    def as_figures(self) -> dict[str, Any]:
        """Plain values, as a model keeps them."""
        return {
            "texts": self.texts,
            "taxonomy": self.taxonomy,
            "model": self.model,
            "low": self.low,
            "high": self.high,
            "aspects": [vars(aspect) for aspect in self.aspects],
        }


def train_model(
    taxonomy: str, *, author: User | None, at: datetime, progress: Progress | None = None
) -> TextModel:
    """Train from everything people corrected in a taxonomy's voices; the model is not yet active.

    Raises:
        ModelRefused: there are too few labels, or nothing in them to tell apart.
    """
    labels = list(training_set(Scope(None), taxonomy))
    if len(labels) < NEEDED:
        raise ModelRefused("too_few_labels", texts=len(labels), needed=NEEDED)
    report = progress or (lambda done, total: None)
    try:
        gain = measure(labels, analyzer_of(held(taxonomy)), lambda n: report(n, FOLDS + 1))
        model = OpinionModel().fit([one.text for one in labels], [one.labels for one in labels])
    except LabelError as error:
        raise ModelRefused("one_kind_of_label") from error
    return _keep(taxonomy, model, gain, author, at)


def measure(
    labels: Sequence[Label],
    base: BatchAnalyzer,
    report: Callable[[int], None] = lambda done: None,
    seed: int = 0,
) -> Gain:
    """Compare a model with the taxonomy on labels held out.

    Raises:
        LabelError: the labels cannot be learned from.
    """
    texts = [one.text for one in labels]
    aspects = sorted({aspect for one in labels for aspect in one.labels} | set(base.aspects))
    gold = _gold(labels, aspects)
    plain = _read(base, texts, aspects)
    learned = np.full_like(gold, ABSENT)
    fold = np.random.default_rng(seed).permutation(len(texts)) % FOLDS
    for number in range(FOLDS):
        learn = np.flatnonzero(fold != number).tolist()
        hold = np.flatnonzero(fold == number).tolist()
        model = OpinionModel(seed=seed).fit(
            [texts[i] for i in learn], [labels[i].labels for i in learn]
        )
        learned[hold] = _read(model.analyzer_, [texts[i] for i in hold], aspects)
        report(number + 1)
    gains = tuple(
        _aspect(code, gold[:, i], plain[:, i], learned[:, i]) for i, code in enumerate(aspects)
    )
    mine = np.array([one.learned for one in gains])
    mixed = np.where(mine, learned, plain)
    low, high = _difference(gold, plain, mixed, seed)
    before, after = _pair_f1(gold, plain), _pair_f1(gold, mixed)
    heard = tuple(one for one in gains if one.labels)
    return Gain(len(texts), before, after, low, high, heard)


def _aspect(code: str, gold: Table, plain: Table, learned: Table) -> AspectGain:
    count = int((gold > ABSENT).sum())
    before, after = _pair_f1(gold, plain), _pair_f1(gold, learned)
    return AspectGain(code, count, before, after, count >= LEAST and after > before)


def _gold(labels: Sequence[Label], aspects: Sequence[str]) -> Table:
    place = {code: i for i, code in enumerate(aspects)}
    gold = np.full((len(labels), len(aspects)), ABSENT, np.int8)
    for row, one in enumerate(labels):
        for aspect, polarity in one.labels.items():
            gold[row, place[aspect]] = SIGNS[polarity]
    return gold


def _read(analyzer: BatchAnalyzer, texts: Sequence[str], aspects: Sequence[str]) -> Table:
    place = {code: i for i, code in enumerate(aspects)}
    columns = analyzer.analyze_columns(texts)
    found = np.full((len(texts), len(aspects)), ABSENT, np.int8)
    at = np.array([place.get(code, -1) for code in analyzer.aspects], np.int64)[columns.aspect]
    known = at >= 0
    found[columns.text[known], at[known]] = columns.opinion_polarity[known]
    return found


def _pair_f1(gold: Table, found: Table) -> float:
    right = int(((found > ABSENT) & (found == gold)).sum())
    total = int((found > ABSENT).sum() + (gold > ABSENT).sum())
    return round(2 * right / max(total, 1), 4)


def _difference(gold: Table, plain: Table, mixed: Table, seed: int) -> tuple[float, float]:
    """95% interval of the gain in pair F1, texts drawn again."""
    rng = np.random.default_rng(seed)
    counts = []
    for found in (plain, mixed):
        right = ((found > ABSENT) & (found == gold)).sum(axis=1)
        counts.append((right, (found > ABSENT).sum(axis=1) + (gold > ABSENT).sum(axis=1)))
    gains = np.empty(DRAWS)
    for draw in range(DRAWS):
        rows = rng.integers(0, len(gold), len(gold))
        before, after = (
            2 * right[rows].sum() / max(int(total[rows].sum()), 1) for right, total in counts
        )
        gains[draw] = after - before
    low, high = np.percentile(gains, (2.5, 97.5))
    return round(float(low), 4), round(float(high), 4)


@transaction.atomic
def _keep(
    taxonomy: str, model: OpinionModel, gain: Gain, author: User | None, at: datetime
) -> TextModel:
    newest = TextModel.objects.filter(taxonomy=taxonomy).order_by("-number").first()
    number = newest.number + 1 if newest else 1
    folder = f"models/{taxonomy}-{number}"
    place = Path(settings.HOME) / folder
    model.save(place)
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in sorted(place.iterdir())))
    return TextModel.objects.create(
        taxonomy=taxonomy,
        number=number,
        folder=folder,
        checksum=digest.hexdigest(),
        texts=gain.texts,
        aspects=[one.aspect for one in gain.aspects if one.learned],
        figures=gain.as_figures(),
        author=author,
        made_at=at,
    )
