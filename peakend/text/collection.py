"""What a collection says as a whole: contrasts, themes, duplicates, quotes, causes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import scipy.sparse
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components
from scipy.special import ndtri
from scipy.stats import binom

from peakend.text.lexicon import general_lexicon
from peakend.text.ngrams import frequent_words
from peakend.text.personal import mask
from peakend.text.phrases import phrasebook
from peakend.text.results import Columns
from peakend.text.symbols import (
    CHINESE,
    DIGIT,
    LETTER,
    PICTURE,
    SEPARATOR,
    Vocabulary,
    tokenize,
)
from peakend.text.taxonomy import Taxonomy

_Z = 1.959964  # two-sided 95%


@dataclass(frozen=True)
class KeyPhrase:
    """A phrase and how much more it is of one group than of another.

    here, there: texts with it. log_odds: with its 95% interval low to high and z score.
    """

    phrase: str
    here: int
    there: int
    log_odds: float
    low: float
    high: float
    z: float

    def as_dict(self) -> dict[str, object]:
        """Plain values, for JSON."""
        return asdict(self)


def keyness(
    here: Sequence[str], there: Sequence[str], top: int = 30, least: int = 3
) -> list[KeyPhrase]:
    """Phrases that mark one group against another, the surest first.

    Log-odds with an informative Dirichlet prior (Monroe, Colaresi & Quinn 2008, 'Fightin' Words'):
    the prior is the two groups together, so that rare phrases do not win by chance.
    """
    book = phrasebook([*here, *there], least)
    if not book.keys.size:
        return []
    mine = np.bincount(book.phrase[book.owner < len(here)], minlength=book.keys.size)
    theirs = book.count - mine
    prior = book.count * (500.0 / max(int(book.count.sum()), 1))
    prior_sum = float(prior.sum())
    n_here, n_there = float(mine.sum()), float(theirs.sum())
    odds = np.log((mine + prior) / (n_here + prior_sum - mine - prior))
    odds -= np.log((theirs + prior) / (n_there + prior_sum - theirs - prior))
    deviation = np.sqrt(1 / (mine + prior) + 1 / (theirs + prior))
    z = odds / deviation
    order = np.lexsort((book.keys, -z))
    return [
        KeyPhrase(
            book.spell(int(i)),
            int(mine[i]),
            int(theirs[i]),
            round(float(odds[i]), 4),
            round(float(odds[i] - _Z * deviation[i]), 4),
            round(float(odds[i] + _Z * deviation[i]), 4),
            round(float(z[i]), 4),
        )
        for i in order[:top].tolist()
    ]


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
    chance = np.asarray(binom.sf(mine - 1, book.count, share), np.float64)
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
    place = {phrase: i for i, phrase in enumerate(rising)}
    wanted = np.isin(book.phrase, rising) & recent
    rows = np.array([place[p] for p in book.phrase[wanted].tolist()], np.int64)
    stands = scipy.sparse.csr_matrix(
        (np.ones(rows.size), (rows, book.owner[wanted])), shape=(len(rising), len(now))
    )
    together = (stands @ stands.T).toarray()
    sizes = np.diag(together)
    overlap = together / np.minimum.outer(sizes, sizes)
    count, label = connected_components(
        scipy.sparse.csr_matrix((overlap >= 0.5).astype(np.int8)), directed=False
    )
    themes = []
    for cluster in range(count):
        members = sorted(np.flatnonzero(label == cluster).tolist(), key=lambda m: -z[rising[m]])
        phrases = _shortened([book.spell(rising[m]) for m in members])
        hits = np.asarray(stands[members].sum(axis=0)).ravel()
        texts = np.flatnonzero(hits)
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


def _shortened(phrases: list[str]) -> list[str]:
    """Without phrases that stand inside an earlier or longer one."""
    return [
        phrase
        for i, phrase in enumerate(phrases)
        if not any(
            phrase in other and (len(other) > len(phrase) or j < i)
            for j, other in enumerate(phrases)
            if j != i
        )
    ] or phrases[:1]


def near_duplicates(
    texts: Sequence[str], similarity: float = 0.8, seed: int = 0
) -> list[tuple[int, ...]]:
    """Groups of texts that are nearly the same, by min-hashed runs of three tokens.

    similarity: Jaccard overlap of the runs, estimated from 32 hashes; pairs are proposed by bands,
    so the work is linear in the texts.
    """
    if len(texts) < 2:
        return []
    signatures, short = _signatures(texts, seed)
    links: list[tuple[int, int]] = []
    for band in range(8):
        part = np.ascontiguousarray(signatures[:, band * 4 : band * 4 + 4])
        keys = part.view([("", part.dtype)] * 4).ravel()
        order = np.argsort(keys, kind="stable")
        same = keys[order][1:] == keys[order][:-1]
        for i in np.flatnonzero(same).tolist():
            links.append((int(order[i]), int(order[i + 1])))
    pairs = np.array(links, np.int64).reshape(-1, 2)
    if pairs.size:
        pairs = np.unique(pairs, axis=0)
        alike = (signatures[pairs[:, 0]] == signatures[pairs[:, 1]]).mean(axis=1) >= similarity
        pairs = pairs[alike & ~short[pairs[:, 0]] & ~short[pairs[:, 1]]]
    n = len(texts)
    graph = scipy.sparse.csr_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(n, n))
    _, label = connected_components(graph, directed=False)
    groups: dict[int, list[int]] = defaultdict(list)
    for row, group in enumerate(label.tolist()):
        groups[group].append(row)
    return [tuple(rows) for rows in groups.values() if len(rows) > 1]


def _signatures(texts: Sequence[str], seed: int) -> tuple[NDArray[np.uint32], NDArray[np.bool_]]:
    tokens = tokenize(texts, Vocabulary(frequent_words(texts, 2)))
    # Marks do not tell texts apart.
    spoken = np.isin(tokens.kind, (CHINESE, LETTER, DIGIT, PICTURE)) & (tokens.symbol != SEPARATOR)
    symbol = tokens.symbol[spoken].astype(np.uint64)
    owner = np.repeat(np.arange(len(texts)), np.diff(tokens.first))[spoken]
    big = np.uint64(1_000_003)
    runs = (symbol[:-2] * big + symbol[1:-1]) * big + symbol[2:]
    inside = owner[2:] == owner[:-2]
    runs, owner = runs[inside], owner[:-2][inside]
    rng = np.random.default_rng(seed)
    factors = rng.integers(1, 1 << 62, 32, dtype=np.uint64) | np.uint64(1)
    signatures = np.full((len(texts), 32), np.uint32(0xFFFFFFFF), np.uint32)
    counts = np.bincount(owner, minlength=len(texts))
    filled = np.flatnonzero(counts)
    heads = np.concatenate(([0], np.cumsum(counts[filled])[:-1])).astype(np.intp)
    if filled.size:
        for column, factor in enumerate(factors):
            hashed = ((runs * factor) >> np.uint64(32)).astype(np.uint32)
            signatures[filled, column] = np.minimum.reduceat(hashed, heads)
    return signatures, counts < 5


def similar_texts(query: str, texts: Sequence[str], top: int = 10) -> list[tuple[int, float]]:
    """Rows of the texts most like a given one, with their cosine over weighted phrases."""
    book = phrasebook([query, *texts], 1)
    if not book.keys.size:
        return []
    n = len(texts) + 1
    weight = np.log(n / book.count)
    matrix = scipy.sparse.csr_matrix(
        (weight[book.phrase], (book.owner, book.phrase)), shape=(n, book.keys.size)
    )
    norms = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    cosine = np.asarray((matrix @ matrix[0].T).todense()).ravel()
    cosine = cosine / np.maximum(norms * norms[0], 1e-12)
    order = np.argsort(-cosine[1:], kind="stable")[:top]
    return [(int(i), round(float(cosine[i + 1]), 4)) for i in order if cosine[i + 1] > 0]


@dataclass(frozen=True)
class Quote:
    """A verbatim that stands for many: its row, the masked text, and its evidence."""

    row: int
    text: str
    evidence: str
    confidence: float


def representative_quotes(
    texts: Sequence[str], columns: Columns, aspect: int, polarity: int, count: int = 3
) -> list[Quote]:
    """Clear and different quotes for an aspect (index) and a polarity (−1, 0, 1)."""
    chosen: list[Quote] = []
    seen: list[set[str]] = []
    rows = np.flatnonzero((columns.aspect == aspect) & (columns.opinion_polarity == polarity))
    lengths = np.array([len(texts[columns.text[r]]) for r in rows.tolist()], np.float64)
    # A quote should be sure, strong, and short enough to read at a glance.
    score = columns.confidence[rows] + 0.1 * columns.strength[rows]
    score = score - 0.15 * np.abs(np.log(np.maximum(lengths, 1) / 40))
    for position in np.argsort(-score, kind="stable").tolist():
        opinion = int(rows[position])
        row = int(columns.text[opinion])
        body = texts[row]
        pairs = {body[i : i + 2] for i in range(min(len(body) - 1, 400))}
        if any(len(pairs & other) > 0.4 * min(len(pairs), len(other)) for other in seen):
            continue
        evidence = body[columns.start[opinion] : columns.end[opinion]]
        sure = round(float(columns.confidence[opinion]), 3)
        chosen.append(Quote(row, mask(body), mask(evidence), sure))
        seen.append(pairs)
        if len(chosen) == count:
            break
    return chosen


def contradictions(
    texts: Sequence[str], labels: Sequence[Mapping[str, str]]
) -> list[tuple[str, str, str]]:
    """Texts labelled twice in different ways: (text, one label, another)."""
    first: dict[str, Mapping[str, str]] = {}
    found = []
    for body, label in zip(texts, labels, strict=True):
        other = first.setdefault(body.strip(), label)
        if dict(other) != dict(label):
            found.append((body, str(dict(other)), str(dict(label))))
    return found


def worth_labelling(texts: Sequence[str], columns: Columns, count: int) -> list[int]:
    """Rows whose labels would teach most: unsure opinions first, spread over the aspects.

    A text without any opinion comes after the unsure ones; near-identical texts are taken once.
    """
    doubt = 1 - np.abs(2 * columns.confidence - 1)
    by_aspect: dict[int, list[int]] = defaultdict(list)
    for i in np.argsort(-doubt, kind="stable").tolist():
        by_aspect[int(columns.aspect[i])].append(int(columns.text[i]))
    silent = sorted(set(range(len(texts))) - set(columns.text.tolist()))
    queues = [*(by_aspect[a] for a in sorted(by_aspect)), silent]
    chosen: list[int] = []
    taken: set[str] = set()
    depth = 0
    while len(chosen) < count and any(depth < len(queue) for queue in queues):
        for queue in queues:
            if depth < len(queue) and len(chosen) < count:
                key = texts[queue[depth]].strip()[:40]
                if key and key not in taken:
                    taken.add(key)
                    chosen.append(queue[depth])
        depth += 1
    return chosen


@dataclass(frozen=True)
class Cause:
    """What stands beside a pain, and the lever: the unit that can act and the standard it holds.

    kind: 'aspect' when another aspect is blamed in the same texts more often than chance would
    have it (lift, with n texts), 'words' when a cause is named after 因为, 导致, because and the like.
    """

    pain: str
    cause: str
    kind: str
    n: int
    lift: float
    owner: str
    standard: Mapping[str, str]
    example: str


_CAUSE_MARKS = ("因为", "由于", "原因是", "怪", "because", "due to", "as a result of", "since")
_ENDS = "，。！？；,.!?;\n"


def causes(
    texts: Sequence[str], columns: Columns, taxonomy: Taxonomy, least: int = 3
) -> list[Cause]:
    """Pain → cause → lever, for every aspect that is blamed; most frequent first."""
    blamed = columns.opinion_polarity == -1
    by_text: dict[int, set[int]] = defaultdict(set)
    for row, aspect in zip(
        columns.text[blamed].tolist(), columns.aspect[blamed].tolist(), strict=True
    ):
        by_text[row].add(aspect)
    alone = Counter(aspect for found in by_text.values() for aspect in found)
    both = Counter(
        (pain, other)
        for found in by_text.values()
        for pain in found
        for other in found
        if pain != other
    )
    total = max(len(texts), 1)
    result = []
    for (pain, other), n in both.items():
        lift = n * total / (alone[pain] * alone[other])
        if n >= least and lift > 1.2:
            lever = taxonomy.aspects[other]
            example = next(row for row, found in by_text.items() if {pain, other} <= found)
            result.append(
                Cause(
                    taxonomy.aspects[pain].code,
                    lever.code,
                    "aspect",
                    n,
                    round(lift, 2),
                    lever.owner,
                    lever.standard,
                    mask(texts[example][:200]),
                )
            )
    result += _named_causes(texts, by_text, taxonomy, least)
    return sorted(result, key=lambda cause: (-cause.n, cause.pain, cause.cause))


def _named_causes(
    texts: Sequence[str], by_text: Mapping[int, set[int]], taxonomy: Taxonomy, least: int
) -> list[Cause]:
    named: dict[tuple[int, str], list[int]] = defaultdict(list)
    for row, aspects in by_text.items():
        words = _words_after_mark(texts[row])
        for aspect in aspects if words else ():
            named[aspect, words].append(row)
    return [
        Cause(
            taxonomy.aspects[aspect].code, words, "words", len(rows), 1.0,
            taxonomy.aspects[aspect].owner, taxonomy.aspects[aspect].standard,
            mask(texts[rows[0]][:200]),
        )
        for (aspect, words), rows in named.items()
        if len(rows) >= least
    ]  # fmt: skip


def _words_after_mark(text: str) -> str:
    lowered = text[:2000].lower()
    for mark in _CAUSE_MARKS:
        at = lowered.find(mark)
        if at >= 0:
            rest = lowered[at + len(mark) :].lstrip()
            end = min((rest.find(c) for c in _ENDS if c in rest), default=len(rest))
            return rest[: min(end, 24)].strip()
    return ""
