"""Understanding: quality on sets that trained nothing, and speed against SnowNLP.

Every figure comes from the shipped cold start unless its name says otherwise. Speed is CPU time of
one process; distinct texts; opinions with offsets materialised as columns. The sets of cosmetics
and cars that the targets name are not at hand; what stands for them is in `text_cold`.
"""

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from bench import text_sets as sets
from bench.text_cold import cold_starts

COMMAND = "make bench ONLY=text"
SNOWNLP_TEXTS = 200
NAMES = {-1: "negative", 0: "neutral", 1: "positive"}
LENGTHS = {
    "short reviews": (10, 40, 100_000),
    "comments": (30, 60, 60_000),
    "long reviews": (250, 450, 6_000),
}
EXAMPLE = "环境不错，但是服务员态度很差，等了一个小时才上菜。"


def run(size: int | None = None) -> list[dict]:
    """Measure at most ``size`` texts a set (all of them)."""
    data = Path(os.environ.get("PEAKEND_DATA", "../shared/data"))
    trained, rows = supervised(data, size)
    rows += evidence(data, size)
    rows += document_sentiment(data, size)
    rows += without_labels(data, size)
    texts = distinct(data)
    rows += speeds(texts, "", cold_start())
    rows += speeds(texts, ", trained on 20 aspects", trained)
    rows += [against_snownlp(texts), training_time(data)]
    rows += [
        one_text("one text alone", cold_start()),
        one_text("one text alone, trained on 20 aspects", trained),
    ]
    rows += size_and_load(trained)
    rows += [
        differing("fast path against the plain reference", cold_start(), texts, size),
        differing("the same, trained on 20 aspects", trained, texts, size),
    ]
    return rows


def cold_start(taxonomy: str = "restaurant"):
    """The analyzer of a shipped taxonomy."""
    import peakend.text as kernel

    return kernel.for_taxonomy(taxonomy)


def fitted(rows: list[sets.Labelled]):
    """A model trained on labelled texts."""
    import peakend.text as kernel

    return kernel.OpinionModel().fit([row.text for row in rows], [row.labels for row in rows])


def supervised(data: Path, size: int | None) -> tuple[object, list[dict]]:
    """Train on one half of the long reviews, measure the other."""
    import peakend.text as kernel

    learn, hold = (sets.long_reviews(data, part)[:size] for part in ("train2", "dev2"))
    analyzer = fitted(learn).analyzer_
    found = kernel.evaluate(analyzer, [one.text for one in hold], [one.labels for one in hold])
    name, n = "supervised, 1,000 long restaurant reviews, 20 aspects", len(hold)
    rows = [
        at_least(f"{name}: detection F1", found.detection_f1, 0.75, n),
        at_least(f"{name}: pair F1", found.pair_f1, 0.57, n),
        at_most(f"{name}: calibration error", found.calibration_error, 0.1, "", n),
        reported(f"{name}: negative F1 given the aspect", found.negative_f1, "", n),
    ]
    sentences = sets.shuffled(sets.quadruples(data))
    learn, hold = sentences[:1400], sentences[1400:]
    found = kernel.evaluate(
        fitted(learn).analyzer_, [one.text for one in hold], [one.labels for one in hold]
    )
    name, n = "supervised, 1,400 short English restaurant sentences, 13 aspects", len(hold)
    return analyzer, [
        *rows,
        reported(f"{name}: detection F1", found.detection_f1, "", n),
        reported(f"{name}: pair F1", found.pair_f1, "", n),
        reported(f"{name}: negative F1 given the aspect", found.negative_f1, "", n),
    ]


def evidence(data: Path, size: int | None) -> list[dict]:
    """Whether the evidence of rightly found opinions meets gold spans of the same text."""
    analyzer = cold_start()
    words = {
        word.lower(): aspect.code
        for aspect in reversed(analyzer.taxonomy.aspects)
        for word in aspect.keywords
    }
    chinese = sets.shuffled(sets.restaurant_sentences(data, words))
    learn, hold = chinese[:2500], chinese[2500:][:size]
    english = sets.shuffled(sets.quadruples(data))
    rows = []
    for name, by, texts in (
        ("Chinese restaurant sentences", analyzer, hold),
        ("Chinese restaurant sentences, trained", fitted(learn).analyzer_, hold),
        ("English restaurant sentences, trained", fitted(english[:1400]).analyzer_, english[1400:]),
    ):
        met, own, length, f1, n = overlap(by, texts)
        rows.append(at_least(f"evidence meets a gold span, {name}", met, 0.95, n))
        rows.append(reported(f"evidence meets a gold span of its own aspect, {name}", own, "", n))
        if name.startswith("Chinese"):
            rows.append(at_most(f"median evidence, {name}", length, 12, "characters", n))
        rows.append(reported(f"evidence, character F1, {name}", f1, "", n))
    return rows


def overlap(analyzer, texts: list[sets.Labelled]) -> tuple[float, float, float, float, int]:
    """Of opinions as labelled: share that meets a gold span and one of its own aspect, then length.

    The length is the median; then character F1 against the aspect's own spans, and n.
    """
    columns = analyzer.analyze_columns([one.text for one in texts])
    met, near, lengths, both, told, gold = 0, 0, [], 0, 0, 0
    for row, aspect, sign, _strength, _confidence, start, end in columns.opinions():
        one, code = texts[row], analyzer.aspects[aspect]
        if code in one.spans and one.labels[code] == NAMES[sign]:
            met += any(start < last and first < end for first, last in one.marked)
            near += any(start < last and first < end for first, last in one.spans[code])
            lengths.append(end - start)
            own = {i for first, last in one.spans[code] for i in range(first, last)}
            both += len(own & set(range(start, end)))
            told, gold = told + end - start, gold + len(own)
    n = len(lengths)
    return met / n, near / n, float(np.median(lengths)), 2 * both / (told + gold), n


def document_sentiment(data: Path, size: int | None) -> list[dict]:
    """The sign of sentiment on goods and services that trained nothing."""
    rows = sets.shopping(data, size)
    negative = np.array([row["label"] == "0" for row in rows])
    category = np.array([row["cat"] for row in rows])
    found = cold_start("retail").analyze_columns([row["review"] or "" for row in rows])
    below = found.sentiment < 0
    told = found.polarity < 0  # what the product counts: a weak lean is no negative text
    gap = max(
        abs(float(told[category == c].mean() - negative[category == c].mean()))
        for c in np.unique(category)
    )
    name = "document sentiment out of the box"
    meals = sets.takeaway(data, size)
    blamed = np.array([row["label"] == "0" for row in meals])
    judged = cold_start().analyze_columns([row["review"] for row in meals]).sentiment < 0
    return [
        at_least(f"{name}, shopping reviews", float((below == negative).mean()), 0.84, len(rows)),
        at_most("negative share by kind of goods, worst gap", gap, 0.05, "", len(rows)),
        at_least(f"{name}, takeaway reviews", float((judged == blamed).mean()), 0.84, len(meals)),
    ]


def without_labels(data: Path, size: int | None) -> list[dict]:
    """What a taxonomy finds alone, and after learning from unlabelled texts."""
    import peakend.text as kernel

    rows = []
    for name, taxonomy, unlabelled, labelled in cold_starts(data):
        chosen = sets.thinned(labelled, size)
        texts, gold = [one.text for one in chosen], [one.labels for one in chosen]
        before = kernel.evaluate(kernel.for_taxonomy(taxonomy), texts, gold)
        after = kernel.evaluate(kernel.ColdStart(taxonomy).fit(unlabelled).analyzer_, texts, gold)
        for figure in ("detection_f1", "pair_f1"):
            value, alone = getattr(after, figure), getattr(before, figure)
            told = f"cold start, {name}: {figure.replace('_f1', ' F1')}"
            rows.append(
                row(
                    told,
                    value,
                    "",
                    f"{alone:.3f} by the taxonomy alone",
                    value / alone,
                    0.99,
                    len(chosen),
                )
            )
    return rows


def distinct(data: Path) -> list[str]:
    """Chinese texts of all lengths, each once."""
    return list(
        dict.fromkeys(
            [
                *(row["review"] or "" for row in sets.shopping(data)),
                *(row["review"] for row in sets.takeaway(data)),
                *(one.text for part in ("train2", "dev2") for one in sets.long_reviews(data, part)),
            ]
        )
    )


def speeds(texts: list[str], which: str, analyzer) -> list[dict]:
    """Texts a second by length."""
    rows = []
    for name, (least, most, floor) in LENGTHS.items():
        rate, n = rate_of(analyzer, texts, least, most)
        against = f"floor {floor:,} texts/s"
        rows.append(
            row(f"throughput, {name}{which}", rate, "texts/s", against, rate / floor, 1.0, n)
        )
    return rows


def rate_of(analyzer, texts: list[str], least: int, most: int) -> tuple[float, int]:
    """Texts a second, best of three, and how many there are of that length."""
    chosen = [text for text in texts if least <= len(text) <= most]
    analyzer.analyze_columns(chosen[:200])
    best = min(seconds(lambda: analyzer.analyze_columns(chosen)) for _ in range(3))
    return len(chosen) / best, len(chosen)


def against_snownlp(texts: list[str]) -> dict:
    """Our texts a second over those of the sentiment most people use today, on short reviews."""
    from snownlp import SnowNLP

    least, most, _ = LENGTHS["short reviews"]
    chosen = [text for text in texts if least <= len(text) <= most]
    SnowNLP(chosen[0]).sentiments  # noqa: B018 - loads its model
    asked = chosen[:: len(chosen) // SNOWNLP_TEXTS][:SNOWNLP_TEXTS]
    spent = seconds(lambda: [SnowNLP(text).sentiments for text in asked])
    peer = len(asked) / spent
    rate, n = rate_of(cold_start(), texts, least, most)
    return row(
        "throughput against SnowNLP",
        rate,
        "texts/s",
        f"SnowNLP, {peer:,.0f} texts/s",
        rate / peer,
        500,
        n,
    )


def training_time(data: Path) -> dict:
    """Seconds to train on ten thousand short reviews: nine kinds of goods, two polarities."""
    reviews = [row for row in sets.shopping(data) if 10 <= len(row["review"] or "") <= 40]
    chosen = [
        sets.Labelled(
            row["review"], {row["cat"]: "positive" if row["label"] == "1" else "negative"}
        )
        for row in sets.shuffled(reviews)[:10_000]
    ]
    spent = seconds(lambda: fitted(chosen))
    return at_most("training on 10,000 short texts", spent, 120, "s", len(chosen))


def one_text(name: str, analyzer) -> dict:
    """Milliseconds for one text alone, end to end in Python."""
    analyzer.analyze([EXAMPLE])
    spent = min(
        seconds(lambda: [analyzer.analyze([EXAMPLE]) for _ in range(200)]) for _ in range(5)
    )
    return at_most(name, spent / 200 * 1000, 0.5, "ms", 1000)


def size_and_load(trained) -> list[dict]:
    """Megabytes of model folders, and milliseconds to load them."""
    import peakend.text as kernel

    package = Path(kernel.__file__).parent
    shipped = sum(file.stat().st_size for file in (package / "models").iterdir())
    rows = [at_most("shipped models, size", shipped / 1e6, 10, "MB", 1)]
    for name, analyzer in (("cold start", cold_start()), ("trained on 20 aspects", trained)):
        with tempfile.TemporaryDirectory() as folder:
            kernel.save(analyzer, folder)
            size = sum(file.stat().st_size for file in Path(folder).iterdir())
            spent = min(seconds(lambda folder=folder: kernel.load(folder)) for _ in range(5))
        rows.append(at_most(f"model size, {name}", size / 1e6, 10, "MB", 1))
        rows.append(at_most(f"load time, {name}", spent * 1000, 100, "ms", 5))
    return rows


def differing(name: str, analyzer, texts: list[str], size: int | None) -> dict:
    """Texts of which arrays and plain Python do not decide alike."""
    chosen = sets.thinned(texts, min(size or 8000, 8000))
    together = analyzer.analyze_arrays(chosen)
    differ = sum(
        decided(one) != decided(analyzer.analyze_plainly(text))
        for text, one in zip(chosen, together, strict=True)
    )
    return row(
        name, differ, "texts decided otherwise", "limit 0", float(not differ), 1.0, len(chosen)
    )


def decided(analysis) -> tuple:
    """What an analysis decides, without what it only measures."""
    return (
        analysis.language,
        np.sign(analysis.sentiment),
        [(o.aspect, o.polarity, o.start, o.end) for o in analysis.opinions],
        analysis.emotions,
        analysis.intents,
    )


def seconds(work: Callable[[], object]) -> float:
    """CPU seconds of one call."""
    started = time.process_time()
    work()
    return time.process_time() - started


def at_least(name: str, value: float, floor: float, n: int) -> dict:
    """A share that must reach a floor."""
    return row(name, value, "", f"floor {floor}", value / floor, 1.0, n)


def at_most(name: str, value: float, limit: float, unit: str, n: int) -> dict:
    """A value that must stay below a limit."""
    return row(name, value, unit, f"limit {limit} {unit}".strip(), limit / max(value, 1e-9), 1.0, n)


def reported(name: str, value: float, unit: str, n: int) -> dict:
    """A value nobody set a floor for."""
    return row(name, value, unit, "no floor set", 1.0, 0.0, n)


def row(
    name: str, value: float, unit: str, against: str, ratio: float, floor: float, n: int
) -> dict:
    """One line of the table of benchmarks."""
    return {
        "name": name,
        "value": round(value, 4) if value < 100 else round(value),
        "unit": unit,
        "against": against,
        "ratio": round(ratio, 3),
        "floor": floor,
        "n": n,
        "command": COMMAND,
    }
