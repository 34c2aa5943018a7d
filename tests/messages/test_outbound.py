"""The way out is guarded: where it may lead, what it says, what is remembered of it."""

import contextlib
import importlib
import json
import socket
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests
from django.core import mail

from peakend.messages.channels import adapter_of, chat_robots
from peakend.messages.choices import ChannelKind, State
from peakend.messages.errors import InvalidAddress
from peakend.messages.models import Channel, Message, Notice
from peakend.messages.outbound import AddressRefused, GuardedSession, is_public
from peakend.messages.queries import masked_address, notices_for, unread_count
from peakend.messages.services import (
    BACKOFF,
    announce,
    deliver_message,
    due_messages,
    mark_read,
    notify,
    save_channel,
)
from peakend.messages.signatures import signed_headers
from peakend.organization.choices import UnitKind
from tests.builders import a_unit, a_user

NOW = datetime(2026, 7, 26, 10, 40, tzinfo=UTC)
CONTEXT = {
    "number": 2031,
    "title": {"zh-hans": "等位时间", "en": "Waiting"},
    "unit": {"zh-hans": "静安寺店", "en": "Jing'an"},
    "severity": {"zh-hans": "紧急", "en": "Urgent"},
    "due": "2026-07-26 20:00",
}


class Receiver:
    """A local server that keeps what it is sent and answers as it is told."""

    def __init__(self):
        self.seen = []
        self.answers = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                receiver.seen.append((self.path, dict(self.headers), body))
                status, headers, content = (
                    receiver.answers.pop(0) if receiver.answers else (200, {}, b'{"errcode":0}')
                )
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                with contextlib.suppress(OSError):  # the sender may have read enough
                    self.wfile.write(content)

            do_GET = do_POST

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self, path="/hook"):
        return f"http://127.0.0.1:{self.port}{path}"


@pytest.fixture
def receiver(settings):
    server = Receiver()
    settings.OUTBOUND_HOSTS = (f"127.0.0.1:{server.port}",)
    yield server
    server.server.shutdown()
    server.server.server_close()


def a_channel(kind, address, **changes) -> Channel:
    values = {"name": "群", "topics": ["case_opened"], **changes}
    return save_channel(Channel(kind=kind, address=address, **values))


def say(as_of=NOW, key="case_opened:2031", **changes) -> Message:
    announce(
        topic="case_opened",
        template="case_opened",
        context=CONTEXT,
        key=key,
        link="/cases/2031/",
        as_of=as_of,
        **changes,
    )
    return Message.objects.order_by("-pk").first()


# -- where it may lead ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0",
        "100.64.0.1", "224.0.0.1", "255.255.255.255", "192.0.2.1", "::1", "::", "fe80::1%eth0",
        "fd00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1",
        "2002:7f00:1::", "2001:db8::1",
    ],
)  # fmt: skip
def test_addresses_only_this_machine_can_reach_are_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "8.8.8.8", "2606:4700:4700::1111"])
def test_addresses_of_everybody_are_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/x", "https://localhost/x", "https://[::1]/x", "https://2130706433/x",
        "https://0x7f.1/x", "https://169.254.169.254/latest/meta-data/", "http://1.1.1.1/x",
        "https://127.0.0.1.:443/x",
    ],
)  # fmt: skip
def test_requests_to_such_addresses_are_refused_however_written(url):
    with GuardedSession() as session, pytest.raises((AddressRefused, requests.RequestException)):
        session.post(url, data=b"x")


def test_a_local_server_is_refused_unless_it_is_named_as_ones_own(receiver, settings):
    with GuardedSession() as session:
        assert session.post(receiver.url(), data=b"x").status_code == 200
    settings.OUTBOUND_HOSTS = ()
    with GuardedSession() as session, pytest.raises(AddressRefused):
        session.post(receiver.url(), data=b"x")
    settings.OUTBOUND_HOSTS = (f"127.0.0.1:{receiver.port + 1}",)
    with GuardedSession() as session, pytest.raises(AddressRefused):
        session.post(receiver.url(), data=b"x")
    assert len(receiver.seen) == 1


def test_a_name_with_one_private_address_is_refused_before_anything_is_sent(monkeypatch):
    def resolves(host, port, **options):
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in ("1.1.1.1", "10.0.0.7")
        ]

    connected = []
    monkeypatch.setattr(socket, "getaddrinfo", resolves)
    monkeypatch.setattr(
        "peakend.messages.outbound.create_connection",
        lambda address, *a, **k: connected.append(address),
    )
    with GuardedSession() as session, pytest.raises(AddressRefused):
        session.post("https://rebinding.example/x")
    assert connected == []


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch):
    """A name that answers differently the second time is asked once."""
    answers = iter(["1.1.1.1", "127.0.0.1"])
    asked = []

    def resolves(host, port, **options):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    reached = []

    def connects(address, *args, **options):
        reached.append(address)
        raise OSError("not in a test")

    monkeypatch.setattr(socket, "getaddrinfo", resolves)
    monkeypatch.setattr("peakend.messages.outbound.create_connection", connects)
    with GuardedSession() as session, pytest.raises(requests.ConnectionError):
        session.post("https://rebinding.example/x")
    assert reached == [("1.1.1.1", 443)]
    assert asked == ["rebinding.example"]


def test_redirects_are_not_followed(receiver):
    receiver.answers = [(302, {"location": receiver.url("/elsewhere")}, b"")]
    with GuardedSession() as session:
        assert session.post(receiver.url(), data=b"x").status_code == 302
    assert [path for path, _headers, _body in receiver.seen] == ["/hook"]


def test_proxies_of_the_environment_are_not_used(receiver, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with GuardedSession() as session:
        assert session.post(receiver.url(), data=b"x").status_code == 200


def test_a_long_answer_is_read_only_so_far(receiver):
    receiver.answers = [(200, {}, b"x" * 1_000_000)]
    with GuardedSession() as session:
        assert len(session.post(receiver.url(), data=b"x").content) == 64 * 1024


# -- what it says -----------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_webhook_is_signed_so_that_the_receiver_can_check_it(receiver):
    channel = a_channel("webhook", receiver.url(), language="en")
    message = say()
    assert deliver_message(message.pk, NOW) == State.SENT
    _path, headers, body = receiver.seen[0]
    expected = signed_headers(channel.secret, headers["webhook-id"], NOW, body)
    assert headers["webhook-signature"] == expected["webhook-signature"]
    assert json.loads(body) == {
        "type": "case_opened",
        "timestamp": NOW.isoformat(),
        "data": {
            "subject": "New case 2031: Waiting",
            "text": "Jing'an · Urgent. An answer is promised by 2026-07-26 20:00.",
            "link": "http://localhost:8000/cases/2031/",
        },
    }


ROBOTS = [
    (
        ChannelKind.WECOM,
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa",
        "wecombot.NotifyWeComBot",
        b'{"errcode":0,"errmsg":"ok"}',
        b'{"errcode":93000,"errmsg":"invalid webhook url"}',
    ),
    (
        ChannelKind.DINGTALK,
        "https://oapi.dingtalk.com/robot/send?access_token=abcdef0123456789abcdef0123456789",
        "dingtalk.NotifyDingTalk",
        b'{"errcode":0,"errmsg":"ok"}',
        b'{"errcode":310000,"errmsg":"sign not match"}',
    ),
    (
        ChannelKind.FEISHU,
        "https://open.feishu.cn/open-apis/bot/v2/hook/1f2e3d4c-0000-1111-2222-333344445555",
        "feishu.NotifyFeishu",
        b'{"StatusCode":0,"StatusMessage":"success"}',
        b'{"code":19001,"msg":"param invalid"}',
    ),
]


@pytest.fixture
def led_here(receiver, monkeypatch):
    """Robots keep their services' addresses in their classes; here they lead to the receiver."""

    def lead(name):
        module, cls = name.split(".")
        target = f"apprise.plugins.{module}.{cls}.notify_url"
        plugin = importlib.import_module(f"apprise.plugins.{module}")
        original = vars(plugin)[cls].notify_url
        path = original.split("://", 1)[1].split("/", 1)[1]
        monkeypatch.setattr(target, f"{receiver.url('/')}{path}")

    return lead


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "address", "plugin", "well", "ill"), ROBOTS)
def test_a_robot_is_told_in_its_language_and_its_answer_is_believed(
    kind, address, plugin, well, ill, receiver, led_here
):
    led_here(plugin)
    receiver.answers = [(200, {}, well), (200, {}, ill)]
    a_channel(kind, address)
    assert deliver_message(say().pk, NOW) == State.SENT
    token = address.replace("=", "/").split("/")[-1]
    path, _headers, body = receiver.seen[0]
    assert token in path or token.encode() in body
    said = json.dumps(json.loads(body), ensure_ascii=False)
    assert "工单 2031" in said
    assert "/cases/2031/" in said
    # these services say 200 to everything: the verdict stands in the answer
    assert deliver_message(say(key="again").pk, NOW) == State.FAILED


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "address", "plugin", "_well", "_ill"), ROBOTS)
def test_a_robot_goes_through_the_guard(
    kind, address, plugin, _well, _ill, receiver, led_here, settings
):
    led_here(plugin)
    settings.OUTBOUND_HOSTS = ()
    a_channel(kind, address)
    message = say()
    assert deliver_message(message.pk, NOW) in (State.WAITING, State.FAILED)
    assert receiver.seen == []


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        ("wecom", "https://example.com/cgi-bin/webhook/send?key=1"),
        ("wecom", "wecombot://abc"),
        ("dingtalk", "https://oapi.dingtalk.com.evil.example/robot/send?access_token=1"),
        ("feishu", "https://open.feishu.cn/open-apis/bot/v2/hook/1@127.0.0.1"),
        ("webhook", "file:///etc/passwd"),
        ("webhook", "gopher://127.0.0.1:70/x"),
        ("email", "not an address"),
        ("email", ""),
    ],
)
def test_an_address_that_does_not_fit_its_kind_is_refused(kind, address):
    with pytest.raises(InvalidAddress):
        adapter_of(kind).check(address)


@pytest.mark.django_db
def test_a_mail_has_no_line_break_in_its_subject(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    a_channel("email", "a@example.com, b@example.com", language="en")
    context = {**CONTEXT, "title": "Waiting\r\nBcc: everybody@example.com"}
    announce(
        topic="case_opened", template="case_opened", context=context, key="k", link="", as_of=NOW
    )
    assert deliver_message(Message.objects.get().pk, NOW) == State.SENT
    assert mail.outbox[0].subject == "New case 2031: Waiting Bcc: everybody@example.com"
    assert mail.outbox[0].to == ["a@example.com", "b@example.com"]


# -- what is remembered of it -----------------------------------------------------------------


@pytest.mark.django_db
def test_delivered_twice_it_is_sent_once(receiver):
    a_channel("webhook", receiver.url())
    message = say()
    deliver_message(message.pk, NOW)
    deliver_message(message.pk, NOW)
    assert len(receiver.seen) == 1


@pytest.mark.django_db
def test_the_same_thing_is_said_once(receiver):
    a_channel("webhook", receiver.url())
    say()
    say()
    assert Message.objects.count() == 1


@pytest.mark.django_db
def test_a_failure_is_tried_again_later_and_later_and_then_given_up(receiver):
    a_channel("webhook", receiver.url())
    receiver.answers = [(503, {}, b"")] * 10
    message, at = say(), NOW
    for wait in BACKOFF:
        assert deliver_message(message.pk, at) == State.WAITING
        assert deliver_message(message.pk, at) == State.WAITING  # not before its time
        at += wait
        assert due_messages(at) == [message.pk]
    assert deliver_message(message.pk, at) == State.FAILED
    assert len(receiver.seen) == len(BACKOFF) + 1
    tries = list(message.tries.order_by("pk").values_list("outcome", "status"))
    assert tries == [("not_now", 503)] * 6


@pytest.mark.django_db
def test_a_refusal_is_not_tried_again(receiver):
    a_channel("webhook", receiver.url())
    receiver.answers = [(410, {}, b"")]
    assert deliver_message(say().pk, NOW) == State.FAILED


@pytest.mark.django_db
def test_a_sender_that_died_in_the_middle_is_taken_over_under_the_same_key(receiver):
    a_channel("webhook", receiver.url())
    message = say()
    Message.objects.update(state=State.SENDING, claimed_at=NOW)
    assert deliver_message(message.pk, NOW + timedelta(minutes=1)) == State.SENDING
    later = NOW + timedelta(minutes=6)
    assert due_messages(later) == [message.pk]
    assert deliver_message(message.pk, later) == State.SENT
    assert receiver.seen[0][1]["webhook-id"] == f"case_opened:2031.{message.pk}"


@pytest.mark.django_db
def test_a_webhook_to_this_machine_is_given_up_at_once(settings):
    settings.OUTBOUND_HOSTS = ()
    a_channel("webhook", "https://127.0.0.1/hook?token=s3cret")
    message = say()
    assert deliver_message(message.pk, NOW) == State.FAILED
    assert message.tries.get().outcome == "refused_address"


@pytest.mark.django_db
def test_tokens_are_shown_and_logged_nowhere(receiver, caplog):
    caplog.set_level("DEBUG")
    channel = a_channel("webhook", receiver.url("/hook?token=very-secret-token-1234"))
    receiver.answers = [(500, {}, b"")]
    message = say()
    deliver_message(message.pk, NOW)
    assert "very-secret" not in caplog.text
    assert "very-secret" not in masked_address(channel)
    assert "very-secret" not in str(list(message.tries.values()))


@pytest.mark.django_db
def test_a_channel_hears_only_its_topics_its_units_and_from_its_severity(receiver):
    group = a_unit(kind=UnitKind.GROUP)
    store, other = a_unit(group), a_unit(group)
    a_channel("webhook", receiver.url("/store"), unit=store)
    a_channel("webhook", receiver.url("/group"), unit=group, least_severity=3)
    a_channel("webhook", receiver.url("/overdue"), topics=["case_overdue"])
    a_channel("webhook", receiver.url("/off"), is_active=False)
    say(unit=store, severity=2)
    say(key="two", unit=other, severity=4)
    heard = Message.objects.order_by("pk").values_list("key", "channel__address")
    assert [(key, address.rsplit("/", 1)[1]) for key, address in heard] == [
        ("case_opened:2031", "store"),
        ("two", "group"),
    ]


@pytest.mark.django_db
def test_a_notice_is_given_once_and_counted_until_it_is_read():
    person = a_user()
    for _ in range(2):
        notify([person], template="case_opened", context=CONTEXT, key="k", link="/", as_of=NOW)
    assert (Notice.objects.count(), unread_count(person)) == (1, 1)
    [line] = notices_for(person)
    assert "2031" in line.words.subject
    mark_read(a_user(), NOW, line.id)  # somebody else's click changes nothing
    assert unread_count(person) == 1
    mark_read(person, NOW, line.id)
    assert unread_count(person) == 0


def test_the_robots_modules_have_no_way_around_the_guard():
    for robot in chat_robots._ROBOTS.values():
        source = __import__(robot.module, fromlist=["x"])
        assert "socket" not in vars(source)
        assert "urllib3" not in vars(source)
