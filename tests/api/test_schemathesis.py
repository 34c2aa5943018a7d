"""Whatever is sent to the API, it answers; it does not break."""

from collections.abc import Iterator

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error

from peakend.api.urls import openapi_document
from peakend.config.wsgi import application
from peakend.inbox import open_inbox
from peakend.loop.signals_drained import drain
from peakend.organization.access import permissions_of
from peakend.organization.choices import Role, UnitKind
from peakend.organization.tokens import issue_token
from tests.builders import a_unit, a_user

OPERATIONS = {
    operation.ok().label: operation.ok()
    for operation in schemathesis.openapi.from_dict(openapi_document()).get_all_operations()
}

pytestmark = pytest.mark.slow


@pytest.fixture
def _one_connection() -> Iterator[None]:
    """The test's transaction outlives each request, as under Django's own test client."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def bearer(home, monkeypatch, _one_connection) -> dict[str, str]:
    """The headers of a program that may do everything, as often as it likes."""
    monkeypatch.setattr("ninja.throttling.SimpleRateThrottle.allow_request", lambda *_: True)
    owner = a_user(Role.ADMINISTRATOR, a_unit(code="group", kind=UnitKind.GROUP))
    _, secret = issue_token(owner=owner, name="fuzz", permissions=permissions_of(owner))
    return {"Authorization": f"Bearer {secret}"}


def test_the_document_names_the_operations():
    assert "POST /api/v1/feedback" in OPERATIONS
    assert len(OPERATIONS) >= 7


@pytest.mark.parametrize("label", OPERATIONS)
def test_no_input_breaks_an_operation(label: str, bearer: dict[str, str]):
    operation = OPERATIONS[label]
    operation.schema.app = application
    statuses = set()

    @given(case=operation.as_strategy())
    @settings(
        max_examples=30,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def send(case):
        response = case.call_and_validate(
            app=application, headers=bearer, checks=[not_a_server_error]
        )
        statuses.add(response.status_code)

    send()

    assert statuses & {200, 404}  # it was reached, not only refused
    # Whatever was taken in must also be digested.
    assert drain().position == open_inbox().last()
