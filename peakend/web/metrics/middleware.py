"""A page reads what is set about metrics once, however many figures it draws."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from peakend.metrics.registry import read_once


class MetricsMiddleware:
    """Holds the registry for the length of a request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with read_once():
            return self.get_response(request)
