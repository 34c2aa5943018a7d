"""Who is behind a request, for the audit log."""

from auditlog.middleware import AuditlogMiddleware
from django.conf import settings
from django.http import HttpRequest


class AuditMiddleware(AuditlogMiddleware):  # type: ignore[misc]
    """Couples what a request changes with its person and address.

    The library believes any ``X-Forwarded-For``; here only the proxies one has declared are
    believed, as for the counting of attempts to sign in.
    """

    @staticmethod
    def _get_remote_addr(request: HttpRequest) -> str | None:
        proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
        hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
        if proxies and len(hops) >= proxies and hops[-proxies]:
            return hops[-proxies]
        return request.META.get("REMOTE_ADDR")
