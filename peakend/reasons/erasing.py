"""Reasons after voices were erased: only wordings that somebody else used are kept."""

from collections.abc import Sequence

from peakend.reasons.models import Explained, Reason


def reasons_with(voices: Sequence[int]) -> list[int]:
    """The reasons that these voices give."""
    found = Explained.objects.filter(voice__in=voices).order_by("reason")
    return list(found.values_list("reason", flat=True).distinct())


def keep_what_others_said(reasons: Sequence[int]) -> int:
    """Drop wordings that no remaining voice holds, and reasons left without; how many."""
    dropped = 0
    for reason in Reason.objects.filter(pk__in=reasons).order_by("pk"):
        given = reason.explained.select_related("voice").order_by("pk")
        texts = [one.voice.text.lower() for one in given]
        counts = {
            words: sum(words.lower() in text for text in texts)
            for words in {*reason.wordings, reason.wording, reason.words}
        }
        kept = sorted((words for words in counts if counts[words]), key=lambda w: (-counts[w], w))
        if not kept:
            reason.delete()
            dropped += 1
            continue
        Reason.objects.filter(pk=reason.pk).update(
            wordings={words: n for words, n in reason.wordings.items() if counts[words]},
            wording=reason.wording if counts[reason.wording] else kept[0],
            words=reason.words if counts[reason.words] else kept[0],
        )
    return dropped
