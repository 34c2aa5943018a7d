"""Signing in and out leaves a trace in the audit log."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models import Q

from peakend.organization.audit import note
from peakend.organization.models import User


def note_sign_ins() -> None:
    """Note every sign-in, sign-out and failed attempt from now on."""
    user_logged_in.connect(_signed_in, dispatch_uid="note_sign_in")
    user_logged_out.connect(_signed_out, dispatch_uid="note_sign_out")
    user_login_failed.connect(_refused, dispatch_uid="note_refused_sign_in")


def _signed_in(*, user: User, **_: Any) -> None:
    note("login", user, actor=user)


def _signed_out(*, user: User | None, **_: Any) -> None:
    if user is not None:
        note("logout", user, actor=user)


def _refused(*, credentials: dict[str, Any], **_: Any) -> None:
    """Only attempts on accounts that exist are noted: what else is typed may be a password."""
    typed = credentials.get("username") or credentials.get("email") or ""
    person = (
        User.objects.filter(Q(username__iexact=typed) | Q(email__iexact=typed))
        .order_by("pk")
        .first()
        if typed
        else None
    )
    if person is not None:
        note("login_refused", person)
