"""Whether a metric is in control: its own history sets the limits of what is usual."""

from collections.abc import Sequence
from dataclasses import dataclass

from peakend.methods.control import ControlChart, Signal, p_chart, run_rules, xmr_chart
from peakend.metrics.queries import Reading

# A share of hundreds of answers a week varies more than chance alone; Laney's limits take that in.
LANEY_FROM = 3
LEAST_BASELINE = 8


@dataclass(frozen=True)
class InControl:
    """A series with its limits and what breaks them.

    ``signals`` are the patterns of the Western Electric rules, ``outside`` the places beyond the
    limits. ``baseline`` is how many first periods set the limits.
    """

    chart: ControlChart
    signals: tuple[Signal, ...]
    baseline: int

    @property
    def outside(self) -> tuple[int, ...]:
        return self.chart.outside

    @property
    def is_known(self) -> bool:
        """Whether there was enough history to set limits by."""
        return any(limit is not None for limit in self.chart.high)


def control_of(series: Sequence[Reading | None], baseline: int | None = None) -> InControl:
    """Limits of a metric from its own periods, in order; None where nothing was observed.

    ``baseline`` counts the first periods that set the limits, so that what is judged does not
    stretch its own yardstick; fewer than eight are too few, and then all of them do.
    """
    usable = baseline if baseline is not None and baseline >= LEAST_BASELINE else None
    known = [one for one in series if one is not None and one.value is not None]
    if known and known[0].metric.display == "percent":
        chart = _of_shares(series, usable)
    else:
        chart = xmr_chart([None if one is None else one.value for one in series], baseline=usable)
    return InControl(chart, _signals(chart), usable or len(series))


def _of_shares(series: Sequence[Reading | None], baseline: int | None) -> ControlChart:
    hits = [
        0.0 if one is None or one.value is None else min(one.n, round(one.value * one.n))
        for one in series
    ]
    sizes = [0.0 if one is None or one.value is None else float(one.n) for one in series]
    filled = sum(size > 0 for size in sizes[:baseline])
    laney = p_chart(hits, sizes, baseline=baseline, laney=filled > LANEY_FROM)
    plain = p_chart(hits, sizes, baseline=baseline)
    # Laney's factor may fall below one by chance; then plain chance is the honest yardstick.
    return laney if _is_wider(laney, plain) else plain


def _is_wider(one: ControlChart, other: ControlChart) -> bool:
    pairs = [
        (a, b)
        for a, b in zip(one.sigma, other.sigma, strict=True)
        if a is not None and b is not None
    ]
    return bool(pairs) and sum(a for a, _ in pairs) > sum(b for _, b in pairs)


def _signals(chart: ControlChart) -> tuple[Signal, ...]:
    if chart.value is None or not any(chart.sigma):
        return ()
    found = run_rules(chart.points, chart.value, chart.sigma)
    return found.signals
