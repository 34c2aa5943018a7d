"""Rows come sorted by each column in turn, however many values there are."""

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from peakend.warehouse.order import ORDER, by_value, in_order

ROWS = st.lists(
    st.tuples(
        st.sampled_from(["2026-09", "2026-10"]),
        st.sampled_from(["opinion", "score", "voice"]),
        st.sampled_from([f"code_{number}" for number in range(12)]),
        st.none() | st.integers(1, 5),
    ),
    min_size=1,
    max_size=60,
)
COLUMNS = ("month", *ORDER)


def table(rows):
    columns = dict(zip((*COLUMNS,), zip(*rows, strict=True), strict=True))
    kinds = dict.fromkeys(COLUMNS, pa.string()) | {"unit": pa.int64()}
    arrays = [pa.array(columns[name], kinds[name]) for name in COLUMNS]
    return pa.table([*arrays, pa.array(range(len(rows)))], names=[*COLUMNS, "at"])


def by_each_column(row):
    return tuple(-1 if value is None else value for value in row[:-1])


def rows_of(found):
    return [tuple(row.values()) for row in found.to_pylist()]


@settings(max_examples=60)
@given(ROWS)
def test_rows_are_sorted_by_each_column_and_else_stay_as_they_came(rows):
    found = rows_of(in_order(table(rows), COLUMNS))
    assert found == sorted(
        [(*row, at) for at, row in enumerate(rows)], key=lambda row: (by_each_column(row), row[-1])
    )
    parts = dict(by_value(in_order(table(rows), COLUMNS), "month"))
    assert [row for month in sorted(parts) for row in rows_of(parts[month])] == found


def test_more_values_together_than_can_be_counted_are_sorted_in_turns():
    rows = [
        ("2026-10", "score", f"code_{number * 7 % 300:03}", 1 + number * 11 % 200)
        for number in range(6_000)
    ]
    found = rows_of(in_order(table(rows), COLUMNS))
    assert [row[:-1] for row in found] == sorted(rows)
