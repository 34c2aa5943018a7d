"""What the demo company tried: one thing that worked, one that did not, one still open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from peakend.demo.cast import KITCHENS, STORES
from peakend.demo.stories import Improvement, Plan
from peakend.improvements.models import Initiative
from peakend.improvements.services import InitiativeDraft, start_initiative
from peakend.loop.improvement_verified import verify_due
from peakend.organization.models import Unit, User

BASELINE_WEEKS = 28
_NOT_YET = timedelta(weeks=3)


@dataclass(frozen=True)
class Idea:
    """What an initiative says of itself."""

    token: str
    name: str
    name_en: str
    hypothesis: str
    metric: str
    aspect: str
    target: float
    owner: str  # unit code


QUICK_KITCHEN = Idea(
    "demo-quick-kitchen",
    "分时备料，首道菜十五分钟上桌",
    "Prep by the hour: first dish in fifteen minutes",
    "高峰前一小时按预订量备好半成品，首道菜十五分钟内上桌，抱怨上菜慢的顾客会少。",
    "negative_share",
    "serving_speed",
    0.15,
    "kitchen",
)
SMILES = Idea(
    "demo-smile-training",
    "微笑服务培训",
    "Smile training",
    "全员两天微笑服务培训后，顾客给服务打的分会提高半分。",
    "score:service",
    "",
    0.50,
    "store_operations",
)
QUEUE_NEWS = Idea(
    "demo-queue-news",
    "等位进度主动告知",
    "Telling people how long they will wait",
    "等位时每二十分钟告知一次进度，并送一份小食，开口抱怨的顾客会少。",
    "negative_voices",
    "",
    0.06,
    "digital",
)


def try_improvements(plan: Plan, as_of: datetime) -> None:
    """Put the initiatives on record and judge those whose day has come.

    An omitted story's initiative is still an idea: planned, never carried out.
    """
    done = Initiative.objects.filter(token=QUICK_KITCHEN.token).exists()
    if done:
        return
    _start(plan, QUICK_KITCHEN, plan.worked, as_of)
    _start(plan, SMILES, plan.failed, as_of)
    used = {
        *(plan.worked.stores if plan.worked else ()),
        *(plan.failed.stores if plan.failed else ()),
    }
    # The one still open runs where nothing else is tried, so that no other effect is mixed in.
    free = [store for store in KITCHENS if store not in used][:10]
    launch = plan.until - timedelta(weeks=4)
    _record(plan, QUEUE_NEWS, free, launch, launch + timedelta(weeks=10))
    verify_due(as_of)


def _start(plan: Plan, idea: Idea, story: Improvement | None, as_of: datetime) -> None:
    if story is None:
        begin = plan.until + _NOT_YET
        _record(plan, idea, KITCHENS[:6], begin, begin + timedelta(weeks=16))
        return
    # Judged on the last day that was heard.
    _record(plan, idea, story.stores, story.launch, plan.until - timedelta(days=1))


def _record(plan: Plan, idea: Idea, stores: Sequence[int], begins: date, judged: date) -> None:
    lead = User.objects.get(username="lead")
    start_initiative(
        InitiativeDraft(
            name=idea.name,
            name_en=idea.name_en,
            hypothesis=idea.hypothesis,
            metric=idea.metric,
            aspect=idea.aspect,
            target=idea.target,
            starts_on=begins,
            ends_on=judged,
            pilots=list(
                Unit.objects.filter(code__in=[STORES[store].code for store in stores]).order_by(
                    "pk"
                )
            ),
            baseline_weeks=BASELINE_WEEKS,
            guardrails=({"metric": "csat", "limit": 0.3},),
            unit=Unit.objects.get(code=idea.owner),
            owner=lead,
        ),
        by=lead,
        as_of=plan.until,
        token=idea.token,
    )
