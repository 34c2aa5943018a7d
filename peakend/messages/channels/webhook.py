"""Signed webhooks."""

import json
from urllib.parse import urlsplit

from peakend.messages.channels.adapter import Adapter, Outgoing
from peakend.messages.channels.http import answer_of, mask_address, require_success
from peakend.messages.errors import InvalidAddress
from peakend.messages.outbound import GuardedSession
from peakend.messages.signatures import signed_headers


def _check_webhook(address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise InvalidAddress("webhook")


def _send_webhook(message: Outgoing) -> int:
    body = json.dumps(
        {
            "type": message.template,
            "timestamp": message.at.isoformat(),
            "data": {"subject": message.subject, "text": message.body, "link": message.link},
        },
        ensure_ascii=False,
    ).encode()
    headers = {"content-type": "application/json", "user-agent": "Peakend"}
    if message.secret:
        headers |= signed_headers(message.secret, message.key, message.at, body)
    with GuardedSession() as session:
        response = answer_of(lambda: session.post(message.address, data=body, headers=headers))
    require_success(response)
    return response.status_code


WEBHOOK = Adapter(_check_webhook, _send_webhook, mask_address)
