"""Understanding: quality on sets that trained nothing, and speed against SnowNLP.

Every figure comes from the shipped cold start unless its name says otherwise; the supervised row
trains on one half of a set and measures the other. Speed is CPU time of one process; distinct
texts; opinions with offsets materialised as columns.
"""

import csv
import os
import time
from pathlib import Path

import numpy as np

COMMAND = "make bench ONLY=text"
SNOWNLP_TEXTS = 200
GENERAL_FLOOR = 0.84
CATEGORY_LIMIT = 0.05
LENGTHS = {
    "short reviews": (10, 40, 100_000),
    "comments": (30, 60, 60_000),
    "long reviews": (250, 450, 6_000),
}


def run(size: int | None = None) -> list[dict]:
    """Measure at most ``size`` texts a set (all of them)."""
    import peakend.text as kernel

    data = Path(os.environ.get("PEAKEND_DATA", "../shared/data"))
    rows: list[dict] = []
    texts, negative, categories = shopping(data, size)
    columns = kernel.for_taxonomy("retail").analyze_columns(texts)
    found = columns.polarity < 0
    rows.append(
        at_least(
            "document polarity, shopping reviews",
            float((found == negative).mean()),
            GENERAL_FLOOR,
            len(texts),
        )
    )
    worst = max(
        abs(float(found[categories == c].mean() - negative[categories == c].mean()))
        for c in np.unique(categories)
    )
    rows.append(
        at_most("negative share by category, worst gap", worst, CATEGORY_LIMIT, "", len(texts))
    )
    takeaway, takeaway_negative = takeaways(data, size)
    judged = kernel.for_taxonomy("restaurant").analyze_columns(takeaway).polarity < 0
    rows.append(
        at_least(
            "document polarity, takeaway reviews",
            float((judged == takeaway_negative).mean()),
            GENERAL_FLOOR,
            len(takeaway),
        )
    )
    rows += supervised(data, size)
    rows += speeds(kernel, texts + takeaway + long_reviews(data))
    rows += [one_text(kernel), load_time(kernel)]
    return rows


def shopping(data: Path, size: int | None) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Texts, whether each is negative, and its category."""
    with (data / "shopping_reviews_zh/shopping_reviews.csv").open(
        encoding="utf-8-sig", newline=""
    ) as file:
        rows = list(csv.DictReader(file))[:: 1 if size is None else max(1, 52_774 // size)]
    return (
        [row["review"] or "" for row in rows],
        np.array([row["label"] == "0" for row in rows]),
        np.array([row["cat"] for row in rows]),
    )


def takeaways(data: Path, size: int | None) -> tuple[list[str], np.ndarray]:
    """Texts and whether each is negative."""
    with (data / "takeaway_reviews_zh/waimai_10k.csv").open(
        encoding="utf-8-sig", newline=""
    ) as file:
        rows = list(csv.DictReader(file))[:: 1 if size is None else max(1, 11_987 // size)]
    return [row["review"] for row in rows], np.array([row["label"] == "0" for row in rows])


def long_reviews(data: Path) -> list[str]:
    """Long restaurant reviews."""
    return [text for part in ("train2", "dev2") for text, _ in labelled(data, part)]


def labelled(data: Path, part: str) -> list[tuple[str, dict[str, str]]]:
    """Long reviews with the polarity of twenty aspects."""
    words = {"-1": "negative", "0": "neutral", "1": "positive"}
    found = []
    for line in (
        (data / f"restaurant_aspects_aichallenger/{part}.tsv")
        .read_text(encoding="utf-8")
        .splitlines()
    ):
        marks, text = line.split("\t", 1)
        pairs = (mark.split("_") for mark in marks.split(","))
        found.append((text, {aspect: words[state] for aspect, state in pairs if state in words}))
    return found


def supervised(data: Path, size: int | None) -> list[dict]:
    """Train on one half of the long reviews, measure the other."""
    import peakend.text as kernel

    learn, hold = labelled(data, "train2")[:size], labelled(data, "dev2")[:size]
    model = kernel.OpinionModel().fit([t for t, _ in learn], [label for _, label in learn])
    figures = kernel.evaluate(model.analyzer_, [t for t, _ in hold], [label for _, label in hold])
    return [
        at_least("supervised, long reviews, detection F1", figures.detection_f1, 0.75, len(hold)),
        at_least("supervised, long reviews, pair F1", figures.pair_f1, 0.57, len(hold)),
    ]


def speeds(kernel, texts: list[str]) -> list[dict]:
    """Texts a second by length, and against SnowNLP on the same short texts."""
    analyzer = kernel.for_taxonomy("restaurant")
    rows = []
    for name, (least, most, floor) in LENGTHS.items():
        chosen = list(dict.fromkeys(t for t in texts if least <= len(t) <= most))
        analyzer.analyze_columns(chosen[:200])
        rate = max(len(chosen) / seconds(analyzer.analyze_columns, chosen) for _ in range(3))
        rows.append(
            row(f"throughput, {name}", rate, "texts/s", "floor", rate / floor, 1.0, len(chosen))
        )
        if name == "short reviews":
            rows.append(against_snownlp(chosen, rate))
    return rows


def against_snownlp(texts: list[str], rate: float) -> dict:
    """Our texts a second over those of the sentiment most people use today."""
    from snownlp import SnowNLP

    SnowNLP(texts[0]).sentiments  # noqa: B018 - loads its model
    started = time.process_time()
    for text in texts[:SNOWNLP_TEXTS]:
        SnowNLP(text).sentiments  # noqa: B018 - the work is in the property
    peer = SNOWNLP_TEXTS / (time.process_time() - started)
    return row(
        "throughput against SnowNLP",
        rate,
        "texts/s",
        f"SnowNLP, {peer:,.0f} texts/s",
        rate / peer,
        500,
        len(texts),
    )


def one_text(kernel) -> dict:
    """Milliseconds for one text alone, end to end in Python."""
    analyzer = kernel.for_taxonomy("restaurant")
    text = "环境不错，但是服务员态度很差，等了一个小时才上菜。"
    analyzer.analyze([text])
    spent = min(
        seconds(lambda _: [analyzer.analyze([text]) for _ in range(50)], None) for _ in range(3)
    )
    return at_most("one text alone", spent / 50 * 1000, 0.5, "ms", 50)


def load_time(kernel) -> dict:
    """Milliseconds to make a cold-start analyzer."""
    taxonomy = kernel.load_taxonomy("restaurant")
    spent = min(seconds(kernel.for_taxonomy, taxonomy) for _ in range(3))
    return at_most("load", spent * 1000, 100, "ms", 1)


def seconds(work, given) -> float:
    """CPU seconds of one call."""
    started = time.process_time()
    work(given)
    return time.process_time() - started


def at_least(name: str, value: float, floor: float, n: int) -> dict:
    """A share that must reach a floor."""
    return row(name, value, "", f"floor {floor}", value / floor, 1.0, n)


def at_most(name: str, value: float, limit: float, unit: str, n: int) -> dict:
    """A value that must stay below a limit."""
    return row(name, value, unit, f"limit {limit} {unit}".strip(), limit / max(value, 1e-9), 1.0, n)


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
