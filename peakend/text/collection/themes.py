"""Emerging themes: phrases that rise beyond chance and that no taxonomy names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import scipy.sparse
from numpy.typing import NDArray
from scipy.special import bdtrc, ndtri

from peakend.text.collection.wording import whole_phrases
from peakend.text.lexicon import general_lexicon
from peakend.text.personal import mask
from peakend.text.phrases import phrasebook
from peakend.text.taxonomy import Taxonomy

_MOST_RISING = 2_000  # phrases that are clustered; the work grows with their square
_SPELLED = 24  # of a theme's phrases, the surest
# How long something took differs from text to text in its number, so phrases begin in the middle of it:
# 等了一个多小时, 等了两个多小时.
_CUT_AMOUNT = re.compile(r"^(?:(?:个[多半]?|多)(?:小时|钟头|星期|礼拜|月)|多?分钟)")
_AMOUNT = re.compile(
    r"了?[零一二两三四五六七八九十百几半数好]*个?[多半来]?(?:小时|钟头|分钟|星期|礼拜|月|天)(?:多|左右|以上)?"
)


@dataclass(frozen=True)
class Theme:
    """A theme named by its own phrases, with texts now and before and typical quotes (masked)."""

    name: str
    phrases: tuple[str, ...]
    now: int
    before: int
    z: float
    quotes: tuple[str, ...]

    def as_dict(self) -> dict[str, object]:
        """Plain values, for JSON."""
        return asdict(self)


def emerging_themes(
    now: Sequence[str],
    before: Sequence[str],
    taxonomy: Taxonomy | None = None,
    top: int = 10,
    least: int = 5,
) -> list[Theme]:
    """Clusters of phrases that rise beyond chance and that the taxonomy does not name.

    A phrase counts when so many of its texts being recent is unlikely by chance (binomial tail),
    with false discoveries over all phrases tried held at 5%. Phrases that stand in the same texts
    form one theme; z is the normal score of its surest phrase.
    """
    book = phrasebook([*now, *before], least)
    if not book.keys.size or not now:
        return []
    recent = book.owner < len(now)
    mine = np.bincount(book.phrase[recent], minlength=book.keys.size)
    share = len(now) / (len(now) + len(before))
    chance = np.asarray(bdtrc(mine - 1.0, book.count, share), np.float64)
    z = -ndtri(np.clip(chance, 1e-300, 1 - 1e-12))
    known = _known_words(taxonomy)
    bound = _discovery_bound(chance)
    rising = [
        i
        for i in np.flatnonzero((chance <= bound) & (mine >= least)).tolist()
        if not _is_known(book.spell(i), known)
    ]
    if not rising:
        return []
    rising = sorted(rising, key=lambda i: -z[i])[:_MOST_RISING]
    place = {phrase: i for i, phrase in enumerate(rising)}
    wanted = np.isin(book.phrase, rising) & recent
    rows = np.array([place[p] for p in book.phrase[wanted].tolist()], np.int64)
    stands = scipy.sparse.csr_matrix(
        (np.ones(rows.size), (rows, book.owner[wanted])), shape=(len(rising), len(now))
    )
    label = _together(stands)
    themes = []
    for cluster in np.unique(label).tolist():
        members = np.flatnonzero(label == cluster).tolist()  # the surest first
        hits = np.asarray(stands[members].sum(axis=0)).ravel()
        texts = np.flatnonzero(hits)
        spelled = [book.spell(rising[m]) for m in members[:_SPELLED]]
        phrases = _without_amounts(whole_phrases(spelled, [now[t] for t in texts.tolist()]))
        if not phrases:
            continue
        earlier = np.isin(book.phrase, [rising[m] for m in members]) & ~recent
        typical = sorted(texts.tolist(), key=lambda t: (-hits[t], len(now[t]), t))
        themes.append(
            Theme(
                " · ".join(phrases[:3]),
                tuple(phrases[:8]),
                int(texts.size),
                int(np.unique(book.owner[earlier]).size),
                round(float(max(z[rising[m]] for m in members)), 3),
                tuple(mask(now[t][:300]) for t in typical[:3]),
            )
        )
    return sorted(themes, key=lambda theme: (-theme.z, theme.name))[:top]


def _without_amounts(phrases: Sequence[str]) -> list[str]:
    """The phrases without how long it took where it is all they say, or cut off in the middle of it."""
    rest = (_CUT_AMOUNT.sub("", phrase) for phrase in phrases if not _AMOUNT.fullmatch(phrase))
    return list(dict.fromkeys(phrase for phrase in rest if len(phrase) > 1))


def _together(stands: scipy.sparse.csr_matrix) -> NDArray[np.int64]:
    """A cluster's number for each phrase: phrases that on average share half of the rarer one's texts.

    Average linkage, because a chain of neighbours would string unlike topics together.
    """
    # Slow to import, and a page that only shows themes need not wait for it.
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    together = (stands @ stands.T).toarray()
    sizes = np.diag(together)
    if sizes.size == 1:
        return np.zeros(1, np.int64)
    apart = 1.0 - together / np.minimum.outer(sizes, sizes)
    np.fill_diagonal(apart, 0.0)
    tree = linkage(squareform(apart, checks=False), "average")
    return np.asarray(fcluster(tree, 0.5, "distance"), np.int64)


def _discovery_bound(chances: NDArray[np.float64]) -> float:
    """The largest chance that still keeps false discoveries at 5% (Benjamini & Hochberg 1995)."""
    ordered = np.sort(chances)
    passing = ordered <= 0.05 * np.arange(1, ordered.size + 1) / ordered.size
    return float(ordered[np.flatnonzero(passing)[-1]]) if passing.any() else -1.0


def _known_words(taxonomy: Taxonomy | None) -> set[str]:
    known = {pattern for pattern, entry in general_lexicon().items() if entry.polarity}
    if taxonomy:
        for aspect in taxonomy.aspects:
            known.update(w.lower() for w in (*aspect.keywords, *aspect.positive, *aspect.negative))
    return known


def _is_known(phrase: str, known: set[str]) -> bool:
    lowered = phrase.lower()
    return lowered in known
