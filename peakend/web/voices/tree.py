"""The aspect tree with volumes, net sentiment and its trend."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from peakend.methods.scores import net_share
from peakend.metrics.many_changes import readings_together
from peakend.metrics.queries import Reading, readings_by_aspect
from peakend.opinions.queries import aspect_title, group_of, group_title
from peakend.warehouse.cells import CellRow, read_cells
from peakend.web.filters import ViewFilter

WEEKS = 12
LEAST_OF_A_WEEK = 5  # opinions below which a week's net sentiment is a gap in the sparkline


@dataclass(frozen=True)
class Branch:
    """An aspect, or a group of aspects, as one line of the tree."""

    code: str
    title: str
    opinions: int
    net: float | None
    margin: float | None
    tone: str
    trend: tuple[float | None, ...]
    trend_tone: str = ""
    is_chosen: bool = False


@dataclass(frozen=True)
class Group:
    """A group with its aspects, most heard first."""

    branch: Branch
    aspects: tuple[Branch, ...]


def aspect_tree(view: ViewFilter) -> list[Group]:
    """Every aspect heard in the slice, by group; groups and aspects by volume."""
    # Many aspects are compared at once: what moved is judged over all of them.
    readings = readings_together(
        readings_by_aspect("net_sentiment", view.slice, compare=view.compare_slice)
    )
    trends = _weekly(view)
    groups: dict[str, list[Reading]] = {}
    for reading in readings:
        # Taxonomies of several industries have groups of the same name: readers see one.
        name = group_title(reading.aspect) or group_of(reading.aspect) or reading.aspect
        groups.setdefault(name, []).append(reading)
    sums = {row.key[0]: row for row in read_cells(view.slice, ("code",), ("opinion",))}
    found = []
    for code, members in groups.items():
        aspects = [_branch(view, reading, trends) for reading in members]
        aspects.sort(key=lambda branch: (-branch.opinions, branch.code))
        found.append(Group(_group(code, members, sums), tuple(aspects)))
    return sorted(found, key=lambda group: (-group.branch.opinions, group.branch.code))


def _branch(
    view: ViewFilter, reading: Reading, trends: dict[str, tuple[float | None, ...]]
) -> Branch:
    change = reading.change
    moved = "" if change is None or change.noise else "good" if change.value > 0 else "bad"
    return Branch(
        code=reading.aspect,
        title=aspect_title(reading.aspect),
        opinions=int(reading.n),
        net=100 * reading.value if reading.enough and reading.value is not None else None,
        margin=100 * reading.margin if reading.enough and reading.margin is not None else None,
        tone="bad" if reading.enough and reading.high is not None and reading.high < 0 else "",
        trend=trends.get(reading.aspect, ()),
        trend_tone=moved,
        is_chosen=reading.aspect == view.aspect,
    )


def _group(code: str, members: list[Reading], sums: dict[str, CellRow]) -> Branch:
    rows = [sums[reading.aspect] for reading in members if reading.aspect in sums]
    parts = [
        sum(getattr(row, name) for row in rows) for name in ("positives", "neutrals", "negatives")
    ]
    net = net_share(*parts)
    # A group is held to the same least number as its aspects.
    few = sum(parts) < members[0].metric.minimum_n
    return Branch(
        code=code,
        title=group_title(members[0].aspect) or aspect_title(code),
        opinions=sum(parts),
        net=None if few or net.value is None else 100 * net.value,
        margin=None if few or net.low is None or net.high is None else 50 * (net.high - net.low),
        tone="",
        trend=(),
    )


def _weekly(view: ViewFilter) -> dict[str, tuple[float | None, ...]]:
    """Net sentiment of each aspect in each of the last weeks."""
    past = view.history(WEEKS)
    rows = read_cells(past, ("code", "week"), ("opinion",))
    first = past.since or view.as_of
    places: dict[date, int] = {first + timedelta(weeks=step): step for step in range(WEEKS)}
    series: dict[str, list[float | None]] = {}
    for row in rows:
        code, monday = row.key
        if monday in places and row.n >= LEAST_OF_A_WEEK:
            line = series.setdefault(code, [None] * WEEKS)
            line[places[monday]] = (row.positives - row.negatives) / row.n
    return {code: tuple(line) for code, line in series.items()}
