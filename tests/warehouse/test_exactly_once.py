"""Facts are held once, however often, in whatever order and by however many they are delivered."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peakend.warehouse import bulk, rollups, tables, upkeep
from peakend.warehouse.cells import Slice, read_cells, refresh_cells
from peakend.warehouse.facts import (
    Gap,
    append_facts,
    clear_all,
    count_facts,
    erase_facts,
    held_position,
    replace_facts,
    replace_range,
)
from peakend.warehouse.schema import OBSERVATIONS
from tests.warehouse.builders import facts

# Hundreds of small tables are written: seconds each.
pytestmark = [pytest.mark.pure, pytest.mark.slow]

SIGNALS = 12


@pytest.fixture(autouse=True)
def _own_warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEAKEND_WAREHOUSE", str(tmp_path / "warehouse"))


def delivered(after: int, until: int):
    """What the signals in between said: one or two observations each, some of long ago."""
    return facts(
        *(
            {"signal": signal, "day": date(2026, 7, 31) - timedelta(days=signal * 11), "code": code}
            for signal in range(after + 1, until + 1)
            for code in ("taste", "noise")[: 1 + signal % 2]
        )
    )


def held() -> Counter:
    """Signals and codes as the cells have them."""
    return Counter({row.key: row.n for row in read_cells(Slice(), ("day", "code"))})


def expected() -> Counter:
    rows = delivered(0, SIGNALS).to_pylist()
    return Counter((row["day"], row["code"]) for row in rows)


def load_the_rest() -> None:
    append_facts(delivered(held_position(), SIGNALS), SIGNALS, held_position())
    refresh_cells()


deliveries = st.lists(
    st.tuples(st.integers(0, SIGNALS - 1), st.integers(1, 5), st.booleans()), max_size=8
)


@given(deliveries)
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_repeated_overlapping_and_early_deliveries_end_the_same(attempts) -> None:
    clear_all()
    for after, length, refreshed in attempts:
        until = min(after + length, SIGNALS)
        position = held_position()
        if after > position:
            with pytest.raises(Gap, match=f"up to {position}, .* after {after}"):
                append_facts(delivered(after, until), until, after)
        else:
            added = append_facts(delivered(after, until), until, after)
            assert added == (until > position)
        assert held_position() == (position if after > position else max(until, position))
        if refreshed:
            refresh_cells()
    load_the_rest()
    assert held() == expected()
    assert count_facts() == sum(expected().values())


def test_of_deliveries_that_arrive_at_once_each_signal_is_held_once() -> None:
    steps = [(after, after + 3) for after in range(0, SIGNALS, 3)]

    def deliver(step: tuple[int, int]) -> bool:
        after, until = step
        while held_position() < after:
            pass  # a drain waits for the one before it as well
        return append_facts(delivered(after, until), until, after)

    with ThreadPoolExecutor(8) as pool:
        added = list(pool.map(deliver, [step for step in steps for _ in range(4)]))
    assert sum(added) == len(steps)
    refresh_cells()
    assert held() == expected()


def test_corrections_beside_deliveries_lose_neither() -> None:
    append_facts(delivered(0, 6), 6, 0)

    def correct(signal: int) -> None:
        replace_facts([signal], facts({"signal": signal, "code": "mended"}))

    with ThreadPoolExecutor(4) as pool:
        corrected = [pool.submit(correct, signal) for signal in (1, 2, 3)]
        loaded = pool.submit(append_facts, delivered(6, SIGNALS), SIGNALS, 6)
        for one in corrected:
            one.result()
        assert loaded.result()
    refresh_cells()
    codes = {row.key[0]: row.n for row in read_cells(Slice(), ("code",))}
    assert codes["mended"] == 3
    assert codes["taste"] == SIGNALS - 3


@given(st.lists(st.tuples(st.integers(1, SIGNALS), st.integers(0, 3)), min_size=1, max_size=6))
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_sequence_of_corrections_leaves_cells_that_add_up(changes) -> None:
    clear_all()
    append_facts(delivered(0, SIGNALS), SIGNALS, 0)
    refresh_cells()
    now = {
        signal: [row for row in delivered(0, SIGNALS).to_pylist() if row["signal"] == signal]
        for signal in range(1, SIGNALS + 1)
    }
    for signal, moved in changes:
        rows = [
            {
                "signal": signal,
                "day": date(2026, 5, 1) + timedelta(days=31 * moved),
                "code": "mended",
            }
            for _ in range(moved)
        ]
        replace_facts([signal], facts(*rows) if rows else OBSERVATIONS.empty_table())
        now[signal] = rows
    refresh_cells()
    wanted = Counter((row["day"], row["code"]) for rows in now.values() for row in rows)
    assert held() == wanted
    assert held_position() == SIGNALS


@given(st.lists(st.tuples(st.integers(1, SIGNALS), st.booleans()), min_size=1, max_size=5))
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_sequence_of_erasures_leaves_cells_of_the_others(erasures) -> None:
    """Beside deliveries and compactions, and with the past removed from the disk each time."""
    clear_all()
    customers = {signal: signal % 5 for signal in range(1, SIGNALS + 1)}
    rows = [
        {**row, "customer": customers[row["signal"]]} for row in delivered(0, SIGNALS).to_pylist()
    ]
    for signal, compacted in erasures:
        position = held_position()
        reached = min(position + 3, SIGNALS)
        new = [row for row in rows if position < row["signal"] <= reached]
        append_facts(facts(*new) if new else OBSERVATIONS.empty_table(), reached, position)
        if compacted:
            upkeep.compact()
        erase_facts([customers[signal]])
        rows = [
            row for row in rows if row["customer"] != customers[signal] or row["signal"] > reached
        ]
        refresh_cells()
        upkeep.forget_the_past()
        wanted = Counter((row["day"], row["code"]) for row in rows if row["signal"] <= reached)
        assert held() == wanted
        assert count_facts() == sum(wanted.values())


def test_a_range_is_replaced_and_what_is_beside_it_stays() -> None:
    append_facts(delivered(0, SIGNALS), SIGNALS, 0)
    replace_range(3, 6, facts({"signal": 5, "code": "mended"}))
    refresh_cells()
    codes = {row.key[0]: row.n for row in read_cells(Slice(), ("code",))}
    assert codes["mended"] == 1
    assert codes["taste"] == SIGNALS - 3


def test_a_refresh_that_dies_goes_on_behind_the_months_it_has_done(monkeypatch) -> None:
    monkeypatch.setattr(bulk.InProcess, "facts_at_once", 1)  # a commit a month
    append_facts(delivered(0, SIGNALS), SIGNALS, 0)
    done: list[str] = []
    real = rollups._recompute

    def dies(chosen, facts_, rollup, held_, months, marks):
        if len(done) == 2:
            raise KeyboardInterrupt
        done.extend(months)
        real(chosen, facts_, rollup, held_, months, marks)

    monkeypatch.setattr(rollups, "_recompute", dies)
    with pytest.raises(KeyboardInterrupt):
        refresh_cells()
    assert tables.cells().position() == 0
    monkeypatch.setattr(rollups, "_recompute", real)
    months = {f"{day:%Y-%m}" for day, _ in expected()}

    assert {*refresh_cells()} == months - {*done}

    assert held() == expected()
    assert refresh_cells() == []


def test_only_the_days_that_changed_are_computed_anew(monkeypatch) -> None:
    append_facts(delivered(0, SIGNALS), SIGNALS, 0)
    refresh_cells()
    asked: list[frozenset[date]] = []
    real = rollups._from_facts
    monkeypatch.setattr(
        rollups,
        "_from_facts",
        lambda *given: (asked.append(given[-1]), real(*given))[1],
    )
    append_facts(facts({"signal": SIGNALS + 1, "day": date(2026, 7, 9)}), SIGNALS + 1, SIGNALS)
    refresh_cells()
    assert {*asked} == {frozenset({date(2026, 7, 9)})}
    assert held() == expected() + Counter([(date(2026, 7, 9), "taste")])


def test_many_days_leave_few_files() -> None:
    for signal in range(1, 31):
        row = {"signal": signal, "day": date(2026, 7, 1) + timedelta(days=signal - 1)}
        append_facts(facts(row), signal, signal - 1)
        refresh_cells()
    files = Counter(part.partition["cuboid"] for part in tables.snapshot(tables.cells()).parts)
    assert max(files.values()) <= rollups.MOST_FILES
    assert sum(row.n for row in read_cells(Slice(), ("day",))) == 30


def test_tables_of_an_older_layout_make_room(tmp_path: Path) -> None:
    from deltalake import DeltaTable

    place = tmp_path / "warehouse" / "cells"
    place.mkdir(parents=True)
    DeltaTable.create(str(place), schema=OBSERVATIONS, partition_by=["month"])
    append_facts(facts({}), 1, 0)
    assert refresh_cells() == ["2026-07"]
    assert sum(row.n for row in read_cells(Slice())) == 1
