"""Read the sets whose licence permits training a model that ships.

Each reader yields (domain, text, positive). Texts with mixed or no polarity are left out. Sets
without a licence are not read here and never train anything.
"""

from __future__ import annotations

import ast
import csv
import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from peakend.text.lexicon import general_lexicon

Row = tuple[str, str, bool]

# folder: (source, licence), for the model card
SOURCES = {
    "restaurant_aspects_asap": ("Meituan-Dianping/asap", "Apache-2.0"),
    "restaurant_opinions_zh": ("yangheng95/ABSADatasets", "MIT"),
    "product_terms_zh": ("yangheng95/ABSADatasets", "MIT"),
    "laptop_restaurant_quads_en": ("yangheng95/ABSADatasets", "MIT"),
    "patient_survey_en": ("CDU-data-science-team/pxtextmining", "MIT"),
}


def read_permitted(data: Path) -> Iterator[Row]:
    """All rows of the permitted sets below `data`, and the project's own lexicon as short texts."""
    yield from _restaurant_opinions(data / "restaurant_opinions_zh")
    yield from _product_terms(data / "product_terms_zh")
    yield from _asap(data / "restaurant_aspects_asap")
    yield from _quads(data / "laptop_restaurant_quads_en")
    yield from _patients(data / "patient_survey_en")
    for pattern, entry in general_lexicon().items():
        if abs(entry.polarity) >= 1:
            yield "lexicon", pattern, entry.polarity > 0


def _restaurant_opinions(folder: Path) -> Iterator[Row]:
    for part in ("train", "dev", "test"):
        for line in (folder / f"{part}.txt").read_text(encoding="utf-8-sig").splitlines():
            sentence, _, opinions = line.partition("####")
            found = {polarity.upper()[:3] for *_, polarity in ast.literal_eval(opinions)}
            if found == {"POS"} or ("NEG" in found and "POS" not in found):
                yield "restaurant", sentence.replace(" ", ""), found == {"POS"}


def _product_terms(folder: Path) -> Iterator[Row]:
    for domain in ("camera", "car", "hair", "mooc", "notebook", "phone"):
        found: dict[str, set[str]] = defaultdict(set)
        for part in ("train", "test"):
            lines = (folder / f"{domain}.{part}.txt").read_text(encoding="utf-8-sig").split("\n")
            for sentence, term, polarity in zip(lines[::3], lines[1::3], lines[2::3], strict=False):
                text = sentence.replace("$T$", term)
                found[text if domain == "hair" else text.replace(" ", "")].add(polarity.strip())
        for text, polarities in found.items():
            if "Positive" in polarities and "Negative" not in polarities:
                yield domain, text, True
            elif "Negative" in polarities and "Positive" not in polarities:
                yield domain, text, False


def _asap(folder: Path) -> Iterator[Row]:
    for part in ("train", "dev", "test"):
        with (folder / f"{part}_sample.csv").open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                stars = float(row["star"])
                if stars != 3:
                    yield "asap", row["reviewbody"], stars > 3


def _quads(folder: Path) -> Iterator[Row]:
    for name in ("laptop", "rest16"):
        for part in ("train", "dev", "test"):
            path = folder / f"{name}_quad_{part}.tsv.jsonl"
            for line in path.read_text(encoding="utf-8").splitlines():
                row = json.loads(line)
                found = {label["polarity"] for label in row["labels"]} - {"neutral"}
                if len(found) == 1:
                    yield name, row["text"].replace(" ' ", "'"), found == {"positive"}


def _patients(folder: Path) -> Iterator[Row]:
    path = folder / "v6framework_230831.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            text, sentiment = row["FFT answer"], row["Comment sentiment"]
            if len(text) > 6 and sentiment in ("1", "2", "4", "5"):
                yield "patients", text, sentiment in ("1", "2")
