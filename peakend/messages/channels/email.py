"""Mail."""

import re

from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email

from peakend.messages.channels.adapter import Adapter, Outgoing
from peakend.messages.errors import InvalidAddress, SendFailed


def _check_email(address: str) -> None:
    for one in _mailboxes(address):
        try:
            validate_email(one)
        except ValidationError as error:
            raise InvalidAddress("email") from error
    if not _mailboxes(address):
        raise InvalidAddress("email")


def _send_email(message: Outgoing) -> None:
    text = f"{message.body}\n\n{message.link}" if message.link else message.body
    # A line break in a subject is a header injection; Django refuses it, names may hold one.
    subject = " ".join(message.subject.split())
    mail = EmailMessage(
        subject, text, to=_mailboxes(message.address), headers={"Message-ID": _message_id(message)}
    )
    try:
        mail.send()
    except OSError as error:  # smtplib's errors are OSErrors
        raise SendFailed("mail_failed", again=True) from error


def _message_id(message: Outgoing) -> str:
    return f"<{re.sub(r'[^A-Za-z0-9.-]', '.', message.key)}@peakend>"


def _mailboxes(address: str) -> list[str]:
    return [one.strip() for one in re.split(r"[,;\s]+", address) if one.strip()]


def _mask_mailboxes(address: str) -> str:
    return ", ".join(f"{one[:1]}…@{one.split('@')[-1]}" for one in _mailboxes(address))


EMAIL = Adapter(_check_email, _send_email, _mask_mailboxes)
