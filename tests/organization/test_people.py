"""Nobody gives, changes or takes away more than they have."""

import pytest

from peakend.organization.choices import Role
from peakend.organization.errors import OrganizationError
from peakend.organization.models import User
from peakend.organization.services import (
    create_person,
    edit_person,
    set_password,
    set_person_active,
)
from tests.builders import a_unit, a_user

pytestmark = pytest.mark.django_db

PASSWORD = "a-long-enough-secret-9"


@pytest.fixture
def group():
    return a_unit()


@pytest.fixture
def admin(group):
    return a_user(Role.ADMINISTRATOR, group)


def invite(by, unit, **fields):
    values = {"username": "zhoulan", "password": PASSWORD, "role": Role.UNIT_OWNER} | fields
    return create_person(by, unit=unit, **values)


def test_a_person_gets_an_account_with_a_role_in_a_unit(group, admin):
    store = a_unit(group)
    invite(admin, store, email="zhou@example.com", display_name="周岚")
    person = User.objects.get(username="zhoulan")
    assert (person.role, person.unit, str(person)) == (Role.UNIT_OWNER, store, "周岚")
    assert person.check_password(PASSWORD)
    assert not person.is_staff
    assert not person.is_superuser


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"password": "12345678"}, "weak_password"),
        ({"password": "zhoulan"}, "weak_password"),
        ({"role": "emperor"}, "bad_role"),
        ({"username": "两 个"}, "bad_person"),
        ({"email": "nowhere"}, "bad_person"),
        ({"username": "TAKEN"}, "username_taken"),
        ({"email": "Taken@example.com"}, "email_taken"),
    ],
)
def test_an_account_that_cannot_be_is_refused(group, admin, fields, code):
    a_user(Role.VIEWER, group, "taken")
    with pytest.raises(OrganizationError, match=code):
        invite(admin, group, **fields)


def test_a_regional_administrator_stays_in_the_region(group, admin):
    east, west = a_unit(group), a_unit(group)
    regional = a_user(Role.ADMINISTRATOR, east)
    mine = invite(regional, east)
    outsider = a_user(Role.FRONTLINE, west)
    for attempt in (
        lambda: invite(regional, west, username="x"),
        lambda: invite(regional, None, username="x"),
        lambda: edit_person(
            regional, mine, role=Role.VIEWER, unit=group, email="", display_name=""
        ),
        lambda: edit_person(
            regional, outsider, role=Role.VIEWER, unit=east, email="", display_name=""
        ),
        lambda: set_person_active(regional, outsider, False),
        lambda: set_password(regional, admin, PASSWORD),
    ):
        with pytest.raises(OrganizationError, match="outside_scope"):
            attempt()


def test_nobody_grants_a_role_above_their_own(group):
    lead = a_user(Role.CX_LEAD, group)
    with pytest.raises(OrganizationError, match="role_above"):
        invite(lead, group, role=Role.ADMINISTRATOR)


def test_the_last_administrator_stays(group, admin):
    with pytest.raises(OrganizationError, match="last_administrator"):
        edit_person(admin, admin, role=Role.VIEWER, unit=group, email="", display_name="")
    with pytest.raises(OrganizationError, match="not_oneself"):
        set_person_active(admin, admin, False)
    second = a_user(Role.ADMINISTRATOR, group)
    set_person_active(second, admin, False)
    with pytest.raises(OrganizationError, match="last_administrator"):
        edit_person(second, second, role=Role.VIEWER, unit=group, email="", display_name="")


def test_a_closed_account_ends_at_once(client, group, admin):
    person = a_user(Role.ANALYST, group)
    client.force_login(person)
    assert client.get("/password/").status_code == 200
    set_person_active(admin, person, False)
    assert client.get("/password/").status_code == 302


def test_a_new_password_ends_open_sessions(client, group, admin):
    person = a_user(Role.ANALYST, group)
    client.force_login(person)
    set_password(admin, person, PASSWORD)
    assert client.get("/password/").status_code == 302
