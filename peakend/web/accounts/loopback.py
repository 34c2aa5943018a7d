"""Accounts whose password everybody knows may sign in from this very machine only."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest

from peakend.organization.access import works_here_only
from peakend.organization.models import User
from peakend.web.context import is_loopback


class LoopbackBackend(AuthenticationBackend):
    """Signs people in as allauth does, and refuses demo accounts from anywhere else."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        user = super().authenticate(request, **credentials)
        if user is None or not works_here_only(user):
            return user
        return user if request is not None and is_loopback(request) else None

    def get_user(self, user_id: int) -> User | None:
        return super().get_user(user_id)
