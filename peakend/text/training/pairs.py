"""Fit the pair model: `python -m peakend.text.training.pairs --data DIR`.

From restaurant reviews with labelled aspects in Chinese (ASAP) and English (quadruples). Six
quantities and a constant, three classes: too few to remember a text.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import scipy.optimize
from numpy.typing import NDArray

from peakend.text.aspect_polarity import COLUMNS, pair_probabilities
from peakend.text.cold_start import for_taxonomy

ASAP_ASPECTS = {
    "location_traffic": "traffic",
    "location_distance_from_business_district": "distance",
    "location_easy_to_find": "easy_to_find",
    "service_wait_time": "wait_time",
    "service_waiters_attitude": "waiters_attitude",
    "service_parking_convenience": "parking",
    "service_serving_speed": "serving_speed",
    "price_level": "price_level",
    "price_cost_effective": "value_for_money",
    "price_discount": "discount",
    "environment_decoration": "decoration",
    "environment_noise": "noise",
    "environment_space": "space",
    "environment_cleaness": "cleanliness",
    "dish_portion": "portion",
    "dish_taste": "taste",
    "dish_look": "look",
    "dish_recommendation": "recommendation",
}
_QUAD_ASPECTS = {
    "FOOD#QUALITY": "taste",
    "FOOD#PRICES": "price_level",
    "SERVICE#GENERAL": "waiters_attitude",
    "AMBIENCE#GENERAL": "decoration",
    "LOCATION#GENERAL": "distance",
    "RESTAURANT#GENERAL": "overall",
    "RESTAURANT#PRICES": "price_level",
}
_SIGNS = {"positive": 1, "neutral": 0, "negative": -1}
_PENALTY = 1.0


def labelled_pairs(data: Path) -> Iterator[tuple[str, dict[str, int]]]:
    """Texts with the polarity of each labelled aspect."""
    for part in ("train", "dev", "test"):
        path = data / "restaurant_aspects_asap" / f"{part}_sample.csv"
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                labels = {name: int(row[column]) for column, name in ASAP_ASPECTS.items()}
                yield row["reviewbody"], {k: v for k, v in labels.items() if v > -2}
        quads = data / "laptop_restaurant_quads_en" / f"rest16_quad_{part}.tsv.jsonl"
        for line in quads.read_text(encoding="utf-8").splitlines():
            item = json.loads(line)
            signs: dict[str, int] = {}
            for label in item["labels"]:
                aspect = _QUAD_ASPECTS.get(label["category"])
                if aspect:
                    sign = _SIGNS[label["polarity"]]
                    signs[aspect] = min(signs.get(aspect, sign), sign)
            yield item["text"].replace(" ' ", "'"), signs


def fit_pairs(data: Path) -> NDArray[np.float64]:
    """Coefficients, shape (len(COLUMNS), 3)."""
    rows = list(labelled_pairs(data))
    analyzer = for_taxonomy("restaurant")
    text, aspect, columns = analyzer.pair_columns([t for t, _ in rows])
    gold = np.array(
        [rows[t][1].get(analyzer.aspects[a], -2) for t, a in zip(text, aspect, strict=True)]
    )
    known = gold > -2
    columns, gold = columns[known], gold[known]
    target = np.stack([gold == sign for sign in (-1, 0, 1)], axis=1).astype(np.float64)
    # The share of praise in these sets is theirs, not the world's: rarer classes weigh more.
    weight = (target / np.sqrt(target.mean(axis=0))).sum(axis=1)

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights = flat.reshape(len(COLUMNS), 3)
        chances = pair_probabilities(columns, weights)
        value = -float((weight * np.log((chances * target).sum(axis=1))).sum())
        slope = columns.T @ (weight[:, None] * (chances - target)) + _PENALTY * weights
        return value + 0.5 * _PENALTY * float(flat @ flat), slope.ravel()

    result = scipy.optimize.minimize(loss, np.zeros(len(COLUMNS) * 3), jac=True)
    return np.asarray(result.x).reshape(len(COLUMNS), 3)


def main() -> None:
    """Fit and write `models/pairs.txt`."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with the permitted sets")
    parser.add_argument("--output", type=Path, default=Path(__file__).parents[1] / "models")
    options = parser.parse_args()
    weights = fit_pairs(options.data)
    lines = ["quantity,negative,neutral,positive"]
    for name, row in zip(COLUMNS, weights, strict=True):
        lines.append(",".join((name, *(f"{value:.4f}" for value in row))))
    (options.output / "pairs.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
