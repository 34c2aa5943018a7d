"""Is the installation well? For load balancers and people on call."""

from typing import Any

from django.db import DatabaseError, connection
from django.http import HttpRequest
from ninja import Router, Schema, Status

from peakend.api.access import PerAddress

router = Router(tags=["health"])


class Health(Schema):
    """Whether signals can be taken and applied."""

    status: str


@router.get(
    "/health",
    auth=None,
    throttle=[PerAddress("120/m")],
    response={200: Health, 503: Health},
    operation_id="get_health",
)
def get_health(request: HttpRequest) -> Status[Any]:
    """Open to everybody; says nothing but whether the database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return Status(503, {"status": "down"})
    return Status(200, {"status": "ok"})
