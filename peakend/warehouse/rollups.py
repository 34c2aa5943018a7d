"""Cells are recomputed from the facts of the days that changed, and never incremented.

So late data, corrections and erasures reach the figures with no special case.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import pyarrow as pa

from peakend.warehouse import bulk, engine, tables
from peakend.warehouse.compiled import compiled, parameter, relation
from peakend.warehouse.cuboids import CUBOIDS, Cuboid
from peakend.warehouse.order import ORDER, by_value, in_order
from peakend.warehouse.schema import ALWAYS, CELLS, FLOAT_SUMS, HISTOGRAM, OBSERVATIONS, SUMS
from peakend.warehouse.tables import POSITION, REFLECTS, Part, Snapshot, Table

# Where days have left so many files of a rollup's month, they are written as one again.
MOST_FILES = 8

Progress = Callable[[int, int], None]
Days = frozenset[date] | None  # None: every day of the month
_Stored = dict[tuple[str, str], list[Part]]  # files of the cells, by rollup and month


def refresh_cells(progress: Progress | None = None) -> list[str]:
    """Recompute the days that facts have reached, or were replaced in, since the last time.

    What the cells reflect is recorded with them, so a refresh cut short is simply done again.

    Returns:
        The months in which cells were recomputed.
    """
    facts, rollup = tables.observations(), tables.cells()
    held = tables.snapshot(facts)
    touched = _touched(facts, rollup, held)
    read = sum(part.rows for part in held.parts if _concerns(part, touched))
    with bulk.engine_for(read) as chosen:
        batches = _batches(touched, held, chosen.facts_at_once)
        for number, months in enumerate(batches, start=1):
            marks = {_mark(month): held.version for month in months}
            if number == len(batches):
                marks |= _all_of(held)
            some = {month: touched[month] for month in months}
            _recompute(chosen, facts, rollup, held, some, marks)
            if progress:
                progress(number, len(batches))
    return sorted(touched)


def note_reflected() -> None:
    """Say that cells reflect the facts as they are, where nothing remains to be recomputed.

    The log of the facts forgets; cells must not fall behind what it still tells.
    """
    facts, rollup = tables.observations(), tables.cells()
    held = tables.snapshot(facts)
    reflects = tables.snapshot(rollup).marks.get(REFLECTS)
    if reflects != held.version and not _touched(facts, rollup, held):
        rollup.commit(marks=_all_of(held))


def days_behind(facts: Table, rollup: Table) -> dict[str, Days]:
    """The days, by month, whose cells do not reflect the facts as they are."""
    return _touched(facts, rollup, tables.snapshot(facts))


def _all_of(held: Snapshot) -> dict[str, int]:
    return {POSITION: held.marks.get(POSITION, 0), REFLECTS: held.version}


def _mark(month: str) -> str:
    """The mark under which a month's cells record the version of the facts they reflect."""
    return f"{REFLECTS}-{month}"


def _touched(facts: Table, rollup: Table, held: Snapshot) -> dict[str, Days]:
    """The days, by month, whose cells do not reflect the facts."""
    opened = rollup.open()
    reflects = opened.transaction_version(REFLECTS)
    if reflects == held.version:
        return {}
    changes = None if reflects is None else facts.changes(reflects, held.version)
    stored = {part.month for part in (*held.parts, *tables.parts_of(opened))}
    if changes is None:  # cells that are new, or fell behind what the log tells
        stale = {month: opened.transaction_version(_mark(month)) for month in stored}
        return {month: None for month, version in stale.items() if version != held.version}
    touched: dict[str, set[date] | None] = {}
    for version, days in changes:
        by_month: dict[str, set[date] | None] = (
            dict.fromkeys(stored) if days is None else dict(_by_month(days))
        )
        for month, changed in by_month.items():
            if (opened.transaction_version(_mark(month)) or 0) >= version:
                continue
            known = touched.get(month, set())
            touched[month] = None if changed is None or known is None else known | changed
    return {month: None if days is None else frozenset(days) for month, days in touched.items()}


def _by_month(days: frozenset[date]) -> dict[str, set[date]]:
    months: dict[str, set[date]] = defaultdict(set)
    for day in days:
        months[f"{day:%Y-%m}"].add(day)
    return months


def _batches(touched: dict[str, Days], held: Snapshot, at_once: int) -> list[list[str]]:
    """Months to recompute together: whole ones apart from those of which some days changed."""
    facts: dict[str, int] = defaultdict(int)
    for part in held.parts:
        facts[part.month] += part.rows
    batches: list[list[str]] = []
    for whole in (False, True):
        room = 0
        for month in sorted(month for month in touched if (touched[month] is None) == whole):
            if room < facts[month] or not room:
                batches.append([])
                room = at_once
            batches[-1].append(month)
            room -= facts[month]
    return batches


@dataclass(frozen=True)
class _Change:
    """What a recomputation does to one rollup in one month: ``rows`` come for ``dropped`` files."""

    cuboid: Cuboid
    month: str
    rows: pa.Table
    kept: tuple[Part, ...]
    dropped: tuple[Part, ...]


def _recompute(
    chosen: bulk.Engine,
    facts: Table,
    rollup: Table,
    held: Snapshot,
    months: dict[str, Days],
    marks: dict[str, int],
) -> None:
    """Replace the cells of these days in every rollup, in one commit."""
    opened = rollup.open()
    stored: _Stored = defaultdict(list)
    for part in tables.parts_of(opened):
        stored[part.partition["cuboid"], part.month].append(part)
    days = frozenset[date]().union(*(some for some in months.values() if some))
    read = [part for part in held.parts if _concerns(part, months)]
    added: list[Part] = []
    dropped: list[Part] = []

    def replace(cuboid: Cuboid, found: pa.Table) -> None:
        for change in _changes(rollup, stored, cuboid, found, months):
            dropped.extend(change.dropped)
            if change.rows.num_rows:
                added.append(_written(rollup, change))

    # While one rollup is computed, the one before is summed, written and let go of.
    with ThreadPoolExecutor(1) as beside:
        before: Future[None] | None = None
        for cuboid in CUBOIDS:
            if not cuboid.of:
                found = _from_facts(chosen, cuboid, facts, read, days)
                if before:
                    before.result()
                before = beside.submit(replace, cuboid, found)
                del found
        if before:
            before.result()
    rollup.commit(added, dropped, marks=marks, at=opened)
    pa.default_memory_pool().release_unused()


def _changes(
    rollup: Table, stored: _Stored, cuboid: Cuboid, found: pa.Table, months: dict[str, Days]
) -> Iterator[_Change]:
    """What becomes of a rollup and of those that sum it, a month at a time."""
    fresh = dict(by_value(in_order(found, ("month", *ORDER)), "month"))
    for month, days in months.items():
        rows = fresh.get(month, found.slice(0, 0))
        change = _merged(rollup, stored, cuboid, month, rows, days)
        yield change
        for other in CUBOIDS:
            if other.of != cuboid.name:
                continue
            if other.monthly:
                whole = _summed(other, _whole_month(rollup, change))
                yield _Change(other, month, whole, (), tuple(stored[other.name, month]))
            else:
                yield _merged(rollup, stored, other, month, _summed(other, rows), days)


def _written(rollup: Table, change: _Change) -> Part:
    rows = in_order(change.rows, ORDER)
    return rollup.write(rows, cuboid=change.cuboid.name, month=change.month)


def _concerns(part: Part, months: dict[str, Days]) -> bool:
    if part.month not in months:
        return False
    days = months[part.month]
    return days is None or part.meets(days)


def _merged(
    rollup: Table, stored: _Stored, cuboid: Cuboid, month: str, fresh: pa.Table, days: Days
) -> _Change:
    """New cells of some days together with the other days of the files these stood in."""
    own = stored[cuboid.name, month]
    if days is None:
        return _Change(cuboid, month, fresh, (), tuple(own))
    met = own if len(own) >= MOST_FILES else [part for part in own if part.meets(days)]
    kept = tuple(part for part in own if part not in met)
    mixed = [part for part in met if not _within(part, days)]
    if not mixed:
        return _Change(cuboid, month, fresh, kept, tuple(met))
    others = engine.run(_others_sql(), rollup, mixed, {"days": sorted(days)})
    rows = pa.concat_tables([others.select(CELLS.names).cast(CELLS), fresh.cast(CELLS)])
    return _Change(cuboid, month, rows, kept, tuple(met))


def _within(part: Part, days: frozenset[date]) -> bool:
    """Whether the file holds nothing but these days."""
    if part.days is None:
        return False
    first, last = part.days
    return all(date.fromordinal(n) in days for n in range(first.toordinal(), last.toordinal() + 1))


def _from_facts(
    chosen: bulk.Engine, cuboid: Cuboid, facts: Table, parts: Sequence[Part], days: frozenset[date]
) -> pa.Table:
    values = {"days": sorted(days)} if days else {}
    sql = _rollup_sql(cuboid, bool(days), chosen.dialect)
    found = chosen.run(sql, facts, parts, values)
    return _as_cells(found, cuboid)


def _whole_month(rollup: Table, change: _Change) -> pa.Table:
    """All of a month's cells as they will be."""
    if not change.kept:
        return change.rows
    kept = engine.read(rollup, change.kept)
    return pa.concat_tables([kept, change.rows.cast(CELLS)])


def _summed(cuboid: Cuboid, wider: pa.Table) -> pa.Table:
    """A rollup from the cells of a wider one."""
    return _as_cells(engine.run_over(_summing_sql(cuboid), "cells", wider), cuboid)


def _as_cells(found: pa.Table, cuboid: Cuboid) -> pa.Table:
    """The result of a rollup as rows of the cells' table."""
    columns = []
    for field in CELLS:
        if field.name == "cuboid":
            columns.append(pa.repeat(pa.scalar(cuboid.name), found.num_rows))
        elif field.name in found.column_names:
            columns.append(found.column(field.name).cast(field.type))
        else:
            columns.append(pa.nulls(found.num_rows, field.type))
    return pa.table(columns, schema=CELLS)


@lru_cache(maxsize=64)
def _rollup_sql(cuboid: Cuboid, some_days: bool, dialect: str) -> str:
    return compiled(("rollup", cuboid, some_days), lambda: _rollup(cuboid, some_days), dialect)


def _rollup(cuboid: Cuboid, some_days: bool) -> Any:
    """A rollup of facts as an expression that DuckDB and Spark run alike."""
    rows = relation("observations", OBSERVATIONS)
    if some_days:
        rows = rows.filter(parameter("days", "array<date>").contains(rows.day))
    return _rolled_up(rows, cuboid, sums_of_facts)


@lru_cache(maxsize=64)
def _summing_sql(cuboid: Cuboid) -> str:
    return compiled(("sum", cuboid), lambda: _summing(cuboid))


def _summing(cuboid: Cuboid) -> Any:
    rows = relation("cells", CELLS)
    if cuboid.monthly:
        rows = rows.mutate(day=rows.day.truncate("M").cast("date"))
    return _rolled_up(rows, cuboid, _sums_as_floats)


def _rolled_up(rows: Any, cuboid: Cuboid, sums_of: Callable[[Any], dict[str, Any]]) -> Any:
    """One row for each combination of what the rollup tells apart."""
    import ibis

    keys = ("month", *ALWAYS, *cuboid.dimensions)
    # Only scores have a histogram, and counting eleven bars takes as long as all the rest.
    scores, others = rows.filter(rows.family == "score"), rows.filter(rows.family != "score")
    flat = {name: ibis.literal(0, "int64") for name in HISTOGRAM}
    plain = {name: one for name, one in sums_of(others).items() if name not in flat}
    return ibis.union(
        scores.group_by(*keys).aggregate(**sums_of(scores)),
        others.group_by(*keys).aggregate(**plain).mutate(**flat),
    )


def _sums_as_floats(rows: Any) -> dict[str, Any]:
    # Whole numbers are summed as floats, exactly: nobody hears 2 ** 53 voices, and DuckDB sums integers
    # into 128 bits, which takes more than twice as long.
    return {
        name: one if name in FLOAT_SUMS else rows[name].cast("float64").sum().cast("int64")
        for name, one in sums_of_cells(rows).items()
    }


@lru_cache(maxsize=1)
def _others_sql() -> str:
    return compiled("cells of other days", _others)


def _others() -> Any:
    rows = relation("cells", CELLS)
    return rows.filter(~parameter("days", "array<date>").contains(rows.day))


def sums_of_facts(rows: Any) -> dict[str, Any]:
    """The sufficient statistics of observations, by name."""
    value = rows.value.fill_null(0.0)
    score = rows.value.round().cast("int64")
    strength = rows.strength.cast("float64")
    praise, blame = rows.polarity == 1, rows.polarity == -1
    sums = {
        "n": rows.count(),
        "signals": _counted(rows, rows["first"] == 1),
        "negative_signals": _counted(rows, rows.first_negative == 1),
        "positives": _counted(rows, praise),
        "neutrals": _counted(rows, rows.polarity == 0),
        "negatives": _counted(rows, blame),
        "strength_positive": strength.sum(where=praise).fill_null(0.0),
        "strength_negative": strength.sum(where=blame).fill_null(0.0),
        "w": rows.weight.sum(),
        "w2": (rows.weight * rows.weight).sum(),
        "wx": (rows.weight * value).sum(),
        "wx2": (rows.weight * value * value).sum(),
    }
    for number, name in enumerate(HISTOGRAM):
        sums[name] = _counted(rows, (rows.family == "score") & (score == number))
    return sums


def _counted(rows: Any, where: Any) -> Any:
    """How many rows are so; none where it is unknown of all of them, which Spark would not say."""
    return rows.count(where=where).fill_null(0)


def sums_of_cells(rows: Any) -> dict[str, Any]:
    """The same statistics of cells, by name."""
    return {name: rows[name].sum() for name in SUMS}
