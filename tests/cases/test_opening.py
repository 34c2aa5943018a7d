"""One case a cause: new evidence joins, closed causes that come back reopen."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from peakend.alerts.choices import Route, Severity
from peakend.alerts.services import RuleDraft, save_rule
from peakend.cases.models import Case
from peakend.cases.opening import Effect, open_for_causes
from peakend.cases.services import Deed, close, take_step
from peakend.customers.models import Customer
from peakend.organization.choices import Role
from tests.builders import a_unit, a_user
from tests.cases.rows import NOW, a_cause, a_voice

pytestmark = pytest.mark.django_db


def a_rule(**changes):
    values = {
        "code": "low-rating",
        "name": "差评",
        "kind": "low_rating_with_aspect",
        "parameters": {},
        "promise_hours": 24,
        **changes,
    }
    return save_rule(RuleDraft(**values), from_now=False)


def closed(case, at):
    deed = Deed(None, at)
    take_step(case.pk, "acknowledged", deed)
    take_step(case.pk, "replied", deed, "已致歉")
    return close(case.pk, "staffing", "", deed)


def test_a_cause_opens_a_case_at_its_unit_with_its_promise():
    unit = a_unit()
    rule = a_rule(severity=Severity.HIGH, promise_hours=0.5)
    outcomes = open_for_causes([a_cause(a_voice(unit=unit))], rule=rule, as_of=NOW)
    case = Case.objects.get()
    assert [outcome.effect for outcome in outcomes] == [Effect.OPENED]
    assert (case.unit, case.severity, case.step) == (unit, Severity.HIGH, "received")
    assert case.due_at == case.promised_at == NOW + timedelta(minutes=30)
    assert case.evidence.count() == 1


def test_the_same_causes_again_change_nothing():
    causes = [a_cause(a_voice()), a_cause(a_voice())]
    rule = a_rule()
    open_for_causes(causes, rule=rule, as_of=NOW)
    assert open_for_causes(causes, rule=rule, as_of=NOW + timedelta(hours=1)) == []
    assert Case.objects.count() == 2


def test_new_evidence_joins_the_open_case_and_the_worse_rule_wins():
    customer = Customer.objects.create(name="林静怡")
    unit = a_unit()
    first, second = a_voice(unit=unit, customer=customer), a_voice(unit=unit, customer=customer)
    key = f"customer:{customer.pk}:unit:{unit.pk}"
    causes = [type(c)(**{**c.__dict__, "key": key}) for c in (a_cause(first), a_cause(second))]
    open_for_causes(causes[:1], rule=a_rule(severity=Severity.LOW), as_of=NOW)
    outcomes = open_for_causes(
        causes[1:], rule=a_rule(code="other", severity=Severity.URGENT), as_of=NOW
    )
    case = Case.objects.get()
    assert [outcome.effect for outcome in outcomes] == [Effect.JOINED]
    assert case.evidence.count() == 2
    assert case.severity == Severity.URGENT


def test_a_cause_that_comes_back_within_the_cooldown_reopens_its_case():
    voice = a_voice()
    rule = a_rule(cooldown_hours=48)
    open_for_causes([a_cause(voice)], rule=rule, as_of=NOW)
    closed(Case.objects.get(), NOW + timedelta(hours=2))
    again = a_voice(at=NOW + timedelta(hours=20))
    cause = type(a_cause(again))(**{**a_cause(again).__dict__, "key": f"voice:{voice.pk}"})
    outcomes = open_for_causes([cause], rule=rule, as_of=NOW + timedelta(hours=21))
    case = Case.objects.get()
    assert [outcome.effect for outcome in outcomes] == [Effect.REOPENED]
    assert (case.is_open, case.reopened, case.step) == (True, 1, "fact_finding")


def test_long_after_the_closing_it_is_a_case_of_its_own():
    voice = a_voice()
    rule = a_rule(cooldown_hours=48)
    open_for_causes([a_cause(voice)], rule=rule, as_of=NOW)
    closed(Case.objects.get(), NOW)
    again = a_voice(at=NOW + timedelta(days=10))
    cause = type(a_cause(again))(**{**a_cause(again).__dict__, "key": f"voice:{voice.pk}"})
    open_for_causes([cause], rule=rule, as_of=NOW + timedelta(days=10))
    assert Case.objects.count() == 2


def test_a_department_acts_where_the_rule_routes_to_it():
    quality = a_unit(kind="department")
    store = a_unit()
    open_for_causes(
        [a_cause(a_voice(unit=store))],
        rule=a_rule(route=Route.DEPARTMENT, department=quality),
        as_of=NOW,
    )
    case = Case.objects.get()
    assert (case.unit, case.origin) == (quality, store)


def test_the_only_owner_of_a_unit_gets_its_cases_and_nobody_where_there_are_two():
    one, two = a_unit(), a_unit()
    owner = a_user(Role.UNIT_OWNER, one)
    a_user(Role.UNIT_OWNER, two)
    a_user(Role.UNIT_OWNER, two)
    causes = [a_cause(a_voice(unit=one)), a_cause(a_voice(unit=two))]
    open_for_causes(causes, rule=a_rule(), as_of=NOW)
    assert [case.owner for case in Case.objects.order_by("pk")] == [owner, None]


def test_a_replayed_history_counts_its_promises_from_when_the_customer_spoke():
    spoken = NOW - timedelta(days=3)
    open_for_causes([a_cause(a_voice(at=spoken))], rule=a_rule(), as_of=NOW, from_occurrence=True)
    assert Case.objects.get().promised_at == spoken + timedelta(hours=24)


def test_the_database_itself_refuses_a_second_open_case_of_a_cause():
    open_for_causes([a_cause(a_voice())], rule=a_rule(), as_of=NOW)
    case = Case.objects.get()
    case.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        case.save(force_insert=True)
