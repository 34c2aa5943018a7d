"""Steps in their order, a repeated click counted once, no closing without a root cause."""

from datetime import timedelta

import pytest

from peakend.cases.choices import StepKind
from peakend.cases.errors import (
    CannotOwn,
    CaseClosed,
    CaseOpen,
    NoteMissing,
    OtherCaseOpen,
    RootCauseMissing,
    StepNotAllowed,
)
from peakend.cases.models import Case
from peakend.cases.opening import open_for_causes
from peakend.cases.queries import due_soon, open_counts, recurrences
from peakend.cases.services import (
    Deed,
    assign,
    close,
    comment,
    escalate_overdue,
    follow_guidance,
    hand_over,
    reopen,
    take_step,
)
from peakend.cases.transitions import FOLLOWS, allowed_after, next_step, path_of, promised_step
from peakend.organization.access import scope_of
from peakend.organization.choices import Role, UnitKind
from tests.builders import a_unit, a_user
from tests.cases.rows import NOW, a_cause, a_voice

pytestmark = pytest.mark.django_db


def a_case(**voice) -> Case:
    cause = a_cause(a_voice(**voice))
    [outcome] = open_for_causes([cause], rule=None, as_of=NOW)
    return Case.objects.get(pk=outcome.case_id)


def test_every_step_leads_somewhere_and_closed_only_back():
    assert set(FOLLOWS) == set(StepKind.values)
    for with_customer in (True, False):
        for step in path_of(with_customer)[:-1]:
            assert next_step(step, with_customer) in allowed_after(step, with_customer)
    assert next_step(StepKind.CLOSED, True) is None


def test_the_promise_is_about_the_reply_until_it_is_given():
    assert promised_step(StepKind.RECEIVED, True) == StepKind.REPLIED
    assert promised_step(StepKind.RESPONSIBILITY, True) == StepKind.REPLIED
    assert promised_step(StepKind.REPLIED, True) == StepKind.REMEDIED
    assert promised_step(StepKind.RECEIVED, False) == StepKind.REMEDIED
    assert promised_step(StepKind.CLOSED, True) is None


def test_a_case_goes_through_its_steps_and_remembers_the_first_reply():
    case, person = a_case(), a_user()
    for hours, (kind, note) in enumerate(
        [
            ("acknowledged", ""),
            ("fact_finding", "断网 4 分钟"),
            ("responsibility", "信息部"),
            ("replied", "已电话致歉"),
            ("remedied", "补办生日餐"),
            ("verified", "顾客满意"),
        ],
        start=1,
    ):
        case = take_step(case.pk, kind, Deed(person, NOW + timedelta(hours=hours)), note)
    assert case.replied_at == NOW + timedelta(hours=4)
    assert case.due_at == NOW + timedelta(hours=6, days=1)
    assert case.owner == person  # who works on it has taken it
    assert [step.kind for step in case.steps.order_by("pk")][-1] == "verified"


def test_a_step_that_does_not_follow_is_refused():
    case = a_case()
    with pytest.raises(StepNotAllowed):
        take_step(case.pk, "remedied", Deed(None, NOW))
    with pytest.raises(StepNotAllowed):
        close(case.pk, "process", "", Deed(None, NOW))


def test_a_reply_needs_words():
    case = a_case()
    take_step(case.pk, "acknowledged", Deed(None, NOW))
    with pytest.raises(NoteMissing):
        take_step(case.pk, "replied", Deed(None, NOW), "  ")


def test_a_click_repeated_is_one_write():
    case = a_case()
    deed = Deed(a_user(), NOW, token="form-1")
    take_step(case.pk, "acknowledged", deed)
    take_step(case.pk, "acknowledged", deed)  # would be refused if it were taken as a new one
    comment(case.pk, "我来跟进", Deed(deed.by, NOW, token="form-2"))
    comment(case.pk, "我来跟进", Deed(deed.by, NOW, token="form-2"))
    assert case.steps.filter(kind="acknowledged").count() == 1
    assert case.comments.count() == 1


def test_a_case_closes_only_with_a_root_cause():
    case = a_case()
    take_step(case.pk, "acknowledged", Deed(None, NOW))
    take_step(case.pk, "replied", Deed(None, NOW), "已致歉")
    with pytest.raises(RootCauseMissing):
        close(case.pk, "", "", Deed(None, NOW))
    with pytest.raises(NoteMissing):
        close(case.pk, "other", "", Deed(None, NOW))
    case = close(case.pk, "system", "断网后没有人工叫号", Deed(None, NOW))
    assert not case.is_open
    with pytest.raises(CaseClosed):
        take_step(case.pk, "remedied", Deed(None, NOW))


def test_a_closed_case_reopens_with_a_reason_and_a_new_promise():
    case = a_case()
    with pytest.raises(CaseOpen):
        reopen(case.pk, "没解决", Deed(None, NOW))
    take_step(case.pk, "acknowledged", Deed(None, NOW))
    take_step(case.pk, "replied", Deed(None, NOW), "已致歉")
    close(case.pk, "system", "", Deed(None, NOW))
    later = NOW + timedelta(days=2)
    with pytest.raises(NoteMissing):
        reopen(case.pk, "", Deed(None, later))
    case = reopen(case.pk, "顾客说没解决", Deed(None, later))
    assert (case.is_open, case.reopened, case.step) == (True, 1, "fact_finding")
    assert case.due_at == later + timedelta(hours=24)


def test_a_closed_case_does_not_reopen_beside_an_open_one_of_its_cause():
    case = a_case()
    take_step(case.pk, "acknowledged", Deed(None, NOW))
    take_step(case.pk, "replied", Deed(None, NOW), "已致歉")
    close(case.pk, "system", "", Deed(None, NOW))
    other = a_case()
    Case.objects.filter(pk=other.pk).update(cause=case.cause)
    with pytest.raises(OtherCaseOpen):
        reopen(case.pk, "没解决", Deed(None, NOW))


def test_only_somebody_who_may_work_at_the_unit_can_own_its_cases():
    group = a_unit(kind=UnitKind.GROUP)
    store, other = a_unit(group), a_unit(group)
    case = a_case(unit=store)
    with pytest.raises(CannotOwn):
        assign(case.pk, a_user(Role.UNIT_OWNER, other), Deed(None, NOW))
    with pytest.raises(CannotOwn):
        assign(case.pk, a_user(Role.VIEWER, store), Deed(None, NOW))
    clerk = a_user(Role.FRONTLINE, store)
    assert assign(case.pk, clerk, Deed(None, NOW)).owner == clerk


def test_a_case_handed_over_keeps_its_promise_and_says_why():
    group = a_unit(kind=UnitKind.GROUP)
    store, quality = a_unit(group), a_unit(group, kind=UnitKind.DEPARTMENT)
    case = a_case(unit=store)
    promised = case.promised_at
    with pytest.raises(NoteMissing):
        hand_over(case.pk, quality, Deed(None, NOW), "")
    case = hand_over(case.pk, quality, Deed(None, NOW), "原料问题")
    assert (case.unit, case.origin, case.promised_at) == (quality, store, promised)
    entry = case.entries.get(kind="handed_over")
    assert entry.details == {"from": store.pk, "to": quality.pk, "note": "原料问题"}


def test_guidance_is_ticked_once():
    case = a_case()
    follow_guidance(case.pk, "apologise", Deed(None, NOW))
    follow_guidance(case.pk, "apologise", Deed(None, NOW))
    assert case.entries.filter(kind="guidance").count() == 1


def test_an_overdue_case_escalates_once_for_each_promise():
    case = a_case()
    assert escalate_overdue(NOW) == []
    late = NOW + timedelta(hours=25)
    assert escalate_overdue(late) == [case.pk]
    assert escalate_overdue(late + timedelta(hours=1)) == []
    take_step(case.pk, "acknowledged", Deed(None, late))
    take_step(case.pk, "replied", Deed(None, late), "已致歉")
    assert escalate_overdue(late + timedelta(days=4)) == [case.pk]  # the remedy's own promise


def test_due_soon_shows_only_the_readers_units_first_due_first():
    group = a_unit(kind=UnitKind.GROUP)
    store, other = a_unit(group), a_unit(group)
    mine, sooner = a_case(unit=store), a_case(unit=store)
    a_case(unit=other)
    Case.objects.filter(pk=sooner.pk).update(due_at=NOW - timedelta(minutes=26))
    owner = a_user(Role.UNIT_OWNER, store)
    found = due_soon(scope_of(owner), NOW, 4)
    assert [line.number for line in found] == [sooner.pk, mine.pk]
    assert found[0].is_overdue
    assert not found[1].is_overdue
    assert found[0].quote == "排队等了快一个小时，没人理"
    counts = open_counts(scope_of(owner), owner, NOW)
    assert (counts.unit, counts.overdue, counts.mine, counts.unassigned) == (2, 1, 0, 2)


def test_the_same_grievance_at_the_same_place_is_a_recurrence():
    store = a_unit()
    first, second = a_case(unit=store), a_case(unit=store)
    a_case(unit=a_unit())
    assert list(recurrences(second, NOW + timedelta(days=1))) == [first]
