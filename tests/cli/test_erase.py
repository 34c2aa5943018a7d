"""`peakend warehouse erase` on an installation like any other: every byte of its folder is searched."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.jobs.processes import Place

pytestmark = pytest.mark.slow

PHONE, WORDS = "13987654321", "靠窗的青瓷碗缺了一个口子，服务员态度很差"
ENCODINGS = ("utf-8", "gb18030", "utf-16-le")


def found_in(home: Path, words: tuple[str, ...]) -> set[str]:
    """Files that hold one of the words, in any form in which programs write it."""
    forms = {word.encode(code) for word in words for code in ENCODINGS}
    forms |= {json.dumps(word)[1:-1].encode() for word in words}
    holding = set()
    for path in home.rglob("*"):
        if not path.is_file():
            continue
        content = path.read_bytes()
        if path.suffix == ".parquet":  # packed: what it unpacks to, and its statistics
            content += str(pq.read_table(path, partitioning=None).to_pylist()).encode()
            content += str(pq.read_metadata(path).to_dict()).encode()
        if any(form in content for form in forms):
            holding.add(path.relative_to(home).as_posix())
    return holding


def test_no_byte_of_an_erased_customer_is_left_in_the_data_folder(tmp_path: Path) -> None:
    place = Place(tmp_path / "home", "")
    rows = [f"{WORDS},{PHONE},慕容听雪,2,2026-07-20"]
    rows += [f"第{n}次来，味道不错,1380000{n:04d},客人{n},5,2026-07-21" for n in range(400)]
    file = tmp_path / "reviews.csv"
    file.write_text("评论,手机,姓名,评分,日期\n" + "\n".join(rows) + "\n", encoding="utf-8")
    maps = ["--map", "text=评论", "--map", "customer.phone=手机"]
    imported = place.run("import", str(file), "--source", "reviews", "--json", *maps)
    assert imported.returncode == 0, imported.stderr
    assert {"inbox.sqlite3", "peakend.sqlite3"} <= found_in(place.home, (PHONE,))

    erased = place.run("warehouse", "erase", PHONE, "--yes", "--json")

    assert erased.returncode == 0, erased.stderr + erased.stdout
    assert json.loads(erased.stdout)["removed"]["voices"] == 1
    assert found_in(place.home, (PHONE, WORDS, WORDS[:12])) == set()
    status = json.loads(place.run("warehouse", "status", "--json").stdout)
    assert status["is_current"]
    assert place.voices() == 400
    again = place.run("import", str(file), "--source", "reviews", "--json", *maps)
    assert json.loads(again.stdout)["result"]["accepted"] == 0
    assert found_in(place.home, (PHONE, WORDS)) == set()
