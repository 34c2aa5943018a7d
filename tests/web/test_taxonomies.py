"""The taxonomy editor: written, previewed, saved, applied."""

import pytest
from auditlog.models import LogEntry
from django.test import Client

from peakend.jobs.models import Job
from peakend.jobs.runs import work_on
from peakend.opinions.models import Opinion, TaxonomyVersion
from peakend.opinions.queries import forget_aspects
from peakend.opinions.taxonomies import edited, held
from peakend.organization.choices import Role, UnitKind
from peakend.text import parse_taxonomy
from peakend.voices.models import Source
from tests.builders import a_unit, a_user, a_voice_signal, hear

ROBOT = {
    "name_zh": "送餐机器人", "name_en": "Robot waiter", "group": "service", "owner": "unit:east",
    "keywords": "小熊\n机器人", "negative": "小熊卡住", "positive": "", "hints": "", "whole": "",
    "description_zh": "", "description_en": "", "standard_zh": "三分钟内送到", "standard_en": "",
    "group_zh": "", "group_en": "",
}  # fmt: skip


@pytest.fixture
def heard(home):
    group = a_unit(kind=UnitKind.GROUP, code="group")
    east = a_unit(group, code="east")
    Source.objects.create(code="dianping", name="点评", channel="reviews", taxonomy="restaurant")
    hear(
        *(a_voice_signal(f"小熊卡住了，电话13912345678，第{i}桌", unit="east") for i in range(5)),
        *(a_voice_signal(f"味道很好，第{i}次", unit="east") for i in range(5)),
    )
    yield group, east
    forget_aspects()


def client_of(role: str, unit) -> Client:
    client = Client()
    client.force_login(a_user(role, unit))
    return client


def test_what_is_written_is_tried_at_once_and_nothing_is_saved(heard):
    client = client_of(Role.ANALYST, heard[0])
    page = client.post("/taxonomies/restaurant/preview/", ROBOT).content.decode()
    assert "送餐机器人" in page or "Robot waiter" in page
    assert "+5" in page
    assert "小熊" in page
    assert "13912345678" not in page
    assert not TaxonomyVersion.objects.exists()


def test_a_form_that_is_not_complete_is_no_error(heard):
    client = client_of(Role.ANALYST, heard[0])
    answer = client.post("/taxonomies/restaurant/preview/", {**ROBOT, "name_zh": "", "name_en": ""})
    assert answer.status_code == 200
    assert answer.context["faults"]


def test_saved_then_applied_it_reads_all_voices_again_and_is_audited(heard):
    client = client_of(Role.CX_LEAD, heard[0])
    assert client.post("/taxonomies/restaurant/new/", ROBOT).status_code == 302
    version = TaxonomyVersion.objects.get()
    assert version.author.role == Role.CX_LEAD
    aspect = edited("restaurant").aspect("robot_waiter")
    assert (aspect.owner, aspect.standard["en"]) == ("unit:east", "三分钟内送到")
    page = client.get("/taxonomies/restaurant/").content.decode()
    assert f"/versions/{version.version}/apply/" in page

    client.post(f"/taxonomies/restaurant/versions/{version.version}/apply/")
    forget_aspects()
    job = Job.objects.get(kind="opinions.reread")
    work_on(job.pk)

    assert Opinion.objects.filter(aspect="robot_waiter", polarity=-1).count() == 5
    entries = LogEntry.objects.get_for_object(version)
    assert entries.count() == 2  # saved, applied
    assert held("restaurant").taxonomy.version == version.version


def test_an_aspect_is_changed_in_place_and_can_go_into_a_group_of_its_own(heard):
    client = client_of(Role.ANALYST, heard[0])
    old = edited("restaurant").aspect("noise")
    data = {
        **ROBOT, "name_zh": old.names["zh"], "name_en": old.names["en"], "group": "+",
        "group_zh": "声响", "group_en": "Sound", "keywords": "吵", "aspect": "noise",
    }  # fmt: skip
    assert client.post("/taxonomies/restaurant/aspects/noise/", data).status_code == 302
    changed = edited("restaurant").aspect("noise")
    assert changed.group == "sound"
    assert changed.group_names == {"zh": "声响", "en": "Sound"}
    assert changed.keywords == ("吵",)


def test_saving_nothing_new_is_said_at_the_form(heard):
    client = client_of(Role.ANALYST, heard[0])
    form = client.get("/taxonomies/restaurant/aspects/noise/").context["form"]
    same = {name: form[name].value() or "" for name in form.fields}
    answer = client.post("/taxonomies/restaurant/aspects/noise/", same)
    assert answer.status_code == 422
    assert not TaxonomyVersion.objects.exists()


def test_a_version_is_discarded_and_the_shipped_one_comes_back(heard):
    client = client_of(Role.ANALYST, heard[0])
    client.post("/taxonomies/restaurant/new/", ROBOT)
    version = TaxonomyVersion.objects.get()
    client.post(f"/taxonomies/restaurant/versions/{version.version}/discard/")
    assert not TaxonomyVersion.objects.exists()

    client.post("/taxonomies/restaurant/aspects/noise/remove/")
    version = TaxonomyVersion.objects.get()
    client.post(f"/taxonomies/restaurant/versions/{version.version}/apply/")
    client.post("/taxonomies/restaurant/shipped/")
    assert "noise" in edited("restaurant").codes
    assert "noise" not in held("restaurant").taxonomy.codes


def test_the_file_reads_back_to_the_same(heard):
    client = client_of(Role.ANALYST, heard[0])
    answer = client.get("/taxonomies/restaurant/export/")
    assert parse_taxonomy(answer.content.decode()) == edited("restaurant")


def test_a_copy_begins_a_taxonomy_of_ones_own(heard):
    client = client_of(Role.ANALYST, heard[0])
    data = {"source": "restaurant", "name_zh": "食堂", "name_en": "", "code": "canteen"}
    assert client.post("/taxonomies/copy/", data).status_code == 302
    assert held("canteen").taxonomy.names["zh"] == "食堂"
    assert client.post("/taxonomies/copy/", data).status_code == 422


def test_whoever_looks_after_a_part_reads_but_does_not_change(heard):
    client = client_of(Role.ANALYST, heard[1])
    assert client.get("/taxonomies/restaurant/").status_code == 200
    assert "/new/" not in client.get("/taxonomies/restaurant/").content.decode()
    assert client.post("/taxonomies/restaurant/new/", ROBOT).status_code == 403


def test_a_source_that_chooses_another_taxonomy_is_read_again_by_it(heard):
    client = client_of(Role.ANALYST, heard[0])
    data = {"source": "restaurant", "name_zh": "食堂", "name_en": "", "code": "canteen"}
    client.post("/taxonomies/copy/", data)
    source = Source.objects.get()
    form = {"name": "点评", "name_en": "", "channel": "reviews", "taxonomy": "canteen"}
    answer = client_of(Role.ADMINISTRATOR, heard[0]).post(f"/settings/sources/{source.pk}/", form)
    assert answer.status_code == 302
    work_on(Job.objects.get(kind="opinions.reread").pk)
    assert set(Opinion.objects.values_list("reader__code", flat=True)) == {"canteen@own-1"}
