"""An index as it is drawn: one line a part, with what it weighs, says and moved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from peakend.metrics.definitions import Definition, may_see
from peakend.metrics.queries import Reading, reading_of
from peakend.metrics.tree import Branch, branches_of
from peakend.organization.models import User
from peakend.web.filters import ViewFilter
from peakend.web.shell import figures, marks, names, numbers

TENTHS = 1


@dataclass(frozen=True)
class Line:
    """One part of an index in words."""

    title: str
    code: str
    depth: int
    weight: str
    origin: str
    value: str
    score: str
    bar: SafeString
    interval: str
    n: str
    moved: str
    tone: str
    missing: str


@dataclass(frozen=True)
class Tree:
    """An index with its parts."""

    reading: Reading
    figure: figures.FigureView
    lines: tuple[Line, ...]


def trees(view: ViewFilter, metrics: list[Definition], person: User) -> list[Tree]:
    """Every index that is no part of another."""
    inner = {part.code for metric in metrics for part in metric.parts}
    return [
        tree_of(view, metric, person)
        for metric in metrics
        if metric.is_index and metric.code not in inner
    ]


def tree_of(view: ViewFilter, metric: Definition, person: User) -> Tree:
    """One index and what it is made of; parts closed to the reader keep their figures to themselves."""
    now = reading_of(metric, view.slice, compare=view.compare_slice)
    branches = branches_of(metric, view.slice, view.compare_slice)
    return Tree(now, figures.figure_view(now), tuple(_lines(branches, person, 0, 1.0)))


def _lines(branches: tuple[Branch, ...], person: User, depth: int, share: float) -> Iterator[Line]:
    for branch in branches:
        if not may_see(branch.definition, person):
            yield _closed(branch, depth, share)
            continue
        yield _line(branch, depth, share)
        yield from _lines(branch.branches, person, depth + 1, share * branch.share)


def _closed(branch: Branch, depth: int, share: float) -> Line:
    return Line(
        title=figures.title_of(branch.definition),
        code="",
        depth=min(depth, 2),
        weight=_weight(share * branch.share),
        origin="",
        value="",
        score="",
        bar=SafeString(""),
        interval="",
        n="",
        moved="",
        tone="noise",
        missing=_("not open to your role"),
    )


def _weight(share: float) -> str:
    return f"{numbers.number(100 * share)}%"


def _line(branch: Branch, depth: int, share: float) -> Line:
    figure = figures.figure_view(branch.reading)
    score, moved = branch.score, branch.moved
    tone, told = "noise", ""
    if (
        moved is not None
        and moved.value is not None
        and moved.low is not None
        and moved.high is not None
    ):
        told = numbers.plus_minus(
            100 * share * moved.value, 50 * share * (moved.high - moved.low), TENTHS
        )
        if moved.excludes(0.0):
            tone = "good" if moved.value > 0 else "bad"
    interval = ""
    if score.low is not None and score.high is not None:
        interval = numbers.between(100 * score.low, 100 * score.high)
    return Line(
        title=figure.title,
        code=branch.definition.code,
        depth=min(depth, 2),
        weight=_weight(share * branch.share),
        origin=origin_of(branch),
        value=f"{figure.value}{figure.unit}" if figure.value else "",
        score="" if score.value is None else numbers.number(100 * score.value),
        bar=SafeString("") if score.value is None else marks.bar(score.value, "accent", wide=True),
        interval=interval,
        n=figure.n,
        moved=told,
        tone=tone,
        missing=_("too few answers") if score.value is None else "",
    )


def origin_of(branch: Branch) -> str:
    """Where a weight comes from: set by hand, or taken from answers on a day."""
    part = branch.part
    if not part.origin:
        return _("set by hand")
    segment = names.segment_title(part.segment) if part.segment else _("everybody")
    return _("taken on {day} from {n} answers, {segment}").format(
        day=part.taken_on, n=numbers.number(part.origin.get("n")), segment=segment
    )
