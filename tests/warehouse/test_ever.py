"""What was ever heard is read again only for the months that changed, and is always what all cells say."""

from datetime import date
from pathlib import Path

import pytest

from peakend.warehouse import ever, tables
from peakend.warehouse.cells import Slice, read_cells, refresh_cells
from peakend.warehouse.ever import heard_ever
from peakend.warehouse.facts import append_facts, replace_facts
from tests.warehouse.builders import facts

SCOPED = Slice(units=frozenset({1, 2}))
FAMILIES = ("voice", "opinion")


@pytest.fixture(autouse=True)
def _own_warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEAKEND_WAREHOUSE", str(tmp_path / "warehouse"))


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[set[str]]:
    """The months of the files that each look reads."""
    months: list[set[str]] = []

    def noted(question, source):
        months.append({part.month for part in source.parts})
        return ever_read(question, source)

    ever_read = ever.read_source
    monkeypatch.setattr(ever, "read_source", noted)
    return months


def load(signal: int, day: date, **row: object) -> None:
    append_facts(facts({"signal": signal, "id": signal, "day": day, **row}), signal, signal - 1)
    refresh_cells()


def counted(slice: Slice, by: str) -> dict[tuple[object, ...], tuple[int, int]]:
    return {row.key: (row.n, row.signals) for row in read_cells(slice, (by,), FAMILIES)}


def ever_counted(slice: Slice, by: str) -> dict[tuple[object, ...], tuple[int, int]]:
    return {key: (one.n, one.signals) for key, one in heard_ever(slice, (by,), FAMILIES).items()}


@pytest.mark.parametrize("slice", [Slice(), SCOPED], ids=["all", "some units"])
def test_only_the_month_that_changed_is_read_again(slice: Slice, read: list[set[str]]) -> None:
    for month in range(1, 7):
        load(month, date(2026, month, 3), channel=f"c{month}", unit=1 + month % 3)
    assert ever_counted(slice, "channel") == counted(slice, "channel")
    ever_counted(slice, "channel")  # nothing moved
    assert read == [{f"2026-{month:02}" for month in range(1, 7)}]

    load(7, date(2026, 2, 9), channel="late", unit=1)
    assert ever_counted(slice, "channel") == counted(slice, "channel")
    assert read[1:] == [{"2026-02"}]


def test_what_is_corrected_away_is_no_longer_there() -> None:
    load(1, date(2026, 1, 3), channel="right")
    load(2, date(2026, 2, 3), channel="wrong")
    assert ("wrong",) in ever_counted(Slice(), "channel")
    right = facts({"signal": 2, "id": 2, "day": date(2026, 2, 3), "channel": "right"})
    replace_facts([2], right)
    refresh_cells()
    assert ever_counted(Slice(), "channel") == {("right",): (2, 2)}
    tables.observations().clear()
    tables.cells().clear()
    assert ever_counted(Slice(), "channel") == {}


def test_a_page_looks_at_the_warehouse_once_and_sees_what_it_writes_itself() -> None:
    load(1, date(2026, 1, 3))
    with tables.at_one_moment():
        before = tables.snapshot(tables.cells())
        table = tables.Table(tables.cells().uri, tables.cells().schema, tables.cells().partitions)
        other = tables.DeltaTable(table.uri)  # another process commits
        other.create_write_transaction([], "append", table.schema, list(table.partitions))
        assert tables.snapshot(tables.cells()) is before
        load(2, date(2026, 1, 4))  # this one does
        assert tables.snapshot(tables.cells()).version > before.version
        assert sum(row.n for row in read_cells(Slice())) == 2
    assert tables.snapshot(tables.cells()).version > before.version
