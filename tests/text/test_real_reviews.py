"""What the kernel must reach on real reviews that never trained its lexicon or its polarity.

The folder is named by PEAKEND_DATA; without it these tests are skipped.
"""

import csv
import os
import time
from pathlib import Path

import numpy as np
import pytest

import peakend.text as text
from peakend.text.training.pairs import ASAP_ASPECTS

DATA = Path(os.environ.get("PEAKEND_DATA", ""))
pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(
        not os.environ.get("PEAKEND_DATA"), reason="PEAKEND_DATA names no folder of real reviews"
    ),
]
LEAST_MENTIONS = 20


def rows_of(name):
    with (DATA / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def shopping():
    rows = rows_of("shopping_reviews_zh/shopping_reviews.csv")
    texts = [row["review"] or "" for row in rows]
    negative = np.array([row["label"] == "0" for row in rows])
    categories = np.array([row["cat"] for row in rows])
    return texts, negative, categories


@pytest.fixture(scope="module")
def shopping_columns(shopping):
    return text.for_taxonomy("retail").analyze_columns(shopping[0])


@pytest.fixture(scope="module")
def restaurants():
    """Reviews with the labelled and the found polarity of each aspect, −2 where not mentioned."""
    rows = [
        row
        for part in ("train", "dev", "test")
        for row in rows_of(f"restaurant_aspects_asap/{part}_sample.csv")
    ]
    analyzer = text.for_taxonomy("restaurant")
    columns = analyzer.analyze_columns([row["reviewbody"] for row in rows])
    labelled = np.array([[int(row[column]) for column in ASAP_ASPECTS] for row in rows])
    found = np.full(labelled.shape, -2)
    place = {analyzer.aspects.index(code): i for i, code in enumerate(ASAP_ASPECTS.values())}
    for row, aspect, polarity in zip(
        columns.text, columns.aspect, columns.opinion_polarity, strict=True
    ):
        if aspect in place:
            found[row, place[aspect]] = polarity
    return labelled, found


def worst_five(polarities, among_mentions):
    negative = (polarities == -1).sum(axis=0)
    mentions = (polarities > -2).sum(axis=0)
    share = negative / np.maximum(mentions, 1) if among_mentions else negative / len(polarities)
    share = np.where(among_mentions & (mentions < LEAST_MENTIONS), -1.0, share)
    return set(np.argsort(-share, kind="stable")[:5].tolist())


@pytest.mark.parametrize("among_mentions", [True, False])
def test_four_of_the_five_worst_restaurant_aspects_are_found(restaurants, among_mentions):
    labelled, found = restaurants
    shared = worst_five(labelled, among_mentions) & worst_five(found, among_mentions)
    assert len(shared) >= 4


def test_restaurant_aspects_are_detected_without_training(restaurants):
    labelled, found = restaurants
    both = ((labelled > -2) & (found > -2)).sum()
    alike = ((labelled > -2) & (found == labelled)).sum()
    total = (labelled > -2).sum() + (found > -2).sum()
    assert 2 * both / total >= 0.78
    assert 2 * alike / total >= 0.56


def test_the_share_of_negative_reviews_is_right_for_every_kind_of_goods(shopping, shopping_columns):
    _, negative, categories = shopping
    found = shopping_columns.polarity < 0
    off = {
        str(category): abs(
            float(found[categories == category].mean() - negative[categories == category].mean())
        )
        for category in np.unique(categories)
    }
    assert len(off) >= 9
    assert max(off.values()) <= 0.05, off


def test_document_polarity_carries_over_to_goods_never_seen(shopping, shopping_columns):
    _, negative, _ = shopping
    assert ((shopping_columns.polarity < 0) == negative).mean() >= 0.87
    assert ((shopping_columns.sentiment < 0) == negative).mean() >= 0.88


def test_fifty_thousand_reviews_take_little_time(shopping):
    texts, _, _ = shopping
    analyzer = text.for_taxonomy("retail")
    analyzer.analyze_columns(texts[:100])
    started = time.process_time()
    columns = analyzer.analyze_columns(texts)
    assert time.process_time() - started < 1.5
    assert len(columns) == len(texts) == 52_774


def test_takeaway_reviews_are_judged(shopping):
    rows = rows_of("takeaway_reviews_zh/waimai_10k.csv")
    columns = text.for_taxonomy("restaurant").analyze_columns([row["review"] for row in rows])
    negative = np.array([row["label"] == "0" for row in rows])
    assert ((columns.polarity < 0) == negative).mean() >= 0.82
    assert ((columns.sentiment < 0) == negative).mean() >= 0.84


def test_patients_praise_and_complaint_are_told_apart():
    rows = rows_of("patient_survey_en/v6framework_230831.csv")
    clear = [row for row in rows if row["Comment sentiment"] in ("1", "5")]
    columns = text.for_taxonomy("health").analyze_columns([row["FFT answer"] for row in clear])
    negative = np.array([row["Comment sentiment"] == "5" for row in clear])
    spoken = columns.polarity != 0
    assert ((columns.polarity < 0) == negative)[spoken].mean() >= 0.9
