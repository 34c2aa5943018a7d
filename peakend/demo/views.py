"""The dashboards the demo's people keep: the lead's for Monday morning, on which the stories show."""

from peakend.metrics.choices import Sharing
from peakend.metrics.models import Dashboard
from peakend.metrics.saved_views import DashboardDraft, save_dashboard
from peakend.organization.models import User

# Waiting went wrong in one store, an improvement worked on it in some and failed in others: what
# is said of waiting stands beside the whole, by store, over the months in which it happened.
_KEPT = (
    DashboardDraft(
        name="周一晨会",
        name_en="Monday morning",
        metrics=(
            "negative_share@wait_time", "nps", "csat", "sentiment", "negative_voices",
            "rating", "queue_time",
        ),
        filters="period=90d",
        sharing=Sharing.EVERYONE,
    ),
    DashboardDraft(
        name="餐品与价格",
        name_en="Food and price",
        metrics=(
            "rating", "net_sentiment@taste", "net_sentiment@price", "negative_share@taste",
        ),
        filters="period=12m",
        by="segment",
    ),
)  # fmt: skip


def keep_views() -> None:
    """Keep the lead's dashboards; nothing twice."""
    lead = User.objects.get(username="lead")
    held = set(Dashboard.objects.filter(owner=lead).order_by("pk").values_list("name", flat=True))
    for draft in _KEPT:
        if draft.name not in held:
            save_dashboard(draft, by=lead)
