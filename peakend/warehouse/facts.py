"""Writing facts: exactly once by position, replaced where corrected, gone where erased."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import lru_cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from peakend.warehouse import beside, engine, tables
from peakend.warehouse.compiled import compiled, parameter, relation
from peakend.warehouse.order import ORDER, by_value, in_order
from peakend.warehouse.schema import OBSERVATIONS
from peakend.warehouse.tables import POSITION, CommitFailedError, Part, Table

ATTEMPTS = 10
WRITERS = 2  # files are compressed at once


class Gap(ValueError):
    """Facts were delivered beyond a position that is not held yet; deliver what is between first."""

    def __init__(self, held: int, after: int) -> None:
        super().__init__(f"facts are held up to {held}, these begin after {after}")
        self.held = held
        self.after = after


def append_facts(rows: pa.Table, position: int, after: int | None = None) -> bool:
    """Add the observations of the signals after ``after`` up to ``position``, once.

    A repeated delivery adds nothing, one that overlaps adds what is new, and of several that
    arrive at once one is added. Without ``after`` the rows are taken to begin where facts end.

    Returns:
        Whether anything was added.

    Raises:
        Gap: signals before ``after`` are missing.
    """
    facts = tables.observations()
    for _ in range(ATTEMPTS):
        opened = facts.open()
        held = int(opened.transaction_version(POSITION) or 0)
        if position <= held:
            return False
        if after is not None and after > held:
            raise Gap(held, after)
        new = rows
        if after is not None and after < held:
            new = rows.filter(pc.field("signal") > held)
        try:
            facts.commit(
                _written(facts, new.cast(OBSERVATIONS)),
                marks={POSITION: position},
                days=_days(new),
                at=opened,
            )
            return True
        except CommitFailedError:
            continue  # somebody delivered at the same time: what is held has moved
    raise CommitFailedError(f"facts up to {position} met another writer {ATTEMPTS} times")


def replace_facts(signals: Sequence[int], rows: pa.Table) -> None:
    """Put ``rows`` in the place of every observation of these signals, which are held already.

    Cells follow with the next :func:`peakend.warehouse.cells.refresh_cells`.
    """
    if signals:
        _replace("signals", {"values": sorted(signals)}, rows, (min(signals), max(signals)))


def replace_range(after: int, until: int, rows: pa.Table) -> None:
    """The same for every signal from ``after`` (exclusive) to ``until`` (inclusive)."""
    _replace("range", {"after": after, "until": until}, rows, (after + 1, until))


def erase_facts(customers: Sequence[int], signals: Sequence[int] = ()) -> int:
    """Take away every observation of these customers and signals, in one commit; how many.

    The files that held one are written anew without it. What was is still on disk until
    :func:`peakend.warehouse.upkeep.forget_the_past` removes it.
    """
    beside.drop()  # a rebuild that has loaded them begins again
    values = {"values": sorted(customers), "signals": sorted(signals)}
    return _replace("erased", values, OBSERVATIONS.empty_table(), None)


def held_position() -> int:
    """The inbox position up to which the facts are complete."""
    return tables.observations().position()


def count_facts() -> int:
    """How many observations there are."""
    return sum(part.rows for part in tables.snapshot(tables.observations()).parts)


def clear_all() -> None:
    """Empty the derived tables."""
    tables.observations().clear()
    tables.cells().clear()


def _replace(
    which: str, values: dict[str, Any], rows: pa.Table, bounds: tuple[int, int] | None
) -> int:
    """Do so in the facts, and in those a rebuild has loaded beside them; how many are gone."""
    rows = rows.cast(OBSERVATIONS)
    if beside.is_under_way():
        with beside.building():
            rebuilt = tables.observations()
            loaded = rows.filter(pc.field("signal") <= rebuilt.position())
            _replace_in(rebuilt, which, values, loaded, bounds)
    return _replace_in(tables.observations(), which, values, rows, bounds)


def _replace_in(
    facts: Table,
    which: str,
    values: dict[str, Any],
    rows: pa.Table,
    bounds: tuple[int, int] | None,
) -> int:
    """Rewrite the files that hold such rows without them, and add ``rows``; how many are gone."""
    for _ in range(ATTEMPTS):
        opened = facts.open()
        added: list[Part] = []
        removed: list[Part] = []
        days = _days(rows)
        gone = 0
        for part in tables.parts_of(opened):
            if not _reaches(part, bounds):
                continue
            found = engine.run(_days_sql(which), facts, [part], values)
            if not found.num_rows:
                continue
            days |= set(found.column("day").to_pylist())
            gone += sum(found.column("n").to_pylist())
            removed.append(part)
            rest = engine.run(_rest_sql(which), facts, [part], values)
            added += _written(facts, rest.select(OBSERVATIONS.names).cast(OBSERVATIONS))
        if not removed and not rows.num_rows:
            return 0
        try:
            facts.commit([*added, *_written(facts, rows)], removed, days=days, at=opened)
            return gone
        except CommitFailedError:
            continue  # a file was replaced meanwhile: look again at what is held now
    raise CommitFailedError(f"facts could not be replaced in {ATTEMPTS} attempts")


def _reaches(part: Part, bounds: tuple[int, int] | None) -> bool:
    if bounds is None or part.signals is None:
        return True
    return part.signals[0] <= bounds[1] and part.signals[1] >= bounds[0]


@lru_cache(maxsize=8)
def _days_sql(which: str) -> str:
    return compiled(("days of", which), lambda: _days_of(which))


def _days_of(which: str) -> Any:
    rows = relation("observations", OBSERVATIONS)
    rows = rows.filter(_meant(which, rows))
    return rows.group_by("day").aggregate(n=rows.count())


@lru_cache(maxsize=8)
def _rest_sql(which: str) -> str:
    return compiled(("all but", which), lambda: _all_but(which))


def _all_but(which: str) -> Any:
    rows = relation("observations", OBSERVATIONS)
    return rows.filter(~_meant(which, rows))


def _meant(which: str, rows: Any) -> Any:
    """Whether a row is among those to be replaced."""
    if which == "range":
        after, until = parameter("after", "int64"), parameter("until", "int64")
        return (rows.signal > after) & (rows.signal <= until)
    listed = parameter("values", "array<int64>")
    if which == "signals":
        return listed.contains(rows.signal)
    of_customer = listed.contains(rows.customer).fill_null(False)
    return of_customer | parameter("signals", "array<int64>").contains(rows.signal)


def _written(facts: Table, rows: pa.Table) -> list[Part]:
    """A file for each month of the rows."""
    if not rows.num_rows:
        return []
    months = by_value(in_order(rows, ("month", *ORDER)), "month")
    with ThreadPoolExecutor(WRITERS) as writers:
        return list(writers.map(lambda one: facts.write(one[1], month=one[0]), months))


def _days(rows: pa.Table) -> set[date]:
    return set(pc.unique(rows.column("day")).to_pylist())
