"""Writing themes: what a look found, and what people decide."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from peakend.organization.models import User
from peakend.themes.choices import State
from peakend.themes.errors import ThemeRefused
from peakend.themes.finding import Candidate, Collection, mentions
from peakend.themes.models import Look, Mention, Theme
from peakend.themes.phrases import finder, same_theme

REMEMBERED = timedelta(weeks=26)  # for so long a theme no longer found is still counted
CHUNK = 2_000


@transaction.atomic
def keep_look(collection: Collection, found: Sequence[Candidate], at: datetime) -> Look:
    """Keep what a look found. A theme found again stays the same, with what was decided of it."""
    code = collection.taxonomy.code
    today = collection.until - timedelta(days=1)
    known = list(Theme.objects.select_for_update().filter(taxonomy=code).order_by("pk"))
    current: list[Theme] = []
    for candidate in found:
        theme = next((one for one in known if same_theme(one.phrases, candidate.phrases)), None)
        if theme is None:
            theme = Theme(taxonomy=code, found_on=today)
        elif theme in current:
            continue
        theme.kind = candidate.kind
        theme.phrases = list(candidate.phrases)
        theme.z = candidate.z
        theme.near, theme.near_share = candidate.near, candidate.near_share
        theme.seen_on, theme.is_current = today, True
        theme.save()
        current.append(theme)
    for theme in known:
        if theme not in current and theme.is_current:
            theme.is_current = False
            theme.save(update_fields=["is_current"])
    for theme in {*current, *known}:
        if theme.seen_on >= today - REMEMBERED:
            _count_mentions(theme, collection)
    look, _ = Look.objects.update_or_create(
        taxonomy=code,
        defaults={
            "at": at,
            "before": collection.before,
            "since": collection.since,
            "until": collection.until,
            "newest": collection.newest,
            "every": collection.every,
            "recent": len(collection.between(collection.since, collection.until)),
            "earlier": len(collection.between(collection.before, collection.since)),
        },
    )
    return look


@transaction.atomic
def dismiss(theme_id: int, by: User, at: datetime) -> Theme:
    """Say that the theme is nothing to follow. It stays dismissed when it is found again."""
    return _decide(theme_id, State.OPEN, State.DISMISSED, by, at)


@transaction.atomic
def restore(theme_id: int, by: User, at: datetime) -> Theme:
    """Take a dismissal back."""
    return _decide(theme_id, State.DISMISSED, State.OPEN, by, at)


@transaction.atomic
def mark_named(theme_id: int, aspect: str, by: User, at: datetime) -> Theme:
    """Say that the taxonomy has been given the theme's words, as this aspect."""
    return _decide(theme_id, State.OPEN, State.NAMED, by, at, aspect)


def _decide(theme_id: int, was: str, state: str, by: User, at: datetime, aspect: str = "") -> Theme:
    theme = Theme.objects.select_for_update(of=("self",)).filter(pk=theme_id).first()
    if theme is None or theme.state != was:
        raise ThemeRefused("changed_since")
    theme.state, theme.aspect = state, aspect
    theme.decided_by, theme.decided_at = by, at
    theme.save(update_fields=["state", "aspect", "decided_by", "decided_at"])
    return theme


def _count_mentions(theme: Theme, collection: Collection) -> None:
    """Make the theme's mentions those of its phrases today: most stay, few come and go."""
    places = mentions(collection.voices, finder(tuple(theme.phrases)))
    held = dict(theme.mentions.order_by("pk").values_list("voice_id", "pk"))
    gone = [pk for voice, pk in held.items() if voice not in places]
    for chunk in _chunks(gone):
        Mention.objects.filter(pk__in=chunk).delete()
    Mention.objects.bulk_create(
        [
            Mention(theme=theme, voice_id=voice, start=start, end=end)
            for voice, (start, end) in places.items()
            if voice not in held
        ],
        batch_size=CHUNK,
        ignore_conflicts=True,
    )


def _chunks(keys: Sequence[int]) -> Iterable[Sequence[int]]:
    return (keys[at : at + CHUNK] for at in range(0, len(keys), CHUNK))
