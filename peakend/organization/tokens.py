"""Tokens of programs: made, checked and revoked. Their secret is kept as a digest only."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from peakend.organization.access import permissions_of
from peakend.organization.models import ApiToken, User

PREFIX = "pk_"
# Writing the time of each use would put a write before every read; the hour is exact enough.
USE_RESOLUTION = timedelta(hours=1)


class TokenPermissionError(ValueError):
    """A token may not do what its owner may not do; ``permissions`` names what was asked too much."""

    def __init__(self, permissions: Iterable[str]) -> None:
        self.permissions = tuple(sorted(permissions))
        super().__init__(", ".join(self.permissions))


@transaction.atomic
def issue_token(
    *, owner: User, name: str, permissions: Iterable[str], expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """Make a token for ``owner``; the second value is the secret, which is never shown again.

    Raises:
        TokenPermissionError: the owner's role does not grant one of the permissions.
    """
    chosen = frozenset(permissions)
    if beyond := chosen - permissions_of(owner):
        raise TokenPermissionError(beyond)
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        owner=owner,
        name=name,
        start=secret[:8],
        digest=digest_of(secret),
        permissions=sorted(chosen),
        expires_at=expires_at,
    )
    return token, secret


def find_token(secret: str, as_of: datetime) -> ApiToken | None:
    """The valid token with this secret: not revoked, not expired, its owner active."""
    if not secret.startswith(PREFIX):
        return None
    token = (
        ApiToken.objects.select_related("owner", "owner__unit")
        .filter(Q(expires_at__isnull=True) | Q(expires_at__gt=as_of))
        .filter(digest=digest_of(secret), revoked_at__isnull=True, owner__is_active=True)
        .first()
    )
    if token and (token.last_used_at is None or as_of - token.last_used_at > USE_RESOLUTION):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=as_of)
    return token


def token_permissions(token: ApiToken) -> frozenset[str]:
    """What the token may do: what was chosen, as far as its owner still may."""
    return frozenset(token.permissions) & permissions_of(token.owner)


def revoke_token(token: ApiToken, as_of: datetime) -> None:
    """End the token at once; revoking twice keeps the first time."""
    ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=as_of)
    token.refresh_from_db()


def digest_of(secret: str) -> str:
    """SHA-256 is enough: the secret has 256 bits of its own, nobody can guess through it."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
