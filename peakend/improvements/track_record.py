"""What improvements delivered of what they promised, judged strictly because many are judged."""

from dataclasses import dataclass
from datetime import date

from peakend.improvements.choices import VerdictValue
from peakend.improvements.models import Initiative, Verification
from peakend.improvements.verification import effect_of
from peakend.methods.estimate import Comparison
from peakend.methods.quantiles import t_value, z_value


@dataclass(frozen=True)
class Delivery:
    """One judged initiative.

    ``effect`` is signed as the metric is, with its 95 % interval. ``delivered``: the gain is above
    zero even at the strict level; ``missed``: the promised gain is ruled out at that level.
    """

    initiative: Initiative
    verdict: VerdictValue
    effect: Comparison
    delivered: bool
    missed: bool


def deliveries(as_of: date, *, level: float = 0.001) -> list[Delivery]:
    """Every initiative whose day of judgement has come, the newest first.

    The verdict on an initiative's page holds at 95 %. Over a whole track record one in twenty
    would be wrong by chance, so here the bounds are one-sided at ``level``.
    """
    final = Verification.objects.filter(is_final=True, on__lte=as_of).select_related("initiative")
    newest: dict[int, Verification] = {row.initiative_id: row for row in final.order_by("on", "pk")}
    rows = sorted(newest.values(), key=lambda row: (row.on, row.pk), reverse=True)
    return [_delivery(row, level) for row in rows]


def _delivery(row: Verification, level: float) -> Delivery:
    initiative = row.initiative
    effect = effect_of(initiative, row.on)
    delivered = missed = False
    if effect.value is not None and effect.standard_error:
        gain = effect.value * initiative.direction
        freedom = effect.degrees_of_freedom
        confidence = 1.0 - 2.0 * level
        quantile = t_value(confidence, freedom) if freedom else z_value(confidence)
        margin = quantile * effect.standard_error
        delivered = gain - margin > 0
        missed = gain + margin < initiative.target
    return Delivery(initiative, VerdictValue(row.verdict), effect, delivered, missed)
