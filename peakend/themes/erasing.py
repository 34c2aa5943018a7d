"""Themes after voices were erased: what nobody else said is no theme any more."""

from collections.abc import Sequence

from peakend.themes.models import Mention, Theme


def themes_with(voices: Sequence[int]) -> list[int]:
    """The themes that these voices mention."""
    found = Mention.objects.filter(voice__in=voices).order_by("theme")
    return list(found.values_list("theme", flat=True).distinct())


def keep_what_others_said(themes: Sequence[int]) -> int:
    """Drop phrases that no remaining voice holds, and themes that are left without; how many."""
    dropped = 0
    for theme in Theme.objects.filter(pk__in=themes).order_by("pk"):
        texts = [
            mention.voice.text.lower()
            for mention in theme.mentions.select_related("voice").order_by("pk")
        ]
        kept = [phrase for phrase in theme.phrases if any(phrase.lower() in one for one in texts)]
        if not kept:
            theme.delete()
            dropped += 1
        elif kept != theme.phrases:
            Theme.objects.filter(pk=theme.pk).update(phrases=kept)
    return dropped
