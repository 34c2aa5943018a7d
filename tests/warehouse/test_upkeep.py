"""The tables are tidied while they are read, loaded and corrected, and every figure stays."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest

from peakend.warehouse import tables, upkeep
from peakend.warehouse.cells import Slice, read_cells, refresh_cells
from peakend.warehouse.facts import append_facts, count_facts, held_position, replace_facts
from tests.warehouse.builders import facts

pytestmark = [pytest.mark.pure, pytest.mark.slow]


@pytest.fixture(autouse=True)
def _own_warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEAKEND_WAREHOUSE", str(tmp_path / "warehouse"))


def load(first: int, last: int) -> None:
    """A signal a commit, each on a day of its own within two months."""
    for signal in range(first, last + 1):
        day = date(2026, 6, 20) + timedelta(days=signal)
        append_facts(facts({"signal": signal, "day": day}), signal, signal - 1)


def figures() -> dict[tuple[object, ...], int]:
    return {row.key: row.n for row in read_cells(Slice(), ("day", "code"))}


def test_small_files_become_one_a_month_and_no_figure_moves() -> None:
    load(1, 20)
    refresh_cells()
    before = figures()

    done = upkeep.compact()

    facts_now, _ = upkeep.states()
    assert (facts_now.files, facts_now.rows, facts_now.position) == (2, 20, 20)
    assert done.files_after < done.files_before
    assert facts_now.compacted_at is not None
    assert figures() == before
    assert upkeep.cells_reflect_facts()
    assert refresh_cells() == []
    load(21, 21)
    assert not upkeep.cells_reflect_facts()
    assert refresh_cells() == ["2026-07"]
    assert sum(figures().values()) == 21


def test_compacting_again_finds_nothing_to_do() -> None:
    load(1, 9)
    assert upkeep.is_worth_while()
    upkeep.compact()
    assert not upkeep.is_worth_while()
    assert upkeep.compact().files_before == upkeep.compact().files_after


def test_rows_beyond_what_memory_should_hold_stay_in_files_of_their_own(monkeypatch) -> None:
    monkeypatch.setattr(upkeep, "ROWS_TOGETHER", 4)
    monkeypatch.setattr(upkeep, "SMALL", 2)
    load(1, 9)
    upkeep.compact()
    sizes = [part.rows for part in tables.snapshot(tables.observations()).parts]
    assert sum(sizes) == 9
    assert max(sizes) == 4


def test_loading_and_correcting_go_on_beside_a_compaction() -> None:
    load(1, 12)

    def correct(signal: int) -> None:
        replace_facts([signal], facts({"signal": signal, "code": "mended"}))

    with ThreadPoolExecutor(4) as pool:
        beside = [pool.submit(correct, signal) for signal in (2, 7)]
        beside += [pool.submit(upkeep.compact), pool.submit(load, 13, 18)]
        for one in beside:
            one.result()
    refresh_cells()
    codes = {row.key[0]: row.n for row in read_cells(Slice(), ("code",))}
    assert codes == {"mended": 2, "taste": 16}
    assert held_position() == 18


def test_a_file_replaced_meanwhile_is_left_alone() -> None:
    load(1, 3)
    table = tables.observations()
    group = next(upkeep.small_files(table, 2))
    replace_facts([2], facts({"signal": 2, "code": "mended"}))
    assert not upkeep.bring_together(table, group)
    assert count_facts() == 3


def test_a_reader_keeps_the_files_it_holds_for_a_week(tmp_path: Path) -> None:
    load(1, 10)
    held = tables.snapshot(tables.observations())
    upkeep.compact()
    place = tmp_path / "warehouse" / "observations"
    assert all((place / part.path).exists() for part in held.parts)

    upkeep.forget_the_past()

    on_disk = {str(path.relative_to(place)) for path in place.rglob("month=*/*.parquet")}
    assert on_disk == {part.path for part in tables.snapshot(tables.observations()).parts}
    assert count_facts() == 10
