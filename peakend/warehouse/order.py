"""How the rows of a file are sorted: as questions cut them, so that a reader skips most of it."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

ORDER = ("family", "code", "unit")

# So many values NumPy sorts by counting them.
_COUNTED = np.iinfo(np.int16).max


def in_order(rows: pa.Table, names: Sequence[str]) -> pa.Table:
    """The rows sorted by a few columns of few values, with every text as a number in a dictionary.

    Numbers are sorted, moved and written several times as fast as texts.
    """
    if not rows.num_rows:
        return rows
    rows = _as_numbers(rows.combine_chunks())
    keys = [_places(rows.column(name).combine_chunks()) for name in names]
    order = _sorting(keys)
    return rows if order is None else rows.take(pa.array(order))


def _places(column: pa.Array) -> tuple[np.ndarray, int]:
    """The place of each row's value among the column's values, and how many these are."""
    if not pa.types.is_dictionary(column.type):  # numbers; nothing comes first
        column = column.fill_null(-1).dictionary_encode()
    values = column.dictionary.to_numpy(zero_copy_only=False)
    ranks = np.argsort(np.argsort(values if values.dtype.kind == "i" else values.astype(str)))
    return ranks[column.indices.to_numpy(zero_copy_only=False)], max(len(ranks), 1)


def _sorting(keys: list[tuple[np.ndarray, int]]) -> np.ndarray | None:
    """The order that sorts by the first key and within it by the next, or None for the one they have.

    The last key is sorted first, several together while NumPy can sort them by counting.
    """
    whole = np.zeros(len(keys[0][0]), dtype=np.int64)
    for places, size in keys:
        whole = whole * size + places
    if np.all(whole[1:] >= whole[:-1]):
        return None
    order: np.ndarray | None = None
    remaining = list(keys)
    while remaining:
        key, width = remaining.pop()
        while remaining and width * remaining[-1][1] <= _COUNTED:
            places, size = remaining.pop()
            key, width = places * width + key, width * size
        if width <= _COUNTED:
            key = key.astype(np.int16)
        if order is None:
            order = np.argsort(key, kind="stable")
        else:
            order = order[np.argsort(key[order], kind="stable")]
    return order


def by_value(rows: pa.Table, name: str) -> list[tuple[str, pa.Table]]:
    """The rows of each value of a column by which they are sorted; nothing is copied."""
    found, at = [], 0
    counts = pc.value_counts(rows.column(name)).to_pylist()
    for one in sorted(counts, key=lambda one: str(one["values"])):
        found.append((one["values"], rows.slice(at, one["counts"])))
        at += one["counts"]
    return found


def _as_numbers(rows: pa.Table) -> pa.Table:
    for at, kind in enumerate(rows.schema):
        column = rows.column(at)
        if kind.type == pa.string() and column.null_count < len(column):
            encoded = column.combine_chunks().dictionary_encode()
            rows = rows.set_column(at, kind.with_type(encoded.type), encoded)
    return rows
