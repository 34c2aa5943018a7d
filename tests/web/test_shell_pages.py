"""Where people begin, and what the frame around the pages shows them."""

import pytest
from django.test import Client

from peakend.organization.choices import Role, UnitKind
from peakend.voices.models import Source
from tests.builders import a_unit, a_user, a_voice_signal, hear

pytestmark = pytest.mark.django_db


def signed_in_from_the_form(role: str) -> Client:
    person = a_user(role, a_unit(kind=UnitKind.GROUP))
    client = Client()
    answer = client.post("/login/", {"login": person.username, "password": "correct horse"})
    client.first = answer.headers["Location"]
    return client


@pytest.mark.parametrize(
    ("role", "first"), [(Role.CX_LEAD, "/"), (Role.VIEWER, "/"), (Role.FRONTLINE, "/cases/")]
)
def test_signing_in_leads_to_a_page_the_person_may_open(home, role: str, first: str):
    client = signed_in_from_the_form(role)
    assert client.first == first
    assert client.get(client.first).status_code == 200


def test_a_page_not_allowed_offers_one_that_is(home):
    client = signed_in_from_the_form(Role.FRONTLINE)
    page = client.get("/")
    assert page.status_code == 403
    assert 'href="/cases/"' in page.content.decode()


def test_the_appearance_chosen_is_rendered_by_the_server_and_nonsense_is_not(home):
    client = signed_in_from_the_form(Role.VIEWER)
    client.cookies["pk_theme"] = "dark"
    assert 'data-pk-theme="dark"' in client.get("/password/").content.decode()
    client.cookies["pk_theme"] = '"><script>'
    assert 'data-pk-theme="auto"' in client.get("/password/").content.decode()


def test_a_form_sent_from_a_stale_page_is_refused_in_the_house_s_words(home):
    client = Client(enforce_csrf_checks=True)
    page = client.post("/login/", {"login": "nobody", "password": "nothing"})
    assert page.status_code == 403
    assert "这个页面打开得太久" in page.content.decode()
    assert "style=" not in page.content.decode()


def test_no_page_of_the_shell_carries_inline_code(home):
    client = signed_in_from_the_form(Role.CX_LEAD)
    for address in ("/", "/voices/", "/metrics/", "/password/", "/nowhere/"):
        page = client.get(address).content.decode()
        assert "<style" not in page
        assert " style=" not in page
        assert " onclick=" not in page


@pytest.mark.parametrize("address", ["/", "/voices/", "/pains/", "/themes/", "/cases/"])
def test_whoever_has_no_unit_is_told_so_and_whom_to_ask(home, address: str):
    Source.objects.create(code="dianping", name="点评", taxonomy="restaurant")
    a_unit(kind=UnitKind.GROUP, code="group")
    hear(a_voice_signal(unit="group", customer=None))
    a_user(Role.ADMINISTRATOR, None, "guanli")
    reader = Client()
    reader.force_login(a_user(Role.ANALYST, None))
    page = reader.get(address, follow=True).content.decode()
    assert "您的账号还没有分配单位" in page
    assert "请联系管理员为您分配单位：guanli。" in page
    assert "请放宽" not in page
    assert "去掉筛选" not in page


def test_whoever_has_a_unit_or_sees_the_whole_company_is_told_nothing_of_it(home):
    for role, unit in ((Role.ADMINISTRATOR, None), (Role.VIEWER, a_unit(kind=UnitKind.GROUP))):
        reader = Client()
        reader.force_login(a_user(role, unit))
        assert "没有分配单位" not in reader.get("/", follow=True).content.decode()
