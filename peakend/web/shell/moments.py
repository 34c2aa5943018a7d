"""A moment as an address names it: where the next page of a list begins."""

from datetime import UTC, datetime

from django.utils import timezone
from django.utils.dateparse import parse_datetime


def moment_of(typed: str) -> datetime | None:
    """The moment, or nothing where none is named."""
    try:
        at = parse_datetime(typed)
        return at.astimezone(UTC) if at is not None and timezone.is_aware(at) else None
    except (ValueError, OverflowError):  # also one before the first year or after the last
        return None
