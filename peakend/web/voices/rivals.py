"""One's own brand beside its competitors, aspect by aspect."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from peakend.methods.estimate import Comparison, Estimate
from peakend.methods.scores import net_share, nps_difference
from peakend.opinions.queries import aspect_title
from peakend.warehouse.cells import CellRow, Slice, read_cells
from peakend.web.filters import ViewFilter

ASPECTS = 7
RIVALS = 2
LEAST_DAYS = 90
LEAST = 30  # opinions on both sides


@dataclass(frozen=True)
class Standing:
    """Net sentiment of one brand on one aspect, ×100."""

    brand: str
    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Row:
    """One aspect: own standing, then the competitors', and the difference to the first of them."""

    aspect: str
    title: str
    own: Standing
    rivals: tuple[Standing, ...]
    gap: float | None = None
    gap_margin: float | None = None
    gap_is_noise: bool = True


@dataclass(frozen=True)
class Rivalry:
    """The comparison, and how many opinions each brand has."""

    rows: tuple[Row, ...]
    counts: dict[str, int]


def rivalry(view: ViewFilter) -> Rivalry | None:
    """The aspects spoken of most, for one's own brand and its competitors; nothing without them."""
    if not view.sees_rivals or view.brand:
        return None
    since = earliest(view)
    own = _opinions(replace(view.slice, since=since))
    rivals = {
        brand: _opinions(replace(view.against(brand), since=since)) for brand in view.rival_brands
    }
    rivals = dict(
        sorted(rivals.items(), key=lambda item: -sum(r.n for r in item[1].values()))[:RIVALS]
    )
    rivals = {brand: rows for brand, rows in rivals.items() if rows}
    if not own or not rivals:
        return None
    codes = [
        code for code, row in sorted(own.items(), key=lambda item: -item[1].n) if row.n >= LEAST
    ]
    if view.aspect in codes:
        codes.remove(view.aspect)
        codes.insert(0, view.aspect)
    rows = [_row(code, own[code], rivals) for code in codes]
    told = tuple(row for row in rows if row is not None)[:ASPECTS]
    if not told:
        return None
    counts = {brand: sum(row.n for row in found.values()) for brand, found in rivals.items()}
    return Rivalry(told, {"": sum(row.n for row in own.values()), **counts})


def earliest(view: ViewFilter) -> date | None:
    """The first day compared: competitors are heard less often, so at least ninety days."""
    if view.since is None or view.until is None:
        return view.since
    return min(view.since, view.until - timedelta(days=LEAST_DAYS))


def _opinions(slice: Slice) -> dict[str, CellRow]:
    return {
        row.key[0]: row
        for row in read_cells(slice, ("code",), ("opinion",))
        if row.key[0] != "overall"
    }


def _row(code: str, own: CellRow, rivals: dict[str, dict[str, CellRow]]) -> Row | None:
    standings = [
        standing
        for brand, rows in rivals.items()
        if code in rows and (standing := _standing(brand, rows[code])) is not None
    ]
    mine = _standing("", own)
    if mine is None or not standings:
        return None
    nearest = rivals[standings[0].brand][code]
    gap: Comparison | Estimate = nps_difference(_parts(own), _parts(nearest))
    if gap.value is None or gap.low is None or gap.high is None:
        return Row(code, aspect_title(code), mine, tuple(standings))
    return Row(
        code, aspect_title(code), mine, tuple(standings),
        100 * gap.value, 50 * (gap.high - gap.low), not gap.excludes(0.0),
    )  # fmt: skip


def _parts(row: CellRow) -> tuple[int, int, int]:
    return row.positives, row.neutrals, row.negatives


def _standing(brand: str, row: CellRow) -> Standing | None:
    net = net_share(*_parts(row))
    if row.n < LEAST or net.value is None or net.low is None or net.high is None:
        return None
    return Standing(brand, 100 * net.value, 100 * net.low, 100 * net.high, row.n)


def widest_gap(rows: Iterable[Row]) -> Row | None:
    """The aspect on which one's own brand stands most surely below its first competitor."""
    behind = [row for row in rows if row.gap is not None and not row.gap_is_noise and row.gap < 0]
    return min(behind, key=lambda row: (row.gap or 0) / (row.gap_margin or 1), default=None)
