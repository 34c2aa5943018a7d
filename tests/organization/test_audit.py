"""What people do is written down, and what is written down stays."""

import json

import pytest
from auditlog.models import LogEntry
from django.apps import apps
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test import Client

from peakend.organization.access import scope_of
from peakend.organization.audit import WATCHED, entries, events_noted, note
from peakend.organization.audit_guard import TABLE, guard_audit_log, is_guarded
from peakend.organization.choices import Role
from peakend.organization.services import create_person, edit_unit, set_password
from tests.builders import a_unit, a_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return a_user(Role.ADMINISTRATOR, a_unit(code="group"))


@pytest.mark.parametrize("label", sorted(WATCHED))
def test_every_model_named_as_watched_exists(label):
    assert apps.get_model(label)


def test_a_change_names_what_it_was_and_what_it_became(admin):
    edit_unit(admin, admin.unit, code="group", name="禾野集团", kind="group")
    entry = entries(scope_of(admin)).first()
    assert entry.changes["name"][1] == "禾野集团"


def test_passwords_never_reach_the_log(admin):
    person = create_person(
        admin, username="new", password="a-secret-word-7", role=Role.VIEWER, unit=admin.unit
    )
    set_password(admin, person, "another-secret-8")
    written = json.dumps(list(LogEntry.objects.order_by("pk").values_list("changes", flat=True)))
    assert person.password not in written
    assert "password" not in written


def test_signing_in_out_and_failing_are_noted_with_person_and_address(client: Client, admin):
    wrong = {"login": admin.username, "password": "wrong"}
    client.post("/login/", wrong, REMOTE_ADDR="203.0.113.5")
    client.post("/login/", wrong | {"password": "correct horse"}, REMOTE_ADDR="203.0.113.5")
    client.post("/logout/", REMOTE_ADDR="203.0.113.5")
    noted = LogEntry.objects.filter(action=LogEntry.Action.ACCESS).order_by("pk")
    assert [entry.additional_data["event"] for entry in noted] == [
        "login_refused",
        "login",
        "logout",
    ]
    assert {entry.remote_addr for entry in noted} == {"203.0.113.5"}
    assert noted[1].actor == admin
    assert events_noted() == ["login", "login_refused", "logout"]


def test_the_address_is_not_taken_from_a_header_anybody_can_send(client: Client, admin):
    client.post(
        "/login/",
        {"login": admin.username, "password": "correct horse"},
        REMOTE_ADDR="203.0.113.5",
        headers={"X-Forwarded-For": "198.51.100.1"},
    )
    assert entries(scope_of(admin)).first().remote_addr == "203.0.113.5"


def test_what_is_typed_for_an_unknown_account_is_not_kept(client: Client):
    client.post("/login/", {"login": "hunter2", "password": "x"})
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize(
    "attempt",
    [
        lambda: LogEntry.objects.update(actor_email="nobody"),
        lambda: LogEntry.objects.all().delete(),
        lambda: LogEntry.objects.get().delete(),
        lambda: LogEntry.objects.get().save(),
        lambda: execute(f"UPDATE {TABLE} SET actor_email = ''"),
        lambda: execute(f"DELETE FROM {TABLE}"),
        lambda: execute(
            f"REPLACE INTO {TABLE} SELECT * FROM {TABLE}"
            if connection.vendor == "sqlite"
            else f"SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE {TABLE} CASCADE"
        ),
    ],
)
def test_the_log_cannot_be_altered(attempt):
    unit = a_unit()
    LogEntry.objects.exclude(object_pk=str(unit.pk))
    assert LogEntry.objects.count() == 1
    with pytest.raises(DatabaseError, match="cannot be altered"), transaction.atomic():
        attempt()
    assert LogEntry.objects.count() == 1


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_guard_can_be_seen_and_set_again():
    assert is_guarded(connection)
    name = "audit_no_update"
    execute(
        f"DROP TRIGGER {name}"
        if connection.vendor == "sqlite"
        else f"DROP TRIGGER {name} ON {TABLE}"
    )
    assert not is_guarded(connection)
    guard_audit_log(connection)
    assert is_guarded(connection)


@pytest.mark.django_db(transaction=True)
def test_tests_that_commit_can_still_clean_up_after_themselves():
    note("export", a_user())
    assert LogEntry.objects.filter(action=LogEntry.Action.ACCESS).count() == 1


def test_people_of_a_region_read_the_log_of_their_region(admin):
    east = a_unit(admin.unit)
    regional = a_user(Role.ADMINISTRATOR, east)
    note("export", admin, actor=admin)
    note("export", regional, actor=regional)
    assert {entry.actor for entry in entries(scope_of(regional))} == {regional}
    assert {entry.actor for entry in entries(scope_of(admin))} >= {regional, admin}
