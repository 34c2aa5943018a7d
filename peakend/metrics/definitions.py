"""What is measured, as declared data: a metric is an entry here, not a branch elsewhere."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from peakend.methods.comparison import welch
from peakend.methods.estimate import Estimate
from peakend.methods.moments import Moments
from peakend.methods.scores import (
    mean_score,
    net_share,
    nps,
    nps_difference,
    proportion_difference,
    top_box,
)
from peakend.warehouse.cells import CellRow

Base = CellRow | None


@dataclass(frozen=True)
class Formula:
    """How a value and the difference of two are computed from sums over cells.

    ``estimate(row, base)`` and ``difference(row, base, other, other_base)`` take the sums of the
    metric's own cells and, for shares of all voices, those of the voices. ``moments(row, base)``
    gives the same as answers that have a mean (shares as 0 and 1, net scores as −1, 0 and 1), so
    that improvements can be judged by it; a plain count has none.
    """

    estimate: Callable[[CellRow, Base], Estimate]
    difference: Callable[[CellRow, Base, CellRow, Base], Estimate]
    moments: Callable[[CellRow, Base], Moments] | None = None


@dataclass(frozen=True)
class Definition:
    """One metric: what it is called, computed from, shown as, and better when."""

    code: str
    name: str | Promise
    definition: str | Promise
    formula: str | Promise
    family: str
    observation: str  # the code of its observations; '' for an aspect's
    how: Formula
    better: int = 1  # 1: more is better, -1: less is better, 0: neither
    display: str = "score"  # score (as is), points (× 100, signed), percent, count
    scale: tuple[float, float] | None = None
    minimum_n: int = 30
    of_aspect: bool = False
    needs_base: bool = False  # whether the base row (all voices of the slice) enters
    neutral: float | None = None  # the declared neutral point, for emotion curves


def _net(row: CellRow, base: Base) -> Estimate:
    return net_share(row.positives, row.neutrals, row.negatives)


def _net_difference(row: CellRow, base: Base, other: CellRow, other_base: Base) -> Estimate:
    return nps_difference(
        (row.positives, row.neutrals, row.negatives),
        (other.positives, other.neutrals, other.negatives),
    )


def _nps(row: CellRow, base: Base) -> Estimate:
    return nps(row.positives, row.neutrals, row.negatives)


def _moments(row: CellRow) -> Moments:
    return Moments(row.n, row.wx, row.wx2, row.w, row.w2)


def _net_moments(row: CellRow, base: Base) -> Moments:
    n = row.positives + row.neutrals + row.negatives
    return Moments(n, row.positives - row.negatives, row.positives + row.negatives)


def _mean_moments(row: CellRow, base: Base) -> Moments:
    return _moments(row)


def _mean(row: CellRow, base: Base) -> Estimate:
    return mean_score(_moments(row))


def _mean_difference(row: CellRow, base: Base, other: CellRow, other_base: Base) -> Estimate:
    return welch(_moments(row), _moments(other))


def _share(part: Callable[[CellRow], int], whole: Callable[[CellRow, Base], int]) -> Formula:
    def estimate(row: CellRow, base: Base) -> Estimate:
        return top_box(part(row), whole(row, base))

    def difference(row: CellRow, base: Base, other: CellRow, other_base: Base) -> Estimate:
        return proportion_difference(
            part(row), whole(row, base), part(other), whole(other, other_base)
        )

    def moments(row: CellRow, base: Base) -> Moments:
        return Moments(whole(row, base), part(row), part(row))

    return Formula(estimate, difference, moments)


def _count(row: CellRow, base: Base) -> Estimate:
    return Estimate(float(row.signals), None, None, row.signals, "count")


def _count_difference(row: CellRow, base: Base, other: CellRow, other_base: Base) -> Estimate:
    return Estimate(float(row.signals - other.signals), None, None, row.signals, "count")


NET = Formula(_net, _net_difference, _net_moments)
NPS = Formula(_nps, _net_difference, _net_moments)
MEAN = Formula(_mean, _mean_difference, _mean_moments)
COUNT = Formula(_count, _count_difference)
TOP_TWO = _share(lambda row: row.positives, lambda row, _: row.n)
NEGATIVE_OF_ALL = _share(lambda row: row.negative_signals, lambda row, _: row.signals)
MENTIONED = _share(
    lambda row: row.signals, lambda row, base: max(base.signals if base else 0, row.signals)
)

CATALOGUE: dict[str, Definition] = {
    metric.code: metric
    for metric in (
        Definition(
            "nps",
            _("NPS"),
            _("How many would recommend us, less how many would not."),
            _("Share of answers 9–10 minus share of answers 0–6; adjusted Wald interval."),
            "score",
            "nps",
            NPS,
            display="points",
            scale=(-1, 1),
            neutral=0,
        ),
        Definition(
            "csat",
            _("CSAT"),
            _("How satisfied customers say they are, on a scale of five."),
            _("Mean of the answers 1–5; Student's t interval."),
            "score",
            "csat",
            MEAN,
            scale=(1, 5),
            neutral=3,
        ),
        Definition(
            "csat_top_two",
            _("Satisfied share"),
            _("Share of customers who answer 4 or 5 of five."),
            _("Answers 4–5 divided by all answers; Wilson interval."),
            "score",
            "csat",
            TOP_TWO,
            display="percent",
            scale=(0, 1),
        ),
        Definition(
            "rating",
            _("Average rating"),
            _("Stars and marks customers gave on any platform, brought to a scale of five."),
            _(
                "Mean of the ratings after 1 + 4 × (rating − worst) ÷ (best − worst); Student's t interval."
            ),
            "score",
            "rating",
            MEAN,
            scale=(1, 5),
            neutral=3,
        ),
        Definition(
            "sentiment",
            _("Net sentiment of voices"),
            _("How many voices are positive as a whole, less how many are negative."),
            _("(Positive voices − negative voices) ÷ all voices; adjusted Wald interval."),
            "voice",
            "voice",
            NET,
            display="points",
            scale=(-1, 1),
            neutral=0,
        ),
        Definition(
            "negative_voices",
            _("Negative voices"),
            _("Share of voices that are negative as a whole."),
            _("Negative voices divided by all voices; Wilson interval."),
            "voice",
            "voice",
            NEGATIVE_OF_ALL,
            better=-1,
            display="percent",
            scale=(0, 1),
        ),
        Definition(
            "voices",
            _("Voices"),
            _("How many texts customers left."),
            _("Count of voices; no interval, it is a full count."),
            "voice",
            "voice",
            COUNT,
            better=0,
            display="count",
            minimum_n=0,
        ),
        Definition(
            "net_sentiment",
            _("Net sentiment"),
            _("How many opinions on this aspect are positive, less how many are negative."),
            _(
                "(Positive − negative opinions) ÷ all opinions on the aspect; adjusted Wald interval."
            ),
            "opinion",
            "",
            NET,
            display="points",
            scale=(-1, 1),
            of_aspect=True,
            neutral=0,
        ),
        Definition(
            "mention_share",
            _("Mention share"),
            _("Share of voices that speak of this aspect."),
            _("Voices with an opinion on the aspect divided by all voices; Wilson interval."),
            "opinion",
            "",
            MENTIONED,
            better=0,
            display="percent",
            scale=(0, 1),
            of_aspect=True,
            needs_base=True,
        ),
        Definition(
            "negative_share",
            _("Negative share"),
            _("Among voices that speak of this aspect, the share that complain about it."),
            _(
                "Voices with a negative opinion on the aspect divided by voices that speak of it; Wilson interval."
            ),
            "opinion",
            "",
            NEGATIVE_OF_ALL,
            better=-1,
            display="percent",
            scale=(0, 1),
            of_aspect=True,
        ),
    )
}


class UnknownMetric(KeyError):
    """No metric has this code."""


def definition_of(code: str) -> Definition:
    """The metric behind a code; ``score:CODE`` and ``event:KIND`` are means of any question or event.

    Raises:
        UnknownMetric: there is none.
    """
    if code in CATALOGUE:
        return CATALOGUE[code]
    prefix, _colon, rest = code.partition(":")
    if rest and prefix in _OPEN:
        return _OPEN[prefix](rest)
    raise UnknownMetric(code)


def _question(code: str) -> Definition:
    return Definition(
        f"score:{code}",
        code,
        _("What customers answered to this question."),
        _("Mean of the answers; Student's t interval."),
        "score",
        code,
        MEAN,
        scale=(1, 5),
        neutral=3,
    )


def _event(kind: str) -> Definition:
    return Definition(
        f"event:{kind}",
        kind,
        _("What the business recorded."),
        _("Mean of the recorded values; Student's t interval."),
        "event",
        kind,
        MEAN,
        better=0,
    )


_OPEN: dict[str, Callable[[str], Definition]] = {"score": _question, "event": _event}
