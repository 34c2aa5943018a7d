"""Chat robots of WeCom, DingTalk and Feishu, through Apprise."""

import importlib
import json
import re
from contextvars import ContextVar
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import apprise
import requests

from peakend.messages.channels.adapter import Adapter, Outgoing
from peakend.messages.channels.http import mask_address, require_success
from peakend.messages.choices import ChannelKind
from peakend.messages.errors import InvalidAddress, SendFailed
from peakend.messages.outbound import AddressRefused, GuardedSession


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
    require_success(response)
    if not accepted or not _says_well(response, _ROBOTS[kind].verdict):
        raise SendFailed("rejected", again=False, status=response.status_code)
    return response.status_code


def _says_well(response: requests.Response, fields: tuple[str, ...]) -> bool:
    try:
        answer = json.loads(response.content)
    except ValueError:
        return False
    return isinstance(answer, dict) and any(answer.get(field) == 0 for field in fields)


def _robot_adapter(kind: ChannelKind) -> Adapter:
    def check(address: str) -> None:
        if _ROBOTS[kind].pattern.fullmatch(address.strip()) is None:
            raise InvalidAddress(kind)

    def send(message: Outgoing) -> int | None:
        return _send_to_robot(kind, message)

    return Adapter(check, send, mask_address)


CHAT_ROBOTS = {kind: _robot_adapter(kind) for kind in _ROBOTS}
