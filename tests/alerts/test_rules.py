"""Rules are data: checked when written, evaluated on what is new, previewed on what was."""

from datetime import timedelta

import pytest

from peakend.alerts.choices import Route
from peakend.alerts.errors import InvalidParameters, RouteIncomplete, UnknownKind
from peakend.alerts.finders.out_of_control import Week, control_limit
from peakend.alerts.kinds import KINDS, read_parameters
from peakend.alerts.queries import causes_since, preview
from peakend.alerts.services import (
    RuleDraft,
    ensure_standard_rules,
    mark_evaluated,
    save_rule,
    switch_rule,
)
from peakend.customers.models import Customer
from peakend.surveys.models import Response, Survey
from peakend.voices.models import Source
from tests.builders import a_unit
from tests.cases.rows import NOW, a_voice

pytestmark = pytest.mark.django_db


def a_rule(kind="low_rating_with_aspect", parameters=None, **changes):
    draft = RuleDraft(
        code=changes.pop("code", kind.replace("_", "-")),
        name="规则",
        kind=kind,
        parameters=parameters or {},
        **changes,
    )
    return save_rule(draft, from_now=False)


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        ("low_rating_with_aspect", {"rating": 6}),
        ("low_rating_with_aspect", {"stars": 2}),
        ("low_rating_with_aspect", {"aspects": "wait_time"}),
        ("low_score", {"nps": 11}),
        ("negative_share_out_of_control", {"sigmas": 0.5}),
        ("churn_words", {"words": ["走"]}),
    ],
)
def test_parameters_outside_the_kinds_schema_are_refused(kind, parameters):
    with pytest.raises(InvalidParameters):
        read_parameters(kind, parameters)


def test_an_unknown_kind_is_refused():
    with pytest.raises(UnknownKind):
        a_rule(kind="full_moon")


def test_a_rule_that_routes_to_a_department_has_to_name_it():
    with pytest.raises(RouteIncomplete):
        a_rule(route=Route.DEPARTMENT)


def test_a_rule_that_says_nothing_goes_where_its_kind_goes():
    assert a_rule(kind="too_good").route == Route.COMPANY
    assert a_rule(kind="too_good", route=Route.VOICE_UNIT, code="own").route == Route.VOICE_UNIT
    assert a_rule(kind="low_score").route == Route.VOICE_UNIT


def test_every_kind_accepts_its_own_defaults():
    for code in KINDS:
        assert read_parameters(code, {})


def test_only_low_ratings_with_the_named_grievance_are_causes():
    # given a rule on waiting, and four voices of which one fits
    unit = a_unit()
    rule = a_rule(parameters={"rating": 2, "aspects": ["wait_time"]})
    fits = a_voice(unit=unit, rating=2)
    a_voice(unit=unit, rating=3)
    a_voice(unit=unit, rating=1, aspect="taste")
    a_voice(unit=unit, rating=2, polarity=1)
    # when it looks
    causes = causes_since(rule, NOW)
    # then
    assert [cause.evidence[0].voice_id for cause in causes] == [fits.pk]
    assert causes[0].unit_id == unit.pk
    assert causes[0].aspect == "wait_time"
    assert causes[0].facts == {"rating": 2.0}


def test_what_is_older_than_the_lookback_counts_in_metrics_but_is_no_cause():
    rule = a_rule(lookback_days=14)
    a_voice(at=NOW - timedelta(days=15))
    recent = a_voice(at=NOW - timedelta(days=13))
    assert [c.evidence[0].voice_id for c in causes_since(rule, NOW)] == [recent.pk]


def test_a_rule_reads_on_from_where_it_stopped():
    rule = a_rule()
    seen = a_voice()
    mark_evaluated(rule, seen.pk, NOW)
    rule.refresh_from_db()
    new = a_voice()
    assert [c.evidence[0].voice_id for c in causes_since(rule, NOW)] == [new.pk]


def test_the_mark_never_goes_back():
    rule = a_rule()
    mark_evaluated(rule, 500, NOW)
    mark_evaluated(rule, 100, NOW)
    rule.refresh_from_db()
    assert rule.evaluated_to == 500


def test_two_voices_of_one_customer_at_one_unit_are_one_cause():
    unit, customer = a_unit(), Customer.objects.create(name="林静怡")
    rule = a_rule()
    a_voice(unit=unit, customer=customer)
    a_voice(unit=unit, customer=customer)
    assert len({cause.key for cause in causes_since(rule, NOW)}) == 1


def test_a_low_answer_is_a_cause_with_the_words_that_explain_it():
    # given a response with a score of 3 and a text judged badly
    source = Source.objects.create(code="after-visit", name="问卷")
    survey = Survey.objects.create(slug="after-visit", title="用餐回访", source=source)
    voice = a_voice(rating=None)
    Response.objects.create(id=voice.pk, survey=survey, occurred_at=NOW, answers={"nps": 3})
    Response.objects.create(id=voice.pk + 16, survey=survey, occurred_at=NOW, answers={"nps": 9})
    # when
    causes = causes_since(a_rule("low_score", {"nps": 6}), NOW)
    # then
    assert len(causes) == 1
    assert causes[0].facts == {"nps": 3}
    assert causes[0].aspect == "wait_time"
    assert causes[0].evidence[0].opinion_id == voice.pk * 64


def test_a_customer_who_says_they_are_leaving_is_a_cause():
    leaving = a_voice("太失望了，以后不来了", rating=None, aspect="")
    a_voice("还会再来", rating=None, aspect="")
    causes = causes_since(a_rule("churn_words"), NOW)
    assert [cause.evidence[0].voice_id for cause in causes] == [leaving.pk]


def test_the_preview_counts_causes_of_the_past_ninety_days():
    unit = a_unit()
    for days in (1, 40, 80, 95):
        a_voice(unit=unit, at=NOW - timedelta(days=days))
    found = preview("low_rating_with_aspect", {"rating": 2}, NOW, days=90)
    assert (found.cases, found.evidence, found.units) == (3, 3, 1)


def test_standard_rules_are_made_once_and_kept_as_changed():
    rules = ensure_standard_rules()
    changed = rules[0]
    changed.name = "我们的规则"
    changed.save()
    assert {rule.pk for rule in ensure_standard_rules()} == {rule.pk for rule in rules}
    changed.refresh_from_db()
    assert changed.name == "我们的规则"


def test_a_rule_turned_on_starts_with_what_comes_from_now_on():
    rule = a_rule(is_active=False)
    a_voice()
    switch_rule(rule, active=True)
    assert causes_since(rule, NOW) == []


class TestControlLimit:
    """A week is an alarm only when chance does not explain it."""

    def weeks(self, mentions, negatives, length=12):
        return [Week(NOW.date(), mentions, negatives)] * length

    def test_a_week_like_the_others_is_within(self):
        limit = control_limit(self.weeks(20, 4), Week(NOW.date(), 20, 5), 0.2, 3)
        assert limit is None

    def test_a_week_far_above_the_units_own_past_is_beyond(self):
        limit = control_limit(self.weeks(20, 4), Week(NOW.date(), 20, 14), 0.2, 3)
        assert limit is not None
        assert 0.4 < limit < 0.6

    def test_a_handful_of_mentions_needs_the_exact_tail_to_agree(self):
        # 3 of 10 against 4 % lies above the normal limit (0.23), but not beyond the exact tail at 4 sigma
        past = self.weeks(50, 2)
        assert control_limit(past, Week(NOW.date(), 10, 3), 0.04, 4) is None
        assert control_limit(past, Week(NOW.date(), 10, 6), 0.04, 4) is not None

    def test_a_thin_past_is_judged_by_the_companys_share(self):
        assert control_limit([], Week(NOW.date(), 20, 12), 0.1, 3) is not None
        assert control_limit([], Week(NOW.date(), 20, 12), 0.6, 3) is None

    def test_one_complaint_after_a_spotless_past_is_no_alarm(self):
        assert control_limit(self.weeks(20, 0), Week(NOW.date(), 12, 1), 0.0, 3) is None
