"""What a voice wants and how it feels, as people call it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import pgettext_lazy

INTENT_TITLES: Mapping[str, Any] = {
    "complaint": pgettext_lazy("intent", "complaint"),
    "question": pgettext_lazy("intent", "question"),
    "suggestion": pgettext_lazy("intent", "suggestion"),
    "praise": pgettext_lazy("intent", "praise"),
    "leave": pgettext_lazy("intent", "threat to leave"),
    "contact": pgettext_lazy("intent", "request for contact"),
}
EMOTION_TITLES: Mapping[str, Any] = {
    "anger": pgettext_lazy("emotion", "anger"),
    "disappointment": pgettext_lazy("emotion", "disappointment"),
    "anxiety": pgettext_lazy("emotion", "anxiety"),
    "joy": pgettext_lazy("emotion", "joy"),
    "gratitude": pgettext_lazy("emotion", "gratitude"),
    "surprise": pgettext_lazy("emotion", "surprise"),
    "sadness": pgettext_lazy("emotion", "sadness"),
}


def named_bits(bits: int, titles: Mapping[str, Any], order: tuple[str, ...]) -> list[str]:
    """The titles of the bits that are set, in their order."""
    return [str(titles[name]) for place, name in enumerate(order) if bits >> place & 1]
