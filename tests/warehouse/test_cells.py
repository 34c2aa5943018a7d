"""Cells hold exactly what the facts say."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from threading import Event, Thread

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peakend.warehouse import tables
from peakend.warehouse.cells import Slice, newest_day, read_cells, refresh_cells
from peakend.warehouse.facts import (
    append_facts,
    clear_all,
    count_facts,
    held_position,
    replace_facts,
    replace_range,
)
from peakend.warehouse.schema import OBSERVATIONS
from tests.warehouse.builders import facts

pytestmark = pytest.mark.pure


@pytest.fixture(autouse=True)
def _own_warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEAKEND_WAREHOUSE", str(tmp_path / "warehouse"))


def test_an_empty_warehouse_answers_with_nothing() -> None:
    assert refresh_cells() == []
    assert read_cells(Slice(), ("code",)) == []
    assert newest_day() is None
    assert count_facts() == 0


def test_voices_are_counted_once_however_many_opinions_they_hold() -> None:
    append_facts(
        facts(
            {"signal": 1, "polarity": -1, "first": 1, "first_negative": 1},
            {"signal": 1, "polarity": -1, "first": 0, "first_negative": 0},
            {"signal": 2, "polarity": 1, "first": 1, "first_negative": 0},
        ),
        position=2,
    )
    refresh_cells()
    (cell,) = read_cells(Slice())
    assert (cell.n, cell.signals, cell.negative_signals) == (3, 2, 1)
    assert (cell.positives, cell.negatives, cell.strength_negative) == (1, 2, 4.0)


def test_files_hold_one_month_in_the_order_in_which_questions_cut_it() -> None:
    july, august = date(2026, 7, 31), date(2026, 8, 1)
    rows = [
        {"day": day, "family": family, "code": code}
        for code in ("taste", "等位", "nps")
        for family in ("score", "opinion")
        for day in (august, july)
    ]
    append_facts(facts(*rows), position=len(rows))
    parts = tables.snapshot(tables.observations()).parts
    assert {part.month: part.days for part in parts} == {
        "2026-07": (july, july), "2026-08": (august, august),
    }  # fmt: skip
    for part in parts:
        held = pq.read_table(tables.observations().place.local(part.path), partitioning=None)
        cut = [(row["family"], row["code"]) for row in held.to_pylist()]
        assert cut == sorted(cut)
        assert len(cut) == 6
        # Whoever reads the file finds the table's own types.
        assert all(field.type == OBSERVATIONS.field(field.name).type for field in held.schema)


def test_loading_the_same_position_again_adds_nothing() -> None:
    rows = facts({}, {})
    assert append_facts(rows, position=2)
    assert not append_facts(rows, position=2)
    assert (count_facts(), held_position()) == (2, 2)


def test_late_data_reaches_the_month_it_belongs_to_and_leaves_the_others() -> None:
    append_facts(facts({"day": date(2026, 6, 1)}, {"day": date(2026, 7, 1)}), position=2)
    assert refresh_cells() == ["2026-06", "2026-07"]
    append_facts(facts({"signal": 3, "day": date(2026, 6, 2)}), position=3)
    assert refresh_cells() == ["2026-06"]
    assert refresh_cells() == []
    months = {row.key[0]: row.n for row in read_cells(Slice(), ("month",))}
    assert months == {date(2026, 6, 1): 2, date(2026, 7, 1): 1}


def test_a_slice_cuts_by_day_unit_and_names() -> None:
    append_facts(
        facts(
            {"unit": 1, "channel": "a", "day": date(2026, 6, 30)},
            {"unit": 1, "channel": "b", "day": date(2026, 7, 1)},
            {"unit": 2, "channel": "b", "day": date(2026, 7, 2)},
            {"unit": None, "channel": "it's", "day": date(2026, 7, 3)},
        ),
        position=4,
    )
    refresh_cells()

    def n(**cut) -> int:
        return sum(row.n for row in read_cells(Slice(**cut)))

    assert n() == 4
    assert n(since=date(2026, 7, 1), until=date(2026, 7, 3)) == 2
    assert n(units=frozenset({1})) == 2
    assert n(units=frozenset()) == 0
    assert n(channels=("b",), units=frozenset({2})) == 1
    assert n(channels=("it's",)) == 1


def test_weeks_begin_on_monday() -> None:
    append_facts(facts({"day": date(2026, 7, 5)}, {"day": date(2026, 7, 6)}), position=2)
    refresh_cells()
    weeks = [row.key for row in read_cells(Slice(), ("week",))]
    assert weeks == [(date(2026, 6, 29),), (date(2026, 7, 6),)]


def test_an_unknown_dimension_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="weather"):
        read_cells(Slice(), ("weather",))


def test_cells_left_stale_by_a_crash_are_made_good_by_the_next_refresh() -> None:
    append_facts(facts({}), position=1)  # and the process died before it refreshed
    assert tables.cells().position() == 0
    refresh_cells()
    assert tables.cells().position() == 1
    assert sum(row.n for row in read_cells(Slice())) == 1


rows = st.lists(
    st.fixed_dictionaries(
        {
            "day": st.dates(date(2026, 1, 1), date(2026, 4, 30)),
            "code": st.sampled_from(["taste", "wait_time"]),
            "polarity": st.sampled_from([-1, 0, 1]),
            "unit": st.sampled_from([None, 1, 2]),
            "channel": st.sampled_from(["a", "b"]),
        }
    ),
    min_size=1,
    max_size=30,
)


@pytest.mark.slow
@given(rows)
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_cells_add_up_to_the_facts_by_any_cut(stated: list[dict]) -> None:
    clear_all()
    append_facts(facts(*stated), position=len(stated))
    refresh_cells()
    for name in ("day", "code", "unit", "channel"):
        counted = {row.key[0]: row.n for row in read_cells(Slice(), (name,))}
        assert counted == Counter(row[name] for row in stated)
    weeks = {row.key[0]: row.n for row in read_cells(Slice(), ("week",))}
    assert weeks == Counter(row["day"] - timedelta(days=row["day"].weekday()) for row in stated)


@pytest.mark.slow
def test_readers_are_not_disturbed_by_loads_beside_them() -> None:
    append_facts(facts({}), position=1)
    refresh_cells()
    seen: list[int] = []
    failures: list[BaseException] = []
    done = Event()

    def read() -> None:
        try:
            while not done.is_set():
                cut = Slice(channels=("reviews", f"other {len(seen)}"))  # each a new question
                seen.append(sum(row.n for row in read_cells(cut)))
        except BaseException as failure:
            failures.append(failure)

    readers = [Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for position in range(2, 12):
        append_facts(facts({"id": position, "signal": position}), position=position)
        refresh_cells()
    done.set()
    for reader in readers:
        reader.join()
    assert failures == []
    assert set(seen) <= set(range(1, 12))


def test_cells_follow_facts_that_are_replaced() -> None:
    july, august = date(2026, 7, 1), date(2026, 8, 1)
    append_facts(
        facts(
            {"signal": 1, "day": july, "polarity": -1, "code": "taste"},
            {"signal": 2, "day": july, "polarity": 1, "code": "taste"},
            {"signal": 3, "day": august, "polarity": 1, "code": "taste"},
        ),
        position=3,
    )
    refresh_cells()

    replace_facts([1], facts({"signal": 1, "day": july, "polarity": 1, "code": "noise"}))

    assert refresh_cells() == ["2026-07"]
    rows = {row.key: row for row in read_cells(Slice(), ("code", "month"))}
    assert rows["taste", july].n == 1
    assert rows["noise", july].positives == 1
    assert rows["taste", august].n == 1
    assert (held_position(), count_facts()) == (3, 3)
    assert refresh_cells() == []


def test_a_range_whose_facts_are_gone_leaves_no_cell() -> None:
    append_facts(facts({"signal": 1}, {"signal": 2, "day": date(2026, 8, 1)}), position=2)
    refresh_cells()
    replace_range(0, 1, OBSERVATIONS.empty_table())
    assert refresh_cells() == ["2026-07"]
    assert [row.key for row in read_cells(Slice(), ("month",))] == [(date(2026, 8, 1),)]


def test_a_log_that_is_gone_makes_every_month_follow(monkeypatch) -> None:
    append_facts(facts({"signal": 1}, {"signal": 2, "day": date(2026, 8, 1)}), position=2)
    refresh_cells()
    replace_facts([1], facts({"signal": 1, "code": "noise"}))
    monkeypatch.setattr(tables.Table, "changes", lambda table, since, until: None)
    assert refresh_cells() == ["2026-07", "2026-08"]
