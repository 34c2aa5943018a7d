"""A warehouse in an object store is the one it would be in a folder."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from peakend.config.env import SettingError, read_environment
from peakend.warehouse import beside, engine, tables
from peakend.warehouse.cells import CellRow, Slice, read_cells, refresh_cells
from peakend.warehouse.facts import (
    append_facts,
    count_facts,
    erase_facts,
    held_position,
    replace_facts,
)
from peakend.warehouse.places import ObjectStore
from peakend.warehouse.tables import POSITION, CommitFailedError
from peakend.warehouse.upkeep import compact, forget_the_past
from tests.warehouse.builders import facts
from tests.warehouse.store import SECRET, object_store
from tests.warehouse.test_questions import ROWS

pytestmark = [pytest.mark.pure, pytest.mark.slow]


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    with object_store() as address:
        yield address


@pytest.fixture(autouse=True)
def _own_warehouse(
    bucket: str, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setenv("PEAKEND_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PEAKEND_WAREHOUSE", f"{bucket}/{request.node.name}")


def told() -> list[list[CellRow]]:
    """Figures from cells by day, and from facts, which no rollup tells apart."""
    refresh_cells()
    slice = Slice(since=date(2026, 2, 1), until=date(2026, 4, 1))
    return [read_cells(slice, by) for by in (("day", "unit"), ("segment", "channel"))]


def load() -> list[list[CellRow]]:
    """Two deliveries, a correction and an erasure."""
    for start in (0, 200):
        some = [{**ROWS[n], "signal": n + 1, "customer": n % 7} for n in range(start, start + 200)]
        append_facts(facts(*some), start + 200, start)
    replace_facts([3, 390], facts({"signal": 3, "code": "mended"}))
    erase_facts([5])
    return told()


def mirrored() -> set[str]:
    home = read_environment().home
    return {file.name for file in home.rglob("*.parquet")}


def test_it_tells_what_a_folder_tells(tmp_path: Path, monkeypatch) -> None:
    in_store = load()
    monkeypatch.setenv("PEAKEND_WAREHOUSE", str(tmp_path / "warehouse"))
    assert in_store == load()
    assert in_store[0]


def test_a_rebuild_beside_it_takes_its_place() -> None:
    before = load()
    rows = engine.read(tables.observations(), tables.snapshot(tables.observations()).parts)
    beside.drop()
    with beside.building():
        append_facts(rows, 400)
        refresh_cells()
    beside.exchange()
    assert told() == before
    assert not beside.is_under_way()


def test_of_two_commits_upon_one_version_the_second_is_refused() -> None:
    append_facts(facts({}), 1, 0)
    table = tables.observations()
    seen = [table.open(), table.open()]
    written = [table.write(facts({"signal": 2}), month="2026-07") for _ in seen]
    table.commit([written[0]], marks={POSITION: 2}, at=seen[0])
    with pytest.raises(CommitFailedError):
        table.commit([written[1]], marks={POSITION: 2}, at=seen[1])
    assert (count_facts(), held_position()) == (2, 2)


def test_what_several_deliver_at_once_is_held_once() -> None:
    append_facts(facts({}), 1, 0)
    for position in (2, 3):
        new = facts({"signal": position})
        with ThreadPoolExecutor(4) as deliverers:
            added = list(
                deliverers.map(
                    lambda _, new=new, at=position: append_facts(new, at, at - 1), "1234"
                )
            )
        assert sum(added) == 1
    assert (count_facts(), held_position()) == (3, 3)


def test_what_another_machine_commits_is_seen_a_moment_later() -> None:
    append_facts(facts({}), 1, 0)
    assert count_facts() == 1
    tables.observations().clear()
    tables._looked[tables.observations().uri] = float("inf")  # as if looked at just now
    assert count_facts() == 1
    tables._looked.clear()
    assert count_facts() == 0


def test_nothing_erased_stays_in_the_store_or_in_the_mirror() -> None:
    load()
    compact()
    forget_the_past()
    told()
    held = {
        Path(part.path).name
        for table in (tables.observations(), tables.cells())
        for part in tables.snapshot(table).parts
    }
    assert mirrored() <= held
    stored = {
        Path(info.path).name
        for table in (tables.observations(), tables.cells())
        for info in _files(table)
    }
    assert {
        name for name in stored if name.endswith(".parquet") and "checkpoint" not in name
    } == held


def _files(table: tables.Table) -> list:
    from pyarrow.fs import FileSelector

    return table.place.files.get_file_info(FileSelector("", recursive=True))


def test_a_file_is_measured_before_somebody_may_tidy_it_away(bucket, tmp_path, monkeypatch) -> None:
    store = ObjectStore(f"{bucket}/tidied", tmp_path)
    arrive = Path.replace

    def tidied(path: Path, kept: Path) -> Path:
        arrive(path, kept)
        store.forget(())
        return kept

    monkeypatch.setattr(Path, "replace", tidied)
    assert store.write("a.parquet", pa.table({"n": [1]})) > 0


def test_a_store_that_refuses_is_told_without_the_secret(monkeypatch) -> None:
    monkeypatch.setenv("PEAKEND_WAREHOUSE", "s3://nobody-has-made-this/warehouse")
    with pytest.raises(Exception, match="nobody-has-made-this") as failure:
        append_facts(facts({}), 1, 0)
    assert SECRET not in f"{failure.value!r} {failure.getrepr(showlocals=True)}"


@pytest.mark.parametrize(
    "address", ["ftp://there/warehouse", "gs://there/warehouse", "s3://key:secret@bucket/warehouse"]
)
def test_an_address_that_cannot_be_kept_is_refused(address: str, monkeypatch) -> None:
    monkeypatch.setenv("PEAKEND_WAREHOUSE", address)
    with pytest.raises(SettingError, match="PEAKEND_WAREHOUSE") as refusal:
        read_environment()
    assert "secret@" not in str(refusal.value)
