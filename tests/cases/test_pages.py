"""The pages of cases, rules and notices: who sees what, in place and without JavaScript."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from peakend.alerts.choices import Route
from peakend.alerts.models import Rule
from peakend.alerts.services import RuleDraft, save_rule
from peakend.cases.models import Case
from peakend.cases.opening import open_for_causes
from peakend.cases.services import Deed, hand_over
from peakend.customers.models import Customer, Identity
from peakend.messages.models import Channel
from peakend.messages.services import notify
from peakend.organization.choices import Role, UnitKind
from tests.builders import a_unit, a_user, an_event_signal, hear
from tests.cases.rows import a_cause, a_voice

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_home(home, monkeypatch):
    monkeypatch.setenv("PEAKEND_HOME", str(home))


class Company:
    """A group with two stores, a rule, and one case at the first store."""

    def __init__(self):
        self.group = a_unit(kind=UnitKind.GROUP)
        self.store, self.other = a_unit(self.group), a_unit(self.group)
        self.lead = a_user(Role.CX_LEAD, self.group)
        self.owner = a_user(Role.UNIT_OWNER, self.store)
        self.clerk = a_user(Role.FRONTLINE, self.store)
        self.viewer = a_user(Role.VIEWER, self.store)
        self.stranger = a_user(Role.UNIT_OWNER, self.other)
        self.customer = Customer.objects.create(name="林静怡", unit=self.store)
        Identity.objects.create(customer=self.customer, kind="phone", value="13812346021")
        self.rule = save_rule(
            RuleDraft("low", "差评", "low_rating_with_aspect", {"rating": 2}), from_now=False
        )
        self.voice = a_voice(
            unit=self.store, customer=self.customer, at=timezone.now() - timedelta(hours=3)
        )
        open_for_causes([a_cause(self.voice)], rule=self.rule, as_of=timezone.now())
        self.case = Case.objects.get()


@pytest.fixture
def company():
    return Company()


def opened(client, user, view, *args, **query):
    client.force_login(user)
    return client.get(reverse(view, args=args), query)


def sent(client, user, view, *args, htmx=False, **data):
    client.force_login(user)
    headers = {"HX-Request": "true"} if htmx else {}
    return client.post(reverse(view, args=args), data, headers=headers)


def test_the_inbox_shows_the_first_case_beside_the_list(client, company):
    page = opened(client, company.owner, "cases:index").content.decode()
    assert "林静怡" in page
    assert '<mark class="pk-evidence pk-neg">等了快一个小时</mark>' in page
    assert "13812346021" not in page
    assert "138****6021" in page


def test_another_units_case_does_not_exist(client, company):
    assert opened(client, company.stranger, "cases:case", company.case.pk).status_code == 404
    assert "林静怡" not in opened(client, company.stranger, "cases:index").content.decode()
    response = sent(client, company.stranger, "cases:comment", company.case.pk, text="hi")
    assert response.status_code == 404


def test_a_viewer_reads_and_changes_nothing(client, company):
    page = opened(client, company.viewer, "cases:case", company.case.pk)
    assert page.status_code == 200
    assert f"cases/{company.case.pk}/step" not in page.content.decode()
    for name in ("step", "take", "comment", "guidance", "close", "reopen", "rename", "assign"):
        assert sent(client, company.viewer, f"cases:{name}", company.case.pk).status_code == 403


def test_frontline_staff_work_but_do_not_assign(client, company):
    response = sent(client, company.clerk, "cases:step", company.case.pk, kind="acknowledged")
    assert response.status_code == 302
    company.case.refresh_from_db()
    assert (company.case.step, company.case.owner) == ("acknowledged", company.owner)
    response = sent(client, company.clerk, "cases:assign", company.case.pk, person=company.owner.pk)
    assert response.status_code == 403


def test_a_form_sent_twice_is_written_once(client, company):
    for _ in range(2):
        sent(client, company.owner, "cases:comment", company.case.pk, text="我来", token="abc")
    assert company.case.comments.count() == 1


def test_two_forms_of_one_page_do_not_stand_in_each_others_way(client, company):
    sent(client, company.owner, "cases:comment", company.case.pk, text="我来", token="abc")
    sent(client, company.owner, "cases:step", company.case.pk, kind="acknowledged", token="abc")
    company.case.refresh_from_db()
    assert company.case.step == "acknowledged"


def test_in_place_only_the_case_comes_back_with_what_went_wrong(client, company):
    response = sent(
        client, company.owner, "cases:step", company.case.pk, kind="remedied", htmx=True
    )
    page = response.content.decode()
    assert "<html" not in page
    assert 'role="alert"' in page
    company.case.refresh_from_db()
    assert company.case.step == "received"


def test_a_case_is_closed_with_its_root_cause_and_reopened(client, company):
    number = company.case.pk
    sent(client, company.owner, "cases:step", number, kind="acknowledged")
    sent(client, company.owner, "cases:step", number, kind="replied", note="已电话致歉")
    sent(client, company.owner, "cases:close", number, root_cause="")
    company.case.refresh_from_db()
    assert company.case.is_open
    sent(client, company.owner, "cases:close", number, root_cause="staffing", note="周末缺人")
    company.case.refresh_from_db()
    assert (company.case.is_open, company.case.root_cause) == (False, "staffing")
    sent(client, company.owner, "cases:reopen", number, note="顾客说没解决")
    company.case.refresh_from_db()
    assert (company.case.is_open, company.case.reopened) == (True, 1)


def test_a_case_handed_out_of_sight_leads_back_to_the_inbox(client, company):
    Case.objects.update(origin=None)
    response = sent(
        client,
        company.owner,
        "cases:hand_over",
        company.case.pk,
        unit=company.other.pk,
        note="他们的",
        htmx=True,
    )
    assert response.headers["HX-Redirect"] == reverse("cases:index")


def test_where_it_happened_it_is_seen_but_worked_on_elsewhere(client, company):
    hand_over(company.case.pk, company.other, Deed(company.lead, timezone.now()), "他们的")
    assert opened(client, company.owner, "cases:case", company.case.pk).status_code == 200
    response = sent(client, company.owner, "cases:comment", company.case.pk, text="hi")
    assert response.status_code == 403


def test_a_malformed_address_or_form_is_answered_not_crashed(client, company):
    for query in ({"box": "x"}, {"page": "²"}, {"page": "9" * 30}, {"box": "closed"}):
        assert opened(client, company.owner, "cases:index", **query).status_code == 200
    for data in (
        {"kind": "x"},
        {"kind": "acknowledged", "responsible": "9" * 40},
        {"kind": "acknowledged", "note": "\x00"},
    ):
        assert sent(client, company.owner, "cases:step", company.case.pk, **data).status_code in (
            302,
            400,
        )
    assert (
        sent(client, company.lead, "cases:assign", company.case.pk, person="²").status_code == 404
    )


def test_rules_are_read_by_many_and_written_by_who_answers_for_all(client, company):
    assert opened(client, company.owner, "alerts:index").status_code == 200
    assert opened(client, company.owner, "alerts:rule", company.rule.pk).status_code == 403
    regional = a_user(Role.CX_LEAD, company.store)
    assert opened(client, regional, "alerts:rule", company.rule.pk).status_code == 403
    assert sent(client, regional, "alerts:switch", company.rule.pk, active="0").status_code == 403
    assert opened(client, company.lead, "alerts:rule", company.rule.pk).status_code == 200


def test_a_rule_is_tried_on_history_without_being_saved(client, company):
    form = {"preview": "1", "p-rating": "2"}
    response = sent(client, company.lead, "alerts:new", "low_rating_with_aspect", htmx=True, **form)
    assert "1" in response.content.decode()
    assert Rule.objects.count() == 1


def test_a_rule_is_written_in_the_page(client, company):
    form = {
        "name": "等位差评", "severity": "3", "promise_hours": "0.5", "route": "voice_unit",
        "cooldown_hours": "48", "lookback_days": "7", "p-rating": "1", "p-aspects": ["wait_time"],
    }  # fmt: skip
    sent(client, company.lead, "alerts:new", "low_rating_with_aspect", **form)
    rule = Rule.objects.get(name="等位差评")
    assert rule.parameters == {"rating": 1.0, "aspects": ["wait_time"]}
    assert (rule.promise_hours, rule.severity) == (0.5, 3)
    assert rule.evaluated_to == company.voice.pk  # only what comes from now on


@pytest.mark.parametrize(
    ("kind", "route"), [("too_good", Route.COMPANY), ("low_score", Route.VOICE_UNIT)]
)
def test_a_new_rule_begins_with_the_route_of_its_kind(client, company, kind, route):
    form = opened(client, company.lead, "alerts:new", kind).context["form"]
    assert form["route"].value() == route


def test_a_rule_with_a_rating_out_of_bounds_is_not_saved(client, company):
    form = {"name": "x", "severity": "3", "promise_hours": "1", "route": "department"}
    response = sent(client, company.lead, "alerts:new", "low_rating_with_aspect", **form)
    assert response.status_code == 200
    assert Rule.objects.count() == 1


def test_a_notice_is_read_by_its_reader_and_leads_to_its_case(client, company):
    context = {"number": 1, "title": "x", "unit": "y", "severity": "z", "due": "d"}
    link = reverse("cases:case", args=[company.case.pk])
    notify([company.owner], template="case_opened", context=context, key="k", link=link, as_of=timezone.now())  # fmt: skip
    notice = company.owner.notices.get()
    assert sent(client, company.clerk, "notices:read", notice=notice.pk).url == reverse(
        "notices:index"
    )
    notice.refresh_from_db()
    assert notice.read_at is None
    assert sent(client, company.owner, "notices:read", notice=notice.pk).url == link
    notice.refresh_from_db()
    assert notice.read_at is not None


def test_a_channels_address_is_never_shown(client, company):
    admin = a_user(Role.ADMINISTRATOR)
    address = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=very-secret-token-1234"
    form = {
        "kind": "wecom", "name": "门店群", "address": address, "topics": ["case_opened"],
        "least_severity": "1", "language": "zh-hans", "is_active": "on",
    }  # fmt: skip
    sent(client, admin, "notices:new_channel", **form)
    channel = Channel.objects.get()
    for page in (
        opened(client, admin, "notices:channels"),
        opened(client, admin, "notices:channel", channel.pk),
    ):
        assert "very-secret" not in page.content.decode()
    # saved again without an address, it keeps the one it has
    sent(client, admin, "notices:channel", channel.pk, **{**form, "address": "", "name": "新名"})
    channel.refresh_from_db()
    assert (channel.name, channel.address) == ("新名", address)
    bad = sent(client, admin, "notices:new_channel", **{**form, "address": "https://evil.example/"})
    assert bad.status_code == 200
    assert Channel.objects.count() == 1
    assert opened(client, company.lead, "notices:channels").status_code == 403


def test_reading_on_leads_to_as_many_voices_as_it_says(client, company):
    hear(an_event_signal("visit"))  # without any observation the page of voices shows none
    days = [timezone.now() - timedelta(days=day) for day in (4, 5)]
    meant = [a_voice(unit=company.store, at=day) for day in days for __ in range(6)]
    for unit, at, more in (
        (company.other, days[0], {}),
        (company.store, days[0] - timedelta(days=9), {}),
        (company.store, days[0], {"aspect": "taste"}),
        (company.store, days[0], {"polarity": 1}),
    ):
        a_voice(unit=unit, at=at, **more)
    cause = replace(
        a_cause(meant[0]),
        key="week",
        customer_id=None,
        evidence=tuple(part for voice in meant for part in a_cause(voice).evidence),
    )
    open_for_causes([cause], rule=company.rule, as_of=timezone.now())
    case = Case.objects.exclude(pk=company.case.pk).get()

    page = opened(client, company.lead, "cases:case", case.pk).context["page"]
    found = client.get(page.read_on.url).context["lines"]

    assert page.read_on.n == 12
    assert {line.voice.pk for line in found} == {voice.pk for voice in meant}
