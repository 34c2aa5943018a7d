"""What the shell of every page needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    """Permissions of the reader and whether this is the demo company."""
    return {"permissions": getattr(request, "permissions", frozenset()), "demo": settings.DEMO}
