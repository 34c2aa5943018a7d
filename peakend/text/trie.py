"""Find many patterns of token symbols in a batch at once.

The patterns form a trie. Its first step is a dense table, every further step one exact probe of a
hash table of (state, symbol) keys, taken for all places of the batch together. Places drop out
as soon as no pattern goes on, so the cost is linear in the batch and nearly independent of the
number of patterns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from peakend.text.symbols import OTHER, SEPARATOR, SYMBOLS, WORD

UNKNOWN = frozenset((SEPARATOR, OTHER, WORD))
_LONGEST = 255  # tokens of a pattern; a longer one is never looked for
_MULTIPLIERS = (0x9E3779B1, 0x85EBCA6B, 0xC2B2AE35, 0x27D4EB2F, 0x165667B1, 0xD3A2646C)
_EMPTY = np.uint32(0xFFFFFFFF)


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
            # Of keys that share a slot the last one has it.
            owner = np.full(1 << bits, -1, np.int32)
            owner[slots] = np.arange(keys.size, dtype=np.int32)
            taken = np.flatnonzero(owner >= 0)
            table_keys = np.full(1 << bits, _EMPTY, np.uint32)
            table_values = np.full(1 << bits, -1, np.int32)
            table_keys[taken] = keys[owner[taken]]
            table_values[taken] = values[owner[taken]]
            self._levels.append((table_keys, table_values, multiplier, shift))
            rest = table_keys[slots] != keys
            keys, values = keys[rest], values[rest]
            level += 1

    def find(self, keys: NDArray[np.uint32]) -> tuple[NDArray[np.intp], NDArray[np.int32]]:
        """Places of `keys` that are in the table, in no promised order, and their values."""
        places: list[NDArray[np.intp]] = []
        found: list[NDArray[np.int32]] = []
        left: NDArray[np.intp] | None = None
        for table_keys, table_values, multiplier, shift in self._levels:
            asked = keys if left is None else keys.take(left)
            slots = _slots(asked, multiplier, shift)
            stored = table_keys.take(slots)
            same = stored == asked
            hit = np.flatnonzero(same)
            places.append(hit if left is None else left.take(hit))
            found.append(table_values.take(slots.take(hit)))
            same |= stored == _EMPTY
            miss = np.flatnonzero(~same)
            left = miss if left is None else left.take(miss)
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
        lengths = np.fromiter(map(len, patterns), np.int64, len(patterns))
        flat = np.fromiter(chain.from_iterable(patterns), np.uint32, int(lengths.sum()))
        begins = np.cumsum(lengths) - lengths
        # A character without a symbol would stand for every other such one.
        unknown = np.cumsum(np.append(0, np.isin(flat, list(UNKNOWN))))
        kept = (lengths > 0) & (lengths <= _LONGEST)
        kept &= unknown[begins + lengths] == unknown[begins]
        pattern = np.flatnonzero(kept)
        state = np.zeros(pattern.size, np.uint32)
        steps: list[tuple[NDArray[np.uint32], NDArray[np.int32]]] = []
        accepted: list[tuple[NDArray[np.uint32], NDArray[np.intp]]] = []
        states = 1
        depth = 0
        while pattern.size:
            keys, which = np.unique(
                (state << np.uint32(16)) | flat[begins[pattern] + depth], return_inverse=True
            )
            steps.append((keys, np.arange(states, states + keys.size, dtype=np.int32)))
            state = (which + states).astype(np.uint32)
            states += keys.size
            if states >= SYMBOLS:
                raise ValueError("a trie holds at most 65,535 states")
            depth += 1
            ended = lengths[pattern] == depth
            accepted.append((state[ended], pattern[ended]))
            pattern, state = pattern[~ended], state[~ended]
        self.accept = np.full(states, -1, np.int32)
        for found, number in accepted:
            self.accept[found] = number
        self._first = np.zeros(SYMBOLS, np.int32)
        if steps:
            symbols, following = steps[0]
            self._first[symbols] = following
        none = (np.zeros(0, np.uint32), np.zeros(0, np.int32))
        keys, values = (np.concatenate(part) for part in zip(none, *steps[1:], strict=True))
        self._steps = keys, values
        self._next = PairTable(keys, values)
        self._goes_on = np.zeros(states, bool)
        self._goes_on[keys >> np.uint32(16)] = True

    def first_states(self) -> dict[int, int]:
        """State after the first symbol of a pattern."""
        symbols = np.flatnonzero(self._first)
        return dict(zip(symbols.tolist(), self._first[symbols].tolist(), strict=True))

    def following_states(self) -> dict[int, int]:
        """State after a state and a symbol, keyed by state << 16 | symbol."""
        keys, states = self._steps
        return dict(zip(keys.tolist(), states.tolist(), strict=True))

    def find(self, symbol: NDArray[np.uint16]) -> Matches:
        """The longest pattern at every place, without those inside a longer one."""
        states = self._first.take(symbol)
        places = np.flatnonzero(states)
        state = states.take(places)
        # The longest match that begins at each place; a deeper one overwrites.
        length = np.zeros(symbol.size, np.uint8)
        found_at = np.zeros(symbol.size, np.int32)
        wide = symbol.astype(np.uint32)
        depth = 1
        while places.size:
            pattern = self.accept.take(state)
            hit = np.flatnonzero(pattern >= 0)
            hits = places.take(hit)
            length[hits] = depth
            found_at[hits] = pattern.take(hit)
            going = np.flatnonzero(self._goes_on.take(state) & (places < symbol.size - depth))
            places = places.take(going)
            keys = state.take(going).astype(np.uint32) << np.uint32(16)
            keys |= wide.take(places + depth)
            kept, state = self._next.find(keys)
            places = places.take(kept)
            depth += 1
        start = np.flatnonzero(length)
        end = start + length.take(start)
        # A match lies inside another one when an earlier match ends no sooner.
        reach = np.maximum.accumulate(end) if end.size else end
        outer = np.ones(start.size, bool)
        outer[1:] = end[1:] > reach[:-1]
        start = start.compress(outer)
        return Matches(
            start.astype(np.int32), end.compress(outer).astype(np.int32), found_at.take(start)
        )
