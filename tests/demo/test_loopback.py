"""The demo's accounts sign in from this machine only; other accounts from anywhere."""

import pytest
from django.core.cache import cache
from django.core.management import call_command

from peakend.organization.access import LOCAL_ONLY_DOMAIN
from peakend.organization.choices import Role
from peakend.organization.models import User
from tests.builders import a_unit, a_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_throttled():
    call_command("createcachetable", verbosity=0)
    cache.clear()


def sign_in(client, user: User, **where: str) -> bool:
    client.post("/login/", {"login": user.username, "password": "correct horse"}, **where)
    return "_auth_user_id" in client.session


@pytest.fixture
def demo_account() -> User:
    user = a_user(Role.CX_LEAD, a_unit(kind="group"))
    user.email = f"{user.username}@{LOCAL_ONLY_DOMAIN}"
    user.save()
    return user


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "127.8.8.8"])
def test_a_demo_account_works_on_this_machine(client, demo_account, address):
    assert sign_in(client, demo_account, REMOTE_ADDR=address)


@pytest.mark.parametrize(
    "where",
    [
        {"REMOTE_ADDR": "192.168.1.20"},
        {"REMOTE_ADDR": "8.8.8.8"},
        {"REMOTE_ADDR": "::ffff:8.8.8.8"},
        {"REMOTE_ADDR": ""},
        # a proxy on this machine that speaks for somebody else
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "8.8.8.8"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_FORWARDED": "for=8.8.8.8"},
    ],
)
def test_a_demo_account_is_refused_from_anywhere_else(client, demo_account, where):
    assert not sign_in(client, demo_account, **where)


def test_a_company_s_own_account_works_from_anywhere(client):
    user = a_user(Role.CX_LEAD, a_unit(kind="group"))
    assert sign_in(client, user, REMOTE_ADDR="8.8.8.8")
