"""The journey's page: read by many, redrawn by few, in place."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from peakend.cases.models import Case
from peakend.journeys.models import Journey, Touchpoint
from peakend.journeys.services import StagePlan, TouchpointPlan, draw_journey
from peakend.opinions.queries import aspect_of
from peakend.organization.choices import Role
from peakend.voices.models import Voice
from peakend.web.filters import ViewFilter
from peakend.web.overview.journey import most_heard
from tests.builders import a_unit, a_user, an_event_signal, hear
from tests.cases.rows import a_voice
from tests.journeys.test_experience import heard, measured, observe


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


def complaints(*places) -> dict:
    """One complaint about the waiting at each (unit, segment)."""
    now = timezone.now()
    told = {}
    for unit, segment in places:
        voice = a_voice(unit=unit, at=now - timedelta(hours=1))
        Voice.objects.filter(pk=voice.pk).update(segment=segment)
        told[unit.pk, segment] = voice.pk
    return told


def handed(client, unit, **query) -> list[str]:
    point = Touchpoint.objects.get(name="到店等位")
    url = reverse("journeys:assign", args=["dining", point.pk], query=query)
    answer = client.post(url, {"unit": unit.pk, "promise": 72}, follow=True)
    return [message.level_tag for message in answer.context["messages"]]


def test_a_case_carries_the_words_of_the_unit_and_segment_it_is_about(group, journey, lead):
    one, other, quiet = a_unit(group), a_unit(group), a_unit(group)
    service = a_unit(group, kind="department")
    told = complaints((one, "new"), (one, "member"), (other, "new"))

    def evidence(case) -> set[int]:
        return set(case.evidence.values_list("voice_id", flat=True))

    assert handed(lead, one, who="new") == ["success"]
    assert evidence(Case.objects.get(unit=one)) == {told[one.pk, "new"]}
    assert handed(lead, service) == ["success"]
    assert evidence(Case.objects.get(unit=service)) == set(told.values())
    assert handed(lead, quiet) == ["error"]
    assert handed(lead, other, who="member") == ["error"]
    assert not Case.objects.filter(unit__in=[quiet, other]).exists()


def test_the_history_of_a_case_handed_on_names_who_opened_it(group, journey, lead):
    store = a_unit(group)
    complaints((store, "new"))
    handed(lead, store)
    case = Case.objects.get()
    giver = lead.get(reverse("journeys:journey", args=["dining"])).wsgi_request.user
    assert case.entries.get(kind="opened").by == giver
    assert case.steps.get(kind="received").taken_by == giver


@pytest.mark.parametrize("typed", [["价格", "wait_time"], ["wait_time, Price"]])
def test_a_touchpoint_listens_to_what_is_chosen_and_named(lead, journey, typed):
    url = cell_url(journey, "codes")
    editor = lead.get(url).content.decode()
    assert re.search(r'value="wait_time" checked>', editor)
    with translation.override("en"):
        lead.post(url, {"value": typed})
    codes = Touchpoint.objects.get(name="到店等位").codes
    assert "wait_time" in codes
    assert len(codes) > 1
    assert all(aspect_of(code) for code in codes)


def test_an_unknown_name_is_said_and_the_choice_is_kept(lead, journey):
    answer = lead.post(cell_url(journey, "codes"), {"value": ["taste", "等位置"]}).content.decode()
    assert re.search(r'role="alert">[^<]*“等位置”', answer)
    assert re.search(r'value="taste" checked>', answer)
    assert 'name="value" value="等位置"' in answer
    assert Touchpoint.objects.get(name="到店等位").codes == ["wait_time"]


def test_an_unknown_measure_is_refused_with_those_there_are(lead, journey):
    hear(an_event_signal("wait_minutes", 12.0))
    url = cell_url(journey, "measure")
    assert "event:wait_minutes &lt;= " in lead.get(url).content.decode()
    answer = lead.post(url, {"value": "patience <= 3"}).content.decode()
    assert re.search(r'role="alert">[^<]*patience[^<]*wait_minutes', answer)
    lead.post(url, {"value": "wait_minutes <= 20 分"})
    assert Touchpoint.objects.get(name="到店等位").standard_metric == "event:wait_minutes"


@pytest.fixture
def two_segments(home, journey):
    """New guests and members along the same way; both wait badly, members eat badly too."""
    Touchpoint.objects.filter(name="用餐").update(codes=["taste"])
    observe(
        heard("new", "wait_time", 5, 5, 90),
        heard("new", "taste", 90, 5, 5),
        heard("member", "wait_time", 30, 10, 40),
        heard("member", "taste", 10, 10, 60),
    )


def test_the_point_of_a_segment_opens_that_segments_moment(lead, journey, two_segments):
    page = lead.get("/journeys/dining/?period=all")
    eating = Touchpoint.objects.get(name="用餐")
    urls = set(re.findall(r"'url': '([^']*)'", str(page.context["option"])))
    for segment in ("new", "member"):
        [url] = [one for one in urls if f"at={eating.pk}&who={segment}" in one]
        opened = lead.get(f"/journeys/dining/{url}")
        moment = opened.context["moment"]
        assert (moment.segment, moment.touchpoint) == (segment, eating)
        assert opened.context["story"].headline == page.context["story"].headline


def test_the_overview_leads_to_the_moment_of_the_curve_clicked(lead, journey, two_segments):
    brief = most_heard(ViewFilter(as_of=date(2026, 7, 1), period="all"))
    eating = Touchpoint.objects.get(name="用餐")
    urls = re.findall(r"'url': '([^']*)'", str(brief.option))
    for segment in ("new", "member"):
        [url] = [one for one in urls if f"at={eating.pk}&who={segment}" in one]
        assert lead.get(url).context["moment"].segment == segment


def test_a_segment_nobody_knows_shows_the_headlines_moment(lead, journey, two_segments):
    usual, unknown = (
        lead.get(f"/journeys/dining/?period=all{more}").context["moment"] for more in ("", "&who=x")
    )
    assert unknown == usual


def test_what_was_observed_stands_with_its_interval_n_and_period(lead, journey):
    point = Touchpoint.objects.filter(name="到店等位")
    point.update(standard_metric="wait_minutes", standard_value=20, standard_unit="分钟")
    observe(measured("wait_minutes", [17, 21, 26] * 3), heard("", "wait_time", 5, 5, 90))
    page = lead.get(f"/journeys/dining/?period=all&at={point.get().pk}")
    [cell, _other] = page.context["observed"]
    assert "±" in cell["value"]
    assert (cell["n"], cell["state"]) == ("9", "未定")
    assert "n = 9" in page.content.decode()
    assert any("n = 9" in value for _name, value, _tone in page.context["moment"].facts)


def test_removing_a_touchpoint_asks_first_and_says_what_was_done(lead, journey):
    point = Touchpoint.objects.get(name="用餐")
    url = reverse("journeys:touchpoint_changed", args=["dining", point.pk, "remove"])
    page = lead.get("/journeys/dining/?edit=1").content.decode()
    # the button that removes stands behind a question that has to be opened first
    question = re.search(
        rf'action="{url}">(?:(?!</form>|<button).)*<details((?:(?!</form>).)*)<button', page, re.S
    )
    assert question
    assert "用餐" in question[1]
    [message] = lead.post(url, follow=True).context["messages"]
    assert message.level_tag == "success"
    assert "用餐" in str(message)
    assert not Touchpoint.objects.filter(pk=point.pk).exists()


def test_no_curve_is_drawn_where_the_scores_say_too_few(lead, journey):
    # given enough new guests and only three members
    Touchpoint.objects.filter(name="用餐").update(codes=["taste"])
    observe(
        heard("new", "wait_time", 5, 5, 90),
        heard("new", "taste", 90, 5, 5),
        heard("member", "wait_time", 0, 0, 3),
    )
    page = lead.get("/journeys/dining/?period=all")
    drawn = [
        [item["value"] for item in line["data"]]
        for line in page.context["option"]["series"]
        if "name" in line
    ]
    assert [any(value is not None for value in line) for line in drawn] == [True, False]
    assert [row.reading for row in page.context["scores"]][1] == "样本不足"
    # and where there are too few of all, none
    page = lead.get("/journeys/dining/?period=all&segment=member")
    assert page.context["option"] is None
    assert "20" in re.search(r'pk-map-note">([^<]*)', page.content.decode())[1]


def test_a_narrow_interval_is_not_shown_as_none(lead, journey):
    Touchpoint.objects.filter(name="到店等位").update(
        standard_metric="food", standard_comparator=">=", standard_value=4, standard_unit="分"
    )
    observe(measured("food", [4, 4, 4, 4, 5] * 400), heard("", "wait_time", 5, 5, 90))
    [cell, _other] = lead.get("/journeys/dining/?period=all").context["observed"]
    assert cell["value"].replace("\u202f", " ") == "4.20 ± 0.02 分"
