"""Guessing passwords ends after five attempts; sessions end when they should."""

import pytest
from django.core.cache import cache
from django.test import Client

from peakend.organization.choices import Role
from tests.builders import a_unit, a_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_attempts_yet():
    cache.clear()


@pytest.fixture
def person():
    return a_user(Role.ANALYST, a_unit(), "shen")


def sign_in(client: Client, login: str, password: str, address: str = "203.0.113.7"):
    return client.post(
        "/login/", {"login": login, "password": password}, REMOTE_ADDR=address, follow=False
    )


def test_the_right_password_signs_in_by_name_or_address(person):
    assert sign_in(Client(), "shen", "correct horse").status_code == 302
    assert sign_in(Client(), "shen@example.com", "correct horse").status_code == 302


def test_after_five_wrong_passwords_even_the_right_one_is_refused(person):
    client = Client()
    for _ in range(5):
        answer = sign_in(client, "shen", "wrong")
        assert answer.status_code == 200
    answer = sign_in(client, "shen", "correct horse")
    assert [error.code for error in answer.context["form"].non_field_errors().as_data()] == [
        "too_many_login_attempts"
    ]
    assert "_auth_user_id" not in client.session


def test_another_address_does_not_help_the_guesser(person):
    for attempt in range(5):
        sign_in(Client(), "shen", "wrong", address=f"203.0.113.{attempt + 10}")
    client = Client()
    sign_in(client, "shen", "correct horse", address="203.0.113.99")
    assert "_auth_user_id" not in client.session


def test_others_may_sign_in_meanwhile(person):
    a_user(Role.ANALYST, person.unit, "lin")
    for _ in range(6):
        sign_in(Client(), "shen", "wrong")
    assert sign_in(Client(), "lin", "correct horse").status_code == 302


def test_a_stranger_cannot_make_an_account():
    assert Client().get("/signup/").status_code == 404
    assert Client().get("/accounts/signup/").status_code == 404


def test_people_change_their_own_password_and_stay_signed_in(person):
    client = Client()
    client.force_login(person)
    answer = client.post(
        "/password/",
        {
            "oldpassword": "correct horse",
            "password1": "battery staple 42",
            "password2": "battery staple 42",
        },
    )
    assert answer.status_code == 302, answer.context["form"].errors
    person.refresh_from_db()
    assert person.check_password("battery staple 42")
    assert client.get("/password/").status_code == 200
