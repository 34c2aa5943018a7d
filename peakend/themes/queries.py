"""Reading themes: which there are, and how often they are mentioned, always within a condition."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncDate

from peakend.organization.access import Scope
from peakend.themes.choices import State
from peakend.themes.models import Look, Mention, Theme
from peakend.voices.models import Source


@dataclass(frozen=True)
class Day:
    """The voices of one day, one polarity, that mention a theme."""

    theme: int
    day: date
    polarity: int
    voices: int


def current_themes() -> list[Theme]:
    """What the newest looks found and nobody has decided on, the surest first."""
    rows = Theme.objects.filter(is_current=True, state=State.OPEN)
    return list(rows.order_by("-z", "pk"))


def decided_themes() -> list[Theme]:
    """What people decided on, the newest decision first."""
    rows = Theme.objects.exclude(state=State.OPEN).select_related("decided_by")
    return list(rows.order_by("-decided_at", "-pk"))


def theme_title(theme: int) -> str:
    """A theme by its surest words."""
    found = Theme.objects.filter(pk=theme).first()
    return found.title if found else ""


def mentions_theme(theme: int) -> Q:
    """The condition on a voice that it mentions a theme."""
    return Q(pk__in=Mention.objects.filter(theme=theme).values("voice"))


def is_mentioned_within(theme: int, scope: Scope) -> bool:
    """Whether a voice within the scope mentions a theme."""
    return scope.filter(Mention.objects.filter(theme=theme), "voice__unit").exists()


def looks() -> list[Look]:
    """The newest look at each taxonomy's voices."""
    return list(Look.objects.order_by("taxonomy"))


def sources_of(taxonomy: str) -> tuple[str, ...]:
    """The codes of the sources a taxonomy reads: a theme's share is of their voices."""
    rows = Source.objects.filter(taxonomy=taxonomy).order_by("code")
    return tuple(rows.values_list("code", flat=True))


def mentions_of(themes: Iterable[Theme], within: Q) -> QuerySet[Mention]:
    """The mentions whose voices meet a condition, which is written for mentions (``voice__…``)."""
    return Mention.objects.filter(within, theme__in=[theme.pk for theme in themes])


def mention_days(themes: Collection[Theme], within: Q) -> list[Day]:
    """Mentions counted by theme, day and the polarity of the whole voice."""
    rows = (
        mentions_of(themes, within)
        .values("theme_id", day=TruncDate("voice__occurred_at"), polarity=F("voice__polarity"))
        .annotate(voices=Count("pk"))
        .order_by("theme_id", "day", "polarity")
    )
    return [Day(row["theme_id"], row["day"], row["polarity"], row["voices"]) for row in rows]


def units_by_theme(themes: Collection[Theme], within: Q) -> dict[int, int]:
    """In how many units each theme is mentioned."""
    rows = (
        mentions_of(themes, within)
        .filter(voice__unit__isnull=False)
        .values("theme_id")
        .annotate(units=Count("voice__unit", distinct=True))
        .order_by("theme_id")
    )
    return {row["theme_id"]: row["units"] for row in rows}


def mentions_by(theme: Theme, within: Q, field: str) -> dict[object, int]:
    """One theme's mentions by a field of their voices (``unit``, ``segment``, ``channel``)."""
    rows = (
        mentions_of([theme], within)
        .values(value=F(f"voice__{field}"))
        .annotate(voices=Count("pk"))
        .order_by("value")
    )
    return {row["value"]: row["voices"] for row in rows}
