"""Find many patterns of token symbols in a batch at once.

The patterns form a trie. Its first step is a dense table, every further step one exact probe of a
hash table of (state, symbol) keys, taken for all places of the batch together. Places drop out
as soon as no pattern goes on, so the cost is linear in the batch and nearly independent of the
number of patterns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from peakend.text.symbols import OTHER, SEPARATOR, SYMBOLS, WORD

UNKNOWN = frozenset((SEPARATOR, OTHER, WORD))
_LONGEST = 255  # tokens of a pattern; a longer one is never looked for
_MULTIPLIERS = (0x9E3779B1, 0x85EBCA6B, 0xC2B2AE35, 0x27D4EB2F, 0x165667B1, 0xD3A2646C)


class PairTable:
    """An exact map from 32-bit keys to non-negative integers, read for whole arrays.

    Keys that collide at one level go to the next, smaller one; a level is asked only for the
    places whose slot was taken by another key.
    """

    def __init__(self, keys: NDArray[np.uint32], values: NDArray[np.int32]) -> None:
        self._levels: list[tuple[NDArray[np.uint32], NDArray[np.int32], np.uint32, np.uint32]] = []
        level = 0
        while keys.size or not self._levels:
            bits = max(4, int(keys.size * 4).bit_length())
            shift = np.uint32(32 - bits)
            multiplier = np.uint32(_MULTIPLIERS[level % 6] | 1)
            slots = _slots(keys, multiplier, shift)
            _, chosen = np.unique(slots, return_index=True)
            table_keys = np.full(1 << bits, 0xFFFFFFFF, np.uint32)
            table_values = np.full(1 << bits, -1, np.int32)
            table_keys[slots[chosen]] = keys[chosen]
            table_values[slots[chosen]] = values[chosen]
            self._levels.append((table_keys, table_values, multiplier, shift))
            rest = np.ones(keys.size, bool)
            rest[chosen] = False
            keys, values = keys[rest], values[rest]
            level += 1

    def find(self, keys: NDArray[np.uint32]) -> tuple[NDArray[np.intp], NDArray[np.int32]]:
        """Places of `keys` that are in the table, in no promised order, and their values."""
        places: list[NDArray[np.intp]] = []
        found: list[NDArray[np.int32]] = []
        left: NDArray[np.intp] | None = None
        for table_keys, table_values, multiplier, shift in self._levels:
            asked = keys if left is None else keys[left]
            slots = _slots(asked, multiplier, shift)
            stored = table_keys[slots]
            hit = np.flatnonzero(stored == asked)
            places.append(hit if left is None else left[hit])
            found.append(table_values[slots[hit]])
            miss = np.flatnonzero((stored != asked) & (stored != np.uint32(0xFFFFFFFF)))
            left = miss if left is None else left[miss]
            if not left.size:
                break
        if len(places) == 1:
            return places[0], found[0]
        return np.concatenate(places), np.concatenate(found)


def _slots(keys: NDArray[np.uint32], multiplier: np.uint32, shift: np.uint32) -> NDArray[np.uint32]:
    slots: NDArray[np.uint32] = (keys * multiplier) >> shift
    return slots


@dataclass(frozen=True)
class Matches:
    """Places where patterns were found, by start: token indices (end excluded) and pattern."""

    start: NDArray[np.int32]
    end: NDArray[np.int32]
    pattern: NDArray[np.int32]


class Trie:
    """Patterns of token symbols, found longest first at every place."""

    def __init__(self, patterns: Sequence[tuple[int, ...]]) -> None:
        states: dict[tuple[int, int], int] = {}
        accept = [-1]
        first = np.zeros(SYMBOLS, np.int32)
        for number, pattern in enumerate(patterns):
            if not 0 < len(pattern) <= _LONGEST or not UNKNOWN.isdisjoint(pattern):
                continue  # a character without a symbol would stand for every other such one
            state = int(first[pattern[0]])
            if not state:
                state = len(accept)
                accept.append(-1)
                first[pattern[0]] = state
            for symbol in pattern[1:]:
                following = states.get((state, symbol))
                if following is None:
                    following = len(accept)
                    accept.append(-1)
                    states[state, symbol] = following
                state = following
            accept[state] = number
        if len(accept) >= SYMBOLS:
            raise ValueError("a trie holds at most 65,535 states")
        self._first = first
        self._accept = np.array(accept, np.int32)
        keys = np.fromiter((s << 16 | c for s, c in states), np.uint32, len(states))
        values = np.fromiter(states.values(), np.int32, len(states))
        self._next = PairTable(keys, values)
        self._goes_on = np.zeros(len(accept), bool)
        self._goes_on[[s for s, _ in states]] = True

    def find(self, symbol: NDArray[np.uint16]) -> Matches:
        """The longest pattern at every place, without those inside a longer one."""
        states = self._first[symbol]
        places = np.flatnonzero(states).astype(np.int32)
        state = states[places]
        # The longest match that begins at each place; a deeper one overwrites.
        length = np.zeros(symbol.size, np.uint8)
        found_at = np.zeros(symbol.size, np.int32)
        depth = 1
        while places.size:
            pattern = self._accept[state]
            hit = pattern >= 0
            hits = places[hit]
            length[hits] = depth
            found_at[hits] = pattern[hit]
            going = self._goes_on[state] & (places < symbol.size - depth)
            places, state = places[going], state[going]
            keys = (state.astype(np.uint32) << np.uint32(16)) | symbol[places + depth]
            kept, state = self._next.find(keys)
            places = places[kept]
            depth += 1
        start = np.flatnonzero(length).astype(np.int32)
        end = start + length[start]
        # A match lies inside another one when an earlier match ends no sooner.
        reach = np.maximum.accumulate(end) if end.size else end
        outer = np.ones(start.size, bool)
        outer[1:] = end[1:] > reach[:-1]
        start = start[outer]
        return Matches(start, end[outer].astype(np.int32), found_at[start])
