"""Reading over HTTP stays within the token's part of the company."""

from datetime import UTC, datetime

import pytest
from django.core.cache import cache
from django.test import Client

from peakend.api.urls import api, openapi_document
from peakend.organization.access import PERMISSIONS
from peakend.organization.choices import Role, UnitKind
from peakend.organization.tokens import issue_token
from peakend.voices.services import Heard, record_voices
from tests.builders import a_unit, a_user


@pytest.fixture
def company(home):
    """Two stores with three voices each, and one voice of no unit."""
    root = a_unit(code="group", kind=UnitKind.GROUP)
    stores = {code: a_unit(root, code=code) for code in ("store-1", "store-2")}
    record_voices(
        [
            Heard(
                id=16 * number,
                source="app",
                text=f"第{number}位顾客说排队太久，电话13812345678",
                time=f"2026-07-{number + 1:02d}T18:30:00+08:00",
                unit=unit,
                polarity=-1,
            )
            for number, unit in enumerate(["store-1", "store-2"] * 3 + [""])
        ]
    )
    return {"root": root, **stores}


def token_of(unit, role=Role.CX_LEAD, *permissions) -> str:
    chosen = permissions or ("voices.read", "metrics.read", "cases.read")
    return issue_token(owner=a_user(role, unit), name="t", permissions=chosen)[1]


def get(path: str, secret: str = "", **query):
    return Client().get(path, query, headers={"Authorization": f"Bearer {secret}"})


def test_voices_come_newest_first_page_by_page(company):
    secret = token_of(company["root"])

    seen, after = [], ""
    while True:
        page = get("/api/v1/voices", secret, limit=3, after=after).json()
        seen += [voice["id"] for voice in page["items"]]
        after = page["next"]
        if not after:
            break

    assert seen == [96, 80, 64, 48, 32, 16, 0]


def test_a_store_reads_its_own_voices_only(company):
    page = get("/api/v1/voices", token_of(company["store-1"], Role.VIEWER, "voices.read")).json()

    assert {voice["unit"] for voice in page["items"]} == {"store-1"}


def test_another_unit_cannot_be_asked_for(company):
    secret = token_of(company["store-1"], Role.VIEWER, "voices.read", "metrics.read")

    assert get("/api/v1/voices", secret, unit="store-2").json()["items"] == []
    readings = get("/api/v1/metrics/voices", secret, unit="store-2").json()
    assert all(reading["n"] == 0 for reading in readings)


def test_personal_data_is_masked_for_whoever_may_not_see_it(company):
    masked = get("/api/v1/voices", token_of(company["root"])).json()["items"][0]["text"]
    secret = token_of(company["root"], Role.CX_LEAD, "voices.read", "customers.unmask")
    plain = get("/api/v1/voices", secret).json()["items"][0]["text"]

    assert "13812345678" not in masked
    assert "13812345678" in plain
    assert len(masked) == len(plain)


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 0},
        {"limit": 9999},
        {"since": "soon"},
        {"after": "nonsense"},
        {"after": "2026-01-01T00:00:00+00:00_x"},
        {"polarity": "7"},
        {"since": "2026-07-02", "until": "2026-07-01"},
    ],
)
def test_questions_that_make_no_sense_are_refused(company, query):
    assert get("/api/v1/voices", token_of(company["root"]), **query).status_code in {400, 422}


def test_an_unknown_metric_is_not_found_and_an_aspect_metric_needs_its_aspect(company):
    secret = token_of(company["root"])

    assert get("/api/v1/metrics/mood", secret).status_code == 404
    assert get("/api/v1/metrics/negative_share", secret).status_code == 400
    assert "nps" in {metric["code"] for metric in get("/api/v1/metrics", secret).json()}


def test_every_operation_names_a_permission_some_role_has_or_is_health(home):
    granted = frozenset().union(*PERMISSIONS.values())
    operations = [
        operation
        for _, router in api._routers
        for view in router.path_operations.values()
        for operation in view.operations
    ]

    assert len(operations) == sum(len(methods) for methods in openapi_document()["paths"].values())
    for operation in operations:
        callbacks = operation.auth_callbacks
        if operation.operation_id == "get_health":
            assert callbacks == []
        else:
            assert [callback.permission in granted for callback in callbacks] == [True]


def test_strangers_learn_nothing_but_that_the_site_is_up(company):
    for path in ("/api/v1/voices", "/api/v1/metrics", "/api/v1/cases", "/api/v1/openapi.json"):
        assert get(path).status_code == 401, path
    assert get("/api/v1/health").json() == {"status": "ok"}


def test_the_document_is_for_those_who_are_signed_in(company):
    client = Client()
    client.force_login(a_user(Role.VIEWER, company["root"]))

    assert client.get("/api/v1/openapi.json").status_code == 200
    assert get("/api/v1/openapi.json", token_of(company["root"])).status_code == 200


def test_health_may_be_asked_so_often_only(home):
    cache.clear()
    answers = {get("/api/v1/health").status_code for _ in range(125)}

    assert answers == {200, 429}


def test_the_time_a_token_was_used_is_kept(company):
    from peakend.organization.models import ApiToken

    secret = token_of(company["root"])
    before = datetime.now(UTC)
    get("/api/v1/metrics", secret)

    assert ApiToken.objects.get().last_used_at >= before
