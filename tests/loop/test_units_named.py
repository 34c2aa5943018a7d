"""Who imports first and sets up the company afterwards loses no store."""

import pytest
from django.urls import reverse

from peakend.events.models import Event
from peakend.jobs.runs import work_on
from peakend.loop.signals_drained import drain
from peakend.loop.units_named import attach_named
from peakend.organization.choices import Role, UnitKind
from peakend.organization.services import create_unit
from peakend.surveys.models import Response
from peakend.text import taxonomy_names
from peakend.voices.imports import Choices, plan_import, start_import
from peakend.voices.models import Source, Voice
from peakend.warehouse.cells import Slice, read_cells
from tests.builders import (
    a_response_signal,
    a_unit,
    a_user,
    a_voice_signal,
    an_event_signal,
    hear,
)

pytestmark = pytest.mark.django_db
FILE = "评论,评分,日期,门店\n" + "".join(
    f"等位等了快两个小时{n},2,2026-07-{n % 28 + 1:02d},{'春熙店' if n % 2 else '太古里店'}\n"
    for n in range(240)
)


@pytest.fixture(autouse=True)
def _restaurant(home) -> None:
    Source.objects.create(code="dianping", name="点评", taxonomy="restaurant")


def imported(tmp_path) -> dict:
    path = tmp_path / "reviews.csv"
    path.write_text(FILE, encoding="utf-8")
    plan = plan_import(path, Choices(source="dianping"), taxonomy_names())
    job = work_on(start_import(plan, queued=False).pk, beat=False)
    drain()
    return {"plan": plan, "result": job.result}


def voices_of(unit) -> int:
    cells = read_cells(Slice(units=frozenset({unit.pk})), (), ("voice",))
    return sum(row.n for row in cells)


def test_voices_join_a_unit_that_is_made_after_their_import(tmp_path):
    imported(tmp_path)
    assert Voice.objects.filter(unit=None).count() == 240

    store = create_unit(code="chunxi", name="春熙店", kind=UnitKind.STORE)
    assert attach_named() == 120

    assert Voice.objects.filter(unit=store).count() == 120
    assert voices_of(store) == 120
    assert sum(row.n for row in read_cells(Slice(), (), ("voice",))) == 240  # none counted twice
    assert attach_named() == 0


def test_whatever_named_an_unknown_code_joins_its_unit_and_nothing_else_does():
    hear(
        a_voice_signal(unit="store-17"),
        a_response_signal({"nps": 9}, unit="store-17"),
        an_event_signal("visit", unit="store-17"),
        a_voice_signal(unit="store-18"),
        a_voice_signal(attributes={"城市": "store-17"}),
    )

    store = a_unit(code="store-17")
    attach_named()

    assert [row.unit for row in Voice.objects.order_by("pk")] == [store, None, None]
    assert Response.objects.get().unit == store
    assert Event.objects.get().unit == store
    rows = read_cells(Slice(units=frozenset({store.pk})), ("code",), ("score", "event"))
    assert {row.key[0] for row in rows} == {"nps", "visit"}


def test_importing_again_reads_the_column_as_the_unit_and_says_so(tmp_path):
    first = imported(tmp_path)["plan"]
    assert ("no_such_units", "门店") in first.guess.notes
    for code, name in (("chunxi", "春熙店"), ("taikooli", "太古里店")):
        create_unit(code=code, name=name, kind=UnitKind.STORE)

    again = imported(tmp_path)

    assert again["plan"].guess.remembered
    assert [column.role for column in again["plan"].guess.reading.columns][3] == "unit"
    assert again["plan"].guess.notes == ()
    assert again["result"]["errors"] == 0
    assert again["result"]["duplicates"] == 240


def test_a_column_said_to_be_the_unit_is_not_called_an_attribute_as_well(tmp_path):
    path = tmp_path / "reviews.csv"
    path.write_text(FILE, encoding="utf-8")
    choices = Choices(source="dianping", roles=(("unit", "门店"),))

    plan = plan_import(path, choices, taxonomy_names())

    assert "no_such_units" not in [code for code, _ in plan.guess.notes]


def test_saving_a_unit_on_its_page_attaches_what_was_heard(
    client, django_capture_on_commit_callbacks, settings
):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    hear(a_voice_signal(unit="store-17"))
    root = a_unit(kind=UnitKind.GROUP)
    client.force_login(a_user(Role.ADMINISTRATOR, root))
    values = {"code": "store-17", "name": "春熙店", "kind": UnitKind.STORE, "parent": root.pk}

    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("administration:unit_new"), values)

    assert answer.status_code == 302
    assert Voice.objects.get().unit.code == "store-17"
