"""Feedback and events come in: batches of signals, answered when they are durable."""

from typing import Any

import msgspec
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja import Header, Router, Schema
from ninja.errors import HttpError

from peakend.api.access import Bearer
from peakend.collect.signals import MAX_ITEMS, Accepted, BadBatch, Sender, accept
from peakend.inbox import open_inbox
from peakend.inbox.signals import CustomerUpdate, Event, Response, Turn, Voice
from peakend.organization.models import Unit
from peakend.surveys.models import Survey

router = Router(tags=["feedback"])

WORDS = {
    "not_json": "The body is not JSON.",
    "not_a_list": "The body must be a list of items, or an object with the list 'items'.",
    "too_many": f"At most {MAX_ITEMS} items may come at once.",
}
_TEMPLATE = "#/components/schemas/{name}"


class ItemErrorOut(Schema):
    """Why one item was not taken."""

    index: int
    field: str
    code: str
    message: str


class Receipt(Schema):
    """What became of the items; the accepted ones are on the disk."""

    accepted: int
    duplicates: int
    errors: list[ItemErrorOut]


class Problem(Schema):
    """What is wrong with a call."""

    detail: str


def _body(*kinds: type) -> dict[str, Any]:
    """The request body as OpenAPI; the bytes themselves go to ``collect`` undecoded."""
    items = [{"$ref": _TEMPLATE.format(name=kind.__name__)} for kind in kinds]
    array = {"type": "array", "maxItems": MAX_ITEMS, "items": {"anyOf": items}}
    wrapped = {"type": "object", "required": ["items"], "properties": {"items": array}}
    return {
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"anyOf": [array, wrapped]}}},
        }
    }


def signal_schemas() -> dict[str, Any]:
    """The forms of signals, for the OpenAPI document."""
    _, components = msgspec.json.schema_components(
        [Voice, Response, Event, CustomerUpdate, Turn], ref_template=_TEMPLATE
    )
    return components


@router.post(
    "/feedback",
    auth=Bearer("voices.import"),
    response={200: Receipt, 400: Problem, 413: Problem},
    openapi_extra=_body(Voice, Response, Turn),
    operation_id="post_feedback",
)
def post_feedback(request: HttpRequest, idempotency_key: Header[str] = "") -> Accepted:
    """Send what customers said: voices, survey responses and turns of conversations, at most
    1,000 a call.

    The answer comes when the items are durable. Send an `id` with each item, or an
    `Idempotency-Key` with the call: what is sent again is then counted once.
    """
    return _accept(request, "feedback", idempotency_key)


@router.post(
    "/events",
    auth=Bearer("voices.import"),
    response={200: Receipt, 400: Problem, 413: Problem},
    openapi_extra=_body(Event, CustomerUpdate),
    operation_id="post_events",
)
def post_events(request: HttpRequest, idempotency_key: Header[str] = "") -> Accepted:
    """Send what customers did and what other systems know of them, at most 1,000 items a call."""
    return _accept(request, "events", idempotency_key)


def _accept(request: HttpRequest, decoder: str, idempotency_key: str) -> Accepted:
    scope = request.scope  # type: ignore[attr-defined]
    units = dict(Unit.objects.order_by("pk").values_list("code", "pk"))
    sender = Sender(
        known_units=frozenset(units),
        units=None
        if scope.units is None
        else frozenset(code for code, pk in units.items() if pk in scope.units),
        surveys=frozenset(Survey.objects.filter(is_active=True).values_list("slug", flat=True)),
    )
    if int(request.headers.get("Content-Length") or 0) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise HttpError(413, "The body is too large.")
    try:
        return accept(request.body, decoder, sender, open_inbox(), timezone.now(), idempotency_key)
    except BadBatch as bad:
        raise HttpError(400, WORDS[bad.code]) from bad
