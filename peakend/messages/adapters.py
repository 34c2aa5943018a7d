"""How each kind of channel is reached. A new kind is a new entry in :data:`ADAPTERS`."""

import importlib
import json
import re
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import apprise
import requests
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email

from peakend.messages.choices import ChannelKind
from peakend.messages.errors import InvalidAddress, SendFailed
from peakend.messages.outbound import AddressRefused, GuardedSession
from peakend.messages.signatures import signed_headers


@dataclass(frozen=True)
class Outgoing:
    """A message ready to leave: ``key`` is the same at every attempt, so receivers can tell."""

    address: str
    secret: str
    key: str
    template: str
    subject: str
    body: str
    link: str
    at: datetime


@dataclass(frozen=True)
class Adapter:
    """One kind of channel: what its address looks like, and how to send to it."""

    check: Callable[[str], None]
    send: Callable[[Outgoing], int | None]
    mask: Callable[[str], str]


def adapter_of(kind: str) -> Adapter:
    """The adapter of a kind of channel."""
    return ADAPTERS[ChannelKind(kind)]


# -- e-mail -----------------------------------------------------------------------------------


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


# -- signed webhooks --------------------------------------------------------------------------


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
        response = _answer(lambda: session.post(message.address, data=body, headers=headers))
    _require_success(response)
    return response.status_code


# -- chat robots, through Apprise -------------------------------------------------------------


@dataclass(frozen=True)
class _Robot:
    """A robot's own webhook address, as people copy it, and Apprise's form of it."""

    pattern: re.Pattern[str]
    apprise_url: str
    module: str
    # The field of the answer that is 0 when all went well: these services say 200 to everything.
    verdict: tuple[str, ...]


_ROBOTS = {
    ChannelKind.WECOM: _Robot(
        re.compile(r"https://qyapi\.weixin\.qq\.com/cgi-bin/webhook/send\?key=(?P<token>[\w-]+)"),
        "wecombot://{token}/",
        "apprise.plugins.wecombot",
        ("errcode",),
    ),
    ChannelKind.DINGTALK: _Robot(
        re.compile(r"https://oapi\.dingtalk\.com/robot/send\?access_token=(?P<token>\w+)"),
        "dingtalk://{secret}{token}/",
        "apprise.plugins.dingtalk",
        ("errcode",),
    ),
    ChannelKind.FEISHU: _Robot(
        re.compile(r"https://open\.feishu\.cn/open-apis/bot/v2/hook/(?P<token>[\w-]+)"),
        "feishu://{token}/",
        "apprise.plugins.feishu",
        ("StatusCode", "code"),
    ),
}

_last_answer: ContextVar[requests.Response | None] = ContextVar("last_answer", default=None)


def _guarded_post(url: str, **options: Any) -> requests.Response:
    with GuardedSession() as session:
        response = session.post(url, **options)
    _last_answer.set(response)
    return response


# Apprise's robots call ``requests.post`` through their module's own name. Each of the few modules
# used here is handed a stand-in, once, so that there is no way around the guard.
_GUARDED_REQUESTS = SimpleNamespace(
    post=_guarded_post, codes=requests.codes, RequestException=requests.RequestException
)


def _robot_for(kind: ChannelKind, address: str, secret: str) -> apprise.NotifyBase:
    robot = _ROBOTS[kind]
    found = robot.pattern.fullmatch(address.strip())
    if found is None:
        raise InvalidAddress(kind)
    module: Any = importlib.import_module(robot.module)
    module.requests = _GUARDED_REQUESTS
    signing = f"{secret}@" if secret else ""
    made = apprise.Apprise.instantiate(
        robot.apprise_url.format(token=found["token"], secret=signing)
    )
    if not isinstance(made, apprise.NotifyBase):
        raise InvalidAddress(kind)
    return made


def _send_to_robot(kind: ChannelKind, message: Outgoing) -> int | None:
    robot = _robot_for(kind, message.address, message.secret)
    token = _last_answer.set(None)
    text = f"{message.body}\n{message.link}" if message.link else message.body
    try:
        accepted = robot.notify(body=text, title=message.subject)
        response = _last_answer.get()
    except AddressRefused as error:
        raise SendFailed("refused_address", again=False) from error
    finally:
        _last_answer.reset(token)
    if response is None:
        raise SendFailed("no_connection", again=True)
    _require_success(response)
    if not accepted or not _says_well(response, _ROBOTS[kind].verdict):
        raise SendFailed("rejected", again=False, status=response.status_code)
    return response.status_code


def _says_well(response: requests.Response, fields: tuple[str, ...]) -> bool:
    try:
        answer = json.loads(response.content)
    except ValueError:
        return False
    return isinstance(answer, dict) and any(answer.get(field) == 0 for field in fields)


# -- what they share --------------------------------------------------------------------------


def _answer(send: Callable[[], requests.Response]) -> requests.Response:
    try:
        return send()
    except AddressRefused as error:
        raise SendFailed("refused_address", again=False) from error
    except requests.Timeout as error:
        raise SendFailed("timed_out", again=True) from error
    except requests.RequestException as error:
        raise SendFailed("no_connection", again=True) from error


def _require_success(response: requests.Response) -> None:
    status = response.status_code
    if 300 <= status < 400:
        raise SendFailed("redirected", again=False, status=status)
    if status == 429 or status >= 500:
        raise SendFailed("not_now", again=True, status=status)
    if status >= 400:
        raise SendFailed("rejected", again=False, status=status)


def _mask_address(address: str) -> str:
    """The host and the last four characters: enough to recognise, nothing to use."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.hostname}/…{address[-4:]}" if parts.hostname else "…"


def _mask_mailboxes(address: str) -> str:
    return ", ".join(f"{one[:1]}…@{one.split('@')[-1]}" for one in _mailboxes(address))


def _robot_adapter(kind: ChannelKind) -> Adapter:
    def check(address: str) -> None:
        if _ROBOTS[kind].pattern.fullmatch(address.strip()) is None:
            raise InvalidAddress(kind)

    def send(message: Outgoing) -> int | None:
        return _send_to_robot(kind, message)

    return Adapter(check, send, _mask_address)


ADAPTERS: dict[ChannelKind, Adapter] = {
    ChannelKind.EMAIL: Adapter(_check_email, _send_email, _mask_mailboxes),
    ChannelKind.WEBHOOK: Adapter(_check_webhook, _send_webhook, _mask_address),
    **{kind: _robot_adapter(kind) for kind in _ROBOTS},
}
