"""The journey's page: read by many, redrawn by few, in place."""

import pytest
from django.test import Client
from django.urls import reverse

from peakend.journeys.models import Journey, Touchpoint
from peakend.journeys.services import StagePlan, TouchpointPlan, draw_journey
from peakend.organization.choices import Role
from tests.builders import a_unit, a_user


@pytest.fixture
def group(home):
    return a_unit(code="group", kind="group")


@pytest.fixture
def journey(group) -> Journey:
    points = (TouchpointPlan("到店等位", "Waiting", codes=("wait_time",)), TouchpointPlan("用餐"))
    return draw_journey(name="到店用餐", code="dining", stages=[StagePlan("售中", "", points)])


@pytest.fixture
def lead(group) -> Client:
    client = Client()
    client.force_login(a_user(Role.CX_LEAD, group))
    return client


def a_client(role: str, unit) -> Client:
    client = Client()
    client.force_login(a_user(role, unit))
    return client


def cell_url(journey: Journey, field: str, name: str = "到店等位") -> str:
    point = Touchpoint.objects.get(name=name)
    return reverse("journeys:cell", args=[journey.code, point.pk, field])


def test_without_a_journey_the_page_offers_to_draw_one(lead, group):
    assert reverse("journeys:new") in lead.get("/journeys/").content.decode()
    viewer = a_client(Role.VIEWER, group).get("/journeys/").content.decode()
    assert reverse("journeys:new") not in viewer


def test_a_journey_is_drawn_from_the_five_a(lead):
    answer = lead.post(reverse("journeys:new"), {"name": "买礼盒", "stages": "five_a"})
    drawn = Journey.objects.get()
    assert answer.url == reverse("journeys:journey", args=[drawn.code]) + "?edit=1"
    assert drawn.stages.count() == 5


def test_the_first_journey_is_shown_with_the_filter_kept(lead, journey):
    answer = lead.get("/journeys/?segment=new")
    assert answer.url == "/journeys/dining/?segment=new"
    page = lead.get(answer.url)
    assert page.status_code == 200
    assert "到店等位" in page.content.decode()


def test_a_cell_is_opened_typed_into_and_read_again(lead, journey):
    url = cell_url(journey, "behaviour")
    assert "<textarea" in lead.get(url).content.decode()
    answer = lead.post(url, {"value": "坐等"}).content.decode()
    assert "坐等" in answer
    assert "data-pk-fresh" in answer
    assert Touchpoint.objects.get(name="到店等位").behaviour == "坐等"
    assert "坐等" in lead.get(f"{url}?read=1").content.decode()


def test_what_cannot_stand_keeps_the_editor_open_with_what_was_typed(lead, journey):
    answer = lead.post(cell_url(journey, "measure"), {"value": "soon"}).content.decode()
    assert 'value="soon"' in answer
    assert 'role="alert"' in answer
    assert Touchpoint.objects.get(name="到店等位").standard_value is None


def test_words_typed_are_escaped(lead, journey):
    answer = lead.post(cell_url(journey, "behaviour"), {"value": "<script>x</script>"})
    assert b"<script>x" not in answer.content


def test_touchpoints_and_stages_are_added_moved_and_removed(lead, journey):
    point, stage = Touchpoint.objects.get(name="用餐"), journey.stages.get()
    lead.post(reverse("journeys:touchpoint_changed", args=["dining", point.pk, "left"]))
    lead.post(reverse("journeys:touchpoint_added", args=["dining", stage.pk]), {"name": "结账"})
    lead.post(reverse("journeys:stage_added", args=["dining"]), {"name": "售后"})
    names = Touchpoint.objects.order_by("position").values_list("name", flat=True)
    assert list(names) == ["用餐", "到店等位", "结账"]
    answer = lead.post(
        reverse("journeys:stage_changed", args=["dining", stage.pk, "remove"]), follow=True
    )
    assert journey.stages.count() == 2
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]
    lead.post(reverse("journeys:touchpoint_changed", args=["dining", point.pk, "remove"]))
    assert Touchpoint.objects.count() == 2
    lead.post(reverse("journeys:remove", args=["dining"]))
    assert not Journey.objects.exists()


def test_unknown_changes_and_cells_are_not_found(lead, journey):
    point = Touchpoint.objects.get(name="用餐")
    assert lead.get(cell_url(journey, "position")).status_code == 404
    url = reverse("journeys:touchpoint_changed", args=["dining", point.pk, "explode"])
    assert lead.post(url).status_code == 404
    assert lead.get("/journeys/nowhere/").status_code == 404


def test_a_lead_of_another_unit_reads_but_does_not_redraw(group, journey):
    store = a_unit(group)
    other = a_client(Role.CX_LEAD, store)
    assert other.get("/journeys/dining/").status_code == 200
    assert "hx-get" not in other.get("/journeys/dining/?edit=1").content.decode()
    assert other.post(cell_url(journey, "name"), {"value": "X"}).status_code == 403


def test_a_viewer_cannot_redraw(group, journey):
    viewer = a_client(Role.VIEWER, group)
    assert viewer.get("/journeys/dining/").status_code == 200
    assert viewer.get(cell_url(journey, "name")).status_code == 403


def test_handing_on_needs_complaints_a_unit_in_scope_and_a_promise(group, journey, lead):
    point = Touchpoint.objects.get(name="到店等位")
    url = reverse("journeys:assign", args=["dining", point.pk])
    assert lead.post(url, {"unit": group.pk, "promise": 5}).status_code == 404
    answer = lead.post(url, {"unit": group.pk, "promise": 24}, follow=True)
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]
    owner = a_client(Role.UNIT_OWNER, a_unit(group))
    assert owner.post(url, {"unit": group.pk, "promise": 24}).status_code == 403
