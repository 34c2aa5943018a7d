"""Notices and messages about something whose words are no longer known."""

from typing import Any

from peakend.messages.models import Message, Notice


def retell(link: str, context: dict[str, Any]) -> int:
    """Let what was told about the page at ``link`` say this instead; how many were changed."""
    changed = 0
    for model in (Notice, Message):
        for row in model.objects.filter(link=link).order_by("pk"):
            known = {name: context[name] for name in row.context if name in context}
            changed += model.objects.filter(pk=row.pk).update(context=row.context | known)
    return changed
