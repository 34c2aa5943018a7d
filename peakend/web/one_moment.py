"""A page that is read is of one moment: its figures add up, and the warehouse is looked at once."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from peakend.warehouse.tables import at_one_moment


class OneMomentMiddleware:
    """Holds how the warehouse stands for the length of a request that changes nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        with at_one_moment():
            return self.get_response(request)
