from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse

from peakend.organization.access import may


class ClosedAdapter(DefaultAccountAdapter):
    """Accounts are made by an administrator; strangers cannot sign up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The first page the person may open: frontline staff start with their cases."""
        if not may(request.user, "overview.read") and may(request.user, "cases.read"):  # type: ignore[arg-type]
            return reverse("cases:index")
        return str(super().get_login_redirect_url(request))
