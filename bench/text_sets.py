"""The real sets the text benchmark reads; nothing of them is kept."""

import ast
import csv
import json
import random
import re
from dataclasses import dataclass, field
from pathlib import Path

Labels = dict[str, str]
Span = tuple[int, int]
POLARITY = {"-1": "negative", "0": "neutral", "1": "positive"}
WORDS = {"POS": "positive", "NEG": "negative", "NEU": "neutral"}


@dataclass
class Labelled:
    """A text with the polarity of its aspects and its gold spans (of aspects and opinions).

    spans: those of each aspect; marked: all, also of opinions whose word names no aspect here.
    """

    text: str
    labels: Labels = field(default_factory=dict)
    spans: dict[str, list[Span]] = field(default_factory=dict)
    marked: list[Span] = field(default_factory=list)


def rows_of(path: Path) -> list[dict]:
    """Rows of a CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def thinned(rows: list, size: int | None) -> list:
    """About so many of the rows, spread evenly."""
    return rows if size is None else rows[:: max(1, len(rows) // size)]


def shopping(data: Path, size: int | None = None) -> list[dict]:
    """Reviews of nine kinds of goods: cat, label (1 praise, 0 blame), review."""
    return thinned(rows_of(data / "shopping_reviews_zh/shopping_reviews.csv"), size)


def takeaway(data: Path, size: int | None = None) -> list[dict]:
    """Takeaway reviews: label (1 praise, 0 blame), review."""
    return thinned(rows_of(data / "takeaway_reviews_zh/waimai_10k.csv"), size)


def patients(data: Path) -> list[str]:
    """What patients wrote, in English."""
    return [row["FFT answer"] for row in rows_of(data / "patient_survey_en/v6framework_230831.csv")]


def long_reviews(data: Path, part: str) -> list[Labelled]:
    """Long restaurant reviews with the polarity of twenty aspects; part: train2 or dev2."""
    path = data / f"restaurant_aspects_aichallenger/{part}.tsv"
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        marks, text = line.split("\t", 1)
        pairs = (mark.split("_") for mark in marks.split(","))
        found.append(Labelled(text, {a: POLARITY[s] for a, s in pairs if s in POLARITY}))
    return found


def quadruples(data: Path) -> list[Labelled]:
    """English restaurant sentences; every opinion has its category, aspect and opinion words."""
    found = []
    for part in ("train", "dev", "test"):
        path = data / f"laptop_restaurant_quads_en/rest16_quad_{part}.tsv.jsonl"
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            one = Labelled(row["text"])
            for label in row["labels"]:
                _add(one.labels, label["category"], label["polarity"])
                for words in (label["aspect"], label["opinion"]):
                    match = re.search(rf"(?<!\w){re.escape(words)}(?!\w)", one.text)
                    if words not in ("", "NULL") and match:
                        one.spans.setdefault(label["category"], []).append(match.span())
                        one.marked.append(match.span())
            found.append(one)
    return found


def restaurant_sentences(data: Path, aspect_of: dict[str, str]) -> list[Labelled]:
    """Chinese restaurant sentences whose aspect words name an aspect.

    aspect_of: aspect by word. Not every opinion of a sentence is labelled in this set.
    """
    found = []
    for part in ("train", "dev", "test"):
        path = data / f"restaurant_opinions_zh/{part}.txt"
        for line in path.read_text(encoding="utf-8-sig").splitlines():
            sentence, _, opinions = line.partition("####")
            pieces = sentence.split(" ")
            ends = [0]
            for piece in pieces:
                ends.append(ends[-1] + len(piece))
            one = Labelled("".join(pieces))
            for aspect, opinion, polarity in ast.literal_eval(opinions):
                code = aspect_of.get("".join(pieces[aspect[0] : aspect[1] + 1]))
                spans = [
                    (ends[first], ends[min(last, len(pieces) - 1) + 1])
                    for first, last in (aspect, opinion)
                    if first >= 0
                ]
                one.marked += spans
                if aspect[0] >= 0 and code:
                    _add(one.labels, code, WORDS[polarity[:3].upper()])
                    one.spans.setdefault(code, []).extend(spans)
            if one.labels:
                found.append(one)
    return found


def shuffled(rows: list, seed: int = 0) -> list:
    """The rows in another order, the same every time."""
    mixed = rows[:]
    random.Random(seed).shuffle(mixed)
    return mixed


def _add(labels: Labels, aspect: str, polarity: str) -> None:
    """Two opinions on one aspect that differ make a neutral one."""
    before = labels.setdefault(aspect, polarity)
    if before != polarity:
        labels[aspect] = "neutral"
