"""What is left of the cases of an erased customer: how they were handled, not what was said."""

from collections.abc import Sequence

from peakend.cases.models import Case, Comment, Entry, Evidence, Step

# What of a line of history people write themselves.
WRITTEN = {"note", "reason"}


def forget_words(cases: Sequence[int], voices: Sequence[int], responses: Sequence[int]) -> int:
    """Empty what people wrote in these cases, and let go of the evidence of others; how many cases.

    Times, steps and root causes stay: they tell of the company.
    """
    Evidence.objects.filter(voice__in=voices).update(voice=None, opinion=None)
    Evidence.objects.filter(response__in=responses).update(response=None, opinion=None)
    Comment.objects.filter(case__in=cases).delete()
    Step.objects.filter(case__in=cases).update(note="")
    for entry in Entry.objects.filter(case__in=cases).order_by("pk"):
        kept = {name: value for name, value in entry.details.items() if name not in WRITTEN}
        Entry.objects.filter(pk=entry.pk).update(details=kept)
    return Case.objects.filter(pk__in=cases).update(title="", root_cause_note="", customer=None)
