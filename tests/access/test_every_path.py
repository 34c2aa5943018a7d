"""Strangers, lesser roles and other units are refused on every path into the product.

The walk finds the paths by itself: the URL configuration, the OpenAPI document, the registered
jobs and the background tasks. What is not listed in ``paths.py`` fails.
"""

import json
import os
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from inspect import isclass

import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.test import override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django_tasks.base import Task

import peakend
from peakend.api.urls import openapi_document
from peakend.jobs.registry import KINDS
from peakend.organization.access import PERMISSIONS
from peakend.organization.choices import Role
from peakend.web.access import declared_access
from tests.access.paths import (
    EXPORTS,
    JOBS,
    LIST,
    OPERATIONS,
    PAGES,
    PUBLIC,
    ROW,
    SIGNED_IN,
    TASKS,
    WHOLE,
    Path,
)
from tests.access.world import CASE, CUSTOMER, INITIATIVE, UNIT, WORDS, World, build_world

# Without the mark no test database is made; each test's transaction lies within the module's.
pytestmark = pytest.mark.django_db

MARKS = (WORDS, CUSTOMER, CASE, INITIATIVE, UNIT, "东店标记")
REFUSED = {403, 404}


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[World]:
    """The company, built once and taken back at the end."""
    home = tmp_path_factory.mktemp("access")
    patch = pytest.MonkeyPatch()
    patch.setenv("PEAKEND_HOME", str(home))
    patch.setenv("PEAKEND_WAREHOUSE", str(home / "warehouse"))
    if connection.vendor == "postgresql":
        server = os.environ["PEAKEND_DATABASE_URL"].rsplit("/", 1)[0]
        database = f"{server}/{connection.settings_dict['NAME']}"
        patch.setenv("PEAKEND_DATABASE_URL", database)
        with psycopg.connect(database) as inbox:
            inbox.execute("DROP TABLE IF EXISTS inbox")
    with (
        override_settings(HOME=home, MEDIA_ROOT=home / "files"),
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        yield build_world()
        transaction.set_rollback(True)
    patch.undo()


@pytest.fixture(autouse=True)
def _nothing_leaks_between_tests() -> None:
    """Here the company stays from test to test, in the module's folder."""


@pytest.fixture
def world(built: World, db: None) -> World:
    """The company as it was built: what a test does to it is taken back within the module's."""
    return built


def views() -> Iterator[tuple[str, object]]:
    """Every named view of the URL configuration, without the API's operations."""

    def walk(resolver: URLResolver, spaces: tuple[str, ...]) -> Iterator[tuple[str, object]]:
        for entry in resolver.url_patterns:
            if isinstance(entry, URLResolver):
                inside = (*spaces, entry.namespace) if entry.namespace else spaces
                if "v1" not in inside:
                    yield from walk(entry, inside)
            elif isinstance(entry, URLPattern):
                yield ":".join((*spaces, entry.name or "?")), entry.callback

    yield from walk(get_resolver(), ())


VIEWS = dict(views())
DOCUMENT = openapi_document()


def operations() -> dict[tuple[str, str], dict]:
    return {
        (method, path): operation
        for path, methods in DOCUMENT["paths"].items()
        for method, operation in methods.items()
    }


def tasks() -> set[str]:
    """Every background task defined in the package."""
    found = set()
    for module in pkgutil.walk_packages(peakend.__path__, "peakend."):
        if module.name.endswith(".tasks"):
            for value in vars(import_module(module.name)).values():
                if isinstance(value, Task) and not isclass(value):
                    found.add(value.module_path)
    return found


def test_every_page_is_listed():
    assert set(VIEWS) == set(PAGES)


def test_every_operation_is_listed():
    assert set(operations()) == set(OPERATIONS)


def test_every_kind_of_job_is_listed_and_started_from_a_guarded_page():
    tasks()  # importing the rooms' tasks registers their kinds
    assert set(KINDS) == set(JOBS)
    for page in filter(None, JOBS.values()):
        assert PAGES[page].access not in {PUBLIC, SIGNED_IN}


def test_every_background_task_is_listed():
    assert tasks() == set(TASKS)


@pytest.mark.parametrize("name", sorted(PAGES))
def test_pages_refuse_strangers_lesser_roles_and_other_units(world: World, name: str):
    path = PAGES[name]
    if name != "api:openapi":
        assert declared_access(VIEWS[name], name) == path.access
    check_stranger(world, name, path)
    if path.access == PUBLIC:
        return
    check_lesser_roles(world, name, path)
    check_another_unit(world, name, path)


def check_stranger(world: World, name: str, path: Path) -> None:
    answer = go(world, name, None)
    if path.access == PUBLIC:
        assert answer.status_code in {200, 302}
        assert "/login/" not in answer.headers.get("Location", "")
        check_export(answer, name, path)
    elif name == "api:openapi":
        assert answer.status_code == 401
    else:
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith(reverse("account_login"))


def check_lesser_roles(world: World, name: str, path: Path) -> None:
    if path.access == SIGNED_IN:
        return
    lesser = [role for role in Role.values if path.access not in PERMISSIONS[role]]
    for role in lesser:
        assert go(world, name, world.people[role]).status_code == 403, role


def check_export(answer: HttpResponse, name: str, path: Path) -> None:
    """What takes data out as a file is listed as an export, and nothing else is."""
    if path.method == "get":
        is_file = "attachment" in answer.headers.get("Content-Disposition", "")
        assert (is_file or isinstance(answer, StreamingHttpResponse)) == (name in EXPORTS)


def check_another_unit(world: World, name: str, path: Path) -> None:
    """The neighbour has every permission; only the unit differs. The chief shows the path works."""
    with transaction.atomic():
        chief = go(world, name, world.owner if path.of == ROW else world.chief)
        assert chief.status_code not in REFUSED, "the path does not lead to its row"
        assert chief.status_code < 500
        check_export(chief, name, path)
        transaction.set_rollback(True)
    answer = go(world, name, world.neighbour)
    if path.of == ROW:
        assert answer.status_code in REFUSED
    elif path.of == WHOLE:
        assert answer.status_code == 403
    elif path.of == LIST:
        assert answer.status_code == 200
        seen = text_of(chief)
        assert [mark for mark in path.marks if mark not in seen] == []
        # What the chief sees that the neighbour must not: any mark of the eastern store.
        assert [mark for mark in MARKS if mark in text_of(answer)] == []


def go(world: World, name: str, person) -> HttpResponse:
    path = PAGES[name]
    address = reverse(name, kwargs=path.arguments(world))
    return getattr(world.client(person), path.method)(address, path.data(world))


def text_of(answer: HttpResponse) -> str:
    if isinstance(answer, StreamingHttpResponse):
        return b"".join(answer.streaming_content).decode()
    return answer.content.decode()


@pytest.mark.parametrize(("method", "address"), sorted(OPERATIONS))
def test_operations_refuse_strangers_lesser_tokens_and_other_units(
    world: World, method: str, address: str
):
    path = OPERATIONS[method, address]
    if path.access == PUBLIC:
        assert call(world, method, address, None).status_code in {200, 503}
        return
    for nobody in (None, "pk_" + "x" * 43, ""):
        assert call(world, method, address, nobody).status_code == 401
    held = sorted({*PERMISSIONS[Role.ADMINISTRATOR]} - {path.access})
    assert call(world, method, address, a_token(world, held)).status_code == 403
    chief = call(world, method, address, world.secrets["chief"])
    assert chief.status_code == 200, chief.content
    neighbour = call(world, method, address, world.secrets["neighbour"])
    if path.of == LIST:
        for mark in path.marks:
            assert mark in json.dumps(chief.json(), ensure_ascii=False)
        seen = json.dumps(neighbour.json(), ensure_ascii=False)
        assert [mark for mark in (*MARKS, *path.marks) if mark in seen] == []
    elif path.of == WHOLE:
        # Who looks after a part may not speak for another: the item is refused by name.
        assert told(neighbour) == 0


def a_token(world: World, permissions: list[str]) -> str:
    from peakend.organization.tokens import issue_token

    return issue_token(owner=world.chief, name="lesser", permissions=permissions)[1]


ITEMS = {
    "/api/v1/feedback": {
        "kind": "voice", "source": "dianping", "id": "9", "text": "好", "unit": "east",
        "time": "2026-07-01T10:00:00+08:00",
    },
    "/api/v1/events": {
        "kind": "event", "source": "pos", "id": "9", "event": "visit", "unit": "east",
        "time": "2026-07-01T10:00:00+08:00",
    },
}  # fmt: skip


def call(world: World, method: str, address: str, secret: str | None) -> HttpResponse:
    headers = {} if secret is None else {"Authorization": f"Bearer {secret}"}
    client = world.client(None)
    if method == "post":
        body = json.dumps([ITEMS[address]])
        return client.post(address, body, content_type="application/json", headers=headers)
    return client.get(address.replace("{code}", "rating"), headers=headers)


def told(answer: HttpResponse) -> int:
    """How many items of a batch were taken; none when the whole batch is refused."""
    if answer.status_code != 200:
        return 0
    receipt = answer.json()
    return receipt["accepted"] + receipt["duplicates"]


def test_a_view_that_declares_nothing_is_refused_to_everybody(world):
    from peakend.web.access import AccessMiddleware

    def undeclared(request):
        return HttpResponse("open")

    class Request:
        resolver_match = None
        user = world.chief

    from django.core.exceptions import PermissionDenied

    with pytest.raises(PermissionDenied):
        AccessMiddleware(undeclared).process_view(Request(), undeclared, (), {})


def test_debug_is_off_so_that_errors_tell_nothing():
    assert not settings.DEBUG


def test_taking_voices_out_leaves_a_trace(world):
    from auditlog.models import LogEntry

    answer = world.client(world.chief).get(reverse("voices:export"), {"segment": "new"})
    assert WORDS in text_of(answer)
    entry = LogEntry.objects.filter(action=LogEntry.Action.ACCESS).latest("pk")
    assert (entry.actor, entry.additional_data["event"]) == (world.chief, "export")
    assert "segment=new" in entry.additional_data["filter"]
