"""The pages of administration: what may be set, by whom, and what is refused in words."""

import pytest
from auditlog.models import LogEntry
from django.test import Client

from peakend.jobs.pulse import beat
from peakend.offerings.models import Brand
from peakend.organization.choices import Role
from peakend.organization.models import ApiToken, Unit, User
from peakend.organization.tokens import find_token, issue_token
from peakend.voices.models import Source
from tests.builders import a_unit, a_user

PASSWORD = "a-long-enough-secret-9"


@pytest.fixture
def group(home) -> Unit:
    return a_unit(code="group", kind="group")


@pytest.fixture
def admin(group) -> Client:
    return a_client(Role.ADMINISTRATOR, group, "admin")


def a_client(role: str, unit: Unit | None, username: str = "") -> Client:
    client = Client()
    client.force_login(a_user(role, unit, username))
    return client


def errors(answer) -> dict:
    return answer.context["form"].errors


def test_the_state_says_that_all_is_well_or_what_is_not(admin):
    silent = admin.get("/settings/")
    assert [state.tone for state in silent.context["states"]].count("bad") == 1
    assert not silent.context["worker_runs"]
    beat()
    answer = admin.get("/settings/")
    assert {state.tone for state in answer.context["states"]} == {"good"}
    assert len(answer.context["doors"]) >= 6


def test_every_page_of_the_room_opens(admin, group):
    token, _ = issue_token(
        owner=User.objects.get(username="admin"), name="x", permissions=["voices.read"]
    )
    source = Source.objects.create(code="s", name="来源")
    brand = Brand.objects.create(code="b", name="品牌")
    person = a_user(Role.VIEWER, group)
    for page in (
        "units/", "units/new/", f"units/{group.pk}/", "people/", "people/?q=person", "people/new/",
        f"people/{person.pk}/", f"people/{person.pk}/password/", "sources/", f"sources/{source.pk}/",
        "brands/", "brands/new/", f"brands/{brand.pk}/", "tokens/", "tokens/new/", "audit/",
    ):  # fmt: skip
        assert admin.get(f"/settings/{page}").status_code == 200, page
    assert token.name in admin.get("/settings/tokens/").content.decode()


def test_a_unit_is_added_renamed_moved_and_closed(admin, group):
    admin.post("/settings/units/new/", unit_form(group, "east", "region"))
    admin.post("/settings/units/new/", unit_form(group, "s1", "store"))
    east, store = Unit.objects.get(code="east"), Unit.objects.get(code="s1")
    admin.post(f"/settings/units/{store.pk}/", unit_form(east, "s01", "store", name="一号店"))
    store.refresh_from_db()
    assert (store.code, store.name, store.parent) == ("s01", "一号店", east)
    assert store.path == f"/{group.pk}/{east.pk}/{store.pk}/"
    admin.post(f"/settings/units/{store.pk}/open/")
    store.refresh_from_db()
    assert not store.is_active
    offered = dict(
        admin.get(f"/settings/units/{east.pk}/").context["form"].fields["parent"].choices
    )
    assert set(offered) == {group.pk}


def unit_form(parent: Unit, code: str, kind: str, name: str = "名") -> dict:
    return {"name": name, "code": code, "kind": kind, "parent": parent.pk}


def test_a_code_twice_is_refused_at_the_form(admin, group):
    answer = admin.post("/settings/units/new/", unit_form(group, "group", "store"))
    assert errors(answer)
    assert Unit.objects.count() == 1


def test_a_person_is_invited_and_signs_in(admin, group):
    answer = admin.post(
        "/settings/people/new/",
        {"username": "zhou", "display_name": "周岚", "role": "unit_owner", "unit": group.pk,
         "password": PASSWORD},
    )  # fmt: skip
    assert answer.status_code == 302, errors(answer)
    assert Client().login(username="zhou", password=PASSWORD)
    person = User.objects.get(username="zhou")
    admin.post(
        f"/settings/people/{person.pk}/",
        {"display_name": "周", "email": "zhou@example.com", "role": "viewer", "unit": group.pk},
    )
    admin.post(f"/settings/people/{person.pk}/password/", {"password": PASSWORD + "0"})
    admin.post(f"/settings/people/{person.pk}/open/")
    person.refresh_from_db()
    assert (str(person), person.role, person.is_active) == ("周", "viewer", False)
    assert person.check_password(PASSWORD + "0")


def test_a_weak_password_is_refused_in_words(admin, group):
    person = a_user(Role.VIEWER, group)
    answer = admin.post(f"/settings/people/{person.pk}/password/", {"password": "12345678"})
    assert errors(answer)["password"]


def test_a_regional_administrator_sees_and_changes_only_the_region(admin, group):
    east, west = a_unit(group), a_unit(group)
    stranger = a_user(Role.VIEWER, west)
    regional = a_client(Role.ADMINISTRATOR, east)
    assert west.title not in regional.get("/settings/units/").content.decode()
    for url in (
        f"/settings/units/{west.pk}/",
        f"/settings/people/{stranger.pk}/",
        f"/settings/people/{stranger.pk}/password/",
        "/settings/brands/new/",
    ):
        assert regional.get(url).status_code == 403, url
    for url in (f"/settings/people/{stranger.pk}/open/", f"/settings/units/{west.pk}/open/"):
        assert regional.post(url).status_code == 403, url
    answer = regional.post("/settings/units/new/", unit_form(west, "w1", "store"))
    assert errors(answer)


def test_sources_and_brands_get_their_names(admin):
    source = Source.objects.create(code="dp", name="dp")
    form = {
        "name": "大众点评",
        "name_en": "Dianping",
        "channel": "dianping",
        "taxonomy": "restaurant",
    }
    admin.post(f"/settings/sources/{source.pk}/", form)
    source.refresh_from_db()
    assert (source.name, source.taxonomy) == ("大众点评", "restaurant")
    assert errors(admin.post(f"/settings/sources/{source.pk}/", form | {"taxonomy": "x"}))
    admin.post("/settings/brands/new/", {"name": "禾野", "code": "heye", "is_own": "on"})
    assert Brand.objects.get().is_own
    assert errors(admin.post("/settings/brands/new/", {"name": "又一个", "code": "heye"}))


def test_a_token_is_shown_once_and_revoked_at_once(admin):
    answer = admin.post(
        "/settings/tokens/new/", {"name": "till", "permissions": ["voices.read"], "days": 30}
    )
    secret = answer.context["secret"]
    token = ApiToken.objects.get()
    assert answer.headers["Cache-Control"].startswith("max-age=0")
    assert secret not in admin.get("/settings/tokens/").content.decode()
    assert find_token(secret, token.created_at) == token
    admin.post(f"/settings/tokens/{token.pk}/revoke/")
    assert find_token(secret, token.created_at) is None
    assert secret not in str(list(LogEntry.objects.values_list("changes", flat=True)))
    assert token.digest not in str(list(LogEntry.objects.values_list("changes", flat=True)))


def test_the_audit_log_is_filtered(admin, group):
    admin.post("/settings/units/new/", unit_form(group, "s1", "store"))
    who = User.objects.get(username="admin").pk
    page = admin.get("/settings/audit/", {"who": who, "what": "organization.Unit", "act": "create"})
    assert [line.entry.object_repr for line in page.context["lines"]] == ["名"]
    assert not admin.get("/settings/audit/", {"since": "2100-01-01"}).context["lines"]
    for nonsense in (
        {"who": "x" * 99},
        {"since": "no"},
        {"act": "\x00"},
        {"page": "-1"},
        {"what": "a.b"},
    ):
        assert admin.get("/settings/audit/", nonsense).status_code == 200


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.ADMINISTRATOR])
def test_nobody_but_administrators_enters(group, role):
    assert a_client(role, group).get("/settings/").status_code == 403


def test_choices_are_read_by_their_names_in_the_log(admin, group):
    person = a_user(Role.VIEWER, group)
    form = {"display_name": "", "email": "", "role": "analyst", "unit": group.pk}
    admin.post(f"/settings/people/{person.pk}/", form)
    [line] = admin.get("/settings/audit/", {"act": "update", "what": "organization.User"}).context[
        "lines"
    ]
    changed = {change.field: (change.before, change.after) for change in line.changes}
    assert changed[str(User._meta.get_field("role").verbose_name)] == (
        str(Role.VIEWER.label),
        str(Role.ANALYST.label),
    )
