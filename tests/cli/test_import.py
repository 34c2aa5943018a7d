"""`peakend import` as people type it."""

import json
from pathlib import Path

import pytest

from tests.jobs.processes import Place, copy_place
from tests.voices.files import REVIEWS, workbook, write

BAD = "评论,评分\n" + "味道不错下次再来,4\n" * 60 + "评分越界了,9\n"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory) -> Place:
    place = Place(tmp_path_factory.mktemp("cli") / "home", "")
    assert place.run("worker", "--once").returncode == 0
    return place


@pytest.fixture
def place(prepared, tmp_path) -> Place:
    return copy_place(prepared, tmp_path / "home")


@pytest.mark.slow
def test_an_empty_data_folder_is_enough(tmp_path: Path):
    place = Place(tmp_path / "new", "")

    ended = place.run("import", str(write(tmp_path / "r.csv", REVIEWS)))

    assert ended.returncode == 0, ended.stderr
    assert "评论内容" in ended.stdout
    assert "3 taken" in ended.stdout
    assert "/voices/?source=r" in ended.stdout
    assert place.voices() == 3


def test_json_says_what_was_guessed_and_found(place: Place, tmp_path: Path):
    text = "评论,时间\n" + "".join(
        f"上菜太慢，等了{n}个小时,2026-07-{n % 28 + 1}\n" for n in range(1, 90)
    )

    ended = place.run("import", str(write(tmp_path / "r.csv", text)), "--json", "--source", "shop")

    outcome = json.loads(ended.stdout)
    assert outcome["taxonomy"] == "restaurant"
    assert [column["role"] for column in outcome["columns"]] == ["text", "time"]
    assert outcome["understood"]["voices"] == 89
    assert outcome["pains"][0]["n"] >= 80
    assert (
        outcome["pains"][0]["low"]
        <= outcome["pains"][0]["negative_share"]
        <= outcome["pains"][0]["high"]
    )


@pytest.mark.slow
def test_bad_rows_are_written_where_one_says(place: Place, tmp_path: Path):
    errors = tmp_path / "out" / "errors.csv"

    ended = place.run("import", str(write(tmp_path / "r.csv", BAD)), "--errors", str(errors))

    assert ended.returncode == 0
    assert "1 errors" in ended.stdout
    assert errors.read_text("utf-8-sig").splitlines()[1].startswith("62,评分,9,")


# The rest says in other words what the tests of imports say in the same process: each starts
# the product anew, which costs two seconds.
@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--map", "text=nowhere"], "There is no column “nowhere”"),
        (["--map", "mood=评论"], "is not a role"),
        (["--scale", "ten"], "is not a scale"),
        (["--encoding", "utf-16"], "it looks like UTF-8"),
        (["--taxonomy", "astrology"], "There is no taxonomy"),
        (["--all-or-nothing"], "1 rows cannot be taken"),
    ],
)
def test_what_cannot_be_is_said_in_words(place: Place, tmp_path: Path, options, words):
    ended = place.run("import", str(write(tmp_path / "r.csv", BAD)), *options)

    assert ended.returncode == 2
    assert words.lower() in ended.stderr.lower()
    assert place.voices() == 0


@pytest.mark.slow
def test_a_dry_run_changes_nothing(place: Place, tmp_path: Path):
    ended = place.run("import", str(write(tmp_path / "r.csv", BAD)), "--dry-run", "--json")

    assert json.loads(ended.stdout)["result"]["errors"] == 1
    assert place.signals() == 0


@pytest.mark.slow
def test_a_workbook_goes_the_same_way(place: Place, tmp_path: Path):
    path = workbook(tmp_path / "r.xlsx", [["评论", "评分"], ["上菜太慢了", 2], ["味道很好", 5]])

    ended = place.run("import", str(path), "--json")

    assert json.loads(ended.stdout)["result"]["accepted"] == 2


@pytest.mark.slow
def test_the_terminal_is_spoken_to_in_chinese_where_it_is_chinese(place: Place, tmp_path: Path):
    path = write(tmp_path / "r.csv", REVIEWS)
    chinese = {**place.environment, "LANG": "zh_CN.UTF-8"}
    chinese.pop("PEAKEND_LANGUAGE")

    ended = place.run("import", str(path), environment=chinese)

    assert "新增 3 条" in ended.stdout


def test_help_answers_without_loading_the_product(place: Place):
    ended = place.run("--help")

    assert ended.returncode == 0
    for command in ("import", "init", "manage", "serve", "warehouse", "worker"):
        assert command in ended.stdout


@pytest.mark.slow
def test_the_row_that_names_the_columns_is_said_and_can_be_named(place: Place, tmp_path: Path):
    rows = "评论,评分,日期\n" + "".join(
        f"上菜太慢等了{n}个小时,2,2026-07-{n % 28 + 1:02d}\n" for n in range(40)
    )
    titled = place.run("import", str(write(tmp_path / "t.csv", "七月导出,,\n" + rows)), "--dry-run")
    assert "Row 2 names the columns" in titled.stdout

    path = write(tmp_path / "n.csv", "甲,乙,丙\n" + rows)
    named = place.run("import", str(path), "--header-row", "2", "--json", "--dry-run")
    outcome = json.loads(named.stdout)
    assert [column["role"] for column in outcome["columns"]] == ["text", "rating", "time"]
    assert outcome["result"]["errors"] == 0
