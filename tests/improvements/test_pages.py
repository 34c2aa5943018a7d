"""The pages of improvements: proposed from a case, seen and settled by those it concerns."""

import html
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from peakend.cases.models import Case
from peakend.cases.opening import open_for_causes
from peakend.improvements.choices import State
from peakend.improvements.models import Initiative
from peakend.improvements.services import InitiativeDraft, start_initiative
from peakend.organization.choices import Role, UnitKind
from tests.builders import a_unit, a_user, a_voice_signal, hear
from tests.cases.rows import a_cause, a_voice

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_home(home, monkeypatch):
    monkeypatch.setenv("PEAKEND_HOME", str(home))


class Company:
    def __init__(self):
        self.group = a_unit(kind=UnitKind.GROUP)
        self.store, self.other = a_unit(self.group), a_unit(self.group)
        self.lead = a_user(Role.CX_LEAD, self.group)
        self.owner = a_user(Role.UNIT_OWNER, self.store)
        self.viewer = a_user(Role.VIEWER, self.store)
        self.stranger = a_user(Role.UNIT_OWNER, self.other)

    def initiative(self, **changes) -> Initiative:
        today = timezone.localdate()
        values = {
            "name": "叫号双确认",
            "metric": "rating",
            "target": 0.4,
            "starts_on": today - timedelta(days=10),
            "ends_on": today + timedelta(days=40),
            "pilots": [self.store],
            "unit": self.store,
            **changes,
        }
        return start_initiative(InitiativeDraft(**values), by=self.lead, as_of=today)


@pytest.fixture
def company():
    return Company()


def a_form(company, **changes):
    today = timezone.localdate()
    return {
        "name": "叫号双确认",
        "metric": "net_sentiment",
        "aspect": "wait_time",
        "target": "12",
        "pilots": [company.store.pk],
        "starts_on": today.isoformat(),
        "ends_on": (today + timedelta(weeks=8)).isoformat(),
        "guard_metric": "csat",
        "guard_limit": "0.3",
        "token": "form",
        **changes,
    }


def test_an_improvement_is_proposed_from_a_case_with_what_is_known(client, company):
    open_for_causes([a_cause(a_voice(unit=company.store))], rule=None, as_of=timezone.now())
    case = Case.objects.get()
    client.force_login(company.owner)
    page = client.get(reverse("improvements:new"), {"case": case.pk})
    assert page.context["form"].initial["aspect"] == "wait_time"
    assert page.context["form"].initial["pilots"] == [company.store.pk]
    for _ in range(2):  # a repeated click
        client.post(reverse("improvements:new"), {**a_form(company), "case": case.pk})
    initiative = Initiative.objects.get()
    assert (initiative.case, initiative.target) == (case, pytest.approx(0.12))
    assert initiative.guardrails == [{"metric": "csat", "aspect": "", "limit": 0.3}]
    assert initiative.state == State.RUNNING


@pytest.mark.parametrize(
    "changes",
    [
        {"aspect": ""},
        {"target": "0"},
        {"ends_on": "2020-01-01"},
        {"guard_limit": ""},
        {"pilots": []},
        {"metric": "voices"},
    ],
)
def test_a_form_that_cannot_be_proven_is_not_taken(client, company, changes):
    client.force_login(company.owner)
    response = client.post(reverse("improvements:new"), a_form(company, **changes))
    assert response.status_code == 200
    assert not Initiative.objects.exists()


def test_nobody_tries_things_at_stores_that_are_not_theirs(client, company):
    client.force_login(company.owner)
    client.post(reverse("improvements:new"), a_form(company, pilots=[company.other.pk]))
    assert not Initiative.objects.exists()


def test_an_initiative_without_an_answer_says_what_is_missing(client, company):
    client.force_login(company.owner)
    page = client.get(reverse("improvements:initiative", args=[company.initiative().pk]))
    assert page.status_code == 200
    assert page.context["story"].strip is None


def test_another_units_initiative_does_not_exist(client, company):
    number = company.initiative().pk
    client.force_login(company.stranger)
    assert client.get(reverse("improvements:initiative", args=[number])).status_code == 404
    assert client.post(reverse("improvements:stop", args=[number])).status_code == 404


def test_a_viewer_reads_and_settles_nothing(client, company):
    number = company.initiative().pk
    client.force_login(company.viewer)
    assert client.get(reverse("improvements:initiative", args=[number])).status_code == 200
    for name in ("prolong", "stop"):
        assert client.post(reverse(f"improvements:{name}", args=[number])).status_code == 403
    assert client.get(reverse("improvements:new")).status_code == 403


def test_a_pilot_store_cannot_stop_what_another_unit_owns(client, company):
    initiative = company.initiative(unit=company.group)
    client.force_login(company.owner)
    assert client.post(reverse("improvements:stop", args=[initiative.pk])).status_code == 403


def test_an_initiative_goes_on_or_stops(client, company):
    initiative = company.initiative()
    client.force_login(company.owner)
    until = timezone.localdate() + timedelta(days=90)
    client.post(reverse("improvements:prolong", args=[initiative.pk]), {"until": str(until)})
    initiative.refresh_from_db()
    assert initiative.ends_on == until
    for until in ("", "2020-01-01", "2026-99-99", "x"):
        client.post(reverse("improvements:prolong", args=[initiative.pk]), {"until": until})
    initiative.refresh_from_db()
    assert initiative.ends_on == timezone.localdate() + timedelta(days=90)
    client.post(reverse("improvements:stop", args=[initiative.pk]))
    initiative.refresh_from_db()
    assert initiative.state == State.STOPPED


def test_keeping_on_collecting_does_not_end_a_trial_before_its_day(client, company):
    # given a trial that is planned for longer than the four weeks offered
    initiative = company.initiative()
    planned = initiative.ends_on
    client.force_login(company.owner)
    page = client.get(reverse("improvements:initiative", args=[initiative.pk]))
    # then the page says and offers the planned day
    assert page.context["prolong_until"] == planned.isoformat()
    assert planned.isoformat() in page.content.decode()
    # and a sooner one is refused with the planned day, until it is chosen knowingly
    sooner = planned - timedelta(days=20)
    url = reverse("improvements:prolong", args=[initiative.pk])
    refused = client.post(url, {"until": str(sooner)}, follow=True)
    [message] = refused.context["messages"]
    assert message.level_tag == "error"
    assert planned.isoformat() in str(message)
    initiative.refresh_from_db()
    assert initiative.ends_on == planned
    client.post(url, {"until": str(sooner), "earlier": "1"})
    initiative.refresh_from_db()
    assert initiative.ends_on == sooner


def test_the_pilots_voices_are_read_from_the_day_it_began(client, company):
    initiative = company.initiative()
    hear(
        *(
            a_voice_signal(
                text,
                unit=company.store.code,
                time=(timezone.now() - timedelta(days=days)).isoformat(),
            )
            for text, days in (("早先等得久", 15), ("如今等得短", 5))
        )
    )
    client.force_login(company.viewer)
    page = client.get(reverse("improvements:initiative", args=[initiative.pk])).content.decode()
    [link] = re.findall(r'href="(/voices/\?[^"]*since=[^"]*)"', page)
    listed = strip_tags(client.get(html.unescape(link)).content.decode())
    assert "如今等得短" in listed
    assert "早先等得久" not in listed


def test_stopping_asks_first_and_says_what_was_done(client, company):
    initiative = company.initiative()
    client.force_login(company.owner)
    page = client.get(reverse("improvements:initiative", args=[initiative.pk])).content.decode()
    url = reverse("improvements:stop", args=[initiative.pk])
    # the button that stops stands behind a question that has to be opened first
    assert re.search(
        rf'action="{url}">(?:(?!</form>|<button).)*<details(?:(?!</form>).)*<button', page, re.S
    )
    answer = client.post(url, follow=True)
    [message] = answer.context["messages"]
    assert message.level_tag == "success"
    assert str(initiative.pk) in str(message)
