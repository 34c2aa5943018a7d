"""From a dropped file to its pain points, page by page; nobody sees another's file."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from peakend.inbox import open_inbox
from peakend.inbox.signals import decode
from peakend.jobs.models import Job
from peakend.jobs.runs import work_on
from peakend.loop.signals_drained import drain
from peakend.organization.choices import Role, UnitKind
from peakend.text import taxonomy_names
from peakend.voices.imports import Choices, plan_import
from peakend.voices.uploads import KEPT_FOR, find_upload, keep_upload, prune_uploads
from tests.builders import a_unit, a_user
from tests.voices.files import REVIEWS, write


@pytest.fixture
def company(home):
    root = a_unit(code="group", kind=UnitKind.GROUP)
    return {
        "home": home,
        "root": root,
        "one": a_unit(root, code="store-1"),
        "two": a_unit(root, code="store-2"),
    }


def signed_in(role: str, unit) -> Client:
    client = Client()
    client.force_login(a_user(role, unit))
    return client


def drop(client: Client, text: str = REVIEWS, name: str = "七月评论.csv") -> str:
    """Upload a file; the address of its plan."""
    response = client.post("/imports/", {"file": SimpleUploadedFile(name, text.encode())})
    assert response.status_code == 302, response.content.decode()
    return response["Location"]


def as_shown(client: Client, address: str) -> dict[str, str]:
    """The plan's form as the browser would send it unchanged."""
    form = client.get(address).context["form"]
    return {name: form[name].value() or "" for name in form.fields if form[name].value()}


def test_a_file_becomes_voices_in_four_steps(company):
    client = signed_in(Role.ANALYST, company["root"])
    address = drop(client, REVIEWS * 1)
    page = client.get(address).content.decode()
    assert "评论内容" in page
    assert open_inbox().last() == 0

    started = client.post(address, {**as_shown(client, address), "start": "1"})
    assert "<progress" in client.get(started["Location"]).content.decode()
    moving = client.get(started["Location"] + "progress/")
    assert moving.status_code == 200
    work_on(Job.objects.get().pk, beat=False)
    drain()

    settled = client.get(started["Location"] + "progress/")
    assert settled.headers["HX-Refresh"] == "true"
    result = client.get(started["Location"]).content.decode()
    assert "<progress" not in result
    assert client.get("/imports/").context["last"].counts["accepted"] == 3


def test_a_corrected_column_is_read_as_corrected(company):
    client = signed_in(Role.ANALYST, company["root"])
    address = drop(client)
    form = as_shown(client, address)
    place = next(
        name for name, field in client.get(address).context["form"].fields.items()
        if field.label == "评分"
    )  # fmt: skip

    checked = client.post(address, {**form, place: "ignore", "check": "1"})
    assert checked.context["form"][place].value() == "ignore"
    assert not Job.objects.exists()
    client.post(address, {**form, place: "ignore", "source": "dianping", "start": "1"})
    work_on(Job.objects.get().pk, beat=False)

    voice = decode(open_inbox().read(0, 1)[0][1])
    assert (voice.source, voice.rating) == ("dianping", None)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"scale": "ten"}, "ten"),
        ({"source": "a/b"}, "a/b"),
        ({"encoding": "utf-16"}, "UTF-8"),
    ],
)
def test_a_change_that_cannot_be_is_answered_on_the_page(company, change, words):
    client = signed_in(Role.ANALYST, company["root"])
    address = drop(client)

    response = client.post(address, {**as_shown(client, address), **change, "start": "1"})

    assert response.status_code == 422
    assert words.lower() in response.content.decode().lower()
    assert not Job.objects.exists()


def test_a_file_that_cannot_be_read_says_why(company):
    client = signed_in(Role.ANALYST, company["root"])
    response = client.post("/imports/", {"file": SimpleUploadedFile("empty.csv", b"")})
    assert response.status_code == 422  # Django refuses an empty upload itself

    address = drop(client, "%PDF-1.7 not a table", "scan.csv")
    assert client.get(address).status_code == 422


def test_errors_can_be_downloaded_by_whoever_may_see_the_import(company):
    client = signed_in(Role.ANALYST, company["root"])
    rows = "".join(f"味道第{n}次都不错,{n % 5 + 1}\n" for n in range(80))
    address = drop(client, "评论,评分\n" + rows + "越界的评分,9\n")
    location = client.post(address, {**as_shown(client, address), "start": "1"})["Location"]
    work_on(Job.objects.get().pk, beat=False)

    response = client.get(location + "errors.csv")

    assert response.status_code == 200
    assert (
        b"".join(response.streaming_content).decode("utf-8-sig").splitlines()[1].startswith("82,")
    )
    stranger = signed_in(Role.ANALYST, company["one"])
    for path in (location, location + "progress/", location + "errors.csv"):
        assert stranger.get(path).status_code == 404
    assert stranger.post(location + "cancel/").status_code == 404


def test_an_upload_is_its_owners_alone(company):
    address = drop(signed_in(Role.ANALYST, company["root"]))

    assert signed_in(Role.ADMINISTRATOR, company["root"]).get(address).status_code == 404
    assert signed_in(Role.ANALYST, company["root"]).get("/imports/files/../").status_code == 404


@pytest.mark.parametrize("role", [Role.VIEWER, Role.FRONTLINE, Role.UNIT_OWNER])
def test_lesser_roles_may_not_import(company, role):
    client = signed_in(role, company["root"])

    assert client.get("/imports/").status_code == 403
    assert Client().get("/imports/").status_code == 302


def test_an_analyst_of_a_store_imports_for_that_store_only(company):
    client = signed_in(Role.ANALYST, company["one"])
    address = drop(client, "评论,门店\n好吃又便宜,store-1\n难吃还很贵,store-2\n没写是哪家,\n")
    form = as_shown(client, address)

    refused = client.post(address, {**form, "role-1": "attribute", "start": "1"})
    assert refused.status_code == 422
    client.post(address, {**form, "role-1": "unit", "start": "1"})
    job = work_on(Job.objects.get().pk, beat=False)

    assert (job.result["accepted"], job.result["errors"]) == (1, 2)


def test_a_waiting_import_can_be_cancelled(company):
    client = signed_in(Role.ANALYST, company["root"])
    address = drop(client)
    location = client.post(address, {**as_shown(client, address), "start": "1"})["Location"]

    client.post(location + "cancel/")

    assert Job.objects.get().state == Job.State.CANCELLED
    assert "<progress" not in client.get(location).content.decode()


def test_jobs_are_listed_for_whoever_may_read_them(company):
    client = signed_in(Role.ANALYST, company["root"])
    address = drop(client)
    client.post(address, {**as_shown(client, address), "start": "1"})

    assert "七月评论.csv" in client.get("/jobs/").content.decode()
    assert signed_in(Role.VIEWER, company["root"]).get("/jobs/").status_code == 403
    client.post(f"/jobs/{Job.objects.get().pk}/cancel/")
    assert Job.objects.get().state == Job.State.CANCELLED


def test_a_name_never_becomes_a_path(company, home: Path):
    owner = a_user(Role.ANALYST, company["root"])

    upload = keep_upload("../../etc/passwd\x00.csv", [b"a,b\n"], owner)

    assert upload.path.parent.parent == home / "files" / "uploads"
    assert find_upload(upload.token, owner) == upload
    assert find_upload("../" + upload.token, owner) is None


def test_uploads_nobody_confirmed_are_forgotten(company):
    from datetime import UTC, datetime

    owner = a_user(Role.ANALYST, company["root"])
    upload = keep_upload("r.csv", [b"a,b\n"], owner)

    assert prune_uploads(datetime.now(UTC)) == 0
    assert prune_uploads(datetime.now(UTC) + KEPT_FOR * 1.01) == 1
    assert find_upload(upload.token, owner) is None


def test_the_header_is_corrected_on_the_page_and_remembered_for_the_source(company):
    client = signed_in(Role.ANALYST, company["root"])
    export = "甲,乙,丙\n评论,评分,日期\n" + "".join(
        f"上菜太慢等了{n}个小时，孩子饿得直哭，没人来道歉,2,2026-07-{n % 28 + 1:02d}\n"
        for n in range(40)
    )
    address = drop(client, export)
    form = as_shown(client, address)
    assert form["header_row"] == 1

    again = client.post(address, {**form, "header_row": 2, "check": "1"}).context["form"]
    assert [column["name"] for column in again.columns] == ["评论", "评分", "日期"]
    filled = {name: again[name].value() for name in again.fields if again[name].value()}
    client.post(address, {**filled, "source": "weekly", "start": "1"})

    job = work_on(Job.objects.get().pk, beat=False)
    assert (job.result["accepted"], job.result["errors"]) == (40, 0)
    plan = plan_import(
        write(company["home"] / "weekly.csv", export), Choices(source="weekly"), taxonomy_names()
    )
    assert plan.guess.remembered
    assert plan.guess.reading.form.header_row == 2


def test_a_file_whose_header_was_missed_can_be_looked_at_again(company):
    client = signed_in(Role.ANALYST, company["root"])
    address = drop(client, "甲,乙,丙\n评论,评分,日期\n" + "太慢,2,2026-07-01\n" * 40)

    assert client.get(address).status_code == 422
    again = client.get(address, {"header_row": 2}).context["form"]

    assert [column["name"] for column in again.columns] == ["评论", "评分", "日期"]
