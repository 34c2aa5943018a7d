"""The API's operations and its OpenAPI document."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils import timezone
from ninja import NinjaAPI

from peakend.api import cases, feedback, health, metrics, voices
from peakend.api.access import Nobody, PerToken
from peakend.organization.tokens import find_token

app_name = "api"

api = NinjaAPI(
    title="Peakend",
    version="1",
    description="Customer experience management: send feedback, read voices, metrics and cases.",
    urls_namespace="v1",
    # Only for those who are signed in: see ``openapi`` below.
    openapi_url=None,
    docs_url=None,
    auth=Nobody(),
    throttle=[PerToken("600/m")],
)
for room in (feedback, voices, metrics, cases, health):
    api.add_router("", room.router)


@api.exception_handler(RecursionError)
def nested_too_deep(request: HttpRequest, error: Exception) -> HttpResponse:
    """A body nested deeper than any feedback is the caller's mistake."""
    return api.create_response(request, {"detail": "The body is nested too deeply."}, status=400)


def openapi_document() -> dict[str, Any]:
    """The OpenAPI document, with the forms of signals that ``collect`` decodes itself."""
    document: dict[str, Any] = api.get_openapi_schema(path_prefix="/api/v1/")
    document["components"]["schemas"].update(feedback.signal_schemas())
    return document


def openapi(request: HttpRequest) -> HttpResponse:
    """The document, for people who are signed in and for programs with a token."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    known = scheme.lower() == "bearer" and find_token(secret, timezone.now()) is not None
    if not request.user.is_authenticated and not known:
        return JsonResponse({"detail": "Unauthorized"}, status=401)
    return JsonResponse(openapi_document())


urlpatterns = [
    path("v1/openapi.json", openapi, name="openapi"),
    path("v1/", api.urls),
]
