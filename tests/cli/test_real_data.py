"""Real feedback through the command that people type."""

import json
from pathlib import Path
from statistics import mean

import pytest

from peakend.text.training.pairs import ASAP_ASPECTS
from peakend.voices.readers import open_table
from tests.jobs.processes import Place, copy_place

LEAST_MENTIONS = 20
pytestmark = [pytest.mark.real_data, pytest.mark.slow]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory) -> Place:
    """An empty installation, to be copied."""
    place = Place(tmp_path_factory.mktemp("real") / "home", "")
    assert place.run("worker", "--once").returncode == 0
    return place


@pytest.fixture
def place(prepared, tmp_path) -> Place:
    return copy_place(prepared, tmp_path / "home")


def do_import(place: Place, path: Path, *options: str) -> dict:
    ended = place.run("import", str(path), "--json", *options)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout.splitlines()[-1])


def ask(place: Place, code: str):
    """What the product's own queries answer, as JSON."""
    ended = place.run("manage", "shell", "-v", "0", "-c", f"import json\n{code}")
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout.strip().splitlines()[-1])


def rows_of(path: Path) -> list[dict[str, str]]:
    table = open_table(path)
    return [
        dict(zip(table.columns, row, strict=True))
        for batch in table.batches()
        for row in batch.rows
    ]


def roles_of(outcome: dict) -> dict[str, str]:
    return {
        column["name"]: column["role"]
        for column in outcome["columns"]
        if column["role"] not in {"attribute", "ignore"}
    }


def test_restaurant_reviews_with_stars(place: Place, real_data: Path):
    folder = real_data / "restaurant_aspects_asap"
    stars = []
    labelled: dict[str, list[str]] = {aspect: [] for aspect in ASAP_ASPECTS.values()}
    for name in ("train_sample.csv", "dev_sample.csv", "test_sample.csv"):
        outcome = do_import(place, folder / name, "--source", "asap")
        assert roles_of(outcome) == {"index": "id", "reviewbody": "text", "star": "rating"}
        assert (outcome["taxonomy"], outcome["scale"]) == ("restaurant", [1, 5])
        assert (outcome["result"]["rows"], outcome["result"]["errors"]) == (100, 0)
        for row in rows_of(folder / name):
            stars.append(float(row["star"]))
            for column, aspect in ASAP_ASPECTS.items():
                labelled[aspect].append(row[column])

    assert outcome["result"]["position"] == place.voices()
    rating = ask(
        place,
        "from peakend.metrics.queries import reading\n"
        "from peakend.warehouse.cells import Slice\n"
        "found = reading('rating', Slice())\n"
        "print(json.dumps([found.n, found.value]))",
    )
    assert rating == [pytest.approx(len(stars)), pytest.approx(mean(stars))]

    said = ask(
        place,
        "from peakend.metrics.queries import readings_by_aspect\n"
        "from peakend.warehouse.cells import Slice\n"
        "found = readings_by_aspect('negative_share', Slice())\n"
        "print(json.dumps([[row.key[0], row.value] for row in found if row.enough]))",
    )
    found = {aspect: share for aspect, share in said if aspect in labelled}
    shares = {
        aspect: marks.count("-1") / mentions
        for aspect, marks in labelled.items()
        if (mentions := sum(mark != "-2" for mark in marks)) >= LEAST_MENTIONS
    }
    assert len(worst_five(found) & worst_five(shares)) >= 4, (found, shares)
    # The page ranks by how many complain and how badly: the same five by the labels' counts.
    complaints = {aspect: marks.count("-1") for aspect, marks in labelled.items()}
    ranked = [pain["aspect"] for pain in outcome["pains"] if pain["aspect"] in labelled][:5]
    assert len(set(ranked) & worst_five(complaints)) >= 4, (ranked, complaints)


def worst_five(shares: dict[str, float]) -> set[str]:
    return set(sorted(shares, key=lambda aspect: (-shares[aspect], aspect))[:5])


def test_shopping_reviews_and_their_labels(place: Place, real_data: Path):
    path = real_data / "shopping_reviews_zh" / "shopping_reviews.csv"

    outcome = do_import(place, path)

    assert roles_of(outcome) == {"cat": "product", "review": "text"}
    assert outcome["taxonomy"] == "retail"
    assert outcome["result"]["rows"] == 52_774
    assert outcome["result"]["accepted"] == 52_773  # one review is empty
    assert place.voices() == 52_773
    again = do_import(place, path)
    assert (again["result"]["accepted"], again["result"]["duplicates"]) == (0, 52_773)
    assert again["pains"] == outcome["pains"]
    assert place.voices() == 52_773

    found = dict(
        ask(
            place,
            "from peakend.metrics.queries import readings\n"
            "from peakend.warehouse.cells import Slice\n"
            "rows = readings('negative_voices', Slice(), by=('product',))\n"
            "print(json.dumps([[row.key[0], row.value] for row in rows]))",
        )
    )
    labels: dict[str, list[int]] = {}
    for row in rows_of(path):
        labels.setdefault(row["cat"], []).append(row["label"] == "0")
    assert set(found) == set(labels)
    off = {kind: found[kind] - mean(values) for kind, values in labels.items()}
    assert max(map(abs, off.values())) <= 0.05, off


def test_a_patient_survey_in_two_header_styles(place: Place, real_data: Path):
    folder = real_data / "patient_survey_en"
    first = do_import(place, folder / "text_data.csv", "--source", "patients")
    second = do_import(place, folder / "v6framework_230831.csv", "--source", "patients")

    assert roles_of(first) == {"feedback": "text", "criticality": "rating"}
    assert roles_of(second) == {
        "Comment ID": "id",
        "Date": "time",
        "FFT categorical answer": "rating",
        "FFT answer": "text",
        "Respondent ID": "customer.respondent",
        "Service type 1": "product",
    }
    assert (first["taxonomy"], first["scale"], second["scale"]) == ("health", [-5, 5], [5, 1])

    old = rows_of(folder / "text_data.csv")
    marks = [row["criticality"] for row in old]
    unmarked = {"", "NA"}
    bad = [mark for mark in marks if mark not in unmarked and not _is_mark(mark)]
    silent = [row for row in old if not row["feedback"].strip() and row["criticality"] in unmarked]
    assert first["result"]["rows"] == len(old)
    assert first["result"]["errors"] == len(bad)
    assert first["result"]["accepted"] == len(old) - len(bad) - len(silent)

    new = rows_of(folder / "v6framework_230831.csv")
    # Some of its dates are written month first, among thousands written day first.
    bad_dates = [row for row in new if int(row["Date"].split("/")[1]) > 12]
    answered = [
        row
        for row in new
        if row not in bad_dates and row["FFT categorical answer"] in {"1", "2", "3", "4", "5"}
    ]
    assert second["result"]["rows"] == len(new)
    assert second["result"]["errors"] == len(bad_dates)

    scores = [1 + (float(mark) + 5) / 10 * 4 for mark in marks if _is_mark(mark)]
    scores += [6 - float(row["FFT categorical answer"]) for row in answered]
    n, value = ask(
        place,
        "from peakend.metrics.queries import reading\n"
        "from peakend.warehouse.cells import Slice\n"
        "found = reading('rating', Slice())\n"
        "print(json.dumps([found.n, found.value]))",
    )
    assert n == len(scores)
    assert value == pytest.approx(mean(scores))

    again = do_import(place, folder / "v6framework_230831.csv", "--source", "patients")
    assert again["remembered"]
    assert again["result"]["accepted"] == 0


def _is_mark(mark: str) -> bool:
    try:
        return -5 <= float(mark) <= 5
    except ValueError:
        return False
