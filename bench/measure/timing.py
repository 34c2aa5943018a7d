"""Seconds of ours and of the peer, taken in turn so that whatever else runs slows both."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

COMMAND = "make bench ONLY=measure"


@dataclass(frozen=True)
class Timed:
    """The medians of both, in seconds, and what each returned last."""

    ours: float
    peer: float
    result: Any
    expected: Any

    @property
    def ratio(self) -> float:
        """How many times as long the peer took."""
        return self.peer / self.ours


def side_by_side(
    ours: Callable[[], Any], peer: Callable[[], Any], *, rounds: int = 5, peer_rounds: int = 0
) -> Timed:
    """Time both in alternation; a peer that takes long may run in fewer of the rounds."""
    mine: list[float] = []
    theirs: list[float] = []
    result = expected = None
    for number in range(rounds):
        seconds, result = seconds_of(ours)
        mine.append(seconds)
        if number < (peer_rounds or rounds):
            seconds, expected = seconds_of(peer)
            theirs.append(seconds)
    return Timed(median(mine), median(theirs), result, expected)


def seconds_of(call: Callable[[], Any]) -> tuple[float, Any]:
    """How long one call takes, and what it returns."""
    began = time.perf_counter()
    result = call()
    return time.perf_counter() - began, result


def row(
    name: str, value: float, unit: str, against: str, ratio: float, floor: float, n: int
) -> dict[str, Any]:
    """One line of the results; ``ratio`` is better when larger."""
    return {
        "name": name,
        "value": value,
        "unit": unit,
        "against": against,
        "ratio": ratio,
        "floor": floor,
        "n": n,
        "command": COMMAND,
    }


def at_most(
    name: str, value: float, unit: str, limit: float, against: str, n: int
) -> dict[str, Any]:
    """A line whose value must not exceed ``limit``."""
    return row(name, value, unit, against, limit / value, 1.0, n)
