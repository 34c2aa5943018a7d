"""The built-in model and a language model side by side, on the texts that both have read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np

from peakend.opinions.language_model.exchange import Spent
from peakend.opinions.language_model.reading import SILENT, Readings, Recorded
from peakend.text import Analysis, BatchAnalyzer, Evaluation, Taxonomy, evaluate, mask

EXAMPLES = 10  # disagreements that are shown
_DRAWS = 400


@dataclass(frozen=True)
class AspectAgreement:
    """How often each reader names an aspect, how often both do, and how often they judge it alike."""

    aspect: str
    built_in: int
    language_model: int
    both: int
    alike: int


@dataclass(frozen=True)
class Disagreement:
    """A masked text that the two read differently: what one finds and the other does not."""

    text: str
    built_in: tuple[str, ...]
    language_model: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """Agreement of two readers; which of them is right only labels tell.

    detection and pairs are F1 of one reader's (text, aspect) and (text, aspect, polarity) against
    the other's; interval is the 95% bootstrap interval of pairs over texts. polarity is the share
    of aspects named by both that they judge alike, sentiment the share of texts on the same side;
    None where there is nothing to share.
    """

    texts: int
    unread: int
    why: str
    detection: float | None
    pairs: float | None
    interval: tuple[float, float] | None
    polarity: float | None
    sentiment: float | None
    aspects: tuple[AspectAgreement, ...]
    disagreements: tuple[Disagreement, ...]
    dropped: int
    spent: Spent
    seconds_built_in: float
    seconds_language_model: float
    figures_built_in: Evaluation | None = None
    figures_language_model: Evaluation | None = None

    def as_dict(self) -> dict[str, object]:
        """Plain values, for JSON; money as text, because it is exact."""
        plain = asdict(self)
        plain["spent"]["money"] = str(self.spent.money)
        return plain


def compare(
    texts: Sequence[str],
    taxonomy: Taxonomy,
    analyzer: BatchAnalyzer,
    readings: Readings,
    seconds: tuple[float, float],
    labels: Sequence[Mapping[str, str]] | None = None,
    seed: int = 0,
) -> Comparison:
    """Compare on the texts that the language model has read; seconds: built-in, language model."""
    kept = [(row, one) for row, one in enumerate(readings.analyses) if one is not None]
    bodies = [texts[row] for row, _ in kept]
    theirs = [one for _, one in kept]
    ours = analyzer.analyze(bodies)
    counts = np.array(
        [_counts(a, b) for a, b in zip(ours, theirs, strict=True)], dtype=np.int64
    ).reshape(len(kept), 4)
    both, alike, found_ours, found_theirs = counts.sum(axis=0).tolist()
    found = found_ours + found_theirs
    figures: tuple[Evaluation, Evaluation] | tuple[None, None] = (None, None)
    if labels is not None and bodies:
        given = [labels[row] for row, _ in kept]
        recorded = Recorded(taxonomy, bodies, theirs)
        figures = (
            evaluate(analyzer, bodies, given, seed),
            # It was read before: no speed of its own.
            replace(evaluate(recorded, bodies, given, seed), texts_per_second=None),
        )
    same_side = sum(_side(a) == _side(b) for a, b in zip(ours, theirs, strict=True))
    return Comparison(
        texts=len(texts),
        unread=readings.unread,
        why=readings.why,
        detection=round(2 * both / found, 4) if found else None,
        pairs=round(2 * alike / found, 4) if found else None,
        interval=_interval(counts, seed) if found else None,
        polarity=round(alike / both, 4) if both else None,
        sentiment=round(same_side / len(kept), 4) if kept else None,
        aspects=_aspects(taxonomy.codes, ours, theirs),
        disagreements=_disagreements(bodies, ours, theirs),
        dropped=readings.dropped,
        spent=readings.spent,
        seconds_built_in=round(seconds[0], 3),
        seconds_language_model=round(seconds[1], 3),
        figures_built_in=figures[0],
        figures_language_model=figures[1],
    )


def _judged(analysis: Analysis) -> dict[str, str]:
    return {opinion.aspect: opinion.polarity for opinion in analysis.opinions}


def _side(analysis: Analysis) -> int:
    return 0 if abs(analysis.sentiment) < SILENT else 1 if analysis.sentiment > 0 else -1


def _counts(ours: Analysis, theirs: Analysis) -> tuple[int, int, int, int]:
    """Of one text: aspects both name, those they judge alike, and what each names."""
    a, b = _judged(ours), _judged(theirs)
    shared = a.keys() & b.keys()
    return len(shared), sum(a[code] == b[code] for code in shared), len(a), len(b)


def _interval(counts: np.ndarray, seed: int) -> tuple[float, float]:
    rng = np.random.default_rng(seed)
    n = len(counts)
    drawn = []
    for _ in range(_DRAWS):
        _, alike, a, b = counts[rng.integers(0, n, n)].sum(axis=0)
        drawn.append(2 * alike / max(a + b, 1))
    low, high = np.percentile(drawn, (2.5, 97.5))
    return round(float(low), 4), round(float(high), 4)


def _aspects(
    codes: Sequence[str], ours: Sequence[Analysis], theirs: Sequence[Analysis]
) -> tuple[AspectAgreement, ...]:
    pairs = [(_judged(a), _judged(b)) for a, b in zip(ours, theirs, strict=True)]
    rows = (
        AspectAgreement(
            code,
            sum(code in a for a, _ in pairs),
            sum(code in b for _, b in pairs),
            sum(code in a and code in b for a, b in pairs),
            sum(code in a and a[code] == b.get(code) for a, b in pairs),
        )
        for code in codes
    )
    return tuple(row for row in rows if row.built_in or row.language_model)


def _disagreements(
    texts: Sequence[str], ours: Sequence[Analysis], theirs: Sequence[Analysis]
) -> tuple[Disagreement, ...]:
    """The texts that differ most first."""
    rows = []
    for number, (text, a, b) in enumerate(zip(texts, ours, theirs, strict=True)):
        one, other = set(_judged(a).items()), set(_judged(b).items())
        if one != other:
            named = [
                tuple(f"{c}={p}" for c, p in sorted(side)) for side in (one - other, other - one)
            ]
            rows.append((-len(one ^ other), number, Disagreement(mask(text)[:200], *named)))
    return tuple(row for _, _, row in sorted(rows, key=lambda row: row[:2])[:EXAMPLES])
