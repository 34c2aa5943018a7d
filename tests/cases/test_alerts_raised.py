"""From words in the inbox to a case at the right unit, by the product's own path."""

from datetime import timedelta

import pytest

from peakend.alerts.services import RuleDraft, save_rule
from peakend.cases.models import Case, Entry
from peakend.cases.services import Deed
from peakend.inbox import open_inbox
from peakend.inbox.signals import Event, Voice, decode, encode, key_of
from peakend.loop.alerts_raised import evaluate
from peakend.loop.case_assigned import assign
from peakend.loop.case_overdue import escalate
from peakend.loop.case_step_taken import take_step
from peakend.loop.signals_drained import drain
from peakend.messages.models import Channel, Message, Notice
from peakend.messages.services import save_channel
from peakend.organization.choices import Role, UnitKind
from peakend.voices.models import Source
from tests.builders import a_unit, a_user
from tests.cases.rows import NOW

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _own_home(home, monkeypatch):
    monkeypatch.setenv("PEAKEND_HOME", str(home))


def hear(*voices: Voice) -> None:
    """Append voices to the inbox and drain it."""
    open_inbox().append([(key_of(voice), encode(voice)) for voice in voices])
    drain()


def said(number: int, unit: str, text: str, rating: float, at=NOW) -> Voice:
    return Voice(
        source="dianping", id=str(number), text=text, rating=rating, time=at.isoformat(), unit=unit
    )


def standing(kind="low_rating_with_aspect", **parameters):
    return save_rule(
        RuleDraft(code="rule", name="差评", kind=kind, parameters=parameters, severity=3),
        from_now=False,
    )


def a_company():
    Source.objects.create(code="dianping", name="大众点评", taxonomy="restaurant")
    group = a_unit(code="group", kind=UnitKind.GROUP)
    return group, a_unit(group, code="store-17"), a_unit(group, code="store-8")


def test_a_bad_review_becomes_a_case_its_owner_hears_of():
    # given a company with an owner, a rule and a channel
    _group, store, _other = a_company()
    owner = a_user(Role.UNIT_OWNER, store)
    rule = standing(rating=2)
    save_channel(
        Channel(kind="email", name="店长", address="store@example.com", topics=["case_opened"])
    )
    # when a review comes in and the rules are evaluated, twice
    hear(
        said(1, "store-17", "等位等了一个多小时，叫号还跳过了我们，服务员态度很差", 1),
        said(2, "store-8", "味道很好，下次还来", 5),
    )
    first, second = evaluate(NOW), evaluate(NOW)
    # then there is one case, told once
    case = Case.objects.get()
    assert (first.opened, second.opened, second.joined) == (1, 0, 0)
    assert first.by_rule == {rule.code: 1}
    assert (case.unit, case.owner) == (store, owner)
    assert list(Notice.objects.values_list("user", "link")) == [(owner.pk, f"/cases/{case.pk}/")]
    assert Message.objects.count() == 1


def test_a_complaint_dated_by_a_clock_ahead_of_ours_is_heard_all_the_same():
    a_company()
    standing(rating=2)
    ahead = NOW + timedelta(hours=3)
    hear(said(1, "store-17", "上菜太慢了，等了一个小时，服务态度很差", 1, at=ahead))
    assert evaluate(NOW).opened == 1
    assert evaluate(NOW + timedelta(hours=4)).opened == 0


def test_what_happens_to_a_case_is_measured_once():
    a_company()
    standing(rating=2)
    hear(said(1, "store-17", "上菜太慢了，等了一个小时，服务态度很差", 1))
    evaluate(NOW)
    case = Case.objects.get()
    take_step(case.pk, "acknowledged", Deed(None, NOW + timedelta(minutes=5)))
    take_step(case.pk, "replied", Deed(None, NOW + timedelta(minutes=90)), "已致歉")
    # when the marks are lost, as by a crash between the inbox and the database
    Entry.objects.update(reported=False)
    evaluate(NOW)
    # then the inbox still holds each event once
    events = [
        signal
        for _position, payload in open_inbox().read(after=0, limit=100)
        if isinstance(signal := decode(payload), Event)
    ]
    assert [(event.event, event.value, event.unit) for event in events] == [
        ("case_opened", 0.0, "store-17"),
        ("case_first_reply", 90.0, "store-17"),
    ]
    # and it is drained like everything else
    drain()


def test_a_week_beyond_its_control_limit_is_one_case_with_the_words_of_that_week():
    _group, store, _other = a_company()
    owner = a_user(Role.UNIT_OWNER, store)
    good, bad = "等位时间不长，很快就排到了", "等位等了一个多小时，太久了"
    voices = []
    for week in range(1, 9):
        at = NOW - timedelta(weeks=week)
        voices += [
            said(week * 100 + k, "store-17", bad if k == 0 else good, 3, at) for k in range(12)
        ]
    voices += [said(9000 + k, "store-17", bad if k < 10 else good, 3) for k in range(12)]
    rule = standing("negative_share_out_of_control")
    hear(*voices)
    report = evaluate(NOW)
    cases = list(Case.objects.order_by("pk"))
    assert report.by_rule[rule.code] == len(cases) >= 1
    waiting = [case for case in cases if case.aspect == "wait_time"]
    assert len(waiting) == 1
    assert waiting[0].owner == owner
    assert not waiting[0].answers_somebody
    assert waiting[0].facts["share"] > waiting[0].facts["limit"]
    # the week itself and the complaints of that week
    assert waiting[0].evidence.filter(voice__isnull=False).count() == 10
    # evaluated again, with one more complaint: the same case, one more piece of evidence
    hear(said(9999, "store-17", bad, 3))
    again = evaluate(NOW + timedelta(minutes=5))
    assert again.opened == 0
    assert waiting[0].evidence.filter(voice__isnull=False).count() == 11


def test_an_aspect_named_only_when_it_fails_still_raises_its_week():
    # given an aspect that people name only to complain, so that its share of mentions says nothing
    _group, store, _other = a_company()
    owner = a_user(Role.UNIT_OWNER, store)
    bad, other = "等位等了一个多小时，实在太久了", "菜的味道很好，下次还来"
    voices = []
    for week in range(1, 13):
        at = NOW - timedelta(weeks=week)
        voices += [
            said(week * 100 + k, "store-17", bad if k == 0 else other, 3, at) for k in range(20)
        ]
    voices += [said(9000 + k, "store-17", bad if k < 14 else other, 3) for k in range(20)]
    rule = standing("sudden_shift")
    hear(*voices)
    # when the rules are evaluated, twice
    report, again = evaluate(NOW), evaluate(NOW)
    # then the week of this aspect is one case at its owner, with the words of that week
    case = Case.objects.get(aspect="wait_time")
    assert report.by_rule[rule.code] >= 1
    assert again.opened == 0
    assert case.owner == owner
    assert case.facts["complaining"] > 3 * case.facts["usual"]
    assert case.evidence.filter(voice__isnull=False).count() == 14


def test_many_cases_at_once_are_one_message_a_unit():
    _group, store, _other = a_company()
    owner = a_user(Role.UNIT_OWNER, store)
    standing(rating=2)
    hear(*(said(k, "store-17", f"第{k}次来，等位等了一个小时，太久了", 1) for k in range(8)))
    report = evaluate(NOW)
    assert report.opened == 8
    notices = list(Notice.objects.values_list("user", "template"))
    assert notices == [(owner.pk, "cases_opened")]


def test_a_missed_promise_reaches_the_owner_and_the_unit_above():
    group, store, _other = a_company()
    owner, lead = a_user(Role.UNIT_OWNER, store), a_user(Role.CX_LEAD, group)
    standing(rating=2)
    hear(said(1, "store-17", "等位等了一个小时，太久了", 1))
    evaluate(NOW)
    assert escalate(NOW + timedelta(hours=23)) == []
    assert len(escalate(NOW + timedelta(hours=25))) == 1
    assert escalate(NOW + timedelta(hours=26)) == []
    told = Notice.objects.filter(template="case_overdue").order_by("user")
    assert {notice.user for notice in told} == {owner, lead}


def test_who_is_given_a_case_hears_of_it():
    _group, store, _other = a_company()
    standing(rating=2)
    hear(said(1, "store-17", "等位等了一个小时，太久了", 1))
    evaluate(NOW)
    clerk, boss = a_user(Role.FRONTLINE, store), a_user(Role.UNIT_OWNER, store)
    case = Case.objects.get()
    assign(case.pk, clerk, Deed(boss, NOW, "form"))
    assign(case.pk, clerk, Deed(boss, NOW, "form"))
    assert Notice.objects.filter(user=clerk, template="case_assigned").count() == 1
