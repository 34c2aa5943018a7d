"""What a signal says about the customer behind it, and how statements become a history."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

Node = TypeVar("Node", bound=Hashable)

IDENTITY_LENGTH = 200
ATTRIBUTE_LENGTH = 200


@dataclass(frozen=True)
class Sighting:
    """One customer seen once: who they say they are and what was true of them at ``at`` (aware)."""

    at: datetime
    identities: Mapping[str, str] = field(default_factory=dict)
    name: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    unit_id: int | None = None

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """The identities in the one form in which they are stored and compared."""
        return tuple(
            (kind.strip().lower()[:32], value)
            for kind, raw in self.identities.items()
            if (value := canonical_identity(kind, raw))
        )


def canonical_identity(kind: str, raw: object) -> str:
    """An identity as it is stored: e-mail in lower case, telephone numbers without decoration."""
    value = str(raw).replace("\x00", "").strip()
    match kind.strip().lower():
        case "email" | "mail":
            value = value.lower()
        case "phone" | "mobile":
            digits = "".join(sign for sign in value if sign.isdigit() or sign == "+")
            value = digits.removeprefix("+86") or value
    return value[:IDENTITY_LENGTH]


class Connections(Generic[Node]):
    """Sets of nodes that belong together (union-find); the earliest node seen names the set."""

    def __init__(self) -> None:
        self._parent: dict[Node, Node] = {}
        self._rank: dict[Node, int] = {}

    def add(self, node: Node) -> None:
        """Make the node known, alone in its set."""
        if node not in self._parent:
            self._parent[node] = node
            self._rank[node] = len(self._rank)

    def join(self, nodes: Sequence[Node]) -> None:
        """Put all the nodes into one set."""
        for node in nodes:
            self.add(node)
        for node in nodes[1:]:
            first, second = self.root(nodes[0]), self.root(node)
            if self._rank[second] < self._rank[first]:
                first, second = second, first
            self._parent[second] = first

    def root(self, node: Node) -> Node:
        """The node that stands for the set."""
        root = node
        while self._parent[root] != root:
            root = self._parent[root]
        while node != root:
            previous, node = node, self._parent[node]
            self._parent[previous] = root
        return root


@dataclass(frozen=True)
class Run:
    """A value first stated at ``start`` and last at ``confirmed``, with nothing else in between."""

    start: datetime
    confirmed: datetime
    value: str


def fold_runs(known: Iterable[Run], statements: Iterable[tuple[datetime, str]]) -> list[Run]:
    """The history that old runs and new statements make together.

    Statements may arrive late: one that contradicts a run from inside splits it, so that the
    end does not depend on the order of arrival. At one and the same instant the first to
    arrive counts, which makes applying a signal twice harmless.
    """
    points: dict[datetime, str] = {}
    for run in known:
        points.setdefault(run.start, run.value)
        points.setdefault(run.confirmed, run.value)
    for at, value in statements:
        points.setdefault(at, value)
    runs: list[Run] = []
    for at in sorted(points):
        value = points[at]
        if runs and runs[-1].value == value:
            runs[-1] = Run(runs[-1].start, at, value)
        else:
            runs.append(Run(at, at, value))
    return runs
