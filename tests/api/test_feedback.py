"""Signals over HTTP: durable before the answer, once however often they are sent."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from peakend.inbox import open_inbox
from peakend.inbox.signals import decode
from peakend.organization.choices import Role, UnitKind
from peakend.organization.tokens import TokenPermissionError, issue_token, revoke_token
from tests.builders import a_unit, a_user

PATH = "/api/v1/feedback"


@pytest.fixture
def company(home):
    """A group with two stores, and a token of the CX lead at its root."""
    root = a_unit(code="group", kind=UnitKind.GROUP)
    one, two = a_unit(root, code="store-1"), a_unit(root, code="store-2")
    _, secret = issue_token(
        owner=a_user(Role.CX_LEAD, root), name="shop", permissions=["voices.import", "voices.read"]
    )
    return {"root": root, "one": one, "two": two, "secret": secret}


def a_voice(**fields) -> dict:
    return {
        "kind": "voice",
        "source": "app",
        "text": "排队太久",
        "time": "2026-07-25T18:30:00+08:00",
        **fields,
    }


def post(secret: str, items, path: str = PATH, **headers) -> tuple[int, dict]:
    body = items if isinstance(items, str | bytes) else json.dumps(items)
    response = Client().post(
        path,
        body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}", **headers},
    )
    return response.status_code, response.json()


def test_a_batch_is_in_the_inbox_when_the_answer_comes(company):
    status, receipt = post(company["secret"], [a_voice(id="1"), a_voice(id="2", unit="store-1")])

    assert status == 200
    assert receipt == {"accepted": 2, "duplicates": 0, "errors": []}
    assert [decode(payload).id for _, payload in open_inbox().read(0, 10)] == ["1", "2"]


def test_what_is_sent_again_counts_once(company):
    items = [a_voice(id="1"), a_voice(text="味道很好"), a_voice(text="味道很好")]

    first = post(company["secret"], items)[1]
    again = post(company["secret"], items)[1]

    assert first["accepted"] == 3
    assert (again["accepted"], again["duplicates"]) == (0, 3)


def test_an_idempotency_key_tells_two_equal_calls_from_one_that_is_repeated(company):
    items = [a_voice(), a_voice()]

    first = post(company["secret"], items, **{"Idempotency-Key": "a"})[1]
    repeated = post(company["secret"], items, **{"Idempotency-Key": "a"})[1]
    other = post(company["secret"], items, **{"Idempotency-Key": "b"})[1]

    assert [r["accepted"] for r in (first, repeated, other)] == [2, 0, 2]


def test_a_bad_item_does_not_fail_its_batch(company):
    future = (datetime.now(UTC) + timedelta(days=9)).isoformat()
    items = [
        a_voice(id="good"),
        {"kind": "mood"},
        a_voice(time="yesterday"),
        a_voice(time="2026-07-25T18:30:00"),
        a_voice(time=future),
        a_voice(unit="store-9"),
        a_voice(rating=9, scale=[1, 5]),
        a_voice(text="   "),
        a_voice(source="a:b"),
        a_voice(text=5),
        "a string",
        a_voice(id="x" * 300),
        {"kind": "response", "survey": "no-such", "time": "2026-07-25T18:30:00Z", "answers": {}},
    ]

    status, receipt = post(company["secret"], items)

    assert status == 200
    assert receipt["accepted"] == 1
    assert [(error["index"], error["field"], error["code"]) for error in receipt["errors"]] == [
        (1, "kind", "invalid"),
        (2, "time", "invalid"),
        (3, "time", "no_offset"),
        (4, "time", "unlikely"),
        (5, "unit", "unknown"),
        (6, "rating", "out_of_range"),
        (7, "text", "empty"),
        (8, "source", "invalid"),
        (9, "text", "invalid"),
        (10, "", "invalid"),
        (11, "id", "too_long"),
        (12, "survey", "unknown"),
    ]


def test_nul_is_cleaned_and_half_characters_are_refused(company):
    body = json.dumps([a_voice(id="n", text="好\x00吃", attributes={"k\x00": "v\x00"})])
    body = (
        body[:-1]
        + ',{"kind":"voice","source":"app","text":"\\ud800","time":"2026-07-25T18:30:00Z"}]'
    )

    receipt = post(company["secret"], body)[1]

    assert receipt["accepted"] == 1
    assert receipt["errors"][0]["index"] == 1
    kept = decode(open_inbox().read(0, 10)[0][1])
    assert (kept.text, kept.attributes) == ("好吃", {"k": "v"})


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("not json", 400),
        ("5", 400),
        ("{}", 400),
        ('{"items": 5}', 400),
        ("[" * 100_000, 400),
        (b"\xff\xfe", 400),
        (json.dumps([{}] * 1001), 400),
        ("[]", 200),
        ('{"items": []}', 200),
    ],
)
def test_bodies_that_are_no_batches_are_refused(company, body, status):
    assert post(company["secret"], body)[0] == status


def test_events_and_customers_come_in_by_their_own_door(company):
    event = {"kind": "event", "source": "pos", "event": "visit", "time": "2026-07-25T18:30:00Z"}
    customer = {
        "kind": "customer",
        "source": "crm",
        "time": "2026-07-25T18:30:00Z",
        "customer": {"ids": {"member": "M1"}},
        "tags": ["new"],
    }

    receipt = post(company["secret"], [event, customer, a_voice()], "/api/v1/events")[1]

    assert receipt["accepted"] == 2
    assert receipt["errors"][0]["index"] == 2


def test_a_token_of_a_store_writes_for_that_store_only(company):
    owner = a_user(Role.UNIT_OWNER, company["one"])
    with pytest.raises(TokenPermissionError):
        issue_token(owner=owner, name="till", permissions=["voices.import"])
    analyst = a_user(Role.ANALYST, company["one"])
    _, secret = issue_token(owner=analyst, name="till", permissions=["voices.import"])

    items = [a_voice(id="1", unit="store-1"), a_voice(id="2", unit="store-2"), a_voice(id="3")]
    receipt = post(secret, items)[1]

    assert receipt["accepted"] == 1
    assert {(e["index"], e["code"]) for e in receipt["errors"]} == {
        (1, "outside_scope"),
        (2, "outside_scope"),
    }


def test_strangers_and_ended_tokens_are_refused(company):
    owner = a_user(Role.CX_LEAD, company["root"])
    now = datetime.now(UTC)
    revoked, revoked_secret = issue_token(owner=owner, name="r", permissions=["voices.import"])
    revoke_token(revoked, now)
    _, expired = issue_token(
        owner=owner, name="e", permissions=["voices.import"], expires_at=now - timedelta(minutes=1)
    )
    _, reader = issue_token(owner=owner, name="v", permissions=["voices.read"])
    gone = a_user(Role.CX_LEAD, company["root"])
    _, inactive = issue_token(owner=gone, name="g", permissions=["voices.import"])
    gone.is_active = False
    gone.save()

    for secret in ("", "pk_wrong", "nonsense", revoked_secret, expired, inactive):
        assert post(secret, [a_voice()])[0] == 401, secret
    assert post(reader, [a_voice()])[0] == 403
    assert open_inbox().last() == 0


def test_a_token_loses_what_its_owner_loses(company):
    owner = a_user(Role.CX_LEAD, company["root"])
    _, secret = issue_token(owner=owner, name="t", permissions=["voices.import"])
    owner.role = Role.VIEWER
    owner.save()

    assert post(secret, [a_voice()])[0] == 403


def test_the_secret_is_nowhere_in_the_database(company):
    from peakend.organization.models import ApiToken

    token = ApiToken.objects.get(name="shop")

    assert company["secret"] not in json.dumps(
        {field.name: str(getattr(token, field.name)) for field in ApiToken._meta.fields}
    )
